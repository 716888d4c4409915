"""Tables as .xlsx: a title, the remarks that explain it, frozen heads and plain values; never a formula from data."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from jointreview.paperwork.wording import CHINA

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | float | date | datetime | None
_LONGEST_CELL = 32_767
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WIDEST, _NARROWEST = 60, 8
_HEAD = PatternFill("solid", start_color="FFE8EDF3")
_LINE = Side(style="thin", color="FFC9D1DA")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet: `remarks` stand above the heads, for example the filters in force and the formula of a figure."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    remarks: Sequence[str] = ()


def workbook(*tables: Table) -> bytes:
    """The tables as sheets of one .xlsx file; times in China's time. Raises ValueError without a table."""
    if not tables:
        raise ValueError("a workbook needs a sheet")
    book = Workbook()
    book.remove(book.active)
    for table in tables:
        _write(book.create_sheet(_sheet_name(table.name, book.sheetnames)), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """A name the format allows: at most 31 characters, none of its signs, no double."""
    plain = name.translate(_FORBIDDEN_IN_NAMES).strip("' ")[:31] or "1"
    return plain if plain not in taken else f"{plain[:27]} {len(taken) + 1}"


def _write(sheet: Any, table: Table) -> None:
    _put(sheet.cell(1, 1), table.title).font = Font(bold=True, size=14)
    for n, remark in enumerate(table.remarks, start=2):
        _put(sheet.cell(n, 1), remark).font = Font(color="FF5B6570")
    top = 2 + len(table.remarks)
    for n, head in enumerate(table.heads, start=1):
        cell = _put(sheet.cell(top, n), head)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, Border(bottom=_LINE)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for r, row in enumerate(table.rows, start=top + 1):
        for n, value in enumerate(row, start=1):
            cell = _put(sheet.cell(r, n), value)
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    for n in range(1, len(table.heads) + 1):
        sheet.column_dimensions[get_column_letter(n)].width = _width(table, n - 1)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    if table.rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(table.heads))}{top + len(table.rows)}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"


def _put(cell: Any, value: Value) -> Any:
    """Text stays text: what begins with `=` is no formula, and signs the format forbids are left out."""
    if isinstance(value, datetime):
        cell.value, cell.number_format = value.astimezone(CHINA).replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _width(table: Table, n: int) -> float:
    """Wide enough for the longest line of the column within reason; a Chinese character takes two places."""
    texts = [table.heads[n], *(row[n] for row in table.rows if n < len(row))]
    longest = max(_places(text) for text in texts)
    return float(min(max(longest + 2, _NARROWEST), _WIDEST))


def _places(value: Value) -> int:
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    lines = str("" if value is None else value).split("\n")
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines)
