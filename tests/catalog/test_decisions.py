"""What the answers decide: items, materials, and the units that come in."""

from copy import deepcopy

import pytest

from jointreview.catalog.form_engine import brought_in, items_for, materials_for
from jointreview.domain.conclusion import AbsencePolicy
from tests.catalog.sample_values import CATALOG, changed, factory_values, school_values, with_building

FACTORY, SCHOOL = factory_values(), school_values()
PLAIN = changed(FACTORY, S9__involved=["none"])


def applying(form):
    return {choice.item.code for choice in items_for(CATALOG, form) if choice.applies}


def needs(form):
    return {choice.material.code: choice.needed for choice in materials_for(CATALOG, form)}


def fire(form):
    return next(choice.item for choice in items_for(CATALOG, form) if choice.item.code == "A2")


def test_core_items_are_always_decided_and_civil_defence_only_with_an_area():
    assert applying({}) == {"A1", "A2", "A3", "A5", "A6"}
    assert applying(PLAIN) == {"A1", "A2", "A3", "A5", "A6"}
    assert "A4" in applying(SCHOOL)


@pytest.mark.parametrize(
    ("involved", "item"),
    [
        ("lightning", "B01"),
        ("greening", "B02"),
        ("road_access", "B03"),
        ("water_conservation", "B04"),
        ("drainage", "B05"),
        ("wastewater", "B05"),
        ("secondary_supply", "B06"),
        ("water", "B07"),
        ("power", "B07"),
        ("telecom", "B07"),
        ("cable", "B07"),
        ("gas", "B08"),
        ("environment", "B09"),
        ("sanitation", "B10"),
        ("elevator", "B12"),
        ("special_equipment", "B12"),
        ("sponge", "B14"),
        ("prefabricated", "B14"),
        ("accessibility", "B14"),
        ("charging", "B14"),
        ("work_safety", "B15"),
        ("ammonia", "B15"),
        ("community_facilities", "B16"),
        ("national_security", "B18"),
    ],
)
def test_what_the_project_involves_brings_in_its_item(involved, item):
    form = changed(PLAIN, S9__involved=[involved])
    assert applying(form) - applying(PLAIN) == {item}


@pytest.mark.parametrize(
    ("form", "item"),
    [
        (with_building(PLAIN, hazard_class="jia"), "B01"),
        (with_building(PLAIN, hazard_class="yi"), "B01"),
        (with_building(PLAIN, 1, use="office"), "B13"),
        (changed(PLAIN, S10__residential_units=1), "B11"),
        (changed(PLAIN, S2__investment_source="government"), "B17"),
        (changed(PLAIN, S7__civil_defence_area=0.5), "A4"),
    ],
)
def test_facts_of_the_project_bring_in_their_item(form, item):
    assert applying(form) - applying(PLAIN) == {item}


def test_every_option_of_involved_but_none_changes_something():
    options = set(CATALOG.section("S9").field_map["involved"].option_codes) - {"none"}
    unused = {code for code in options if applying(changed(PLAIN, S9__involved=[code])) == applying(PLAIN)}
    assert unused == set()


def test_fire_is_a_permission_for_special_works_and_a_filing_for_others():
    assert (fire(SCHOOL).kind, fire(SCHOOL).deferrable) == ("permission", False)
    assert (fire(FACTORY).kind, fire(FACTORY).deferrable) == ("filing", True)
    assert fire(SCHOOL).name != fire(FACTORY).name


def test_never_conditional_are_planning_special_fire_quality_and_civil_defence():
    shaped = {choice.item.code: choice.item for choice in items_for(CATALOG, SCHOOL)}
    assert {code for code in ("A1", "A2", "A3", "A4", "A6") if shaped[code].deferrable} == set()
    assert shaped["A5"].deferral is not None and shaped["A5"].deferral.max_days == 90


def test_silence_never_counts_as_consent_for_safety():
    policies = {i.code: i.absence_policy for i in CATALOG.items}
    assert {policies[code] for code in ("A1", "A2", "A3", "A4", "A6", "B01", "B15")} == {AbsencePolicy.NEVER}


def test_the_filing_comes_after_all_other_core_items():
    assert set(CATALOG.item("A6").after) == {"A1", "A2", "A3", "A4", "A5"}


def test_an_item_says_why_in_both_languages():
    because = {c.item.code: c.because for c in items_for(CATALOG, changed(SCHOOL, S9__involved=["cable", "power"]))}
    assert because["A4"].in_("en") == "Civil-defence area as built is more than 0"
    assert because["A4"].in_("zh") == "人防地下室竣工面积大于0"
    assert "Cable" in because["B07"].en and "Power" in because["B07"].en
    assert "Telecom" not in because["B07"].en
    assert because["B08"].en == "not needed: only when The project involves: Gas"


def test_an_answer_brings_in_units_with_reasons():
    assert [b.unit.code for b in brought_in(CATALOG, PLAIN)] == []
    brought = brought_in(CATALOG, changed(PLAIN, S7__civil_defence_area=3200, S9__involved=["gas", "power"]))
    assert [(b.unit.code, [i.code for i in b.items]) for b in brought] == [
        ("civil_defence", ["A4"]),
        ("utilities", ["B07", "B08"]),
    ]
    assert brought[0].because.en == "Civil-defence area as built is more than 0"


def test_materials_of_a_plain_factory():
    found = needs(PLAIN)
    assert found["application"] == "generated"
    assert found["planning_permit"] == found["construction_permit"] == "shared"
    assert found["archives_commitment"] == "deferrable"
    assert {code for code, need in found.items() if need == "not_needed"} == {
        "rectification_proof", "civil_defence_report", "lightning_report", "energy_acceptance", "indoor_air",
        "greening_drawing", "drainage_report", "environment_receipts", "household_records", "utilities_confirmation",
        "special_equipment",
    }  # fmt: skip
    upload = {c.material.code for c in materials_for(CATALOG, PLAIN) if c.must_upload}
    assert upload == {code for code, need in found.items() if need == "required"}


@pytest.mark.parametrize(
    ("answers", "material", "need"),
    [
        ({"S7__civil_defence_area": 10}, "civil_defence_report", "required"),
        ({"S9__involved": ["lightning"]}, "lightning_report", "required"),
        ({"S9__involved": ["greening"]}, "greening_drawing", "deferrable"),
        ({"S9__involved": ["drainage"]}, "drainage_report", "required"),
        ({"S9__involved": ["environment"]}, "environment_receipts", "required"),
        ({"S9__involved": ["water_conservation"]}, "environment_receipts", "required"),
        ({"S10__residential_units": 10}, "household_records", "required"),
        ({"S9__involved": ["gas"]}, "utilities_confirmation", "deferrable"),
        ({"S9__involved": ["elevator"]}, "special_equipment", "required"),
        ({"S3__rectification_ordered": True}, "rectification_proof", "required"),
    ],
)
def test_materials_follow_the_answers(answers, material, need):
    assert needs(PLAIN)[material] == "not_needed"
    assert needs(changed(PLAIN, **answers))[material] == need


def test_civil_buildings_need_energy_and_indoor_air():
    found = needs(with_building(PLAIN, 1, use="school"))
    assert (found["energy_acceptance"], found["indoor_air"]) == ("required", "required")


def test_deciding_changes_no_answer():
    form = deepcopy(SCHOOL)
    items_for(CATALOG, form)
    materials_for(CATALOG, form)
    assert form == SCHOOL
