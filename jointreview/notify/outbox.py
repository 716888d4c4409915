"""The outbox: messages written with a decision leave afterwards; a mail failure can neither block nor repeat it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlmodel import Session, col, select

from jointreview.models.base import reading, writing
from jointreview.models.event import Notification
from jointreview.models.identity import Account
from jointreview.text import tr

MAX_TRIES = 5
_log = logging.getLogger(__name__)


def send_waiting(send: Callable[[str, str, str], bool], batch: int = 50) -> int:
    """Send waiting messages with `send(address, subject, text)`, which answers whether it left; returns how many did.

    A message is sent by its row's own state, so that a sweep that was down loses nothing; a failure is tried
    again at the next sweep, five times at most. A message being tried counts as failed until it is known to have
    left: two sweeps at once, or one that dies in the middle, never send it twice.
    """
    with reading() as session:
        waiting = session.exec(
            select(col(Notification.id))
            .where(Notification.mail == "waiting")
            .order_by(col(Notification.id))
            .limit(batch)
        ).all()
    return sum(_send_one(send, message_id) for message_id in waiting if message_id is not None)


def _send_one(send: Callable[[str, str, str], bool], message_id: int) -> bool:
    """Claim, send and settle one message; answers whether it left."""
    with writing() as session:
        message = _claimed(session, message_id)
        account = session.get(Account, message.account_id) if message else None
    if message is None:
        return False
    state = _try(send, message, account)
    with writing() as session:
        row = session.get(Notification, message_id)
        if row is not None:
            row.mail = "failed" if state == "waiting" and row.mail_tries >= MAX_TRIES else state
            session.add(row)
    return state == "sent"


def _claimed(session: Session, message_id: int) -> Notification | None:
    """The message, now marked as tried once more; None when another sweep has it."""
    message = session.exec(
        select(Notification).where(Notification.id == message_id, Notification.mail == "waiting").with_for_update()
    ).first()
    if message is not None:
        message.mail, message.mail_tries = "failed", message.mail_tries + 1
        session.add(message)
    return message


def _try(send: Callable[[str, str, str], bool], message: Notification, account: Account | None) -> str:
    """The message's next state: sent, none (nowhere to send it) or waiting."""
    if account is None or not account.email:
        return "none"
    try:
        text = tr(account.language, message.key, **message.params)
        return "sent" if send(account.email, text[:60], text) else "waiting"
    except Exception:
        # One message that cannot be written must not hold up the others.
        _log.exception("message %s could not be sent", message.id)
        return "waiting"
