"""A trip between the table and the rules: read as somebody wants it, written with times and crew as computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_survey import Survey
from jointreview.commands.executor import Context
from jointreview.commands.facts import load_facts
from jointreview.commands.survey_needs import SurveyNeed, need_of
from jointreview.commands.trip_rules import Intended, along, crew, trip_problems
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.problems import Problem, refuse
from jointreview.models.case import Case
from jointreview.models.trip import Car, CarBusy, Trip, TripMember, TripStop
from jointreview.planning.schedule import Schedule
from jointreview.settings import settings


def survey_of(ctx: Context) -> Survey:
    """The city's figures of the joint survey today."""
    return load_catalog(settings().catalogue, ctx.today).rules.survey


def intended(ctx: Context, trip: Trip, order: list[int], officers: Mapping[str, int] | None = None) -> Intended:
    """The trip through these cases, with the present crew or these `officers` where they can go.

    Raises Refused for a case that does not exist.
    """
    assert trip.id is not None
    seats = ctx.session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all()
    wanted = Intended(
        trip_id=trip.id,
        car=ctx.session.get_one(Car, trip.car_id),
        slot=HalfDay(trip.day, Half(trip.half)),
        needs=tuple(_need(ctx, case_id) for case_id in order),
        officers={s.unit: s.account_id for s in seats} if officers is None else officers,
    )
    chosen, _ = crew(ctx.session, wanted)
    return Intended(wanted.trip_id, wanted.car, wanted.slot, wanted.needs, chosen)


def _need(ctx: Context, case_id: int) -> SurveyNeed:
    case = ctx.session.get(Case, case_id)
    if case is None:
        raise refuse("commands.no_such_case", where=f"case:{case_id}", kind="missing")
    return need_of(ctx.session, case, load_facts(ctx.session, case, ctx.today), ctx.now)


def problems_of(ctx: Context, wanted: Intended) -> list[Problem]:
    """What speaks against the trip now."""
    names = {u.code: u.name.model_dump() for u in load_catalog(settings().catalogue, ctx.today).units}
    return trip_problems(ctx.session, survey_of(ctx), wanted, names, ctx.now)


def store(ctx: Context, trip: Trip, wanted: Intended) -> None:
    """Write stops with their times, the crew and the sums; the revision grows."""
    session = ctx.session
    way = along(survey_of(ctx), trip.half, wanted.needs)
    known = {s.case_id: s for s in stops_of(ctx, trip)}
    for gone in set(known) - {n.case_id for n in wanted.needs}:
        session.delete(known[gone])
    for position, (need, at) in enumerate(zip(wanted.needs, way.stops, strict=True), start=1):
        stop = known.get(need.case_id) or TripStop(
            trip_id=wanted.trip_id, case_id=need.case_id, position=0, arrive=0, leave=0
        )
        stop.position, stop.arrive, stop.leave = position, at.arrive, at.leave
        session.add(stop)
    _store_crew(ctx, trip, wanted)
    _store_sums(ctx, trip, way)


def time_anew(ctx: Context, trip: Trip) -> None:
    """Write times and sums of the trip through the stops it has; each keeps its time on site."""
    stops = stops_of(ctx, trip)
    way = along(
        survey_of(ctx),
        trip.half,
        [replace(_need(ctx, s.case_id), minutes=s.leave - s.arrive) for s in stops],
    )
    for position, (stop, at) in enumerate(zip(stops, way.stops, strict=True), start=1):
        stop.position, stop.arrive, stop.leave = position, at.arrive, at.leave
        ctx.session.add(stop)
    _store_sums(ctx, trip, way)


def stops_of(ctx: Context, trip: Trip) -> list[TripStop]:
    """The stops in the order in which the trip goes to them."""
    rows = select(TripStop).where(TripStop.trip_id == trip.id).order_by(col(TripStop.position))
    return list(ctx.session.exec(rows).all())


def _store_sums(ctx: Context, trip: Trip, way: Schedule) -> None:
    trip.back, trip.km, trip.drive_minutes = way.back, way.km, way.drive_minutes
    trip.revision += 1
    ctx.session.add(trip)
    ctx.session.flush()
    ctx.topics.add("trips")


def _store_crew(ctx: Context, trip: Trip, wanted: Intended) -> None:
    seats = {s.unit: s for s in ctx.session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all()}
    for unit in set(seats) - set(wanted.officers):
        ctx.session.delete(seats[unit])
    for unit, officer in wanted.officers.items():
        seat = seats.get(unit)
        if seat is None:
            ctx.session.add(TripMember(trip_id=wanted.trip_id, unit=unit, account_id=officer))
        elif seat.account_id != officer:
            seat.account_id, seat.reply, seat.replied_at, seat.reason = officer, "waiting", None, ""
            ctx.session.add(seat)


def discard(ctx: Context, trip: Trip) -> None:
    """Throw a draft away; its car is free."""
    trip.status = "cancelled"
    trip.revision += 1
    ctx.session.add(trip)
    for busy in ctx.session.exec(select(CarBusy).where(CarBusy.trip_id == trip.id)).all():
        ctx.session.delete(busy)
    for stop in stops_of(ctx, trip):
        ctx.session.delete(stop)
    ctx.session.flush()
    ctx.topics.add("trips")
