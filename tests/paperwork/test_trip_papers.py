"""Dispatch and attendance sheets: everything a driver and a signatory need, on few pages."""

from __future__ import annotations

import io

import pytest
from docx import Document
from pypdf import PdfReader

from jointreview.paperwork import build, images
from jointreview.paperwork.pdf import to_pdf
from tests.paperwork import trip_samples as samples
from tests.paperwork.test_documents import pictures, words


def rows(docx: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in Document(io.BytesIO(docx)).tables for row in table.rows]


def test_the_dispatch_sheet_has_car_crew_with_seats_stops_in_order_and_room_to_sign():
    paper = samples.dispatch()
    docx = build.dispatch_sheet(paper)
    text, found = words(docx), rows(docx)
    assert "派车单（路线单）" in text and "61.4公里，行车88分钟" in text and "6人（座位7个）" in text
    crew = [row for row in found if row[0].isdigit() and len(row) == 5 and row[3].startswith("139")]
    assert [row[0] for row in crew] == [str(n) for n in range(1, 7)]
    assert crew[0][2].endswith("（领队）") and crew[0][4] == "已接受"
    stops = [row[1] for row in found if len(row) == 5 and "QD2026" in row[2]]
    assert stops == ["08:47\n09:22", "09:40\n10:20", "10:41\n11:06"]
    assert {"驾驶员签名", "领队签名", "出车里程表", "回车里程表"} <= {cell for row in found for cell in row}
    assert images.qr_png(paper.verify_url) in pictures(docx) and "核验码" not in text
    assert docx == build.dispatch_sheet(samples.dispatch())


def test_a_trip_of_six_officers_and_three_stops_is_one_sheet_of_paper():
    assert len(PdfReader(io.BytesIO(to_pdf(build.dispatch_sheet(samples.dispatch())))).pages) == 2


def test_the_attendance_sheet_says_who_came_how_and_when_and_who_did_not():
    docx = build.attendance_sheet(samples.attendance())
    found = rows(docx)
    assert [row[2:4] for row in found if row[0] == "自然资源和规划局"] == [["未到场", ""], ["", ""], ["", ""]]
    assert ["08:49", "现场定位"] in [row[2:4] for row in found if row[0] == "气象局"]
    assert sum(row[0] == "建设单位（申请人）" for row in found) == 6
    assert [f"第{n}站" in words(docx) for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_paper_of_a_trip_without_stops_or_crew_is_refused():
    for lacking in ({"stops": ()}, {"riders": ()}):
        with pytest.raises(ValueError, match="says nothing without"):
            samples.dispatch(**lacking)
