"""Progress to the targets: what is counted, who sees what, and at a cost that does not grow with the cases."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from jointreview.commands.conclusion import Conclude
from jointreview.commands.intake import WithdrawCase
from jointreview.domain.problems import Refused
from jointreview.queries.progress import Progress, progress
from jointreview.queries.progress.behind import CASES, ROUNDS, shown_rounds
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.grids import grids
from jointreview.queries.progress.headline import headlines
from jointreview.queries.progress.words import percent_words
from tests.commands.world import World
from tests.queries.test_board import accepted, statements


def concluded(world: World, case_id: int) -> None:
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))


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
    own = look(world, "fire-head", unit="planning")
    assert own.filters.unit == "fire"
    assert {u.unit for u in own.figures.units} == {r.unit for r in own.all.rounds} == {"fire"}
    assert {o.unit for o in own.outlooks} <= {"", "fire"}
    for who in ("applicant", "admin", "clerk", "fire"):
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


def test_rounds_left_open_in_an_ended_case_are_closed_by_its_end_and_marked(world: World):
    early, late = accepted(world), accepted(world)
    world.later(1)
    world.do("applicant", WithdrawCase(case_id=early, reason="项目调整，不再申请"))
    world.later(8)
    world.do("applicant", WithdrawCase(case_id=late, reason="项目调整，不再申请"))
    found = look(world)
    assert {(r.case_id, r.cut, r.counted) for r in found.all.rounds} == {(early, True, False), (late, True, True)}
    fire = next(u for u in found.figures.units if u.unit == "fire")
    assert (fire.cut, fire.late, fire.rounds.of, fire.open_over, fire.days.count) == (2, 1, 1, 0, 0)
    assert [c.case_id for c in look(world, show="unit_late:fire").shown] == [late]
    assert {c.case_id for c in look(world, show="unit_cut:fire").shown} == {early, late}
    assert not found.outlooks


def test_a_project_under_way_is_listed_and_no_part_of_the_average(world: World):
    case_id = accepted(world)
    world.later(3)
    found = look(world)
    (project,) = found.figures.projects
    assert (project.standing, project.used) == ("running", 3) and found.figures.project_days.count == 0
    (row,) = grids(found, "zh")["projects"].rows
    assert row[1].text == "进行中，已用 3 个工作日"
    assert [c.case_id for c in look(world, show=row[0].show).shown] == [case_id]
    assert [c.case_id for c in look(world, show="projects_running").shown] == [case_id]


def test_every_number_opens_as_many_cases_as_it_counts(world: World):
    done = world.all_passed()
    concluded(world, done)
    late = accepted(world, "school")
    world.later(12)
    withdrawn = accepted(world)
    world.later(1)
    world.do("applicant", WithdrawCase(case_id=withdrawn, reason="项目调整，不再申请"))
    found = look(world)
    counted = 0
    for grid in grids(found, "zh").values():
        for cell in (cell for row in grid.rows for cell in row if cell.show and isinstance(cell.value, int)):
            name = cell.show.partition(":")[0]
            if (
                name in (*CASES, "unit")
                and name not in ("time",)
                and grid.key in ("days", "months", "stages", "units")
            ):
                assert len(look(world, show=cell.show).shown) == cell.value, (grid.key, cell.show)
                counted += 1
            elif name in ROUNDS:
                filters = ProgressFilters(show=cell.show)
                assert shown_rounds(found.all, filters) == cell.value, cell.show
                counted += 1
    assert counted > 30
    headline = {h.key: h for h in headlines(found, "zh")}
    assert [c.case_id for c in look(world, show=headline["on_time"].show).shown] == [done]
    assert [c.case_id for c in look(world, show="running_over").shown] == [late]


def test_a_figure_nobody_knows_counts_nothing(world: World):
    accepted(world)
    assert look(world, show="nonsense:1").shown == [] and look(world, show="stage:9").shown == []


def test_the_town_of_the_site_narrows_cases_rounds_and_departments(world: World):
    here = accepted(world)
    town = look(world).all.towns[here]
    assert [c.case_id for c in look(world, town=town).figures.cases] == [here]
    elsewhere = look(world, town="nowhere")
    assert not elsewhere.figures.cases and not elsewhere.figures.units and not elsewhere.figures.projects


def test_a_target_just_missed_is_not_rounded_up():
    assert [percent_words(share) for share in (0.9989, 0.999, 1.0, None)] == ["99.8%", "99.9%", "100.0%", "—"]


def test_filters_keep_through_the_address_and_pass_over_what_nobody_knows():
    filters = ProgressFilters(stage=4, unit="fire", since="2026-05", show="unit_late:fire")
    assert ProgressFilters.from_address(
        dict(pair.split("=") for pair in filters.but(show="late").address().split("&"))
    )
    several = filters.but(town="huilong", until="2026-06", page=3, track="private")
    assert ProgressFilters.from_address(dict(parse_qsl(several.address()))) == several
    odd = {"town": "../x", "page": "0", "unit": "fire\n", "stage": "9"}
    assert ProgressFilters.from_address(odd) == ProgressFilters()
    odd = {"stage": "9", "unit": "'; drop", "since": "2026-13", "show": "<b>", "track": "x"}
    assert ProgressFilters.from_address(odd) == ProgressFilters()
