"""The comparison of whole plans, without any database: what is fine, what is beyond, what nothing can be said of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box

from jointreview.catalog.schema_rules import AsBuilt
from jointreview.domain.as_built import Measure, Reason, Standing, at_least, at_most, limited, worst
from jointreview.domain.tolerance import ToleranceTable
from jointreview.geo.as_built import Compared, Drawn, Plan, Values, compare_buildings
from jointreview.geo.compare import frame_of_code
from jointreview.geo.placing import in_degrees

E, N = 41371302.0, 3524204.0
LAND = box(E, N, E + 240, N + 180)
HALL = box(E + 100, N + 60, E + 160, N + 100)
OFFICE = box(E + 180, N + 60, E + 200, N + 100)
FORM = [("001", "1#厂房"), ("002", "2#楼")]
KNOWN = {"001": (Values(16, 1, 2400), Values(16, 1, 2400)), "002": (Values(24, 6, 4800), Values(24, 6, 4800))}
FRAME = frame_of_code("EPSG:4529")


def degrees(one: Polygon) -> MultiPolygon:
    assert FRAME is not None
    return in_degrees(MultiPolygon([one]), FRAME)


def plan(hall: Polygon | None = HALL, office: Polygon | None = OFFICE, confirmed: bool = True, **other: Any) -> Plan:
    drawn = [
        Drawn(name, serial, degrees(one)) for (serial, name), one in zip(FORM, (hall, office), strict=True) if one
    ]
    drawn += [Drawn(name, "", degrees(one)) for name, one in other.items()]
    return Plan(tuple(drawn), confirmed, "EPSG:4529")


def compared(permitted: Plan | None, built: Plan | None, land: bool = True, values: Any = None) -> Compared:
    ground = degrees(LAND) if land else None
    return compare_buildings(
        FORM, permitted, built, ground, "EPSG:4529", values or KNOWN, AsBuilt(), ToleranceTable()
    )


def measure(found: Compared, what: str, at: int = 0) -> Measure:
    return next(m for m in found.buildings[at].measures if m.what == what)


def test_what_was_built_as_permitted_is_fine():
    found = compared(plan(), plan())
    assert found.reason is None and found.standing is Standing.WITHIN
    assert measure(found, "setback").built == pytest.approx(60, abs=1e-6)
    assert {(s.first, s.second): s.measure.built for s in found.spacings} == {
        ("001", "002"): pytest.approx(20, abs=1e-6)
    }
    assert found.indices["footprint_area"] == (3200.0, 3200.0) and found.indices["setback_red"] == (40.0, 40.0)
    assert found.indices["spacing"] == (20.0, 20.0)


@pytest.mark.parametrize(
    ("permitted", "built", "reason"),
    [
        (None, None, Reason.NO_PERMITTED_PLAN),
        (None, plan(), Reason.NO_PERMITTED_PLAN),
        (Plan((), True), plan(), Reason.NO_PERMITTED_PLAN),
        (plan(), None, Reason.NO_AS_BUILT),
        (plan(confirmed=False), plan(), Reason.PERMITTED_NOT_CONFIRMED),
        (plan(), plan(confirmed=False), Reason.AS_BUILT_NOT_CONFIRMED),
    ],
)
def test_without_both_confirmed_plans_nothing_is_compared_and_nothing_is_fine(permitted, built, reason):
    found = compared(permitted, built)
    assert found.reason is reason and found.standing is Standing.NOT_COMPARABLE
    assert {m.reason for b in found.buildings for m in b.measures} == {reason}
    assert {b.standing for b in found.buildings} == {Standing.NOT_COMPARABLE}


@settings(max_examples=30)
@given(st.floats(-20, 20).map(lambda by: round(by, 3)))
def test_a_building_moved_by_a_distance_has_its_setback_and_spacing_changed_by_it(by):
    found = compared(plan(), plan(hall=affinity.translate(HALL, xoff=by)))
    spacing = found.spacings[0].measure if found.spacings else None
    assert spacing is not None and spacing.built == pytest.approx(20 - by, abs=1e-6)
    changes = [side.measure.diff for side in found.buildings[0].sides]
    assert sorted(changes) == pytest.approx(sorted([by, -by, 0, 0]), abs=1e-6)
    fine = abs(by) <= 0.1
    assert measure(found, "deviation").standing is (Standing.WITHIN if fine else Standing.BEYOND)
    assert found.standing is (Standing.WITHIN if fine else Standing.BEYOND)
    assert found.buildings[1].standing is Standing.WITHIN


def test_a_building_that_is_on_no_permit_is_beyond_and_one_not_built_is_not_comparable():
    extra = box(E + 20, N + 20, E + 30, N + 30)
    found = compared(plan(office=None), plan(hall=None, shed=extra))
    hall, office, shed = found.buildings
    assert hall.measures[0].reason is Reason.NOT_SURVEYED and hall.standing is Standing.NOT_COMPARABLE
    assert office.measures[0].reason is Reason.NOT_ON_PERMITTED_PLAN and office.standing is Standing.BEYOND
    assert (shed.name, shed.in_form, shed.standing) == ("shed", False, Standing.BEYOND)
    assert found.standing is Standing.BEYOND and "footprint_area" not in found.indices


def test_buildings_of_another_phase_do_not_make_the_case_incomparable():
    found = compared(plan(phase_two=box(E + 20, N + 20, E + 30, N + 30)), plan())
    assert found.buildings[-1].measures[0].reason is Reason.NOT_SURVEYED
    assert found.standing is Standing.WITHIN


def test_without_a_parcel_set_backs_are_said_to_be_missing():
    found = compared(plan(), plan(), land=False)
    assert measure(found, "setback").reason is Reason.NO_PARCEL and found.standing is Standing.NOT_COMPARABLE


def test_values_that_nobody_stated_are_not_fine():
    values = {"001": (Values(), Values(16, 1, 2400)), "002": KNOWN["002"]}
    found = compared(plan(), plan(), values=values)
    assert {measure(found, w).reason for w in ("height", "floors", "floor_area")} == {Reason.NO_PERMITTED_VALUE}
    assert found.buildings[0].standing is Standing.NOT_COMPARABLE


def test_several_outlines_of_one_building_are_one():
    west, east = box(E + 100, N + 60, E + 130, N + 100), box(E + 130, N + 60, E + 160, N + 100)
    halves = Plan((Drawn("a", "001", degrees(west)), Drawn("b", "001", degrees(east)), *plan().outlines[1:]), True)
    found = compared(plan(), Plan(halves.outlines, True, "EPSG:4529"))
    assert found.standing is Standing.WITHIN and measure(found, "overlap").built == pytest.approx(100)


def test_two_plans_in_different_systems_are_one_ground():
    other = frame_of_code("EPSG:4549")
    assert other is not None
    built = Plan(plan().outlines, True, "EPSG:4549")
    found = compared(plan(), built)
    assert found.standing is Standing.WITHIN and "CM 120E" in found.plane
    # Plane distances of the two projections differ by a tenth of a per mille.
    assert measure(found, "setback").built == pytest.approx(60, abs=0.02)


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (at_least("setback", "m", 10, 9.9, 0.1), Standing.WITHIN),
        (at_least("setback", "m", 10, 9.899, 0.1), Standing.BEYOND),
        (at_least("setback", "m", 10, 50, 0.1), Standing.WITHIN),
        (at_most("height", "m", 24, 24.1, 0.1), Standing.WITHIN),
        (at_most("height", "m", 24, 24.101, 0.1), Standing.BEYOND),
        (at_most("floors", "storeys", 6, 7, 0), Standing.BEYOND),
        (limited("deviation", "m", 0.1004, 0.1), Standing.WITHIN),
        (limited("deviation", "m", 0.101, 0.1), Standing.BEYOND),
        (at_most("height", "m", None, 24, 0.1), Standing.NOT_COMPARABLE),
        (at_most("height", "m", 24, None, 0.1), Standing.NOT_COMPARABLE),
    ],
)
def test_a_value_exactly_at_its_tolerance_is_within_and_a_millimetre_more_is_not(found, standing):
    assert found.standing is standing and worst([found]) is standing


def test_nothing_measured_is_not_fine():
    assert worst([]) is Standing.NOT_COMPARABLE
