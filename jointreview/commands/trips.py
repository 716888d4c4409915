"""The coordinator's trips: drafting, moving stops about, confirming, calling off.

A draft binds its car only and may have faults, which the board shows. Confirming asks everything again and books it
whole; what changes on a confirmed trip is asked again in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.people import officers_of
from jointreview.commands.registry import Command, command
from jointreview.commands.trip_rules import AGREED, Intended, shortest
from jointreview.commands.trip_state import discard, intended, problems_of, store, survey_of
from jointreview.commands.trip_visits import confirm, follow, take_off
from jointreview.domain.problems import Refused, refuse
from jointreview.models.trip import Car, CarBusy, Trip, TripStop
from jointreview.models.visit import Visit, VisitMember

_REASON = 2
"""Characters a reason has at least."""


class DraftTrip(Command):
    """A new draft: a car, a half-day, and the cases in the order in which it goes to them."""

    car_id: int
    day: date
    half: str = Field(pattern="^(am|pm)$")
    case_ids: list[int] = Field(default_factory=list, max_length=12)
    shortest: bool = Field(False, description="in the order with the least driving instead")


class TripCommand(Command):
    """A command on one trip as the person saw it."""

    trip_id: int
    revision: int


class PlaceStop(TripCommand):
    """A case becomes the stop at `position` (from 1) of the trip: from the waiting list, another draft, or within."""

    case_id: int
    position: int = Field(ge=1, le=20)
    why: str = Field("", max_length=300, description="on a confirmed trip: why, and what was agreed")


class TakeOffStop(TripCommand):
    """The trip no longer goes there; the case waits for another. A confirmed trip wants the reason.

    A draft that has no stop left is discarded.
    """

    case_id: int
    why: str = Field("", max_length=300)


class MoveTrip(TripCommand):
    """The whole trip takes another car or half-day. A confirmed trip wants the reason."""

    car_id: int
    day: date
    half: str = Field(pattern="^(am|pm)$")
    why: str = Field("", max_length=300)


class ShortenWay(TripCommand):
    """The stops in the order with the least driving. A confirmed trip wants the reason."""

    why: str = Field("", max_length=300)


class SendOfficer(TripCommand):
    """Another officer of the department goes on the trip."""

    unit: str = Field(max_length=40)
    officer_id: int


class KeepTrip(TripCommand):
    """A draft that the next plan leaves as it is, or no longer does."""

    kept: bool


class DiscardTrip(TripCommand):
    """A draft is thrown away; its cases wait again."""


class ConfirmTrip(TripCommand):
    """The draft becomes binding: visits, notices, everybody's calendar. `agreed`: settled by telephone."""

    agreed: list[str] = Field(default_factory=list, max_length=10)
    why: str = Field("", max_length=300)
    lead_id: int = Field(0, description="the officer who leads; 0: the first department on board")


class CancelTrip(TripCommand):
    """A confirmed trip does not take place."""

    why: str = Field(min_length=_REASON, max_length=300)


@command(title="cmd.draft_trip", grants={"coordinator": None})
def draft_trip(ctx: Context, cmd: DraftTrip) -> dict:
    """Raises Refused when the car is taken then, or a case is on a confirmed trip or cannot be surveyed now."""
    car = _car(ctx, cmd.car_id)
    trip = Trip(car_id=cmd.car_id, day=cmd.day, half=cmd.half, planned_by=ctx.actor.account_id, planned_at=ctx.now)
    ctx.session.add(trip)
    ctx.session.flush()
    _claim_car(ctx, trip, car)
    for case_id in cmd.case_ids:
        take_off(ctx, case_id)
    wanted = intended(ctx, trip, list(dict.fromkeys(cmd.case_ids)), {})
    store(ctx, trip, replace(wanted, needs=tuple(shortest(survey_of(ctx), wanted.needs))) if cmd.shortest else wanted)
    return _answer(trip)


