"""The address at which a person's calendar program reads: switched on, made anew, switched off by its owner alone.

Not a command of the registry: what runs there is remembered with its answer, and this answer is a secret.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from jointreview.commands.announce import announce
from jointreview.domain.problems import refuse
from jointreview.models.appointment import CalendarFeed
from jointreview.models.base import writing
from jointreview.models.identity import Audit
from jointreview.settings import settings

NOTED_EVERY = timedelta(hours=1)


def digest_of(secret: str) -> str:
    """The SHA-256 under which the secret of an address is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_feed(account_id: int) -> str:
    """A new secret for the account's own address; one there was before stops working."""
    secret, now = secrets.token_urlsafe(32), settings().current_time()
    with writing() as session:
        old = session.get(CalendarFeed, account_id, with_for_update=True)
        if old is not None:
            session.delete(old)
            session.flush()
        session.add(CalendarFeed(account_id=account_id, digest=digest_of(secret), made_at=now))
        action = "calendar.address_renewed" if old else "calendar.address_opened"
        session.add(Audit(at=now, account_id=account_id, action=action))
    announce({f"account:{account_id}"})
    return secret


def close_feed(account_id: int) -> None:
    """The address stops working. Raises Refused when there is none."""
    with writing() as session:
        feed = session.get(CalendarFeed, account_id, with_for_update=True)
        if feed is None:
            raise refuse("calendars.not_open", kind="state")
        session.delete(feed)
        session.add(Audit(at=settings().current_time(), account_id=account_id, action="calendar.address_closed"))
    announce({f"account:{account_id}"})


def note_reading(account_id: int, digest: str, now: datetime) -> None:
    """Remember that the address was read, to the hour: its owner sees whether it is used."""
    with writing() as session:
        feed = session.get(CalendarFeed, account_id)
        if feed is not None and feed.digest == digest:
            feed.read_at = now
            session.add(feed)
