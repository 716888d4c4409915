"""What a reader may look at page by page: a material or an issued document, and what the viewer says about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.commands.intake import ReturnCase
from jointreview.commands.review import RecordGap
from jointreview.commands.scans import refuse_quarantined, scan_states
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Material, Upload
from jointreview.models.review import Gap
from jointreview.models.upload import CLEAN
from jointreview.preview.kinds import way_of
from jointreview.queries import access
from jointreview.queries.dossier.desk import Desk, desk_for, minute
from jointreview.queries.dossier.faults import gap_status, sees_gap
from jointreview.queries.dossier.readings import readers_of
from jointreview.queries.words import document_title

_WHAT = re.compile(r"([md])([1-9]\d{0,9})")
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Shown:
    """A file somebody may read: where it lies, and how it is shown (`way` is empty where it is not)."""

    what: str
    digest: str
    name: str
    kind: str
    way: str
    material: Material | None = None


def shown(session: Session, actor: Actor, case_id: int, what: str, today: date) -> Shown:
    """The file `what` names (`m12` a material's version, `d7` an issued document), if the actor may read it now.

    Raises Refused: missing for what is not there or not for this reader, alike; state for content in quarantine.
    """
    found = _WHAT.fullmatch(what)
    if found is None or int(found[2]) > LARGEST_ID:
        raise refuse("commands.no_such_material", kind="missing")
    number = int(found[2])
    if found[1] == "m":
        upload = access.material_file(session, actor, case_id, number, today)
        refuse_quarantined(session, upload.digest, upload.name)
        row = session.get(Material, number)
        return Shown(what, upload.digest, upload.name, upload.kind, way_of(upload.kind), row)
    document = access.document_file(session, actor, case_id, number)
    title = document_title("zh", document.title, session.get_one(Case, case_id))
    return Shown(what, document.digest, f"{title} {document.number}.docx", "docx", way_of("docx"))


def viewer(actor: Actor, case_id: int, what: str, lang: str, now: datetime) -> dict[str, Any]:
    """Everything the viewer shows beside the pages. Raises Refused as `shown`."""
    with reading() as session:
        desk = desk_for(session, actor, case_id, lang, now)
        if desk is None:
            raise refuse("commands.no_such_case", kind="missing")
        file = shown(session, actor, case_id, what, desk.ctx.today)
        return {
            "case": {"id": case_id, "number": desk.case.number},
            "what": what,
            "name": file.name,
            "digest": file.digest,
            "way": file.way,
            **(_of_material(desk, file.material) if file.material else _of_document(case_id, file)),
        }


def _of_document(case_id: int, file: Shown) -> dict[str, Any]:
    return {
        "title": file.name.removesuffix(".docx"),
        "download": f"/api/cases/{case_id}/documents/{file.what[1:]}.docx",
        "back": "documents",
        "version": 0,
        "versions": [],
        "scan": "",
        "marks": [],
        "marks_elsewhere": [],
        "asks": [],
        "read_by": [],
    }


def _of_material(desk: Desk, material: Material) -> dict[str, Any]:
    entry = next((m for m in desk.catalog.materials if m.code == material.code), None)
    rows = desk.session.exec(
        select(Material, Upload)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Material.case_id == desk.case_id, Material.code == material.code, Material.slot == material.slot)
        .order_by(col(Material.version).desc())
    ).all()
    readable = [(m, u) for m, u in rows if not desk.unsent.file(m)]
    scans = scan_states(desk.session, [u.digest for _, u in readable])
    current = desk.unsent.current(m for m, _ in readable)
    mine = next(u for m, u in readable if m.id == material.id)
    state = scans[mine.digest]
    return {
        "title": f"{entry.number}. {entry.name.in_(desk.lang)}" if entry else material.code,
        "download": f"/api/cases/{desk.case_id}/materials/{material.id}",
        "back": "materials",
        "version": material.version,
        "current": material.id in current,
        "added": minute(material.added_at),
        "scan": "" if state == CLEAN else desk.say(f"case.scan_{state}"),
        "versions": [
            {
                "what": f"m{m.id}",
                "version": m.version,
                "name": u.name,
                "added": minute(m.added_at),
                "current": m.id in current,
                "shows": bool(way_of(u.kind)),
            }
            for m, u in readable
        ],
        **_marks(desk, material, {m.id: m for m, _ in readable}),
        "asks": _asks(desk, material) if material.current else [],
        "read_by": readers_of(desk, [material.id or 0]).get(material.id or 0, []),
        "subject": f"material:{material.code}",
        "phrases": [desk.say(f"case.phrase_{n}") for n in range(1, 6)],
    }


def _marks(desk: Desk, material: Material, versions: dict[int | None, Material]) -> dict[str, list[dict[str, Any]]]:
    """The gaps marked on this version, and those on other versions of the same file."""
    rows = desk.session.exec(
        select(Gap)
        .where(Gap.case_id == desk.case_id, col(Gap.material_id).in_(list(versions)), col(Gap.page_no).is_not(None))
        .order_by(col(Gap.page_no), col(Gap.id))
    ).all()
    seen = [_mark(desk, row, versions[row.material_id]) for row in rows if sees_gap(desk, row)]
    here = f"m{material.id}"
    return {
        "marks": [mark for mark in seen if mark["what"] == here],
        "marks_elsewhere": [mark for mark in seen if mark["what"] != here],
    }


def _mark(desk: Desk, row: Gap, material: Material) -> dict[str, Any]:
    status, tone = gap_status(desk, row)
    return {
        "id": row.id,
        "what": f"m{material.id}",
        "version": material.version,
        "page": row.page_no,
        "rect": row.rect,
        "unit": desk.unit_name(row.unit),
        "note": row.page,
        "rule": row.rule,
        "wanted": row.wanted,
        "answer": "" if desk.unsent.gap(row) else row.answer,
        "status": desk.say(f"case.gap_{status}"),
        "tone": tone,
    }


def _asks(desk: Desk, material: Material) -> list[dict[str, Any]]:
    """What the reader can do with a place marked on this version: note a gap of an item, or add one to the list."""
    if desk.may(ReturnCase):
        return [{"command": ReturnCase.__name__, "assignment": 0, "item": desk.say("case.precheck")}]
    return [
        {
            "command": RecordGap.__name__,
            "assignment": mine.id,
            "item": f"{mine.item} {desk.item(mine.item).name.in_(desk.lang)}",
        }
        for mine in desk.facts.assignments
        if desk.may(RecordGap, mine.id)
    ]
