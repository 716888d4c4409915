"""The joint visit: one officer of each department and the applicant at one time, with attendance."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import UtcDateTime, one_of


class Visit(SQLModel, table=True):
    """One joint visit of a case; a re-inspection is a visit of the failing departments only."""

    __table_args__ = (
        one_of("half", ["am", "pm"]),
        one_of("status", ["planned", "held", "failed", "cancelled"]),
        one_of("cause", ["", "applicant", "weather", "car", "department", "other"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    number: str = Field(default="", max_length=60)
    day: date
    half: str
    status: str = "planned"
    meeting_point: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=64)
    contact_mobile: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=300, description="why it was cancelled, or failed")
    cause: str = Field(default="", description="whose cause it was that it failed")
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="held, or failed")
    acknowledged_by: int | None = Field(default=None, foreign_key="account.id", description="by the applicant")
    acknowledged_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    record_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    merged_on: date | None = Field(default=None, description="when the record took in every department's opinion")
    document_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    trip_id: int | None = Field(default=None, foreign_key="trip.id", index=True)
    position: int = Field(default=0, description="which stop of its trip, from 1; 0 without one")
    arrive: int | None = Field(default=None, description="on a trip: minutes after midnight, as planned")
    leave: int | None = None
    planned_by: int = Field(foreign_key="account.id")
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class VisitMember(SQLModel, table=True):
    """One officer of one unit on a visit, with the reply; on a trip the seat's reply counts (TripMember).

    `excused`: approved leave with a written opinion to follow. `treatment` is what an absence came to: `deemed`, no
    objection from the site and no other trip for it; `kept`, the rule did not apply; `reversed` by a coordinator.
    """

    __table_args__ = (
        UniqueConstraint("visit_id", "unit"),
        one_of("attendance", ["expected", "present", "absent", "excused"]),
        one_of("reply", ["waiting", "accepted", "declined"]),
        one_of("treatment", ["", "deemed", "kept", "reversed"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    unit: str = Field(max_length=40)
    account_id: int = Field(foreign_key="account.id", index=True)
    acting_for: str = Field(default="", max_length=64, description="the holder of the post, when a deputy came")
    asked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="when it was told")
    reply: str = "waiting"
    replied_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reason: str = Field(default="", max_length=300, description="why it was declined")
    attendance: str = "expected"
    signed_in_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    treatment: str = ""
    treated_on: date | None = None
    treatment_reason: str = Field(default="", max_length=300)
    proof: str = Field(default="", max_length=10, description="code, position or self: how the arrival is known")
    distance_m: float | None = Field(default=None, description="to the parcel, as the position said")
    client_time: datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime), description="when it was done without network"
    )


class BusyTime(SQLModel, table=True):
    """A half-day on which an officer is taken: by a visit, a whole trip, leave or duty. One thing at a time."""

    __table_args__ = (UniqueConstraint("account_id", "day", "half"), one_of("half", ["am", "pm"]))

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    day: date
    half: str
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    trip_id: int | None = Field(default=None, foreign_key="trip.id", index=True)
    note: str = Field(default="", max_length=100)
