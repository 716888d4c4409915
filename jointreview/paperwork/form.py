"""The application form (联合验收申请表) as the system fills it from the one form."""

from __future__ import annotations

from jointreview.paperwork import style
from jointreview.paperwork.data import ApplicationForm, FormSection, FormTable
from jointreview.paperwork.parts import pairs_table, signature_cell
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.tables import Line, Row, Span, label, text_width
from jointreview.paperwork.wording import or_dash, say

_UPRIGHT_COLUMNS = 8
_COLUMN_CHARS = (3.0, 14.0)


def write_form(paper: ApplicationForm) -> bytes:
    """The application form as .docx: sections of values and tables, declaration and signature."""
    sheet = Sheet(paper, say("title_form"))
    generated = (
        say("form_generated", version=paper.form_version) if paper.form_version else say("form_generated_plain")
    )
    sheet.paragraph(generated, style.NOTE)
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
    return len(table.columns) > _UPRIGHT_COLUMNS


def _form_table(sheet: Sheet, table: FormTable) -> None:
    sheet.paragraph(table.title, style.SUBHEADING)
    total = style.WIDE_TEXT_CM if _is_wide(table) else style.TEXT_CM
    rows: list[Row] = [[Line(name, style.FINE_LABEL) for name in table.columns]]
    rows += [[Line(or_dash(text), style.FINE) for text in row] for row in table.rows]
    if not table.rows:
        rows.append((Span(Line(say("form_no_rows"), style.FINE), len(table.columns)),))
    sheet.table(_widths(table, total), rows, headers=1)


def _widths(table: FormTable, total_cm: float) -> list[float]:
    """Column widths in cm, in proportion to the longest text of each column within bounds."""
    least, most = _COLUMN_CHARS
    wanted = [
        min(most, max([least, text_width(name), *(text_width(row[k]) for row in table.rows)]))
        for k, name in enumerate(table.columns)
    ]
    return [total_cm * part / sum(wanted) for part in wanted]
