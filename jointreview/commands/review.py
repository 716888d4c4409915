"""Document review: each department reads, asks once, and all gaps leave in one merged supplement notice."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from jointreview.commands import notices
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.form_values import hand_in
from jointreview.commands.gap_marks import Mark, marked
from jointreview.commands.people import applicants_of, officers_of
from jointreview.commands.registry import ACCEPTANCE, AssignmentCommand, CaseCommand, command
from jointreview.commands.relations import filed_at_window, own_case, own_unit
from jointreview.commands.rounds import close_round, open_round
from jointreview.commands.viruses import infected_materials
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import PauseKind
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.actor import Actor
from jointreview.models.review import Assignment, Gap

REVIEWING = frozenset({CaseState.REVIEWING})
SUPPLEMENTING = frozenset({CaseState.SUPPLEMENTING})
WINDOW = "window"


class GapInput(BaseModel):
    """One thing missing: which material or field, where, by which rule, what is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: str = Field(pattern="^(material|field)$")
    subject: str = Field(min_length=1, max_length=70)
    page: str = Field("", max_length=40)
    rule: str = Field(min_length=1, max_length=300)
    wanted: str = Field(min_length=4, max_length=1000)
    mark: Mark | None = None


class RecordGap(AssignmentCommand, GapInput):
    """A department notes one thing missing."""


class DropGap(AssignmentCommand):
    """The department takes back a gap it has not yet told."""

    gap_id: int


class FinishDocumentReview(AssignmentCommand):
    """The department has read the documents: without objection, or with the gaps it noted."""


class IssueSupplementNotice(CaseCommand):
    """All departments' gaps leave in one notice, once; the clock pauses (requirements §4.4)."""


class AnswerGap(CaseCommand):
    """The applicant says how a gap was filled."""

    gap_id: int
    answer: str = Field(min_length=1, max_length=1000)


class SubmitSupplement(CaseCommand):
    """The applicant has answered every gap; the clock goes on."""


class CloseDocumentReview(CaseCommand):
    """Everybody has read, or let the time pass in silence: the visit can be arranged."""


def documents_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department's reading is still open."""
    mine = facts.assignment(target)
    open_here = mine is not None and mine.open_round_kind == "documents"
    return None if open_here else Problem("commands.documents_already_read")


