"""More days for a department or for the whole case: asked by one, decided by another, told to the applicant."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import select

from jointreview.commands import time_notices
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.people import applicants_of, heads_of, officers_of, staff_with_role
from jointreview.commands.registry import AssignmentCommand, CaseCommand, command
from jointreview.commands.relations import lead_unit, own_unit
from jointreview.domain.case_states import IN_PROCESS
from jointreview.domain.problems import Problem, refuse
from jointreview.models.actor import Actor
from jointreview.models.review import Assignment, Round
from jointreview.models.timekeeping import Extension

_COUNTS = ("requested", "approved")


class RequestExtension(AssignmentCommand):
    """A department asks for more days for its own part (Administrative Licensing Law, Art. 42)."""

    days: int = Field(ge=1, le=100)
    reason: str = Field(min_length=4, max_length=1000)


class RequestJointExtension(CaseCommand):
    """The lead department asks for more days for the whole case (Administrative Licensing Law, Art. 42)."""

    days: int = Field(ge=1, le=100)
    reason: str = Field(min_length=4, max_length=1000)


class ExtensionCommand(CaseCommand):
    """A command on one request for more days."""

    extension_id: int

    @property
    def target(self) -> int | None:
        return self.extension_id


class ApproveExtension(ExtensionCommand):
    """Granted: for a department by its head, for the case by the coordinator with the approval's number."""

    note: str = Field("", max_length=500)
    approval_no: str = Field("", max_length=200)


class RefuseExtension(ExtensionCommand):
    """Not granted, with the reason."""

    reason: str = Field(min_length=2, max_length=500)


def own_departments(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The person heads the department that asked for its own part."""
    asked = facts.extension(target)
    if asked is None or asked.part is None:
        return Problem("timing.no_such_extension")
    return None if asked.unit == actor.unit else Problem("commands.other_unit")


def joint_one(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The request is for the whole case."""
    asked = facts.extension(target)
    return None if asked and asked.part is None else Problem("timing.no_such_extension")


def not_extended_before(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A period is extended once: nothing waits for a decision, nothing was granted (Art. 42)."""
    there = any(e.part == target and e.status in _COUNTS for e in facts.extensions)
    return Problem("timing.extended_already") if there else None


def part_open(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has not finished its part."""
    mine = facts.assignment(target)
    return None if mine and mine.open_round_id else Problem("timing.part_finished")


def undecided(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The request is not yet decided."""
    asked = facts.extension(target)
    return None if asked and asked.status == "requested" else Problem("timing.decided_already")


def other_than_asked(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Four eyes: whoever asked does not decide."""
    asked = facts.extension(target)
    own = asked is not None and asked.requested_by == actor.account_id
    return Problem("timing.four_eyes") if own else None


def _ask(ctx: Context, days: int, reason: str, most: int, part: int | None, told: list[int]) -> dict:
    if days > most:
        raise refuse("timing.extension_too_long", where="days", most=most)
    row = Extension(
        case_id=ctx.case_id,
        assignment_id=part,
        days=days,
        reason=reason,
        requested_by=ctx.actor.account_id,
        requested_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.event("extension_requested", extension=row.id, days=days, reason=reason, unit=ctx.actor.unit)
    ctx.notify(told, "notify.extension_requested", number=ctx.the_case.number, days=days)
    return {"extension_id": row.id}


@command(
    title="cmd.request_extension",
    grants={"officer": own_unit},
    states=IN_PROCESS,
    checks=(part_open, not_extended_before),
)
def request_extension(ctx: Context, cmd: RequestExtension) -> dict:
    most = ctx.catalog.rules.extensions.department_workdays
    return _ask(ctx, cmd.days, cmd.reason, most, cmd.assignment_id, heads_of(ctx.session, ctx.actor.unit))


@command(
    title="cmd.request_joint_extension",
    grants={"officer": lead_unit, "leader": lead_unit},
    states=IN_PROCESS,
    checks=(not_extended_before,),
)
def request_joint_extension(ctx: Context, cmd: RequestJointExtension) -> dict:
    most = ctx.catalog.rules.extensions.joint_workdays
    return _ask(ctx, cmd.days, cmd.reason, most, None, staff_with_role(ctx.session, "coordinator"))


@command(
    title="cmd.approve_extension",
    grants={"leader": own_departments, "coordinator": joint_one},
    states=IN_PROCESS,
    checks=(undecided, other_than_asked),
)
def approve_extension(ctx: Context, cmd: ApproveExtension) -> dict:
    """Raises the promise; never a pause. A joint one needs the number of the government head's approval."""
    row = ctx.session.get_one(Extension, cmd.extension_id)
    if row.assignment_id is None and not cmd.approval_no:
        raise refuse("timing.approval_no_needed", where="approval_no")
    unit = _lengthen(ctx, row)
    row.status, row.decided_by, row.decided_at = "approved", ctx.actor.account_id, ctx.now
    row.decision_note = " ".join(part for part in (cmd.approval_no, cmd.note) if part)
    notice = time_notices.extension_notice(ctx, row, unit, cmd.approval_no)
    row.notice_id = notice.id
    ctx.session.add(row)
    ctx.event(
        "extension_approved",
        extension=row.id,
        days=row.days,
        part=row.assignment_id,
        unit=unit,
        notice=notice.number,
        evidence=cmd.approval_no,
    )
    units = {unit} if unit else set(ctx.facts.units)
    told = [a.id for one in sorted(units) for a in officers_of(ctx.session, one) if a.id]
    told += [*applicants_of(ctx.session, ctx.the_case, ctx.today), row.requested_by]
    ctx.notify(told, "notify.extension_approved", number=ctx.the_case.number, days=row.days)
    return {"notice_id": notice.id, "document_id": notice.document_id}


def _lengthen(ctx: Context, row: Extension) -> str:
    """Add the days to the case, or to the open round of the department; answers the department's code."""
    if row.assignment_id is None:
        ctx.the_case.promised_days += row.days
        ctx.session.add(ctx.the_case)
        return ""
    assignment = ctx.session.get_one(Assignment, row.assignment_id)
    round_ = ctx.session.exec(
        select(Round).where(Round.assignment_id == row.assignment_id, Round.status == "open")
    ).first()
    if round_ is None:
        raise refuse("timing.part_finished", kind="state")
    round_.promised_days += row.days
    ctx.session.add(round_)
    return assignment.unit


@command(
    title="cmd.refuse_extension",
    grants={"leader": own_departments, "coordinator": joint_one},
    states=IN_PROCESS,
    checks=(undecided, other_than_asked),
)
def refuse_extension(ctx: Context, cmd: RefuseExtension) -> None:
    row = ctx.session.get_one(Extension, cmd.extension_id)
    row.status, row.decision_note = "refused", cmd.reason
    row.decided_by, row.decided_at = ctx.actor.account_id, ctx.now
    ctx.session.add(row)
    ctx.event("extension_refused", extension=row.id, reason=cmd.reason)
    ctx.notify([row.requested_by], "notify.extension_refused", number=ctx.the_case.number, reason=cmd.reason)
