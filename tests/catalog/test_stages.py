"""Each stage for itself: its example forms, and exactly which items a government and a private project need there."""

from dataclasses import dataclass
from datetime import date

import pytest

from jointreview.catalog.form_engine import (
    certificate_values,
    check_form,
    clean_section,
    completeness,
    items_for,
    materials_for,
)
from jointreview.catalog.loader import load_catalog, sample_values
from tests.catalog.sample_values import TODAY, changed

SAMPLES = [(n, f"stage{n}_{kind}") for n in (1, 2, 3) for kind in ("school", "factory")] + [
    (4, "school"),
    (4, "factory"),
]


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
        (2, "stage2_school", "P201 P202 P203 P204 P205 P206 P207 P208 P210 P212"),
        (2, "stage2_factory", "P201 P202 P205 P207 P208 P212"),
        (3, "stage3_school", "P301 P302 P303 P304 P305 P306 P307 P308 P309 P310 P312"),
        (3, "stage3_factory", "P301 P303 P304 P305 P307 P308 P312"),
        (4, "school", "A1 A2 A3 A4 A5 A6 B02 B05 B07 B12 B13 B14 B17"),
        (4, "factory", "A1 A2 A3 A5 A6 B03 B05 B07"),
    ],
)
def test_a_project_needs_exactly_these_items(stage, name, items):
    assert applying(*stage_form(stage, name)) == items.split()


def test_the_first_stage_of_a_government_project_is_the_work_of_at_least_eight_units():
    assert len(units(*stage_form(1, "stage1_school"))) >= 8


@pytest.mark.parametrize(
    ("stage", "answers", "more", "less"),
    [
        (1, {"S21__proposal_merged": True}, "", "P101"),
        (1, {"S2__land_acquisition": "auction"}, "", "P105"),
        (1, {"S21__new_land": False}, "", "P105"),
        (1, {"S21__energy_use": 1000}, "P107", ""),
        (1, {"S21__electricity_use": 500}, "P107", ""),
        (1, {"S21__environment_class": "register"}, "", "P108"),
        (1, {"S2__land_area": 4999, "S21__earthwork": 999}, "", "P109"),
        (1, {"S21__surroundings": ["river"]}, "P110", ""),
        (1, {"S21__surroundings": ["relics"]}, "P112", ""),
        (1, {"S21__surroundings": ["security_zone"]}, "P119", ""),
        (1, {"S21__hazardous": True}, "P114", ""),
        (1, {"S21__crowded": False}, "", "P113"),
        (1, {"S21__road_opening": False}, "", "P116"),
        (1, {"S2__works_class": "municipal"}, "", "P111 P118"),
        (1, {"S2__investment_source": "enterprise", "S21__listed_project": True}, "P104", "P101 P102"),
        (2, {"S2__land_with_design": True}, "", "P201"),
        (2, {"S22__trees_affected": False}, "", "P206"),
        (2, {"S22__green_area": 0}, "", "P205"),
        (2, {"S22__road_opening": False}, "", "P207"),
        (2, {"S22__lightning_site": True}, "P209", ""),
        (2, {"S22__households": 120}, "P211", ""),
        (2, {"S2__investment_source": "mixed"}, "", "P203"),
        (2, {"S2__works_class": "industrial"}, "", "P204 P210"),
        (3, {"S23__special_fire": False}, "", "P302"),
        (3, {"S23__shelter_area": 0}, "", "P306"),
        (3, {"S23__spoil": 0}, "", "P308"),
        (3, {"S23__road_occupied": False}, "", "P309"),
        (3, {"S23__dewatering": False}, "", "P310"),
        (3, {"S23__water_taken": True}, "P311", ""),
    ],
)
def test_an_answer_brings_in_or_leaves_out_its_item(stage, answers, more, less):
    catalog, form = stage_form(stage, f"stage{stage}_school")
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


@dataclass(frozen=True)
class Permit:
    kind: str
    number: str
    issued_on: date


def test_the_newest_certificate_of_a_kind_answers_number_and_day():
    permits = [
        Permit("planning_permit", "建字第3206812026GG0000002号", date(2026, 3, 9)),
        Permit("planning_permit", "建字第3206812025GG0000001号", date(2025, 8, 1)),
        Permit("drawing_review", "3206812026030001-TX-001", date(2026, 4, 1)),
        Permit("unheard_of", "1", date(2026, 4, 1)),
    ]
    expected = {"planning_permit_no": "建字第3206812026GG0000002号", "planning_permit_date": "2026-03-09"}
    assert certificate_values(load_catalog("qidong", TODAY, stage=3), permits) == {"S2": expected}
    expected["drawing_review_no"] = "3206812026030001-TX-001"
    assert certificate_values(load_catalog("qidong", TODAY, stage=4), permits) == {"S2": expected}
    assert certificate_values(load_catalog("qidong", TODAY, stage=2), permits) == {}


def test_every_stage_but_the_first_is_answered_by_permits_of_the_stage_before():
    whole = load_catalog("qidong", TODAY)
    for number, kinds in [(2, "project_approval land_permit"), (3, "planning_permit"), (4, "construction_permit")]:
        catalog = whole.for_stage(number)
        answered_by = {f.certificate.kind for s in catalog.sections for f in s.fields if f.certificate}
        stands_for = {m.certificate for m in catalog.materials if m.certificate}
        assert set(kinds.split()) <= answered_by & stands_for
    assert not any(f.certificate for s in whole.for_stage(1).sections for f in s.fields)


def test_an_item_ends_in_a_certificate_that_only_its_stage_issues():
    whole = load_catalog("qidong", TODAY)
    stages = {(i.permit, i.stage) for i in whole.items if i.permit}
    assert len({kind for kind, _ in stages}) == len(stages)
    assert whole.item("P201").publicity_days == 7
