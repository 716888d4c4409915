"""What happened, in order: events with their hash chain, notifications, counters, the working-day table."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of


class Event(SQLModel, table=True):
    """One fact of a case, append-only; `hash` chains each to the one before (requirements §6.2)."""

    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    seq: int
    kind: str = Field(max_length=40, index=True)
    code: int | None = Field(default=None, description="national status code 1..15 where one exists")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    effective_on: date = Field(description="working day it counts for; the business date of a paper record")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    actor_name: str = Field(default="", max_length=64)
    actor_role: str = Field(default="", max_length=20)
    actor_unit: str = Field(default="", max_length=40)
    acting_for: str = Field(default="", max_length=64, description="the holder of the post, when a deputy acted")
    client_time: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    backfilled: bool = Field(default=False, description="business date differs from the server's date")
    payload: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    previous_hash: str = Field(default="", max_length=64)
    hash: str = Field(max_length=64)


class IdempotencyKey(SQLModel, table=True):
    """A command already run: the same key runs once, its answer is repeated."""

    key: str = Field(primary_key=True, max_length=80)
    account_id: int = Field(primary_key=True)
    command: str = Field(max_length=60)
    request_digest: str = Field(max_length=64)
    answer: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Counter(SQLModel, table=True):
    """The last number given in a series, for example joint opinions of 2026."""

    series: str = Field(primary_key=True, max_length=40)
    year: int = Field(primary_key=True)
    last: int = 0


class Notification(SQLModel, table=True):
    """A message to one person, shown in the product; OutboxMessage carries it outside."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    key: str = Field(max_length=60, description="text key")
    params: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    invitations: list = Field(
        default_factory=list,
        sa_column=Column(JsonType, nullable=False),
        description="what the message changes in the person's calendar (notify.ical.Issue)",
    )


class OutboxMessage(SQLModel, table=True):
    """One message to one person through one channel outside the product; it never holds up what it tells of."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        one_of("status", ["waiting", "sending", "sent", "dead", "given_up"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    notification_id: int = Field(foreign_key="notification.id", index=True)
    channel: str = Field(max_length=20, description="mail, sms or robot")
    status: str = Field(default="waiting", index=True)
    daily: bool = Field(default=False, description="waits for the person's digest")
    tries: int = 0
    claimed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    next_try_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_error: str = Field(default="", max_length=300)
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class CalendarDayRow(SQLModel, table=True):
    """One day of the working-day table, editable by the coordinator (requirements §4.2)."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        one_of("kind", ["workday", "weekend", "holiday", "makeup"]),
        one_of("status", ["official", "provisional"]),
    )

    day: date = Field(primary_key=True)
    is_workday: bool
    kind: str
    name: str = Field(default="", max_length=40)
    source: str = Field(default="", max_length=120)
    status: str = "official"
