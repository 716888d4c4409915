"""What lies in the file: materials with their versions, issued documents with their deliveries, the history."""

from __future__ import annotations

import base64
from typing import Any

from sqlmodel import col, select

from jointreview.catalog.form_items import items_for, materials_for
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.scans import scan_states
from jointreview.models.case import Material, Upload
from jointreview.models.event import Event
from jointreview.models.identity import ROLES
from jointreview.models.outcome import Delivery, IssuedDocument
from jointreview.models.upload import CLEAN, INFECTED, READABLE
from jointreview.paperwork.images import qr_png
from jointreview.preview.kinds import HAS_THUMB, way_of
from jointreview.queries.access import OPEN_TO_APPLICANT, may_read_material, notices_seen
from jointreview.queries.dossier.desk import Desk, minute
from jointreview.queries.dossier.readings import readers_of
from jointreview.queries.dossier.views import DocumentLine, FileLine, HistoryLine, MaterialGroup
from jointreview.queries.permits import permit_card
from jointreview.queries.supervision.readers import may_see_card
from jointreview.queries.words import document_title, listed
from jointreview.settings import settings
from jointreview.text import texts

_TONES = {"required": "accent", "deferrable": "warn"}
_SAID = ("reason", "reasons", "text", "number", "notice", "document", "path", "file")
_NOT_YET_TOLD = frozenset({"gap_recorded", "gap_dropped"})
_INSIDE = _NOT_YET_TOLD | {
    *("finding_raised", "finding_withdrawn", "checklist_answered"),
    *("pause_requested", "pause_refused", "pause_cancelled", "extension_requested", "extension_refused"),
    *("card_issued", "card_replied", "card_upheld", "card_cancelled", "card_ground_gone", "card_ground_found"),
}


def materials(desk: Desk) -> list[MaterialGroup]:
    """By number; for an officer only what the unit reads, and without files only what is asked for."""
    files = desk.session.exec(
        select(Material, Upload)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Material.case_id == desk.case_id)
        .order_by(col(Material.slot), col(Material.version).desc())
    ).all()
    files = [(m, u) for m, u in files if not desk.unsent.file(m)]
    units = {choice.item.unit for choice in items_for(desk.catalog, desk.known) if choice.applies}
    in_force = desk.unsent.current(m for m, _ in files)
    scans = scan_states(desk.session, [u.digest for _, u in files])
    read = readers_of(desk, [m.id or 0 for m, _ in files])
    found = []
    for choice in materials_for(desk.catalog, desk.known, desk.permits.kinds):
        material = choice.material
        if not may_read_material(desk.actor, desk.facts, desk.catalog, material.code):
            continue
        lines = [
            (m, _file(desk, m, u, m.id in in_force, scans[u.digest], read.get(m.id or 0, [])))
            for m, u in files
            if m.code == material.code
        ]
        if choice.needed in ("not_needed", "generated", "shared") and not lines:
            continue
        now = [line for m, line in lines if m.id in in_force]
        needed = "present" if now else "optional" if choice.needed == "not_needed" else choice.needed
        found.append(
            MaterialGroup(
                code=material.code,
                name=f"{material.number}. {material.name.in_(desk.lang)}",
                needed=desk.say(f"case.needed_{needed}"),
                tone="good" if now or needed == "fetched" else _TONES.get(needed, "neutral"),
                permit=permit_card(desk.session, desk.lang, desk.catalog, desk.permits, material),
                readers=[desk.unit_name(unit) for unit in [*material.needs, *material.reads] if unit in units],
                files=now,
                older=[line for m, line in lines if m.id not in in_force],
            )
        )
    return found


def _file(desk: Desk, material: Material, upload: Upload, current: bool, scan: str, read: list[str]) -> FileLine:
    details = desk.say(
        "case.file_details",
        size=file_size(upload.size),
        version=material.version,
        who=desk.person(material.added_by),
        when=minute(material.added_at),
    )
    if material.removed_reason and not current:
        details = f"{details} · {desk.say('case.file_removed', reason=material.removed_reason)}"
    if scan == INFECTED and current:
        details = f"{details} · {desk.say('case.scan_infected_hint')}"
    way = way_of(upload.kind) if scan in READABLE else ""
    return FileLine(
        name=upload.name,
        href=f"/api/cases/{desk.case_id}/materials/{material.id}",
        details=details,
        digest=upload.digest,
        view=f"/cases/{desk.case_id}/view/m{material.id}" if way else "",
        thumb=f"/api/cases/{desk.case_id}/files/m{material.id}/thumb" if way in HAS_THUMB else "",
        read_by=desk.say("preview.read_by", units=listed(desk.lang, read)) if read else "",
        scan="" if scan == CLEAN else desk.say(f"case.scan_{scan}"),
        scan_tone="bad" if scan == INFECTED else "warn",
        current=current,
    )


