"""A section of the form over HTTP: saved from its version, refused with every path, answered with what follows."""

from __future__ import annotations

from typing import Any

import pytest

from jointreview.models import base
from jointreview.models.case import FormSection
from tests.api.helpers import Browsers, problem_texts


def saved(case_id: int, section: str) -> FormSection:
    with base.reading() as session:
        row = session.get(FormSection, (case_id, section))
    assert row is not None
    return row


def put(house: Browsers, case_id: int, section: str, values: Any, version: Any = None, who: str = "applicant"):
    version = saved(case_id, section).version if version is None else version
    body = {"values": values, "base_version": version}
    return house.put(who, f"/api/cases/{case_id}/form/{section}", json=body)


def test_saving_answers_with_everything_that_follows(house: Browsers):
    case_id = house.world.drafted()
    row = saved(case_id, "S2")
    answer = put(house, case_id, "S2", {**row.values, "address": "海洪路1号", "total_area": 1})
    assert answer.status_code == 200
    told = answer.json()
    assert told["version"] == row.version + 1
    assert set(told) == {"version", "saved_at", "checks", "derived", "items", "materials"}
    assert [c["level"] for c in told["checks"] if c["key"] == "form.buildings_sum"] == ["error"]
    assert all(check["text"] for check in told["checks"])
    assert told["materials"]["application"]["needed"] and told["items"][0]["unit_name"]["zh"]
    assert saved(case_id, "S2").values["address"] == "海洪路1号"


def test_the_same_values_again_make_no_new_version(house: Browsers):
    case_id = house.world.drafted()
    row = saved(case_id, "S2")
    assert put(house, case_id, "S2", row.values).json()["version"] == row.version


def test_the_second_of_two_tabs_is_told_of_the_conflict(house: Browsers):
    case_id = house.world.drafted()
    row = saved(case_id, "S2")
    assert put(house, case_id, "S2", {**row.values, "address": "甲"}, row.version).status_code == 200
    answer = put(house, case_id, "S2", {**row.values, "address": "乙"}, row.version)
    assert (answer.status_code, answer.json()["kind"]) == (409, "conflict")
    assert answer.json()["problems"][0]["where"] == "S2"
    assert problem_texts(answer) == ["这一部分刚刚被其他人修改，请比较后选择保留哪一份。"]
    assert saved(case_id, "S2").values["address"] == "甲"


def test_every_fault_of_a_section_is_named_with_its_path_and_nothing_is_kept(house: Browsers):
    case_id = house.world.drafted()
    row = saved(case_id, "S4")
    wrong = {
        "nonsense": 1,
        "buildings": [{"serial": "001", "name": ["a"], "area": 1}, "no row", {"serial": "002", "floor": 3}],
    }
    answer = put(house, case_id, "S4", wrong)
    assert answer.status_code == 422
    places = [p["where"] for p in answer.json()["problems"]]
    assert {"S4.nonsense", "S4.buildings[0].name", "S4.buildings[1]", "S4.buildings[2].floor"} <= set(places)
    assert saved(case_id, "S4").version == row.version


@pytest.mark.parametrize("who", ["stranger", "clerk", "fire", "coordinator", "admin"])
def test_the_form_is_the_applicants_to_write(shared: Browsers, who: str):
    case_id = shared.world.drafted()
    before = saved(case_id, "S2")
    answer = put(shared, case_id, "S2", {}, before.version, who)
    assert answer.status_code == 403
    assert saved(case_id, "S2").version == before.version


def test_from_another_site_or_without_a_session_nothing_is_saved(shared: Browsers):
    case_id = shared.world.drafted()
    path, body = f"/api/cases/{case_id}/form/S2", {"values": {}, "base_version": 1}
    assert shared.put("applicant", path, json=body, headers={"origin": "https://evil.example"}).status_code == 403
    assert shared.put("", path, json=body).status_code == 401
