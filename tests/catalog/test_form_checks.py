"""What the form says about its answers."""

from copy import deepcopy

import pytest

from jointreview.catalog.form_engine import check_form, check_section, completeness
from jointreview.domain.problems import Refused
from jointreview.text import LANGUAGES, tr
from tests.catalog.sample_values import (
    CATALOG,
    TODAY,
    changed,
    errors,
    factory_values,
    found,
    school_values,
    with_building,
    with_index,
)

FACTORY, SCHOOL = factory_values(), school_values()


@pytest.mark.parametrize(
    ("answers", "path", "key"),
    [
        ({"S2__land_area": -1}, "S2.land_area", "form.below_min"),
        ({"S2__land_area": 2e8}, "S2.land_area", "form.above_max"),
        ({"S2__land_area": 39000.123}, "S2.land_area", "form.too_many_decimals"),
        ({"S2__start_date": "1890-01-01"}, "S2.start_date", "form.implausible_date"),
        ({"S2__planning_permit_date": "2062-11-08"}, "S2.planning_permit_date", "form.in_future"),
        ({"S2__acceptance_date": "2026-04-29"}, "S2.acceptance_date", "form.in_future"),
        ({"S2__completion_date": "2024-01-01"}, "S2.completion_date", "form.completion_before_start"),
        ({"S2__acceptance_date": "2026-03-01"}, "S2.acceptance_date", "form.acceptance_before_completion"),
        ({"S2__planning_permit_no": "地字第3206812023YG0000123号"}, "S2.planning_permit_no", "form.pattern"),
        ({"S1__project_code": "2113-320681-89-01-556677"}, "S1.project_code", "ids.project_time"),
        ({"S1__applicant_credit_code": "91320681MA1N0A1B3Y"}, "S1.applicant_credit_code", "ids.credit_check"),
        ({"S1__contact_mobile": "12345678901"}, "S1.contact_mobile", "ids.mobile"),
        ({"S1__legal_person_identity": "320681197801010005"}, "S1.legal_person_identity", "ids.identity_check"),
        ({"S2__construction_permit_no": "320681202413010101"}, "S2.construction_permit_no", "ids.construction_date"),
        ({"S2__project_name": None}, "S2.project_name", "form.required"),
        ({"S1__delivery_way": "post"}, "S1.delivery_address", "form.required"),
        ({"S2__parties_changed": True}, "S2.parties_change_note", "form.required"),
        ({"S6__special_fire": True}, "S6.special_case", "form.required"),
        ({"S7__civil_defence_area": 100}, "S7.protection_units", "form.required"),
        ({"S10__residential_units": 8}, "S10.property_room_area", "form.required"),
        ({"S9__involved": ["gas", "none"]}, "S9.involved", "form.none_with_others"),
        ({"S9__drainage_diameter": None}, "S9.drainage_diameter", "form.required"),
        ({"S8__transfer_commitment_date": None}, "S8.transfer_commitment_date", "form.required"),
        (
            {"S11__candidate_slots": [{"date": "2026-05-11", "half": "am"}]},
            "S11.candidate_slots",
            "form.too_few_rows",
        ),
        ({"S2__total_area": 17000}, "S4.buildings", "form.buildings_sum"),
        ({"S2__town": 5}, "S2.town", "form.not_a_choice"),
    ],
)
def test_a_wrong_answer_is_an_error_at_its_place(answers, path, key):
    assert (path, key) in found(changed(FACTORY, **answers), "error")


@pytest.mark.parametrize(
    ("cells", "path", "key"),
    [
        ({"area_above": 12345.65}, "S4.buildings[0].area", "form.area_parts"),
        ({"area_below": 10}, "S4.buildings[0].area", "form.area_parts"),
        ({"serial": "002"}, "S4.buildings[1].serial", "form.serial_twice"),
        ({"hazard_class": None}, "S4.buildings[0].hazard_class", "form.required"),
        ({"height": None}, "S4.buildings[0].height", "form.required"),
        ({"floors_above": 300}, "S4.buildings[0].floors_above", "form.above_max"),
        ({"use": "residential"}, "S4.buildings[0].households", "form.required"),
    ],
)
def test_a_wrong_building_is_an_error_in_its_cell(cells, path, key):
    assert (path, key) in found(with_building(FACTORY, **cells), "error")


