"""The trip board over HTTP: who sees it, what it tells of cases, trips, cars and plans."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jointreview.commands.cars import BlockCar, KeepCar
from jointreview.commands.deputies import TakeLeave
from jointreview.commands.executor import execute
from jointreview.commands.plan_runs import DropPlan, NoteProgress, StartPlan
from jointreview.commands.trips import KeepTrip, ShortenWay
from jointreview.models.actor import SYSTEM
from jointreview.models.trip import Car, Trip, TripStop
from jointreview.text import tr
from tests.api.helpers import Browsers, open_house
from tests.commands.test_trips import again, car, confirmed, draft, one, rows, solved, third, waiting


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, dict[str, int]]]:
    """Four cases that wait, two cars; one trip confirmed, one drafted, one case left."""
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        world = browsers.world
        first, second = waiting(world), third(world)
        left = waiting(world, "school")
        big, small = car(world), car(world, "苏F22222", seats=2)
        trip, sketch = confirmed(world, first, car_id=big), draft(world, second, car_id=small, days=3, half="pm")
        yield (
            browsers,
            {"left": left, "big": big, "small": small, "trip": trip.id, "draft": sketch.id, "second": second},
        )


def board(house: Browsers, **params: str) -> dict:
    answer = house.get("coordinator", "/api/trips/board", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_only_coordinators_see_it(house):
    browsers, ids = house
    for path in ("/api/trips/board", f"/api/trips/{ids['trip']}/opened"):
        assert browsers.get("coordinator", path).status_code == 200
        for who in ("fire", "fire-head", "applicant", "stranger", "clerk", "supervisor", "admin"):
            assert browsers.get(who, path).status_code == 403, (path, who)
        assert browsers.get("", path).status_code == 401


def test_a_board_of_five_working_days_with_trips_and_what_waits(house):
    browsers, ids = house
    seen = board(browsers)
    days = sorted({row["day"] for row in seen["rows"]})
    assert days == [
        browsers.world.workday_after(n).isoformat() if n else browsers.world.today.isoformat() for n in range(5)
    ]
    assert [row["closed"] for row in seen["rows"] if row["day"] == days[0]] == [True, True]
    trips = {trip["id"]: trip for trip in seen["trips"]}
    assert set(trips) == {ids["trip"], ids["draft"]}
    assert trips[ids["trip"]]["acts"] == ["change", "cancel"]
    assert {seat["reply"] for seat in trips[ids["trip"]]["crew"]} == {"waiting"}
    sketch = trips[ids["draft"]]
    assert sketch["acts"] == ["change", "confirm", "keep", "discard"] and sketch["seats"] == 2
    assert [p["agreed"] for p in sketch["problems"] if p["key"] == "trips.seats"] == [False]
    assert {one["case_id"]: one["trip"] for one in seen["waiting"]} == {ids["left"]: 0, ids["second"]: ids["draft"]}


def test_half_days_on_which_a_department_has_nobody_do_not_fit(house):
    browsers, ids = house
    before = next(one for one in board(browsers)["waiting"] if one["case_id"] == ids["left"])
    day, half = before["fits"][-1].split()
    for who, actor in browsers.world.actors.items():
        if actor.unit == "fire" and actor.role == "officer":
            leave = TakeLeave(from_on=day, from_half=half, until_on=day, until_half=half, note="培训")
            browsers.world.do(who, leave)
    after = next(one for one in board(browsers)["waiting"] if one["case_id"] == ids["left"])
    assert after["wanted"] == before["wanted"]
    assert after["fits"] == before["fits"][:-1]


def test_an_opened_trip_names_who_could_go_and_where_its_stops_lie(house):
    browsers, ids = house
    seen = browsers.get("coordinator", f"/api/trips/{ids['trip']}/opened").json()
    (place,) = seen["places"]
    assert place["parcel"]["type"] in ("Polygon", "MultiPolygon") and 121 < place["lon"] < 122
    for seat in seen["crew"]:
        choices = {one["id"]: one["free"] for one in seen["choices"][seat["unit"]]}
        assert choices[seat["officer_id"]] is True
    assert browsers.get("coordinator", "/api/trips/99999/opened").status_code == 404


def test_other_days_and_a_faulty_day(house):
    browsers, _ids = house
    later = board(browsers, first=board(browsers)["after"])
    assert later["trips"] == [] and [one["first"] for one in later["elsewhere"]]
    assert browsers.get("coordinator", "/api/trips/board", params={"first": "soon"}).status_code == 422


def test_a_car_that_is_away_says_why_and_a_changed_car_keeps_the_number_nobody_typed(house):
    browsers, ids = house
    world = browsers.world
    world.do("coordinator", KeepCar(car_id=ids["big"], plate="苏F12345", seats=16, driver_mobile="13800000077"))
    world.do("coordinator", BlockCar(car_id=ids["big"], day=world.workday_after(4), half="pm", note="年检"))
    world.do("coordinator", KeepCar(car_id=ids["big"], plate="苏F12345", seats=17))
    assert one(Car, Car.id == ids["big"]).driver_mobile == "13800000077"
    shown = next(c for c in board(browsers)["cars"] if c["id"] == ids["big"])
    assert shown["driver_mobile"] == "138****0077" and shown["seats"] == 17
    assert list(shown["blocked"].values()) == ["年检"]


def test_a_plan_is_followed_from_the_question_to_what_it_would_change(house):
    browsers, _ids = house
    world = browsers.world
    run_id = world.do("coordinator", StartPlan(seconds=5)).value["run_id"]
    assert board(browsers)["run"]["status"] == "queued"
    said = {"seconds": 1.5, "objective": 9, "bound": 8, "gap": 0.125, "trips": 2, "officer_trips": 9, "unserved": 0}
    execute(SYSTEM, NoteProgress(run_id=run_id, status="running", progress=said), now=world.now)
    going = board(browsers)["run"]
    assert (going["status"], going["gap"], going["elapsed"]) == ("running", "12.5 %", 1.5)
    execute(SYSTEM, NoteProgress(run_id=run_id, status="done", answer=solved(run_id)), now=world.now)
    found = board(browsers)["run"]
    stops = [stop for trip in found["plan"] for stop in trip["stops"]]
    assert len(stops) + len(found["left_out"]) == 2 and all(one["why"] for one in found["left_out"])
    english = browsers.get("coordinator", "/api/trips/board", headers={"accept-language": "en"}).json()["run"]
    assert english["plan"] or english["left_out"]


def test_a_plan_that_failed_says_what_contradicts(house):
    browsers, _ = house
    run_id = browsers.world.do("coordinator", StartPlan(seconds=5)).value["run_id"]
    why = {"key": "trips.plan_car_gone", "params": {"id": "苏F12345"}}
    failed = NoteProgress(run_id=run_id, status="failed", fault="trips.plan_contradicts", answer={"faults": [why]})
    execute(SYSTEM, failed, now=browsers.world.now)
    said = board(browsers)["run"]["faults"]
    assert said == [tr("zh", "trips.plan_contradicts"), tr("zh", "trips.plan_car_gone", id="苏F12345")]
    browsers.world.do("coordinator", DropPlan(run_id=run_id))


def test_the_shortest_way_is_never_longer_and_a_kept_draft_says_so(house):
    browsers, ids = house
    world = browsers.world
    trip = again(one(Trip, Trip.id == ids["draft"]))
    world.do("coordinator", KeepTrip(trip_id=trip.id, revision=trip.revision, kept=True))
    trip = again(trip)
    before = trip.drive_minutes
    world.do("coordinator", ShortenWay(trip_id=trip.id, revision=trip.revision))
    assert again(trip).drive_minutes <= before
    assert [s.case_id for s in rows(TripStop, TripStop.trip_id == trip.id)] == [ids["second"]]
    assert next(t for t in board(browsers)["trips"] if t["id"] == trip.id)["kept"] is True
