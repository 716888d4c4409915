"""The map over HTTP: whoever may not see a case learns nothing of it, and what cannot be read is told."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from tests.api.helpers import Browsers, open_house, problem_keys

PLACE = "bbox=121.6,31.8,121.7,31.9"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsers, int]]:
    """One accepted case."""
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        yield browsers, browsers.world.accepted()


def test_a_view_a_list_and_a_case_are_for_those_of_the_case(town: tuple[Browsers, int]):
    house, case_id = town
    paths = {
        f"/api/map/view?{PLACE}&zoom=16": lambda found: [c["id"] for c in found["cases"]],
        f"/api/map/cases?{PLACE}": lambda found: [row["id"] for row in found["rows"]],
        "/api/map/within?ring=121.6,31.8,121.7,31.8,121.7,31.9": lambda found: [c["id"] for c in found["cases"]],
    }
    for path, ids in paths.items():
        for login in ("applicant", "clerk", "coordinator", "fire", "supervisor"):
            assert ids(house.get(login, path).json()) == [case_id], (login, path)
        for login in ("stranger", "admin", "civil_defence"):
            assert ids(house.get(login, path).json()) == [], (login, path)
        assert house.get("", path).status_code == 401
    for login, status in (("fire", 200), ("applicant", 200), ("stranger", 404), ("admin", 404), ("", 401)):
        assert house.get(login, f"/api/map/cases/{case_id}").status_code == status, login
    assert house.get("fire", "/api/map/extent").json()["total"] == 1
    assert house.get("stranger", "/api/map/extent").json() == {"box": None, "total": 0, "unplaced": 0}


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("view?bbox=1,2,3", "mapspace.bad_box"),
        ("view?bbox=3,2,1,4", "mapspace.bad_box"),
        ("view?bbox=a,b,c,d", "mapspace.bad_points"),
        ("view?bbox=1,2,nan,4", "mapspace.bad_points"),
        ("view?zoom=high", "errors.not_a_number"),
        ("within?ring=121,31,122", "mapspace.bad_points"),
        ("within?ring=121,31,122,95,121,32", "mapspace.bad_points"),
        ("within?ring=121,31,122,32", "mapspace.lasso_corners"),
        ("measure?line=" + ",".join(["121"] * 1002), "mapspace.bad_points"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(town: tuple[Browsers, int], path: str, key: str):
    answer = town[0].get("coordinator", f"/api/map/{path}")
    assert answer.status_code == 422 and problem_keys(answer) == [key]


def test_the_measure_is_geodesic(town: tuple[Browsers, int]):
    house, _ = town
    # A degree of the meridian around a latitude: 111,132.954 - 559.822 cos 2B + 1.175 cos 4B metres.
    middle = math.radians(31.5)
    degree = 111_132.954 - 559.822 * math.cos(2 * middle) + 1.175 * math.cos(4 * middle)
    found = house.get("coordinator", "/api/map/measure?line=121,31,121,32").json()
    assert found["length_m"] == pytest.approx(degree, abs=0.1) and found["area_m2"] is None
    square = house.get("coordinator", "/api/map/measure?line=121.6,31.8,121.61,31.8,121.61,31.81,121.6,31.81").json()
    wide, high = square["parts_m"][0], square["parts_m"][1]
    assert square["area_m2"] == pytest.approx(wide * high, rel=3e-4) and len(square["parts_m"]) == 3
    crossed = house.get("coordinator", "/api/map/measure?line=121,31,122,32,122,31,121,32").json()
    assert crossed["area_m2"] is None and crossed["length_m"] > 0