def test_areas_may_differ_by_a_hundredth():
    assert errors(with_building(FACTORY, area_above=12345.66)) == []


def test_a_hazard_class_is_asked_of_workshops_only():
    assert not any(path == "S4.buildings[1].hazard_class" for path, _ in found(FACTORY))


@pytest.mark.parametrize(("scope", "buildings", "key"), [
    ("all", 2, "form.buildings_sum"),
    ("phase", 2, None),
    ("single", 1, None),
    ("phase", 3, None),
])  # fmt: skip
def test_only_a_full_application_must_add_up_to_the_total(scope, buildings, key):
    form = changed(FACTORY, S1__scope=scope)
    form["S4"]["buildings"] = form["S4"]["buildings"][:buildings]
    assert {k for p, k in found(form, "error") if p == "S4.buildings"} == ({key} if key else set())


def test_a_phase_cannot_be_larger_than_the_whole():
    form = changed(FACTORY, S1__scope="phase", S2__total_area=17000)
    assert ("S4.buildings", "form.buildings_exceed") in found(form, "error")


@pytest.mark.parametrize("kind", ["owner", "survey", "design", "contractor", "supervisor"])
def test_each_of_the_five_parties_is_needed(kind):
    form = deepcopy(FACTORY)
    form["S3"]["parties"] = [p for p in form["S3"]["parties"] if p["kind"] != kind]
    assert (f"S3.parties[{kind}]", "form.row_missing") in found(form, "error")


def test_a_party_that_is_only_named_is_not_enough():
    form = deepcopy(FACTORY)
    form["S3"]["parties"][3] = {"kind": "contractor"}
    missing = {p for p, k in found(form, "error") if k == "form.required"}
    assert {f"S3.parties[3].{c}" for c in ("name", "credit_code", "leader", "leader_mobile", "result")} <= missing


def test_a_party_that_found_the_works_unfit_stops_the_application():
    form = deepcopy(FACTORY)
    form["S3"]["parties"][2]["result"] = "fail"
    assert ("S3.parties", "form.party_failed") in found(form, "error")


def test_a_failed_fire_inspection_stops_the_application():
    form = deepcopy(FACTORY)
    form["S6"]["reviews"][0]["result"] = "fail"
    assert ("S6.reviews", "form.fire_review_failed") in found(form, "error")


@pytest.mark.parametrize(
    ("form", "path", "key"),
    [
        (changed(FACTORY, S2__start_date="2024-02-01"), "S2.start_date", "form.started_before_permit"),
        (
            changed(FACTORY, S8__transfer_commitment_date="2026-07-12"),
            "S8.transfer_commitment_date",
            "form.archives_late",
        ),
        (changed(SCHOOL, S7__approved_area=3300), "S7.civil_defence_area", "form.civil_defence_short"),
        (changed(SCHOOL, S6__special_fire=False), "S6.special_fire", "form.looks_special"),
        (with_building(FACTORY, hazard_class="jia"), "S6.special_fire", "form.looks_special"),
        (with_building(FACTORY, 1, use="office", height=50.1), "S6.special_fire", "form.looks_special"),
        (with_index(FACTORY, "total_area", measured=17360), "S5.indices[1].measured", "form.total_area_differs"),
    ],
)  # fmt: skip
def test_what_looks_odd_is_a_warning_and_does_not_stop(form, path, key):
    assert (path, key) in found(form, "warning")
    assert errors(form) == []


def test_the_owner_should_be_the_applicant():
    form = deepcopy(FACTORY)
    form["S3"]["parties"][0]["credit_code"] = form["S3"]["parties"][1]["credit_code"]
    assert ("S3.parties[0].credit_code", "form.owner_code_differs") in found(form, "warning")


