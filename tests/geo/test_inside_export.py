"""Footprints against the parcel, storage as WKB, and writing parcels out so that they read back the same."""

import json
import re
from datetime import date

import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

from jointreview.geo.export import Listed, to_geojson, to_land_txt
from jointreview.geo.inside import distance_to_parcel_m, footprint_inside
from jointreview.geo.parcel import read_parcel
from jointreview.geo.wkb import bounding_box, boxes_meet, from_wkb, to_wkb
from tests.geo.samples import HOLE, OUTER, degrees, txt

PARCEL = Polygon(degrees(OUTER), [degrees(HOLE)])


def rectangle(west, south, east, north):
    return Polygon(degrees([(west, south), (east, south), (east, north), (west, north)]))


def test_a_building_well_inside_has_its_clearance():
    result = footprint_inside(PARCEL, rectangle(41371480, 3524220, 41371520, 3524300))
    assert result.inside
    assert (result.beyond_m, result.outside_m2) == (0, 0)
    assert result.clearance_m == pytest.approx(16, abs=0.02)


def test_a_building_across_the_boundary_is_measured():
    result = footprint_inside(PARCEL, rectangle(41371500, 3524220, 41371552, 3524240))
    assert not result.inside
    assert result.beyond_m == pytest.approx(10, abs=0.02)
    assert result.outside_m2 == pytest.approx(200, rel=0.005)


def test_a_building_in_the_hole_is_outside():
    result = footprint_inside(PARCEL, rectangle(41371410, 3524310, 41371450, 3524340))
    assert not result.inside
    assert result.outside_m2 == pytest.approx(1200, rel=0.005)


def test_centimetres_between_two_surveys_are_allowed():
    over = rectangle(41371500, 3524220, 41371542.03, 3524240)
    assert footprint_inside(PARCEL, over).inside
    assert not footprint_inside(PARCEL, over, tolerance_m=0.01).inside


def test_distance_of_a_place_from_the_parcel():
    inside, beside = degrees([(41371500, 3524300), (41371642, 3524300)])
    assert distance_to_parcel_m(PARCEL, *inside) == 0
    assert distance_to_parcel_m(PARCEL, *beside) == pytest.approx(100, abs=0.1)


def test_a_stored_geometry_comes_back_exactly():
    assert from_wkb(to_wkb(PARCEL)).equals_exact(PARCEL, 0)
    assert not from_wkb(to_wkb(shapely.force_3d(PARCEL, 5))).has_z
    assert bounding_box(PARCEL) == PARCEL.bounds


def test_bytes_that_are_no_geometry_are_refused():
    for data in (b"", b"nonsense", to_wkb(PARCEL)[:40]):
        with pytest.raises(ValueError, match="stored geometry"):
            from_wkb(data)
    with pytest.raises(ValueError, match="extent"):
        bounding_box(Polygon())


def test_boxes_that_touch_meet_and_boxes_apart_do_not():
    assert boxes_meet((0, 0, 1, 1), (1, 1, 2, 2))
    assert not boxes_meet((0, 0, 1, 1), (1.1, 0, 2, 1))
    assert not boxes_meet((0, 0, 1, 1), (0, 1.1, 1, 2))


def test_geojson_is_written_with_enough_decimals_and_reads_back():
    text = to_geojson(PARCEL, {"name": "地块", "area": None})
    numbers = re.findall(r"-?\d+\.\d+", text[text.index("coordinates") :])
    assert min(len(number.split(".")[1]) for number in numbers) >= 9
    document = json.loads(text)
    assert document["features"][0]["properties"] == {"name": "地块", "area": None}
    outer, hole = document["features"][0]["geometry"]["coordinates"][0]
    assert (shapely.LinearRing(outer).is_ccw, shapely.LinearRing(hole).is_ccw) == (True, False)
    reading = read_parcel(text.encode(), "x.geojson")
    assert reading.accepted
    assert reading.geometry.hausdorff_distance(MultiPolygon([PARCEL])) < 1e-10


def test_the_point_list_is_written_as_it_was_read():
    source = read_parcel(txt().encode(), "x")
    text = to_land_txt(
        [Listed(source.geometry, "DK001", "启东示例地块一", "工业用地")],
        41,
        "启东市江海测绘有限公司",
        date(2026, 5, 6),
    )
    assert text == txt()


def test_several_parcels_and_parts_read_back_from_the_point_list():
    east = Polygon(degrees([(x + 400, y) for x, y in OUTER]))
    parcels = [
        Listed(MultiPolygon([PARCEL, east]), name="甲,乙"),
        Listed(rectangle(41371300, 3523900, 41371400, 3524000)),
    ]
    reading = read_parcel(to_land_txt(parcels, 40, "测绘", date(2026, 5, 6)).encode("gbk"), "x")
    assert reading.problems == ()
    assert reading.crs == "EPSG:4528"
    assert [part.ring_count for part in reading.parts] == [3, 1]
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1 + 41_383.1 + 9_996, rel=1e-4)


def test_a_zone_that_does_not_exist_is_no_target():
    with pytest.raises(ValueError, match="zone"):
        to_land_txt([Listed(PARCEL)], 99, "", date(2026, 5, 6))
