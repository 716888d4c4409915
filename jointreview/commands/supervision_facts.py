"""What relations and checks know of the supervision cards of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.models.supervision import Card


@dataclass(frozen=True)
class CardFacts:
    """A card: whose it is, how it stands, and whether its time to be answered has passed."""

    id: int
    unit: str
    status: str
    issued_by: int | None
    replied_by: int | None
    unanswered_late: bool
    groundless: bool


def card_facts(session: Session, case_id: int, today: date) -> tuple[CardFacts, ...]:
    """The cards of a case, oldest first."""
    rows = session.exec(select(Card).where(Card.case_id == case_id).order_by(col(Card.id))).all()
    return tuple(
        CardFacts(
            id=row.id or 0,
            unit=row.unit,
            status=row.status,
            issued_by=row.issued_by,
            replied_by=row.replied_by,
            unanswered_late=row.status == "open" and today > row.reply_due,
            groundless=row.groundless_since is not None,
        )
        for row in rows
    )
