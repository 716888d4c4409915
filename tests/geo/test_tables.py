"""Tables of points in CSV and Excel: headings in any order and language, every encoding, faults by row and column."""

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointreview.geo.parcel import read_parcel
from jointreview.geo.table import columns_of
from tests.geo.drawings import HEADINGS, POINTS, csv_table, packed, xlsx
from tests.geo.samples import HOLE, LONDON, OUTER, degrees, projected

LONLAT = [(name, ring, *degrees([(east, north)])[0]) for name, ring, north, east in POINTS]


def read(data, name="界址点.csv", **options):
    return read_parcel(data.encode() if isinstance(data, str) else data, name, **options)


def keys(reading):
    return [problem.key for problem in reading.problems]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "，", "|"])
def test_every_encoding_and_separator(encoding, mark):
    reading = read(csv_table(mark=mark).encode(encoding))
    assert keys(reading) == []
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    assert reading.parts[0].ring_count == 2


@pytest.mark.parametrize(
    ("headings", "north_first"),
    [
        (("点号", "圈号", "X", "Y"), True),
        (("点号", "圈号", "纵坐标", "横坐标"), True),
        (("点号", "圈号", "横坐标", "纵坐标"), False),
        (("界址点号", "环号", "纵坐标X（m）", "横坐标Y（m）"), True),
        (("界址点号", "环号", "北坐标(米)", "东坐标(米)"), True),
        (("Point No.", "Ring", "Easting", "Northing"), False),
        (("ID", "ring", "N", "E"), True),
        (("点名", "圈号", "X坐标", "Y坐标"), True),
        (("点名", "圈号", "Ｘ", "Ｙ"), True),
    ],
)
def test_headings_say_which_column_is_which(headings, north_first):
    rows = [(n, r, *((x, y) if north_first else (y, x))) for n, r, x, y in POINTS]
    for data in (csv_table(headings, rows).encode("gbk"), xlsx(("Sheet1", [headings, *rows]))):
        reading = read(data)
        assert keys(reading) == []
        assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


@pytest.mark.parametrize(
    ("headings", "lon_first"),
    [
        (("点号", "圈号", "经度", "纬度"), True),
        (("no", "ring", "Lat", "Lon"), False),
        (("点号", "圈号", "B", "L"), False),
    ],
)
def test_longitude_and_latitude_in_either_order(headings, lon_first):
    rows = [(n, r, *((lon, lat) if lon_first else (lat, lon))) for n, r, lon, lat in LONLAT]
    reading = read(csv_table(headings, rows))
    assert keys(reading) == []
    assert reading.crs == "EPSG:4490"
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


def dms(value):
    degree, rest = divmod(value * 3600, 3600)
    minute, second = divmod(rest, 60)
    return f"{int(degree)}°{int(minute)}′{second:.6f}″"


def test_degrees_minutes_and_seconds():
    rows = [(n, r, dms(lon), dms(lat)) for n, r, lon, lat in LONLAT]
    assert read(csv_table(("点号", "圈号", "经度", "纬度"), rows)).area_geodesic_m2 == pytest.approx(
        38_984.1, abs=0.1
    )


def test_directions_and_marked_thousands():
    rows = [(n, r, f"{dms(lon)}E", f"北纬{dms(lat)}") for n, r, lon, lat in LONLAT]
    assert read(csv_table(("点号", "圈号", "经度", "纬度"), rows, mark="\t")).accepted
    rows = [(n, r, f"{x:,.3f}", f"{y:,.3f}") for n, r, x, y in POINTS]
    assert read(csv_table(rows=rows, mark="\t")).area_plane_m2 == pytest.approx(39_000, abs=1e-6)
    west = [(n, f"{-x}W", f"{y}N") for n, (x, y) in enumerate(LONDON)]
    assert read(csv_table(("id", "lon", "lat"), west), declared_epsg=4326).bbox[0] == pytest.approx(-0.1186)


