"""What the papers of a joint survey are made of: dispatch and attendance sheets of a trip, notices to departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jointreview.paperwork.data import HalfDay, Paper, PersonLine, VisitTeam


def _need(values: tuple[object, ...], what: str) -> None:
    if not values:
        raise ValueError(f"this document says nothing without {what}")


@dataclass(frozen=True, kw_only=True)
class StopLine:
    """One stop: when the car arrives and leaves (HH:MM), the works, where, for which departments, and the contact."""

    number: int
    arrive: str
    leave: str
    project: str
    case_number: str
    place: str
    units: tuple[str, ...] = ()
    contact: PersonLine | None = None


@dataclass(frozen=True, kw_only=True)
class Rider:
    """One officer on board with the seat, counted from 1; `answer` is what the officer said to the trip."""

    seat: int
    unit: str
    name: str
    phone: str = ""
    lead: bool = False
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class TripPaper(Paper):
    """A paper of one trip: it concerns several cases, so it carries no case number and no verification code.

    `verify_url` is where its QR code leads: the route for those who ride.
    """

    day: date
    half_day: HalfDay
    depot: str
    departs: str
    back: str
    plate: str
    car: str = ""
    seats: int
    driver: PersonLine
    km: float
    drive_minutes: int
    ordered_by: str = ""
    riders: tuple[Rider, ...]
    stops: tuple[StopLine, ...]

    def __post_init__(self) -> None:
        _need(self.stops, "stops")
        _need(self.riders, "riders")


@dataclass(frozen=True, kw_only=True)
class DispatchSheet(TripPaper):
    """派车单（路线单）: car, driver, who sits where, the stops with their times, signatures."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """One person expected at a stop, and how and when the arrival was noted, as far as it was."""

    unit: str
    name: str
    at: datetime | None = None
    method: str = ""
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet(TripPaper):
    """签到表: for every stop of the trip its people, in the order of the stops."""

    people: tuple[tuple[SignedIn, ...], ...]


@dataclass(frozen=True, kw_only=True)
class UnitsNotice(Paper):
    """联合踏勘通知书 or 联合验收通知书 to the departments: when, where, whom each sends for what, and the car."""

    visit_on: date
    half_day: HalfDay
    window: str = ""
    place: str
    teams: tuple[VisitTeam, ...]
    contact: PersonLine | None = None
    trip_number: str = ""
    plate: str = ""
    departs: str = ""
    depot: str = ""
    reply_hours: int

    def __post_init__(self) -> None:
        _need(self.teams, "teams")


@dataclass(frozen=True, kw_only=True)
class AbsenceLine:
    """A department that did not come: whom it had named, when it was told, and how its absence is treated."""

    unit: str
    officer: str
    told_at: datetime
    treatment: str


@dataclass(frozen=True, kw_only=True)
class AbsenceReport(Paper):
    """缺席情况通报 on one visit (requirements §3.5)."""

    visited_on: date
    half_day: HalfDay
    place: str
    present: tuple[str, ...]
    absences: tuple[AbsenceLine, ...]

    def __post_init__(self) -> None:
        _need(self.absences, "absences")
