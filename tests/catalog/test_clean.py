"""What a browser or a spreadsheet sends becomes typed values, or is refused with every problem and its place."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.catalog.form_engine import clean_section
from jointreview.domain.problems import Refused
from jointreview.text import LANGUAGES, tr
from tests.catalog.sample_values import CATALOG


@pytest.mark.parametrize(
    ("section", "key", "sent", "stored"),
    [
        ("S2", "land_area", "39,000.50", 39000.5),
        ("S2", "land_area", "１２，３４５．６７", 12345.67),
        ("S2", "land_area", " 39000 ", 39000),
        ("S2", "land_area", 39000.0, 39000),
        ("S2", "industry_code_year", "2017", 2017),
        ("S2", "start_date", "2026/5/6", "2026-05-06"),
        ("S2", "start_date", "2026年5月6日", "2026-05-06"),
        ("S2", "start_date", "２０２６－０５－０６", "2026-05-06"),
        ("S2", "start_date", "20260506", "2026-05-06"),
        ("S2", "start_date", date(2026, 5, 6), "2026-05-06"),
        ("S2", "town", "huilong", "huilong"),
        ("S2", "town", "汇龙镇", "huilong"),
        ("S2", "linear", "是", True),
        ("S2", "linear", False, False),
        ("S2", "project_name", "  一期\u3000", "一期"),
        ("S1", "applicant_credit_code", "91320681ma1n0a1b3x", "91320681MA1N0A1B3X"),
        ("S1", "applicant_credit_code", "1234", "1234"),
        ("S1", "contact_mobile", "+86 138 0000 0002", "13800000002"),
        ("S2", "planning_permit_no", "3206812024GG0000456", "建字第3206812024GG0000456号"),
        ("S9", "involved", ["gas", "drainage", "gas"], ["drainage", "gas"]),
        ("S9", "involved", "燃气、电梯", ["gas", "elevator"]),
    ],
)
def test_answers_are_brought_into_their_type(section, key, sent, stored):
    assert clean_section(CATALOG, section, {key: sent}) == {key: stored}


@pytest.mark.parametrize("empty", [None, "", "   ", []])
def test_an_empty_answer_is_no_answer(empty):
    assert clean_section(CATALOG, "S2", {"project_name": empty} if not isinstance(empty, list) else {}) == {}
    assert clean_section(CATALOG, "S9", {"involved": empty if isinstance(empty, list) else None}) == {}


@pytest.mark.parametrize(
    ("section", "sent", "path", "key"),
    [
        ("S2", {"land_area": "about 5"}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": "1,23"}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": True}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": float("nan")}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": float("inf")}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": {"a": 1}}, "S2.land_area", "form.not_a_number"),
        ("S2", {"land_area": 10**6000}, "S2.land_area", "form.number_too_large"),
        ("S10", {"residential_units": "2.5"}, "S10.residential_units", "form.not_a_whole_number"),
        ("S2", {"start_date": "2026-02-30"}, "S2.start_date", "form.not_a_date"),
        ("S2", {"start_date": 5}, "S2.start_date", "form.not_a_date"),
        ("S2", {"town": "shanghai"}, "S2.town", "form.not_a_choice"),
        ("S2", {"town": 10**6000}, "S2.town", "form.not_a_choice"),
        ("S9", {"involved": ["gas", "moon"]}, "S9.involved", "form.not_a_choice"),
        ("S9", {"involved": 3}, "S9.involved", "form.not_a_choice"),
        ("S2", {"linear": "perhaps"}, "S2.linear", "form.not_yes_no"),
        ("S2", {"project_name": 5}, "S2.project_name", "form.not_text"),
        ("S2", {"project_name": "x" * 201}, "S2.project_name", "form.too_long"),
        ("S2", {"project_name": "a\x00b"}, "S2.project_name", "form.control_characters"),
        ("S2", {"project_name": "a\u202eb"}, "S2.project_name", "form.control_characters"),
        ("S2", {"project_name": "\ud800"}, "S2.project_name", "form.control_characters"),
        ("S1", {"contact_mobile": ["1"]}, "S1.contact_mobile", "form.not_text"),
        ("S2", {"hacked": 1}, "S2.hacked", "form.unknown_field"),
        ("S1", {"joint_acceptance": False}, "S1.joint_acceptance", "form.computed_field"),
        ("S4", {"buildings": {"0": {}}}, "S4.buildings", "form.not_a_list"),
        ("S4", {"buildings": ["x"]}, "S4.buildings[0]", "form.not_a_map"),
        ("S4", {"buildings": [{}] * 201}, "S4.buildings", "form.too_many_rows"),
        ("S4", {"buildings": [{"colour": "red"}]}, "S4.buildings[0].colour", "form.unknown_field"),
        ("S5", {"indices": [{"index": "height"}, {"index": "height"}]}, "S5.indices[1]", "form.row_twice"),
        ("S5", {"indices": [{"measured": 3}]}, "S5.indices[0]", "form.unknown_row"),
        ("S4", [], "S4", "form.not_a_map"),
        ("S99", {}, "S99", "form.unknown_section"),
    ],
)
def test_what_cannot_be_typed_is_refused_at_its_place(section, sent, path, key):
    with pytest.raises(Refused) as refusal:
        clean_section(CATALOG, section, sent)
    assert [(p.where, p.key) for p in refusal.value.problems] == [(path, key)]
    assert all(tr(lang, p.key, **p.params) for lang in LANGUAGES for p in refusal.value.problems)


def test_every_problem_is_named_at_once():
    sent = {"land_area": "x", "start_date": "y", "buildings": [], "town": "z"}
    with pytest.raises(Refused) as refusal:
        clean_section(CATALOG, "S2", sent)
    assert {p.where for p in refusal.value.problems} == {"S2.land_area", "S2.start_date", "S2.buildings", "S2.town"}


def test_fixed_rows_are_always_there_and_in_order():
    stored = clean_section(CATALOG, "S5", {"indices": [{"index": "height", "measured": 24}]})["indices"]
    assert [row["index"] for row in stored][:3] == ["land_area", "total_area", "area_above"]
    assert next(row for row in stored if row["index"] == "height") == {"index": "height", "measured": 24}


def test_further_parties_follow_the_five_as_entered():
    sent = [{"kind": "testing", "name": "甲"}, {"kind": "design", "name": "乙"}, {"kind": "design", "name": "丙"}]
    stored = clean_section(CATALOG, "S3", {"parties": sent})["parties"]
    assert [row["kind"] for row in stored] == [
        "owner", "survey", "design", "contractor", "supervisor", "testing", "design",
    ]  # fmt: skip
    assert (stored[2]["name"], stored[6]["name"]) == ("乙", "丙")


def test_an_empty_row_keeps_its_place():
    assert clean_section(CATALOG, "S4", {"buildings": [{"name": ""}, {"name": "1#"}]})["buildings"] == [
        {},
        {"name": "1#"},
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = {s.code: [*s.field_map, *s.table_map, *(c.key for t in s.tables for c in t.columns)] for s in CATALOG.sections}


@given(st.data())
def test_any_input_is_either_refused_or_stored_the_same_way_twice(data):
    section = data.draw(st.sampled_from([code for code, keys in KEYS.items() if keys]))
    keys = st.sampled_from(KEYS[section])
    rows = st.lists(st.dictionaries(keys, JSON, max_size=3), max_size=3)
    sent = data.draw(st.dictionaries(keys, JSON | rows, max_size=3))
    try:
        stored = clean_section(CATALOG, section, sent)
    except Refused as refusal:
        assert all(p.where.startswith(section) and tr("zh", p.key, **p.params) for p in refusal.problems)
    else:
        assert json.loads(json.dumps(stored)) == stored
        assert clean_section(CATALOG, section, stored) == stored
