"""Pauses of the clock: asked for with evidence, approved by somebody else, told to the applicant, closed."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jointreview.commands import time_notices
from jointreview.commands.case_clock import case_clock, clock_of_round, coded_events
from jointreview.commands.executor import Context
from jointreview.commands.files import own_upload
from jointreview.commands.pause_rights import (
    another_person,
    applicants_request,
    coordinators_pause,
    head_decides,
    is_open,
    no_delay,
    no_force_majeure,
    no_higher_review,
    no_publicity,
    no_request_waits,
    own_request,
    still_at_work,
    units_pause,
    waits_for_decision,
)
from jointreview.commands.people import applicants_of, heads_of, officers_of, staff_with_role
from jointreview.commands.registry import AssignmentCommand, CaseCommand, command
from jointreview.commands.relations import filed_at_window, lead_unit, own_case, own_unit
from jointreview.domain.case_states import IN_PROCESS
from jointreview.domain.pauses import LengthUnit, PauseKind, overrun, planned_end
from jointreview.domain.problems import refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.case import Upload
from jointreview.models.review import Round
from jointreview.models.timekeeping import PauseRequest

LONGEST_DAYS = 365


class RequestPause(AssignmentCommand):
    """A department asks for the time of a special procedure (Administrative Licensing Law, Art. 45)."""

    procedure: str = Field(min_length=1, max_length=40)
    legal_basis: str = Field(min_length=4, max_length=300)
    reason: str = Field(min_length=4, max_length=1000)
    planned_days: int = Field(ge=1, le=LONGEST_DAYS)
    planned_unit: LengthUnit = LengthUnit.WORKDAY
    evidence_no: str = Field("", max_length=200)
    evidence_upload_id: int | None = None


class OpenPublicity(CaseCommand):
    """The lead department publishes the plan for objections; the days of the notice are not counted."""

    evidence_no: str = Field(min_length=8, max_length=200, pattern=r"^https?://\S+$")
    planned_days: int = Field(7, ge=1, le=LONGEST_DAYS)


class RequestHigherReview(CaseCommand):
    """The lead department has to ask a higher authority or somebody outside, by letter."""

    evidence_no: str = Field(min_length=4, max_length=200)
    reason: str = Field(min_length=4, max_length=1000)
    planned_days: int = Field(ge=1, le=LONGEST_DAYS)


class AskDelay(CaseCommand):
    """The applicant asks to postpone, with the signed request."""

    reason: str = Field(min_length=4, max_length=1000)
    planned_days: int = Field(ge=1, le=LONGEST_DAYS)
    evidence_upload_id: int | None = None


class ReportForceMajeure(CaseCommand):
    """The coordinator reports what makes work impossible, by the number of its announcement."""

    evidence_no: str = Field(min_length=4, max_length=200)
    reason: str = Field(min_length=4, max_length=1000)
    planned_days: int = Field(ge=1, le=LONGEST_DAYS)


class PauseCommand(CaseCommand):
    """A command on one pause of a case."""

    pause_id: int

    @property
    def target(self) -> int | None:
        return self.pause_id


class ApprovePause(PauseCommand):
    """Somebody else than the one who asked approves: the clock stands still from today."""

    note: str = Field("", max_length=500)


class RefusePause(PauseCommand):
    """The request is refused with its reason; the clock goes on as it was."""

    reason: str = Field(min_length=2, max_length=500)


class CancelPause(PauseCommand):
    """A request not yet decided is taken back."""

    reason: str = Field(min_length=2, max_length=500)


class ClosePause(PauseCommand):
    """What was waited for is there: the clock goes on with the next working day."""

    result: str = Field(min_length=2, max_length=1000)


def _ask(ctx: Context, kind: PauseKind, cmd: CaseCommand, told: list[int], part: int | None = None) -> PauseRequest:
    """Record the request with its evidence; refused without evidence, or beyond the limit of its kind."""
    given = cmd.model_dump()
    rule = ctx.catalog.rules.pause(kind.value)
    assert rule is not None
    upload_id, number = given.get("evidence_upload_id"), given.get("evidence_no", "")
    if not upload_id and not number:
        raise refuse("timing.evidence_needed", where="evidence_no", evidence=rule.evidence.model_dump())
    unit = LengthUnit(given.get("planned_unit", rule.unit))
    if rule.limit_workdays and given["planned_days"] > rule.limit_workdays:
        raise refuse("timing.too_long", where="planned_days", most=rule.limit_workdays, pause=rule.name.model_dump())
    if upload_id:
        own_upload(ctx, upload_id)
    row = PauseRequest(
        case_id=ctx.case_id,
        assignment_id=part,
        kind=kind.value,
        procedure=given.get("procedure", ""),
        legal_basis=given.get("legal_basis", ""),
        reason=given.get("reason", "") or rule.name.zh,
        evidence_no=number,
        evidence_upload_id=upload_id,
        planned_days=given["planned_days"],
        planned_unit=unit.value,
        requested_by=ctx.actor.account_id or None,
        requested_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.event(
        "pause_requested",
        pause=kind.value,
        ref=ref_of(row),
        procedure=row.procedure,
        reason=row.reason,
        evidence=evidence_of(ctx, row),
        planned_days=row.planned_days,
        planned_unit=row.planned_unit,
        unit=_unit(ctx, row),
    )
    ctx.notify(told, "notify.pause_requested", number=ctx.the_case.number, kind=rule.name.model_dump())
    return row


def ref_of(row: PauseRequest) -> str:
    """What tells this pause apart from others that overlap it."""
    return f"pause:{row.id}"


def evidence_of(ctx: Context, row: PauseRequest) -> str:
    """The number of the evidence, or the name of its file."""
    upload = ctx.session.get(Upload, row.evidence_upload_id) if row.evidence_upload_id else None
    return row.evidence_no or (upload.name if upload else "")


def _unit(ctx: Context, row: PauseRequest) -> str:
    mine = ctx.facts.assignment(row.assignment_id)
    return mine.unit if mine else ""


@command(
    title="cmd.request_pause",
    grants={"officer": own_unit},
    states=IN_PROCESS,
    checks=(still_at_work, no_request_waits),
)
def request_pause(ctx: Context, cmd: RequestPause) -> dict:
    rule = ctx.catalog.rules.pause(PauseKind.SPECIAL.value)
    if rule is None or rule.procedure(cmd.procedure) is None:
        raise refuse("timing.no_such_procedure", where="procedure")
    told = heads_of(ctx.session, ctx.actor.unit)
    row = _ask(ctx, PauseKind.SPECIAL, cmd, told, cmd.assignment_id)
    return {"pause_id": row.id}


@command(
    title="cmd.open_publicity",
    grants={"officer": lead_unit, "leader": lead_unit},
    states=IN_PROCESS,
    checks=(no_publicity,),
)
def open_publicity(ctx: Context, cmd: OpenPublicity) -> dict:
    """A public notice has its length by rule and is there for everybody to see, so nobody has to approve it."""
    row = _ask(ctx, PauseKind.PUBLICITY, cmd, [])
    return open_pause(ctx, row, "")


@command(
    title="cmd.request_higher_review", grants={"officer": lead_unit}, states=IN_PROCESS, checks=(no_higher_review,)
)
def request_higher_review(ctx: Context, cmd: RequestHigherReview) -> dict:
    row = _ask(ctx, PauseKind.HIGHER_REVIEW, cmd, heads_of(ctx.session, ctx.facts.lead))
    return {"pause_id": row.id}


@command(
    title="cmd.ask_delay",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=IN_PROCESS,
    checks=(no_delay,),
)
def ask_delay(ctx: Context, cmd: AskDelay) -> dict:
    row = _ask(ctx, PauseKind.APPLICANT_DELAY, cmd, staff_with_role(ctx.session, "coordinator"))
    return {"pause_id": row.id}


@command(
    title="cmd.report_force_majeure", grants={"coordinator": None}, states=IN_PROCESS, checks=(no_force_majeure,)
)
def report_force_majeure(ctx: Context, cmd: ReportForceMajeure) -> dict:
    row = _ask(ctx, PauseKind.FORCE_MAJEURE, cmd, heads_of(ctx.session, ctx.facts.lead))
    return {"pause_id": row.id}


@command(
    title="cmd.approve_pause",
    grants={"leader": head_decides, "coordinator": applicants_request},
    states=IN_PROCESS,
    checks=(waits_for_decision, another_person),
)
def approve_pause(ctx: Context, cmd: ApprovePause) -> dict:
    row = ctx.session.get_one(PauseRequest, cmd.pause_id)
    return open_pause(ctx, row, cmd.note)


def open_pause(ctx: Context, row: PauseRequest, note: str) -> dict:
    """The clock stands still from today; the applicant is told the time needed in writing (Art. 45)."""
    row.status, row.opened_on, row.decision_note = "open", ctx.today, note
    row.decided_by, row.decided_at = ctx.actor.account_id or None, ctx.now
    row.planned_end = planned_end(ctx.today, row.planned_days, LengthUnit(row.planned_unit), ctx.calendar)
    on_due_day = _is_due_today(ctx, row)
    notice = time_notices.pause_notice(ctx, row, evidence_of(ctx, row))
    row.notice_id = notice.id
    ctx.session.add(row)
    ctx.event(
        "pause_opened",
        StatusCode.SPECIAL_STARTED,
        effective_on=ctx.today,
        pause=row.kind,
        ref=ref_of(row),
        part=row.assignment_id,
        unit=_unit(ctx, row),
        procedure=row.procedure,
        evidence=evidence_of(ctx, row),
        notice=notice.number,
        planned_days=row.planned_days,
        planned_unit=row.planned_unit,
        planned_end=row.planned_end,
        on_due_day=on_due_day,
        note=note,
    )
    ctx.notify(
        _concerned(ctx, row),
        "notify.pause_opened",
        number=ctx.the_case.number,
        kind=kind_name(ctx, row),
        until=row.planned_end.isoformat(),
    )
    return {"pause_id": row.id, "notice_id": notice.id, "document_id": notice.document_id}


def _is_due_today(ctx: Context, row: PauseRequest) -> bool:
    """Whether the case or the department's part would have been due on the day of opening, which is recorded."""
    clock = case_clock(ctx.session, ctx.the_case, ctx.today)
    dues = [clock.due if clock else None]
    mine = ctx.facts.assignment(row.assignment_id)
    round_ = ctx.session.get(Round, mine.open_round_id) if mine and mine.open_round_id else None
    if round_ is not None:
        events = coded_events(ctx.session, ctx.case_id)
        dues.append(clock_of_round(round_, events, ctx.calendar, ctx.today).due)
    return ctx.today in dues


