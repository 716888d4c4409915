"""Progress to the targets: what is counted, who sees what, and at a cost that does not grow with the cases."""

from __future__ import annotations

import pytest

from jointreview.commands.intake import WithdrawCase
from jointreview.domain.problems import Refused
from jointreview.queries.progress import Progress, progress
from jointreview.queries.progress.filters import ProgressFilters
from tests.commands.world import World
from tests.queries.test_board import accepted, statements


def look(world: World, who: str = "coordinator", lang: str = "zh", **filters: object) -> Progress:
    return progress(world.actors[who], ProgressFilters(**filters), lang, world.now)  # type: ignore[arg-type]


def test_a_running_case_counts_its_days_and_runs_over_only_beyond_the_promise(world: World):
    case_id = accepted(world)
    world.later(10)
    (case,) = look(world).figures.cases
    assert (case.case_id, case.used, case.promised, case.over) == (case_id, 10, 10, False)
    world.later(1)
    found = look(world, show="running_over")
    assert found.figures.running_over == 1 and [c.case_id for c in found.shown] == [case_id]


def test_a_withdrawn_case_is_never_late_nor_part_of_the_rate(world: World):
    case_id = accepted(world)
    world.later(30)
    world.do("applicant", WithdrawCase(case_id=case_id, reason="项目调整，不再申请"))
    found = look(world)
    assert found.figures.in_time.of == 0 and found.figures.running_over == 0 and found.figures.days.count == 0
    assert [c.over for c in found.figures.cases] == [False]


def test_every_running_round_beyond_its_due_day_is_expected_late_with_the_reason(world: World):
    accepted(world)
    world.later(6)
    found = look(world)
    assert {o.unit for o in found.outlooks if o.unit} == {r.unit for r in found.all.rounds}
    assert all(o.sure and "仅 0 次" in o.reason for o in found.outlooks if o.unit)
    assert "too few to tell" in look(world, lang="en").outlooks[0].reason


def test_a_department_sees_its_own_rounds_and_figures_alone(world: World):
    accepted(world, "school")
    own = look(world, "fire", unit="planning")
    assert own.filters.unit == "fire"
    assert {u.unit for u in own.figures.units} == {r.unit for r in own.all.rounds} == {"fire"}
    assert {o.unit for o in own.outlooks} <= {"", "fire"}
    for who in ("applicant", "admin"):
        with pytest.raises(Refused):
            look(world, who)


def test_the_cases_behind_a_unit_are_those_it_takes_part_in(world: World):
    case_id = accepted(world, "school")
    found = look(world, show="unit:fire")
    assert [c.case_id for c in found.shown] == [case_id]
    assert look(world, show="unit:nobody").shown == [] and look(world, track="private").figures.cases == []


def test_the_number_of_statements_does_not_grow_with_the_cases(world: World):
    accepted(world)
    with statements() as one:
        look(world)
    accepted(world)
    accepted(world)
    with statements() as three:
        look(world)
    assert len(one) == len(three)


def test_filters_keep_through_the_address_and_pass_over_what_nobody_knows():
    filters = ProgressFilters(stage=4, unit="fire", since="2026-05", show="unit_late:fire")
    assert ProgressFilters.from_address(
        dict(pair.split("=") for pair in filters.but(show="late").address().split("&"))
    )
    odd = {"stage": "9", "unit": "'; drop", "since": "2026-13", "show": "<b>", "track": "x"}
    assert ProgressFilters.from_address(odd) == ProgressFilters()
