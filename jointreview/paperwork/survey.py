"""Papers of a joint visit to the departments: the notice whom to send, and the report of who did not come."""

from __future__ import annotations

from jointreview.paperwork.parts import pairs_table
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Row, centred, label
from jointreview.paperwork.trip_data import AbsenceReport, UnitsNotice
from jointreview.paperwork.wording import day, minute, or_dash, say, say_of


def write_units_notice(paper: UnitsNotice) -> bytes:
    """联合踏勘通知书 or 现场联合验收通知书 to every department that takes part, as .docx."""
    sheet = Sheet(paper, say(f"title_visit_{paper.visit}"))
    sheet.addressee("、".join(team.unit for team in paper.teams))
    opening = say_of(paper, f"units_opening_{paper.visit}", works=paper.project.works_name, case=paper.case_number)
    sheet.paragraph(opening)
    sheet.heading(say("visit_when"))
    pairs = [(say("visit_date"), say(f"visit_{paper.half_day}", day=day(paper.visit_on)))]
    if paper.window:
        pairs.append((say("visit_window"), paper.window))
    pairs += [(say("visit_place"), paper.place), (say("works_name"), paper.project.works_name)]
    if paper.contact:
        pairs.append((say("visit_contact"), person_text(paper.contact)))
    if paper.plate:
        pairs += [
            (say("units_car"), say("units_car_is", plate=paper.plate, number=paper.trip_number)),
            (say("dispatch_departs"), say("dispatch_departs_from", time=paper.departs, place=paper.depot)),
        ]
    pairs_table(sheet, pairs)
    sheet.heading(say("visit_members"))
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("unit", "item", "member")]]
    for team in paper.teams:
        rows.append((team.unit, or_dash(team.item), or_dash("\n".join(person_text(m) for m in team.members))))
    sheet.table((4.6, 6.4, 4.6), rows, headers=1)
    sheet.heading(say("visit_rules"))
    sheet.items([say("units_reply", hours=paper.reply_hours), say("units_site"), say("units_absence")])
    sheet.closing()
    return sheet.finish()


def write_absence(paper: AbsenceReport) -> bytes:
    """缺席情况通报 as .docx (requirements §3.5)."""
    sheet = Sheet(paper, say("title_absence"))
    sheet.addressee("、".join(one.unit for one in paper.absences))
    sheet.paragraph(
        say_of(
            paper,
            f"absence_opening_{paper.visit}",
            when=say(f"visit_{paper.half_day}", day=day(paper.visited_on)),
            works=paper.project.works_name,
            case=paper.case_number,
            place=paper.place,
            present=len(paper.present),
            absent=len(paper.absences),
        )
    )
    rows: list[Row] = [[label(say(f"column_{name}")) for name in ("n", "unit", "named", "told", "treatment")]]
    for n, one in enumerate(paper.absences, start=1):
        told = centred(minute(one.told_at).replace(" ", "\n"))
        rows.append((centred(str(n)), one.unit, centred(one.officer), told, one.treatment))
    sheet.table((1.2, 4.2, 2.4, 2.6, 5.2), rows, headers=1)
    sheet.gap()
    if paper.present:
        sheet.paragraph(say("absence_present", units="、".join(paper.present)))
    sheet.paragraph(say("absence_reply"))
    sheet.closing()
    return sheet.finish()
