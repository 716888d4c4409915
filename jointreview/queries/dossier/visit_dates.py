"""What the day of a joint visit means for the dates: what it leaves of the promise, and for whom it is too late."""

from __future__ import annotations

from datetime import date

from jointreview.commands.case_clock import coded_events, status_log
from jointreview.commands.visits import site_units
from jointreview.domain.forecast import shift_of_part
from jointreview.models.review import Round
from jointreview.queries.dossier.desk import Desk


def own_dues(desk: Desk) -> dict[str, date]:
    """The last day of every department that has to travel, by unit; those whose time stands still are left out."""
    log = status_log(coded_events(desk.session, desk.case_id))
    travels = site_units(desk.facts)
    found: dict[str, date] = {}
    for mine in desk.facts.assignments:
        round_ = desk.session.get(Round, mine.open_round_id) if mine.open_round_id else None
        if round_ is None or mine.unit not in travels:
            continue
        calendar, today = desk.ctx.calendar, desk.ctx.today
        own = shift_of_part(round_.opened_on, round_.promised_days, log, mine.id, calendar, today).old
        if own is not None:
            found[mine.unit] = min(own, found.get(mine.unit, own))
    return found


def visit_on(desk: Desk, day: date, own: dict[str, date]) -> list[str]:
    """What a visit on `day` leaves of the promise, and which departments (`own`: their last days) it is late for."""
    due = desk.clock.due if desk.clock else None
    if due is None:
        return [desk.say("timing.visit_due_unknown")]
    calendar = desk.ctx.calendar
    words = {"day": desk.day(day), "due": desk.day(due)}
    if day <= due:
        found = [desk.say("timing.visit_leaves", **words, days=len(calendar.workdays_in(day, due)))]
    else:
        found = [desk.say("timing.visit_too_late", **words, days=len(calendar.workdays_in(due, day)))]
    late = [(unit, last) for unit, last in sorted(own.items()) if last < day]
    return found + [
        desk.say("timing.visit_after_own", unit=desk.unit_name(unit), due=desk.day(last)) for unit, last in late
    ]
