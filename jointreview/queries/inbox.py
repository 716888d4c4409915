"""Messages to a person, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.event import Notification


@dataclass(frozen=True)
class Message:
    """One message: text key with parameters, its case, when it came, and whether it is unread."""

    id: int
    case_id: int | None
    key: str
    params: dict[str, object]
    at: datetime
    unread: bool


def messages(actor: Actor, limit: int = 30) -> list[Message]:
    """The newest messages of the actor."""
    with reading() as session:
        rows = session.exec(
            select(Notification)
            .where(Notification.account_id == actor.account_id)
            .order_by(col(Notification.at).desc(), col(Notification.id).desc())
            .limit(limit)
        ).all()
    return [Message(r.id or 0, r.case_id, r.key, r.params, r.at, r.read_at is None) for r in rows]


def unread_count(actor: Actor) -> int:
    """How many messages of the actor are unread."""
    with reading() as session:
        return session.exec(
            select(func.count(col(Notification.id))).where(
                Notification.account_id == actor.account_id, col(Notification.read_at).is_(None)
            )
        ).one()
