"""Which buildings a case may cover and when a project is finished."""

import math

import pytest

from jointreview.domain.building_sets import (
    Bound,
    Building,
    Independence,
    IndexLimit,
    batch_index_problems,
    final_index_problems,
    is_complete,
    remaining_after,
    selection_problems,
)
from jointreview.text import tr

ALONE = frozenset(Independence)
GATE = Building("001", "门卫")
HALL = Building("002", "1# 厂房", ALONE)
DONE = Building("003", "2# 厂房", ALONE, accepted_by="2026-0001")
TAKEN = Building("004", "研发楼", ALONE, open_case="2026-0002")
LIMITS = [IndexLimit("容积率", 1.2, Bound.AT_MOST), IndexLimit("停车位", 40, Bound.AT_LEAST)]


def keys(problems) -> list[str]:
    assert all(tr("zh", p.key, **p.params) for p in problems)
    return [p.key for p in problems]


def test_an_independent_building_may_go_first():
    assert selection_problems({"002"}, [GATE, HALL, DONE]) == ()


def test_a_building_that_depends_on_the_rest_may_not_go_first():
    assert keys(selection_problems({"001"}, [GATE, HALL])) == [
        "rules.building_not_planning",
        "rules.building_not_fire",
        "rules.building_not_access",
        "rules.building_not_safety",
    ]


def test_the_last_buildings_need_no_independence():
    assert selection_problems({"001", "002"}, [GATE, HALL, DONE]) == ()


def test_a_building_is_in_one_open_case_and_accepted_once():
    assert keys(selection_problems({"003", "004"}, [HALL, DONE, TAKEN])) == [
        "rules.building_accepted",
        "rules.building_in_case",
    ]
    assert selection_problems({"004"}, [HALL, TAKEN], case="2026-0002") == ()


def test_a_case_names_its_buildings_and_only_known_ones():
    assert keys(selection_problems(set(), [HALL])) == ["rules.no_buildings"]
    assert keys(selection_problems({"002", "999"}, [HALL])) == ["rules.unknown_building"]


def test_a_project_is_complete_when_every_building_is_accepted():
    assert is_complete([DONE])
    assert not is_complete([DONE, HALL])
    assert not is_complete([])
    assert remaining_after({"002"}, [GATE, HALL, DONE]) == ("001",)


def test_a_batch_may_not_exceed_what_is_permitted_for_the_whole():
    assert batch_index_problems(LIMITS, {"容积率": 1.2, "停车位": 3}) == ()
    assert keys(batch_index_problems(LIMITS, {"容积率": 1.21})) == ["rules.index_at_most"]


def test_least_figures_are_asked_for_with_the_last_batch():
    assert keys(final_index_problems(LIMITS, {"容积率": 1.1, "停车位": 39})) == ["rules.index_at_least"]
    assert final_index_problems(LIMITS, {"容积率": 1.1, "停车位": 40}) == ()


@pytest.mark.parametrize("measured", [{}, {"容积率": math.nan}])
def test_an_unknown_index_is_never_a_kept_one(measured):
    assert batch_index_problems(LIMITS, measured) != ()


def test_buildings_nobody_named_yet_ask_for_independence_too():
    assert selection_problems({"002"}, [HALL], more_to_come=True) == ()
    assert "rules.building_not_fire" in keys(selection_problems({"001"}, [GATE], more_to_come=True))
