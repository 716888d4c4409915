"""The planning question as the cases, cars, people and trips of today put it, in the form of docs/planner.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_survey import Survey
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import load_facts
from jointreview.commands.people import officers_of
from jointreview.commands.survey_areas import areas_of, home_areas
from jointreview.commands.survey_needs import SurveyNeed, need_of, survey_needs
from jointreview.commands.working_days import work_calendar
from jointreview.domain.booking import open_half_days
from jointreview.domain.free_slots import HalfDay
from jointreview.models.case import Case
from jointreview.models.trip import Car, CarBusy, Trip, TripMember, TripStop
from jointreview.models.visit import BusyTime
from jointreview.settings import settings

FAR = date(9999, 12, 31)


def question(session: Session, now: datetime) -> dict[str, Any]:
    """The question of `plan`: cars, officers and requests are named by their ids as text.

    Confirmed trips and drafts that are kept stand as `confirmed`; the other drafts' cases are asked anew. Cases
    without a place are left out: nobody can drive there.
    """
    survey = load_catalog(settings().catalogue, now.astimezone(SHANGHAI).date()).rules.survey
    half_days = open_half_days(
        [h.half for h in survey.half_days],
        now.astimezone(SHANGHAI),
        work_calendar(session),
        survey.cutoff,
        survey.horizon_workdays,
    )
    fixed = _fixed(session, half_days)
    settled = {stop.case_id for _, stops, _ in fixed for stop in stops}
    needs = [n for n in survey_needs(session, now) if n.place and n.half_days and n.case_id not in settled]
    riding = [_of_stop(session, stop, now) for _, stops, _ in fixed for stop in stops]
    units = sorted({unit for need in needs for unit in need.units} | {s.unit for _, _, seats in fixed for s in seats})
    return {
        "depot": {"lon": survey.depot.lon, "lat": survey.depot.lat},
        "sessions": [_session(survey, h) for h in half_days],
        "cars": _cars(session, half_days, {t.id or 0 for t, _, _ in fixed}),
        "officers": _officers(session, units, half_days, {t.id or 0 for t, _, _ in fixed}),
        "requests": [_request(session, n, survey) for n in [*needs, *riding]],
        "travel": survey.driving.model_dump(),
        "max_stops": survey.max_stops,
        "confirmed": [_confirmed(trip, stops, seats) for trip, stops, seats in fixed],
    }


def _session(survey: Survey, half_day: HalfDay) -> dict[str, str]:
    hours = survey.hours(half_day.half.value)
    assert hours is not None
    return {
        "day": half_day.date.isoformat(),
        "half": half_day.half.value,
        "opens": f"{hours.opens:%H:%M}",
        "closes": f"{hours.closes:%H:%M}",
    }


Fixed = tuple[Trip, list[TripStop], list[TripMember]]


def _fixed(session: Session, half_days: list[HalfDay]) -> list[Fixed]:
    """The trips of these half-days that stay as they are; a kept draft without a full crew cannot."""
    known = {(h.date, h.half.value) for h in half_days}
    found = []
    for trip in session.exec(
        select(Trip).where(col(Trip.status).in_(["draft", "confirmed"])).order_by(col(Trip.id))
    ).all():
        if (trip.day, trip.half) not in known or (trip.status == "draft" and not trip.kept):
            continue
        stops = session.exec(
            select(TripStop).where(TripStop.trip_id == trip.id).order_by(col(TripStop.position))
        ).all()
        seats = session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all()
        if stops and seats:
            found.append((trip, list(stops), list(seats)))
    return found


def _of_stop(session: Session, stop: TripStop, now: datetime) -> SurveyNeed:
    case = session.get_one(Case, stop.case_id)
    return need_of(session, case, load_facts(session, case, now.astimezone(SHANGHAI).date()), now)


def _cars(session: Session, half_days: list[HalfDay], fixed: set[int]) -> list[dict[str, Any]]:
    """Cars with the half-days on which nothing but a trip that stays takes them; drafts give way."""
    rows = session.exec(select(CarBusy)).all()
    drafts = set(session.exec(select(Trip.id).where(Trip.status == "draft")).all())
    taken = {
        (b.car_id, b.day, b.half)
        for b in rows
        if b.trip_id is None or (b.trip_id not in fixed and b.trip_id not in drafts)
    }
    return [
        {
            "id": str(car.id),
            "seats": car.seats,
            "sessions": [
                [h.date.isoformat(), h.half.value] for h in half_days if (car.id, h.date, h.half.value) not in taken
            ],
        }
        for car in session.exec(select(Car).where(col(Car.active)).order_by(col(Car.id))).all()
    ]


def _officers(session: Session, units: list[str], half_days: list[HalfDay], fixed: set[int]) -> list[dict[str, Any]]:
    known = {(h.date, h.half.value) for h in half_days}
    away: dict[int, list[list[str]]] = {}
    for busy in session.exec(select(BusyTime)).all():
        if (busy.day, busy.half) in known and (busy.trip_id is None or busy.trip_id not in fixed):
            away.setdefault(busy.account_id, []).append([busy.day.isoformat(), busy.half])
    homes = home_areas(session)
    return [
        {
            "id": f"{unit}:{officer.id}",
            "department": unit,
            "unavailable": sorted(away.get(officer.id or 0, [])),
            **({"area": homes[officer.id]} if officer.id in homes else {}),
        }
        for unit in units
        for officer in officers_of(session, unit)
    ]


def _request(session: Session, need: SurveyNeed, survey: Survey) -> dict[str, Any]:
    lon, lat = need.place or (survey.depot.lon, survey.depot.lat)
    days = [h.date for h in need.half_days]
    due = max(need.due or FAR, min(days, default=FAR))
    areas = areas_of(session, need)
    return {
        "id": str(need.case_id),
        "lon": lon,
        "lat": lat,
        "departments": sorted(need.units),
        "minutes": need.minutes,
        "windows": [[h.date.isoformat(), h.half.value] for h in need.half_days],
        "due": due.isoformat(),
        **({"area": str(areas[0].id)} if areas else {}),
    }


def _confirmed(trip: Trip, stops: list[TripStop], seats: list[TripMember]) -> dict[str, Any]:
    return {
        "car": str(trip.car_id),
        "day": trip.day.isoformat(),
        "half": trip.half,
        "officers": [f"{s.unit}:{s.account_id}" for s in seats],
        "stops": [{"request": str(s.case_id)} for s in stops],
    }
