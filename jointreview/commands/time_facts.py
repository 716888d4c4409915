"""What is true of a case's pauses and extensions, as relations and checks look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.models.review import Assignment
from jointreview.models.timekeeping import Extension, PauseRequest


@dataclass(frozen=True)
class PauseFacts:
    """A pause asked for or opened; `part` is the assignment it belongs to, None for the whole case."""

    id: int
    kind: str
    status: str
    part: int | None
    unit: str
    requested_by: int | None
    planned_end: date | None


@dataclass(frozen=True)
class ExtensionFacts:
    """An extension asked for or decided; `part` is None for the joint one of the whole case."""

    id: int
    status: str
    part: int | None
    unit: str
    requested_by: int


def load_pauses(session: Session, case_id: int) -> tuple[PauseFacts, ...]:
    """The pauses of a case that were ever asked for, in order."""
    rows = session.exec(
        select(PauseRequest, Assignment.unit)
        .outerjoin(Assignment, col(Assignment.id) == PauseRequest.assignment_id)
        .where(PauseRequest.case_id == case_id)
        .order_by(col(PauseRequest.id))
    ).all()
    return tuple(
        PauseFacts(p.id or 0, p.kind, p.status, p.assignment_id, unit or "", p.requested_by, p.planned_end)
        for p, unit in rows
    )


def load_extensions(session: Session, case_id: int) -> tuple[ExtensionFacts, ...]:
    """The extensions of a case that were ever asked for, in order."""
    rows = session.exec(
        select(Extension, Assignment.unit)
        .outerjoin(Assignment, col(Assignment.id) == Extension.assignment_id)
        .where(Extension.case_id == case_id)
        .order_by(col(Extension.id))
    ).all()
    return tuple(ExtensionFacts(e.id or 0, e.status, e.assignment_id, unit or "", e.requested_by) for e, unit in rows)
