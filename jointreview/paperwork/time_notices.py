"""Notices about time: a pause told in writing, an extension, an application that counts as withdrawn."""

from __future__ import annotations

from jointreview.paperwork.parts import pairs_table
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.time_data import ExtensionNotice, LapseNotice, PauseNotice
from jointreview.paperwork.wording import day, or_dash, say


def write_pause(paper: PauseNotice) -> bytes:
    """特别程序时限告知书 or 暂停计时告知书 as .docx (行政许可法 art. 45)."""
    sheet = Sheet(paper, say("title_pause_special" if paper.special else "title_pause"))
    sheet.addressee(paper.project.owner)
    opening = "pause_opening_special" if paper.special else "pause_opening"
    sheet.paragraph(
        say(opening, works=paper.project.works_name, case=paper.case_number, kind=paper.kind_label, unit=paper.unit)
    )
    unit = say("days_natural" if paper.natural_days else "days_working", days=paper.planned_days)
    pairs = [
        (say("pause_kind"), paper.kind_label),
        (say("pause_part"), "　".join(p for p in (paper.unit, paper.item) if p) or say("pause_whole_case")),
        (say("pause_basis"), or_dash(paper.basis)),
        (say("pause_reason"), paper.reason),
        (say("pause_evidence"), or_dash(paper.evidence)),
        (say("pause_opened"), day(paper.opened_on)),
        (say("pause_planned"), say("pause_until", length=unit, until=day(paper.planned_end))),
    ]
    pairs_table(sheet, pairs)
    sheet.gap()
    sheet.paragraph(say("pause_effect_part" if paper.unit else "pause_effect"))
    sheet.paragraph(say("pause_resumes"))
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()


def write_extension(paper: ExtensionNotice) -> bytes:
    """延长期限通知书 as .docx: reason, approval and the new last day (行政许可法 art. 42)."""
    sheet = Sheet(paper, say("title_extension"))
    sheet.addressee(paper.project.owner)
    sheet.paragraph(
        say(
            "extension_opening_part" if paper.unit else "extension_opening",
            works=paper.project.works_name,
            case=paper.case_number,
            days=paper.days,
            unit=paper.unit,
            approver=paper.approved_by,
        )
    )
    pairs = [
        (say("pause_part"), "　".join(p for p in (paper.unit, paper.item) if p) or say("pause_whole_case")),
        (say("extension_days"), say("days_working", days=paper.days)),
        (say("extension_reason"), paper.reason),
        (say("extension_approved"), "　".join(p for p in (paper.approved_by, paper.approval) if p)),
    ]
    if paper.due:
        pairs.append((say("extension_due"), day(paper.due)))
    elif not paper.unit:
        pairs.append((say("extension_due"), say("extension_due_paused")))
    pairs_table(sheet, pairs)
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()


def write_lapse(paper: LapseNotice) -> bytes:
    """视为撤回申请告知书 as .docx: what was asked, by when, and that everything entered can be used again."""
    sheet = Sheet(paper, say("title_lapse"))
    sheet.addressee(paper.project.owner)
    sheet.paragraph(
        say(
            "lapse_opening",
            works=paper.project.works_name,
            case=paper.case_number,
            asked=day(paper.asked_on),
            number=paper.asked_number,
            due=day(paper.due),
        )
    )
    sheet.paragraph(say("lapse_again"))
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()
