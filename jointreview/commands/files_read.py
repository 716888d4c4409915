"""Which files lie open before the departments: what was handed in, not what the applicant is still writing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.certificates_held import held, with_permits
from jointreview.domain.case_states import CaseState
from jointreview.models.case import Case, Material, Upload
from jointreview.models.event import Event

Digests = dict[str, list[str]]


def files_in_force(session: Session, case: Case) -> Digests:
    """The digests of the files of each material as they were last handed in."""
    rows = session.exec(
        select(Material, Upload.digest)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Material.case_id == case.id)
        .order_by(Material.code, col(Material.slot), col(Material.version))
    ).all()
    added, removed = _since_asked(session, case)
    latest: dict[tuple[str, int], tuple[Material, str]] = {}
    for row, digest in rows:
        if digest not in added.get(row.code, ()):
            latest[row.code, row.slot] = (row, digest)
    found: Digests = {}
    for row, digest in latest.values():
        replaced_since = not row.removed_reason and row.code in added
        removed_since = bool(row.removed_reason) and row.code in removed
        if row.current or replaced_since or removed_since:
            found.setdefault(row.code, []).append(digest)
    return {code: sorted(digests) for code, digests in found.items()}


def _since_asked(session: Session, case: Case) -> tuple[dict[str, set[str]], set[str]]:
    """By material the files added, and the materials from which one was removed, since the supplement was asked."""
    if case.state != CaseState.SUPPLEMENTING.value:
        return {}, set()
    asked = session.exec(
        select(Event.seq)
        .where(Event.case_id == case.id, Event.kind == "supplement_asked")
        .order_by(col(Event.seq).desc())
    ).first()
    written = session.exec(
        select(Event).where(
            Event.case_id == case.id,
            Event.seq > (asked or 0),
            col(Event.kind).in_(["material_added", "material_removed"]),
        )
    ).all()
    added: dict[str, set[str]] = {}
    for event in written:
        if event.kind == "material_added":
            added.setdefault(str(event.payload.get("material")), set()).add(str(event.payload.get("digest")))
    removed = {str(e.payload.get("material")) for e in written if e.kind == "material_removed"}
    return added, removed


def papers_in_force(session: Session, case: Case, today: date) -> Digests:
    """The files in force, and the permits of the project that stand for a material of the case."""
    files = files_in_force(session, case)
    return with_permits(case_catalog(case, today), files, held(session, case, today))


def read_by(catalog: Catalog, unit: str, files: Digests) -> Digests:
    """Those of the files that the unit reads."""
    mine: Collection[str] = {m.code for m in catalog.materials if unit in m.readers()}
    return {code: digests for code, digests in files.items() if code in mine}
