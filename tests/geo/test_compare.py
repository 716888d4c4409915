"""Permitted against built as geometry: what must hold of any building, moved, turned and copied."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from jointreview.geo.compare import (
    clearance,
    deviation,
    distance,
    frame_of_code,
    neighbours,
    overlap,
    plane_of,
    setback,
    setbacks,
    shift,
    sides,
)
from jointreview.geo.crs import frame_of_epsg, meridian_frame
from jointreview.geo.placing import in_degrees

LAND = box(-100, 0, 300, 200)
HALL = box(40, 30, 120, 80)
moves = st.floats(-25, 25, allow_nan=False)
angles = st.floats(0, 360)
far = st.floats(-1000, 1000)


@st.composite
def buildings(draw: st.DrawFn) -> Polygon:
    """A star-shaped outline of five to twelve corners around (80, 60)."""
    radii = draw(st.lists(st.floats(5, 25), min_size=5, max_size=12))
    step = 2 * math.pi / len(radii)
    return Polygon([(80 + r * math.cos(n * step), 60 + r * math.sin(n * step)) for n, r in enumerate(radii)])


@given(moves)
def test_moving_a_building_by_a_distance_changes_its_setback_by_that_distance(by):
    moved = affinity.translate(HALL, yoff=-by)
    assert setback(moved, LAND) == pytest.approx(setback(HALL, LAND) - by, abs=1e-9)
    before, after = setbacks(HALL, LAND), setbacks(moved, LAND)
    changes = sorted(b - a for a, b in zip(before, after, strict=True))
    assert changes == pytest.approx(sorted([-by, 0, 0, by]), abs=1e-9)


@given(st.floats(0.001, 50))
def test_a_building_beyond_the_boundary_has_a_negative_setback_of_its_depth(depth):
    assert setback(affinity.translate(HALL, yoff=-30 - depth), LAND) == pytest.approx(-depth, abs=1e-6)


@given(moves)
def test_moving_a_building_by_a_distance_changes_its_distance_from_a_control_zone_by_it(by):
    river = box(-500, -100, 700, 20)  # ten metres south of the hall, a hundred wide
    moved = affinity.translate(HALL, yoff=-by)
    assert clearance(HALL, river) == pytest.approx(10, abs=1e-9)
    assert clearance(moved, river) == pytest.approx(10 - by, abs=1e-6)


def test_a_building_across_a_mere_line_is_at_nought():
    assert clearance(HALL, LineString([(0, 50), (200, 50)])) == 0


@settings(max_examples=40)
@given(buildings(), buildings(), angles, far, far)
def test_turning_and_carrying_everything_away_changes_no_measure(a, b, angle, east, north):
    def carried(shape):
        return affinity.translate(affinity.rotate(shape, angle, origin=(0, 0)), east, north)

    def measures(one, other, land):
        covered = overlap(one, other)
        return [
            covered.iou,
            covered.beyond_m2,
            covered.missing_m2,
            shift(one, other).distance,
            deviation(one, other),
            distance(one, affinity.translate(other, 0, 0)),
            setback(one, land),
        ]

    assert measures(carried(a), carried(b), carried(LAND)) == pytest.approx(measures(a, b, LAND), abs=2e-3)


@settings(max_examples=40)
@given(buildings(), buildings(), moves, moves)
def test_distances_are_the_same_from_either_side(a, b, east, north):
    moved = affinity.translate(b, east, north)
    assert distance(a, moved) == distance(moved, a)
    assert deviation(a, moved) == deviation(moved, a)
    assert overlap(a, moved).iou == pytest.approx(overlap(moved, a).iou)
    assert overlap(a, moved).beyond_m2 == pytest.approx(overlap(moved, a).missing_m2, abs=1e-6)


@settings(max_examples=40)
@given(buildings())
def test_the_same_outline_differs_by_nothing(a):
    covered = overlap(a, a)
    assert covered.iou == pytest.approx(1) and covered.beyond_m2 == pytest.approx(0, abs=1e-9)
    assert (shift(a, a).distance, deviation(a, a), distance(a, a)) == pytest.approx((0, 0, 0), abs=1e-9)
    again = Polygon([*a.exterior.coords[2:-1], *a.exterior.coords[:3]])
    assert deviation(a, again) == pytest.approx(0, abs=1e-9)


@settings(max_examples=40)
@given(buildings(), moves, moves)
def test_a_carried_outline_is_shifted_and_deviates_by_no_more_than_it_was_carried(a, east, north):
    moved = affinity.translate(a, east, north)
    carried = math.hypot(east, north)
    assert shift(a, moved).distance == pytest.approx(carried, abs=1e-6)
    assert deviation(a, moved) <= carried + 1e-3


def test_the_farthest_point_of_a_boundary_need_not_be_a_corner():
    notched = Polygon([(0, 0), (100, 0), (100, 50), (52, 50), (50, 20), (48, 50), (0, 50)])
    whole = box(0, 0, 100, 50)
    assert deviation(whole, notched) == deviation(notched, whole)
    corners = shapely.points(shapely.get_coordinates(notched))
    assert shapely.distance(corners, whole.boundary).max() == pytest.approx(20)
    assert deviation(whole, notched) == pytest.approx(25, abs=1.5e-3)


def test_a_side_goes_on_over_points_in_a_straight_line():
    surveyed = Polygon([(0, 0), (70, 0), (140, 0.01), (200, 0), (200, 120), (0, 120)])
    assert [(round(s.line.length, 2), s.first, s.last) for s in sides(surveyed)] == [
        (200.0, 1, 4),
        (120.0, 4, 5),
        (200.0, 5, 6),
        (120.0, 6, 1),
    ]
    yard = Polygon(LAND.exterior, [box(150, 50, 160, 60).exterior])
    assert [s.first for s in sides(MultiPolygon([yard]))] == list(range(1, 9))


def test_only_near_buildings_are_neighbours_and_each_pair_comes_once():
    row = {str(n): box(n * 40, 0, n * 40 + 20, 20) for n in range(4)}
    assert neighbours(row, 25) == [("0", "1"), ("1", "2"), ("2", "3")]


@pytest.mark.parametrize("code", ["EPSG:4529", "EPSG:4528", "EPSG:4549", "CGCS2000-CM121"])
def test_a_stored_outline_is_measured_in_the_plane_it_was_declared_in(code):
    frame = frame_of_code(code)
    assert frame is not None and frame.code == code
    x, y = {"EPSG:4529": 41371302.0, "EPSG:4528": 40655400.0, "EPSG:4549": 655400.0}.get(code, 560500.0), 3524204.0
    drawn = MultiPolygon([box(x, y, x + 80, y + 50)])
    stored = in_degrees(drawn, frame)
    back = plane_of(code, stored)(stored)
    assert deviation(drawn, back) < 1e-3 and back.area == pytest.approx(4000, abs=1e-3)


def test_degrees_are_measured_on_a_plane_of_their_own():
    frame = meridian_frame(121, "")
    assert frame is not None
    stored = in_degrees(MultiPolygon([box(560500, 3524204, 560580, 3524254)]), frame)
    assert plane_of("EPSG:4490", stored)(stored).area == pytest.approx(4000, rel=2e-4)
    assert plane_of("", stored).name == "" and frame_of_code("nonsense") is None and frame_of_code("EPSG:x") is None


def test_feet_are_measured_as_metres():
    frame = frame_of_epsg(2263, "")
    assert frame is not None
    stored = in_degrees(MultiPolygon([box(985000, 200000, 985328.084, 200328.084)]), frame)
    assert plane_of("EPSG:2263", stored)(stored).area == pytest.approx(10000, rel=1e-5)
