"""Faulty questions are refused whole, every fault with its path."""

from __future__ import annotations

import copy

import pytest

from jointreview.domain.problems import Refused
from jointreview.planning import parse_document, read_instance
from jointreview.text import LANGUAGES, tr

QUESTION = {
    "depot": {"lon": 121.6574, "lat": 31.8080},
    "sessions": [
        {"day": "2026-05-06", "half": "am", "opens": "08:30", "closes": "12:00"},
        {"day": "2026-05-06", "half": "pm", "opens": "13:30", "closes": "17:30"},
    ],
    "cars": [{"id": "car-1", "seats": 7, "sessions": "all"}],
    "officers": [{"id": "zrzy-1", "department": "ZRZY", "unavailable": [["2026-05-06", "am"]]}],
    "requests": [
        {
            "id": "R1",
            "lon": 121.65,
            "lat": 31.81,
            "departments": ["ZRZY"],
            "minutes": 40,
            "windows": [["2026-05-06", "am"], ["2026-05-06", "pm"]],
            "due": "2026-05-08",
        }
    ],
    "travel": {"speed_kmh": 42, "detour": 1.35, "stop_minutes": 3},
    "max_stops": 5,
}
REMOVED = object()


def changed(path: tuple, value: object) -> dict:
    question = copy.deepcopy(QUESTION)
    place = question
    for step in path[:-1]:
        place = place[step]
    if value is REMOVED:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return question


