"""Conditions as data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.conditions import OPERATORS, describe, evaluate, faults_of, fields_of
from jointreview.text import MissingText, tr

FORM = {
    "S4": {"buildings": [{"use": "workshop", "area": 1200}, {"use": "office", "area": 300}]},
    "S6": {"special": False},
    "S7": {"area": 0, "use": "garage", "involved": ["gas", "power"], "on": "2026-03-01"},
}
LABELS = {
    "S7.area": {"zh": "人防面积", "en": "Civil-defence area"},
    "S7.use": {"zh": "用途", "en": "Use"},
    "S7.use:garage": {"zh": "车库", "en": "garage"},
    "S7.use:shop": {"zh": "商店", "en": "shop"},
    "S4.buildings": {"zh": "单体", "en": "Buildings"},
    "S4.buildings.area": {"zh": "面积", "en": "Area"},
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "S7.area", "eq": 0}, True),
        ({"field": "S7.area", "ne": 0}, False),
        ({"field": "S7.area", "gt": 0}, False),
        ({"field": "S7.area", "ge": 0}, True),
        ({"field": "S7.area", "lt": 1}, True),
        ({"field": "S7.area", "le": -1}, False),
        ({"field": "S7.use", "in": ["garage", "shop"]}, True),
        ({"field": "S7.use", "not_in": ["garage", "shop"]}, False),
        ({"field": "S6.special", "truthy": False}, True),
        ({"field": "S6.special", "truthy": True}, False),
        ({"field": "S7.involved", "contains": "gas"}, True),
        ({"field": "S7.involved", "contains": "water"}, False),
        ({"field": "S7.on", "lt": "2026-03-02"}, True),
        ({"field": "S7.use", "gt": 1}, False),
        ({"all": [{"field": "S7.area", "eq": 0}, {"field": "S7.use", "eq": "shop"}]}, False),
        ({"any": [{"field": "S7.area", "eq": 1}, {"field": "S7.use", "eq": "garage"}]}, True),
        ({"not": {"field": "S7.use", "eq": "shop"}}, True),
        ({"any_row": "S4.buildings", "where": {"field": "row.area", "gt": 1000}}, True),
        (
            {
                "any_row": "S4.buildings",
                "where": {"all": [{"field": "row.area", "gt": 1000}, {"field": "row.use", "eq": "office"}]},
            },
            False,
        ),
        ({"any_row": "S4.buildings", "where": {"field": "S7.area", "eq": 0}}, True),
    ],
)
def test_conditions_compare_answers(condition, expected):
    assert faults_of(condition) == []
    assert evaluate(condition, FORM) is expected


@pytest.mark.parametrize("operator", sorted(OPERATORS.keys() - {"truthy", "in", "not_in"}))
def test_an_answer_not_given_satisfies_no_comparison(operator):
    assert evaluate({"field": "S9.nothing", operator: 0}, FORM) is False
    assert evaluate({"field": "S9.nothing", "truthy": False}, FORM) is True


@pytest.mark.parametrize("values", [{}, {"S4": None}, {"S4": {"buildings": 3}}, {"S4": {"buildings": "ab"}}])
def test_a_table_that_is_no_list_has_no_matching_row(values):
    assert evaluate({"any_row": "S4.buildings", "where": {"field": "row.area", "gt": 0}}, values) is False


def test_fields_of_names_columns_below_their_table():
    condition = {
        "any": [{"field": "S7.area", "gt": 0}, {"any_row": "S4.b", "where": {"not": {"field": "row.x", "eq": 1}}}]
    }
    assert fields_of(condition) == {"S7.area", "S4.b.x"}
    assert fields_of({"field": "row.kind", "eq": "owner"}, "S3.parties") == {"S3.parties.kind"}


def test_conditions_read_as_sentences_in_both_languages():
    area = {"field": "S7.area", "gt": 0}
    assert describe(area, LABELS, "zh") == "人防面积大于0"
    assert describe(area, LABELS, "en") == "Civil-defence area is more than 0"
    use = {"field": "S7.use", "in": ["garage", "shop"]}
    assert (
        describe({"all": [area, use]}, LABELS, "en")
        == "Civil-defence area is more than 0 and Use is one of garage, shop"
    )
    rows = {"any_row": "S4.buildings", "where": {"field": "row.area", "ge": 5}}
    assert describe(rows, LABELS, "en") == "Buildings: a row with Area is at least 5"
    assert describe({"field": "S7.use", "eq": "unknown"}, LABELS, "en") == "Use is unknown"


def test_every_operator_has_words():
    for operator in OPERATORS.keys() - {"truthy"}:
        try:
            tr("zh", f"form.condition_{operator}", field="", value="")
        except MissingText:
            pytest.fail(f"no words for {operator}")


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ("S7.area > 0", "catalog.condition_not_a_map"),
        ({"field": "S7.area"}, "catalog.condition_shape"),
        ({"field": "S7.area", "gt": 0, "lt": 5}, "catalog.condition_shape"),
        ({"field": "S7.area", "exec": "boom"}, "catalog.condition_shape"),
        ({"all": []}, "catalog.condition_needs_list"),
        ({"any": {"field": "a", "eq": 1}}, "catalog.condition_needs_list"),
        ({"not": 5}, "catalog.condition_not_a_map"),
        ({"any_row": "S4.b"}, "catalog.condition_shape"),
        ({"field": "a", "in": "abc"}, "catalog.condition_value"),
        ({"field": "a", "truthy": "yes"}, "catalog.condition_value"),
    ],
)
def test_a_malformed_condition_is_named(condition, key):
    assert [p.key for p in faults_of(condition)] == [key]


ANSWERS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=3)


@given(ANSWERS, st.sampled_from(sorted(OPERATORS)), st.integers() | st.text(max_size=5))
def test_no_answer_breaks_a_well_formed_condition(answer, operator, value):
    wanted = {"in": [value], "not_in": [value], "truthy": True}.get(operator, value)
    condition = {"field": "S1.a", operator: wanted}
    assert faults_of(condition) == []
    assert evaluate({"not": condition}, {"S1": {"a": answer}}) is not evaluate(condition, {"S1": {"a": answer}})
