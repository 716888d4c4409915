"""A department's decision in a joint review: given in parallel, signed, and given anew when its papers change."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jointreview.commands.certificates import checked_number, keep_certificate, taken_by_another
from jointreview.commands.executor import Context
from jointreview.commands.facts import AssignmentFacts, CaseFacts
from jointreview.commands.files import DrawnSignature
from jointreview.commands.items import item_of
from jointreview.commands.onsite import read_digests, was_on_site
from jointreview.commands.opinions import keep_opinion
from jointreview.commands.people import applicants_of, officers_of, staff_with_role
from jointreview.commands.registry import REVIEW, AssignmentCommand, command, may
from jointreview.commands.relations import own_unit
from jointreview.commands.rounds import close_round, open_round
from jointreview.commands.visits import DECIDING, SITE_STATES
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.problems import Problem, Refused
from jointreview.domain.status_codes import StatusCode
from jointreview.models.actor import SYSTEM, Actor
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.text import tr

GRANTED = frozenset({"PASS", "PASS_COND"})
LEAST_REASON = 10


class Decision(AssignmentCommand):
    """What a department decides on its item; `basis` is the law a refusal rests on."""

    result: str = Field(pattern="^(PASS|PASS_COND|FAIL|NA)$")
    text: str = Field(min_length=2, max_length=3000)
    basis: str = Field("", max_length=500)
    condition: str = Field("", max_length=1000)
    commitment_until: date | None = None
    document_no: str = Field("", max_length=100)
    valid_until: date | None = None


class DecideItem(Decision):
    """The department's decision on its item, signed."""

    signature: DrawnSignature


class ConfirmOpinion(AssignmentCommand):
    """What was read has changed: the department stands by its opinion on what lies in the file now, signed."""

    signature: DrawnSignature


class ReopenOpinion(AssignmentCommand):
    """The department takes its decision up again before the conclusion, with the reason on record."""

    reason: str = Field(min_length=4, max_length=500)


class RecordSilence(AssignmentCommand):
    """A department let its time pass: its reading counts as done, or, where rules allow it, its item as agreed."""


def decision_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has read the documents and has yet to decide."""
    mine = facts.assignment(target)
    if mine is not None and mine.open_round_kind == "documents":
        return Problem("commands.read_first")
    open_here = mine is not None and mine.open_round_kind == "decision"
    return None if open_here else Problem("decisions.not_open")


def has_decided(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has given its decision itself."""
    mine = facts.assignment(target)
    return None if mine is not None and mine.opinion not in ("", "DEEMED") else Problem("decisions.not_decided")


