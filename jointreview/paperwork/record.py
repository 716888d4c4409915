"""The record of a joint visit on site: attendance, checklists, findings, signatures."""

from __future__ import annotations

from jointreview.paperwork import style
from jointreview.paperwork.data import Attendance, Signature, SurveyRecord, UnitSheet
from jointreview.paperwork.images import Picture
from jointreview.paperwork.parts import findings_table, pairs_table, signature_cell
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Line, Row, Span, centred, label
from jointreview.paperwork.wording import clock_time, day, or_dash, say, say_of


def write_record(paper: SurveyRecord) -> bytes:
    """现场联合验收记录 or 现场联合踏勘记录 as .docx."""
    sheet = Sheet(paper, say(f"title_record_{paper.visit}"))
    project = paper.project
    pairs = [
        (say("works_name"), project.works_name),
        (say("project_code"), project.code),
        (say("case_number"), paper.case_number),
        (say("visit_date"), day(paper.visited_on)),
        (say("visit_place"), paper.place),
        (say("owner"), project.owner),
    ]
    if project.contact:
        pairs.append((say("contact"), person_text(project.contact)))
    pairs_table(sheet, pairs)
    sheet.heading(say("record_attendance"))
    _attendance(sheet, paper)
    sheet.heading(say("record_checks"))
    for n, one in enumerate(paper.sheets, start=1):
        _checklist(sheet, n, one)
    sheet.heading(say_of(paper, "record_findings"))
    if paper.findings:
        findings_table(sheet, paper.findings)
    else:
        sheet.paragraph(say_of(paper, "record_no_findings"))
    if paper.signatures:
        sheet.heading(say("record_signatures"))
        _signatures(sheet, paper.signatures)
    sheet.closing()
    return sheet.finish()


def _attendance(sheet: Sheet, paper: SurveyRecord) -> None:
    columns = ("unit", "name", "duty", "signed_in", "signature")
    rows: list[Row] = [[label(say(f"column_{name}")) for name in columns]]
    rows += [_present(one) for one in paper.attendance]
    for absence in paper.absences:
        rows.append((absence.unit, Span(say("record_absent", treatment=absence.treatment), 4)))
    sheet.table((4.6, 2.3, 3.1, 2.2, 3.4), rows, headers=1)


def _present(one: Attendance) -> Row:
    mark: Picture | Line | tuple[Line | Picture, ...] = centred(say("none"))
    if one.signature_png is not None:
        mark = signature_cell(Signature(image_png=one.signature_png))[:1]
    came = clock_time(one.signed_in_at) if one.signed_in_at else say("none")
    came = f"{came}\n{one.how}" if one.how else came
    return (one.unit, centred(one.name), centred(or_dash(one.duty)), centred(came), mark)


def _checklist(sheet: Sheet, n: int, one: UnitSheet) -> None:
    sheet.paragraph(say("finding_head", n=n, unit=one.unit, item=one.item), style.SUBHEADING)
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("n", "check", "result", "value", "note")]]
    for k, line in enumerate(one.lines, start=1):
        texts = (centred(line.result_label), centred(or_dash(line.value)), Line(or_dash(line.note)))
        rows.append((centred(str(k)), line.text, *texts))
    conclusion = Line(say("record_unit_conclusion", text=or_dash(one.conclusion)))
    rows.append((Span(conclusion, 4), signature_cell(one.signature)))
    sheet.table((1.2, 6.2, 1.9, 2.5, 3.8), rows, headers=1)


def _signatures(sheet: Sheet, signatures: tuple[tuple[str, Signature], ...]) -> None:
    """Two signatories to a row."""
    rows: list[Row] = []
    for start in range(0, len(signatures), 2):
        cells = [
            cell
            for capacity, signed in signatures[start : start + 2]
            for cell in (label(capacity), signature_cell(signed, (3.6, 1.4)))
        ]
        rows.append(cells if len(cells) == 4 else (cells[0], Span(cells[1], 3)))
    sheet.table((2.6, 5.2, 2.6, 5.2), rows)
