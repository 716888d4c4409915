"""The rows of CSV files and Excel workbooks, read without trusting either."""

from __future__ import annotations

import csv
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from jointreview.geo.archive import Entries, Refusal, read_entry
from jointreview.geo.crs import Frame
from jointreview.geo.problems import error
from jointreview.geo.raw import MAX_POINTS, RawFile
from jointreview.geo.table import HEADING_ROWS, Row, headings_in, read_bare, read_table
from jointreview.geo.txt import number_of

_MAX_ROWS = MAX_POINTS * 2
_MAX_COLUMNS = 60
_MAX_SHEETS = 50
_MAX_CELL = 200
_MAX_LINE = 20_000
_ROWS_THAT_TELL = 1_000
_SHOWN = 8
_MARKUP = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def csv_rows(text: str) -> Iterator[Row]:
    """Line number and cells of a text table, whatever separates its cells. Raises Refusal for an endless cell."""
    text = text.replace("，", ",").replace("；", ";").replace("\x00", "")
    lines = (line[:_MAX_LINE] for line in io.StringIO(text, newline=None))
    reader = csv.reader(lines, delimiter=_delimiter(text[:20_000]), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell[:_MAX_CELL] for cell in cells]
    except csv.Error as fault:
        raise Refusal(error("csv_quote", reader.line_num)) from fault


def _readable(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows up to the first that cannot be read."""
    try:
        yield from rows
    except Refusal:
        return


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:HEADING_ROWS] if line.strip()]
    # Tabs stand in no cell, while commas mark thousands.
    if 2 * sum("\t" in line for line in lines) > len(lines):
        return "\t"
    return max(",;\t|", key=lambda mark: sum(min(line.count(mark), 20) for line in lines))


def looks_like_table(text: str) -> bool:
    """Has a text the headings of a table of points?"""
    return headings_in(itertools.islice(_readable(csv_rows(text[:50_000])), HEADING_ROWS))


def looks_like_bare_table(text: str) -> bool:
    """Is every line (of so many as tell) two coordinates, perhaps after a name?"""
    count = 0
    for _, cells in itertools.islice(_readable(csv_rows(text)), _ROWS_THAT_TELL):
        if not any(cells):
            continue
        filled = cells[:-1] if len(cells) > 2 and not cells[-1].strip() else cells
        if len(filled) not in (2, 3) or None in [number_of(cell) for cell in filled[-2:]]:
            return False
        count += 1
    return count >= 3


def read_csv(text: str, declared: Frame | None = None) -> RawFile:
    """A text table with headings; never raises."""
    return _or_refused(lambda: read_table(csv_rows(text), declared))


def read_bare_csv(text: str, declared: Frame | None = None) -> RawFile:
    """A text table of names and coordinates alone; never raises."""
    return _or_refused(lambda: read_bare(csv_rows(text), declared))


def _or_refused(read: Callable[[], RawFile]) -> RawFile:
    try:
        return read()
    except Refusal as refusal:
        return RawFile(problems=[refusal.problem])


def read_xlsx(
    archive: zipfile.ZipFile, entries: Entries, data: bytes, sheet: str = "", declared: Frame | None = None
) -> RawFile:
    """The one sheet of a workbook that holds points; `sheet` names it where there are several. Raises Refusal."""
    for path, info in entries:
        # Workbooks have no document type: with one, entities could be expanded without end.
        if path.suffix.lower() in (".xml", ".rels") and _marked_up(read_entry(archive, info)):
            raise Refusal(error("xlsx_unreadable"))
    tables = {name: rows for name, rows in _workbook(data).items() if rows}
    if not tables:
        raise Refusal(error("table_no_points"))
    if sheet.strip():
        if sheet.strip() not in tables:
            raise Refusal(error("sheet_missing", None, sheet=sheet[:60], sheets=_names(tables)))
        return read_table(tables[sheet.strip()], declared)
    fitting = [name for name, rows in tables.items() if headings_in(rows)]
    if len(fitting) > 1:
        raise Refusal(error("sheets_several", None, sheets=_names(fitting)))
    if not fitting:
        raise Refusal(error("table_no_columns"))
    return read_table(tables[fitting[0]], declared)


def _marked_up(content: bytes) -> bool:
    head = content[:2000]
    return bool(_MARKUP.search(head) or _MARKUP.search(head.replace(b"\x00", b"")))


def _names(names: Any) -> str:
    listed = [str(name)[:60] for name in names]
    return "、".join(listed[:_SHOWN]) + ("……" if len(listed) > _SHOWN else "")


def _workbook(data: bytes) -> dict[str, list[Row]]:
    """The rows of each visible sheet. Raises Refusal for what openpyxl cannot read."""
    import openpyxl

    found: dict[str, list[Row]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            total = 0
            for sheet in book.worksheets[:_MAX_SHEETS]:
                rows = sheet.iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
                kept = [
                    (n, [_text(v) for v in row])
                    for n, row in enumerate(rows, start=1)
                    if any(v is not None for v in row)
                ]
                total += len(kept)
                if total > _MAX_ROWS:
                    raise Refusal(error("too_many_points", None, most=MAX_POINTS))
                found[sheet.title] = kept
            book.close()
    except Refusal:
        raise
    # A workbook is a dozen formats in one and openpyxl answers damage with whatever error comes first.
    except Exception as fault:
        raise Refusal(error("xlsx_unreadable")) from fault
    return found


def _text(value: Any) -> str:
    """A cell as a table in a text file would have it."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".") if abs(value) < 1e12 else str(value)
    return str(value)[:_MAX_CELL]
