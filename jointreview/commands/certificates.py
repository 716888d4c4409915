"""Permits of a project: written when an item is granted, used by later stages, never asked for again."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, or_, select

from jointreview.catalog.schema import Item
from jointreview.commands.executor import Context
from jointreview.domain.identifiers import CodeKind, check_code
from jointreview.domain.problems import Problem
from jointreview.models.outcome import Certificate
from jointreview.models.review import Assignment

_NUMBERED = {
    "land_permit": (CodeKind.PLANNING_PERMIT, "地"),
    "site_opinion": (CodeKind.PLANNING_PERMIT, "用选"),
    "planning_permit": (CodeKind.PLANNING_PERMIT, "建乡"),
    "construction_permit": (CodeKind.CONSTRUCTION_PERMIT, ""),
}
"""The kinds of permit whose numbers have a form laid down nationally, with the word they begin with."""


def valid_certificates(session: Session, project_id: int, on: date) -> list[Certificate]:
    """The project's certificates in force on that day: not revoked, not replaced, not expired; the oldest first."""
    return list(
        session.exec(
            select(Certificate)
            .where(
                Certificate.project_id == project_id,
                Certificate.status == "valid",
                or_(col(Certificate.valid_until).is_(None), col(Certificate.valid_until) >= on),
            )
            .order_by(col(Certificate.issued_on), col(Certificate.id))
        ).all()
    )


def checked_number(kind: str, number: str) -> tuple[str, list[Problem]]:
    """The number of a permit as it is kept, and what speaks against it where its kind has a form of its own."""
    if kind not in _NUMBERED:
        return number, []
    form, words = _NUMBERED[kind]
    check = check_code(number, form)
    if not check.valid:
        return number, [Problem(p.key, dict(p.params), "document_no") for p in check.problems]
    if words and check.normalised[:1] not in words:
        return check.normalised, [Problem("decisions.other_permit", {"word": "、".join(words)}, "document_no")]
    return check.normalised, []


def taken_by_another(session: Session, kind: str, number: str, assignment_id: int) -> bool:
    """Whether another item was granted under this number."""
    found = session.exec(
        select(Certificate.id).where(
            Certificate.kind == kind,
            Certificate.number == number,
            Certificate.status == "valid",
            or_(col(Certificate.assignment_id).is_(None), Certificate.assignment_id != assignment_id),
        )
    ).first()
    return found is not None


def keep_certificate(
    ctx: Context, item: Item, assignment: Assignment, granted: bool, number: str, valid_until: date | None
) -> None:
    """Write the permit of a granted item; a decision given anew replaces it, or revokes it when it refuses."""
    if not item.permit:
        return
    now = ctx.session.exec(
        select(Certificate).where(Certificate.assignment_id == assignment.id, Certificate.status == "valid")
    ).first()
    if granted and now is not None and (now.number, now.valid_until) == (number, valid_until):
        return
    if now is not None:
        now.status = "replaced" if granted else "revoked"
        ctx.session.add(now)
        ctx.event("certificate_ended", permit=item.permit, number=now.number, status=now.status)
    if not granted:
        return
    ctx.session.add(
        Certificate(
            project_id=ctx.the_case.project_id,
            case_id=ctx.case_id,
            assignment_id=assignment.id,
            kind=item.permit,
            number=number,
            unit=assignment.unit,
            issued_on=ctx.today,
            valid_until=valid_until,
            recorded_at=ctx.now,
        )
    )
    ctx.event("certificate_issued", permit=item.permit, number=number, unit=assignment.unit)
