"""The coordinate system is found as requirements §5.6 says: never assumed, refused when the numbers contradict it."""

import json

import pytest
from pyproj import Transformer

from jointreview.geo.crs import frame_of_epsg, meridian_frame, three_degree_zone, zone_width, zoned_frame
from jointreview.geo.parcel import read_parcel
from jointreview.geo.region import QIDONG, Region
from tests.geo.samples import HOLE, LONDON, OUTER, Plot, degrees, geojson, projected, txt

HUILONG = (121.6574, 31.8080)
DATUM_ONLY = {"坐标系": "2000国家大地坐标系"}


def keys(reading):
    return [problem.key for problem in reading.problems]


def listed(rings, header=DATUM_ONLY):
    return txt(Plot(rings=rings, area_ha=""), header=header).encode()


@pytest.mark.parametrize(("lon", "zone"), [(121.40, 40), (121.49999, 40), (121.5, 41), (121.66, 41), (123.0, 41)])
def test_three_degree_zone_of_a_longitude(lon, zone):
    assert three_degree_zone(lon) == zone


def test_zone_numbers_of_both_series_are_told_apart():
    assert [zone_width(z) for z in (12, 13, 23, 24, 25, 45, 46)] == [None, 6, 6, None, 3, 3, None]
    assert zoned_frame(41, "").code == "EPSG:4529"
    assert zoned_frame(20, "").code == "EPSG:4498"
    assert zoned_frame(24, "") is None


@pytest.mark.parametrize(
    ("epsg", "east", "north"),
    [
        (4528, 40656948.214, 3521759.168),
        (4549, 656948.214, 3521759.168),
        (4529, 41372864.639, 3521347.691),
        (4550, 372864.639, 3521347.691),
    ],
)
def test_the_reference_point_of_the_city_in_every_system(epsg, east, north):
    lon, lat = frame_of_epsg(epsg, "").to_degrees([east], [north])
    assert (lon[0], lat[0]) == pytest.approx(HUILONG, abs=1e-8)


@pytest.mark.parametrize(("epsg", "code"), [(4550, "EPSG:4550"), (4549, "EPSG:4549")])
def test_six_digit_eastings_find_the_only_meridian_that_lands_in_the_city(epsg, code):
    reading = read_parcel(listed([projected(OUTER, epsg)]), "x")
    assert reading.accepted
    assert (reading.crs, reading.crs_found_by) == (code, "geo.found_by_only_candidate")


def test_the_city_meridian_is_found_though_it_has_no_code():
    local = Transformer.from_crs(4490, meridian_frame(121.0, "").crs, always_xy=True)
    reading = read_parcel(listed([[local.transform(*p) for p in degrees(OUTER)]]), "x")
    assert reading.accepted
    assert reading.crs == "CGCS2000-CM121"
    assert reading.bbox == pytest.approx(read_parcel(listed([OUTER]), "x").bbox, abs=1e-7)


def test_six_digit_eastings_with_a_header_zone_use_its_meridian():
    reading = read_parcel(listed([projected(OUTER, 4549)], {**DATUM_ONLY, "带号": "40"}), "x")
    assert (reading.crs, reading.crs_found_by) == ("EPSG:4549", "geo.found_by_header_zone")


def test_six_digit_eastings_elsewhere_are_not_guessed():
    reading = read_parcel(listed([[(e - 41_000_000, n + 300_000) for e, n in OUTER]]), "x")
    assert keys(reading) == ["geo.crs_no_candidate"]
    assert reading.crs is None


def test_without_a_region_six_digit_eastings_need_a_declaration():
    data = listed([projected(OUTER, 4550)])
    assert keys(read_parcel(data, "x", region=None)) == ["geo.crs_needed"]
    assert read_parcel(data, "x", declared_epsg=4550, region=None).accepted


def test_two_possible_meridians_are_not_chosen_between():
    wide = Region("geo.region_qidong", 115, 30, 127, 33, (123.0, 120.0))
    assert keys(read_parcel(listed([projected(OUTER, 4550)]), "x", region=wide)) == ["geo.crs_ambiguous"]


def test_six_degree_zones_are_read():
    reading = read_parcel(listed([projected(OUTER, 4499)], {**DATUM_ONLY, "几度分带": "6", "带号": "21"}), "x")
    assert reading.accepted
    assert reading.crs == "EPSG:4499"


def test_the_box_of_the_city_is_the_one_of_the_requirements():
    assert (QIDONG.west, QIDONG.south, QIDONG.east, QIDONG.north) == (121.40, 31.60, 121.98, 32.40)
    assert not QIDONG.contains(float("nan"), 31.8)


NEW_YORK = [(-73.99, 40.75), (-73.989, 40.75), (-73.989, 40.749), (-73.99, 40.749)]


def in_system(epsg, ring):
    return [Transformer.from_crs(4326, epsg, always_xy=True).transform(*p) for p in ring]


