"""Days, rates, spreads, expectations and scores by tables, and the quick count against the clock's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import compute
from jointreview.domain.pauses import Pause, PauseKind
from jointreview.domain.progress import (
    CaseTime,
    Rate,
    RoundTime,
    WorkdayCounter,
    expected,
    on_time,
    percentile,
    project_times,
    rounds_on_time,
    score,
    spread,
    usual,
    where_time_goes,
)

CALENDAR = WorkCalendar.of([])
MAY = date(2026, 5, 6)
COUNTER = WorkdayCounter(CALENDAR, date(2026, 1, 1), date(2026, 12, 31))


def case(number: int = 1, used: int = 8, **more) -> CaseTime:
    given_ = {
        "project_id": 1,
        "stage": 4,
        "track": "private",
        "received": date(2026, 5, 4),
        "accepted": MAY,
        "ended": date(2026, 5, 20),
        "until": date(2026, 5, 21),
        "concluded": True,
        "passed": True,
        "promised": 10,
        "before_window": 1,
        "before_applicant": 1,
        "paused": {},
        **more,
    }
    return CaseTime(case_id=number, used=used, **given_)


def round_(used: int, status: str = "done", closed: date | None = MAY) -> RoundTime:
    return RoundTime(1, 1, "fire", "A02", "documents", 4, status, MAY, closed, 2, used)


pauses = st.lists(
    st.builds(
        lambda kind, start, length: Pause(kind, MAY + timedelta(days=start), MAY + timedelta(days=start + length)),
        st.sampled_from(list(PauseKind)),
        st.integers(-5, 40),
        st.integers(0, 20),
    ),
    max_size=4,
)


@given(st.integers(0, 90), pauses)
def test_the_quick_count_is_the_clocks_count(length: int, stops: list[Pause]):
    end = MAY + timedelta(days=length)
    clock = compute(MAY, 10, stops, CALENDAR, end, ended=end)
    closed = [Pause(p.kind, p.start, max(p.start, min(p.end, end)) if p.end else None) for p in stops]
    assert COUNTER.used(MAY, end, closed) == clock.used
    assert COUNTER.paused(MAY, end, closed) == dict(clock.paused_days_by_kind)


def test_the_quick_count_refuses_days_it_never_looked_at():
    with pytest.raises(ValueError):
        COUNTER.between(date(2025, 12, 31), MAY)


def test_only_what_passed_can_be_late():
    late = case(used=11)
    failed, withdrawn = case(used=30, passed=False), case(used=30, passed=False, concluded=False)
    assert late.over and not failed.over and not withdrawn.over
    assert case(used=11, ended=None, passed=False, concluded=False).over
    assert on_time([case(used=10), late, failed, withdrawn]) == Rate(1, 2)
    assert on_time([withdrawn]).share is None


def test_a_round_closed_by_silence_is_late_whatever_its_days():
    assert rounds_on_time([round_(2), round_(3), round_(1, "deemed"), round_(9, "open", None)]) == Rate(1, 3)


def test_a_round_that_its_cases_end_closed_counts_only_if_it_was_late_by_then():
    cut = [replace(round_(used), cut=True) for used in (2, 3)]
    assert [(r.counted, r.finished) for r in cut] == [(False, False), (True, False)]
    assert rounds_on_time([round_(1), *cut]) == Rate(1, 2)
    assert (round_(1).counted, round_(1).finished, round_(1, "open", None).counted) == (True, True, False)


@pytest.mark.parametrize(
    ("values", "average", "middle", "p90"),
    [([4], 4, 4, 4), ([1, 2, 3, 10], 4, 2.5, 10), (list(range(1, 11)), 5.5, 5.5, 9)],
)
def test_average_median_and_p90(values, average, middle, p90):
    found = spread(values)
    assert (found.count, found.average, found.median, found.p90) == (len(values), average, middle, p90)


def test_without_values_there_is_no_average():
    assert spread([]).average is None


@given(st.lists(st.integers(0, 99), min_size=1), st.floats(0.01, 1))
def test_at_least_the_share_stays_at_or_below_the_percentile(values: list[int], share: float):
    found = percentile(values, share)
    assert sum(v <= found for v in values) >= share * len(values) - 1e-9 and found in values


def test_a_project_sums_its_stage_clocks_and_spans_from_first_receipt_to_last_delivery():
    road = [
        case(1, 7, stage=1, received=date(2026, 1, 5), until=date(2026, 1, 20)),
        case(2, 9, stage=4),
        case(3, 30, stage=4, passed=False, concluded=False),
        case(4, 5, project_id=2, ended=None, passed=False, concluded=False),
    ]
    first, second = project_times(road)
    assert (first.used, first.span, first.stages) == (16, 136, {1, 4})
    assert (second.used, second.stages) == (5, frozenset())


def test_only_a_project_that_passed_in_all_four_stages_is_a_whole_road():
    whole = [case(n, 5, stage=n) for n in (1, 2, 3, 4)]
    running = case(9, 3, ended=None, passed=False, concluded=False)
    failed = case(8, 9, stage=4, passed=False)

    def standing(*road: CaseTime) -> str:
        return project_times(road)[0].standing

    assert standing(*whole) == "whole" and project_times(whole)[0].month == "2026-05"
    assert standing(*whole, running) == "running" and project_times([*whole, running])[0].month == ""
    assert standing(*whole[:3]) == standing(*whole[:3], failed) == "running"
    assert standing(whole[3]) == "part"


def test_time_is_told_apart_by_who_had_it():
    stopped = case(used=6, paused={PauseKind.SUPPLEMENT: 3, PauseKind.RECTIFICATION: 4})
    assert where_time_goes([stopped, case(used=8)]) == {
        "window": 2,
        "applicant": 2,
        "departments": 14,
        "supplement": 3,
        "rectification": 4,
    }


def test_few_rounds_of_the_past_give_way_to_the_promise():
    assert (
        usual([9, 9, 9, 9], 2, 5, 0.8) == (few := usual([], 2, 5, 0.8).__class__(2, 2, 4, True)) and few.from_promise
    )
    many = usual([1, 2, 3, 4, 9], 2, 5, 0.8)
    assert (many.middle, many.high, many.rests_on, many.from_promise) == (3, 4, 5, False)


def test_what_takes_longer_than_usual_ends_today_at_the_earliest():
    usually = usual([3, 3, 3, 3, 8], 2, 5, 0.9)
    then = expected(5, usually, MAY, CALENDAR)
    assert (then.middle, then.high) == (MAY, date(2026, 5, 11))


def test_a_score_leaves_out_what_could_not_be_counted():
    weights = {"on_time": 60, "signing": 20, "attendance": 20}
    assert score({"on_time": 0.978, "signing": 0.92, "attendance": 1.0}, weights, 2).points == 95.1
    assert score({"on_time": 0.5, "signing": None, "attendance": None}, weights).points == 50
    assert score({"on_time": None, "signing": None, "attendance": None}, weights).points is None
    assert score({"on_time": 0.0, "signing": 0.0, "attendance": 0.0}, weights, 9).points == 0
