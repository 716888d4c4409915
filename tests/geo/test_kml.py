"""KML and KMZ: placemarks, holes and heights; broken and hostile XML is refused with its line."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.geo.archive import MAX_ENTRIES
from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import boundary, kml, packed
from tests.geo.samples import HOLE, LONDON, OUTER, degrees

RINGS = [degrees(OUTER), degrees(HOLE)]


def read(text, name="地块.kml", **options):
    return read_parcel(text.encode() if isinstance(text, str) else text, name, **options)


def keys(reading):
    return [problem.key for problem in reading.problems]


def placemark(*rings, name="甲"):
    inner = "".join(boundary("inner", ring) for ring in rings[1:])
    return f"<Placemark><name>{name}</name><Polygon>{boundary('outer', rings[0])}{inner}</Polygon></Placemark>"


def test_a_polygon_with_hole_and_heights():
    reading = read(kml())
    assert keys(reading) == ["geo.kml_datum"]
    assert (reading.crs, reading.crs_found_by) == ("EPSG:4326", "geo.found_by_kml")
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)
    assert [(p.name, p.ring_count) for p in reading.parts] == [("启东示例地块一", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_every_encoding(encoding):
    text = kml().replace("UTF-8", "GBK") if encoding == "gbk" else kml()
    assert read(text.encode(encoding)).parts[0].name == "启东示例地块一"


def test_gbk_that_calls_itself_utf_8_is_read_all_the_same():
    assert read(kml().encode("gbk")).parts[0].name == "启东示例地块一"


def test_prefixes_blank_lines_and_comments_do_not_matter():
    text = kml().split("\n", 1)[1]
    prefixed = text.replace("<", "<k:").replace("<k:/", "</k:").replace("xmlns=", "xmlns:k=")
    assert read(f"\n\n<!-- 红线 -->\n{prefixed}").accepted


def test_every_placemark_is_a_parcel_with_its_attributes():
    east = [(x + 0.01, y) for x, y in RINGS[0]]
    data = '<ExtendedData><Data name="地块编号"><value>DK002</value></Data></ExtendedData>'
    schema = '<ExtendedData><SchemaData><SimpleData name="用途">工业用地</SimpleData></SchemaData></ExtendedData>'
    body = placemark(*RINGS, name="甲").replace("<Polygon>", schema + "<Polygon>")
    body += "<Folder>" + placemark(east, name="乙").replace("<Polygon>", data + "<Polygon>") + "</Folder>"
    body += "<Placemark><name>点</name><Point><coordinates>121.6,31.8,0</coordinates></Point></Placemark>"
    reading = read(kml(body=body))
    assert [(p.name, p.number, p.land_use) for p in reading.parts] == [("甲", "", "工业用地"), ("乙", "DK002", "")]
    assert "geo.features_skipped" in keys(reading)


def test_several_polygons_in_one_placemark():
    east = [(x + 0.01, y) for x, y in RINGS[0]]
    polygons = "".join(f"<Polygon>{boundary('outer', ring)}</Polygon>" for ring in (RINGS[0], east))
    body = f"<Placemark><name>两块</name><MultiGeometry>{polygons}</MultiGeometry></Placemark>"
    reading = read(kml(body=body))
    assert [(p.name, p.ring_count) for p in reading.parts] == [("两块", 2)]
    assert len(reading.geometry.geoms) == 2


def test_a_closed_path_is_an_area_with_a_notice_and_an_open_one_is_none():
    ring = " ".join(f"{x},{y}" for x, y in [*RINGS[0], RINGS[0][0]])
    path = f"<Placemark><name>路径</name><LineString><coordinates>{ring}</coordinates></LineString></Placemark>"
    assert keys(read(kml(body=path))) == ["geo.kml_line", "geo.kml_datum"]
    assert keys(read(kml(body=path.replace(f" {RINGS[0][0][0]},", " 121.7,", 2)))) == ["geo.no_polygon"]


def test_exchanged_longitude_and_latitude_are_noticed():
    reading = read(kml([[(y, x) for x, y in ring] for ring in RINGS]))
    assert reading.accepted
    assert "geo.swapped" in keys(reading)
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


def test_a_place_abroad_is_refused():
    assert "geo.outside_region" in [p.key for p in read(kml([LONDON])).errors]
    assert read(kml([LONDON]), declared_epsg=4326).accepted


def test_blanks_after_commas_are_read():
    assert read(kml().replace(",3.5 ", " , 3.5 ").replace(",31.", ", 31.")).accepted


def test_a_kmz_is_its_doc_kml_or_its_only_kml():
    for members in ({"doc.kml": kml(), "files/other.kml": "x", "images/a.png": b"x"}, {"我的地点.kml": kml()}):
        assert read(packed(members), "地块.kmz").accepted
    several = read(packed({"a.kml": kml(), "b.kml": kml()}), "地块.kmz")
    assert several.problems[0].message("zh") == "KMZ 中有多个 KML（a.kml, b.kml），请只保留地块的一个"


CUT = kml()[: kml().index("</coordinates>")]
BAD = {
    "cut off": (CUT, "xml_broken", CUT.count("\n") + 1),
    "not closed": (kml().replace("</Placemark>", ""), "xml_broken", 9),
    "entities": (kml(head='<!DOCTYPE kml [<!ENTITY a "b">]>\n'), "xml_doctype", 2),
    "billion laughs": (
        kml(head='<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>\n').replace("甲", "&b;"),
        "xml_doctype",
        2,
    ),
    "a file from elsewhere": (kml(head='<!DOCTYPE kml SYSTEM "file:///etc/passwd">\n'), "xml_doctype", 2),
    "other XML": ("<?xml version='1.0'?>\n<gpx><kml/></gpx>", "xml_not_kml", 2),
    "no number": (kml().replace("3.5 ", "3.5 abc,31.8 ", 1), "kml_position", 5),
    "one number": (kml(body=placemark([(121.6, 31.8)]).replace(",31.80000000000,3.5", "")), "kml_position", 5),
    "seven numbers": (kml().replace(",3.5 ", ",3.5,1,2,3,4 ", 1), "kml_position", 5),
    "infinite": (kml().replace("121.64", "1e999,", 1), "kml_position", 5),
    "very deep": (kml(body="<Folder>" * 200 + "</Folder>" * 200), "xml_deep", 4),
    "no polygon": (kml(body=""), "no_polygon", None),
    "empty root": ("<kml/>", "no_polygon", None),
    "two points": (kml(body=placemark(RINGS[0][:2])), "too_few_points", 4),
    "crossing": (kml(body=placemark([RINGS[0][i] for i in (0, 2, 1, 3)])), "self_crossing", 4),
    "hole outside": (kml(body=placemark(RINGS[0], [(x + 1, y) for x, y in RINGS[1]])), "hole_outside", 6),
    "too many points": (kml(body=placemark([(121.6 + n * 1e-9, 31.8) for n in range(20_001)])), "too_many_points", 4),
}


@pytest.mark.parametrize("name", BAD)
def test_broken_kml_is_refused_with_its_line(name):
    text, key, line = BAD[name]
    reading = read(text)
    assert f"geo.{key}" in [p.key for p in reading.errors]
    assert next(p.line for p in reading.errors if p.key == f"geo.{key}") == line
    assert reading.geometry is None


def test_the_words_for_a_position_that_cannot_be_read():
    problem = read(BAD["no number"][0]).problems[0]
    assert problem.message("zh") == "坐标“abc,31.8”无法识别，应为：经度,纬度[,高程]"
    assert problem.message("en") == 'The position "abc,31.8" cannot be read; wanted: longitude,latitude[,height]'


def test_a_crossing_names_the_placemark():
    assert read(BAD["crossing"][0]).errors[0].entity == "甲"


def test_repeated_positions_are_dropped_with_a_notice():
    reading = read(kml([[RINGS[0][0], *RINGS[0]]]))
    assert reading.accepted
    assert "geo.doubled_point" in keys(reading)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (packed({"doc.kml": " " * (70 * 2**20)}), "zip_too_large"),
        (packed({"../doc.kml": kml()}), "zip_path"),
        (packed({f"{n}.png": b"" for n in range(MAX_ENTRIES)} | {"doc.kml": kml()}), "zip_too_many"),
        (packed({"doc.kml": kml()})[:300], "zip_unreadable"),
        (packed({"readme.txt": b"x"}), "zip_no_shapefile"),
    ],
)
def test_a_hostile_kmz_is_refused(data, key):
    assert keys(read(data, "x.kmz")) == [f"geo.{key}"]


def test_a_long_list_of_members_is_not_even_read(monkeypatch):
    data = packed({f"{n:06}.png": b"" for n in range(20_000)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert keys(read(data, "x.kmz")) == ["geo.zip_too_many"]


TEXT = kml().encode()


@given(st.integers(0, len(TEXT) - 1), st.binary(min_size=1, max_size=3))
def test_no_spoiled_byte_makes_the_reader_fail(at, spoil):
    reading = read(TEXT[:at] + spoil + TEXT[at + len(spoil) :])
    assert reading.accepted == (reading.geometry is not None)