def test_columns_under_the_wrong_headings_are_exchanged_with_a_notice():
    for headings in (("点号", "圈号", "Y", "X"), ("点号", "圈号", "横坐标", "纵坐标")):
        reading = read(csv_table(headings))
        assert keys(reading) == ["geo.swapped"]
        assert reading.problems[0].line == 2
        assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_x_and_y_of_other_countries_and_of_degrees_are_east_and_north():
    ring = [(530_000, 180_000), (530_100, 180_000), (530_100, 180_100), (530_000, 180_100)]
    table = csv_table(("id", "X", "Y"), [(n, *p) for n, p in enumerate(ring)])
    reading = read(table, declared_epsg=27700)
    assert reading.accepted
    assert reading.bbox[1] == pytest.approx(51.50, abs=0.01)
    london = read(csv_table(("id", "x", "y"), [(n, *p) for n, p in enumerate(LONDON)]), declared_epsg=4326)
    assert keys(london) == ["geo.outside_region"]
    assert london.bbox[0] == pytest.approx(-0.1186)


def test_plane_columns_go_before_degrees_in_the_same_table():
    rows = [(n, r, x, y, lon, lat) for (n, r, x, y), (_, _, lon, lat) in zip(POINTS, LONLAT, strict=True)]
    assert read(csv_table((*HEADINGS[:2], "纵坐标", "横坐标", "经度", "纬度"), rows)).crs == "EPSG:4529"


@pytest.mark.parametrize("epsg", [4528, 4549, 4550])
def test_the_system_is_found_as_in_point_lists(epsg):
    rows = [(n, y, x) for n, (x, y) in enumerate(projected(OUTER, epsg))]
    assert read(csv_table(("点号", "X", "Y"), rows)).crs == f"EPSG:{epsg}"


def test_rings_end_where_the_first_point_is_repeated():
    rings = [[*ring, ring[0]] for ring in (OUTER, HOLE)]
    rows = [(n, y, x) for n, (x, y) in enumerate(p for ring in rings for p in ring)]
    reading = read(csv_table(("点号", "X", "Y"), rows))
    assert keys(reading) == []
    assert reading.parts[0].ring_count == 2
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_a_parcel_column_makes_parcels():
    rows = [("DK1", "甲", n, y, x) for n, (x, y) in enumerate(OUTER)]
    rows += [("DK2", "乙", n, y, x + 1000) for n, (x, y) in enumerate(OUTER)]
    reading = read(csv_table(("地块编号", "地块名称", "点号", "X", "Y"), rows))
    assert [(p.number, p.name, round(p.area_plane_m2)) for p in reading.parts] == [
        ("DK1", "甲", 41_400),
        ("DK2", "乙", 41_400),
    ]


def test_titles_blank_rows_repeated_headings_and_sums_are_no_points():
    rows = [["启东市宗地界址点坐标表"], [], HEADINGS, *POINTS[:4], [], HEADINGS, *POINTS[4:], ["合计", "", "", ""]]
    for data in (xlsx(("表", rows)), "\n".join(",".join(map(str, row)) for row in rows).encode("gbk")):
        reading = read(data)
        assert keys(reading) == ["geo.rows_skipped"]
        assert reading.problems[0].line == len(rows)
        assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_a_table_without_headings_is_read_with_a_notice():
    rows = [f"J{n},{y},{x}" for n, (x, y) in enumerate(OUTER, start=1)]
    for text in ("\n".join(rows), "\n".join(row.split(",", 1)[1] for row in rows)):
        reading = read(text)
        assert keys(reading) == ["geo.table_no_headings"]
        assert reading.area_plane_m2 == pytest.approx(41_400, abs=1e-6)


def test_a_workbook_with_several_tables_asks_which():
    data = xlsx(("甲地块", [HEADINGS, *POINTS]), ("乙地块", [HEADINGS, *POINTS[:5]]), ("说明", [["坐标系 CGCS2000"]]))
    assert read(data).problems[0].message("zh") == "有多个工作表都含界址点，请指定工作表。可选：甲地块、乙地块"
    assert read(data, layer="乙地块").area_plane_m2 == pytest.approx(41_400, abs=1e-6)
    assert keys(read(data, layer="丙")) == ["geo.sheet_missing"]


