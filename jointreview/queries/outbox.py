"""Messages outside the product: what a person may choose, and for the administrator those that did not leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from jointreview.domain.masking import mask_name
from jointreview.models.base import reading
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account
from jointreview.notify.channels import WISHES, channels

SHOWN = 100
_UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up; `uncertain` tells that it may have arrived."""

    message_id: int
    channel: str
    person: str
    error: str
    uncertain: bool
    tries: int
    at: datetime


@dataclass(frozen=True)
class OutboxView:
    """How many messages wait, did not leave, and may have left; the newest SHOWN of those that need somebody."""

    waiting: int
    dead: int
    uncertain: int
    letters: tuple[DeadLetter, ...]


def notice_choices(account_id: int) -> dict[str, str]:
    """What the person wants of each channel that is set up and reaches them."""
    with reading() as session:
        account = session.get_one(Account, account_id)
        wishes = dict(account.notices)
        names = [way.name for way in channels() if way.configured() and way.address(account)]
    return {name: wishes[name] if wishes.get(name) in WISHES else WISHES[0] for name in names}


def stored_wishes(account_id: int) -> dict[str, str]:
    """Everything the person once chose, channels that are not set up included."""
    with reading() as session:
        return dict(session.get_one(Account, account_id).notices)


def outbox_view() -> OutboxView:
    """What the administrator sees: names are masked, the text of a message is not shown."""
    with reading() as session:
        counts = dict(
            session.exec(
                select(col(OutboxMessage.status), func.count(col(OutboxMessage.id)))
                .where(col(OutboxMessage.status).in_(["waiting", "dead"]))
                .group_by(col(OutboxMessage.status))
            ).all()
        )
        uncertain = session.exec(
            select(func.count(col(OutboxMessage.id))).where(
                OutboxMessage.status == "dead", col(OutboxMessage.last_error).startswith(_UNCERTAIN)
            )
        ).one()
        rows = session.exec(
            select(OutboxMessage, Notification, Account)
            .join(Notification, col(Notification.id) == OutboxMessage.notification_id)
            .join(Account, col(Account.id) == Notification.account_id)
            .where(OutboxMessage.status == "dead")
            .order_by(col(OutboxMessage.id).desc())
            .limit(SHOWN)
        ).all()
        letters = tuple(
            DeadLetter(
                row.id or 0,
                row.channel,
                mask_name(account.name),
                row.last_error,
                row.last_error.startswith(_UNCERTAIN),
                row.tries,
                message.at,
            )
            for row, message, account in rows
        )
    dead = counts.get("dead", 0) - uncertain
    return OutboxView(counts.get("waiting", 0), dead, uncertain, letters)
