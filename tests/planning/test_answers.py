"""What an answer says: reasons for what stays out, confirmed trips, qualifications, progress and cancelling."""

from __future__ import annotations

import copy
import itertools
import threading

import pytest

from bench.planning_instances import instance as realistic
from jointreview.planning import Progress, as_json, plan, read_instance
from jointreview.text import tr
from tests.planning.checker import faults

HALVES = [["2026-05-06", "am"], ["2026-05-06", "pm"]]


def question(*requests: dict, **changes) -> dict:
    base = {
        "depot": {"lon": 121.6574, "lat": 31.8080},
        "sessions": [
            {"day": "2026-05-06", "half": "am", "opens": "08:30", "closes": "12:00"},
            {"day": "2026-05-06", "half": "pm", "opens": "13:30", "closes": "17:30"},
        ],
        "cars": [{"id": "car-1", "seats": 3, "sessions": "all"}],
        "officers": [{"id": f"{d}-1", "department": d, "unavailable": []} for d in ("ZRZY", "XF", "ZJ")],
        "requests": list(requests),
        "travel": {"speed_kmh": 42, "detour": 1.35, "stop_minutes": 3},
        "max_stops": 5,
    }
    return {**copy.deepcopy(base), **changes}


def request(name: str = "R1", **changes) -> dict:
    plain = {
        "id": name, "lon": 121.65, "lat": 31.81, "departments": ["ZRZY", "XF"], "minutes": 40,
        "windows": HALVES, "due": "2026-05-08",
    }  # fmt: skip
    return {**plain, **changes}


def answer(asked: dict, **options) -> dict:
    instance = read_instance(asked)
    found = as_json(instance, plan(instance, 20, **options), "en")
    if found["status"] != "infeasible-input":
        assert faults(asked, found) == []
    return found


def reason(asked: dict) -> dict:
    found = answer(asked)
    assert found["status"] == "optimal"
    (left,) = found["unserved"]
    assert found["bound"]["unserved"] == 1
    return left


def test_too_many_people_for_the_largest_car():
    left = reason(question(request(departments=["ZRZY", "XF", "ZJ"], officers={"XF": 2})))
    assert left["reason"] == "seats"
    assert left["detail"] == tr("en", "plan.reason_seats", people=4, seats=3)


@pytest.mark.parametrize("change", [{"windows": []}, {"due": "2026-05-05"}])
def test_no_half_day_before_the_due_day(change):
    assert reason(question(request(**change)))["reason"] == "no_window"


def test_nobody_of_a_department_is_free():
    asked = question(request(windows=[HALVES[0]]))
    asked["officers"][1]["unavailable"] = [HALVES[0]]
    left = reason(asked)
    assert (left["reason"], left["department"]) == ("no_officer", "XF")
    assert "XF" in left["detail"]


def test_two_are_asked_for_and_there_is_one():
    left = reason(question(request(officers={"ZRZY": 2})))
    assert (left["reason"], left["department"]) == ("no_officer", "ZRZY")


def test_nobody_has_the_qualification():
    asked = question(request(), qualifications={"requests": {"R1": {"XF": "special"}}})
    assert reason(asked)["department"] == "XF"
    asked["qualifications"]["officers"] = {"XF-1": ["special"]}
    assert answer(asked)["unserved"] == []


def test_no_car_on_the_half_days_offered():
    asked = question(request(windows=[HALVES[0]]))
    asked["cars"][0]["sessions"] = [HALVES[1]]
    assert reason(asked)["reason"] == "no_car"
    assert reason(question(request(), cars=[]))["reason"] == "no_car"


def test_too_long_for_a_half_day():
    left = reason(question(request(minutes=236)))
    assert left["reason"] == "too_long"
    assert "246" in left["detail"] and "240" in left["detail"]


def test_served_by_nobody_although_possible_alone():
    asked = question(*(request(f"R{i}", minutes=150, windows=[HALVES[0]]) for i in range(2)))
    assert reason(asked)["reason"] == "capacity"


def test_a_confirmed_trip_stays_and_uses_up_its_car_and_officers():
    asked = question(request("R1"), request("R2", windows=[HALVES[0]]), request("R3"))
    trip = {
        "car": "car-1", "day": "2026-05-06", "half": "am", "officers": ["ZRZY-1", "XF-1"],
        "stops": [{"request": "R1", "arrive": "09:10", "leave": "10:05"}],
        "back": "10:30", "km": 9.9, "drive_minutes": 61,
    }  # fmt: skip
    found = answer({**asked, "confirmed": [trip]})
    assert found["trips"][0] == trip
    assert [u["request"] for u in found["unserved"]] == ["R2"]
    assert found["trips"][1]["half"] == "pm"
    assert found["totals"]["served"] == 2