def file_size(size: int) -> str:
    """A size for people: `820 B`, `45 KB`, `3.2 MB`, `1.1 GB`."""
    value, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.0f} {unit}" if unit in ("B", "KB") else f"{value:.1f} {unit}"


def documents(desk: Desk) -> list[DocumentLine]:
    """The newest first."""
    rows = desk.session.exec(
        select(IssuedDocument).where(IssuedDocument.case_id == desk.case_id).order_by(col(IssuedDocument.id).desc())
    ).all()
    given = desk.session.exec(select(Delivery).where(Delivery.case_id == desk.case_id)).all()
    notices = notices_seen(desk.session, desk.actor, desk.case_id)
    return [
        _document(desk, row, [d for d in given if d.document_id == row.id])
        for row in rows
        if (row.id in notices if row.kind == "supervision" else desk.actor.is_staff or row.kind in OPEN_TO_APPLICANT)
    ]


def title_of(desk: Desk, row: IssuedDocument) -> str:
    """The title of a document, which is stored as a text key."""
    return document_title(desk.lang, row.title, desk.case)


def _document(desk: Desk, row: IssuedDocument, given: list[Delivery]) -> DocumentLine:
    base = f"/api/cases/{desk.case_id}/documents/{row.id}"
    voided = desk.day(row.void_on) if row.void_on else ""
    return DocumentLine(
        id=row.id or 0,
        title=title_of(desk, row),
        number=row.number,
        issued=desk.say("case.issued_on", day=desk.day(row.issued_on)),
        status=desk.say(f"case.document_{row.status}"),
        tone="good" if row.status == "valid" else "bad",
        reason=desk.say("case.voided", day=voided, reason=row.void_reason) if row.status == "void" else "",
        docx=f"{base}.docx",
        pdf=f"{base}.pdf",
        view=f"/cases/{desk.case_id}/view/d{row.id}",
        verify=f"/verify?code={row.verify_code}",
        qr=_qr(row.verify_code),
        deliveries=[_delivery(desk, one) for one in given],
    )


def _qr(code: str) -> str:
    """The code of the public page that verifies the document, as a picture in the page."""
    picture = qr_png(f"{settings().address}/verify?code={code}")
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def _delivery(desk: Desk, one: Delivery) -> str:
    return desk.say(
        "case.delivered",
        day=desk.day(one.delivered_on),
        way=desk.say(f"case.way_{one.way}"),
        detail=" ".join(part for part in ("", one.receiver, one.tracking_no) if part),
    )


def events(desk: Desk) -> list[HistoryLine]:
    """The newest first.

    The applicant's side does not see what a department noted before a notice told it; a department does not see
    another's notes before that, nor files it does not read.
    """
    rows = desk.session.exec(select(Event).where(Event.case_id == desk.case_id).order_by(col(Event.seq).desc())).all()
    return [_event(desk, row) for row in rows if _shown(desk, row)]


def _shown(desk: Desk, row: Event) -> bool:
    if desk.unsent.event(row):
        return False
    if not desk.actor.is_staff:
        return row.kind not in _INSIDE
    if row.kind.startswith("card_"):
        return may_see_card(desk.actor, str(row.payload.get("unit", "")))
    if desk.actor.role != "officer":
        return True
    if row.kind in _NOT_YET_TOLD:
        return row.payload.get("unit") == desk.actor.unit
    code = row.payload.get("material")
    return code is None or may_read_material(desk.actor, desk.facts, desk.catalog, str(code))


def _event(desk: Desk, row: Event) -> HistoryLine:
    key = f"case.event_{row.kind}"
    roles = (
        desk.say(f"account.role_{row.actor_role}") if row.actor_role in ROLES else "",
        desk.unit_name(row.actor_unit),
    )
    who = row.actor_name or desk.say("case.by_system")
    other_day = row.effective_on != row.at.astimezone(SHANGHAI).date()
    return HistoryLine(
        key=str(row.seq),
        title=desk.say(key if key in texts(desk.lang) else "case.event_other"),
        who=" · ".join(part for part in (who, *roles) if part),
        when=minute(row.at),
        business=" · ".join(
            [
                *([desk.say("case.business_date", day=desk.day(row.effective_on))] if other_day else []),
                *([desk.say("case.captured_off_line", time=minute(row.client_time))] if row.client_time else []),
            ]
        ),
        backfilled=row.backfilled,
        details=_details(desk, row.payload),
        fresh=False,
    )


def _details(desk: Desk, payload: dict[str, Any]) -> str:
    """What an event says that a person can use: reasons, numbers, the units concerned."""
    said = [str(payload[name]) for name in _SAID if isinstance(payload.get(name), str) and payload[name]]
    units = payload.get("units") or ([payload["unit"]] if payload.get("unit") else [])
    said += [desk.unit_name(unit) for unit in units if isinstance(unit, str)]
    if payload.get("target"):
        said.append(desk.subject(str(payload["target"])))
    return " · ".join(said)
