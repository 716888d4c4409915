"""One car: cars, trips with their stops and crews, what applicants offer, and planning runs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of


class Car(SQLModel, table=True):
    """A car of the joint survey. `seats` are those of officers; the driver has one more."""

    id: int | None = Field(default=None, primary_key=True)
    plate: str = Field(unique=True, max_length=20)
    name: str = Field(default="", max_length=40)
    seats: int
    driver: str = Field(default="", max_length=64)
    driver_mobile: str = Field(default="", max_length=20)
    active: bool = True


class CarBusy(SQLModel, table=True):
    """A half-day on which a car is taken: by a trip, drafted or confirmed, or by something else. One at a time."""

    __tablename__ = "car_busy"
    __table_args__ = (UniqueConstraint("car_id", "day", "half"), one_of("half", ["am", "pm"]))

    id: int | None = Field(default=None, primary_key=True)
    car_id: int = Field(foreign_key="car.id", index=True)
    day: date
    half: str
    trip_id: int | None = Field(default=None, foreign_key="trip.id", index=True)
    note: str = Field(default="", max_length=100)


class Trip(SQLModel, table=True):
    """One car on one half-day (requirements §3.2). A draft binds its car only, a confirmed trip its officers as well.

    `back`, and `arrive` and `leave` of the stops, are minutes after midnight in Shanghai. `revision` grows with every
    change: who changes a trip says which one was seen. A draft that is `kept` survives the next plan.
    """

    __table_args__ = (
        one_of("half", ["am", "pm"]),
        one_of("status", ["draft", "confirmed", "held", "cancelled"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(default="", max_length=60)
    car_id: int = Field(foreign_key="car.id", index=True)
    day: date = Field(index=True)
    half: str
    status: str = Field(default="draft", index=True)
    revision: int = 1
    kept: bool = False
    back: int = 0
    km: float = 0.0
    drive_minutes: int = 0
    lead_id: int | None = Field(default=None, foreign_key="account.id", description="the officer who leads the trip")
    reason: str = Field(default="", max_length=300, description="why it was cancelled")
    planned_by: int = Field(foreign_key="account.id")
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class TripStop(SQLModel, table=True):
    """One case on a trip; from the confirmation on it has its visit."""

    __tablename__ = "trip_stop"
    __table_args__ = (UniqueConstraint("trip_id", "case_id"),)

    id: int | None = Field(default=None, primary_key=True)
    trip_id: int = Field(foreign_key="trip.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    position: int
    arrive: int
    leave: int
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)


class TripMember(SQLModel, table=True):
    """One officer on board, for the unit that needs one at any of the stops; everybody rides the whole trip."""

    __tablename__ = "trip_member"
    __table_args__ = (UniqueConstraint("trip_id", "unit"), one_of("reply", ["waiting", "accepted", "declined"]))

    id: int | None = Field(default=None, primary_key=True)
    trip_id: int = Field(foreign_key="trip.id", index=True)
    unit: str = Field(max_length=40)
    account_id: int = Field(foreign_key="account.id", index=True)
    asked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="when it was told")
    reply: str = "waiting"
    replied_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reason: str = Field(default="", max_length=300)


class SurveyOffer(SQLModel, table=True):
    """What the applicant offers for the survey of a case: half-days and the point of entry; the last one counts."""

    __tablename__ = "survey_offer"

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    half_days: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    lon: float | None = None
    lat: float | None = None
    note: str = Field(default="", max_length=300)
    said_by: int = Field(foreign_key="account.id")
    said_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SurveyLeave(SQLModel, table=True):
    """An officer cannot come for a reason of the service: asked, decided by the head of the unit (requirements §3.5).

    With approval a substitute goes, or the unit gives its opinion in writing.
    """

    __tablename__ = "survey_leave"
    __table_args__ = (
        one_of("half", ["am", "pm"]),
        one_of("kind", ["duty", "emergency"]),
        one_of("status", ["asked", "approved", "refused"]),
        one_of("instead", ["", "substitute", "written"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    unit: str = Field(max_length=40, index=True)
    trip_id: int | None = Field(default=None, foreign_key="trip.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    day: date
    half: str
    kind: str
    reason: str = Field(max_length=300)
    status: str = Field(default="asked", index=True)
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    note: str = Field(default="", max_length=300)
    instead: str = ""
    substitute_id: int | None = Field(default=None, foreign_key="account.id")


class SurveyArea(SQLModel, table=True):
    """A part of the city that certain officers know: towns of the form, or a polygon (GeoJSON, EPSG:4490)."""

    __tablename__ = "survey_area"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=40)
    towns: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    polygon: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))


class SurveyAreaOfficer(SQLModel, table=True):
    """An officer who surveys an area."""

    __tablename__ = "survey_area_officer"

    area_id: int = Field(foreign_key="survey_area.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True)


class PlanRun(SQLModel, table=True):
    """One planning of trips: the question as it was put, how far the search is, and its answer (docs/planner.md)."""

    __tablename__ = "plan_run"
    __table_args__ = (one_of("status", ["queued", "running", "done", "adopted", "dropped", "failed"]),)

    id: int | None = Field(default=None, primary_key=True)
    status: str = Field(default="queued", index=True)
    seconds: int
    question: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    progress: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    answer: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    stop_asked: bool = False
    fault: str = Field(default="", max_length=300)
    asked_by: int = Field(foreign_key="account.id")
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    heard_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="last sign of life")
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
