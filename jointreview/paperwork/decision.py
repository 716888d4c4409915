"""The joint decision of a review (联合审查决定书): every department's decision and the lead unit's conclusion."""

from __future__ import annotations

from jointreview.paperwork import style
from jointreview.paperwork.data import ItemDecision, JointDecision
from jointreview.paperwork.parts import pairs_table, signature_cell
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Line, label
from jointreview.paperwork.units import annexes, units_table
from jointreview.paperwork.wording import area, day, say, say_of

_ANNEX_FROM = 400


def write_decision(paper: JointDecision) -> bytes:
    """The decision as .docx: project, every item with its result, conclusion, time used, remedy, verification."""
    sheet = Sheet(paper, say_of(paper, "title_decision"))
    sheet.addressee(paper.project.owner)
    units = len({one.unit_name for one in paper.items})
    sheet.paragraph(
        say(
            "decision_opening",
            works=paper.project.works_name,
            stage=paper.stage,
            accepted=day(paper.clock.accepted),
            lead=paper.lead,
            units=units,
        )
    )
    sheet.heading(say("decision_facts"))
    _facts(sheet, paper)
    sheet.heading(say("decision_items"))
    annexed = units_table(sheet, paper.items, "decision", _ANNEX_FROM, _details)
    _conclusion(sheet, paper)
    sheet.closing()
    annexes(sheet, annexed)
    return sheet.finish()


def _facts(sheet: Sheet, paper: JointDecision) -> None:
    project = paper.project
    pairs = [
        (say("project_name"), project.name),
        (say("works_name"), project.works_name),
        (say("project_code"), project.code),
        (say("case_number"), paper.case_number),
        (say("address"), project.address),
        (say("area_label"), area(project.area_m2) if project.area_m2 is not None else ""),
        (say("owner"), project.owner),
        (say("contact"), person_text(project.contact) if project.contact else ""),
    ]
    pairs_table(sheet, [(name, value) for name, value in pairs if value])


def _details(one: ItemDecision) -> list[Line]:
    told = []
    if one.number:
        told.append(say("decision_number", document=one.result_document, number=one.number))
    if one.valid_until:
        told.append(say("decision_valid_until", day=day(one.valid_until)))
    if one.condition:
        until = say("condition_due", day=day(one.due)) if one.due else ""
        told.append(say("decision_condition", text=f"{one.condition}{until}"))
    if one.basis:
        told.append(say("decision_basis", basis=one.basis))
    return [Line(text, style.NOTE) for text in told]


def _conclusion(sheet: Sheet, paper: JointDecision) -> None:
    sheet.heading(say("decision_conclusion"))
    sheet.paragraph(paper.conclusion_label).runs[0].bold = True
    sheet.paragraph(paper.summary)
    sheet.items(paper.reasons)
    sheet.table((3.2, 12.4), [(label(paper.lead), signature_cell(paper.signature, (3.6, 1.4)))])
    sheet.heading(say("opinion_clock"))
    clock = paper.clock
    sheet.paragraph(say("opinion_clock_line", accepted=day(clock.accepted), due=day(clock.due), used=clock.used_days))
    sheet.heading(say("opinion_effect"))
    sheet.paragraph(say("decision_effect"))
    sheet.remedy(paper.remedy)
