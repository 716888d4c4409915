"""What a person does with the own messages."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.commands.announce import announce
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.event import Notification
from jointreview.settings import settings


def mark_all_read(actor: Actor) -> int:
    """Every unread message of the actor counts as read; answers how many there were."""
    now = settings().current_time()
    with writing() as session:
        unread = session.exec(
            select(Notification).where(
                Notification.account_id == actor.account_id, col(Notification.read_at).is_(None)
            )
        ).all()
        for row in unread:
            row.read_at = now
            session.add(row)
    announce({f"account:{actor.account_id}"} if unread else set())
    return len(unread)
