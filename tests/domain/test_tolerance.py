"""The progressive area tolerance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.problems import Refused
from jointreview.domain.tolerance import AreaResult, ToleranceTable

TABLE = ToleranceTable()
AREAS = st.decimals(0, 10**7, places=2)


@pytest.mark.parametrize(
    ("area", "allowed"),
    [
        (0, 0),
        (800, 24.0),
        (1000, 30),
        (3200, 74),
        (5000, 110),
        (10000, 185),
        (12345.67, 196.73),
        (30000, 285),
        (73000, 500),
        (120000, 500),
    ],
)
def test_tolerance_of_an_area(area, allowed):
    assert TABLE.tolerance(area) == allowed


@pytest.mark.parametrize(
    ("permitted", "measured", "result", "diff"),
    [
        (1000, 1030, AreaResult.WITHIN, 30),
        (1000, 1030.01, AreaResult.OVER, 30.01),
        (1000, 970, AreaResult.WITHIN, -30),
        (1000, 969.99, AreaResult.UNDER, -30.01),
        (4980.1, 5089.7, AreaResult.WITHIN, 109.6),
        (0, 0.01, AreaResult.OVER, 0.01),
    ],
)
def test_a_difference_as_large_as_the_tolerance_is_within_it(permitted, measured, result, diff):
    verdict = TABLE.verdict(permitted, measured)
    assert (verdict.result, verdict.diff) == (result, diff)


@given(AREAS, AREAS)
def test_a_larger_area_never_has_a_smaller_tolerance(a, b):
    assert TABLE.tolerance(min(a, b)) <= TABLE.tolerance(max(a, b)) <= 500


@given(AREAS, AREAS)
def test_the_verdict_follows_from_difference_and_tolerance(permitted, measured):
    verdict = TABLE.verdict(permitted, measured)
    assert verdict.tolerance == TABLE.tolerance(permitted)
    assert (verdict.result is AreaResult.WITHIN) == (abs(verdict.diff) <= verdict.tolerance)


def test_another_table_is_only_other_figures():
    assert ToleranceTable(((None, 0.01),), 50).tolerance(2000) == 20


@pytest.mark.parametrize("area", [-1, math.nan, math.inf, 10**13])
def test_impossible_areas_are_refused(area):
    with pytest.raises(Refused):
        TABLE.tolerance(area)
    with pytest.raises(Refused):
        TABLE.verdict(100, area)


@pytest.mark.parametrize(
    "segments",
    [(), ((1000, 0.03),), ((5000, 0.02), (1000, 0.03), (None, 0.01)), ((None, 0.03), (None, 0.01)), ((None, -0.1),)],
)
def test_a_table_that_does_not_ascend_is_a_fault(segments):
    with pytest.raises(ValueError, match="must"):
        ToleranceTable(segments)