@command(title="cmd.place_stop", grants={"coordinator": None})
def place_stop(ctx: Context, cmd: PlaceStop) -> dict:
    trip = _seen(ctx, cmd)
    order = _order(ctx, trip)
    if cmd.case_id in order:
        order.remove(cmd.case_id)
    else:
        take_off(ctx, cmd.case_id)
    order.insert(min(cmd.position - 1, len(order)), cmd.case_id)
    return _change(ctx, trip, order, cmd.why)


@command(title="cmd.take_off_stop", grants={"coordinator": None})
def take_off_stop(ctx: Context, cmd: TakeOffStop) -> dict:
    trip = _seen(ctx, cmd)
    order = _order(ctx, trip)
    if cmd.case_id not in order:
        raise refuse("trips.not_a_stop", where="case_id", kind="missing")
    order.remove(cmd.case_id)
    return _change(ctx, trip, order, cmd.why)


@command(title="cmd.move_trip", grants={"coordinator": None})
def move_trip(ctx: Context, cmd: MoveTrip) -> dict:
    trip = _seen(ctx, cmd)
    car = _car(ctx, cmd.car_id)
    order = _order(ctx, trip)
    for busy in ctx.session.exec(select(CarBusy).where(CarBusy.trip_id == trip.id)).all():
        ctx.session.delete(busy)
    ctx.session.flush()
    trip.car_id, trip.day, trip.half = cmd.car_id, cmd.day, cmd.half
    _claim_car(ctx, trip, car)
    return _change(ctx, trip, order, cmd.why)


@command(title="cmd.shorten_way", grants={"coordinator": None})
def shorten_way(ctx: Context, cmd: ShortenWay) -> dict:
    trip = _seen(ctx, cmd)
    wanted = intended(ctx, trip, _order(ctx, trip))
    return _change(ctx, trip, [n.case_id for n in shortest(survey_of(ctx), wanted.needs)], cmd.why)


@command(title="cmd.send_officer", grants={"coordinator": None})
def send_officer(ctx: Context, cmd: SendOfficer) -> dict:
    """Raises Refused when the person is not of the department, or not free on that half-day."""
    trip = _seen(ctx, cmd)
    order = _order(ctx, trip)
    before = intended(ctx, trip, order)
    if cmd.unit not in before.units:
        raise refuse("trips.unit_not_on_board", where="unit", kind="missing")
    if cmd.officer_id not in [a.id for a in officers_of(ctx.session, cmd.unit)]:
        raise refuse("commands.not_an_officer_of_unit", where="officer_id")
    wanted = intended(ctx, trip, order, {**before.officers, cmd.unit: cmd.officer_id})
    if wanted.officers.get(cmd.unit) != cmd.officer_id:
        raise refuse("trips.officer_not_free", where="officer_id")
    _write(ctx, trip, wanted, "", settled=True)
    return _answer(trip)


@command(title="cmd.keep_trip", grants={"coordinator": None})
def keep_trip(ctx: Context, cmd: KeepTrip) -> dict:
    trip = _draft(ctx, cmd)
    trip.kept = cmd.kept
    trip.revision += 1
    ctx.session.add(trip)
    ctx.topics.add("trips")
    return _answer(trip)


@command(title="cmd.discard_trip", grants={"coordinator": None})
def discard_trip(ctx: Context, cmd: DiscardTrip) -> None:
    discard(ctx, _draft(ctx, cmd))


@command(title="cmd.confirm_trip", grants={"coordinator": None})
def confirm_trip(ctx: Context, cmd: ConfirmTrip) -> dict:
    """Raises Refused with every problem that stands in the way: all is booked or nothing."""
    trip = _draft(ctx, cmd)
    wanted = intended(ctx, trip, _order(ctx, trip))
    _refuse_problems(ctx, wanted, frozenset(cmd.agreed))
    if cmd.agreed and len(cmd.why) < _REASON:
        raise refuse("trips.reason_wanted", where="why")
    if cmd.lead_id and cmd.lead_id not in wanted.officers.values():
        raise refuse("trips.lead_not_on_board", where="lead_id")
    store(ctx, trip, wanted)
    confirm(ctx, trip, wanted, cmd.lead_id, cmd.why)
    return _answer(trip)