def refusal(question: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        read_instance(question)
    for problem in caught.value.problems:
        for lang in LANGUAGES:
            assert tr(lang, problem.key, **problem.params)
    return [(p.where, p.key.removeprefix("plan.")) for p in caught.value.problems]


def test_the_question_of_the_interface_is_read():
    instance = read_instance(QUESTION)
    assert instance.sessions[1].length == 240
    assert instance.officers[0].free == {1}
    assert instance.usable(instance.requests[0]) == {0, 1}
    assert instance.minutes[0][1] == instance.minutes[1][0] == 5  # 0.74 km of road, 42 km/h, 3 minutes


@pytest.mark.parametrize(
    ("path", "value", "where", "key"),
    [
        (("speed",), 3, "speed", "unknown_key"),
        (("requests", 0, "priority"), 3, "requests[0].priority", "unknown_key"),
        (("cars", 0, "plate"), "x", "cars[0].plate", "unknown_key"),
        (("travel", "mood"), 1, "travel.mood", "unknown_key"),
        (("sessions", 0, "closed"), 1, "sessions[0].closed", "unknown_key"),
        (("depot", "name"), "x", "depot.name", "unknown_key"),
        (("officers", 0, "phone"), "x", "officers[0].phone", "unknown_key"),
        (("requests", 0, "minutes"), REMOVED, "requests[0].minutes", "missing_key"),
        (("depot",), REMOVED, "depot", "missing_key"),
        (("travel",), REMOVED, "travel", "missing_key"),
        (("max_stops",), REMOVED, "max_stops", "missing_key"),
        (("requests", 0, "windows", 0), ["2026-05-06", "noon"], "requests[0].windows[0]", "want_half"),
        (("requests", 0, "windows", 1), ["2026-02-30", "am"], "requests[0].windows[1]", "want_day"),
        (("requests", 0, "windows", 0), ["2026-05-07", "am"], "requests[0].windows[0]", "no_such_session"),
        (("requests", 0, "windows", 0), "2026-05-06", "requests[0].windows[0]", "want_session"),
        (("requests", 0, "windows"), "all", "requests[0].windows", "want_list"),
        (("requests", 0, "due"), "8 May", "requests[0].due", "want_day"),
        (("requests", 0, "minutes"), -5, "requests[0].minutes", "out_of_range"),
        (("requests", 0, "minutes"), 12.5, "requests[0].minutes", "want_whole"),
        (("requests", 0, "minutes"), True, "requests[0].minutes", "want_whole"),
        (("requests", 0, "lat"), 91, "requests[0].lat", "out_of_range"),
        (("requests", 0, "lon"), "121", "requests[0].lon", "want_number"),
        (("requests", 0, "departments"), [], "requests[0].departments", "list_short"),
        (("requests", 0, "departments"), ["ZRZY", "ZRZY"], "requests[0].departments[1]", "department_twice"),
        (("requests", 0, "officers"), {"XF": 2}, "requests[0].officers.XF", "department_not_asked"),
        (("requests", 0, "officers"), {"ZRZY": 0}, "requests[0].officers.ZRZY", "out_of_range"),
        (("cars", 0, "seats"), 0, "cars[0].seats", "out_of_range"),
        (("cars", 0, "sessions"), "some", "cars[0].sessions", "want_sessions"),
        (("cars", 0, "sessions"), [["2026-05-09", "am"]], "cars[0].sessions[0]", "no_such_session"),
        (("cars",), {}, "cars", "want_list"),
        (("officers", 0, "unavailable", 0), ["2026-05-06"], "officers[0].unavailable[0]", "want_session"),
        (("officers", 0, "department"), " ", "officers[0].department", "empty_text"),
        (("sessions", 0, "opens"), "8:30", "sessions[0].opens", "want_time"),
        (("sessions", 0, "closes"), "08:00", "sessions[0].closes", "closes_early"),
        (("sessions", 1, "half"), "am", "sessions[1]", "session_twice"),
        (("travel", "speed_kmh"), 0, "travel.speed_kmh", "out_of_range"),
        (("max_stops",), 0, "max_stops", "out_of_range"),
        (("matrix_minutes",), [[0, 1], [1, 0]], "matrix_km", "matrix_pair"),
        (("qualifications",), {"officers": {"x": []}}, "qualifications.officers.x", "no_such_officer"),
        (("qualifications",), {"requests": {"R9": {}}}, "qualifications.requests.R9", "no_such_request"),
        (
            ("qualifications",),
            {"requests": {"R1": {"XF": "gas"}}},
            "qualifications.requests.R1.XF",
            "department_not_asked",
        ),
        (("qualifications",), {"people": {}}, "qualifications.people", "unknown_key"),
        (("confirmed",), [{"car": "car-1"}], "confirmed[0].day", "missing_key"),
    ],
)
def test_a_fault_is_named_with_its_path(path, value, where, key):
    assert (where, key) in refusal(changed(path, value))


def test_every_fault_is_told_at_once():
    question = changed(("requests", 0, "due"), "soon")
    question["cars"][0]["seats"] = "many"
    question["extra"] = 1
    assert {where for where, _ in refusal(question)} == {"requests[0].due", "cars[0].seats", "extra"}


def test_ids_are_used_once():
    question = copy.deepcopy(QUESTION)
    question["requests"].append(question["requests"][0])
    assert refusal(question) == [("requests[1].id", "id_twice")]


def test_a_matrix_has_a_row_and_a_column_for_the_depot_and_every_request():
    question = changed(("matrix_minutes",), [[0, 1], [1]])
    question["matrix_km"] = [[0, 1]]
    assert refusal(question) == [("matrix_minutes[1]", "matrix_size"), ("matrix_km", "matrix_size")]


def test_with_matrices_neither_places_nor_speeds_are_needed():
    question = copy.deepcopy(QUESTION)
    del question["travel"], question["requests"][0]["lon"], question["requests"][0]["lat"]
    question["matrix_minutes"], question["matrix_km"] = [[0, 12], [14.2, 0]], [[0, 7.5], [8, 0]]
    instance = read_instance(question)
    assert (instance.minutes[0][1], instance.minutes[1][0], instance.km[0][1]) == (12, 15, 7.5)


@pytest.mark.parametrize(
    ("change", "where", "key"),
    [
        ({"car": "car-9"}, "confirmed[0].car", "no_such_car"),
        ({"day": "2026-05-09"}, "confirmed[0].day", "no_such_session"),
        ({"officers": ["x"]}, "confirmed[0].officers[0]", "no_such_officer"),
        ({"stops": [{"request": "R7"}]}, "confirmed[0].stops[0].request", "no_such_request"),
        ({"stops": [{"request": "R1", "eta": "x"}]}, "confirmed[0].stops[0].eta", "unknown_key"),
        ({"driver": "x"}, "confirmed[0].driver", "unknown_key"),
        ({"back": "noon"}, "confirmed[0].back", "want_time"),
    ],
)
def test_a_faulty_confirmed_trip_is_named(change, where, key):
    trip = {
        "car": "car-1", "day": "2026-05-06", "half": "pm", "officers": ["zrzy-1"], "stops": [{"request": "R1"}],
    }  # fmt: skip
    assert refusal({**copy.deepcopy(QUESTION), "confirmed": [{**trip, **change}]}) == [(where, key)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", "plan.not_json"),
        ('{"a": NaN}', "plan.not_json"),
        ('{"a": 1, "a": 2}', "plan.key_twice"),
        ("[" * 100_000, "plan.not_json"),
    ],
)
def test_what_is_no_json_is_refused(text, key):
    with pytest.raises(Refused, match=key):
        parse_document(text, "x.json")


@pytest.mark.parametrize("value", [[], "x", 3, None, True])
def test_a_question_is_an_object(value):
    assert refusal(value) == [("", "want_object")]