def test_times_of_a_confirmed_trip_are_computed_where_they_are_missing():
    asked = question(request("R1"))
    full = answer(asked)["trips"][0]
    short = {k: full[k] for k in ("car", "day", "half", "officers")} | {"stops": [{"request": "R1"}]}
    assert answer(asked | {"confirmed": [full]})["trips"] == [full]
    instance = read_instance(asked | {"confirmed": [short]})
    assert as_json(instance, plan(instance, 5), "en")["trips"] == [full]


@pytest.mark.parametrize(
    ("change", "where", "key"),
    [
        ({"car": "car-1"}, "confirmed[1].car", "plan.car_twice"),
        ({"officers": ["ZRZY-1"]}, "confirmed[1].officers[0]", "plan.officer_twice"),
        ({"stops": [{"request": "R1"}]}, "confirmed[1].stops[0].request", "plan.request_twice"),
        ({"half": "pm"}, "confirmed[1].officers[0]", "plan.officer_away"),
    ],
)
def test_confirmed_trips_that_contradict_each_other_are_said_to(change, where, key):
    asked = question(request("R1"), request("R2"), request("R3"))
    asked["cars"].append({"id": "car-2", "seats": 3, "sessions": "all"})
    asked["officers"][2]["unavailable"] = [HALVES[1]]
    day = {"day": "2026-05-06", "half": "am"}
    one = {"car": "car-1", **day, "officers": ["ZRZY-1", "XF-1"], "stops": [{"request": "R1"}]}
    two = {"car": "car-2", **day, "officers": ["ZJ-1"], "stops": [{"request": "R2"}]}
    instance = read_instance({**asked, "confirmed": [one, {**two, **change}]})
    outcome = plan(instance, 5)
    assert outcome.status == "infeasible-input"
    assert (where, key) in [(f.where, f.key) for f in outcome.faults]
    assert len(outcome.trips) == 2


def test_the_officer_of_the_area_goes_where_two_would_do():
    asked = question(request(departments=["XF"], area="north"))
    asked["officers"] = [
        {"id": "a", "department": "XF", "unavailable": [], "area": "south"},
        {"id": "b", "department": "XF", "unavailable": [], "area": "north"},
    ]
    assert answer(asked)["trips"][0]["officers"] == ["b"]


def test_trips_are_spread_over_the_officers_of_a_department():
    asked = question(request("R1", minutes=150, departments=["XF"]), request("R2", minutes=150, departments=["XF"]))
    asked["officers"] = [{"id": n, "department": "XF", "unavailable": []} for n in "ab"]
    assert {t["officers"][0] for t in answer(asked)["trips"]} == {"a", "b"}


def test_progress_only_improves_and_ends_with_the_answer():
    heard: list[Progress] = []
    instance = read_instance(realistic(20, 9))
    outcome = plan(instance, 60, progress=heard.append)
    assert all(a.objective >= b.objective and a.bound <= b.bound for a, b in itertools.pairwise(heard))
    assert heard[0].bound <= heard[0].objective
    assert (heard[-1].objective, heard[-1].bound) == (outcome.objective, outcome.bound)


def test_cancelling_keeps_the_best_so_far():
    asked = realistic(60, 1)
    instance = read_instance(asked)
    improved = threading.Event()
    seen: list[Progress] = []

    def progress(step: Progress) -> None:
        seen.append(step)
        if step.objective < seen[0].objective:
            improved.set()

    outcome = plan(instance, 300, progress=progress, cancelled=improved.is_set)
    assert improved.is_set()
    assert outcome.objective == min(s.objective for s in seen)
    assert faults(asked, as_json(instance, outcome, "en")) == []


def test_the_first_plan_needs_no_search():
    asked = realistic(100, 1)
    instance = read_instance(asked)
    outcome = plan(instance, 0)
    assert faults(asked, as_json(instance, outcome, "en")) == []
    assert outcome.seconds < 2


def test_an_empty_question_has_an_empty_plan():
    found = answer(question(cars=[], officers=[]) | {"sessions": []})
    assert (found["status"], found["trips"], found["objective"], found["gap"]) == ("optimal", [], 0, 0)
