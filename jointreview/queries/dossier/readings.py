"""Who read the papers of a case: by name for who watches over the work, by department for everybody else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from jointreview.models.case import Material
from jointreview.models.document_read import DocumentRead
from jointreview.models.identity import Account
from jointreview.models.outcome import IssuedDocument
from jointreview.queries.access import notices_seen
from jointreview.queries.dossier.desk import Desk, minute
from jointreview.queries.dossier.views import ReadLine
from jointreview.queries.words import document_title

WATCHING = frozenset({"coordinator", "supervisor"})
"""Who sees names: the applicant and other departments see which departments have read."""
MOST_LINES = 300
_DEPARTMENTS = ("clerk", "coordinator", "officer", "leader")


def readers_of(desk: Desk, materials: Iterable[int]) -> dict[int, list[str]]:
    """The departments that have opened each version of a material, by name, without persons."""
    rows = desk.session.exec(
        select(DocumentRead.material_id, DocumentRead.role, DocumentRead.unit)
        .where(
            DocumentRead.case_id == desk.case_id,
            col(DocumentRead.material_id).in_(list(materials)),
            col(DocumentRead.role).in_(_DEPARTMENTS),
        )
        .distinct()
    ).all()
    found: dict[int, set[str]] = {}
    for material_id, role, unit in rows:
        found.setdefault(material_id or 0, set()).add(_department(desk, role, unit))
    return {material_id: sorted(names) for material_id, names in found.items()}


def _department(desk: Desk, role: str, unit: str) -> str:
    if unit:
        return desk.unit_name(unit)
    return desk.say("case.window") if role == "clerk" else desk.say(f"account.role_{role}")


def reading_log(desk: Desk) -> list[ReadLine]:
    """Every reading of the case's papers with names, the newest first; empty for who does not watch over the work."""
    if desk.actor.role not in WATCHING:
        return []
    rows = desk.session.exec(
        select(DocumentRead, Account.name)
        .join(Account, col(Account.id) == DocumentRead.account_id)
        .where(DocumentRead.case_id == desk.case_id)
        .order_by(col(DocumentRead.id).desc())
        .limit(MOST_LINES)
    ).all()
    hidden = desk.unsent
    materials = {m.id: m for m in desk.session.exec(select(Material).where(Material.case_id == desk.case_id)).all()}
    issued = {
        d.id: d for d in desk.session.exec(select(IssuedDocument).where(IssuedDocument.case_id == desk.case_id)).all()
    }
    notices = notices_seen(desk.session, desk.actor, desk.case_id)
    lines = []
    for row, name in rows:
        material, document = materials.get(row.material_id), issued.get(row.document_id)
        if (material is not None and hidden.file(material)) or (
            document is not None and document.kind == "supervision" and document.id not in notices
        ):
            continue
        lines.append(_line(desk, row, name, material, document))
    return lines


def _line(
    desk: Desk, row: DocumentRead, name: str, material: Material | None, document: IssuedDocument | None
) -> ReadLine:
    if material is not None:
        title = (
            f"{desk.subject(f'material:{material.code}')} · {desk.say('preview.version', version=material.version)}"
        )
    else:
        title = f"{document_title(desk.lang, document.title, desk.case)} {document.number}" if document else ""
    role = _department(desk, row.role, row.unit) if row.role in _DEPARTMENTS else desk.say(f"account.role_{row.role}")
    deputy = desk.say("preview.read_for", holder=row.acting_for) if row.acting_for else ""
    return ReadLine(
        key=str(row.id),
        what=title,
        who=" · ".join(part for part in (name, deputy, role) if part),
        way=desk.say(f"preview.read_{row.way}"),
        when=minute(row.at),
    )
