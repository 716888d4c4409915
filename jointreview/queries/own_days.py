"""An officer's own half-days of the next working days: free, on a visit, or marked as not available."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.commands.working_days import work_calendar
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.project import Project
from jointreview.models.visit import BusyTime, Visit, VisitMember

DAYS_AHEAD = 10


@dataclass(frozen=True)
class OwnHalfDay:
    """A half-day: `kind` is free, visit or busy; a visit names its project and case with its kind."""

    day: date
    half: str
    kind: str
    note: str = ""
    case_id: int | None = None
    case_kind: str = ""


def own_days(actor: Actor, today: date) -> list[OwnHalfDay]:
    """Morning and afternoon of today, if it is a working day, and of the working days that follow: ten in all."""
    with reading() as session:
        calendar = work_calendar(session)
        days = [calendar.next_workday(today)]
        while len(days) < DAYS_AHEAD:
            days.append(calendar.nth_workday_after(days[-1], 1))
        rows = session.exec(
            select(BusyTime, Case, Project.name)
            .outerjoin(Visit, col(Visit.id) == BusyTime.visit_id)
            .outerjoin(Case, col(Case.id) == Visit.case_id)
            .outerjoin(Project, col(Project.id) == Case.project_id)
            .where(BusyTime.account_id == actor.account_id, col(BusyTime.day).in_(days))
        ).all()
        trips = _first_stops(session, actor, [busy.trip_id for busy, _, _ in rows if busy.trip_id is not None])
    taken = {
        (busy.day, busy.half): _taken(busy, *trips.get(busy.trip_id or 0, (case, project)))
        for busy, case, project in rows
    }
    return [taken.get((day, half)) or OwnHalfDay(day, half, "free") for day in days for half in ("am", "pm")]


def _first_stops(session: Session, actor: Actor, trips: list[int]) -> dict[int, tuple[Case, str]]:
    """By trip the first stop the officer is needed at: on a trip the half-day belongs to all of them."""
    rows = session.exec(
        select(Visit.trip_id, Case, Project.name)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .join(Case, col(Case.id) == Visit.case_id)
        .join(Project, col(Project.id) == Case.project_id)
        .where(col(Visit.trip_id).in_(trips), Visit.status == "planned", VisitMember.account_id == actor.account_id)
        .order_by(col(Visit.position).desc())
    ).all()
    return {trip_id: (case, project) for trip_id, case, project in rows if trip_id is not None}


def _taken(busy: BusyTime, case: Case | None, project: str | None) -> OwnHalfDay:
    if case is None:
        return OwnHalfDay(busy.day, busy.half, "busy", busy.note)
    return OwnHalfDay(busy.day, busy.half, "visit", project or "", case.id, case.kind)