def test_a_declared_system_abroad_is_a_notice_about_the_place():
    data = geojson(rings=[in_system(27700, LONDON)])
    reading = read_parcel(data, "london.geojson", declared_epsg=27700)
    assert reading.accepted
    assert (reading.crs, reading.crs_found_by) == ("EPSG:27700", "geo.found_by_declared")
    assert keys(reading) == ["geo.outside_region"]
    assert reading.bbox == pytest.approx((-0.1186, 51.4655, -0.1184, 51.4657), abs=2e-5)
    assert reading.area_plane_m2 == pytest.approx(reading.area_geodesic_m2, rel=0.001)


def test_degrees_abroad_without_a_declaration_are_refused():
    assert not read_parcel(geojson(rings=[LONDON]), "x").accepted
    assert read_parcel(geojson(rings=[LONDON]), "x", declared_epsg=4326).accepted
    assert read_parcel(geojson(rings=[LONDON]), "x", region=None).accepted


def test_areas_in_feet_become_square_metres():
    feet = read_parcel(geojson(rings=[in_system(2263, NEW_YORK)]), "x", declared_epsg=2263, region=None)
    metres = read_parcel(geojson(rings=[in_system(32618, NEW_YORK)]), "x", declared_epsg=32618, region=None)
    assert feet.accepted
    assert feet.area_plane_m2 == pytest.approx(metres.area_plane_m2, rel=0.002)
    assert feet.area_geodesic_m2 == pytest.approx(metres.area_geodesic_m2, rel=1e-6)


def test_degrees_are_measured_on_an_equal_area_plane():
    reading = read_parcel(geojson(), "x", declared_epsg=4490)
    assert reading.area_plane_m2 == pytest.approx(38_984.1, abs=0.1)


def test_a_projection_that_distorts_areas_is_pointed_out():
    reading = read_parcel(geojson(rings=[in_system(3857, LONDON)]), "x", declared_epsg=3857, region=None)
    assert keys(reading) == ["geo.area_distorted"]
    assert reading.area_plane_m2 > 2 * reading.area_geodesic_m2


@pytest.mark.parametrize(
    ("epsg", "rings", "key"),
    [
        (27700, [LONDON], "geo.degrees_in_projected"),
        (4326, [OUTER], "geo.not_degrees"),
        (4528, [OUTER], "geo.easting_against_crs"),
        (4550, [OUTER], "geo.easting_against_crs"),
        (4529, [projected(OUTER, 4550)], "geo.easting_against_crs"),
        (2365, [OUTER], "geo.datum_xian80"),
        (2437, [projected(OUTER, 4549)], "geo.datum_beijing54"),
        (999999, [OUTER], "geo.crs_unknown_code"),
        (5773, [OUTER], "geo.crs_unknown_code"),
        (4978, [OUTER], "geo.crs_unknown_code"),
    ],
)
def test_a_declaration_the_numbers_cannot_satisfy_is_refused(epsg, rings, key):
    reading = read_parcel(geojson(rings=rings), "x", declared_epsg=epsg)
    assert not reading.accepted
    assert [p.key for p in reading.errors] == [key]


def test_the_header_zone_still_binds_when_the_caller_declares():
    reading = read_parcel(listed([OUTER], {**DATUM_ONLY, "带号": "40"}), "x", declared_epsg=4529)
    assert [p.key for p in reading.errors] == ["geo.zone_header_differs"]


def test_a_declared_system_swaps_columns_that_fit_only_exchanged():
    ring = [(y, x) for x, y in in_system(2263, NEW_YORK)]
    reading = read_parcel(geojson(rings=[ring]), "x", declared_epsg=2263)
    assert reading.accepted
    assert "geo.swapped" in keys(reading)
    assert reading.bbox[0] == pytest.approx(-73.99, abs=1e-4)


def test_a_declaration_against_the_file_is_followed_with_a_notice():
    data = geojson(rings=[projected(OUTER, 4550)], crs="EPSG:4549")
    reading = read_parcel(data, "x", declared_epsg=4550)
    assert reading.accepted
    assert keys(reading) == ["geo.declared_differs"]


def test_a_place_far_from_where_the_system_is_meant_is_pointed_out():
    reading = read_parcel(
        geojson(rings=[in_system(27700, [(x + 20, y) for x, y in LONDON])]), "x", declared_epsg=27700
    )
    assert "geo.outside_use" in keys(reading)


def test_coordinates_beyond_the_reach_of_a_projection_are_refused():
    far = [(1e12, 1e12), (1e12 + 5, 1e12), (1e12, 1e12 + 5)]
    reading = read_parcel(json.dumps({"type": "Polygon", "coordinates": [[*far, far[0]]]}).encode(), "x", 32618)
    assert [p.key for p in reading.errors] == ["geo.not_on_earth"]


def test_the_hole_of_the_sample_lies_where_it_was_measured():
    reading = read_parcel(listed([OUTER, HOLE]), "x")
    hole = reading.geometry.geoms[0].interiors[0]
    assert next(iter(hole.coords)) == pytest.approx(degrees(HOLE)[0], abs=1e-11)
