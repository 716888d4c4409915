"""The clock against its vectors, its lamps, and what must hold for every case."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.clock import (
    Clock,
    Lamp,
    LampRule,
    compute,
    deemed_accepted,
    due_national,
    notice_window,
)
from jointreview.domain.explanation import note_text
from jointreview.domain.pauses import Pause, PauseKind
from jointreview.domain.problems import Refused

VECTORS = json.loads((Path(__file__).parent / "clock_vectors.json").read_text(encoding="utf-8"))
BY_ID = {v["id"]: v for v in VECTORS["vectors"]}
CALENDAR = default_calendar(2024, 2028)


def day(text: str) -> date:
    return date.fromisoformat(text)


def pauses_of(vector) -> list[Pause]:
    return [Pause(PauseKind.SPECIAL, day(s), day(e)) for s, e in vector["suspensions"]]


def run(accepted: str, on: str, *pauses: Pause, days: int = 10, ended: str | None = None) -> Clock:
    return compute(day(accepted), days, pauses, CALENDAR, day(on), ended=day(ended) if ended else None)


def pause(start: str, end: str | None = None, kind: PauseKind = PauseKind.SPECIAL) -> Pause:
    return Pause(kind, day(start), day(end) if end else None)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["id"])
def test_due_date_of_the_vector(vector):
    accepted, pauses = day(vector["accepted"]), pauses_of(vector)
    assert CALENDAR.is_workday(accepted) == vector["accepted_is_workday"]
    clock = compute(accepted, vector["days"], pauses, CALENDAR, accepted)
    assert clock.due == day(vector["due"])
    assert due_national(accepted, vector["days"], pauses, CALENDAR) == day(vector["due_national"])


@pytest.mark.parametrize("vector", VECTORS["warn"], ids=lambda v: f"{v.get('case', 'T09')}-{v['on']}")
def test_state_on_the_day_of_the_vector(vector):
    case = BY_ID[vector.get("case", "T09")]
    clock = compute(day(case["accepted"]), case["days"], pauses_of(case), CALENDAR, day(vector["on"]))
    assert (clock.used, clock.remaining) == (vector["used"], vector["remaining"])
    if "level" in vector:
        assert clock.lamp == vector["level"]


@pytest.mark.parametrize("vector", VECTORS["notice"]["notice5"], ids=lambda v: v["received"])
def test_the_notice_window_is_five_working_days(vector):
    assert notice_window(day(vector["received"]), CALENDAR) == day(vector["last_day"])


def test_silence_beyond_the_notice_window_makes_the_receipt_the_acceptance():
    received = day("2026-04-29")
    assert deemed_accepted(received, None, CALENDAR, day("2026-05-09")) is None
    assert deemed_accepted(received, None, CALENDAR, day("2026-05-10")) == received
    assert deemed_accepted(received, day("2026-05-09"), CALENDAR, day("2026-05-20")) is None
    assert deemed_accepted(received, day("2026-05-11"), CALENDAR, day("2026-05-20")) == received


def test_overlapping_pauses_count_once_and_the_supplement_claims_the_day():
    clock = run(
        "2025-05-12",
        "2025-06-09",
        pause("2025-05-14", "2025-05-21"),
        pause("2025-05-19", "2025-05-27", PauseKind.SUPPLEMENT),
    )
    assert clock.due == day("2025-06-09")
    assert clock.paused_days_by_kind == {PauseKind.SUPPLEMENT: 6, PauseKind.SPECIAL: 3}


def test_an_open_pause_leaves_the_due_date_unknown():
    clock = run("2026-02-09", "2026-02-13", pause("2026-02-11"))
    assert (clock.due, clock.lamp, clock.paused, clock.remaining) == (None, Lamp.PAUSED, True, 8)


def test_a_running_pause_with_a_known_end_is_paused_and_has_a_due_date():
    clock = run("2025-05-12", "2025-05-20", pause("2025-05-14", "2025-05-21"))
    assert clock.lamp is Lamp.PAUSED and clock.due is not None
    assert run("2025-05-12", "2025-05-21", pause("2025-05-14", "2025-05-21")).lamp is Lamp.GREEN


def test_a_pause_opened_after_the_due_date_does_not_hide_the_red_lamp():
    clock = run("2026-09-16", "2026-10-09", pause("2026-10-08"))
    assert (clock.due, clock.lamp) == (day("2026-09-30"), Lamp.RED)


def test_completion_on_the_day_of_acceptance_uses_nothing():
    clock = run("2026-09-16", "2026-12-01", ended="2026-09-16")
    assert (clock.used, clock.lamp, clock.overdue) == (0, Lamp.DONE, False)


def test_a_case_ended_on_its_last_day_is_never_red_afterwards():
    for on in ("2026-09-30", "2026-10-01", "2027-06-01"):
        clock = run("2026-09-16", on, ended="2026-09-30")
        assert (clock.lamp, clock.overdue, clock.used) == (Lamp.DONE, False, 10)


def test_a_case_ended_late_is_done_and_known_as_overdue():
    clock = run("2026-09-16", "2026-11-02", ended="2026-10-08")
    assert (clock.lamp, clock.overdue, clock.remaining) == (Lamp.DONE, True, -1)


def test_an_ending_closes_an_open_pause():
    clock = run("2026-02-09", "2026-06-01", pause("2026-02-11"), ended="2026-02-13")
    assert (clock.paused, clock.lamp, clock.used) == (False, Lamp.DONE, 2)
    assert clock.paused_days_by_kind == {PauseKind.SPECIAL: 2}


def test_a_departments_period_inside_a_pause_starts_counting_after_it():
    clock = run("2025-05-16", "2025-05-16", pause("2025-05-14", "2025-05-21"), days=2)
    assert clock.due == day("2025-05-23")


def test_days_of_a_year_without_a_notice_make_the_date_provisional():
    assert not run("2026-12-17", "2027-02-01").provisional
    assert run("2026-12-18", "2026-12-18").provisional


def test_lamp_thresholds_are_data():
    clock = compute(day("2026-09-16"), 10, (), CALENDAR, day("2026-09-24"), lamps=LampRule(notice=5, yellow=3))
    assert clock.lamp is Lamp.YELLOW


def test_impossible_input_is_refused_with_every_fault():
    with pytest.raises(Refused) as refused:
        run("2026-02-09", "2026-02-09", pause("2026-02-12", "2026-02-11"), days=-1)
    assert [p.key for p in refused.value.problems] == ["clock.bad_days", "clock.pause_ends_before_start"]


def test_the_explanation_names_every_kind_of_day():
    clock = run(
        "2026-02-09", "2026-03-03", pause("2026-02-11", "2026-02-12", PauseKind.RECTIFICATION), ended="2026-03-02"
    )
    zh = {n.date.strftime("%m-%d"): note_text("zh", n) for n in clock.explanation}
    assert zh["02-09"] == "受理当日，不计"
    assert zh["02-10"] == "第 1 个工作日（共 10 个）"
    assert zh["02-12"] == "暂停计时（整改），不计"
    assert zh["02-14"] == "调休上班，第 4 个工作日（共 10 个）"
    assert zh["02-16"] == "春节放假，不计"
    assert zh["03-01"] == "周末，不计"
    assert zh["03-02"] == "第 10 个工作日（共 10 个）"
    en = {n.date: note_text("en", n) for n in clock.explanation}
    assert en[day("2026-02-16")] == "public holiday (Spring Festival), not counted"


def test_the_explanation_goes_on_past_the_due_date_and_stops_at_the_end():
    late = run("2026-09-16", "2026-10-09")
    assert late.explanation[-1].date == day("2026-10-09")
    assert late.explanation[-1].params == {"n": 12, "over": 2}
    early = run("2026-09-16", "2026-12-01", ended="2026-09-17")
    assert early.explanation[-1].date == early.due
    assert {n.reason for n in early.explanation[2:]} == {"clock.day_ended"}


ACCEPTED = st.dates(date(2024, 1, 2), date(2026, 6, 30)).map(CALENDAR.next_workday)


@st.composite
def cases(draw):
    accepted = draw(ACCEPTED)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        start = accepted + timedelta(days=draw(st.integers(0, 40)))
        end = start + timedelta(days=draw(st.integers(0, 30)))
        pauses.append(Pause(draw(st.sampled_from(PauseKind)), start, end))
    return accepted, draw(st.integers(1, 45)), pauses


ON = st.integers(0, 150).map(lambda n: timedelta(days=n))


@given(cases(), ON)
def test_used_and_remaining_make_the_promise_and_the_due_date_is_a_working_day(case, after):
    accepted, days, pauses = case
    clock = compute(accepted, days, pauses, CALENDAR, accepted + after)
    assert clock.used + clock.remaining == days
    assert clock.due is not None and CALENDAR.is_workday(clock.due)
    assert (clock.lamp is Lamp.RED) == (accepted + after > clock.due)


@given(cases())
def test_the_explanation_counts_exactly_the_promise_up_to_the_due_date(case):
    accepted, days, pauses = case
    clock = compute(accepted, days, pauses, CALENDAR, accepted)
    dates = [n.date for n in clock.explanation]
    assert dates == [accepted + timedelta(days=n) for n in range((clock.due - accepted).days + 1)]
    assert sum(n.counted for n in clock.explanation) == days
    assert clock.explanation[-1].counted


@given(cases(), ON)
def test_every_working_day_is_either_used_or_paused(case, after):
    accepted, days, pauses = case
    on = accepted + after
    clock = compute(accepted, days, pauses, CALENDAR, on)
    paused = {d for p in pauses for d in CALENDAR.workdays_in(p.start, min(on, p.end))}
    assert sum(clock.paused_days_by_kind.values()) == len(paused)
    assert clock.used + len(paused) == len(CALENDAR.workdays_in(accepted, on))
    assert sum(n.counted for n in clock.explanation if n.date <= on) == clock.used


@given(cases(), st.integers(0, 40), st.integers(0, 30))
def test_another_pause_never_makes_the_due_date_earlier(case, start, length):
    accepted, days, pauses = case
    opened = accepted + timedelta(days=start)
    extra = Pause(PauseKind.FORCE_MAJEURE, opened, opened + timedelta(days=length))
    before = compute(accepted, days, pauses, CALENDAR, accepted).due
    assert compute(accepted, days, [*pauses, extra], CALENDAR, accepted).due >= before


@given(cases())
def test_the_order_of_pauses_and_their_repetition_change_nothing(case):
    accepted, days, pauses = case
    once = compute(accepted, days, pauses, CALENDAR, accepted)
    assert compute(accepted, days, [*reversed(pauses), *pauses], CALENDAR, accepted) == once


@given(ACCEPTED, st.integers(1, 45))
def test_another_regions_calendar_is_only_another_table(accepted, days):
    plain = WorkCalendar({})
    due = compute(accepted, days, (), plain, accepted).due
    assert due == plain.nth_workday_after(accepted, days)