def opinion_stale(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Something the opinion was given on has changed since."""
    mine = facts.assignment(target)
    return None if mine is not None and mine.stale else Problem("decisions.not_stale")


def silent_too_long(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department's time is over; on an item where silence never counts only the reading can be closed."""
    mine = facts.assignment(target)
    if mine is None or mine.open_round_kind not in ("documents", "decision"):
        return Problem("decisions.nothing_silent")
    due = mine.silent_after
    if due is None or facts.today <= due:
        params = {"unit": facts.unit_names[mine.unit], "due": (due or facts.today).isoformat()}
        return Problem("commands.unit_has_time", params)
    if mine.open_round_kind == "documents":
        return None
    if mine.absence_policy != AbsencePolicy.DEEMED_OK:
        return Problem("decisions.silence_never_counts")
    no_survey_yet = mine.needs_site and not mine.attended and not mine.missed
    return Problem("decisions.survey_before_silence") if no_survey_yet else None


@command(
    title="cmd.decide_item",
    grants={"officer": own_unit},
    states=DECIDING,
    checks=(decision_open, was_on_site),
    kinds=REVIEW,
)
def decide_item(ctx: Context, cmd: DecideItem) -> dict:
    """Raises Refused naming all the decision lacks: reasons and law of a refusal, number of a permit, order."""
    mine = ctx.facts.assignment(cmd.assignment_id)
    assert mine is not None and mine.open_round_id is not None
    item = item_of(ctx, mine.item)
    number, problems = judged(ctx, cmd, mine)
    if problems:
        raise Refused(*problems)
    opinion = _give(ctx, cmd, mine, number)
    assignment = ctx.session.get_one(Assignment, mine.id)
    if cmd.result == "NA":
        number = ""
    keep_certificate(ctx, item, assignment, cmd.result in GRANTED, number, cmd.valid_until)
    if cmd.commitment_until is not None:
        told = applicants_of(ctx.session, ctx.the_case, ctx.today)
        ctx.notify(told, "notify.commitment_wanted", number=ctx.the_case.number)
    tell_when_all_decided(ctx)
    return {"opinion_id": opinion.id, "document_no": number}


def judged(ctx: Context, cmd: Decision, mine: AssignmentFacts) -> tuple[str, list[Problem]]:
    """The number of the document as it is kept, and everything that speaks against the decision now."""
    item = item_of(ctx, mine.item)
    number, problems = cmd.document_no, decision_problems(ctx, cmd, mine)
    if item.permit and cmd.result in GRANTED:
        number, faults = _permit_number(ctx, item.permit, cmd, mine.id)
        problems += faults
    return number, problems


def _permit_number(ctx: Context, permit: str, cmd: Decision, assignment_id: int) -> tuple[str, list[Problem]]:
    if not cmd.document_no:
        return "", [Problem("decisions.number_needed", {}, "document_no")]
    number, problems = checked_number(permit, cmd.document_no)
    if not problems and taken_by_another(ctx.session, permit, number, assignment_id):
        problems = [Problem("decisions.number_taken", {"number": number}, "document_no")]
    return number, problems


def decision_problems(ctx: Context, cmd: Decision, mine: AssignmentFacts) -> list[Problem]:
    """What speaks against this decision now (Administrative Licensing Law, Art. 38; requirements §2.4)."""
    item = item_of(ctx, mine.item)
    problems = []
    if cmd.result == "FAIL":
        if len(cmd.text) < LEAST_REASON:
            problems.append(Problem("decisions.reasons_needed", {}, "text"))
        if not cmd.basis:
            problems.append(Problem("decisions.basis_needed", {}, "basis"))
    if cmd.result == "PASS_COND":
        if not cmd.condition:
            problems.append(Problem("decisions.condition_needed", {}, "condition"))
        if cmd.commitment_until is not None and not item.deferrable:
            problems.append(Problem("commands.item_not_deferrable", {}, "commitment_until"))
        if cmd.commitment_until is not None and cmd.commitment_until <= ctx.today:
            problems.append(Problem("commands.condition_needed", {}, "commitment_until"))
    elif cmd.commitment_until is not None:
        problems.append(Problem("commands.no_commitment_wanted", {}, "commitment_until"))
    if cmd.valid_until is not None and cmd.valid_until <= ctx.today:
        problems.append(Problem("decisions.valid_until_past", {}, "valid_until"))
    waiting = waits_for(ctx.facts, item.after)
    if waiting and cmd.result != "FAIL":
        names = "、".join(item_of(ctx, code).name.zh for code in waiting)
        problems.append(Problem("commands.other_items_first", {"items": names}, "result"))
    return problems


def waits_for(facts: CaseFacts, after: list[str]) -> list[str]:
    """The items of the case among `after` that are not decided, or were refused."""
    return [a.item for a in facts.assignments if a.item in after and a.opinion in ("", "FAIL")]


def _give(ctx: Context, cmd: DecideItem, mine: AssignmentFacts, number: str) -> Opinion:
    said = cmd.model_dump(mode="json", exclude={"signature", "case_id", "assignment_id"})
    words = cmd.model_dump(include={"result", "text", "basis", "condition", "commitment_until"})
    content = {"item": mine.item, **said, "document_no": number}
    opinion, signature = keep_opinion(
        ctx,
        mine,
        mine.open_round_id or 0,
        {**words, "document_no": number},
        cmd.signature,
        content,
        read_digests(ctx, mine.unit),
    )
    ctx.event(
        "opinion_given",
        unit=mine.unit,
        item=mine.item,
        result=cmd.result,
        document=number,
        signature=signature.content_digest,
    )
    return opinion


def tell_when_all_decided(ctx: Context) -> None:
    """The lead unit learns that its conclusion is waited for."""
    facts = ctx.facts
    if any(not a.opinion or a.open_round_id for a in facts.assignments):
        return
    told = [a.id for a in officers_of(ctx.session, facts.lead) if a.id]
    told += staff_with_role(ctx.session, "coordinator")
    ctx.notify(told, "notify.all_decided", number=ctx.the_case.number)


@command(
    title="cmd.confirm_opinion",
    grants={"officer": own_unit},
    states=SITE_STATES,
    checks=(has_decided, opinion_stale),
)
def confirm_opinion(ctx: Context, cmd: ConfirmOpinion) -> dict:
    """The same words in a round of their own, pinned to the files of now; the earlier opinion stays on record."""
    mine = ctx.facts.assignment(cmd.assignment_id)
    assert mine is not None
    earlier = ctx.session.get_one(Opinion, mine.opinion_id)
    kind = ctx.session.get_one(Round, earlier.round_id).kind
    round_ = open_round(ctx, ctx.session.get_one(Assignment, mine.id), kind)
    kept = {"result", "text", "basis", "condition", "commitment_until", "document_no", "commitment_signature_id"}
    opinion, signature = keep_opinion(
        ctx,
        mine,
        round_.id or 0,
        earlier.model_dump(include=kept),
        cmd.signature,
        {"confirms": earlier.id, "result": earlier.result, "text": earlier.text},
        read_digests(ctx, mine.unit),
    )
    ctx.event(
        "opinion_confirmed",
        unit=mine.unit,
        item=mine.item,
        changed=list(mine.stale),
        signature=signature.content_digest,
    )
    return {"opinion_id": opinion.id}


@command(
    title="cmd.reopen_opinion",
    grants={"officer": own_unit},
    states=DECIDING,
    checks=(has_decided,),
    kinds=REVIEW,
)
def reopen_opinion(ctx: Context, cmd: ReopenOpinion) -> None:
    assignment = ctx.session.get_one(Assignment, cmd.assignment_id)
    open_round(ctx, assignment, "decision")
    ctx.event("opinion_reopened", unit=assignment.unit, item=assignment.item, reason=cmd.reason)


@command(
    title="cmd.record_silence",
    grants={"coordinator": None, "system": None},
    states=DECIDING,
    checks=(silent_too_long,),
    kinds=REVIEW,
)
def record_silence(ctx: Context, cmd: RecordSilence) -> None:
    """Nobody else waits for the silent department; what it may still say it says in its decision.

    It counts from the first working day after the department's time, however late it is noticed.
    """
    mine = ctx.facts.assignment(cmd.assignment_id)
    assert mine is not None and mine.open_round_id is not None and mine.silent_after is not None
    day = min(ctx.calendar.nth_workday_after(mine.silent_after, 1), ctx.today)
    close_round(ctx, mine.open_round_id, "deemed", on=day)
    recorded = day if ctx.actor.role == "system" else None
    if mine.open_round_kind == "documents":
        if not mine.draft_gaps:
            open_round(ctx, ctx.session.get_one(Assignment, mine.id), "decision")
        ctx.event("documents_deemed", StatusCode.DEPARTMENT_STARTED, recorded, unit=mine.unit, item=mine.item)
        return
    ctx.session.add(
        Opinion(
            case_id=ctx.case_id,
            assignment_id=mine.id,
            round_id=mine.open_round_id,
            result="DEEMED",
            text=tr("zh", "decisions.deemed"),
            given_on=day,
            given_at=ctx.now,
        )
    )
    ctx.event("opinion_deemed", effective_on=recorded, unit=mine.unit, item=mine.item)
    tell_when_all_decided(ctx)


def silences(facts: CaseFacts) -> list[RecordSilence]:
    """The silences of departments that can be recorded now."""
    return [
        RecordSilence(case_id=facts.case_id, assignment_id=mine.id)
        for mine in facts.assignments
        if may(SYSTEM, RecordSilence, facts, mine.id) is None
    ]
