"""The form as others see it."""

import json

import pytest

from jointreview.catalog.form_engine import prefill, project_values, public_schema, sensitive_paths, visible_values
from tests.catalog.sample_values import CATALOG, changed, errors, factory_values, school_values

SCHOOL = school_values()
SECRET = {"wartime_use", "shelter_area", "exits_war", "vents_war", "blockings", "blocking_area",
          "entrance_x", "entrance_y", "entrance_elevation"}  # fmt: skip


def test_only_civil_defence_reads_wartime_data_and_coordinates():
    assert visible_values(CATALOG, SCHOOL, "civil_defence") == SCHOOL
    for unit in [*(u.code for u in CATALOG.units if u.code != "civil_defence"), "", "nobody"]:
        seen = visible_values(CATALOG, SCHOOL, unit)
        assert SCHOOL["S7"].keys() - seen["S7"].keys() == SECRET, unit
        assert {k: v for k, v in seen.items() if k != "S7"} == {k: v for k, v in SCHOOL.items() if k != "S7"}


def test_what_is_not_in_the_form_is_shown_to_nobody():
    smuggled = {**SCHOOL, "S99": {"x": 1}, "S2": {**SCHOOL["S2"], "note": "hidden"}}
    assert visible_values(CATALOG, smuggled, "planning")["S2"] == SCHOOL["S2"]
    assert "S99" not in visible_values(CATALOG, smuggled, "planning")


def test_numbers_of_people_are_marked_sensitive():
    marked = sensitive_paths(CATALOG)
    for section in CATALOG.sections:
        entries = [(f"{section.code}.{f.key}", f) for f in section.fields]
        entries += [(f"{section.code}.{t.key}.{c.key}", c) for t in section.tables for c in t.columns]
        for path, field in entries:
            if field.type in ("mobile", "identity") or field.key.startswith("entrance_"):
                assert path in marked, path
    assert "S2.address" not in marked


def test_a_later_case_of_the_project_starts_with_what_is_known():
    kept = project_values(CATALOG, SCHOOL)
    first = prefill(CATALOG, kept)
    assert first["S2"]["planning_permit_no"] == SCHOOL["S2"]["planning_permit_no"]
    assert first["S4"]["buildings"][0]["name"] == "教学楼"
    assert {"completion_date", "acceptance_date"} & first["S2"].keys() == set()
    assert all("result" not in row for row in first["S3"]["parties"])
    assert all("measured" not in row for row in first["S5"]["indices"])
    assert "S11" not in first


def test_prefilled_values_ask_only_for_what_is_new():
    first = prefill(CATALOG, project_values(CATALOG, factory_values()))
    asked = {c.path.partition("[")[0] for c in errors(first) if c.path.startswith(("S1.", "S2.", "S4."))}
    assert asked == {
        "S1.scope", "S1.delivery_way", "S2.completion_date", "S2.acceptance_date", "S2.parties_changed",
    }  # fmt: skip


def test_prefill_leaves_out_what_this_version_does_not_ask():
    assert prefill(CATALOG, {"S2": {"old_field": 1, "town": "huilong"}, "S99": {"a": 1}}) == {
        "S2": {"town": "huilong"}
    }


def test_the_schema_for_the_browser_is_json_with_both_languages():
    schema = public_schema(CATALOG)
    assert json.loads(json.dumps(schema)) == schema
    assert [s["code"] for s in schema["sections"]] == [f"S{n}" for n in range(1, 13)]
    town = next(f for f in schema["sections"][1]["fields"] if f["key"] == "town")
    assert town["label"] == {"zh": "所在镇（园区）", "en": "Town or zone"}
    assert town["options"][0] == {"code": "huilong", "zh": "汇龙镇", "en": "Huilong"}
    address = next(f for f in schema["sections"][0]["fields"] if f["key"] == "delivery_address")
    assert address["required_when"] == {"field": "S1.delivery_way", "eq": "post"}


@pytest.mark.parametrize(("lang", "town"), [("zh", "汇龙镇"), ("en", "Huilong")])
def test_the_schema_in_one_language_has_only_its_texts(lang, town):
    schema = public_schema(CATALOG, lang)
    field = next(f for f in schema["sections"][1]["fields"] if f["key"] == "town")
    assert field["options"][0] == {"code": "huilong", "label": town}
    assert isinstance(field["label"], str)

    def words(node):
        if isinstance(node, dict):
            return {"zh", "en"} & node.keys() or any(words(v) for v in node.values())
        return isinstance(node, list) and any(words(v) for v in node)

    assert not words(schema)


def test_fields_are_found_by_path():
    assert CATALOG.field("S2.town").key == "town"
    assert CATALOG.field("S4.buildings").key == "buildings"
    assert CATALOG.field("S4.buildings[2].area").key == "area"
    assert [CATALOG.field(p) for p in ("S99.x", "S2.nothing", "S4.buildings.nothing", "S2.town.x", "")] == [None] * 5


def test_hidden_answers_stay_with_the_form():
    form = changed(SCHOOL, S7__civil_defence_area=0)
    assert visible_values(CATALOG, form, "civil_defence")["S7"]["protection_units"] == 2
