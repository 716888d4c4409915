"""Layers over HTTP: features in a window, for those who may see the layer and by no other way."""

from __future__ import annotations

import pytest

from tests.api.helpers import Browsers, problem_keys
from tests.commands.layer_world import load
from tests.geo.layer_samples import FAR, OVER_PLOT

WINDOW = {"bbox": "121.63,31.82,121.66,31.85"}


def ids(house: Browsers, who: str) -> dict[str, int]:
    return {one["code"]: one["id"] for one in house.get(who, "/api/layers").json()["layers"]}


@pytest.fixture(scope="module")
def layers(shared: Browsers) -> dict[str, int]:
    load(shared.world, "control_green", OVER_PLOT, FAR)
    load(shared.world, "civil_defence_works", OVER_PLOT, who="civil_defence")
    return ids(shared, "civil_defence")


def test_the_features_of_a_window_are_drawn_and_no_others(shared: Browsers, layers: dict[str, int]):
    found = shared.get("planning", f"/api/layers/{layers['control_green']}/features", params=WINDOW).json()
    assert [f["properties"]["name"] for f in found["features"]] == ["要素1"] and found["complete"] is True
    assert found["layer"] == {"code": "control_green", "theme": "green_line", "dated": "2026-03-01"}
    whole = {"bbox": "121,31,122,32", "limit": 1}
    cut = shared.get("planning", f"/api/layers/{layers['control_green']}/features", params=whole).json()
    assert (len(cut["features"]), cut["complete"]) == (1, False)


@pytest.mark.parametrize(
    "who", ["admin", "coordinator", "supervisor", "planning", "planning-head", "clerk", "applicant"]
)
def test_where_a_restricted_layer_lies_is_for_its_unit_alone(shared: Browsers, layers: dict[str, int], who: str):
    assert "civil_defence_works" not in ids(shared, who)
    answer = shared.get(who, f"/api/layers/{layers['civil_defence_works']}/features", params=WINDOW)
    assert (answer.status_code, problem_keys(answer)) == (404, ["layers.no_such_layer"])


def test_an_applicant_sees_no_layer_as_a_whole(shared: Browsers, layers: dict[str, int]):
    assert ids(shared, "applicant") == {}
    assert (
        shared.get("applicant", f"/api/layers/{layers['control_green']}/features", params=WINDOW).status_code == 404
    )
    assert shared.get("", "/api/layers").status_code == 401


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "121.7,31.8,121.6,31.9", "121,31,nan,32", "121,31,122,91"])
def test_a_window_is_four_degrees_in_order(shared: Browsers, layers: dict[str, int], bbox: str):
    answer = shared.get("planning", f"/api/layers/{layers['control_green']}/features", params={"bbox": bbox})
    assert (answer.status_code, problem_keys(answer)) == (422, ["layers.no_window"])