BAD_ROWS = {
    "text for a number": (("J3", 1, "abc", 41371542), 4, "cell_unreadable", "“X”列的“abc”不是坐标数值"),
    "an error of Excel": (("J3", 1, "#REF!", 41371542), 4, "cell_unreadable", "“X”列的“#REF!”不是坐标数值"),
    "nothing": (("J3", 1, 3524204, ""), 4, "cell_empty", "“Y”列没有坐标；如由公式算出，请先转为数值"),
    "not a number": (("J3", 1, "nan", 41371542), 4, "cell_unreadable", "“X”列的“nan”不是坐标数值"),
    "far too large": (("J3", 1, "9" * 400, 41371542), 4, "cell_unreadable", "不是坐标数值"),
    "the point before": (POINTS[1], 4, "doubled_point", "点 J2 与前一点重合"),
    "crossing": (("J3", 1, 3524500, 41371400), 4, "self_crossing", "边界自相交：边 J1–J2 与边 J3–J5"),
    "elsewhere": (("J3", 1, 3324204, 41371542), 4, "outside_region", "1 个点不在本市范围内"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_faults_are_told_with_row_and_column(name):
    row, line, key, words = BAD_ROWS[name]
    rows = [*POINTS[:2], row, *POINTS[3:5]] if name != "crossing" else [*POINTS[:2], row, POINTS[4], POINTS[2]]
    for data in (csv_table(rows=rows).encode("gbk"), xlsx(("表", [HEADINGS, *rows]))):
        problem = next(p for p in read(data).errors if p.key == f"geo.{key}")
        assert words in problem.message("zh")
        assert problem.line == line


def test_old_systems_named_above_the_table_are_refused():
    for title, key in (("西安80坐标系", "datum_xian80"), ("坐标系：1954年北京坐标系", "datum_beijing54")):
        reading = read(xlsx(("表", [[title], HEADINGS, *POINTS])))
        assert [(p.key, p.line) for p in reading.errors] == [(f"geo.{key}", 1)]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (csv_table(rows=[]), "table_no_points"),
        (csv_table(rows=[(n, 1, 3524384 + n % 7, 41371302) for n in range(20_001)]), "too_many_points"),
        (xlsx(("空", [])), "table_no_points"),
        (xlsx(("表", [["姓名", "电话"], ["张三", 1]])), "table_no_columns"),
        (xlsx(("表", [["点号", "X"], *POINTS])), "table_no_columns"),
        (xlsx()[:1500], "zip_unreadable"),
        (packed({"[Content_Types].xml": "x", "xl/workbook.xml": "<a"}), "xlsx_unreadable"),
        (
            packed({"[Content_Types].xml": "x", "xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>"}),
            "xlsx_unreadable",
        ),
        (packed({"xl/workbook.xml": "x", "xl/sharedStrings.xml": "a" * (70 * 2**20)}), "zip_too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
    ],
)
def test_what_holds_no_points_is_refused(data, key):
    reading = read(data)
    assert f"geo.{key}" in [p.key for p in reading.errors]
    assert reading.geometry is None


def test_a_cell_far_down_costs_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    for point in POINTS:
        book.active.append(point)
    book.active["A1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert read((tmp_path / "a.xlsx").read_bytes()).accepted


def test_a_quote_that_never_closes_is_a_fault_and_no_crash():
    for rest in ("", "a\n" * 200_000):
        reading = read(csv_table().replace("J3", '"J3') + rest)
        assert [(p.key, p.line) for p in reading.errors if p.key == "geo.csv_quote"]
        assert reading.geometry is None


def test_a_line_without_end_is_cut():
    assert read(csv_table() + "," * 3_000_000).accepted


@given(st.lists(st.text(max_size=8), max_size=8))
def test_any_row_is_headings_or_not(cells):
    found = columns_of(cells)
    assert found is None or found.pair is not None


BOOK = xlsx()


@settings(max_examples=60)
@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=3))
def test_no_spoiled_byte_of_a_workbook_makes_the_reader_fail(at, spoil):
    reading = read(BOOK[:at] + spoil + BOOK[at + len(spoil) :])
    assert reading.accepted == (reading.geometry is not None)
