"""Half-days on which one officer of every unit is free."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar_source import default_calendar
from jointreview.domain.free_slots import Half, HalfDay, common_slots, why_not
from jointreview.text import tr

CALENDAR = default_calendar(2026, 2026)
MONDAY = date(2026, 3, 9)
FRIDAY = date(2026, 3, 13)
AM, PM = HalfDay(MONDAY, Half.AM), HalfDay(MONDAY, Half.PM)
UNITS = {"fire": ["f1", "f2"], "planning": ["p1"]}


def found(candidates, units=UNITS, busy=None):
    return common_slots(candidates, units, busy or {}, CALENDAR, MONDAY, FRIDAY)


def refused(candidates, units=UNITS, busy=None):
    return why_not(candidates, units, busy or {}, CALENDAR, MONDAY, FRIDAY)


def test_a_slot_has_exactly_one_officer_of_each_unit_in_order_of_time():
    options = found([PM, AM, AM])
    assert [o.slot for o in options] == [AM, PM]
    assert options[0].officers == {"fire": "f1", "planning": "p1"}


def test_the_officer_with_the_fewest_busy_half_days_goes():
    assert found([AM], busy={"f1": {PM}})[0].officers["fire"] == "f2"
    assert found([AM], busy={"f1": {PM}, "f2": {PM}})[0].officers["fire"] == "f1"


def test_no_common_half_day_is_an_empty_answer_that_names_the_unit():
    busy = {"p1": {AM, PM}}
    assert found([AM, PM], busy=busy) == []
    assert [(w.slot, w.key, w.units) for w in refused([AM], busy=busy)] == [(AM, "rules.slot_nobody", ("planning",))]


def test_a_unit_without_officers_or_a_visit_without_units_means_no_time_at_all():
    assert found([AM], {"fire": []}) == []
    assert found([AM], {}) == []
    assert [w.key for w in refused([AM], {})] == ["rules.slot_no_units"]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (MONDAY - timedelta(days=3), "rules.slot_too_early"),
        (FRIDAY + timedelta(days=3), "rules.slot_too_late"),
    ],
)
def test_only_days_of_the_window_count(day, key):
    slot = HalfDay(day, Half.AM)
    assert found([slot]) == []
    assert [w.key for w in refused([slot])] == [key]


def test_rest_days_are_never_offered_and_working_saturdays_are():
    slots = [HalfDay(date(2026, 5, d), Half.AM) for d in (5, 9, 10)]
    window = (CALENDAR, date(2026, 5, 1), date(2026, 5, 31))
    assert [o.slot.date.day for o in common_slots(slots, UNITS, {}, *window)] == [9]
    assert {w.key for w in why_not(slots, UNITS, {}, *window)} == {"rules.slot_rest_day"}


def test_nobody_stands_for_two_units():
    shared = {"fire": ["x"], "quality": ["x", "y"], "civil": ["y", "z"]}
    assert found([AM], shared)[0].officers == {"fire": "x", "quality": "y", "civil": "z"}
    assert found([AM], {"fire": ["x"], "quality": ["x"]}) == []


SLOTS = st.builds(HalfDay, st.dates(MONDAY - timedelta(days=3), FRIDAY + timedelta(days=3)), st.sampled_from(Half))
OFFICERS = st.lists(st.sampled_from("abcdef"), max_size=4)


@given(
    st.lists(SLOTS, max_size=6),
    st.dictionaries(st.sampled_from(["u", "v", "w"]), OFFICERS),
    st.dictionaries(st.sampled_from("abcdef"), st.sets(SLOTS, max_size=4)),
)
def test_every_candidate_is_either_a_sound_option_or_has_its_reason(candidates, units, busy):
    options, reasons = found(candidates, units, busy), refused(candidates, units, busy)
    assert sorted([o.slot for o in options] + [w.slot for w in reasons]) == sorted(set(candidates))
    for option in options:
        assert set(option.officers) == set(units)
        assert len(set(option.officers.values())) == len(units)
        for unit, officer in option.officers.items():
            assert officer in units[unit] and option.slot not in busy.get(officer, ())
    assert all(tr("zh", w.key) for w in reasons)
