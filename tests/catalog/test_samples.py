"""The example forms can be filed as they are."""

from datetime import date, timedelta

import pytest

from jointreview.catalog.form_engine import check_form, completeness
from jointreview.catalog.loader import sample_values
from jointreview.domain.problems import Refused
from tests.catalog.sample_values import CATALOG, TODAY, cleaned, factory_values, school_values


@pytest.mark.parametrize("values", [factory_values(), school_values()], ids=["factory", "school"])
def test_an_example_form_has_neither_errors_nor_warnings(values):
    assert [c for c in check_form(CATALOG, values, TODAY) if c.level in ("error", "warning")] == []
    for section, done in completeness(CATALOG, values, TODAY).items():
        assert (done.filled, done.complete) == (done.required, True), section


def test_examples_are_the_seed_projects():
    factory, school = factory_values(), school_values()
    assert [b["area"] for b in factory["S4"]["buildings"]] == [12345.67, 4980, 36]
    assert factory["S1"]["project_code"] == "2101-320681-89-01-556677"
    assert (school["S7"]["civil_defence_area"], school["S6"]["special_fire"]) == (3200, True)


def test_cleaning_stored_values_changes_nothing():
    for values in (factory_values(), school_values()):
        assert cleaned(values) == values


@pytest.mark.parametrize("today", [date(2026, 5, 29), date(2026, 12, 31), date(2030, 2, 28)])
def test_half_days_follow_the_day_of_filing(today):
    values = cleaned(sample_values("school", today))
    days = [date.fromisoformat(slot["date"]) for slot in values["S11"]["candidate_slots"]]
    assert len(days) == 3
    assert all(today < day <= today + timedelta(days=21) and day.weekday() < 5 for day in days)
    assert [c for c in check_form(CATALOG, values, today) if c.level == "error"] == []


def test_a_typical_factory_needs_few_answers():
    """Fewer than 60 answers besides the rows of buildings, indices and parties that are pasted or prefilled."""
    done = completeness(CATALOG, factory_values(), TODAY)
    assert sum(d.required for code, d in done.items() if code not in ("S3", "S4", "S5")) < 60


def test_an_unknown_example_is_refused():
    with pytest.raises(Refused):
        sample_values("castle")
