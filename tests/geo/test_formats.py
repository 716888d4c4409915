"""One plot in every format is one plot; broken and hostile files are refused, not obeyed (requirements §5.7)."""

import io
import json
import struct
import zipfile

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jointreview.geo.archive import MAX_ENTRIES
from jointreview.geo.crs import CGCS2000_GEOD
from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import POINTS, csv_table, dxf, kml, lines, packed, polylines, xlsx
from tests.geo.samples import (
    HOLE,
    OUTER,
    Plot,
    cp936_zip,
    degrees,
    geojson,
    members_of,
    nameless,
    projected,
    shapefile_zip,
    txt,
)


def keys(reading):
    return [problem.key for problem in reading.problems]


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FORMATS = {
    "TXT zone 40": txt(
        Plot(rings=[projected(r, 4528) for r in (OUTER, HOLE)]), header={"坐标系": "CGCS2000"}
    ).encode(),
    "Shapefile": shapefile_zip(),
    "Shapefile CM 120": shapefile_zip(epsg=4549, rings=[projected(r, 4549) for r in (OUTER, HOLE)]),
    "Shapefile without .prj": shapefile_zip(prj=False),
    "Shapefile with heights": shapefile_zip(with_z=True),
    "Shapefile in degrees": shapefile_zip(epsg=4490, rings=[degrees(r) for r in (OUTER, HOLE)]),
    "GeoJSON": geojson(),
    "GeoJSON EPSG:4490": geojson(crs="urn:ogc:def:crs:EPSG::4490"),
    "GeoJSON CRS84": geojson(crs="urn:ogc:def:crs:OGC:1.3:CRS84"),
    "GeoJSON projected": geojson(rings=[OUTER, HOLE], crs="urn:ogc:def:crs:EPSG::4529"),
    "GeoJSON projected without crs": geojson(rings=[OUTER, HOLE]),
    "DXF": dxf(),
    "DXF in millimetres of CM 120": dxf(
        polylines([[(x * 1000, y * 1000) for x, y in projected(r, 4549)] for r in (OUTER, HOLE)]), units=4
    ),
    "DXF of loose lines": dxf(lines()),
    "DXF of 1992": dxf(polylines(old=True), "R12", encoding="gbk"),
    "KML": kml().encode(),
    "KMZ": packed({"doc.kml": kml()}),
    "CSV": csv_table().encode("gbk"),
    "CSV in degrees": csv_table(
        ("点号", "圈号", "经度", "纬度"), [(n, r, *degrees([(e, no)])[0]) for n, r, no, e in POINTS]
    ).encode(),
    "XLSX": xlsx(),
    "GeoJSON latitude first": geojson(rings=[[(y, x) for x, y in degrees(r)] for r in (OUTER, HOLE)]),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_ground_within_a_millimetre(name):
    reference = read_parcel(txt().encode("gbk"), "x.txt").geometry
    reading = read_parcel(FORMATS[name], "x")
    assert reading.accepted, keys(reading)
    ours, theirs = (shapely.get_coordinates(shapely.normalize(g)) for g in (reading.geometry, reference))
    assert len(ours) == len(theirs)
    nearest = [min(theirs, key=lambda q, p=p: np.hypot(*(p - q))) for p in ours]
    distances = [CGCS2000_GEOD.inv(*p, *q)[2] for p, q in zip(ours, nearest, strict=True)]
    assert max(distances) < 0.001
    assert len(reading.geometry.geoms[0].interiors) == 1


def corners_of(reading):
    return shapely.get_coordinates(reading.geometry)


@settings(max_examples=12)
@given(
    st.lists(st.floats(15, 90), min_size=3, max_size=12),
    st.floats(41_365_000, 41_385_000),
    st.floats(3_510_000, 3_550_000),
    st.floats(0, 6.28),
)
def test_any_plot_is_the_same_ground_in_every_format(radii, east, north, turn):
    angles = turn + np.arange(len(radii)) * 2 * np.pi / len(radii)
    ring = [(float(east + r * np.cos(a)), float(north + r * np.sin(a))) for r, a in zip(radii, angles, strict=True)]
    listed = [(f"J{n}", y, x) for n, (x, y) in enumerate(ring, start=1)]
    reference = read_parcel(shapefile_zip(rings=[ring]), "x")
    assert reference.accepted, keys(reference)
    for data in (
        txt(Plot(rings=[ring], area_ha="")).encode(),
        dxf(polylines([ring])),
        dxf(lines([ring])),
        csv_table(("点号", "X", "Y"), listed).encode(),
        xlsx(("表", [("点号", "X", "Y"), *listed])),
        kml([degrees(ring)]).encode(),
    ):
        reading = read_parcel(data, "x")
        assert reading.accepted, keys(reading)
        theirs = corners_of(reference)
        for lon, lat in corners_of(reading):
            assert min(CGCS2000_GEOD.inv(lon, lat, *q)[2] for q in theirs) < 0.001


def test_the_source_of_the_system_is_told():
    assert read_parcel(FORMATS["Shapefile"], "x").crs_found_by == "geo.found_by_prj"
    assert read_parcel(FORMATS["Shapefile without .prj"], "x").crs_found_by == "geo.found_by_easting"
    assert read_parcel(FORMATS["GeoJSON EPSG:4490"], "x").crs_found_by == "geo.found_by_crs_member"
    assert read_parcel(FORMATS["GeoJSON"], "x").crs_found_by == "geo.found_by_geographic"
    assert keys(read_parcel(FORMATS["GeoJSON latitude first"], "x")) == ["geo.swapped"]


@pytest.mark.parametrize(("encoding", "cpg"), [("gbk", False), ("gbk", True), ("utf-8", True), ("utf-8", False)])
def test_chinese_attributes_are_read_in_the_encoding_they_were_written(encoding, cpg):
    plot = Plot(name="工地一", use="文教用地")
    part = read_parcel(shapefile_zip(plot, encoding=encoding, cpg=cpg), "x.zip").parts[0]
    assert (part.name, part.number, part.land_use) == ("工地一", "DK001", "文教用地")


def test_format_is_told_by_content_not_by_name():
    assert read_parcel(shapefile_zip(), "地块.txt").accepted
    assert read_parcel(txt().encode(), "地块.zip").accepted
    assert read_parcel(geojson(), "地块").accepted


def test_every_kind_of_geojson_document_is_read():
    feature = json.loads(geojson())["features"][0]
    geometry = feature["geometry"]
    multi = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    collection = {"type": "GeometryCollection", "geometries": [geometry, {"type": "Point", "coordinates": [121, 31]}]}
    heights = {"type": "Polygon", "coordinates": [[[*p, 3.5] for p in ring] for ring in geometry["coordinates"]]}
    for document in (feature, geometry, multi, collection, heights):
        reading = read_parcel(json.dumps(document).encode("utf-8-sig"), "x")
        assert reading.accepted
        assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


def test_points_and_lines_beside_the_parcel_are_left_out_with_a_notice():
    document = json.loads(geojson())
    document["features"].append({"type": "Feature", "properties": None, "geometry": None})
    reading = read_parcel(json.dumps(document).encode(), "x")
    assert reading.accepted
    assert keys(reading) == ["geo.features_skipped"]


def test_a_doubled_vertex_of_a_drawing_is_dropped_with_a_notice():
    ring = degrees(OUTER)
    reading = read_parcel(geojson(rings=[[*ring[:2], *ring[1:]]]), "x")
    assert reading.accepted
    assert keys(reading) == ["geo.doubled_point"]
    assert len(reading.geometry.geoms[0].exterior.coords) == len(OUTER) + 1


def polygon(*rings):
    return json.dumps({"type": "Polygon", "coordinates": rings}).encode()


CLOSED = [[*p] for p in [*degrees(OUTER), degrees(OUTER)[0]]]
AWAY = [[x + 0.01, y] for x, y in CLOSED]

BAD_GEOJSON = {
    "cut off": (b'{"type": "Polygon", "coordinates"', "json_unreadable"),
    "NaN": (polygon(CLOSED).replace(str(CLOSED[0][0]).encode(), b"NaN"), "json_unreadable"),
    "very deep": (b'{"a":' + b"[" * 200_000, "json_unreadable"),
    "a very long number": (b'{"type":"Polygon","coordinates":[[[' + b"9" * 5000 + b",1]]]}", "json_unreadable"),
    "other type": (b'{"type": "Circle"}', "geojson_malformed"),
    "no coordinates": (b'{"type": "Polygon"}', "geojson_malformed"),
    "text for a number": (b'{"type": "Polygon", "coordinates": [[["1", 2]]]}', "geojson_malformed"),
    "true for a number": (b'{"type": "Polygon", "coordinates": [[[true, 2]]]}', "geojson_malformed"),
    "too large a number": (b'{"type": "Polygon", "coordinates": [[[1e999, 2]]]}', "geojson_malformed"),
    "features are a text": (b'{"type": "FeatureCollection", "features": "x"}', "geojson_malformed"),
    "no polygon": (b'{"type": "Point", "coordinates": [121.6, 31.8]}', "no_polygon"),
    "empty": (b'{"type": "FeatureCollection", "features": []}', "no_polygon"),
    "strange crs": (geojson(crs="my own"), "crs_member_unknown"),
    "crs of no horizontal kind": (geojson(crs="EPSG:5773"), "crs_not_horizontal"),
    "Xian 1980": (geojson(rings=[OUTER], crs="EPSG:2365"), "datum_xian80"),
    "hole outside": (polygon(CLOSED, AWAY), "hole_outside"),
    "two points": (polygon(CLOSED[:2]), "too_few_points"),
    "part within part": (
        json.dumps({"type": "MultiPolygon", "coordinates": [[CLOSED], [degrees(HOLE)]]}).encode(),
        "part_inside_part",
    ),
}


@pytest.mark.parametrize("name", BAD_GEOJSON)
def test_faulty_geojson_is_refused(name):
    data, key = BAD_GEOJSON[name]
    reading = read_parcel(data, "x.geojson")
    assert [p.key for p in reading.errors] == [f"geo.{key}"]
    assert reading.geometry is None


def test_a_crossing_without_lines_names_ring_and_point():
    bow = [CLOSED[0], CLOSED[2], CLOSED[1], CLOSED[3]]
    problem = read_parcel(polygon(bow), "x").errors[0]
    assert (problem.key, problem.line) == ("geo.self_crossing", None)
    assert (problem.params["first"], problem.params["second"]) == ("1/1–1/2", "1/3–1/4")


def test_more_points_than_any_parcel_has_are_refused():
    ring = [[121.6 + i * 1e-9, 31.8] for i in range(20_001)]
    assert "geo.too_many_points" in keys(read_parcel(polygon(ring), "x"))


def encrypted(data):
    altered = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = altered.find(mark)
        while start >= 0:
            altered[start + at] |= 1
            start = altered.find(mark, start + 4)
    return bytes(altered)


def understated(data):
    """A zip whose directory claims sizes smaller than what unpacks."""
    altered = bytearray(data)
    start = altered.find(b"PK\x01\x02")
    while start >= 0:
        altered[start + 24 : start + 28] = struct.pack("<I", 10)
        start = altered.find(b"PK\x01\x02", start + 4)
    return bytes(altered)


SHP = members_of(shapefile_zip())
BAD_ZIPS = {
    "climbs out": ({"../../etc/x.shp": b"", "a.txt": b""}, "zip_path"),
    "climbs out the Windows way": ({"..\\..\\x.shp": b""}, "zip_path"),
    "absolute": ({"/etc/passwd": b""}, "zip_path"),
    "drive": ({"C:/x.shp": b""}, "zip_path"),
    "bomb": ({"a.shp": bytes(60 * 2**20)}, "zip_too_large"),
    "too many": ({f"{n}.txt": b"" for n in range(MAX_ENTRIES + 1)}, "zip_too_many"),
    "no shapefile": ({"readme.txt": b"x"}, "zip_no_shapefile"),
    "two shapefiles": ({"a.shp": b"", "b.shp": b""}, "zip_several_shapefiles"),
    "no .dbf": ({"a.shp": SHP[".shp"], "a.shx": SHP[".shx"]}, "zip_part_missing"),
    "empty files": ({"a.shp": b"", "a.shx": b"", "a.dbf": b""}, "shapefile_unreadable"),
    "noise": ({"a.shp": b"x" * 200, "a.shx": b"x" * 200, "a.dbf": b"x" * 200}, "shapefile_unreadable"),
}


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_a_hostile_or_incomplete_archive_is_refused(name):
    files, key = BAD_ZIPS[name]
    assert keys(read_parcel(zipped(files), "x.zip")) == [f"geo.{key}"]


@pytest.mark.parametrize("spoil", [encrypted, understated, lambda data: data[:200]])
def test_an_archive_that_lies_about_itself_is_refused(spoil):
    reading = read_parcel(spoil(shapefile_zip()), "x.zip")
    assert {p.key for p in reading.errors} <= {"geo.zip_encrypted", "geo.zip_unreadable"}
    assert not reading.accepted


def test_a_member_without_a_name_is_damage():
    data = nameless(zipped({"Q": b"x"} | {f"a{extension}": content for extension, content in SHP.items()}))
    assert keys(read_parcel(data, "x.zip")) == ["geo.zip_unreadable"]


def test_leavings_of_other_systems_in_the_archive_are_ignored():
    files = {f"地块{extension}": content for extension, content in SHP.items()}
    files["__MACOSX/._地块.shp"] = b"x"
    files["说明.docx"] = b"x"
    assert read_parcel(zipped(files), "x.zip").accepted


def test_upper_case_extensions_are_the_same():
    assert read_parcel(cp936_zip({f"地块{e.upper()}": c for e, c in SHP.items()}), "x.zip").accepted


def test_an_unreadable_prj_falls_back_to_the_numbers():
    files = {f"a{extension}": content for extension, content in SHP.items()}
    reading = read_parcel(zipped({**files, "a.prj": b"nonsense"}), "x.zip")
    assert reading.accepted
    assert keys(reading) == ["geo.prj_unreadable"]
    assert reading.crs_found_by == "geo.found_by_easting"


@given(st.integers(0, len(SHP[".shp"]) - 1), st.integers(0, 255), st.sampled_from([".shp", ".shx", ".dbf"]))
def test_no_spoiled_byte_makes_the_reader_fail(at, byte, extension):
    spoiled = bytearray(SHP[extension])
    spoiled[at % len(spoiled)] = byte
    files = {f"a{e}": c for e, c in SHP.items()}
    reading = read_parcel(zipped({**files, f"a{extension}": bytes(spoiled)}), "x.zip")
    assert reading.accepted == (reading.geometry is not None)
