"""What is wrong: gaps in the papers and findings on the site, and what the reader can do about them."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from jointreview.catalog.form_items import materials_for
from jointreview.catalog.schema_form import Field, Table
from jointreview.commands.case_clock import clock_of_round, coded_events
from jointreview.commands.rectification import AnswerFinding
from jointreview.commands.review import DropGap, FinishDocumentReview, RecordGap
from jointreview.commands.working_days import work_calendar
from jointreview.models.case import Material
from jointreview.models.review import Finding, Gap, Round
from jointreview.queries.access import may_read_material
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import FindingCard, GapLine, Photo, Reading

_GAP_TONES = {"draft": "neutral", "told": "warn", "answered": "accent", "closed": "good"}
_FINDING_TONES = {"open": "bad", "rectified": "accent", "verified": "good", "reopened": "bad", "withdrawn": "neutral"}


def gaps(desk: Desk) -> list[GapLine]:
    """Told gaps for everybody; what was not told yet for those who work on it."""
    rows = desk.session.exec(
        select(Gap).where(Gap.case_id == desk.case_id, Gap.status != "dropped").order_by(col(Gap.id))
    ).all()
    return [_gap(desk, row) for row in rows if sees_gap(desk, row)]


def sees_gap(desk: Desk, row: Gap) -> bool:
    """Whether the reader sees a gap: what was told, and what was not for those who work on it."""
    unit = desk.actor.unit
    mine = desk.actor.role in ("coordinator", "clerk") or bool(unit and row.unit == unit)
    return row.status != "dropped" and (row.status != "draft" or mine)


def gap_status(desk: Desk, row: Gap) -> tuple[str, str]:
    """The standing of a gap for the reader, and its tone."""
    status = "told" if desk.unsent.gap(row) else row.status
    return status, _GAP_TONES.get(status, "neutral")


def place_of(desk: Desk, row: Gap) -> tuple[str, str]:
    """Version and page of a mark in words, and where it can be seen; both empty without a mark."""
    material = desk.session.get(Material, row.material_id) if row.material_id and row.page_no else None
    if material is None:
        return "", ""
    words = desk.say("case.gap_place", version=material.version, page=row.page_no)
    if not may_read_material(desk.actor, desk.facts, desk.catalog, material.code) or desk.unsent.file(material):
        return words, ""
    return words, f"/cases/{desk.case_id}/view/m{material.id}?page={row.page_no}&gap={row.id}"


def _gap(desk: Desk, row: Gap) -> GapLine:
    hidden = desk.unsent.gap(row)
    status, tone = gap_status(desk, row)
    place, view = place_of(desk, row)
    return GapLine(
        id=row.id or 0,
        assignment=row.assignment_id or 0,
        unit=desk.unit_name(row.unit),
        subject=desk.subject(row.target),
        page=row.page,
        place=place,
        view=view,
        rule=row.rule,
        wanted=row.wanted,
        status=desk.say(f"case.gap_{status}"),
        tone=tone,
        answer="" if hidden else row.answer,
        droppable=row.status == "draft" and bool(row.assignment_id) and desk.may(DropGap, row.assignment_id),
    )


def readings(desk: Desk) -> list[Reading]:
    """The assignments whose documents this officer is reading."""
    found = []
    for mine in desk.facts.assignments:
        can_finish, can_record = desk.may(FinishDocumentReview, mine.id), desk.may(RecordGap, mine.id)
        round_ = desk.session.get(Round, mine.open_round_id) if mine.open_round_id else None
        if round_ is None or not (can_finish or can_record):
            continue
        clock = clock_of_round(
            round_, coded_events(desk.session, desk.case_id), work_calendar(desk.session), desk.ctx.today
        )
        found.append(
            Reading(
                assignment=mine.id,
                item=f"{mine.item} {desk.item(mine.item).name.in_(desk.lang)}",
                due=desk.say("case.reading_due", day=desk.day(clock.due)) if clock.due else "",
                can_finish=can_finish,
                can_record=can_record,
            )
        )
    return found


def gap_groups(desk: Desk) -> list[dict[str, Any]]:
    """What a gap can be about: for an officer the materials and questions the unit reads."""
    unit = desk.actor.unit if desk.actor.role == "officer" else ""
    materials = [
        {"value": f"material:{c.material.code}", "label": c.material.name.in_(desk.lang)}
        for c in materials_for(desk.catalog, desk.known, desk.permits.kinds)
        if not unit or unit in c.material.readers()
    ]
    found: list[dict[str, Any]] = [{"title": desk.say("case.material_group"), "options": materials}]
    for section in desk.catalog.sections:
        fields = [f for f in section.fields if not unit or not f.readers or unit in f.readers]
        entries: list[Field | Table] = [*fields, *section.tables]
        options = [
            {"value": f"field:{section.code}.{entry.key}", "label": entry.label.in_(desk.lang)} for entry in entries
        ]
        if options:
            found.append({"title": section.title.in_(desk.lang), "options": options})
    return found


def findings(desk: Desk) -> list[FindingCard]:
    """Numbered, in order; the applicant's side sees them from the notice on."""
    rows = desk.session.exec(
        select(Finding).where(Finding.case_id == desk.case_id).order_by(col(Finding.number))
    ).all()
    units = {a.id: a.unit for a in desk.facts.assignments}
    told_only = desk.actor.role == "applicant"
    can_answer = desk.may(AnswerFinding)
    return [
        _finding(desk, row, units.get(row.assignment_id, ""), can_answer)
        for row in rows
        if row.notice_id is not None or not told_only
    ]


def _finding(desk: Desk, row: Finding, unit: str, can_answer: bool) -> FindingCard:
    return FindingCard(
        id=row.id or 0,
        number=desk.say("case.finding_number", number=row.number),
        unit=desk.unit_name(unit),
        text=row.text,
        rule=row.rule or "—",
        criterion=row.criterion,
        place=row.place or "—",
        status=desk.say(f"case.finding_{row.status}"),
        tone=_FINDING_TONES.get(row.status, "neutral"),
        note=row.verified_note,
        photos=photos(desk, row.photos),
        answer="" if desk.unsent.finding(row) else row.answer,
        answer_photos=[] if desk.unsent.finding(row) else photos(desk, row.answer_photos),
        answerable=can_answer and row.status in ("open", "reopened"),
        fresh=False,
    )


def photos(desk: Desk, stored: list[dict[str, str]]) -> list[Photo]:
    """Photographs by the address that checks the reader's right."""
    return [Photo(href=f"/api/cases/{desk.case_id}/photos/{p['digest']}", name=p.get("name", "")) for p in stored]
