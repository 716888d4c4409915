"""The surveys an officer goes on, with what is to be answered; and the leaves a head of a unit has to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_survey import Survey
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.people import officers_of
from jointreview.commands.trip_leave import leave_for, leaves_in_month
from jointreview.commands.trip_seats import answer, answer_due
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Account, Post
from jointreview.models.project import Project
from jointreview.models.trip import Car, SurveyLeave, Trip, TripMember
from jointreview.models.visit import BusyTime, Visit, VisitMember
from jointreview.settings import settings


@dataclass(frozen=True)
class Stop:
    """One site on the way; `arrive` in minutes after midnight, None without a trip."""

    case_id: int
    number: str
    project: str
    arrive: int | None


@dataclass(frozen=True)
class MyTrip:
    """A seat: `trip_id` with its revision, or `visit_id`; `reply` as it stands, `due` until when it is waited for.

    `colleagues` of the unit are free then; `leave` is the state of a leave asked for ("" without one).
    """

    trip_id: int
    visit_id: int
    revision: int
    day: date
    half: str
    number: str
    car: str
    reply: str
    due: datetime | None
    stops: tuple[Stop, ...]
    colleagues: tuple[tuple[int, str], ...]
    leave: str
    leave_left: bool


@dataclass(frozen=True)
class LeaveAsked:
    """A leave that waits for the head of the unit; `substitutes` are free then."""

    id: int
    name: str
    day: date
    half: str
    kind: str
    reason: str
    substitutes: tuple[tuple[int, str], ...] = field(default_factory=tuple)


def my_trips(actor: Actor, now: datetime) -> list[MyTrip]:
    """An officer's surveys from today on, the next first; those of the holder for who stands in."""
    if actor.role != "officer":
        return []
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        post = session.get(Post, actor.post_id) if actor.acting_for and actor.post_id else None
        mine = post.account_id if post else actor.account_id
        rows = session.exec(
            select(Visit, VisitMember)
            .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
            .where(
                VisitMember.account_id == mine,
                VisitMember.unit == actor.unit,
                Visit.status == "planned",
                Visit.day >= today,
            )
            .order_by(col(Visit.day), col(Visit.half), col(Visit.position))
        ).all()
        groups: dict[tuple[int, int], list[tuple[Visit, VisitMember]]] = {}
        for visit, member in rows:
            groups.setdefault((visit.trip_id or 0, 0 if visit.trip_id else visit.id or 0), []).append((visit, member))
        survey = load_catalog(settings().catalogue, today).rules.survey
        calendar = work_calendar(session)
        return [_seat(session, visits, survey, calendar, now) for visits in groups.values()]


def _seat(
    session: Session, rows: list[tuple[Visit, VisitMember]], survey: Survey, calendar: WorkCalendar, now: datetime
) -> MyTrip:
    visit, member = rows[0]
    trip = session.get(Trip, visit.trip_id) if visit.trip_id else None
    car = session.get(Car, trip.car_id) if trip else None
    row: TripMember | VisitMember = member
    if trip is not None:
        seats = select(TripMember).where(TripMember.trip_id == trip.id, TripMember.unit == member.unit)
        row = session.exec(seats).first() or member
    leave = leave_for(session, row, visit)
    return MyTrip(
        trip_id=visit.trip_id or 0,
        visit_id=0 if trip else visit.id or 0,
        revision=trip.revision if trip else 0,
        day=visit.day,
        half=visit.half,
        number=trip.number if trip else visit.number,
        car=f"{car.plate} {car.driver}".strip() if car else "",
        reply=answer(row, survey, calendar, now),
        due=answer_due(row.asked_at, survey, calendar),
        stops=tuple(_stop(session, v) for v, _ in rows),
        colleagues=_free(session, member.unit, visit.day, visit.half, member.account_id),
        leave=leave.status if leave else "",
        leave_left=leaves_in_month(session, member.account_id, visit.day) < survey.leave_per_month,
    )


def _stop(session: Session, visit: Visit) -> Stop:
    case = session.get_one(Case, visit.case_id)
    project = session.get_one(Project, case.project_id)
    return Stop(visit.case_id, case.number, project.name, visit.arrive)


def _free(session: Session, unit: str, day: date, half: str, but: int) -> tuple[tuple[int, str], ...]:
    taken = set(session.exec(select(BusyTime.account_id).where(BusyTime.day == day, BusyTime.half == half)).all())
    return tuple((a.id, a.name) for a in officers_of(session, unit) if a.id and a.id != but and a.id not in taken)


def leaves_asked(actor: Actor) -> list[LeaveAsked]:
    """What waits for the head of a unit, the soonest first."""
    if actor.role != "leader":
        return []
    with reading() as session:
        rows = session.exec(
            select(SurveyLeave, Account.name)
            .join(Account, col(Account.id) == SurveyLeave.account_id)
            .where(SurveyLeave.unit == actor.unit, SurveyLeave.status == "asked")
            .order_by(col(SurveyLeave.day), col(SurveyLeave.id))
        ).all()
        return [
            LeaveAsked(
                id=row.id or 0,
                name=name,
                day=row.day,
                half=row.half,
                kind=row.kind,
                reason=row.reason,
                substitutes=_free(session, row.unit, row.day, row.half, row.account_id),
            )
            for row, name in rows
        ]