def may_still_ask(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A department asks once: after the supplement it judges, it does not ask again (requirements §2.3)."""
    return Problem("commands.asked_already") if facts.supplement_used else None


def everybody_read(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No department is still reading."""
    reading = [a.unit for a in facts.assignments if a.open_round_kind == "documents"]
    return Problem("commands.units_still_reading", {"count": len(reading)}) if reading else None


def gaps_wait(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Departments noted gaps that were not yet told."""
    return None if facts.draft_gaps else Problem("commands.no_gaps")


def no_gaps_wait(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No gap waits to be told."""
    return Problem("commands.gaps_wait") if facts.draft_gaps else None


def every_gap_answered(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Nothing told is left unanswered."""
    return Problem("commands.gaps_unanswered", {"count": facts.told_gaps}) if facts.told_gaps else None


def reading_time_over(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No department still reads within its time: silence before its last day means nothing."""
    for mine in facts.assignments:
        due = mine.reading_due
        if mine.open_round_kind == "documents" and (due is None or facts.today <= due):
            params: dict[str, object] = {"unit": facts.unit_names[mine.unit], "due": (due or facts.today).isoformat()}
            return Problem("commands.unit_has_time", params)
    return None


def gap_noted(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department noted a gap that was not told yet."""
    mine = facts.assignment(target)
    return None if mine and mine.draft_gaps else Problem("commands.no_such_gap")


def gaps_to_answer(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A notice told gaps that are to be answered; an answer can be changed until it is handed in."""
    return None if facts.told_gaps or facts.answered_gaps else Problem("commands.no_such_gap")


@command(
    title="cmd.record_gap",
    grants={"officer": own_unit},
    states=REVIEWING,
    checks=(documents_open, may_still_ask),
)
def record_gap(ctx: Context, cmd: RecordGap) -> dict:
    target = f"{cmd.kind}:{cmd.subject}"
    if cmd.kind == "material" and cmd.subject not in {m.code for m in ctx.catalog.materials}:
        raise refuse("commands.no_such_material", where="subject")
    gap = Gap(
        case_id=ctx.case_id,
        unit=ctx.actor.unit,
        assignment_id=cmd.assignment_id,
        target=target,
        page=cmd.page,
        rule=cmd.rule,
        wanted=cmd.wanted,
        **marked(ctx, cmd.kind, cmd.subject, cmd.mark),
    )
    ctx.session.add(gap)
    ctx.session.flush()
    place: dict[str, Any] = {"page": gap.page_no, "digest": gap.digest} if gap.page_no else {}
    ctx.event("gap_recorded", gap=gap.id, unit=ctx.actor.unit, target=target, **place)
    return {"gap_id": gap.id}


@command(title="cmd.drop_gap", grants={"officer": own_unit}, states=REVIEWING, checks=(documents_open, gap_noted))
def drop_gap(ctx: Context, cmd: DropGap) -> None:
    gap = ctx.session.get(Gap, cmd.gap_id)
    if gap is None or gap.assignment_id != cmd.assignment_id or gap.status != "draft":
        raise refuse("commands.no_such_gap", kind="missing")
    gap.status = "dropped"
    ctx.session.add(gap)
    ctx.event("gap_dropped", gap=gap.id, unit=gap.unit)


@command(title="cmd.finish_document_review", grants={"officer": own_unit}, states=REVIEWING, checks=(documents_open,))
def finish_document_review(ctx: Context, cmd: FinishDocumentReview) -> None:
    mine = ctx.facts.assignment(cmd.assignment_id)
    assert mine is not None and mine.open_round_id is not None
    close_round(ctx, mine.open_round_id, "done")
    for gap in ctx.session.exec(
        select(Gap).where(Gap.assignment_id == cmd.assignment_id, Gap.status == "answered")
    ).all():
        gap.status = "closed"
        ctx.session.add(gap)
    if ctx.the_case.kind == "review" and not mine.draft_gaps:
        open_round(ctx, ctx.session.get_one(Assignment, mine.id), "decision")
    ctx.event("documents_read", StatusCode.DEPARTMENT_STARTED, unit=mine.unit, item=mine.item, gaps=mine.draft_gaps)


@command(
    title="cmd.issue_supplement_notice",
    grants={"coordinator": None, "clerk": None},
    states=REVIEWING,
    checks=(everybody_read, gaps_wait, may_still_ask),
)
def issue_supplement_notice(ctx: Context, cmd: IssueSupplementNotice) -> dict:
    gaps = list(ctx.session.exec(select(Gap).where(Gap.case_id == ctx.case_id, Gap.status == "draft")).all())
    due = ctx.calendar.nth_workday_after(ctx.today, ctx.catalog.rules.supplement_workdays)
    notice = notices.gap_notice(ctx, "supplement", gaps, due)
    for gap in gaps:
        gap.status, gap.notice_id = "told", notice.id
        ctx.session.add(gap)
    ctx.event(
        "supplement_asked",
        StatusCode.SUPPLEMENT_STARTED,
        effective_on=ctx.today,
        pause=PauseKind.SUPPLEMENT.value,
        notice=notice.number,
        gaps=len(gaps),
        due=due,
    )
    ctx.move(CaseState.SUPPLEMENTING)
    ctx.notify(
        applicants_of(ctx.session, ctx.the_case, ctx.today),
        "notify.supplement",
        number=ctx.the_case.number,
        gaps=len(gaps),
        due=due.isoformat(),
    )
    return {"notice_id": notice.id, "document_id": notice.document_id}


@command(
    title="cmd.answer_gap",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=frozenset({CaseState.RETURNED, CaseState.SUPPLEMENTING}),
    checks=(gaps_to_answer,),
)
def answer_gap(ctx: Context, cmd: AnswerGap) -> None:
    gap = ctx.session.get(Gap, cmd.gap_id)
    if gap is None or gap.case_id != ctx.case_id or gap.status not in ("told", "answered"):
        raise refuse("commands.no_such_gap", kind="missing")
    gap.answer, gap.status = cmd.answer, "answered"
    ctx.session.add(gap)
    ctx.event("gap_answered", gap=gap.id, unit=gap.unit, target=gap.target)


@command(
    title="cmd.submit_supplement",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=SUPPLEMENTING,
    checks=(every_gap_answered,),
)
def submit_supplement(ctx: Context, cmd: SubmitSupplement) -> None:
    """Raises Refused for files in which a virus was found: the departments could not read them."""
    if infected := infected_materials(ctx.session, ctx.case_id):
        raise Refused(*infected)
    hand_in(ctx.session, ctx.case_id)
    ctx.event("supplement_given", StatusCode.SUPPLEMENT_ENDED, effective_on=ctx.today)
    ctx.move(CaseState.REVIEWING)
    asked = {
        g.assignment_id
        for g in ctx.session.exec(select(Gap).where(Gap.case_id == ctx.case_id, Gap.status == "answered")).all()
    }
    told: list[int] = []
    for assignment in ctx.session.exec(
        select(Assignment).where(Assignment.case_id == ctx.case_id, col(Assignment.id).in_(asked))
    ).all():
        open_round(ctx, assignment, "documents")
        told += [a.id for a in officers_of(ctx.session, assignment.unit) if a.id]
    ctx.notify(told, "notify.supplement_given", number=ctx.the_case.number)
    stale = {a.unit for a in ctx.facts.assignments if a.stale}
    again = [a.id for unit in sorted(stale) for a in officers_of(ctx.session, unit) if a.id]
    ctx.notify(again, "notify.opinion_stale", number=ctx.the_case.number)


@command(
    title="cmd.close_document_review",
    grants={"coordinator": None},
    states=REVIEWING,
    checks=(no_gaps_wait, reading_time_over),
    kinds=ACCEPTANCE,
)
def close_document_review(ctx: Context, cmd: CloseDocumentReview) -> None:
    """Silence until the sub-deadline is no documentary objection; before it, departments are not passed over."""
    for assignment in ctx.facts.assignments:
        if assignment.open_round_kind != "documents":
            continue
        close_round(ctx, assignment.open_round_id, "deemed")
        ctx.event("documents_deemed", unit=assignment.unit, item=assignment.item)
    for row in ctx.session.exec(select(Assignment).where(Assignment.case_id == ctx.case_id)).all():
        open_round(ctx, row, "site")
    ctx.event("review_closed")
    ctx.move(CaseState.VISITING)
