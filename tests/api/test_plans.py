"""HTTP for permitted against built: who reads it, what a file offers, and what the officer finds on the site."""

from __future__ import annotations

from typing import Any

import pytest

from jointreview.queries.onsite import onsite_page
from jointreview.text import tr
from tests.api.helpers import Browsers, open_house
from tests.commands.plans import PERMITTED, as_built, moved, permitted, plan_dxf, plan_geojson


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory):
    with open_house(tmp_path_factory.mktemp("house")) as browsers:
        yield browsers


@pytest.fixture(scope="module")
def case_id(house: Browsers) -> int:
    """A case on site whose hall stands 0.6 m nearer to the boundary than permitted."""
    world, drafted = house.world, house.world.drafted

    def with_plans(*args: Any, **options: Any) -> int:
        case_id = drafted(*args, **options)
        states = {"建筑高度": 24, "层数": 6, "建筑面积": 12345.67}
        permitted(world, case_id, plan_geojson(PERMITTED, **states))
        as_built(world, case_id, plan_dxf(moved({"001": (0, -0.6)})))
        return case_id

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "drafted", with_plans)
        return world.on_site()


def plans(house: Browsers, who: str, case_id: int, lang: str = "zh"):
    return house.ask(who, "GET", f"/api/cases/{case_id}/plans", params={"lang": lang})


def test_the_planning_department_reads_the_table_in_its_language(house: Browsers, case_id: int):
    found = plans(house, "planning", case_id).json()["comparison"]
    assert (found["standing"], found["verdict"]) == ("beyond", "超差")
    hall = next(row for row in found["rows"] if row["name"] == "1#厂房")
    setback = next(m for m in hall["measures"] if m["what"] == "setback")
    assert (setback["permitted"], setback["built"], setback["diff"]) == ("15.00 m", "14.40 m", "−0.60 m")
    assert {s["label"] for s in hall["sides"]} >= {"J1–J2", "J3–J4"}
    assert [s["label"] for s in found["spacings"]] == ["1#厂房 – 门卫"]
    english = plans(house, "planning", case_id, "en").json()["comparison"]
    assert english["verdict"] == "Beyond"


def test_strangers_get_neither_table_nor_map_nor_a_look_into_files(house: Browsers, case_id: int):
    for path in ("plans", "plans.geojson", "plans/contents?upload_id=1"):
        assert house.ask("stranger", "GET", f"/api/cases/{case_id}/{path}").status_code == 404
    other = house.upload("applicant", "a.dxf", plan_dxf(PERMITTED)).json()["upload_id"]
    asked = house.ask("planning", "GET", f"/api/cases/{case_id}/plans/contents?upload_id={other}")
    assert asked.status_code == 404


def test_only_who_may_replace_a_plan_is_offered_it(house: Browsers, case_id: int):
    offered = {
        who: {role["role"]: role["read"] for role in plans(house, who, case_id).json()["roles"]}
        for who in ("planning", "fire", "applicant", "coordinator")
    }
    assert offered["planning"] == {"permitted": "ReadPermittedPlan", "as_built": ""}
    assert all(offered[who] == {"permitted": "", "as_built": ""} for who in ("fire", "applicant", "coordinator"))


def test_a_file_just_sent_tells_its_layers(house: Browsers, case_id: int):
    sent = house.upload("planning", "a.dxf", plan_dxf(PERMITTED)).json()["upload_id"]
    offer = house.ask("planning", "GET", f"/api/cases/{case_id}/plans/contents?upload_id={sent}").json()
    assert offer["layer"] == "建筑轮廓" and {"name": "建筑轮廓", "closed": 3} in offer["layers"]


def test_both_plans_lie_on_the_map_of_the_case(house: Browsers, case_id: int):
    for path in ("map.geojson", "plans.geojson"):
        features = house.ask("planning", "GET", f"/api/cases/{case_id}/{path}").json()["features"]
        kinds = [f["properties"]["kind"] for f in features]
        assert kinds == ["parcel", *["as_built"] * 3, *["permitted"] * 3]


def test_the_officer_finds_what_was_measured_beside_the_lines(house: Browsers, case_id: int):
    world = house.world
    page = onsite_page(world.actors["planning"], case_id, "zh", world.now)
    lines = {line["code"]: line["rule"] for line in page["assignments"][0]["lines"]}
    assert "1#厂房最小退让许可 15.00 m，实测 14.40 m，容许差 0.10 m，超差" in lines["plan_setback"]
    assert "1#厂房边界最大偏差 0.600 m（容许 0.10 m），超差" in lines["plan_corners"]
    assert lines["plan_height"].startswith(tr("zh", "asbuilt.fact")) and "不超差" in lines["plan_height"]
    assert lines["plan_green"] == ""


def test_the_form_marks_what_was_computed(house: Browsers):
    world = house.world
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf(PERMITTED))
    form = house.ask("applicant", "GET", f"/api/cases/{case_id}/application").json()
    assert form["drawn"]["setback_red"] == {"permitted": 15.0}
    assert form["drawn"]["footprint_area"] == {"permitted": 6836.0}
