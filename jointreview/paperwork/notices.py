"""Notices to the applicant: accepted, to be completed, to be put right, to be visited, refused."""

from __future__ import annotations

from jointreview.paperwork import style
from jointreview.paperwork.data import (
    AcceptanceReceipt,
    GapNotice,
    RectificationNotice,
    RefusalNotice,
    VisitNotice,
)
from jointreview.paperwork.parts import buildings_annex, facts_table, findings_table, pairs_table
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Line, Row, centred, label
from jointreview.paperwork.wording import day, or_dash, say, say_of


def write_receipt(paper: AcceptanceReceipt) -> bytes:
    """受理通知书 as .docx: when, which items, by when, with which materials."""
    sheet = Sheet(paper, say_of(paper, "title_receipt"))
    sheet.addressee(paper.project.owner)
    if paper.deemed:
        sheet.paragraph(say("receipt_opening_deemed", **_applied(paper)))
        sheet.paragraph(say("receipt_deemed", accepted=day(paper.accepted_on)))
    else:
        sheet.paragraph(say_of(paper, "receipt_opening", **_applied(paper)))
    sheet.paragraph(say("receipt_term", accepted=day(paper.accepted_on), days=paper.working_days, due=day(paper.due)))
    if paper.statutory_days:
        sheet.paragraph(say("receipt_statutory", days=paper.statutory_days, promised=paper.working_days))
    sheet.paragraph(say("receipt_pauses"))
    sheet.heading(say("opinion_facts"))
    facts_table(sheet, paper.project, paper.case_number)
    sheet.heading(say("receipt_items"))
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("n", "item", "unit", "method")]]
    for n, one in enumerate(paper.items, start=1):
        rows.append((centred(str(n)), one.item, one.unit, centred(or_dash(one.method_label))))
    sheet.table((1.2, 6.2, 4.8, 3.4), rows, headers=1)
    if paper.materials:
        sheet.heading(say("receipt_materials"))
        sheet.items(paper.materials)
    sheet.contact(paper.contact)
    sheet.closing()
    buildings_annex(sheet, paper.project.buildings)
    return sheet.finish()


def _applied(paper: AcceptanceReceipt) -> dict[str, str]:
    return {"applied": day(paper.applied_on), "works": paper.project.works_name}


def write_gaps(paper: GapNotice) -> bytes:
    """一次性补正告知书 as .docx: every gap numbered in one table."""
    sheet = Sheet(paper, say("title_gaps"))
    sheet.addressee(paper.project.owner)
    sheet.paragraph(
        say_of(
            paper,
            "gaps_opening",
            works=paper.project.works_name,
            case=paper.case_number,
            basis=paper.basis or say("gaps_basis"),
            count=len(paper.gaps),
        )
    )
    columns = ("n", "material", "page", "rule", "wanted", "asked_by")
    rows: list[Row] = [[label(say(f"column_{name}")) for name in columns]]
    for n, gap in enumerate(paper.gaps, start=1):
        asked_by = "\n".join(part for part in (gap.unit, gap.contact) if part)
        texts = (or_dash(gap.rule), or_dash(gap.wanted), Line(or_dash(asked_by), style.FINE_LEFT))
        rows.append((centred(str(n)), gap.material, Line(or_dash(gap.page), style.FINE), *texts))
    sheet.table((1.2, 2.9, 2.0, 3.2, 3.4, 2.9), rows, headers=1)
    sheet.gap()
    if paper.reply_due:
        sheet.paragraph(say("gaps_due", day=day(paper.reply_due)))
    sheet.paragraph(say("gaps_once"))
    if paper.marks_at:
        sheet.paragraph(say("gaps_marked", address=paper.marks_at))
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()


def write_rectification(paper: RectificationNotice) -> bytes:
    """整改通知书 as .docx: all units' findings, each with clause, criterion and photographs."""
    sheet = Sheet(paper, say("title_rectification"))
    sheet.addressee(paper.project.owner)
    opening = {"works": paper.project.works_name, "case": paper.case_number, "count": len(paper.findings)}
    if paper.visited_on:
        sheet.paragraph(say("rectification_opening_visit", visited=day(paper.visited_on), **opening))
    else:
        sheet.paragraph(say("rectification_opening", **opening))
    sheet.paragraph(say("rectification_due", day=day(paper.due), round=paper.round_number))
    sheet.heading(say("rectification_findings"))
    findings_table(sheet, paper.findings)
    sheet.heading(say("rectification_next"))
    sheet.paragraph(say("rectification_reply"))
    sheet.paragraph(say("rectification_late"))
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()


def write_visit(paper: VisitNotice) -> bytes:
    """联合踏勘告知书 or 现场联合验收告知书 as .docx: when, where, who comes, what to have ready."""
    sheet = Sheet(paper, say(f"title_told_{paper.visit}"))
    sheet.addressee(paper.project.owner)
    sheet.paragraph(
        say_of(paper, f"visit_opening_{paper.visit}", works=paper.project.works_name, case=paper.case_number)
    )
    sheet.heading(say("visit_when"))
    when = say(f"visit_{paper.half_day}", day=day(paper.visit_on))
    pairs = [(say("visit_date"), when)]
    if paper.meeting_time:
        pairs.append((say("visit_meeting_time"), paper.meeting_time))
    if paper.window:
        pairs.append((say("visit_window"), paper.window))
    pairs += [(say("visit_place"), paper.place), (say("works_name"), paper.project.works_name)]
    if paper.contact:
        pairs.append((say("visit_contact"), person_text(paper.contact)))
    pairs_table(sheet, pairs)
    sheet.heading(say("visit_members"))
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("unit", "item", "member")]]
    for team in paper.teams:
        members = "\n".join(person_text(member) for member in team.members)
        rows.append((team.unit, or_dash(team.item), or_dash(members)))
    sheet.table((4.6, 5.4, 5.6), rows, headers=1)
    if paper.bring:
        sheet.heading(say("visit_bring"))
        sheet.items(paper.bring)
    sheet.heading(say("visit_rules"))
    sheet.paragraph(say(f"visit_rules_{paper.visit}"))
    sheet.closing()
    return sheet.finish()


def write_refusal(paper: RefusalNotice) -> bytes:
    """不予受理通知书 as .docx: every reason, and where the applicant can turn."""
    sheet = Sheet(paper, say("title_refusal"))
    sheet.addressee(paper.project.owner)
    sheet.paragraph(
        say_of(
            paper,
            "refusal_opening",
            applied=day(paper.applied_on),
            works=paper.project.works_name,
            case=paper.case_number,
            basis=paper.basis or say("refusal_basis"),
        )
    )
    sheet.items(paper.reasons)
    sheet.remedy(paper.remedy)
    sheet.contact(paper.contact)
    sheet.closing()
    return sheet.finish()
