"""The planned visit of a case as relations and checks see it: who goes, for which unit, and who has arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from jointreview.models.identity import Post
from jointreview.models.visit import Visit, VisitMember


@dataclass(frozen=True)
class VisitFacts:
    """The planned visit of a case, where there is one; `expected_units` are those who have not arrived.

    `going` names by unit the account that goes, or went; `posts` are the officers' posts of those who go, by id, with
    the unit: who stands in for one of them may go.
    """

    id: int
    day: date
    half: str
    units: frozenset[str]
    expected_units: frozenset[str]
    officers: frozenset[int]
    signed_in: frozenset[int]
    going: Mapping[str, int]
    posts: Mapping[int, str]
    acknowledged: bool = False


def visit_facts(session: Session, visit: Visit | None) -> VisitFacts | None:
    """The facts of a planned visit; None without one."""
    if visit is None or visit.id is None:
        return None
    members = session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all()
    return VisitFacts(
        id=visit.id,
        day=visit.day,
        half=visit.half,
        units=frozenset(m.unit for m in members),
        expected_units=frozenset(m.unit for m in members if m.signed_in_at is None),
        officers=frozenset(m.account_id for m in members),
        signed_in=frozenset(m.account_id for m in members if m.signed_in_at),
        going={m.unit: m.account_id for m in members},
        posts=_posts(session, members),
        acknowledged=visit.acknowledged_at is not None,
    )


def there() -> ColumnElement[bool]:
    """The condition under which a unit counts as having been on a visit.

    It came; or it was excused and gives its opinion in writing; or it missed the visit and lost the right to another
    (requirements §3.5: only where the item allows it, which the condition does not know).
    """
    over = or_(col(VisitMember.attendance) == "excused", col(VisitMember.treatment) == "deemed")
    return or_(
        and_(col(Visit.status).in_(["planned", "held"]), col(VisitMember.attendance) == "present"),
        and_(col(Visit.status) == "held", over),
    )


def _posts(session: Session, members: Sequence[VisitMember]) -> dict[int, str]:
    rows = session.exec(
        select(Post).where(
            col(Post.account_id).in_([m.account_id for m in members]), Post.role == "officer", col(Post.active)
        )
    ).all()
    going = {(m.account_id, m.unit) for m in members}
    return {row.id: row.unit for row in rows if row.id is not None and (row.account_id, row.unit) in going}
