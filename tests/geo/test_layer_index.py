"""What a version of a layer says about a parcel: hit or clear, with area, share, length, distance and names."""

from __future__ import annotations

import math
from datetime import date
from threading import Barrier, Thread

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.layers import Answer, Dates, in_force, why_none
from jointreview.geo.crs import CGCS2000_GEOD, geodesic_area_m2
from jointreview.geo.layer_index import LayerCache, LayerIndex

LON, LAT, SIDE = 121.65, 31.83, 0.002
PARCEL = shapely.box(LON, LAT, LON + SIDE, LAT + SIDE)
METRE_EAST = 1 / (
    math.radians(1)
    * 6378137.0
    / math.sqrt(1 - 0.00669438 * math.sin(math.radians(LAT)) ** 2)
    * math.cos(math.radians(LAT))
)


def index(*shapes: object) -> LayerIndex:
    return LayerIndex(np.array(shapes, dtype=object), [f"第{n}个" for n in range(1, len(shapes) + 1)])


def test_a_quarter_covered_is_a_quarter_of_the_geodesic_area():
    found = index(shapely.box(LON + SIDE / 2, LAT + SIDE / 2, LON + 1, LAT + 1)).ask(PARCEL)
    assert found.answer is Answer.HIT and found.share == pytest.approx(0.25, abs=1e-5)
    assert found.area_geodesic_m2 == pytest.approx(geodesic_area_m2(PARCEL) / 4, rel=1e-5)
    assert (found.distance_m, found.features, found.names) == (0.0, 1, ("第1个",))


def test_ground_under_two_features_counts_once_and_both_are_named():
    half = shapely.box(LON - 1, LAT - 1, LON + SIDE / 2, LAT + 1)
    found = index(half, half).ask(PARCEL)
    assert (found.share, found.features) == (pytest.approx(0.5, abs=1e-6), 2)


@given(metres=st.floats(1, 190))
def test_the_distance_to_a_clear_neighbour_is_the_one_on_the_ellipsoid(metres: float):
    east = LON + SIDE + metres * METRE_EAST
    found = index(shapely.box(east, LAT, east + 0.01, LAT + SIDE)).ask(PARCEL, near_m=200)
    _, _, wanted = CGCS2000_GEOD.inv(LON + SIDE, LAT + SIDE, east, LAT + SIDE)
    assert found.answer is Answer.CLEAR and found.share == 0
    assert found.distance_m == pytest.approx(wanted, abs=0.01)


def test_what_lies_beyond_the_reach_is_not_near():
    east = LON + SIDE + 201 * METRE_EAST
    assert index(shapely.box(east, LAT, east + 0.01, LAT + SIDE)).ask(PARCEL, near_m=200).distance_m is None


def test_a_zone_with_a_distance_is_touched_from_outside():
    east = LON + SIDE + 30 * METRE_EAST
    shelter = index(shapely.Point(east, LAT))
    assert shelter.ask(PARCEL, hit_within_m=50).answer is Answer.HIT
    assert shelter.ask(PARCEL, hit_within_m=29).answer is Answer.CLEAR


def test_a_neighbour_measured_apart_by_centimetres_is_clear_and_the_sliver_is_told():
    west = LON + SIDE - 0.003 * METRE_EAST
    found = index(shapely.box(west, LAT, west + 0.01, LAT + SIDE)).ask(PARCEL, near_m=200)
    assert found.answer is Answer.CLEAR and 0.3 < found.sliver_m2 < 1 and found.distance_m == 0


def test_many_slivers_together_are_more_than_a_tolerance():
    west = LON + SIDE - 0.003 * METRE_EAST
    step = SIDE / 4
    strips = [
        shapely.box(west - 0.003 * METRE_EAST, LAT + n * step, west + 0.01, LAT + (n + 1) * step) for n in range(4)
    ]
    assert index(*strips).ask(PARCEL).answer is Answer.HIT


def test_a_pipeline_tells_how_far_it_runs_inside():
    across = shapely.LineString([(LON - 1, LAT + SIDE / 2), (LON + 1, LAT + SIDE / 2)])
    found = index(across).ask(PARCEL)
    assert found.answer is Answer.HIT and found.area_geodesic_m2 == 0
    assert found.length_m == pytest.approx(SIDE / METRE_EAST, rel=1e-4)


def test_a_hole_of_the_layer_is_clear_ground():
    ring = shapely.box(LON - 1, LAT - 1, LON + 1, LAT + 1).difference(PARCEL.buffer(0.001))
    assert index(ring).ask(PARCEL, near_m=200).answer is Answer.CLEAR


def test_one_index_is_built_however_many_ask_and_the_oldest_goes_when_memory_is_full():
    built: list[int] = []

    def build() -> LayerIndex:
        built.append(1)
        return index(PARCEL)

    cache, gate = LayerCache(most=index(PARCEL).bytes), Barrier(6)

    def ask() -> None:
        gate.wait()
        cache.get("one", build)

    threads = [Thread(target=ask) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(built) == 1
    cache.get("two", build)
    cache.get("one", build)
    assert len(built) == 3


DAY = date(2026, 5, 6)


@pytest.mark.parametrize(
    ("versions", "wanted", "why"),
    [
        ([], None, "layers.no_data"),
        ([(1, "2026-01-01", None, False)], 1, ""),
        ([(1, "2026-01-01", None, False), (2, "2026-03-01", None, False)], 2, ""),
        ([(1, "2026-01-01", None, False), (2, "2026-03-01", None, True)], 1, ""),
        ([(1, "2026-01-01", None, False), (2, "2026-06-01", None, False)], 1, ""),
        ([(1, "2026-01-01", "2026-05-06", False)], 1, ""),
        ([(1, "2026-01-01", "2026-05-05", False)], None, "layers.run_out"),
        ([(1, "2026-06-01", None, False)], None, "layers.not_yet"),
        ([(1, "2026-01-01", None, True)], None, "layers.all_retired"),
    ],
)
def test_the_version_in_force_is_the_last_that_began_and_has_not_ended(versions, wanted, why):
    day = date.fromisoformat
    found = [Dates(n, day(start), day(end) if end else None, gone) for n, start, end, gone in versions]
    counts = in_force(found, DAY)
    assert (counts.number if counts else None) == wanted
    assert wanted or why_none(found, DAY) == why
