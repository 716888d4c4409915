"""A department asks another one before it decides; the answer is advice, the opinion stays its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import UtcDateTime, one_of


class Consultation(SQLModel, table=True):
    """A question of one handling unit to another about a case."""

    __table_args__ = (one_of("status", ["asked", "answered", "withdrawn"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    to_unit: str = Field(max_length=40, index=True)
    question: str = Field(max_length=1000)
    due_on: date
    status: str = "asked"
    asked_by: int = Field(foreign_key="account.id")
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answer: str = Field(default="", max_length=3000)
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
