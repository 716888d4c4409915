"""Tables as .xlsx: what a person reads when opening them, and that data never becomes a formula."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from jointreview.paperwork.xlsx import Table, workbook


def _opened(*tables: Table):
    return load_workbook(io.BytesIO(workbook(*tables)))


def _table(rows=(("甲", 1),), name="督办清单", remarks=("2026年11月",)) -> Table:
    return Table(name=name, title="督办单清单", heads=("单位", "件数"), rows=rows, remarks=remarks)


def test_title_remarks_heads_and_rows_stand_one_below_the_other():
    sheet = _opened(_table()).active
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["督办单清单", None],
        ["2026年11月", None],
        ["单位", "件数"],
        ["甲", 1],
    ]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:B4"


def test_dates_stay_dates_and_times_are_those_of_china():
    rows = ((date(2026, 11, 26), datetime(2026, 11, 26, 16, 30, tzinfo=UTC)),)
    first, second = _opened(_table(rows)).active[4]
    assert first.value == datetime(2026, 11, 26)
    assert second.value == datetime(2026, 11, 27, 0, 30)


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "@SUM(A1)"])
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    cell = _opened(_table(((text, 1),))).active["A4"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_signs_the_format_forbids_are_left_out():
    assert _opened(_table((("a\x0bb\x00c", 1),))).active["A4"].value == "abc"


def test_sheets_of_one_name_and_names_with_forbidden_signs_are_told_apart():
    assert _opened(_table(name="a/b"), _table(name="a/b")).sheetnames == ["a b", "a b 2"]


def test_a_table_without_rows_still_shows_its_heads():
    sheet = _opened(_table(rows=())).active
    assert [c.value for c in sheet[3]] == ["单位", "件数"]


def test_a_workbook_without_a_sheet_is_refused():
    with pytest.raises(ValueError, match="sheet"):
        workbook()
