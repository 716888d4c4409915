"""A trip as the board shows it: stops with times, the crew with its answers, what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from jointreview.commands.facts import load_facts
from jointreview.commands.survey_needs import SurveyNeed, need_of
from jointreview.commands.trip_rules import AGREED, Intended, trip_problems
from jointreview.commands.trip_seats import answer
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.models.case import Case
from jointreview.models.project import Project
from jointreview.models.trip import Car, Trip, TripMember, TripStop
from jointreview.models.visit import Visit, VisitMember
from jointreview.queries.trips.desk import Desk, slot_key

SHOWN = ("draft", "confirmed", "held")


@dataclass(frozen=True)
class Loaded:
    """Trips with their rows, read once for all of them."""

    trips: Sequence[Trip]
    cars: Mapping[int, Car]
    stops: Mapping[int, list[tuple[TripStop, Case, str]]]
    seats: Mapping[int, list[TripMember]]
    visits: Mapping[int, list[Visit]]
    begun: frozenset[int]
    names: Mapping[int, str]


def load_trips(desk: Desk, trips: Sequence[Trip]) -> Loaded:
    """Everything the cards of these trips need."""
    session, ids = desk.session, [t.id for t in trips]
    stops: dict[int, list[tuple[TripStop, Case, str]]] = {}
    for stop, case, project in session.exec(
        select(TripStop, Case, Project.name)
        .join(Case, col(Case.id) == TripStop.case_id)
        .join(Project, col(Project.id) == Case.project_id)
        .where(col(TripStop.trip_id).in_(ids))
        .order_by(col(TripStop.position))
    ).all():
        stops.setdefault(stop.trip_id, []).append((stop, case, project))
    seats: dict[int, list[TripMember]] = {}
    for seat in session.exec(
        select(TripMember).where(col(TripMember.trip_id).in_(ids)).order_by(col(TripMember.unit))
    ).all():
        seats.setdefault(seat.trip_id, []).append(seat)
    visits: dict[int, list[Visit]] = {}
    for visit in session.exec(select(Visit).where(col(Visit.trip_id).in_(ids))).all():
        visits.setdefault(visit.trip_id or 0, []).append(visit)
    arrived = session.exec(
        select(col(Visit.trip_id))
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(col(Visit.trip_id).in_(ids), col(VisitMember.signed_in_at).is_not(None))
    ).all()
    people = {s.account_id for found in seats.values() for s in found}
    cars = {c.id or 0: c for c in session.exec(select(Car)).all()}
    return Loaded(
        trips, cars, stops, seats, visits, frozenset(i for i in arrived if i is not None), desk.names(people)
    )


def card(desk: Desk, loaded: Loaded, trip: Trip, needs: Mapping[int, SurveyNeed]) -> dict[str, Any]:
    """One trip; `needs` are known ones by case, others are read."""
    assert trip.id is not None
    stops, seats = loaded.stops.get(trip.id, []), loaded.seats.get(trip.id, [])
    car = loaded.cars[trip.car_id]
    begun = trip.id in loaded.begun
    return {
        "id": trip.id,
        "revision": trip.revision,
        "status": trip.status,
        "status_name": desk.say(f"tripboard.status_{trip.status}"),
        "kept": trip.kept,
        "number": trip.number,
        "slot": slot_key(trip.day, trip.half),
        "when": desk.when(trip.day, trip.half),
        "car_id": trip.car_id,
        "car": car.plate,
        "departs": _departs(desk, trip),
        "back": clock_time(trip.back),
        "km": round(trip.km, 1),
        "drive": trip.drive_minutes,
        "seats": car.seats,
        "taken": len(seats),
        "stops": [_stop(loaded, *row) for row in stops],
        "crew": [_seat(desk, loaded, trip, seat) for seat in seats],
        "problems": _problems(desk, loaded, trip, needs) if trip.status == "draft" else [],
        "acts": open_acts(trip.status, begun, trip.day, desk.today),
    }


def open_acts(status: str, begun: bool, day: date, today: date) -> list[str]:
    """What can still be done with a trip, as commands/trips.py and failed_visits.py have it.

    `change` stands for moving it or its stops about and for sending somebody else.
    """
    if status == "draft":
        return ["change", "confirm", "keep", "discard"]
    if status != "confirmed":
        return []
    found = [] if begun else ["change", "cancel"]
    return found + (["fail"] if day <= today else [])


def _departs(desk: Desk, trip: Trip) -> str:
    hours = desk.survey.hours(trip.half)
    return clock_time(hours.from_minute) if hours else ""


def _stop(loaded: Loaded, stop: TripStop, case: Case, project: str) -> dict[str, Any]:
    visit = next((v for v in loaded.visits.get(stop.trip_id, []) if v.id == stop.visit_id), None)
    return {
        "case_id": stop.case_id,
        "number": case.number,
        "project": project,
        "href": f"/cases/{stop.case_id}",
        "arrive": clock_time(stop.arrive),
        "leave": clock_time(stop.leave),
        "done": visit is not None and visit.status != "planned",
        "known": visit is not None and visit.acknowledged_at is not None,
    }


def _seat(desk: Desk, loaded: Loaded, trip: Trip, seat: TripMember) -> dict[str, Any]:
    reply = answer(seat, desk.survey, desk.calendar, desk.now) if trip.status != "draft" else ""
    return {
        "unit": seat.unit,
        "unit_name": desk.unit(seat.unit),
        "officer_id": seat.account_id,
        "officer": loaded.names.get(seat.account_id, ""),
        "lead": seat.account_id == trip.lead_id,
        "reply": reply,
        "reply_name": desk.say(f"booking.reply_{reply}") if reply else "",
        "reason": seat.reason,
    }


def _problems(desk: Desk, loaded: Loaded, trip: Trip, needs: Mapping[int, SurveyNeed]) -> list[dict[str, Any]]:
    """What speaks against confirming; `agreed` marks what can be settled by telephone."""
    assert trip.id is not None
    seats = loaded.seats.get(trip.id, [])
    wanted = Intended(
        trip_id=trip.id,
        car=loaded.cars[trip.car_id],
        slot=HalfDay(trip.day, Half(trip.half)),
        needs=tuple(needs.get(case.id or 0) or read_need(desk, case) for _, case, _ in loaded.stops.get(trip.id, [])),
        officers={s.unit: s.account_id for s in seats},
    )
    names = {u.code: u.name.model_dump() for u in desk.catalog.units}
    found = trip_problems(desk.session, desk.survey, wanted, names, desk.now)
    return [{"key": p.key, "text": desk.told(p), "where": p.where, "agreed": p.key in AGREED} for p in found]


def read_need(desk: Desk, case: Case) -> SurveyNeed:
    """What the survey of a case needs now."""
    return need_of(desk.session, case, load_facts(desk.session, case, desk.today), desk.now)
