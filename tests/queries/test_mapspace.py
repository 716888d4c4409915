"""The workspace map holds what the board holds, by place: same rights, filters and lamps, from far and near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from jointreview.commands.calendar_admin import SetCalendarDay
from jointreview.commands.facts import load_facts
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.commands.places import from_square, on_square, settle_places
from jointreview.commands.sight import may_see
from jointreview.commands.working_days import work_calendar
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.queries.access import only_party
from jointreview.queries.board import board
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.mapspace.brief import brief
from jointreview.queries.mapspace.choosing import chosen, extent, listing, map_choices
from jointreview.queries.mapspace.clusters import Heap, merged, of_places, units_of
from jointreview.queries.mapspace.view import view
from jointreview.queries.narrowing import EVERYWHERE
from tests.commands.world import World, copied, fresh_database

ALL = BoardFilters(state="all")
LATE, FRESH, GONE, WAITING, DRAFT = 1, 2, 3, 4, 5
HANDED_IN = {LATE, FRESH, GONE, WAITING}
READERS = (
    *("applicant", "stranger", "party", "clerk", "coordinator", "supervisor", "admin"),
    *("fire", "civil_defence", "planning", "planning-head"),
)
QIDONG = (121.4, 31.6, 122.0, 32.1)


def shown(world: World, who: str = "coordinator", **filters: object) -> set[int]:
    wanted = BoardFilters(**{"state": "all", **filters})
    return {row["id"] for row in listing(world.actors[who], wanted, EVERYWHERE, 1, "zh", world.now)["rows"]}


def look(world: World, zoom: float, box=QIDONG, who: str = "coordinator", filters: BoardFilters = ALL):
    return view(world.actors[who], filters, box, zoom, "zh", world.now)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all: one case late, one fresh, one withdrawn, one waiting, and a draft."""
    folder = tmp_path_factory.mktemp("map")
    with fresh_database(f"sqlite:///{folder}/map.db", folder / "uploads"):
        world, code = World().populate(), "2101-320681-89-01-{:06d}"
        late = world.submitted(S1={"project_code": code.format(LATE)})
        with base.writing() as session:
            world.person(session, "party", "applicant")
        letter = world.do("applicant", InviteParty(case_id=late, party_kind="design")).value["code"]
        world.do("party", AcceptInvitation(code=letter))
        world.accept(late)
        world.later(11)
        world.accept(world.submitted("school", S1={"project_code": code.format(FRESH)}))
        gone = world.submitted("school", S1={"project_code": code.format(GONE)})
        world.do("applicant", WithdrawCase(case_id=gone, reason="不再申请"))
        world.submitted(S1={"project_code": code.format(WAITING)})
        world.drafted(S1={"project_code": code.format(DRAFT)})
        yield world


def placed(world: World, ids: set[int]) -> set[int]:
    """Those of the cases that have a parcel."""
    from jointreview.models.project import Parcel

    with base.reading() as session:
        return ids & set(session.exec(select(Parcel.case_id).where(Parcel.current)).all())


def test_everybody_has_on_the_map_exactly_the_cases_they_may_open(world: World):
    with base.reading() as session:
        facts = [load_facts(session, case) for case in session.exec(select(Case)).all()]
    for who in READERS:
        actor = world.actors[who]
        allowed = {f.case_id for f in facts if may_see(actor, f) and not only_party(actor, f)}
        assert shown(world, who) == placed(world, allowed), who
    for who, case_id in (
        ("fire", WAITING),
        ("stranger", LATE),
        ("party", LATE),
        ("admin", LATE),
        ("coordinator", DRAFT),
    ):
        with pytest.raises(Refused):
            brief(world.actors[who], case_id, "zh", world.now)


@pytest.mark.parametrize(
    "filters",
    [
        *({"state": s} for s in ("open", "ended", "submitted", "reviewing", "all")),
        *({"lamp": lamp} for lamp in ("red", "yellow", "notice", "green", "paused", "done", "none")),
        *({"turn": turn} for turn in ("window", "departments", "applicant", "coordinator", "nobody")),
        *({"stage": "4"}, {"stage": "1"}, {"unit": "fire"}, {"unit": "education"}, {"week": True}),
        *({"text": "学校"}, {"text": "qd2026 2"}, {"text": "%"}, {"text": "启东 有限公司"}, {"town": "huilong"}),
    ],
    ids=str,
)
def test_a_filter_lets_through_what_it_lets_through_on_the_board(world: World, filters: dict):
    on_board = board(world.actors["coordinator"], BoardFilters(**{"state": "all", **filters}), "zh", world.now)
    assert shown(world, **filters) == placed(world, {row.case_id for row in on_board.rows})


def test_lamps_follow_the_day_the_acts_and_the_working_day_table(world: World, tmp_path: Path):
    def lamp() -> tuple[str, str]:
        rows = listing(world.actors["coordinator"], ALL, EVERYWHERE, 1, "zh", world.now)["rows"]
        return next((row["lamp"], row["due"]) for row in rows if row["id"] == FRESH)

    with copied(world, tmp_path / "copy.db"):
        assert lamp()[0] == "green"
        world.later(8)
        before = lamp()
        assert before[0] == "notice" and settle_places(world.now) == 0
        with base.reading() as session:
            rest = work_calendar(session).next_workday(world.today + timedelta(days=1))
        world.do("coordinator", SetCalendarDay(day=rest, kind="holiday", name="试", source="试行通知"))
        assert lamp()[1] > before[1]
        world.do("applicant", WithdrawCase(case_id=FRESH, reason="不再申请"))
        assert lamp() == ("done", "")
    assert lamp()[0] == "green"


