"""What an act would do to the dates, before it is confirmed: the same clocks with and without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from jointreview.commands.case_clock import coded_events, status_log
from jointreview.commands.pauses import ref_of
from jointreview.commands.rectification import round_rule
from jointreview.domain.clock import StatusEvent
from jointreview.domain.findings import rectification_due, reinspection_time
from jointreview.domain.forecast import Shift, shift_of_case, shift_of_part
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.pauses import LengthUnit, PauseKind, planned_end
from jointreview.domain.status_codes import StatusCode
from jointreview.models.review import Gap, Round
from jointreview.models.timekeeping import Extension, PauseRequest
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.visit_dates import own_dues, visit_on
from jointreview.queries.dossier.visits import next_common


@dataclass(frozen=True)
class _Change:
    """What an act adds to the log, and to whose promise it adds days; `hint` says how sure that is."""

    events: tuple[StatusEvent, ...] = ()
    days: int = 0
    part: int | None = None
    hint: str = ""


def forecast(desk: Desk, act: str, about: dict[str, Any]) -> list[str]:
    """The old and the new due day of the case and of every department at work, before the act is confirmed."""
    if act == "AcceptCase":
        return _if_accepted(desk)
    if act == "CancelVisit":
        return _without_visit(desk)
    change = _change(desk, act, about)
    if change is None or desk.clock is None:
        return []
    log = status_log(coded_events(desk.session, desk.case_id))
    calendar, today = desk.ctx.calendar, desk.ctx.today
    for_case = change.days if change.part is None else 0
    found = [_case_line(desk, shift_of_case(log, desk.case.promised_days, calendar, today, change.events, for_case))]
    for mine in desk.facts.assignments:
        round_ = desk.session.get(Round, mine.open_round_id) if mine.open_round_id else None
        if round_ is None:
            continue
        more = change.days if change.part == mine.id else 0
        shift = shift_of_part(
            round_.opened_on, round_.promised_days, log, mine.id, calendar, today, change.events, more
        )
        found.append(_unit_line(desk, mine.unit, round_.kind, shift))
    found += _read_again(desk) if act == "SubmitSupplement" else []
    return found + ([desk.say(change.hint)] if change.hint else [])


def _if_accepted(desk: Desk) -> list[str]:
    log = [StatusEvent(StatusCode.ACCEPTED, desk.ctx.effective_day)]
    shift = shift_of_case(log, desk.catalog.promised_days, desk.ctx.calendar, desk.ctx.effective_day)
    new = desk.day(shift.new) if shift.new else ""
    return [desk.say("timing.shift_case", old=desk.say("timing.shift_before"), new=new)]


def _case_line(desk: Desk, shift: Shift) -> str:
    return desk.say("timing.shift_case", old=_day(desk, shift.old), new=_day(desk, shift.new))


def _unit_line(desk: Desk, unit: str, kind: str, shift: Shift) -> str:
    words = {"unit": desk.unit_name(unit), "round": desk.say(f"timing.round_{kind}"), "old": _day(desk, shift.old)}
    if shift.old == shift.new:
        return desk.say("timing.shift_unchanged", **words)
    return desk.say("timing.shift_unit", **words, new=_day(desk, shift.new))


def _day(desk: Desk, day: date | None) -> str:
    return desk.day(day) if day else desk.say("timing.shift_none")


def _change(desk: Desk, act: str, about: dict[str, Any]) -> _Change | None:
    today, calendar, rules = desk.ctx.today, desk.ctx.calendar, desk.catalog.rules
    if act in ("ApprovePause", "ClosePause"):
        row = desk.session.get(PauseRequest, int(about.get("pause_id") or 0))
        if row is None or row.case_id != desk.case_id:
            return None
        if act == "ClosePause":
            return _Change((_end(row.kind, today, ref_of(row), row.assignment_id),))
        until = planned_end(today, row.planned_days, LengthUnit(row.planned_unit), calendar)
        return _span(row.kind, today, until, ref_of(row), row.assignment_id)
    if act == "OpenPublicity":
        rule = rules.pause(PauseKind.PUBLICITY.value)
        days = rule.usual_days if rule else 0
        return _span(PauseKind.PUBLICITY, today, planned_end(today, days, LengthUnit.NATURAL, calendar), "new", None)
    if act == "ApproveExtension":
        asked = desk.session.get(Extension, int(about.get("extension_id") or 0))
        mine = asked is not None and asked.case_id == desk.case_id
        return _Change(days=asked.days, part=asked.assignment_id) if asked and mine else None
    if act == "IssueSupplementNotice":
        until = calendar.nth_workday_after(today, rules.supplement_workdays)
        return _Change(
            (
                StatusEvent(StatusCode.SUPPLEMENT_STARTED, today, PauseKind.SUPPLEMENT),
                StatusEvent(StatusCode.SUPPLEMENT_ENDED, until, PauseKind.SUPPLEMENT),
            ),
            hint="timing.shift_latest",
        )
    if act == "SubmitSupplement":
        return _Change((StatusEvent(StatusCode.SUPPLEMENT_ENDED, today, PauseKind.SUPPLEMENT),))
    return _rectification(desk) if act == "IssueRectification" else None


def _rectification(desk: Desk) -> _Change | None:
    """The clock stands still for all of the applicant's time; too little left for the re-inspection is raised."""
    if desk.clock is None:
        return None
    rule = round_rule(desk.ctx)
    until = rectification_due(desk.ctx.today, 0, desk.ctx.calendar, rule)
    span = _span(PauseKind.RECTIFICATION, desk.ctx.today, until, "", None)
    granted = reinspection_time(desk.clock.days, desk.clock.used, rule).granted
    return _Change(span.events, days=granted, hint="timing.shift_latest")


def _read_again(desk: Desk) -> list[str]:
    """The departments that asked read what was given, within their days for documents, from today."""
    asked = desk.session.exec(
        select(Gap.assignment_id).where(Gap.case_id == desk.case_id, col(Gap.status).in_(["told", "answered"]))
    ).all()
    found = []
    for mine in desk.facts.assignments:
        if mine.id in asked:
            days = desk.catalog.unit(mine.unit).sub_deadline_days.documents
            until = desk.day(desk.ctx.calendar.nth_workday_after(desk.ctx.today, days))
            found.append(desk.say("timing.shift_read_again", unit=desk.unit_name(mine.unit), until=until))
    return found


def _without_visit(desk: Desk) -> list[str]:
    """The next half-day on which all who travel could come instead, and what that would leave."""
    visit = desk.facts.visit
    if visit is None:
        return []
    other = next_common(desk, HalfDay(visit.day, Half(visit.half)))
    if other is None:
        return [desk.say("timing.visit_no_other")]
    next_day = desk.say("timing.visit_next", day=desk.half(other.date, other.half.value))
    return [next_day, *visit_on(desk, other.date, own_dues(desk))]


def _span(kind: str, since: date, until: date, ref: str, part: int | None) -> _Change:
    opened = StatusEvent(StatusCode.SPECIAL_STARTED, since, PauseKind(kind), ref, part=part)
    return _Change((opened, _end(kind, until, ref, part)), hint="timing.shift_as_planned")


def _end(kind: str, day: date, ref: str, part: int | None) -> StatusEvent:
    return StatusEvent(StatusCode.SPECIAL_ENDED, day, PauseKind(kind), ref, part=part)
