"""The application form (联合验收申请表) as the system fills it from the one form."""

from __future__ import annotations

import re

from jointreview.paperwork import style
from jointreview.paperwork.form_data import ApplicationForm, FormSection, FormTable
from jointreview.paperwork.parts import pairs_table, signature_cell
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.tables import POINTS_PER_CM, Line, Row, Span, label, text_width
from jointreview.paperwork.wording import or_dash, say, say_of

_UPRIGHT_COLUMNS = 8
_LEAST_CHARS, _MOST_CHARS = 3.0, 14.0
_LONGEST_CODE = 24
_CODE = re.compile(r"[\x21-\x7e]+")


def write_form(paper: ApplicationForm) -> bytes:
    """The application form as .docx: sections of values and tables, declaration and signature."""
    sheet = Sheet(paper, say_of(paper, "title_form"))
    version = paper.form_version
    sheet.paragraph(say("form_generated", version=version) if version else say("form_generated_plain"), style.NOTE)
    for section in paper.sections:
        _section(sheet, section)
    sheet.wide(False)
    sheet.heading(say("form_declaration"))
    declaration = Line(paper.declaration or say("form_declaration_text"))
    signer = signature_cell(paper.signature, (3.6, 1.4))
    sheet.table((2.6, 13.0), [(Span(declaration, 2),), (label(say("form_signature")), signer)])
    sheet.closing()
    return sheet.finish()


def _section(sheet: Sheet, section: FormSection) -> None:
    if section.rows or not section.tables:
        sheet.wide(False)
    else:
        sheet.wide(_is_wide(section.tables[0]))
    sheet.heading(section.title)
    pairs_table(sheet, section.rows)
    if not section.rows and not section.tables:
        sheet.paragraph(say("form_empty_section"))
    for table in section.tables:
        sheet.wide(_is_wide(table))
        _form_table(sheet, table)


def _is_wide(table: FormTable) -> bool:
    needed = sum(least for least, _ in _column_chars(table))
    return len(table.columns) > _UPRIGHT_COLUMNS or needed > _capacity(style.TEXT_CM, style.SMALL)


def _form_table(sheet: Sheet, table: FormTable) -> None:
    sheet.paragraph(table.title, style.SUBHEADING)
    total = style.WIDE_TEXT_CM if _is_wide(table) else style.TEXT_CM
    crowded = sum(wanted for _, wanted in _column_chars(table)) > _capacity(total, style.FINE)
    face, head = (style.SMALL, style.SMALL_LABEL) if crowded else (style.FINE, style.FINE_LABEL)
    rows: list[Row] = [[Line(name, head) for name in table.columns]]
    rows += [[Line(or_dash(text), face) for text in row] for row in table.rows]
    if not table.rows:
        rows.append((Span(Line(say("form_no_rows"), face), len(table.columns)),))
    sheet.table(_widths(table, total, _capacity(total, face)), rows, headers=1)


def _capacity(width_cm: float, face: str) -> float:
    """How many Chinese characters of a style fit into a width."""
    return width_cm * POINTS_PER_CM / style.FACES[face].size


def _column_chars(table: FormTable) -> list[tuple[float, float]]:
    """Each column's least and wanted width in Chinese characters: a code must not break, a name may."""
    found = []
    for k, name in enumerate(table.columns):
        texts = (name, *(row[k] for row in table.rows))
        codes = (code for text in texts for code in _CODE.findall(text))
        # Capitals and digits run a little wider than half a Chinese character.
        least = max(_LEAST_CHARS, *(len(code[:_LONGEST_CODE]) * 0.62 for code in codes), 0.0)
        wanted = max(least, min(_MOST_CHARS, max(text_width(text) for text in texts)))
        found.append((least + 1, wanted + 1))
    return found


def _widths(table: FormTable, total_cm: float, capacity: float) -> list[float]:
    """Column widths in cm, `capacity` characters in all: what each column needs, the rest to those that want more."""
    chars = _column_chars(table)
    needed, wanted = (sum(values) for values in zip(*chars, strict=True))
    if wanted <= capacity or needed >= capacity:
        parts = [most if wanted <= capacity else least for least, most in chars]
    else:
        share = (capacity - needed) / (wanted - needed)
        parts = [least + (most - least) * share for least, most in chars]
    return [total_cm * part / sum(parts) for part in parts]
