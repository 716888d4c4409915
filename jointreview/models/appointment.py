"""Calendars outside the product: what was last put into a person's calendar, and the address a calendar reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime


class Appointment(SQLModel, table=True):
    """One entry of one person's calendar as it was last sent.

    `subject` is what the person attends: `case:12:1` the first visit of case 12, however often it is moved, `trip:3`
    a whole trip. `sequence` grows with every change, so that calendars know which message is the later one.
    """

    __table_args__ = (UniqueConstraint("account_id", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    subject: str = Field(max_length=40, index=True)
    uid: str = Field(unique=True, max_length=200)
    sequence: int = 0
    cancelled: bool = False
    content: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CalendarFeed(SQLModel, table=True):
    """The address at which a person's calendar program reads: the table holds the SHA-256 of its secret only."""

    __tablename__ = "calendar_feed"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    digest: str = Field(unique=True, max_length=64)
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="to the hour")
