"""Office files as PDF by LibreOffice, for the worker alone; a workbook it cannot read is shown as a table."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from jointreview.domain.problems import Refused
from jointreview.paperwork.pdf import to_pdf
from jointreview.preview import lines, svg
from jointreview.preview.faults import Unshowable

_SECONDS = 80
_MOST_UNPACKED = 600 * 1024**2
_OUTSIDE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*?/?>", re.IGNORECASE)
_LINK = re.compile(rb"relationships/hyperlink[\"']", re.IGNORECASE)
_SHEETS, _ROWS, _COLUMNS, _CELL = 10, 600, 30, 40


def prepare(source: Path, folder: Path) -> dict[str, Any]:
    """The pages of a document or a workbook."""
    from jointreview.preview import raster

    ending = "xlsx" if _is_workbook(source) else "docx"
    try:
        made = to_pdf(_without_outside(source), _SECONDS, ending)
    except Refused as refusal:
        if ending == "xlsx":
            return _as_table(source, folder)
        raise Unshowable("office_missing" if "missing" in refusal.problems[0].key else "office_failed") from None
    pdf = folder / "made.pdf"
    pdf.write_bytes(made)
    return raster.prepare_pdf(pdf, folder)


def _is_workbook(source: Path) -> bool:
    try:
        with zipfile.ZipFile(source) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        raise Unshowable("broken") from None


def _without_outside(source: Path) -> bytes:
    """The document without anything that lies in other files or on other hosts; links stay, nobody follows them."""
    out = source.with_name("inside")
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
            raise Unshowable("too_much")
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename.endswith(".rels"):
                content = _OUTSIDE.sub(lambda found: found[0] if _LINK.search(found[0]) else b"", content)
            kept.writestr(entry.filename, content)
    return out.read_bytes()


def _as_table(source: Path, folder: Path) -> dict[str, Any]:
    """The values of a workbook, row by row, without its look."""
    try:
        rows: list[str] = []
        with source.open("rb") as file:
            for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[:_SHEETS]:
                rows += [f"[{sheet.title}]", *_rows(sheet), ""]
    except MemoryError:
        raise
    except Exception:
        raise Unshowable("broken") from None
    pages = lines.as_pages(rows)
    for number, page in enumerate(pages, start=1):
        (folder / f"p{number}.svg").write_bytes(svg.harmless(page))
    return {"pages": len(pages), "of": len(pages), "vector": True}


def _rows(sheet: Any) -> list[str]:
    found = []
    for row in sheet.iter_rows(max_row=_ROWS, max_col=_COLUMNS, values_only=True):
        cells = ["" if value is None else str(value)[:_CELL].replace("\n", " ") for value in row]
        while cells and not cells[-1]:
            cells.pop()
        found.append("  ".join(cells))
    while found and not found[-1]:
        found.pop()
    return found
