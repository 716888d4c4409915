"""On site: the checklist, photographs, findings, and each department's signed opinion."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.facts import AssignmentFacts, CaseFacts
from jointreview.commands.files import DrawnSignature, Photos, photo_list, sign
from jointreview.commands.files_read import papers_in_force, read_by
from jointreview.commands.items import item_of
from jointreview.commands.notices import checklist_lines
from jointreview.commands.opinions import keep_opinion
from jointreview.commands.people import applicants_of, staff_with_role
from jointreview.commands.registry import ACCEPTANCE, AssignmentCommand, command
from jointreview.commands.relations import filed_at_window, own_case, own_unit
from jointreview.commands.visits import SITE_STATES, VISIT_STATES, visit_phase
from jointreview.domain import findings as domain
from jointreview.domain.case_states import CaseState
from jointreview.domain.findings import FindingAction
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.review import Assignment, ChecklistAnswer, Finding, Opinion, Round

RESULTS = ("PASS", "PASS_COND", "FAIL", "NA", "SELF")


class LineAnswer(BaseModel):
    """The answer to one line of the checklist."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    line: str = Field(max_length=40)
    result: str = Field(pattern="^(ok|not_ok|not_applicable|later)$")
    value: str = Field("", max_length=60)
    note: str = Field("", max_length=500)
    photos: Photos = Field(default_factory=list, max_length=12)
    client_time: datetime | None = None


class AnswerChecklist(AssignmentCommand):
    """The officer's answers on site, all lines entered so far."""

    lines: list[LineAnswer] = Field(min_length=1, max_length=40)


class RaiseFinding(AssignmentCommand):
    """A numbered fault: what, by which rule, and what must be true for it to be verified."""

    text: str = Field(min_length=4, max_length=1000)
    rule: str = Field("", max_length=300)
    criterion: str = Field(min_length=2, max_length=500)
    place: str = Field("", max_length=200)
    line: str = Field("", max_length=40)
    photos: Photos = Field(default_factory=list, max_length=12)


class WithdrawFinding(AssignmentCommand):
    """The officer takes a finding back before it is told."""

    finding_id: int
    reason: str = Field(min_length=2, max_length=300)


class GiveOpinion(AssignmentCommand):
    """The department's conclusion, signed: it stands for this round and cannot be changed afterwards."""

    result: str = Field(pattern="^(PASS|PASS_COND|FAIL|NA|SELF)$")
    text: str = Field(min_length=2, max_length=3000)
    condition: str = Field("", max_length=1000)
    commitment_until: date | None = None
    document_no: str = Field("", max_length=100)
    signature: DrawnSignature


class SignCommitment(AssignmentCommand):
    """The applicant promises in writing to do what a conditional pass asks, by its date (requirements §2.4)."""

    signature: DrawnSignature


def unsigned_commitments(facts: CaseFacts) -> tuple[AssignmentFacts, ...]:
    """The conditional passes whose commitment the applicant has not signed."""
    return tuple(a for a in facts.assignments if a.opinion == "PASS_COND" and not a.commitment_signed)


