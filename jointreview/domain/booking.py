"""Booking half-days for the joint survey: until when one can be booked, and which lie open (requirements §3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.free_slots import Half, HalfDay

_ONE_DAY = timedelta(days=1)


def last_moment(day: date, calendar: WorkCalendar, cutoff: time) -> datetime:
    """Until when a half-day of `day` can be booked: `cutoff` of the working day before it (local time, no zone)."""
    before = day - _ONE_DAY
    while not calendar.is_workday(before):
        before -= _ONE_DAY
    return datetime.combine(before, cutoff)


def bookable(day: date, local_now: datetime, calendar: WorkCalendar, cutoff: time) -> bool:
    """Whether a half-day of `day` can still be booked; a rest day never can."""
    return calendar.is_workday(day) and local_now.replace(tzinfo=None) <= last_moment(day, calendar, cutoff)


def open_half_days(
    halves: Iterable[str], local_now: datetime, calendar: WorkCalendar, cutoff: time, workdays: int
) -> list[HalfDay]:
    """The half-days that can be booked now, in order of time, through the next `workdays` working days."""
    days = [calendar.nth_workday_after(local_now.date(), n) for n in range(1, workdays + 1)]
    open_days = [day for day in days if bookable(day, local_now, calendar, cutoff)]
    return sorted(HalfDay(day, Half(half)) for day in open_days for half in halves)


def why_not_bookable(
    half_day: HalfDay,
    halves: Iterable[str],
    local_now: datetime,
    calendar: WorkCalendar,
    cutoff: time,
    workdays: int,
) -> str | None:
    """Why a half-day cannot be booked, as a text key; None where `open_half_days` has it."""
    day = half_day.date
    if half_day.half.value not in set(halves):
        return "trips.no_such_half"
    if not calendar.is_workday(day):
        return "trips.rest_day"
    if day <= local_now.date():
        return "trips.past"
    if not bookable(day, local_now, calendar, cutoff):
        return "trips.cutoff_passed"
    return None if day <= calendar.nth_workday_after(local_now.date(), workdays) else "trips.too_far"
