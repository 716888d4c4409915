"""Each stage for itself: its example forms, and exactly which items a government and a private project need there."""

import pytest

from jointreview.catalog.form_engine import check_form, clean_section, completeness, items_for, materials_for
from jointreview.catalog.loader import load_catalog, sample_values
from tests.catalog.sample_values import TODAY, changed

SAMPLES = [(1, "stage1_school"), (1, "stage1_factory"), (4, "school"), (4, "factory")]


def stage_form(stage, name):
    catalog = load_catalog("qidong", TODAY, stage=stage)
    values = sample_values(name, TODAY)
    return catalog, {code: clean_section(catalog, code, section) for code, section in values.items()}


def applying(catalog, form):
    return [c.item.code for c in items_for(catalog, form) if c.applies]


def units(catalog, form):
    return {c.item.unit for c in items_for(catalog, form) if c.applies}


@pytest.mark.parametrize(("stage", "name"), SAMPLES)
def test_the_example_of_a_stage_can_be_filed_as_it_is(stage, name):
    catalog, form = stage_form(stage, name)
    assert [c for c in check_form(catalog, form, TODAY) if c.level in ("error", "warning")] == []
    assert [code for code, done in completeness(catalog, form, TODAY).items() if not done.complete] == []


@pytest.mark.parametrize(
    ("stage", "name", "items"),
    [
        (1, "stage1_school", "P101 P102 P105 P106 P108 P109 P111 P113 P115 P116 P117 P118"),
        (1, "stage1_factory", "P103 P106 P108 P109 P115 P116 P117"),
    ],
)
def test_a_project_needs_exactly_these_items(stage, name, items):
    assert applying(*stage_form(stage, name)) == items.split()


def test_the_first_stage_of_a_government_project_is_the_work_of_at_least_eight_units():
    assert len(units(*stage_form(1, "stage1_school"))) >= 8


@pytest.mark.parametrize(
    ("answers", "more", "less"),
    [
        ({"S21__proposal_merged": True}, "", "P101"),
        ({"S2__land_acquisition": "auction"}, "", "P105"),
        ({"S21__new_land": False}, "", "P105"),
        ({"S21__energy_use": 1000}, "P107", ""),
        ({"S21__electricity_use": 500}, "P107", ""),
        ({"S21__environment_class": "register"}, "", "P108"),
        ({"S2__land_area": 4999, "S21__earthwork": 999}, "", "P109"),
        ({"S21__surroundings": ["river"]}, "P110", ""),
        ({"S21__surroundings": ["relics"]}, "P112", ""),
        ({"S21__surroundings": ["security_zone"]}, "P119", ""),
        ({"S21__hazardous": True}, "P114", ""),
        ({"S21__crowded": False}, "", "P113"),
        ({"S21__road_opening": False}, "", "P116"),
        ({"S2__works_class": "municipal"}, "", "P111 P118"),
        ({"S2__investment_source": "enterprise", "S21__listed_project": True}, "P104", "P101 P102"),
    ],
)
def test_an_answer_of_the_first_stage_brings_in_or_leaves_out_its_item(answers, more, less):
    catalog, form = stage_form(1, "stage1_school")
    before, after = set(applying(catalog, form)), set(applying(catalog, changed(form, **answers)))
    assert (after - before, before - after) == (set(more.split()), set(less.split()))


def test_a_stage_shows_nothing_of_another():
    catalog = load_catalog("qidong", TODAY, stage=1)
    assert [s.code for s in catalog.sections] == ["S1", "S2", "S21", "S11", "S12"]
    assert {m.number // 100 for m in catalog.materials} == {1}
    assert {i.code[:2] for i in catalog.items} == {"P1"}
    asked = {f"S2.{f.key}" for f in catalog.section("S2").fields}
    later = {"completion_date", "construction_permit_no", "planning_permit_no", "land_permit_no", "drawing_review_no"}
    assert not asked & {f"S2.{key}" for key in later}
    assert load_catalog("qidong", TODAY, stage=4).section("S2").field_map.keys() >= later


def test_what_is_waited_for_is_decided_before():
    """An item's own time is longer than that of every item it waits for, or the stage could not be kept."""
    whole = load_catalog("qidong", TODAY)
    for item in whole.items:
        for code in item.after if item.stage < 4 else []:
            assert whole.item(code).promised_days < item.promised_days, (item.code, code)


def test_no_item_of_a_review_promises_more_than_its_stage():
    whole = load_catalog("qidong", TODAY)
    assert [i.code for i in whole.items if i.promised_days > whole.stage(i.stage).promised_days] == []


def test_materials_of_the_first_stage_follow_its_items():
    catalog, form = stage_form(1, "stage1_factory")
    needed = {c.material.code for c in materials_for(catalog, form) if c.must_upload}
    assert needed == {
        "authorisation_1", "site_map", "land_proof", "planning_sketch", "eia_report", "conservation_plan",
    }  # fmt: skip
