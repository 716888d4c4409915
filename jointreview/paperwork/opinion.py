"""The joint acceptance opinion (联合验收意见书)."""

from __future__ import annotations

from jointreview.paperwork import style
from jointreview.paperwork.as_built import as_built_annex
from jointreview.paperwork.data import Condition, JointOpinion, UnitOpinion
from jointreview.paperwork.parts import buildings_annex, facts_table
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.tables import Line
from jointreview.paperwork.units import annexes, units_table
from jointreview.paperwork.wording import day, say

_ANNEX_FROM = 500


def write_opinion(paper: JointOpinion) -> bytes:
    """The opinion as .docx: project, every unit's opinion, conclusion, time used, verification."""
    sheet = Sheet(paper, say("title_opinion"))
    sheet.addressee(paper.project.owner)
    units = len({one.unit_name for one in paper.opinions})
    sheet.paragraph(
        say("opinion_opening", works=paper.project.works_name, units=units, accepted=day(paper.clock.accepted))
    )
    sheet.heading(say("opinion_facts"))
    facts_table(sheet, paper.project, paper.case_number)
    sheet.heading(say("opinion_units"))
    annexed = units_table(sheet, paper.opinions, "opinion", _ANNEX_FROM, _how)
    _conclusion(sheet, paper)
    sheet.closing()
    buildings_annex(sheet, paper.project.buildings)
    as_built_annex(sheet, paper.as_built)
    annexes(sheet, annexed)
    return sheet.finish()


def _how(opinion: UnitOpinion) -> list[Line]:
    lines = []
    if opinion.method_label:
        lines.append(Line(say("opinion_method", method=opinion.method_label), style.NOTE))
    if opinion.result_document:
        lines.append(Line(say("opinion_document", document=opinion.result_document), style.NOTE))
    return lines


def _conclusion(sheet: Sheet, paper: JointOpinion) -> None:
    sheet.heading(say("opinion_conclusion"))
    sheet.paragraph(paper.conclusion_label).runs[0].bold = True
    sheet.items(paper.reasons)
    if paper.conditions:
        sheet.paragraph(say("opinion_conditions"))
        sheet.items(_condition(one) for one in paper.conditions)
    sheet.heading(say("opinion_clock"))
    clock = paper.clock
    sheet.paragraph(say("opinion_clock_line", accepted=day(clock.accepted), due=day(clock.due), used=clock.used_days))
    sheet.heading(say("opinion_effect"))
    sheet.paragraph(say("opinion_summary"))
    sheet.remedy(paper.remedy)


def _condition(one: Condition) -> str:
    who = say("condition_unit", unit=one.unit) if one.unit else ""
    until = say("condition_due", day=day(one.due)) if one.due else ""
    return f"{one.text}{who}{until}"
