"""Permitted against measured, and what else follows from the answers."""

import json

import pytest

from jointreview.catalog.form_engine import derived, verdicts
from tests.catalog.sample_values import CATALOG, errors, factory_values, found, with_index

FACTORY = factory_values()


def verdict(form, index):
    return next(v for v in verdicts(CATALOG, form) if v.index == index)


@pytest.mark.parametrize(
    ("permitted", "measured", "diff", "tolerance", "result"),
    [
        (10000, 10185, 185, 185, "within"),
        (10000, 10185.01, 185.01, 185, "over"),
        (10000, 9814.99, -185.01, 185, "under"),
        (12345.67, 12542.40, 196.73, 196.73, "within"),
        (120000, 120500.01, 500.01, 500, "over"),
    ],
)
def test_areas_use_the_progressive_tolerance(permitted, measured, diff, tolerance, result):
    found_ = verdict(with_index(FACTORY, "far_area", permitted=permitted, measured=measured), "far_area")
    assert (found_.diff, found_.tolerance, found_.result) == (diff, tolerance, result)


@pytest.mark.parametrize(
    ("index", "permitted", "measured", "result"),
    [
        ("height", 24, 24.1, "within"),
        ("height", 24, 24.11, "over"),
        ("height", 24, 3, "within"),
        ("parking_motor", 60, 59, "under"),
        ("parking_motor", 60, 600, "within"),
        ("elevation_zero", 4.5, 4.6, "within"),
        ("elevation_zero", 4.5, 4.39, "under"),
        ("elevation_zero", 4.5, 4.61, "over"),
        ("setback_red", 10, 9.9, "within"),
        ("setback_red", 10, 9.89, "under"),
        ("land_area", 39000, 20000, "recorded"),
    ],
)
def test_other_indices_are_bounds(index, permitted, measured, result):
    assert verdict(with_index(FACTORY, index, permitted=permitted, measured=measured), index).result == result


def test_the_permit_decides_whether_greening_is_a_floor_or_a_ceiling():
    form = with_index(FACTORY, "green_ratio", permitted=12, measured=11)
    assert verdict(form, "green_ratio").result == "within"
    assert verdict(with_index(form, "green_ratio", bound="at_least"), "green_ratio").result == "under"


def test_over_the_tolerance_is_said_beside_the_value_without_stopping_the_application():
    form = with_index(FACTORY, "density", measured=40)
    assert ("S5.indices[7].measured", "form.over_tolerance") in found(form, "warning")
    assert errors(form) == []
    assert ("S5.indices[7].measured", "form.bound_met") in found(FACTORY, "ok")


def test_derived_values_are_totals_verdicts_and_computed_fields_as_json():
    values = derived(CATALOG, FACTORY)
    assert values["totals"]["S4.buildings"]["area"] == 17361.67
    assert values["computed"] == {"S1.joint_acceptance": True}
    assert [v["index"] for v in values["verdicts"]][:2] == ["land_area", "total_area"]
    assert json.loads(json.dumps(values)) == values


def test_nothing_entered_gives_no_verdicts_and_zero_totals():
    values = derived(CATALOG, {})
    assert values["verdicts"] == []
    assert set(values["totals"]["S4.buildings"].values()) == {0}
