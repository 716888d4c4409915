"""Broken files of every kind with the exact words people are told, in both languages, and the place in the file."""

import pytest

from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import POINTS, csv_table, dxf, kml, packed, polylines, xlsx
from tests.geo.samples import OUTER, degrees

BOW = [OUTER[0], OUTER[2], OUTER[1], OUTER[3]]
D = dxf().replace(b"\r\n", b"\n")


def listed(ring):
    return [(f"J{n}", 1, y, x) for n, (x, y) in enumerate(ring, start=1)]


BROKEN = {
    "DXF cut off": (
        D[: D.index(b"41371542.0")],
        2046,
        "",
        "DXF 文件在此处中断，内容不完整，请重新导出后上传",
        "The DXF file breaks off here; export it again",
    ),
    "DXF of nothing": (
        b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n",
        None,
        "",
        "图纸中没有多段线、直线、圆弧或填充，请核对文件",
        "The drawing has no polylines, lines, arcs or hatches; check the file",
    ),
    "DXF that crosses itself": (
        dxf(polylines([BOW])).replace(b"\r\n", b"\n"),
        2025,
        "2F",
        "边界自相交：边 2F/1–2F/2 与边 2F/3–2F/4 在（东 41371439.143，北 3524281.143）处相遇",
        "The boundary crosses itself: edge 2F/1–2F/2 meets edge 2F/3–2F/4 at (E 41371439.143, N 3524281.143)",
    ),
    "DXF with a doubled corner": (
        dxf(polylines([[OUTER[0], *OUTER]])),
        2025,
        "2F",
        "点 2F/2 与前一点重合",
        "Point 2F/2 falls on the point before it",
    ),
    "DWG": (
        b"AC1032\x00\x00",
        None,
        "",
        "a.dat 是 DWG 图纸，不能读取坐标。请在 CAD 中另存为 DXF（2018 或更早版本）后上传",
        "a.dat is a DWG drawing, whose coordinates cannot be read. Save "
        "it as DXF (2018 or earlier) in the CAD program and send that",
    ),
    "KML cut off": (
        kml()[:-30].encode(),
        8,
        "",
        "XML 在此行第 56 列附近有错或不完整，请重新导出",
        "The XML is wrong or incomplete near column 56 of this line; export it again",
    ),
    "KML with entities": (
        kml(head='<!DOCTYPE kml [<!ENTITY a "b">]>\n').encode(),
        2,
        "",
        "XML 含有 DOCTYPE 声明，KML 不应有此内容，不予读取",
        "The XML has a DOCTYPE, which KML never has; it is not read",
    ),
    "KML that crosses itself": (
        kml([degrees(BOW)]).encode(),
        4,
        "启东示例地块一",
        "边界自相交：边 1/1–1/2 与边 1/3–1/4 在（东 121.6419627，北 31.8342881）处相遇",
        "The boundary crosses itself: edge 1/1–1/2 meets edge 1/3–1/4 at (E 121.6419627, N 31.8342881)",
    ),
    "KMZ that is a bomb": (
        packed({"doc.kml": " " * (70 * 2**20)}),
        None,
        "",
        "压缩包解开后超过 64 MB，或压缩比异常，不予打开",
        "The archive unpacks to more than 64 MB or is compressed abnormally; it is not opened",
    ),
    "KMZ cut off": (
        packed({"doc.kml": kml()})[:200],
        None,
        "",
        "文件（zip、KMZ 或 XLSX）已损坏或不完整，无法打开，请重新导出或压缩后上传",
        "The file (zip, KMZ or XLSX) is damaged or incomplete and cannot be opened; export or zip it again",
    ),
    "CSV with a word": (
        csv_table(rows=[*POINTS[:2], ("J3", 1, "abc", 41371542)]).encode(),
        4,
        "",
        "“X”列的“abc”不是坐标数值",
        '"abc" in the column "X" is not a coordinate',
    ),
    "CSV with a doubled point": (
        csv_table(rows=[POINTS[0], *POINTS[:5]]).encode(),
        3,
        "",
        "点 J1 与前一点重合",
        "Point J1 falls on the point before it",
    ),
    "CSV that crosses itself": (
        csv_table(rows=listed(BOW)).encode(),
        4,
        "",
        "边界自相交：边 J1–J2 与边 J3–J4 在（东 41371439.143，北 3524281.143）处相遇",
        "The boundary crosses itself: edge J1–J2 meets edge J3–J4 at (E 41371439.143, N 3524281.143)",
    ),
    "CSV of headings": (
        csv_table(rows=[]).encode(),
        None,
        "",
        "表中没有界址点",
        "The table holds no boundary points",
    ),
    "XLSX cut off": (
        xlsx()[:800],
        None,
        "",
        "文件（zip、KMZ 或 XLSX）已损坏或不完整，无法打开，请重新导出或压缩后上传",
        "The file (zip, KMZ or XLSX) is damaged or incomplete and cannot be opened; export or zip it again",
    ),
    "XLSX without columns": (
        xlsx(("a", [["姓名", "电话"]])),
        None,
        "",
        "找不到坐标列。表头应有 X、Y（或纵坐标、横坐标，或经度、纬度）",
        "No columns of coordinates were found. The headings X, Y "
        "(or northing, easting, or longitude, latitude) are wanted",
    ),
    "XLS": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        None,
        "",
        "a.dat 是旧版 Excel（XLS）、带密码的工作簿或其他 Office 文件，请另存为 XLSX 或 CSV 后上传",
        "a.dat is an old Excel (XLS), a protected workbook or "
        "other Office file; save it as XLSX or CSV and send that",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        None,
        "",
        "无法识别文件 a.dat。请提供国土界址点 TXT、DXF、KML 或 KMZ、GeoJSON、"
        "坐标表（CSV、XLSX），或含 .shp .shx .dbf 的压缩包（zip）",
        "The file a.dat is not recognised. Send the land bureau's point list (TXT), DXF, "
        "KML or KMZ, GeoJSON, a table of points (CSV, XLSX), or a zip with .shp .shx .dbf",
    ),
    "nothing": (
        b"",
        None,
        "",
        "文件 a.dat 是空的，请重新导出后上传",
        "The file a.dat is empty; export it again",
    ),
    "far too much": (
        bytes(32 * 2**20 + 1),
        None,
        "",
        "文件超过 32 MB，地块坐标文件不应这样大，请检查是否选错文件",
        "The file is larger than 32 MB; no parcel file is that large, check that it is the right one",
    ),
}
"""By what is wrong: the file, line, entity and both messages of the first finding."""


@pytest.mark.parametrize("name", BROKEN)
def test_the_words_about_a_broken_file(name):
    data, line, entity, chinese, english = BROKEN[name]
    reading = read_parcel(data, "a.dat")
    first = reading.problems[0]
    assert (first.line, first.entity) == (line, entity)
    assert first.message("zh") == chinese
    assert first.message("en") == english
    assert reading.accepted == (name == "DXF with a doubled corner")
    assert (reading.geometry is None) == (not reading.accepted)
