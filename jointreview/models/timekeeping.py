"""What changes a case's time: pauses with their evidence, extensions with their approval, reminders already sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.domain.pauses import PauseKind
from jointreview.models.base import UtcDateTime, one_of


class PauseRequest(SQLModel, table=True):
    """A pause of the clock: asked for, approved where its kind needs it, open, closed (requirements §4.4).

    The clock itself is computed from events; this row holds who, why, on what evidence and for how long.
    """

    __tablename__ = "pause_request"
    __table_args__ = (
        one_of("kind", [k.value for k in PauseKind]),
        one_of("status", ["requested", "open", "closed", "refused", "cancelled"]),
        one_of("planned_unit", ["workday", "natural"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id", description="None: the whole case")
    kind: str
    procedure: str = Field(default="", max_length=40, description="which special procedure: hearing, testing ...")
    status: str = "requested"
    legal_basis: str = Field(default="", max_length=300)
    reason: str = Field(max_length=1000)
    evidence_no: str = Field(default="", max_length=200, description="number or address of the evidence")
    evidence_upload_id: int | None = Field(default=None, foreign_key="upload.id")
    planned_days: int
    planned_unit: str = "workday"
    requested_by: int | None = Field(default=None, foreign_key="account.id", description="None: by the system")
    requested_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision_note: str = Field(default="", max_length=500)
    opened_on: date | None = None
    planned_end: date | None = None
    closed_on: date | None = None
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    result: str = Field(default="", max_length=1000)
    notice_id: int | None = Field(default=None, foreign_key="notice.id")


class Extension(SQLModel, table=True):
    """More days, never a pause: asked by one, approved by another (Administrative Licensing Law, Art. 42)."""

    __table_args__ = (one_of("status", ["requested", "approved", "refused"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    days: int
    reason: str = Field(max_length=1000)
    status: str = "requested"
    requested_by: int = Field(foreign_key="account.id")
    requested_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision_note: str = Field(default="", max_length=500)
    notice_id: int | None = Field(default=None, foreign_key="notice.id")


class ReminderSent(SQLModel, table=True):
    """A reminder already sent for a date; when the date moves, another may be sent."""

    __tablename__ = "reminder_sent"
    __table_args__ = (UniqueConstraint("subject", "kind", "due_on"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=60, description="case:12, round:7, pause:3, card:9")
    kind: str = Field(max_length=40)
    due_on: date
    sent_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