def test_civil_defence_cannot_exceed_its_basement():
    form = changed(SCHOOL, S7__basement_area=3000)
    assert ("S7.civil_defence_area", "form.civil_defence_above_basement") in found(form, "error")


@pytest.mark.parametrize(
    ("passed", "level", "key"),
    [(9, "error", "form.homes_passed_many"), (7, "warning", "form.homes_not_all_passed"), (8, "", "")],
)
def test_all_homes_must_have_passed(passed, level, key):
    form = changed(FACTORY, S10__residential_units=8, S10__units_passed=passed)
    said = {(c.level, c.key) for c in check_form(CATALOG, form, TODAY) if c.path == "S10.units_passed"}
    assert said == ({(level, key)} if key else set())


@pytest.mark.parametrize(
    ("slot", "level", "key"),
    [
        ({"date": "2026-04-28", "half": "am"}, "error", "form.slot_past"),
        ({"date": "2026-05-11", "half": "am"}, "error", "form.slot_twice"),
        ({"date": "2026-05-16", "half": "am"}, "warning", "form.slot_weekend"),
    ],
)
def test_half_days_lie_ahead_and_differ(slot, level, key):
    form = deepcopy(FACTORY)
    form["S11"]["candidate_slots"].append(slot)
    assert ("S11.candidate_slots[3].date", key) in found(form, level)


def test_a_required_index_needs_both_values_and_any_index_its_pair():
    assert ("S5.indices[10].permitted", "form.required") in found(
        with_index(FACTORY, "height", permitted=None), "error"
    )
    assert ("S5.indices[9].measured", "form.required") in found(
        with_index(FACTORY, "green_area", permitted=5), "error"
    )
    assert not any(path.startswith("S5.indices[9]") for path, _ in found(FACTORY, "error"))


def test_an_index_that_is_not_asked_is_not_checked():
    hidden = with_index(SCHOOL, "office_share", permitted=7, measured=70)
    assert not any(path.startswith("S5.indices[26]") for path, _ in found(hidden))


def test_an_unknown_section_is_refused():
    with pytest.raises(Refused):
        check_section(CATALOG, "S99", {}, {}, TODAY)


def test_a_section_is_checked_as_edited_not_as_stored():
    edited = {**FACTORY["S2"], "total_area": 1}
    keys = {c.key for c in check_section(CATALOG, "S2", edited, FACTORY, TODAY)}
    assert keys == set()
    others = check_section(CATALOG, "S4", FACTORY["S4"], {**FACTORY, "S2": edited}, TODAY)
    assert "form.buildings_sum" in {c.key for c in others}


def test_an_empty_form_is_incomplete_in_every_section_with_questions():
    done = completeness(CATALOG, {}, TODAY)
    assert all((d.filled, d.complete) == (0, False) for code, d in done.items() if code != "S12")
    assert (done["S12"].required, done["S12"].complete) == (0, True)


def test_completeness_counts_answers_not_errors():
    form = changed(FACTORY, S2__project_name=None, S2__town=None)
    done = completeness(CATALOG, form, TODAY)["S2"]
    assert (done.required - done.filled, done.errors) == (2, 2)


def test_every_remark_can_be_said_in_both_languages():
    broken = [
        {},
        changed(FACTORY, S1__applicant_credit_code="x", S2__total_area=1, S9__involved=["none", "gas"]),
        with_index(FACTORY, "height", measured=99),
        with_index(FACTORY, "green_ratio", bound="at_least"),
    ]
    for form in [*broken, FACTORY, SCHOOL]:
        for check in check_form(CATALOG, form, TODAY):
            texts = {tr(lang, check.key, **check.params) for lang in LANGUAGES}
            assert len(texts) == 2 and not any("{" in text for text in texts), check


@pytest.mark.parametrize("rubbish", [5, "x", None, [], [5], [None], {"a": 1}, True])
def test_stored_rubbish_is_named_and_breaks_nothing(rubbish):
    for section in CATALOG.sections:
        for key in [*section.field_map, *section.table_map]:
            form = deepcopy(FACTORY)
            form.setdefault(section.code, {})[key] = rubbish
            completeness(CATALOG, form, TODAY)