def kind_name(ctx: Context, row: PauseRequest) -> dict[str, str]:
    """The kind of a pause in both languages; of a special procedure which one."""
    rule = ctx.catalog.rules.pause(row.kind)
    assert rule is not None
    procedure = rule.procedure(row.procedure)
    words: dict[str, str] = (procedure.name if procedure else rule.name).model_dump()
    return words


def _concerned(ctx: Context, row: PauseRequest) -> list[int]:
    """The applicant, whoever asked, and the departments whose own time stands still."""
    mine = ctx.facts.assignment(row.assignment_id)
    units = {mine.unit} if mine else set(ctx.facts.units)
    told = applicants_of(ctx.session, ctx.the_case, ctx.today)
    told += [row.requested_by] if row.requested_by else []
    return told + [a.id for unit in sorted(units) for a in officers_of(ctx.session, unit) if a.id]


@command(
    title="cmd.refuse_pause",
    grants={"leader": head_decides, "coordinator": applicants_request},
    states=IN_PROCESS,
    checks=(waits_for_decision, another_person),
)
def refuse_pause(ctx: Context, cmd: RefusePause) -> None:
    _decided_against(ctx, cmd.pause_id, "refused", cmd.reason)


@command(
    title="cmd.cancel_pause",
    grants={"officer": units_pause, "coordinator": coordinators_pause, "applicant": own_request},
    states=IN_PROCESS,
    checks=(waits_for_decision,),
)
def cancel_pause(ctx: Context, cmd: CancelPause) -> None:
    _decided_against(ctx, cmd.pause_id, "cancelled", cmd.reason)


