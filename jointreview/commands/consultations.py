"""Others brought in: a department added late with its reason, and questions of one unit to another."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.people import applicants_of, officers_of
from jointreview.commands.registry import AssignmentCommand, CaseCommand, command
from jointreview.commands.relations import own_unit, unit_consulted
from jointreview.commands.rounds import open_round
from jointreview.commands.visits import SITE_STATES, ask_for_survey
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Problem, refuse
from jointreview.models.actor import Actor
from jointreview.models.consultation import Consultation
from jointreview.models.review import Assignment


class AddDepartment(CaseCommand):
    """An item nobody thought of at acceptance is given to its department; its time counts from today."""

    item: str = Field(min_length=1, max_length=20)
    reason: str = Field(min_length=4, max_length=500)


class Consult(AssignmentCommand):
    """The department asks another unit before it decides."""

    to_unit: str = Field(min_length=1, max_length=40)
    question: str = Field(min_length=4, max_length=1000)
    due_on: date


class AnswerConsultation(CaseCommand):
    """The unit that was asked answers; the answer is advice and stands with the opinion of the one that asked."""

    consultation_id: int
    answer: str = Field(min_length=2, max_length=3000)


class WithdrawConsultation(AssignmentCommand):
    """The question is taken back."""

    consultation_id: int


def somebody_undecided(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Not every department has spoken yet."""
    waiting = any(not a.opinion for a in facts.assignments)
    return None if waiting else Problem("decisions.all_decided")


def round_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has yet to speak."""
    mine = facts.assignment(target)
    return None if mine is not None and mine.open_round_id else Problem("commands.opinion_given")


def question_waits(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department asked something that was not answered yet."""
    waiting = any(c.assignment_id == target and not c.answered for c in facts.consultations)
    return None if waiting else Problem("decisions.no_such_question")


@command(
    title="cmd.add_department",
    grants={"coordinator": None},
    states=frozenset({CaseState.REVIEWING}),
    checks=(somebody_undecided,),
)
def add_department(ctx: Context, cmd: AddDepartment) -> dict:
    item = next((i for i in ctx.catalog.items if i.code == cmd.item), None)
    if item is None:
        raise refuse("decisions.no_such_item", where="item", kind="missing")
    if any(a.item == item.code for a in ctx.facts.assignments):
        raise refuse("decisions.item_there", where="item")
    assignment = Assignment(
        case_id=ctx.case_id,
        item=item.code,
        unit=item.unit,
        because={"zh": cmd.reason, "en": cmd.reason},
        needs_site=item.needs_site,
        added_late=cmd.reason,
        dispatched_at=ctx.now,
    )
    ctx.session.add(assignment)
    ctx.session.flush()
    open_round(ctx, assignment, "documents")
    ctx.event("department_added", unit=item.unit, item=item.code, reason=cmd.reason)
    ctx.notify(
        [a.id for a in officers_of(ctx.session, item.unit) if a.id], "notify.dispatched", number=ctx.the_case.number
    )
    if item.needs_site:
        ask_for_survey(ctx, [item.unit])
    told = applicants_of(ctx.session, ctx.the_case, ctx.today)
    ctx.notify(told, "notify.department_added", number=ctx.the_case.number, unit=ctx.catalog.unit(item.unit).name.zh)
    return {"assignment_id": assignment.id}


@command(
    title="cmd.consult",
    grants={"officer": own_unit},
    states=SITE_STATES,
    checks=(round_open,),
)
def consult(ctx: Context, cmd: Consult) -> dict:
    if cmd.to_unit == ctx.actor.unit or cmd.to_unit not in {u.code for u in ctx.catalog.units}:
        raise refuse("decisions.no_such_unit", where="to_unit")
    if cmd.due_on < ctx.today or not ctx.calendar.is_workday(cmd.due_on):
        raise refuse("decisions.answer_day", where="due_on")
    mine = ctx.facts.assignment(cmd.assignment_id)
    assert mine is not None
    last = mine.decision_due
    if last is not None and cmd.due_on > last:
        raise refuse("decisions.answer_too_late", where="due_on", due=last.isoformat())
    row = Consultation(
        case_id=ctx.case_id,
        assignment_id=cmd.assignment_id,
        to_unit=cmd.to_unit,
        question=cmd.question,
        due_on=cmd.due_on,
        asked_by=ctx.actor.account_id,
        asked_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.event("consultation_asked", unit=mine.unit, to_unit=cmd.to_unit, item=mine.item, due=cmd.due_on)
    ctx.topics.add(f"unit:{cmd.to_unit}")
    told = [a.id for a in officers_of(ctx.session, cmd.to_unit) if a.id]
    ctx.notify(told, "notify.consulted", number=ctx.the_case.number, due=cmd.due_on.isoformat())
    return {"consultation_id": row.id}


@command(title="cmd.answer_consultation", grants={"officer": unit_consulted}, states=SITE_STATES)
def answer_consultation(ctx: Context, cmd: AnswerConsultation) -> None:
    row = _asked(ctx, cmd.consultation_id)
    if row.to_unit != ctx.actor.unit:
        raise refuse("decisions.no_such_question", kind="missing")
    row.status, row.answer = "answered", cmd.answer
    row.answered_by, row.answered_at = ctx.actor.account_id, ctx.now
    ctx.session.add(row)
    ctx.event("consultation_answered", unit=row.to_unit)
    ctx.notify([row.asked_by], "notify.consultation_answered", number=ctx.the_case.number)


@command(
    title="cmd.withdraw_consultation", grants={"officer": own_unit}, states=SITE_STATES, checks=(question_waits,)
)
def withdraw_consultation(ctx: Context, cmd: WithdrawConsultation) -> None:
    row = _asked(ctx, cmd.consultation_id)
    if row.assignment_id != cmd.assignment_id:
        raise refuse("decisions.no_such_question", kind="missing")
    row.status = "withdrawn"
    ctx.session.add(row)
    ctx.event("consultation_withdrawn", unit=ctx.actor.unit, to_unit=row.to_unit)


def _asked(ctx: Context, consultation_id: int) -> Consultation:
    row = ctx.session.get(Consultation, consultation_id)
    if row is None or row.case_id != ctx.case_id or row.status != "asked":
        raise refuse("decisions.no_such_question", kind="missing")
    return row
