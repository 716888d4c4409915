"""Putting a message in the outbox: in the product for everybody, and for every channel the person has and wants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from jointreview.domain.calendar import WorkCalendar
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account
from jointreview.notify.channels import channels

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIGEST_AT = time(8, 30)


def enqueue(
    session: Session,
    account_id: int,
    key: str,
    params: dict[str, Any],
    now: datetime,
    calendar: Callable[[], WorkCalendar],
    case_id: int | None = None,
) -> Notification:
    """Write the message and one outbox row for each channel, within the caller's transaction; answers the message."""
    message = Notification(account_id=account_id, case_id=case_id, key=key, params=params, at=now)
    session.add(message)
    account = session.get(Account, account_id)
    reached = [c for c in channels() if account and account.active and c.configured() and c.address(account)]
    if account is None or not reached:
        return message
    session.flush()
    assert message.id is not None
    for channel in reached:
        wish = account.notices.get(channel.name, "at_once")
        if wish != "product":
            due = next_digest(now, calendar()) if wish == "daily" else now
            session.add(
                OutboxMessage(
                    notification_id=message.id, channel=channel.name, daily=wish == "daily", next_try_at=due
                )
            )
    return message


def next_digest(now: datetime, calendar: WorkCalendar) -> datetime:
    """The next half past eight of a working day, Shanghai time."""
    local = now.astimezone(SHANGHAI)
    first = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
    return datetime.combine(calendar.next_workday(first), DIGEST_AT, SHANGHAI).astimezone(UTC)