def _decided_against(ctx: Context, pause_id: int, status: str, reason: str) -> None:
    row = ctx.session.get_one(PauseRequest, pause_id)
    row.status, row.decision_note = status, reason
    row.decided_by, row.decided_at = ctx.actor.account_id or None, ctx.now
    ctx.session.add(row)
    ctx.event(f"pause_{status}", pause=row.kind, ref=ref_of(row), reason=reason, unit=_unit(ctx, row))
    told = [row.requested_by] if row.requested_by else []
    ctx.notify(told, f"notify.pause_{status}", number=ctx.the_case.number, kind=kind_name(ctx, row), reason=reason)


@command(
    title="cmd.close_pause",
    grants={
        "officer": units_pause,
        "leader": units_pause,
        "coordinator": coordinators_pause,
        "applicant": own_request,
        "system": None,
    },
    states=IN_PROCESS,
    checks=(is_open,),
)
def close_pause(ctx: Context, cmd: ClosePause) -> None:
    """By a person it closes today, by the system on the day it was planned to end, however late that is noticed."""
    row = ctx.session.get_one(PauseRequest, cmd.pause_id)
    end_pause(ctx, row, cmd.result, closing_day(ctx, row))


def end_pause(ctx: Context, row: PauseRequest, result: str, day: date) -> None:
    """The pause ended on that day; all it stood still for are told."""
    row.status, row.closed_on, row.result = "closed", day, result
    row.closed_by = ctx.actor.account_id or None
    ctx.session.add(row)
    ctx.event(
        "pause_closed",
        StatusCode.SPECIAL_ENDED,
        effective_on=day,
        pause=row.kind,
        ref=ref_of(row),
        part=row.assignment_id,
        unit=_unit(ctx, row),
        result=result,
        overrun=overrun(row.planned_end, day, day),
    )
    ctx.notify(_concerned(ctx, row), "notify.pause_closed", number=ctx.the_case.number, kind=kind_name(ctx, row))


def closing_day(ctx: Context, row: PauseRequest) -> date:
    """The day a pause closes; the system may only close one that ends by itself and whose day has passed."""
    if ctx.actor.role != "system":
        return ctx.today
    rule = ctx.catalog.rules.pause(row.kind)
    if rule is None or not rule.ends_by_itself or row.planned_end is None or row.planned_end >= ctx.today:
        raise refuse("timing.not_over", kind="state")
    return row.planned_end