def test_from_afar_there_are_heaps_and_from_near_outlines(world: World):
    ids = HANDED_IN
    far = look(world, 9)
    (heap,) = far["heaps"]
    assert heap["count"] == far["total"] == len(ids) and far["cases"] == [] and far["outlines"] == {}
    assert Counter(heap["lamps"]) == Counter(one["lamp"] for one in heap["cases"])
    assert {one["id"] for one in heap["cases"]} == ids
    near = look(world, 16)
    assert set(map(int, near["outlines"])) == ids
    ring = near["outlines"][str(min(ids))][0]
    assert ring[:2] == ring[-2:] and all(121.6 < lon < 121.7 for lon in ring[::2])
    assert look(world, 16, (121.0, 31.0, 121.1, 31.1))["total"] == 0


def test_a_crowd_is_counted_by_the_database_and_nothing_is_lost(world: World, monkeypatch: pytest.MonkeyPatch):
    whole = look(world, 12)
    monkeypatch.setattr("jointreview.queries.mapspace.view.MOST_SINGLE", 1)
    monkeypatch.setattr("jointreview.queries.mapspace.view.MOST_OUTLINES", 1)
    counted = look(world, 12)
    assert counted["total"] == whole["total"] and counted["outlines"] == look(world, 16)["outlines"] == {}
    (heap,), (known,) = counted["heaps"], whole["heaps"]
    assert (heap["count"], heap["lamps"], heap["box"]) == (known["count"], known["lamps"], known["box"])


def test_a_lasso_takes_the_cases_whose_middle_lies_inside(world: World):
    ids = HANDED_IN
    lon, lat = 121.64178, 31.834406

    def taken(ring) -> set[int]:
        found = chosen(world.actors["coordinator"], ALL, ring, "zh", world.now)["cases"]
        return {one["id"] for one in found}

    square = [(lon - 0.001, lat - 0.001), (lon + 0.001, lat - 0.001), (lon + 0.001, lat + 0.001)]
    assert taken([*square, (lon - 0.001, lat + 0.001)]) == ids
    assert taken([(lon + 0.001, lat - 0.001), (lon + 0.002, lat - 0.001), (lon + 0.002, lat + 0.001)]) == set()
    for ring, key in (([(1, 1), (2, 2)], "lasso_corners"), ([(1, 1), (2, 2), (3, 3)], "lasso_empty")):
        with pytest.raises(Refused) as refusal:
            taken(ring)
        assert refusal.value.problems[0].key == f"mapspace.{key}"


def test_every_count_of_a_filter_is_what_choosing_it_shows(world: World):
    found = map_choices(world.actors["coordinator"], ALL, "zh", world.now)
    for name in ("stage", "lamp", "town", "state"):
        for choice in getattr(found, f"{name}s"):
            filters = ALL.but(**{name: choice.value})
            assert extent(world.actors["coordinator"], filters, world.now)["total"] == choice.count, (name, choice)


def test_the_short_case_says_what_the_board_says(world: World):
    row = next(r for r in board(world.actors["fire"], ALL, "zh", world.now).rows if r.case_id == LATE)
    found = brief(world.actors["fire"], LATE, "zh", world.now)
    assert (found["lamp"], found["days"], found["turn"]) == (row.lamp, row.days, row.turn_name)
    assert found["lamp"] == "red" and found["area_m2"] == 39000.0 and "4529" in found["crs"]
    assert [d["name"] for d in found["departments"]] == [d.name for d in row.departments]
    assert brief(world.actors["applicant"], LATE, "zh", world.now)["departments"] == []


@given(st.floats(-180, 179.9), st.floats(-85, 85))
def test_a_place_comes_back_from_the_square_within_a_few_centimetres(lon: float, lat: float):
    again = from_square(*on_square(lon, lat))
    assert abs(again[0] - lon) < 4e-7 and abs(again[1] - lat) < 4e-7


places = st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(0, 2**30 - 1)), max_size=60)


@given(places, st.integers(3, 18))
def test_heaps_hold_every_place_once_and_single_cells_never_touch(points: list, zoom: int):
    singles = [(n, x, y, "green") for n, (x, y) in enumerate(points)]
    heaps = merged(of_places(singles, zoom), 40, zoom)
    assert sorted(i for heap in heaps for i in heap.ids) == list(range(len(points)))
    for heap in heaps:
        assert heap.count == len(heap.ids) and heap.box[0] <= heap.middle[0] <= heap.box[2]


def test_places_side_by_side_over_the_border_of_a_cell_are_one_heap():
    reach, zoom = 40, 10
    near = units_of(10, zoom)
    edge = float(units_of(64, zoom) * 5)
    at = (edge - near, edge + near, edge + 9 * near)
    apart = [Heap(1, Counter(["red"]), x, 100.0, (x, 100.0, x, 100.0), [n]) for n, x in enumerate(at)]
    assert sorted(heap.count for heap in merged(apart, reach, zoom)) == [1, 2]
