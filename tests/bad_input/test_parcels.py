"""Wrong parcels: refused with the line or edge, or put right with a warning a person can see."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jointreview.models import base
from jointreview.models.project import Parcel
from jointreview.text import tr
from tests.bad_input.drafting import Draft, told
from tests.geo import drawings, samples
from tests.storage.samples import pdf

BOW: samples.Ring = [
    (41371302.0, 3524384.0),
    (41371542.0, 3524204.0),
    (41371542.0, 3524384.0),
    (41371302.0, 3524204.0),
]


def read(draft: Draft, name: str, content: bytes, lang: str = "zh", **options: Any):
    """Upload the file and read the parcel from it."""
    sent = draft.house.upload("applicant", name, content)
    assert sent.status_code == 200, sent.text
    args = {"case_id": draft.case_id, "upload_id": sent.json()["upload_id"], **options}
    return draft.house.ask(
        "applicant", "POST", "/api/commands/ReadParcel", params={"lang": lang}, json={"args": args}
    )


def parcel(answer: Any) -> Parcel:
    assert answer.status_code == 200, answer.text
    with base.reading() as session:
        found = session.get(Parcel, answer.json()["value"]["parcel_id"])
    assert found is not None
    return found


def swapped() -> bytes:
    """The example with its two coordinate columns exchanged."""
    lines = samples.txt(samples.Plot(rings=[samples.OUTER], area_ha="4.1400")).splitlines()
    turned = []
    for line in lines:
        cells = line.split(",")
        if line.startswith("J"):
            line = ",".join([*cells[:2], cells[3], cells[2]])
        turned.append(line)
    return "\r\n".join(turned).encode("gbk")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "边界自相交：边 J1–J2 与边 J3–J4 在（东 41371422.000，北 3524294.000）处相遇"),
        ("en", "The boundary crosses itself: edge J1–J2 meets edge J3–J4 at (E 41371422.000, N 3524294.000)"),
    ],
)
def test_a_boundary_that_crosses_itself_is_refused_with_its_edges(draft: Draft, lang: str, text: str):
    answer = read(draft, "红线.txt", samples.txt(samples.Plot(rings=[BOW])).encode("gbk"), lang)
    assert text in told(answer).values()
    assert all(place.startswith("红线.txt") for place in told(answer))


def test_exchanged_columns_are_put_right_and_the_applicant_is_told(draft: Draft):
    found = parcel(read(draft, "颠倒.txt", swapped()))
    assert 121.4 < found.min_lon < found.max_lon < 122.0
    keys = [note["key"] for note in found.notes]
    assert "geo.swapped" in keys
    assert tr("zh", "geo.swapped") == "纵、横坐标两列颠倒，已自动对调，请核对图上位置"


def test_names_in_gbk_arrive_as_they_were_written(draft: Draft):
    plot = samples.Plot(name="启东示例地块一", use="工业用地")
    of_txt = parcel(read(draft, "坐标.txt", samples.txt(plot).encode("gbk")))
    of_zip = parcel(read(draft, "成果.zip", samples.shapefile_zip(plot)))
    assert of_txt.parts[0]["name"] == of_zip.parts[0]["name"] == "启东示例地块一"
    assert abs(of_txt.area_plane_m2 - of_zip.area_plane_m2) < 0.01


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "这不是坐标文件，只是一段说明文字。".encode()),
        ("b.txt", b"J1,1,3524384.000,41371302.000\nJ2,1,abc,41371302.000\n"),
        ("c.txt", b"J1,1,3524384.000,41371302.000\nJ2,1,3524384.000,41371542.000\n"),
        ("d.txt", b"J1,1,nan,inf\nJ2,1,1e999,2\nJ3,1,0,0\n"),
        ("e.geojson", b'{"type": "FeatureCollection", "features": []}'),
        ("f.geojson", b'{"type": "Point", "coordinates": [121.6, 31.8]}'),
        ("g.geojson", b'{"type": "Polygon", "coordinates": [[["a", 1], [2, null], [3, 4], ["a", 1]]]}'),
        ("h.geojson", b'{"type": "Polygon", "coordinates": ' + b"[" * 900 + b"]" * 900 + b"}"),
        ("i.zip", samples.cp936_zip({"地块.shp": b"x", "地块.shx": b"x", "地块.dbf": b"x"})),
    ],
)
def test_a_file_that_holds_no_parcel_is_refused_with_a_reason(draft: Draft, name: str, content: bytes):
    for lang in ("zh", "en"):
        answer = read(draft, name, content, lang)
        assert answer.status_code == 422
        assert all(told(answer).values()) and all(place.startswith(name) for place in told(answer))


def test_every_format_is_uploaded_and_read(draft: Draft):
    for name, content in (
        ("红线.dxf", drawings.dxf()),
        ("红线.kml", drawings.kml().encode()),
        ("红线.kmz", drawings.packed({"doc.kml": drawings.kml()})),
        ("界址点.csv", drawings.csv_table().encode("gbk")),
        ("界址点.xlsx", drawings.xlsx()),
    ):
        assert abs(parcel(read(draft, name, content)).area_geodesic_m2 - 38_984.1) < 0.1, name


def test_a_drawing_with_two_red_lines_asks_for_the_layer_and_reads_the_one_named(draft: Draft):
    two = drawings.dxf(drawings.all_of(drawings.polylines(), drawings.polylines([samples.OUTER], "宗地")))
    for lang, text in (
        ("zh", "有多个图层可能是用地红线，请指定图层。可选：用地红线、宗地"),
        ("en", "Several layers may be the parcel boundary; name the layer. There are: 用地红线、宗地"),
    ):
        assert told(read(draft, "红线.dxf", two, lang)) == {"红线.dxf": text}
    assert abs(parcel(read(draft, "红线.dxf", two, layer="宗地")).area_plane_m2 - 41_400) < 0.01


def test_a_fault_of_a_drawing_names_line_and_entity(draft: Draft):
    [place] = told(read(draft, "红线.dxf", drawings.dxf(drawings.polylines([BOW]))))
    assert re.fullmatch(r"红线\.dxf:\d+#[0-9A-F]+", place)


def test_a_pdf_is_no_parcel(draft: Draft):
    answer = read(draft, "红线.pdf", pdf())
    assert answer.status_code == 422 and all(told(answer).values())


def test_a_system_nobody_knows_is_refused(draft: Draft):
    content = samples.txt().encode("gbk")
    for epsg in (1, 99_999, 2_000_000_000):
        assert "declared_epsg" in told(read(draft, "a.txt", content, declared_epsg=epsg))
    unknown = read(draft, "a.txt", content, declared_epsg=9999)
    assert unknown.status_code == 422 and all(told(unknown).values())
