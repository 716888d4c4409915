"""The outbox: messages written with a decision leave afterwards; a mail failure can neither block nor repeat it."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import col, select

from jointreview.models.base import reading, writing
from jointreview.models.event import Notification
from jointreview.models.identity import Account
from jointreview.text import tr

MAX_TRIES = 5


def send_waiting(send: Callable[[str, str, str], bool], batch: int = 50) -> int:
    """Send waiting messages with `send(address, subject, text)`, which answers whether it left; returns how many did.

    A message is sent by its row's own state, so that a sweep that was down loses nothing; a failure is tried
    again at the next sweep, five times at most.
    """
    with reading() as session:
        waiting = session.exec(
            select(Notification).where(Notification.mail == "waiting").order_by(col(Notification.id)).limit(batch)
        ).all()
        addresses = {n.account_id: session.get(Account, n.account_id) for n in waiting}
    sent = 0
    for message in waiting:
        account = addresses[message.account_id]
        state = _try(send, message, account)
        with writing() as session:
            row = session.get(Notification, message.id)
            if row is None:
                continue
            row.mail_tries += 1
            row.mail = "failed" if state == "waiting" and row.mail_tries >= MAX_TRIES else state
            session.add(row)
        sent += state == "sent"
    return sent


def _try(send: Callable[[str, str, str], bool], message: Notification, account: Account | None) -> str:
    """The message's next state: sent, none (nowhere to send it) or waiting."""
    if account is None or not account.email:
        return "none"
    text = tr(account.language, message.key, **message.params)
    return "sent" if send(account.email, text[:60], text) else "waiting"
