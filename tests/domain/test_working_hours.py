"""Office hours: lunch, nights, rest days and make-up days."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from jointreview.domain.absence import may_be_deemed, not_deemed
from jointreview.domain.booking import why_not_bookable
from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.working_hours import after_working_hours

CALENDAR = default_calendar(2026, 2026)
OPENING = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-05-06 08:30", 4, "2026-05-06 14:00"),  # Wednesday: over lunch
        ("2026-05-06 07:00", 3.5, "2026-05-06 12:00"),  # ends with the morning, not at half past one
        ("2026-05-06 12:30", 4, "2026-05-06 17:30"),  # asked at lunch
        ("2026-05-06 16:00", 4, "2026-05-07 11:00"),  # over night
        ("2026-05-06 19:00", 4, "2026-05-07 14:00"),  # asked after closing
        ("2026-05-08 16:30", 4, "2026-05-09 11:30"),  # Friday; Saturday 9 May works
        ("2026-05-15 16:30", 4, "2026-05-18 11:30"),  # an ordinary weekend
        ("2026-09-30 17:00", 4, "2026-10-08 12:00"),  # over the National Day
        ("2026-05-06 09:00", 15, "2026-05-08 09:00"),  # two days of seven and a half hours
    ],
)
def test_the_time_to_answer_counts_office_hours_only(asked: str, hours: float, due: str):
    moment = after_working_hours(datetime.fromisoformat(asked), hours, OPENING, CALENDAR)
    assert moment == datetime.fromisoformat(due)


def test_offices_that_never_open_are_a_fault():
    with pytest.raises(ValueError, match="never open"):
        after_working_hours(datetime(2026, 5, 6), 1, (), CALENDAR)


@pytest.mark.parametrize(
    ("day", "half", "why"),
    [
        ("2026-05-06", "pm", "trips.past"),
        ("2026-05-07", "am", "trips.cutoff_passed"),
        ("2026-05-08", "pm", None),
        ("2026-05-09", "am", None),  # a working Saturday
        ("2026-05-10", "am", "trips.rest_day"),
        ("2026-05-19", "am", None),
        ("2026-05-20", "am", "trips.too_far"),
    ],
)
def test_why_a_half_day_cannot_be_booked(day: str, half: str, why: str | None):
    slot = HalfDay(date.fromisoformat(day), Half(half))
    now = datetime(2026, 5, 6, 16, 1)
    assert why_not_bookable(slot, ["am", "pm"], now, CALENDAR, time(16), 10) == why


def test_a_half_on_which_no_trips_run_is_named():
    slot = HalfDay(date(2026, 5, 8), Half.PM)
    assert why_not_bookable(slot, ["am"], datetime(2026, 5, 6), CALENDAR, time(16), 10) == "trips.no_such_half"


@pytest.mark.parametrize(
    ("told", "received", "excused", "lacking"),
    [
        ("2026-05-06", True, False, ()),
        ("2026-05-07", True, False, ("absence.told_late",)),
        (None, True, False, ("absence.told_late",)),
        ("2026-05-06", False, False, ("absence.not_received",)),
        ("2026-05-06", True, True, ("absence.excused",)),
        ("2026-05-07", False, True, ("absence.told_late", "absence.not_received", "absence.excused")),
    ],
)
def test_nothing_is_deemed_without_every_precondition(told, received, excused, lacking):
    told_on = date.fromisoformat(told) if told else None
    assert not_deemed(told_on, date(2026, 5, 7), received, excused, 1, CALENDAR) == lacking


def test_safety_and_unsettled_findings_are_never_deemed():
    assert may_be_deemed("deemed_ok", 0)
    assert not may_be_deemed("never", 0) and not may_be_deemed("deemed_ok", 1)
