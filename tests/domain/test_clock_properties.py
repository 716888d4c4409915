"""What must hold for every order of events on the clock, and for every forecast of a change."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.clock import (
    Lamp,
    StatusEvent,
    clock_from_events,
    compute,
    concerning,
    paired_pauses,
)
from jointreview.domain.findings import rectification_due
from jointreview.domain.forecast import shift_of_case, shift_of_part
from jointreview.domain.pauses import LengthUnit, Pause, PauseKind, overrun, planned_end
from jointreview.domain.status_codes import CAN_BE_OVERDUE, ENDING, StatusCode

CALENDAR = default_calendar(2024, 2028)
FIRST = date(2026, 1, 5)
DAYS = st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n))
KINDS = st.sampled_from([PauseKind.SPECIAL, PauseKind.PUBLICITY, PauseKind.HIGHER_REVIEW])
EVENTS = st.lists(
    st.builds(
        StatusEvent,
        st.sampled_from(list(StatusCode)),
        DAYS,
        kind=st.none() | KINDS,
        ref=st.sampled_from(["", "pause:1", "pause:2"]),
        part=st.sampled_from([None, 1, 2]),
    ),
    max_size=14,
)
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 40), KINDS), max_size=5).map(
    lambda found: [Pause(kind, start, start + timedelta(days=n)) for start, n, kind in found]
)


@given(EVENTS, DAYS, st.integers(0, 60))
def test_no_order_of_events_makes_used_time_negative_or_loses_a_day(events, on, days):
    clock = clock_from_events(events, days, CALENDAR, on)
    if clock is None:
        return
    until = on if clock.ended is None else min(on, clock.ended)
    assert clock.used >= 0
    assert clock.used + clock.remaining == days
    paused = sum(clock.paused_days_by_kind.values())
    assert clock.used + paused == len(CALENDAR.workdays_in(clock.accepted, until))


@given(SPANS, st.integers(1, 45))
def test_overlapping_pauses_never_count_twice(spans, days):
    once = compute(FIRST, days, spans, CALENDAR, FIRST)
    twice = compute(FIRST, days, [*spans, *spans], CALENDAR, FIRST)
    assert once.due == twice.due
    covered = {d for p in spans for d in CALENDAR.workdays_in(max(p.start, FIRST), p.end)} if once.due else set()
    assert len(CALENDAR.workdays_in(FIRST, once.due)) == days + len([d for d in covered if d <= once.due])


@given(SPANS, DAYS, st.integers(0, 40), st.integers(1, 45))
def test_a_pause_never_moves_the_due_day_earlier(spans, start, length, days):
    before = compute(FIRST, days, spans, CALENDAR, FIRST).due
    more = Pause(PauseKind.SPECIAL, start, start + timedelta(days=length))
    assert compute(FIRST, days, [*spans, more], CALENDAR, FIRST).due >= before


@given(EVENTS, DAYS)
def test_a_case_that_ended_without_passing_never_counts_as_overdue(events, on):
    clock = clock_from_events(events, 3, CALENDAR, on)
    ending = next((e for e in sorted(events, key=lambda e: e.effective_day) if e.code in ENDING), None)
    if clock and ending and ending.code not in CAN_BE_OVERDUE and clock.lamp is Lamp.DONE:
        assert not clock.overdue


@given(SPANS, DAYS, st.integers(1, 30))
def test_zero_days_left_is_due_today_or_a_rest_day_after_and_below_zero_is_late(spans, on, days):
    clock = compute(FIRST, days, spans, CALENDAR, on)
    if on > FIRST and clock.due:
        assert (clock.lamp is Lamp.RED) == (on > clock.due)
        assert not clock.remaining < 0 or clock.lamp is Lamp.RED


@given(EVENTS)
def test_another_departments_procedure_leaves_a_clock_alone(events):
    mine = concerning(events, 1)
    assert all(e.part in (None, 1) for e in mine)
    without = [e for e in events if e.part != 2]
    assert paired_pauses(mine) == paired_pauses(without)


@given(DAYS, st.integers(1, 60))
def test_a_planned_end_in_working_days_is_one_and_after_the_opening(opened, days):
    end = planned_end(opened, days, LengthUnit.WORKDAY, CALENDAR)
    assert CALENDAR.is_workday(end) and len(CALENDAR.workdays_in(opened, end)) == days


def test_natural_days_are_counted_through_rest_days():
    assert planned_end(date(2026, 5, 6), 7, LengthUnit.NATURAL, CALENDAR) == date(2026, 5, 13)


def test_a_pause_overruns_from_the_day_after_its_plan():
    planned = date(2026, 5, 13)
    assert overrun(planned, None, planned) == 0
    assert overrun(planned, None, date(2026, 5, 15)) == 2
    assert overrun(planned, date(2026, 5, 14), date(2026, 6, 1)) == 1


@given(st.integers(0, 700).map(lambda n: date(2025, 1, 2) + timedelta(days=n)), st.integers(0, 1))
def test_a_last_day_moved_off_a_holiday_never_lands_on_another(opened, extensions):
    assert CALENDAR.is_workday(rectification_due(opened, extensions, CALENDAR))


def event(code: StatusCode, day: date, **more) -> StatusEvent:
    return StatusEvent(code, day, **more)


def test_a_forecast_says_what_the_clock_says_afterwards():
    log = [event(StatusCode.ACCEPTED, date(2026, 5, 6))]
    pause = [
        event(StatusCode.SPECIAL_STARTED, date(2026, 5, 8), ref="pause:1", part=1),
        event(StatusCode.SPECIAL_ENDED, date(2026, 5, 12), ref="pause:1", part=1),
    ]
    shift = shift_of_case(log, 10, CALENDAR, date(2026, 5, 8), pause)
    assert (shift.old, shift.new) == (date(2026, 5, 19), date(2026, 5, 22))
    after = clock_from_events([*log, *pause], 10, CALENDAR, date(2026, 5, 12))
    assert after and after.due == shift.new


def test_a_forecast_for_another_department_does_not_move():
    log = [event(StatusCode.ACCEPTED, date(2026, 5, 6))]
    pause = [
        event(StatusCode.SPECIAL_STARTED, date(2026, 5, 7), part=1),
        event(StatusCode.SPECIAL_ENDED, date(2026, 5, 12), part=1),
    ]
    arguments = (date(2026, 5, 6), 2, log)
    other = shift_of_part(*arguments, 2, CALENDAR, date(2026, 5, 7), pause)
    own = shift_of_part(*arguments, 1, CALENDAR, date(2026, 5, 7), pause, more_days=1)
    assert other.old == other.new and own.new > own.old
