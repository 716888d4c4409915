"""The 国土 point list is read as surveyors write it and refused where it is wrong (requirements §5.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.geo.parcel import Severity, read_parcel
from jointreview.text import LANGUAGES, texts
from tests.geo.samples import HEADER, HOLE, OUTER, Plot, demo_files, projected, txt


def read(text, encoding="utf-8", **options):
    return read_parcel(text.encode(encoding), "地块.txt", **options)


def findings(reading, severity):
    return [(p.line, p.key) for p in reading.problems if p.severity is severity]


def errors(reading):
    return findings(reading, Severity.ERROR)


def warnings(reading):
    return findings(reading, Severity.WARNING)


def without(text, *starts):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(starts))


def header_with(**changes):
    return {**HEADER, **changes}


def moved(rings, east=0.0, north=0.0):
    return [[(x + east, y + north) for x, y in ring] for ring in rings]


def test_the_sample_of_the_standard_gives_its_published_figures():
    reading = read(txt(), "gbk")
    assert reading.accepted
    assert reading.problems == ()
    assert (reading.crs, reading.crs_found_by) == ("EPSG:4529", "geo.found_by_header_zone")
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.05)
    lon, lat = reading.geometry.geoms[0].exterior.coords[0]
    assert (round(lon, 6), round(lat, 6)) == (121.640501, 31.835200)
    part = reading.parts[0]
    assert (part.name, part.number, part.land_use, part.ring_count) == ("启东示例地块一", "DK001", "工业用地", 2)
    assert part.declared_area_m2 == pytest.approx(39_000)


def test_the_same_plot_in_zone_40_has_the_area_of_that_plane():
    rings = [projected(ring, 4528) for ring in (OUTER, HOLE)]
    reading = read(txt(Plot(rings=rings, area_ha="3.9007"), header=header_with(带号="40")))
    assert reading.crs == "EPSG:4528"
    assert reading.area_plane_m2 == pytest.approx(39_007.3, abs=0.1)
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


TOLERATED = {
    "UTF-8": (txt(), "utf-8"),
    "UTF-8 with a mark": (txt(), "utf-8-sig"),
    "UTF-16 with a mark": (txt(), "utf-16"),
    "GBK": (txt(), "gbk"),
    "LF": (txt().replace("\r\n", "\n"), "gbk"),
    "CR": (txt().replace("\r\n", "\r"), "gbk"),
    "blank lines": (txt().replace("\r\n", "\r\n\r\n"), "gbk"),
    "no J": (txt().replace("\r\nJ", "\r\n"), "gbk"),
    "leading spaces": (txt().replace("\r\nJ", "\r\n   J"), "gbk"),
    "leading tabs": (txt().replace("\r\nJ", "\r\n\tJ"), "gbk"),
    "leading dashes": (txt().replace("\r\nJ", "\r\n- J"), "gbk"),
    "spaces around commas": (txt().replace(",", " , "), "gbk"),
    "full-width commas": (txt().replace(",", "，"), "gbk"),
    "full-width digits": (txt().replace("3524384.000", "３５２４３８４．０００"), "gbk"),
    "tabs between numbers": (
        txt().replace("J1,1,3524384.000,41371302.000", "J1\t1\t3524384.000\t41371302.000"),
        "gbk",
    ),
    "commas at the end": (txt().replace("41371542.000", "41371542.000,"), "gbk"),
    "no section titles": (without(txt(), "["), "gbk"),
    "no parcel code": (txt().replace(",工业用地,,@", ",工业用地,@"), "gbk"),
    "no @": (txt().replace(",工业用地,,@", ",工业用地,"), "gbk"),
    "name with commas": (txt(Plot(name="启东，一期")), "gbk"),
    "closing points omitted": (without(txt(), "never").replace("J1,1,3524384.000,41371302.000\r\nJ6", "J6"), "gbk"),
    "count without closing points": (txt().replace("\r\n11,", "\r\n9,"), "gbk"),
    "no count": (txt().replace("\r\n11,", "\r\n,"), "gbk"),
    "numbered anew in each ring": (
        txt().replace("J6,2", "J1,2").replace("J7,2", "J2,2").replace("J8,2", "J3,2").replace("J9,2", "J4,2"),
        "gbk",
    ),
    "ring number 1 throughout": (txt().replace(",2,35", ",1,35"), "gbk"),
    "header in another order": (txt(header=dict(reversed(HEADER.items()))), "gbk"),
    "header after the parcels": (
        txt(header={}) + "\r\n".join(f"{key}={value}" for key, value in HEADER.items()),
        "gbk",
    ),
    "only the datum stated": (txt(header={"坐标系": "2000国家大地坐标系"}), "gbk"),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_harmless_variation_is_read_without_a_word(name):
    text, encoding = TOLERATED[name]
    reading = read(text, encoding)
    assert reading.problems == ()
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert reading.parts[0].ring_count == 2


def test_a_missing_header_is_accepted_with_a_notice_that_the_datum_is_assumed():
    reading = read(txt(header={}))
    assert warnings(reading) == [(None, "geo.datum_not_stated")]
    assert (reading.crs, reading.crs_found_by) == ("EPSG:4529", "geo.found_by_easting")


def test_exchanged_columns_are_swapped_with_a_notice():
    swapped = [[(north, east) for east, north in ring] for ring in (OUTER, HOLE)]
    reading = read(txt(Plot(rings=swapped)))
    assert reading.accepted
    assert warnings(reading) == [(14, "geo.swapped")]
    assert reading.bbox == pytest.approx(read(txt()).bbox)


def test_exchanged_columns_without_zone_number_are_swapped_too():
    rings = [[(y, x) for x, y in projected(ring, 4550)] for ring in (OUTER, HOLE)]
    reading = read(txt(Plot(rings=rings), header={"坐标系": "2000国家大地坐标系"}))
    assert (reading.crs, warnings(reading)) == ("EPSG:4550", [(5, "geo.swapped")])


def test_several_parcels_are_read_each_with_its_own_area():
    east = moved([OUTER], east=400)
    reading = read(txt(Plot(), Plot(rings=east, number="DK002", name="地块二", area_ha="4.1400")))
    assert [(p.number, p.ring_count, round(p.area_plane_m2)) for p in reading.parts] == [
        ("DK001", 2, 39_000),
        ("DK002", 1, 41_400),
    ]
    assert reading.area_plane_m2 == pytest.approx(80_400)
    assert len(reading.geometry.geoms) == 2


def test_a_second_ring_outside_the_first_is_another_part_not_a_hole():
    reading = read(txt(Plot(rings=[OUTER, moved([HOLE], east=400)[0]], area_ha="4.3800")))
    assert reading.accepted
    assert reading.area_plane_m2 == pytest.approx(43_800)
    assert [len(p.interiors) for p in reading.geometry.geoms] == [0, 0]


def test_rings_may_come_in_any_order():
    reading = read(txt(Plot(rings=[HOLE, OUTER])))
    assert reading.area_plane_m2 == pytest.approx(39_000)
    assert len(reading.geometry.geoms[0].interiors) == 1


def test_an_island_in_a_hole_is_ground_again():
    island = [(41371420.0, 3524330.0), (41371440.0, 3524330.0), (41371440.0, 3524315.0)]
    reading = read(txt(Plot(rings=[OUTER, HOLE, island], area_ha="3.9150")))
    assert reading.area_plane_m2 == pytest.approx(39_150)


def test_adjoining_parcels_count_once_and_overlapping_ones_are_named():
    beside = read(txt(Plot(rings=[OUTER], area_ha=""), Plot(rings=moved([OUTER], east=240), area_ha="")))
    assert warnings(beside) == []
    assert beside.geometry.is_valid
    over = read(txt(Plot(rings=[OUTER], area_ha=""), Plot(rings=moved([OUTER], east=200), area_ha="")))
    assert warnings(over) == [(None, "geo.parcels_overlap")]
    assert over.area_plane_m2 < 82_800 - 1_000


def test_a_wrong_count_of_points_is_a_notice():
    assert warnings(read(txt().replace("\r\n11,", "\r\n14,"))) == [(13, "geo.count_differs")]


def test_degrees_minutes_and_seconds_are_read():
    head = "坐标系=2000国家大地坐标系\n计量单位=度\n4,,DK1,甲,面,,工业用地,,@\n"
    points = "J1,1,31°50'06.72\",121°38'25.8\"\nJ2,1,31°50′06.72″,121°38′34.9″\nJ3,1,31.8336,121.6420\n"
    reading = read(head + points)
    assert reading.accepted
    assert (reading.crs, reading.crs_found_by) == ("EPSG:4490", "geo.found_by_geographic")
    assert reading.geometry.geoms[0].exterior.coords[0] == pytest.approx((121.6405, 31.8352))


BOW_TIE = [(41371302.0, 3524384.0), (41371542.0, 3524204.0), (41371542.0, 3524384.0), (41371302.0, 3524264.0)]
SPIKE = [*OUTER[:2], (41371700.0, 3524384.0), *OUTER[1:2], *OUTER[2:]]
CROSSING_HOLE = moved([HOLE], east=100)[0]


def replace_line(text, number, line):
    lines = text.split("\r\n")
    lines[number - 1] = line
    return "\r\n".join(lines)


REFUSED = {
    "Xian 1980": (txt(header=header_with(坐标系="1980西安坐标系")), [(5, "datum_xian80")]),
    "Xian 80 in short": (txt(header=header_with(坐标系="西安80")), [(5, "datum_xian80")]),
    "Beijing 1954": (txt(header=header_with(坐标系="1954北京坐标系")), [(5, "datum_beijing54")]),
    "unknown datum": (txt(header=header_with(坐标系="地方坐标系")), [(5, "datum_unknown")]),
    "other projection": (txt(header=header_with(投影类型="墨卡托")), [(7, "projection_unknown")]),
    "other unit": (txt(header=header_with(计量单位="英尺")), [(8, "unit_unknown")]),
    "zone that does not exist": (txt(header=header_with(带号="99")), [(9, "zone_unreadable")]),
    "zone in words": (txt(header=header_with(带号="四十一")), [(9, "zone_unreadable")]),
    "6-degree header with 3-degree zone": (txt(header=header_with(几度分带="6")), [(6, "width_contradicts")]),
    "header zone against eastings": (txt(header=header_with(带号="40")), [(9, "zone_header_differs")]),
    "zone that lands elsewhere": (
        txt(Plot(rings=moved([OUTER, HOLE], east=-1e6)), header=header_with(带号="40")),
        [(9, "zone_contradicts")],
    ),
    "header zone against eastings without zone": (
        txt(Plot(rings=[projected(ring, 4550) for ring in (OUTER, HOLE)]), header=header_with(带号="40")),
        [(9, "zone_contradicts")],
    ),
    "zone that is none": (
        txt(Plot(rings=moved([OUTER, HOLE], east=48e6)), header={"坐标系": "CGCS2000"}),
        [(5, "zone_unknown")],
    ),
    "one point in another zone": (
        txt().replace("41371542.000\r\nJ3", "40371542.000\r\nJ3"),
        [(15, "easting_against_crs"), (17, "self_crossing")],
    ),
    "self-crossing": (txt(Plot(rings=[BOW_TIE], area_ha="")), [(16, "self_crossing")]),
    "spike": (txt(Plot(rings=[SPIKE], area_ha="")), [(16, "self_crossing"), (16, "self_crossing")]),
    "hole across the outline": (
        txt(Plot(rings=[OUTER, CROSSING_HOLE], area_ha="")),
        [(20, "rings_cross")],
    ),
    "two points": (txt(Plot(rings=[OUTER[:2]], area_ha="")), [(14, "too_few_points")]),
    "no points": (txt(Plot(rings=[], area_ha="")), [(13, "part_without_points")]),
    "area off by 0.6 %": (txt(Plot(area_ha="3.9235")), [(13, "area_differs")]),
    "area in square metres": (txt(Plot(area_ha="39000")), [(13, "area_in_m2")]),
    "area in words": (txt(Plot(area_ha="三公顷")), [(13, "area_unreadable")]),
    "count in words": (txt().replace("\r\n11,", "\r\n十一,"), [(13, "count_unreadable")]),
    "doubled point": (txt(Plot(rings=[[*OUTER[:2], *OUTER[1:]], HOLE])), [(16, "doubled_point")]),
    "outside the city": (txt(Plot(rings=moved([OUTER, HOLE], north=200_000))), [(14, "outside_region")]),
    "one point outside the city": (
        txt(Plot(area_ha="")).replace("J3,1,3524204", "J3,1,3724204"),
        [(16, "self_crossing"), (16, "outside_region")],
    ),
    "line of words": (replace_line(txt(), 15, "此处有误"), [(15, "line_unreadable")]),
    "letters in a number": (replace_line(txt(), 15, "J2,1,35243O4.000,41371542.000"), [(15, "line_unreadable")]),
    "not a number": (replace_line(txt(), 15, "J2,1,nan,41371542.000"), [(15, "line_unreadable")]),
    "infinite": (replace_line(txt(), 15, "J2,1,inf,41371542.000"), [(15, "line_unreadable")]),
    "missing number": (replace_line(txt(), 15, "J2,1,3524384.000"), [(15, "line_unreadable")]),
    "no parcel line": (without(txt(), "11,"), [(13, "point_before_parcel")]),
    "line instead of area": (txt().replace(",面,", ",线,"), [(13, "not_an_area")]),
    "words only": ("关于地块的说明", [(1, "line_unreadable")]),
    "header only": (txt().split("[地块坐标]")[0], [(None, "no_parcel")]),
    "same ring twice": (txt(Plot(rings=[OUTER, OUTER], area_ha="")), [(20, "ring_twice")]),
    "millions for easting": (txt(Plot(rings=moved([OUTER, HOLE], east=-36e6))), [(None, "crs_unknown")]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_list_is_refused_with_the_line(name):
    text, expected = REFUSED[name]
    reading = read(text)
    assert not reading.accepted
    assert reading.geometry is None
    assert errors(reading) == [(line, f"geo.{key}") for line, key in expected]


def test_a_hole_across_the_outline_names_both_rings():
    found = read(REFUSED["hole across the outline"][0]).errors
    assert [(p.key, p.line) for p in found] == [("geo.rings_cross", 20)]
    assert found[0].params == {"first": 1, "second": 2}


def test_a_crossing_names_its_edges_and_the_place():
    problem = read(REFUSED["self-crossing"][0]).errors[0]
    assert (problem.params["first"], problem.params["second"]) == ("J1–J2", "J3–J4")
    assert (problem.params["x"], problem.params["y"]) == ("41371398.000", "3524312.000")


def test_every_fault_of_a_file_is_named_at_once():
    text = txt(
        Plot(rings=[[*OUTER[:2], *OUTER[1:]]], area_ha="5.0000"),
        Plot(rings=[BOW_TIE]),
        header=header_with(坐标系="1980西安坐标系"),
    )
    assert errors(read(replace_line(text, 12, "?"))) == [
        (5, "geo.datum_xian80"),
        (12, "geo.line_unreadable"),
        (13, "geo.area_differs"),
        (16, "geo.doubled_point"),
        (24, "geo.self_crossing"),
    ]


def test_the_area_tolerance_is_half_a_percent():
    assert read(txt(Plot(area_ha="3.9194"))).accepted
    assert not read(txt(Plot(area_ha="3.9196"))).accepted
    assert read(txt(Plot(area_ha="3.8806"))).accepted
    assert not read(txt(Plot(area_ha="3.8804"))).accepted


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "file_empty"),
        (b" \r\n", "file_empty"),
        (b"AC1027\x00\x00", "dwg_not_readable"),
        (b"%PDF-1.7", "format_unknown"),
        (b"<html><body>", "format_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        (b"\x00\x00\x27\x0a" + bytes(96), "send_whole_zip"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff", "format_unknown"),
        (b"\xff\xfe\x00", "format_unknown"),
    ],
)
def test_what_is_no_parcel_file_is_refused_with_advice(data, key):
    assert errors(read_parcel(data, "x.txt")) == [(None, f"geo.{key}")]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data):
    reading = read_parcel(data, "x")
    assert reading.accepted == (reading.geometry is not None)


@given(
    st.lists(st.sampled_from([*txt().split("\r\n"), "J1,1,1e5,2", ",,,@", "=", "J9,2,0,0", "-", "面,面,面,面,面"]))
)
def test_no_order_of_lines_makes_the_reader_fail(lines):
    reading = read("\n".join(lines))
    assert reading.accepted == (reading.geometry is not None)
    for problem in reading.problems:
        for lang in LANGUAGES:
            assert problem.message(lang)


def test_the_sample_files_of_the_manual_are_the_generated_ones_and_accepted(pytestconfig):
    for name, data in demo_files().items():
        assert (pytestconfig.rootpath / "docs" / "samples" / name).read_bytes() == data
        reading = read_parcel(data, name)
        assert reading.accepted
        assert reading.problems == ()
        assert reading.parts[0].name == name.removesuffix(".txt")


def test_every_problem_the_reader_can_name_has_a_text(pytestconfig):
    import re

    code = "".join(p.read_text(encoding="utf-8") for p in (pytestconfig.rootpath / "jointreview/geo").glob("*.py"))
    calls = re.findall(r"\b(?:error|warning|say)\(\s*\"(\w+)\"", code)
    named = set(calls) | set(re.findall(r'"(datum_\w+|rings_cross|ring_twice)"', code))
    named |= {key.removeprefix("geo.") for key in re.findall(r'"(geo\.\w+)"', code)}
    assert len(named) > 50
    assert {f"geo.{key}" for key in named} <= set(texts("zh"))
