"""The board shows what each person may see, the late things first, at a cost that does not grow with the cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import select

from jointreview.commands.facts import load_facts
from jointreview.commands.filing import CreateCase, WalkIn
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.sight import may_see
from jointreview.domain.case_states import CaseState, Turn
from jointreview.domain.clock import Lamp
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.queries import board_filters as choices
from jointreview.queries.board import Board, board, board_features
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.my_cases import my_cases
from jointreview.queries.my_work import my_work
from jointreview.queries.public import progress
from jointreview.queries.turns import turn_of
from jointreview.text import LANGUAGES, texts
from tests.commands.test_moments import conditional, sign_commitment
from tests.commands.world import World

ALL = BoardFilters(state="all")


def look(world: World, who: str = "coordinator", **filters: object) -> Board:
    return board(world.actors[who], BoardFilters(**{"state": "all", **filters}), "zh", world.now)


def of_another_project(world: World, sample: str = "factory") -> int:
    """A submitted case of a project of its own (a building is in one open case at a time)."""
    return world.submitted(sample, S1={"project_code": f"2101-320681-89-01-{look(world).total:06d}"})


def accepted(world: World, sample: str = "factory") -> int:
    case_id = of_another_project(world, sample)
    world.accept(case_id)
    return case_id


def only(shown: Board, case_id: int):
    return next(row for row in shown.rows if row.case_id == case_id)


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(base.engine(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(base.engine(), "before_cursor_execute", note)


def test_everybody_sees_on_the_board_exactly_the_cases_they_may_open(world: World):
    draft = world.drafted()
    world.do("applicant", WithdrawCase(case_id=world.drafted(), reason="不再申请"))
    world.accepted("school")
    walk_in = WalkIn(name="王五", mobile="13800000000")
    code = "2401-320681-04-01-900001"
    world.do(
        "clerk",
        CreateCase(
            organisation_id=world.organisation_id, project_code=code, project_name="窗口代办项目", walk_in=walk_in
        ),
    )
    with base.reading() as session:
        cases = session.exec(select(Case)).all()
        facts = [load_facts(session, case) for case in cases]
    assert len(facts) == 4
    assert not any(may_see(world.actors[who], world.facts(draft)) for who in ("coordinator", "clerk", "fire"))
    for who, actor in world.actors.items():
        allowed = {f.case_id for f in facts if may_see(actor, f)}
        assert {row.case_id for row in look(world, who).rows} == allowed, who


def test_a_row_tells_lamp_turn_and_departments_of_an_accepted_case(world: World):
    case_id = world.accepted("school")
    world.later(8)
    row = only(look(world), case_id)
    assert (row.state, row.lamp, row.remaining, row.due) == ("reviewing", "notice", 2, "2026-05-19")
    assert row.due_words == "2026-05-19 (周二)" and row.days == "剩余 2 个工作日"
    assert (row.turn, row.since) == ("departments", "2026-05-06")
    assert {d.unit for d in row.departments} == world.facts(case_id).units
    assert {d.lamp for d in row.departments} == {"red"} and {d.opinion for d in row.departments} == {""}
    assert json.loads(json.dumps(asdict(row)))["town"]


def test_before_acceptance_it_is_the_turn_of_applicant_then_window(world: World):
    case_id = world.drafted()
    assert turn_of(world.facts(case_id)) == Turn.APPLICANT and look(world).total == 0
    world.submit(case_id)
    assert only(look(world), case_id).turn == turn_of(world.facts(case_id)) == Turn.WINDOW


def test_the_turn_passes_from_departments_to_coordinator_and_back(world: World):
    def turn(case_id: int) -> str:
        answer = turn_of(world.facts(case_id)).value
        assert only(look(world), case_id).turn == answer
        return answer

    case_id = world.accepted()
    assert turn(case_id) == "departments"
    world.later(1)
    world.read_documents(case_id)
    assert turn(case_id) == "coordinator"
    assert only(look(world), case_id).since == "2026-05-07"
    world.end_review(case_id)
    assert turn(case_id) == "coordinator"
    world.plan_visit(case_id)
    assert turn(case_id) == "departments"
    world.arrive(case_id)
    world.pass_the_rest(case_id)
    assert turn(case_id) == "coordinator"


def test_while_only_a_commitment_is_missing_everybody_is_told_that_the_applicant_is_waited_for(world: World):
    case_id = conditional(world)
    row = only(look(world), case_id)
    case = world.case(case_id)
    public = progress(case.number, case.lookup_code, world.today)
    (card,) = my_cases(world.actors["applicant"], world.now)
    assert public is not None
    assert turn_of(world.facts(case_id)) == row.turn == public.turn == card.turn == Turn.APPLICANT
    assert card.since.isoformat() == row.since == world.today.isoformat()
    assert [t.what for t in my_work(world.actors["coordinator"], world.now)] == ["others_commitment"]
    assert "sign_commitment" in [t.what for t in my_work(world.actors["applicant"], world.now)]
    world.later(1)
    sign_commitment(world, case_id)
    row = only(look(world), case_id)
    assert (row.turn, row.since) == (Turn.COORDINATOR, world.today.isoformat())
    assert [t.what for t in my_work(world.actors["coordinator"], world.now)] == ["conclude"]


def test_late_cases_come_first_and_cases_that_do_not_count_come_last(world: World):
    ended = world.submitted("school")
    late = accepted(world)
    world.later(11)
    fresh = accepted(world)
    world.do("applicant", WithdrawCase(case_id=ended, reason="不再申请"))
    waiting = of_another_project(world)
    rows = look(world).rows
    assert [row.case_id for row in rows] == [late, fresh, waiting, ended]
    assert rows[0].lamp == "red" and rows[0].days == "超期 1 个工作日"
    assert rows[-1].turn == "nobody" and rows[-1].due == ""


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({"state": "open"}, lambda row: row.state != "withdrawn"),
        ({"state": "ended"}, lambda row: row.state == "withdrawn"),
        ({"state": "submitted"}, lambda row: row.state == "submitted"),
        ({"lamp": "green"}, lambda row: row.lamp == "green"),
        ({"lamp": "none"}, lambda row: row.lamp == ""),
        ({"turn": "window"}, lambda row: row.turn == "window"),
        ({"unit": "fire"}, lambda row: row.state == "reviewing"),
        ({"unit": "civil_defence"}, lambda row: any(d.unit == "civil_defence" for d in row.departments)),
        ({"week": True}, lambda row: False),
        ({"text": "学校"}, lambda row: "学校" in row.project),
        ({"text": "qd2026 1"}, lambda row: "1" in f"{row.number}{row.project}{row.code}{row.address}"),
        ({"text": "%"}, lambda row: False),
    ],
)
def test_a_filter_shows_what_it_says_and_nothing_else(world: World, filters: dict, matches: Callable):
    world.do("applicant", WithdrawCase(case_id=world.submitted(), reason="不再申请"))
    of_another_project(world)
    accepted(world, "school")
    accepted(world)
    expected = {row.case_id for row in look(world).rows if matches(row)}
    assert {row.case_id for row in look(world, **filters).rows} == expected


def test_due_this_week_means_monday_to_sunday(world: World):
    case_id = accepted(world)  # due Tuesday 2026-05-19
    assert look(world, week=True).total == 0
    world.now += timedelta(days=12)  # Monday 2026-05-18
    assert [row.case_id for row in look(world, week=True).rows] == [case_id]
    world.now += timedelta(days=7)
    assert look(world, week=True).total == 0


def test_every_count_is_what_choosing_it_shows(world: World):
    of_another_project(world)
    accepted(world, "school")
    accepted(world)
    world.later(8)
    shown = look(world, unit="fire")
    for name in ("stage", "lamp", "turn", "town", "unit"):
        for choice in getattr(shown, f"{name}s"):
            filters = {"unit": "fire", name: choice.value}
            assert look(world, **filters).total == choice.count, (name, choice)
    for choice in shown.states:
        assert look(world, unit="fire", state=choice.value).total == choice.count


def test_the_number_of_statements_does_not_grow_with_the_cases(world: World):
    def asked() -> tuple[int, int]:
        with statements() as for_list:
            look(world)
        with statements() as for_map:
            board_features(world.actors["coordinator"], ALL, "zh", world.now)
        return len(for_list), len(for_map)

    accepted(world)
    look(world)  # the calendar is read once and kept
    before = asked()
    for _ in range(3):
        accepted(world, "school")
    visited = accepted(world)
    world.read_documents(visited)
    world.end_review(visited)
    world.plan_visit(visited)
    look(world)  # what changed is settled at the first reading
    assert asked() == before


def test_pages_hold_fifty_cases_and_a_page_too_far_is_the_last(world: World):
    first = world.submitted()
    with base.writing() as session:
        pattern = session.get_one(Case, first).model_dump(exclude={"id", "number"})
        session.add_all(Case(**pattern, number=f"QD2026{n:06d}") for n in range(100, 159))
    shown = look(world, sort="number")
    assert (len(shown.rows), shown.total, shown.pages) == (50, 60, 2)
    last = look(world, sort="number", page=99)
    assert (last.page, len(last.rows)) == (2, 10)
    assert not {r.case_id for r in shown.rows} & {r.case_id for r in last.rows}


def test_the_map_holds_the_parcels_of_the_same_cases(world: World):
    case_id = accepted(world)
    world.drafted("school")
    features = board_features(world.actors["fire"], ALL, "en", world.now)["features"]
    assert [f["id"] for f in features] == [case_id]
    assert features[0]["geometry"]["type"] == "MultiPolygon"
    assert features[0]["properties"]["lamp"] == "green" and features[0]["properties"]["lamp_name"] == "In time"
    assert board_features(world.actors["stranger"], ALL, "en", world.now)["features"] == []
    nothing = BoardFilters(state="all", turn="window")
    assert board_features(world.actors["coordinator"], nothing, "en", world.now)["features"] == []


def test_many_parcels_become_points(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jointreview.queries.board.OUTLINES", 0)
    accepted(world)
    geometry = board_features(world.actors["coordinator"], ALL, "zh", world.now)["features"][0]["geometry"]
    assert geometry["type"] == "Point" and 121 < geometry["coordinates"][0] < 122


VALUES = {
    "state": st.sampled_from(choices.STATES),
    "stage": st.sampled_from(("", *choices.STAGES)),
    "lamp": st.sampled_from(("", *choices.LAMPS)),
    "turn": st.sampled_from(("", *choices.TURNS)),
    "unit": st.sampled_from(("", "fire", "civil_defence")),
    "town": st.sampled_from(("", "huilong")),
    "week": st.booleans(),
    "text": st.text(st.characters(categories=("L", "N", "P")), max_size=20),
    "sort": st.sampled_from(choices.SORTS),
    "page": st.integers(1, 100),
}


@given(st.builds(BoardFilters, **VALUES))
def test_an_address_brings_back_the_filters_it_was_made_from(filters: BoardFilters):
    from urllib.parse import parse_qsl

    assert BoardFilters.from_address(dict(parse_qsl(filters.address()))) == filters


@given(
    st.dictionaries(
        st.sampled_from(["state", "stage", "lamp", "unit", "turn", "town", "week", "q", "sort", "page"]), st.text()
    )
)
def test_any_address_opens_a_board(params: dict[str, str]):
    filters = BoardFilters.from_address(params)
    assert filters.state in choices.STATES and 1 <= filters.page <= 10_000


def test_every_code_of_the_board_has_its_words():
    wanted = {f"state.{s.value}" for s in CaseState} | {f"turn.{t.value}" for t in Turn}
    wanted |= {f"views.lamp_{lamp.value}" for lamp in Lamp} | {"views.lamp_none", "views.opinion_none"}
    wanted |= {f"views.opinion_{r}" for r in ("PASS", "PASS_COND", "FAIL", "NA", "SELF", "DEEMED")}
    assert all(wanted <= set(texts(lang)) for lang in LANGUAGES)


def test_the_stage_is_named_counted_and_narrowed_to_by_the_address(world: World):
    review = world.drafted_review("stage1_factory", 1)
    world.submit(review)
    acceptance = of_another_project(world)
    shown = look(world)
    assert only(shown, review).stage_name == "立项用地规划许可" and only(shown, acceptance).stage == "4"
    assert [(c.value, c.count) for c in shown.stages] == [("1", 1), ("2", 0), ("3", 0), ("4", 1)]
    narrowed = BoardFilters.from_address({"stage": "1", "state": "all"})
    found = board(world.actors["coordinator"], narrowed, "en", world.now)
    assert [row.case_id for row in found.rows] == [review]
    assert found.rows[0].stage_name == "Project approval and land planning"
    assert narrowed.address() == "state=all&stage=1"
    tasks = {task.case_id: task.stage["zh"] for task in my_work(world.actors["clerk"], world.now)}
    assert tasks == {review: "立项用地规划许可", acceptance: "竣工验收"}
