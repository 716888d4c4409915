"""What the applicant wrote after a notice and has not handed in: nobody but who carries the application reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from jointreview.commands.facts import CaseFacts
from jointreview.commands.form_values import form_values, handed_in_values
from jointreview.commands.relations import filed_at_window, own_case
from jointreview.models.actor import Actor
from jointreview.models.case import Material
from jointreview.models.event import Event
from jointreview.models.review import Finding, Gap

_ASKED = frozenset({"returned", "supplement_asked", "rectification_asked"})
_HANDED_IN = frozenset({"submitted", "supplement_given", "rectification_given"})
_WRITING = frozenset(
    {
        "section_changed",
        "material_added",
        "material_removed",
        "parcel_read",
        "parcel_confirmed",
        "plan_read",
        "plan_confirmed",
        "gap_answered",
        "finding_answered",
    }
)
File = tuple[str, int, int]
"""One version of a file: material, slot and version."""


@dataclass(frozen=True)
class Unsent:
    """What is hidden from a reader: events of writing from `seq` on, answers to the notice, files added since.

    `asked` is the kind of the event that asked; empty when nothing is hidden. `removed` are files that were taken
    out since and were there when the case was last handed in.
    """

    asked: str = ""
    seq: int = 0
    added: frozenset[File] = field(default_factory=frozenset)
    removed: frozenset[File] = field(default_factory=frozenset)

    def event(self, row: Event) -> bool:
        """Whether the event is hidden."""
        writing = row.kind in _WRITING and row.actor_role != "officer"
        return bool(self.asked) and row.seq > self.seq and writing

    def gap(self, row: Gap) -> bool:
        """Whether the answer to the gap is hidden."""
        return self.asked in ("returned", "supplement_asked") and row.status in ("told", "answered")

    def finding(self, row: Finding) -> bool:
        """Whether the answer to the finding is hidden."""
        return self.asked == "rectification_asked" and row.status in ("open", "reopened")

    def file(self, row: Material) -> bool:
        """Whether this version of a file is hidden."""
        return file_of(row) in self.added

    def current(self, rows: Iterable[Material]) -> frozenset[int]:
        """The ids of the versions that are in force for the reader."""
        latest: dict[tuple[str, int], Material] = {}
        listed = [row for row in rows if not self.file(row)]
        for row in sorted(listed, key=lambda row: row.version):
            latest[row.code, row.slot] = row
        replaced = {(code, slot) for code, slot, _ in self.added}

        def there(row: Material) -> bool:
            put_aside = (row.code, row.slot) in replaced and not row.removed_reason
            return row.current or put_aside or file_of(row) in self.removed

        return frozenset(row.id or 0 for row in latest.values() if there(row))


def file_of(row: Material) -> File:
    """Which version of which file a row is."""
    return row.code, row.slot, row.version


def unsent(session: Session, actor: Actor, facts: CaseFacts) -> Unsent:
    """What of the case is hidden from the actor; nothing from those who carry the application."""
    relation = {"applicant": own_case, "clerk": filed_at_window}.get(actor.role)
    if relation is not None and relation(actor, facts, None) is None:
        return Unsent()
    last = session.exec(
        select(Event)
        .where(Event.case_id == facts.case_id, col(Event.kind).in_(_ASKED | _HANDED_IN))
        .order_by(col(Event.seq).desc())
    ).first()
    if last is None or last.kind not in _ASKED:
        return Unsent()
    files = session.exec(
        select(Event).where(
            Event.case_id == facts.case_id,
            Event.seq > last.seq,
            col(Event.kind).in_(["material_added", "material_removed"]),
        )
    ).all()
    added = frozenset(_file(row) for row in files if row.kind == "material_added")
    removed = frozenset(_file(row) for row in files if row.kind == "material_removed")
    return Unsent(last.kind, last.seq, added, removed - added)


def _file(event: Event) -> File:
    said = event.payload
    return str(said.get("material", "")), int(said.get("slot", 1)), int(said.get("version", 1))


def told_values(session: Session, actor: Actor, facts: CaseFacts) -> dict[str, dict[str, Any]]:
    """The form for this reader: as entered for who carries the application, for others as last handed in."""
    hidden = unsent(session, actor, facts)
    return (handed_in_values if hidden.asked else form_values)(session, facts.case_id)