@command(title="cmd.cancel_trip", grants={"coordinator": None})
def cancel_trip(ctx: Context, cmd: CancelTrip) -> None:
    trip = _seen(ctx, cmd)
    if trip.status != "confirmed":
        raise refuse("trips.not_confirmed", kind="state")
    trip.reason = cmd.why
    follow(ctx, trip, None, cmd.why)


def _seen(ctx: Context, cmd: TripCommand) -> Trip:
    """The trip, locked, as the person saw it, before anybody set out."""
    trip = ctx.session.exec(select(Trip).where(Trip.id == cmd.trip_id).with_for_update()).first()
    if trip is None or trip.status == "cancelled":
        raise refuse("trips.no_such_trip", kind="missing")
    if trip.revision != cmd.revision:
        raise refuse("trips.changed_meanwhile", kind="conflict")
    arrived = ctx.session.exec(
        select(VisitMember.id)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(Visit.trip_id == trip.id, col(VisitMember.signed_in_at).is_not(None))
    ).first()
    if arrived is not None or trip.status == "held":
        raise refuse("trips.under_way", kind="state")
    return trip


def _draft(ctx: Context, cmd: TripCommand) -> Trip:
    trip = _seen(ctx, cmd)
    if trip.status != "draft":
        raise refuse("trips.confirmed_already", kind="state")
    return trip


def _car(ctx: Context, car_id: int) -> Car:
    car = ctx.session.get(Car, car_id, with_for_update=True)
    if car is None:
        raise refuse("trips.no_such_car", where="car_id", kind="missing")
    return car


def _claim_car(ctx: Context, trip: Trip, car: Car) -> None:
    """One trip for each car and half-day: the table's key decides between two who want it at once."""
    taken = refuse("trips.car_taken", where="car_id", kind="state", car=car.plate, day=trip.day.isoformat())
    if not car.active:
        raise taken
    ctx.session.add(CarBusy(car_id=trip.car_id, day=trip.day, half=trip.half, trip_id=trip.id))
    try:
        ctx.session.flush()
    except IntegrityError:
        raise taken from None


def _order(ctx: Context, trip: Trip) -> list[int]:
    return list(
        ctx.session.exec(
            select(TripStop.case_id).where(TripStop.trip_id == trip.id).order_by(col(TripStop.position))
        ).all()
    )


def _change(ctx: Context, trip: Trip, order: list[int], why: str) -> dict:
    if trip.status == "confirmed" and len(why) < _REASON:
        raise refuse("trips.reason_wanted", where="why")
    if order:
        _write(ctx, trip, intended(ctx, trip, order), why, settled=bool(why))
    elif trip.status == "confirmed":
        follow(ctx, trip, None, why)
    else:
        discard(ctx, trip)
    return _answer(trip)


def _write(ctx: Context, trip: Trip, wanted: Intended, why: str, settled: bool) -> None:
    """`settled`: what can be agreed by telephone no longer stands in the way of changing a confirmed trip."""
    if trip.status == "confirmed":
        _refuse_problems(ctx, wanted, AGREED if settled else frozenset())
        follow(ctx, trip, wanted, why)
    else:
        store(ctx, trip, wanted)


def _refuse_problems(ctx: Context, wanted: Intended, agreed: frozenset[str]) -> None:
    problems = [p for p in problems_of(ctx, wanted) if p.key not in agreed & AGREED]
    if problems:
        raise Refused(*problems, kind="state")


def _answer(trip: Trip) -> dict:
    return {"trip_id": trip.id, "revision": trip.revision}
