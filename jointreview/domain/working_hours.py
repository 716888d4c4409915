"""Hours at which offices work: when a number of them has passed (requirements §3.4, confirmation in four hours)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from jointreview.domain.calendar import WorkCalendar

Hours = Sequence[tuple[time, time]]
"""When offices are open on a working day, in order: (from, until)."""


def after_working_hours(start: datetime, hours: float, opening: Hours, calendar: WorkCalendar) -> datetime:
    """The moment at which `hours` of office time have passed since `start` (local time without zone).

    Nights, lunch and rest days do not count, make-up days do. What ends with an opening ends there, not at the next
    opening. Raises ValueError without opening hours.
    """
    if not opening:
        raise ValueError("offices are never open")
    left, day = timedelta(hours=hours), start.date()
    while True:
        if calendar.is_workday(day):
            for opens, closes in opening:
                begin = max(start, datetime.combine(day, opens))
                end = datetime.combine(day, closes)
                if begin > end:
                    continue
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        day += timedelta(days=1)
