"""The supervision card (督办单): to a unit of the administration, with rule, facts and the day of the reply."""

from __future__ import annotations

import re
from datetime import date

from jointreview.paperwork.data import SupervisionCard
from jointreview.paperwork.parts import pairs_table
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.wording import day, say

_ISO_DAY = re.compile(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")


def _day(found: re.Match[str]) -> str:
    """A day of the facts as official documents write it; what only looks like one stays."""
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def write_card(paper: SupervisionCard) -> bytes:
    """督办单 as .docx."""
    sheet = Sheet(paper, say("title_supervision"))
    sheet.addressee(paper.addressee)
    sheet.paragraph(
        say("supervision_opening", works=paper.project.works_name, case=paper.case_number, colour=paper.colour_label)
    )
    pairs_table(
        sheet,
        [
            (say("supervision_colour"), paper.colour_label),
            (say("supervision_happened"), day(paper.happened_on)),
            (say("supervision_unit"), paper.addressee),
            (say("supervision_handler"), paper.handler),
            (say("supervision_rule"), paper.rule),
            (say("supervision_how"), paper.issued_as),
            (say("supervision_formula"), paper.formula),
            (say("supervision_basis"), paper.basis),
            (say("project_name"), paper.project.name),
            (say("supervision_facts"), _ISO_DAY.sub(_day, paper.facts)),
        ],
    )
    sheet.gap()
    sheet.paragraph(say("supervision_reply", day=day(paper.reply_due)))
    sheet.closing()
    return sheet.finish()
