"""Supervision: yellow and red cards, each once for what it is about, with reply and ruling (requirements §4.5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of


class Card(SQLModel, table=True):
    """A recorded supervision event. `subject` names what it is about, so that no sweep writes it twice."""

    __table_args__ = (
        UniqueConstraint("rule", "subject"),
        one_of("colour", ["yellow", "red"]),
        one_of("status", ["open", "replied", "upheld", "cancelled"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(default="", max_length=60)
    case_id: int = Field(foreign_key="case.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    unit: str = Field(max_length=40, index=True, description="handling unit, or window or coordinator")
    account_id: int | None = Field(default=None, foreign_key="account.id", description="the handler, where known")
    rule: str = Field(max_length=20, description="rule number of the catalogue")
    colour: str
    subject: str = Field(max_length=80)
    facts: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    happened_on: date
    issued_on: date
    issued_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    issued_by: int | None = Field(default=None, foreign_key="account.id", description="None: by the sweep")
    reply_due: date
    document_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    reason: str = Field(default="", max_length=1000, description="of a card issued by hand")
    groundless_since: date | None = Field(default=None, description="recalculation no longer finds its ground")
    status: str = "open"
    reply: str = Field(default="", max_length=1000)
    replied_by: int | None = Field(default=None, foreign_key="account.id")
    replied_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    ruling: str = Field(default="", max_length=1000)
    ruled_by: int | None = Field(default=None, foreign_key="account.id")
    ruled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class SweepMark(SQLModel, table=True):
    """Up to which version of a case, and through which day, supervision has looked at it."""

    __tablename__ = "sweep_mark"

    case_id: int = Field(primary_key=True, foreign_key="case.id")
    version: int
    through: date
