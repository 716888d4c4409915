"""The outbox: messages written with a decision leave afterwards; no fault of a channel can block or repeat it.

A row is claimed (`sending`) in a transaction of its own before anything touches the network and settled after it. Two
sweeps at once therefore never hold the same row, and one that dies in between leaves it `sending`: nobody knows
whether it left, so it is shown to the administrator as uncertain and never repeated by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from jointreview.models.base import reading, writing
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account
from jointreview.notify.channel import Channel, NotDelivered, Uncertain, without_mobiles
from jointreview.notify.ical import Invitation, Issue, invitation
from jointreview.settings import settings
from jointreview.text import tr

RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MAX_TRIES = len(RETRY_AFTER) + 1
UNCERTAIN_AFTER = timedelta(minutes=10)
DIGEST_LINES = 50
_log = logging.getLogger(__name__)


def send_due(ways: Iterable[Channel], now: datetime, batch: int = 50) -> int:
    """Send what is due at `now` by the channels that are set up; answers how many messages left.

    A message is found by its row's own state, so that a sweep that was down loses nothing. A failure is tried again
    after a growing delay, MAX_TRIES times at most, then the row is `dead` and the administrator's.
    """
    usable = {way.name: way for way in ways if way.configured()}
    with reading() as session:
        due = session.exec(
            select(OutboxMessage.id, OutboxMessage.channel, OutboxMessage.daily, Notification.account_id)
            .join(Notification, col(Notification.id) == OutboxMessage.notification_id)
            .where(
                OutboxMessage.status == "waiting",
                OutboxMessage.next_try_at <= now,
                col(OutboxMessage.channel).in_(usable),
            )
            .order_by(col(OutboxMessage.next_try_at), col(OutboxMessage.id))
            .limit(batch)
        ).all()
    letters: dict[tuple[object, ...], list[int]] = {}
    for row, channel, daily, account in due:
        assert row is not None
        letters.setdefault((channel, account) if daily else (channel, account, row), []).append(row)
    return sum(_send(usable[str(key[0])], rows, now) for key, rows in letters.items())


def bury_uncertain(now: datetime) -> int:
    """Give the administrator what somebody began to send and never finished; answers how many there were."""
    with writing() as session:
        rows = session.exec(
            select(OutboxMessage).where(
                OutboxMessage.status == "sending", col(OutboxMessage.claimed_at) <= now - UNCERTAIN_AFTER
            )
        ).all()
        for row in rows:
            row.status, row.last_error = "dead", "uncertain: the sending was interrupted"
            session.add(row)
        return len(rows)


def _send(way: Channel, ids: list[int], now: datetime) -> int:
    """Claim, send and settle one message, or the messages of one digest."""
    with writing() as session:
        letters = _claimed(session, ids, now)
        account = session.get(Account, letters[0][1].account_id) if letters else None
    if not letters:
        return 0
    rows = [row for row, _ in letters]
    state, error = _try(way, rows[0].daily, [message for _, message in letters], account)
    with writing() as session:
        for claimed in rows:
            row = session.get_one(OutboxMessage, claimed.id)
            _settle(row, state, error, now)
            session.add(row)
    return len(rows) if state == "sent" else 0


def _claimed(session: Session, ids: list[int], now: datetime) -> list[tuple[OutboxMessage, Notification]]:
    """The rows that are still waiting, now marked as being sent; those another sweep has are left out."""
    rows = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.id).in_(ids), OutboxMessage.status == "waiting")
        .order_by(col(OutboxMessage.id))
        .with_for_update()
    ).all()
    for row in rows:
        row.status, row.tries, row.claimed_at = "sending", row.tries + 1, now
        session.add(row)
    return [(row, session.get_one(Notification, row.notification_id)) for row in rows]


def _settle(row: OutboxMessage, state: str, error: str, now: datetime) -> None:
    row.last_error = without_mobiles(error)
    if state == "sent":
        row.status, row.sent_at = "sent", now
    elif state == "again" and row.tries < MAX_TRIES:
        row.status, row.next_try_at = "waiting", now + RETRY_AFTER[row.tries - 1]
    else:
        row.status = "dead"


def _try(way: Channel, daily: bool, messages: list[Notification], account: Account | None) -> tuple[str, str]:
    """What came of it: sent, again, or dead, with the fault in words."""
    try:
        if account is None or not account.active or not (address := way.address(account)):
            return "dead", "the person has no address there any more"
        subject, text = _letter(way, account.language, messages) if daily else _single(account.language, messages[0])
        way.send(address, subject, text, _invitations(messages, account, address) if way.name == "mail" else ())
    except NotDelivered as error:
        return "again", str(error)
    except Uncertain as error:
        return "dead", f"uncertain: {error}"
    except Exception as error:
        # One message that cannot be written must not hold up the others.
        _log.error("a message by %s could not be written: %s", way.name, type(error).__name__)
        return "again", type(error).__name__
    return "sent", ""


def _invitations(messages: Iterable[Notification], account: Account, address: str) -> list[Invitation]:
    """What the messages put into the reader's calendar; of an entry that changed twice only the last."""
    last = {issue.uid: issue for m in messages for issue in map(Issue.model_validate, m.invitations)}
    return [invitation(issue, account.language, account.name, address) for issue in last.values()]


def _single(lang: str, message: Notification) -> tuple[str, str]:
    """Subject and text of one message in the reader's language."""
    text = tr(lang, message.key, **message.params)
    subject = tr(lang, "outbox.subject", text=text if len(text) <= 60 else text[:59] + "…")
    return subject, tr(lang, "outbox.text", text=text)


def _letter(way: Channel, lang: str, messages: list[Notification]) -> tuple[str, str]:
    """Subject and text of a digest: every message by mail and robot, their number by short message."""
    count = len(messages)
    subject = tr(lang, "outbox.digest_subject", count=count)
    if way.name == "sms":
        return subject, tr(lang, "outbox.digest_sms", count=count)
    lines = [f"{n}. {tr(lang, m.key, **m.params)}" for n, m in enumerate(messages[:DIGEST_LINES], 1)]
    return subject, tr(lang, "outbox.digest", count=count, lines="\n".join(lines), address=settings().address)