def commitment_wanted(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The item passed on a condition for which nobody signed yet."""
    mine = facts.assignment(target)
    if mine is None or mine.opinion != "PASS_COND":
        return Problem("commands.no_commitment_wanted")
    return Problem("commands.commitment_signed") if mine.commitment_signed else None


def finding_untold(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department raised a finding that no notice has told yet."""
    mine = facts.assignment(target)
    return None if mine and mine.untold_findings else Problem("commands.no_such_finding")


def site_round_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has yet to speak in this round; what a review's survey finds is noted while it reads, too."""
    mine = facts.assignment(target)
    rounds = ("documents", "decision") if facts.kind == "review" else ("site", "reinspection")
    return None if mine is not None and mine.open_round_kind in rounds else Problem("commands.opinion_given")


def was_on_site(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Where the item needs the site, nobody judges without having been there."""
    mine = facts.assignment(target)
    if mine is not None and mine.needs_site and not mine.attended:
        return Problem("commands.not_been_on_site")
    return None


@command(
    title="cmd.answer_checklist",
    grants={"officer": own_unit},
    states=SITE_STATES,
    checks=(visit_phase, site_round_open, was_on_site),
)
def answer_checklist(ctx: Context, cmd: AnswerChecklist) -> dict:
    mine = _mine(ctx, cmd.assignment_id)
    known = {line.code: line for line in checklist_lines(ctx, mine.item)}
    problems = [Problem("commands.no_such_line", {}, a.line) for a in cmd.lines if a.line not in known]
    if problems:
        raise Refused(*problems)
    for answer in cmd.lines:
        row = _answered(ctx, mine, answer.line)
        photos = photo_list(ctx, answer.photos)
        row = row or ChecklistAnswer(
            round_id=mine.open_round_id or 0, line=answer.line, result="", answered_by=0, answered_at=ctx.now
        )
        row.result, row.value, row.note = answer.result, answer.value, answer.note
        row.photos = photos or row.photos
        row.answered_by, row.answered_at, row.client_time = ctx.actor.account_id, ctx.now, answer.client_time
        ctx.session.add(row)
    ctx.event("checklist_answered", unit=mine.unit, item=mine.item, lines=len(cmd.lines))
    return {"saved": len(cmd.lines)}


def _answered(ctx: Context, mine: AssignmentFacts, line: str) -> ChecklistAnswer | None:
    """The answer to a line so far: in an acceptance of this round, in a review of whichever round it was given in."""
    rounds = select(Round.id).where(Round.assignment_id == mine.id)
    if ctx.the_case.kind != "review":
        rounds = rounds.where(Round.id == mine.open_round_id)
    return ctx.session.exec(
        select(ChecklistAnswer).where(col(ChecklistAnswer.round_id).in_(rounds), ChecklistAnswer.line == line)
    ).first()


def _mine(ctx: Context, assignment_id: int) -> AssignmentFacts:
    mine = ctx.facts.assignment(assignment_id)
    assert mine is not None
    return mine


@command(
    title="cmd.raise_finding",
    grants={"officer": own_unit},
    states=SITE_STATES,
    checks=(visit_phase, site_round_open, was_on_site),
)
def raise_finding(ctx: Context, cmd: RaiseFinding) -> dict:
    number = 1 + (ctx.session.exec(select(func.max(Finding.number)).where(Finding.case_id == ctx.case_id)).one() or 0)
    finding = Finding(
        case_id=ctx.case_id,
        number=number,
        assignment_id=cmd.assignment_id,
        line=cmd.line,
        text=cmd.text,
        rule=cmd.rule,
        criterion=cmd.criterion,
        place=cmd.place,
        photos=photo_list(ctx, cmd.photos),
        raised_by=ctx.actor.account_id,
        raised_at=ctx.now,
        client_time=ctx.client_time,
    )
    ctx.session.add(finding)
    ctx.session.flush()
    ctx.event("finding_raised", finding=number, unit=ctx.actor.unit)
    return {"finding_id": finding.id, "number": number}


def act_on(ctx: Context, finding: Finding, action: FindingAction, actor: domain.Actor, reason: str = "") -> None:
    """Bring a finding on by the domain's steps: who may, from where, and whether a reason is needed."""
    assignment = ctx.session.get(Assignment, finding.assignment_id)
    assert assignment is not None
    state = domain.FindingState(finding.status)
    before = domain.Finding(finding.number, assignment.item, assignment.unit, state)
    finding.status = domain.act(before, action, actor, reason).state.value
    ctx.session.add(finding)


@command(
    title="cmd.withdraw_finding",
    grants={"officer": own_unit},
    states=SITE_STATES,
    checks=(visit_phase, site_round_open, finding_untold),
)
def withdraw_finding(ctx: Context, cmd: WithdrawFinding) -> None:
    finding = ctx.session.get(Finding, cmd.finding_id)
    if finding is None or finding.assignment_id != cmd.assignment_id or finding.notice_id is not None:
        raise refuse("commands.no_such_finding", kind="missing")
    act_on(ctx, finding, FindingAction.WITHDRAW, domain.Actor(ctx.actor.unit), cmd.reason)
    ctx.event("finding_withdrawn", finding=finding.number, unit=ctx.actor.unit, reason=cmd.reason)


@command(
    title="cmd.give_opinion",
    grants={"officer": own_unit},
    states=VISIT_STATES,
    checks=(site_round_open, was_on_site),
    kinds=ACCEPTANCE,
)
def give_opinion(ctx: Context, cmd: GiveOpinion) -> dict:
    """Raises Refused when the conclusion does not fit the findings, the item or the order of items."""
    mine = _mine(ctx, cmd.assignment_id)
    problems = opinion_problems(ctx, cmd, mine)
    if problems:
        raise Refused(*problems)
    assert mine.open_round_id is not None
    opinion, signature = keep_opinion(
        ctx,
        mine,
        mine.open_round_id,
        cmd.model_dump(include={"result", "text", "condition", "commitment_until", "document_no"}),
        cmd.signature,
        {"item": mine.item, "result": cmd.result, "text": cmd.text, "condition": cmd.condition},
        read_digests(ctx, mine.unit),
        sealed_words=sealed_words(cmd),
    )
    ctx.event("opinion_given", unit=mine.unit, item=mine.item, result=cmd.result, signature=signature.content_digest)
    if cmd.result == "PASS_COND":
        ctx.notify(
            applicants_of(ctx.session, ctx.the_case, ctx.today),
            "notify.commitment_wanted",
            number=ctx.the_case.number,
        )
    if all(not a.open_round_id for a in ctx.facts.assignments):
        ctx.notify(staff_with_role(ctx.session, "coordinator"), "notify.all_opinions", number=ctx.the_case.number)
    return {"opinion_id": opinion.id}


def sealed_words(cmd: GiveOpinion) -> list[object]:
    """What the officer has in sight when signing without network, in the order in which the device seals it."""
    until = cmd.commitment_until.isoformat() if cmd.commitment_until else ""
    return [cmd.case_id, cmd.assignment_id, cmd.result, cmd.text, cmd.condition, until, cmd.document_no]


def opinion_problems(ctx: Context, cmd: GiveOpinion, mine: AssignmentFacts) -> list[Problem]:
    """What speaks against giving this conclusion now (requirements §2.4, §2.6)."""
    item = item_of(ctx, mine.item)
    unsettled = mine.open_findings + mine.rectified_findings
    problems = []
    if cmd.result == "FAIL" and not mine.open_findings:
        problems.append(Problem("commands.fail_needs_finding", {}, "result"))
    if cmd.result != "FAIL" and unsettled:
        problems.append(Problem("commands.findings_open", {"count": unsettled}, "result"))
    if cmd.result == "PASS_COND":
        if not item.deferrable:
            problems.append(Problem("commands.item_not_deferrable", {}, "result"))
        if not cmd.condition or cmd.commitment_until is None or cmd.commitment_until <= ctx.today:
            problems.append(Problem("commands.condition_needed", {}, "condition"))
    waiting = [
        item_of(ctx, a.item).name.zh
        for a in ctx.facts.assignments
        if a.item in item.after and (not a.opinion or a.opinion == "FAIL")
    ]
    if waiting and cmd.result != "FAIL":
        problems.append(Problem("commands.other_items_first", {"items": "、".join(waiting)}, "result"))
    return problems


def read_digests(ctx: Context, unit: str) -> dict[str, list[str]]:
    """The files in force and the permits that the unit reads: what the opinion is given on."""
    return read_by(ctx.catalog, unit, papers_in_force(ctx.session, ctx.the_case, ctx.today))


@command(
    title="cmd.sign_commitment",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=SITE_STATES | {CaseState.RECTIFYING},
    checks=(commitment_wanted,),
)
def sign_commitment(ctx: Context, cmd: SignCommitment) -> None:
    mine = _mine(ctx, cmd.assignment_id)
    opinion = ctx.session.get_one(Opinion, mine.opinion_id)
    content = {"condition": opinion.condition, "until": opinion.commitment_until, "opinion": opinion.id}
    signature = sign(ctx, "commitment", cmd.signature, content)
    opinion.commitment_signature_id = signature.id
    ctx.session.add(opinion)
    ctx.event("commitment_signed", unit=mine.unit, item=mine.item, until=opinion.commitment_until)
    ctx.notify(staff_with_role(ctx.session, "coordinator"), "notify.commitment", number=ctx.the_case.number)
