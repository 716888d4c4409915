"""The clock read from a case's log of national status codes."""

from datetime import date

import pytest

from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.clock import Lamp, StatusEvent, clock_from_events
from jointreview.domain.pauses import PauseKind
from jointreview.domain.status_codes import CAN_BE_OVERDUE, ENDING, StatusCode
from jointreview.text import tr

CALENDAR = default_calendar(2025, 2026)


def event(code: StatusCode, day: str, **more) -> StatusEvent:
    return StatusEvent(code, date.fromisoformat(day), **more)


def clock(*events: StatusEvent, on: str, days: int = 10):
    return clock_from_events(events, days, CALENDAR, date.fromisoformat(on))


ACCEPTED = event(StatusCode.ACCEPTED, "2025-05-12")


def test_codes_have_their_national_numbers_and_official_names():
    assert [int(c) for c in StatusCode] == list(range(1, 16))
    assert tr("zh", StatusCode.PASSED_CONDITIONALLY.text_key) == "办结（容缺通过）"
    assert {int(c) for c in ENDING} == {2, 4, 5, 11, 12, 13, 14, 15}


def test_supplement_and_special_procedure_that_overlap_count_once():
    found = clock(
        ACCEPTED,
        event(StatusCode.SUPPLEMENT_STARTED, "2025-05-14"),
        event(StatusCode.SPECIAL_STARTED, "2025-05-19", kind=PauseKind.RECTIFICATION),
        event(StatusCode.SUPPLEMENT_ENDED, "2025-05-21"),
        event(StatusCode.SPECIAL_ENDED, "2025-05-27", kind=PauseKind.RECTIFICATION),
        on="2025-06-09",
    )
    assert found.due == date(2025, 6, 9)
    assert found.paused_days_by_kind == {PauseKind.SUPPLEMENT: 5, PauseKind.RECTIFICATION: 4}


def test_two_special_procedures_at_once_are_told_apart_by_their_reference():
    found = clock(
        ACCEPTED,
        event(StatusCode.SPECIAL_STARTED, "2025-05-14", ref="test"),
        event(StatusCode.SPECIAL_STARTED, "2025-05-15", ref="experts"),
        event(StatusCode.SPECIAL_ENDED, "2025-05-16", ref="test"),
        on="2025-05-20",
    )
    assert found.paused and found.due is None


def test_pauses_before_acceptance_are_ignored():
    found = clock(
        event(StatusCode.RECEIVED, "2025-05-06"),
        event(StatusCode.SUPPLEMENT_STARTED, "2025-05-07"),
        ACCEPTED,
        event(StatusCode.SUPPLEMENT_ENDED, "2025-05-14"),
        on="2025-05-14",
    )
    assert (found.used, found.paused_days_by_kind) == (2, {})


def test_a_late_recorded_event_counts_on_its_effective_day():
    found = clock(
        ACCEPTED,
        event(StatusCode.SUPPLEMENT_ENDED, "2025-05-21"),
        event(StatusCode.SUPPLEMENT_STARTED, "2025-05-14"),
        on="2025-05-21",
    )
    assert found.used == 2


@pytest.mark.parametrize("code", sorted(ENDING - CAN_BE_OVERDUE))
def test_a_withdrawn_or_refused_case_stops_counting_and_never_turns_overdue(code):
    for ended in ("2025-05-14", "2025-07-01"):
        found = clock(ACCEPTED, event(code, ended), on="2026-05-01")
        assert (found.lamp, found.overdue) == (Lamp.DONE, False)
        assert found.used == len(CALENDAR.workdays_in(date(2025, 5, 12), date.fromisoformat(ended)))


@pytest.mark.parametrize("code", sorted(CAN_BE_OVERDUE))
def test_a_case_passed_on_time_is_never_red_and_a_late_one_is_known(code):
    assert not clock(ACCEPTED, event(code, "2025-05-26"), on="2026-01-05").overdue
    late = clock(ACCEPTED, event(code, "2025-05-27"), on="2026-01-05")
    assert (late.lamp, late.overdue) == (Lamp.DONE, True)


def test_what_follows_the_first_ending_changes_nothing():
    passed = event(StatusCode.PASSED, "2025-05-26")
    once = clock(ACCEPTED, passed, on="2025-08-01")
    again = clock(ACCEPTED, passed, event(StatusCode.REVOKED, "2025-07-01"), on="2025-08-01")
    assert once == again


def test_a_case_never_accepted_has_no_clock():
    assert clock(event(StatusCode.RECEIVED, "2025-05-12"), on="2025-05-20") is None
    refused = event(StatusCode.NOT_TAKEN, "2025-05-12")
    assert clock(refused, ACCEPTED, on="2025-05-20") is None


def test_an_extension_raises_the_promise():
    assert clock(ACCEPTED, on="2025-05-12", days=10).due < clock(ACCEPTED, on="2025-05-12", days=20).due
