"""Until when a half-day of the joint survey can be booked."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from jointreview.domain.booking import bookable, last_moment, open_half_days
from jointreview.domain.calendar_source import default_calendar

CALENDAR = default_calendar(2026, 2026)
CUTOFF = time(16, 0)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2026-05-07", "2026-05-06 16:00"),
        ("2026-05-11", "2026-05-09 16:00"),  # Saturday 9 May 2026 is worked to make up for the May holiday
        ("2026-05-18", "2026-05-15 16:00"),
        ("2026-05-06", "2026-04-30 16:00"),  # after the holiday
    ],
)
def test_booking_ends_at_the_cutoff_of_the_working_day_before(day: str, until: str):
    assert last_moment(date.fromisoformat(day), CALENDAR, CUTOFF) == datetime.fromisoformat(until)


def test_the_last_minute_counts_and_the_next_does_not():
    day = date(2026, 5, 7)
    assert bookable(day, datetime(2026, 5, 6, 16, 0), CALENDAR, CUTOFF)
    assert not bookable(day, datetime(2026, 5, 6, 16, 1), CALENDAR, CUTOFF)


def test_a_rest_day_is_never_booked():
    assert not bookable(date(2026, 5, 16), datetime(2026, 5, 12, 9, 0), CALENDAR, CUTOFF)


def test_what_lies_open_begins_after_the_cutoff_and_knows_rest_days():
    late = open_half_days(["am", "pm"], datetime(2026, 5, 15, 16, 30), CALENDAR, CUTOFF, 3)
    assert [(h.date.isoformat(), h.half.value) for h in late] == [
        ("2026-05-19", "am"),
        ("2026-05-19", "pm"),
        ("2026-05-20", "am"),
        ("2026-05-20", "pm"),
    ]
