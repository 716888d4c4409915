"""Maps over HTTP: the parcel for whoever may see it, and a sheet that asks no other host for anything."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import shape

from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.models import base
from jointreview.queries.dossier import workspace
from tests.api.helpers import Browsers

CASE = ("map.geojson", "sheet.html", "parcel.gpkg", "parcel.zip")


@pytest.fixture
def case_id(house: Browsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """An accepted case with an invited party, and a build of the front end that has Leaflet."""
    leaflet = tmp_path / "leaflet"
    leaflet.mkdir()
    (leaflet / "leaflet.js").write_text("var L={};", "utf-8")
    (leaflet / "leaflet.css").write_text(".a{background-image:url(images/layers.png)}", "utf-8")
    monkeypatch.setenv("REFLEX_WEB_WORKDIR", str(tmp_path))
    world = house.world
    found = world.submitted()
    with base.writing() as session:
        world.person(session, "party", "applicant")
    code = world.do("applicant", InviteParty(case_id=found, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))
    world.accept(found)
    return found


def test_those_of_the_case_see_its_parcel_and_nobody_else_does(house: Browsers, case_id: int):
    for what in CASE:
        path = f"/api/cases/{case_id}/{what}"
        for login in ("applicant", "clerk", "coordinator", "fire"):
            assert house.get(login, path).status_code == 200, (login, what)
        for login in ("stranger", "party", "admin", "civil_defence"):
            answer = house.get(login, path)
            assert answer.status_code == 404, (login, what)
            assert "121." not in answer.text and answer.headers["content-type"] == "application/json"
        assert house.get("", path).status_code == 401


def test_the_parcel_is_in_degrees_near_qidong(house: Browsers, case_id: int):
    found = house.get("clerk", f"/api/cases/{case_id}/map.geojson").json()
    [feature] = found["features"]
    assert feature["properties"]["area_m2"] == 39000.0 and feature["properties"]["lamp"] == "green"
    points = [p for polygon in feature["geometry"]["coordinates"] for ring in polygon for p in ring]
    assert all(121.4 < lon < 122.0 and 31.6 < lat < 32.1 for lon, lat in points)


def test_the_parcel_is_handed_out_as_files_that_other_programs_read(house: Browsers, case_id: int, tmp_path: Path):
    whole = house.get("clerk", f"/api/cases/{case_id}/map.geojson").json()["features"][0]
    for ending in ("gpkg", "zip"):
        answer = house.get("clerk", f"/api/cases/{case_id}/parcel.{ending}")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        path = tmp_path / f"a.{ending}"
        path.write_bytes(answer.content)
        frame = geopandas.read_file(path)
        assert frame.crs.to_epsg() == 4490
        assert frame.geometry[0].equals_exact(shape(whole["geometry"]).geoms[0], 1e-12) or frame.geometry[0].equals(
            shape(whole["geometry"])
        )
        texts = set(frame.iloc[0].astype(str))
        assert house.world.case(case_id).number in texts and whole["properties"]["name"] in texts
    for ending in ("exe", "geojson", "gpkg.zip"):
        assert house.get("clerk", f"/api/cases/{case_id}/parcel.{ending}").status_code == 404


def test_the_workspace_offers_the_files_to_those_who_get_them(house: Browsers, case_id: int):
    world = house.world
    for login, address in (("clerk", f"/api/cases/{case_id}/parcel"), ("party", "")):
        seen = workspace(world.actors[login], case_id, "zh", world.now)
        assert seen is not None and seen["parcel_url"] == address


def test_a_case_without_a_parcel_has_an_empty_map(house: Browsers, case_id: int):
    world = house.world
    args = {
        "organisation_id": world.organisation_id,
        "project_code": "2101-320681-89-01-556677",
        "project_name": "新",
    }
    draft = house.send("applicant", "CreateCase", args).json()["case_id"]
    assert house.get("applicant", f"/api/cases/{draft}/map.geojson").json()["features"] == []
    for ending in ("gpkg", "zip"):
        assert house.get("applicant", f"/api/cases/{draft}/parcel.{ending}").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_is_a_file_to_save_that_asks_no_other_host(house: Browsers, case_id: int, lang: str):
    answer = house.get("clerk", f"/api/cases/{case_id}/sheet.html", params={"lang": lang})
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    loading = re.findall(
        r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//[^\"'\s>]+|url\(\s*['\"]?(?:https?:)?//", answer.text
    )
    assert loading == []
    assert house.world.case(case_id).number in answer.text
