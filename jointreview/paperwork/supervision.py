"""The supervision card (督办单): to a unit of the administration, with rule, facts and the day of the reply."""

from __future__ import annotations

from jointreview.paperwork.data import SupervisionCard
from jointreview.paperwork.parts import pairs_table
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.wording import day, say


def write_card(paper: SupervisionCard) -> bytes:
    """督办单 as .docx."""
    sheet = Sheet(paper, say("title_supervision"))
    sheet.addressee(paper.addressee)
    sheet.paragraph(
        say("supervision_opening", works=paper.project.works_name, case=paper.case_number, colour=paper.colour_label)
    )
    sheet.heading(say("supervision_matter"))
    pairs_table(
        sheet,
        [
            (say("supervision_colour"), paper.colour_label),
            (say("supervision_happened"), day(paper.happened_on)),
            (say("supervision_rule"), paper.rule),
            (say("supervision_formula"), paper.formula),
            (say("supervision_basis"), paper.basis),
            (say("supervision_unit"), paper.addressee),
            (say("supervision_handler"), paper.handler),
            (say("supervision_how"), paper.issued_as),
            (say("project_name"), paper.project.name),
        ],
    )
    sheet.heading(say("supervision_facts"))
    sheet.paragraph(paper.facts)
    sheet.heading(say("supervision_wanted"))
    sheet.paragraph(say("supervision_reply", day=day(paper.reply_due)))
    sheet.closing()
    return sheet.finish()
