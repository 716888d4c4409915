"""Bordered tables of fixed column widths: cells of lines and pictures, spans, repeated header rows."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from jointreview.paperwork import style
from jointreview.paperwork.images import Picture
from jointreview.paperwork.wording import clean

POINTS_PER_CM = 28.35
# A row that would fill more lines than this may break across pages; shorter rows stay whole.
_WHOLE_ROW_LINES = 22
# A table of about this many lines stays on one page, which holds some 37; padding takes part of a line in each row.
_WHOLE_TABLE_LINES = 24
_PADDING_LINES = 0.4


@dataclass(frozen=True)
class Line:
    """A text in one of the paragraph styles; line ends inside it start new paragraphs."""

    text: str
    style: str = style.CELL


Content = str | Line | Picture | tuple[Line | Picture, ...]


@dataclass(frozen=True)
class Span:
    """Content over several columns."""

    content: Content
    columns: int


Row = Sequence[Content | Span]


def label(text: str) -> Line:
    """A heading inside a table."""
    return Line(text, style.LABEL)


def centred(text: str) -> Line:
    """A short value in the middle of its cell."""
    return Line(text, style.CENTRED)


def add_table(
    where: Any, widths: Sequence[float], rows: Sequence[Row], headers: int = 0, borders: bool = True
) -> Any:
    """Add a table to a document; `widths` in cm, the first `headers` rows repeat on every page.

    Raises ValueError for a row whose cells do not fill the columns.
    """
    table = where.add_table(rows=0, cols=len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.style = "Table Grid" if borders else "Normal Table"
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _inner_margins(table)
    lines = 0.0
    for index, row in enumerate(rows):
        added = table.add_row()
        lines += _fill_row(added, row, widths) + _PADDING_LINES
        if index < headers:
            _mark(added, "w:tblHeader")
            keep_row(added)
    _keep_together(table, whole=lines <= _WHOLE_TABLE_LINES)
    return table


def _fill_row(added: Any, row: Row, widths: Sequence[float]) -> float:
    """Write a row; gives about how many lines it fills."""
    column, longest = 0, 0.0
    cells = added.cells
    for entry in row:
        content, columns = (entry.content, entry.columns) if isinstance(entry, Span) else (entry, 1)
        if column + columns > len(widths):
            raise ValueError(f"a row is wider than its table: {row!r}")
        width = sum(widths[column : column + columns])
        cell = cells[column] if columns == 1 else cells[column].merge(cells[column + columns - 1])
        cell.width = Cm(width)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        parts = _parts(content)
        fill_cell(cell, parts)
        longest = max(longest, sum(_lines(part, width) for part in parts))
        column += columns
    if column != len(widths):
        raise ValueError(f"a row is narrower than its table: {row!r}")
    if longest <= _WHOLE_ROW_LINES:
        _mark(added, "w:cantSplit")
    return longest


def _keep_together(table: Any, *, whole: bool) -> None:
    """A short table stays on one page; a long one does not leave its last row alone on the next."""
    rows = list(table.rows)
    for row in rows[:-1] if whole else rows[-2:-1]:
        keep_row(row)


def keep_row(row: Any) -> None:
    """Keep a row on the page of what follows it."""
    for paragraph in (p for cell in row.cells for p in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True


def _parts(content: Content) -> tuple[Line | Picture, ...]:
    if isinstance(content, str):
        return (Line(content),)
    return content if isinstance(content, tuple) else (content,)


def fill_cell(cell: Any, parts: Sequence[Line | Picture]) -> None:
    """Write lines and pictures into a cell, each in a paragraph of its own."""
    fresh = cell.paragraphs[0]
    for part in parts:
        if isinstance(part, Picture):
            paragraph = fresh or cell.add_paragraph()
            style.dress(paragraph, style.CENTRED)
            add_picture(paragraph, part)
            fresh = None
            continue
        for text in clean(part.text).split("\n"):
            paragraph = fresh or cell.add_paragraph()
            style.dress(paragraph, part.style)
            paragraph.add_run(text)
            fresh = None


def add_picture(paragraph: Any, picture: Picture) -> None:
    """Put a picture at the end of a paragraph."""
    paragraph.add_run().add_picture(io.BytesIO(picture.data), Cm(picture.width_cm), Cm(picture.height_cm))


def text_width(text: str) -> float:
    """The width of a text in whole Chinese characters; Latin letters count half."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def _lines(part: Line | Picture, width_cm: float) -> float:
    """About how many lines of a cell this fills."""
    if isinstance(part, Picture):
        return part.height_cm / 0.6
    per_line = max(1.0, (width_cm - 0.3) * POINTS_PER_CM / style.FACES[part.style].size)
    return sum(max(1, -(-text_width(text) // per_line)) for text in part.text.split("\n"))


def _inner_margins(table: Any) -> None:
    """A little air: 0.1 cm above and below, 0.15 cm beside the text."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 57), ("left", 85), ("bottom", 57), ("right", 85)):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(twips))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
