"""The cars of the joint survey: the coordinator keeps them, and half-days on which one is not there."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import refuse
from jointreview.models.identity import Audit
from jointreview.models.trip import Car, CarBusy


class KeepCar(Command):
    """A new car, or changed data of one (`car_id`). `seats` are those of officers, the driver not counted.

    Without `driver_mobile` the number stays as it is: pages show it masked.
    """

    car_id: int = 0
    plate: str = Field(min_length=4, max_length=20)
    name: str = Field("", max_length=40)
    seats: int = Field(ge=1, le=60)
    driver: str = Field("", max_length=64)
    driver_mobile: str | None = Field(None, max_length=20, pattern=r"^(1\d{10})?$")
    active: bool = True


class BlockCar(Command):
    """The car is not there on a half-day: repair, other duty."""

    car_id: int
    day: date
    half: str = Field(pattern="^(am|pm)$")
    note: str = Field("", max_length=100)


class UnblockCar(Command):
    """The car is there again."""

    car_id: int
    day: date
    half: str = Field(pattern="^(am|pm)$")


@command(title="cmd.keep_car", grants={"coordinator": None, "admin": None})
def keep_car(ctx: Context, cmd: KeepCar) -> dict:
    """Raises Refused for a plate that another car has, and when seats are taken away from a trip to come."""
    car = ctx.session.get(Car, cmd.car_id) if cmd.car_id else Car(plate="", seats=1)
    if car is None:
        raise refuse("trips.no_such_car", kind="missing")
    plate = cmd.plate.upper()
    twin = ctx.session.exec(select(Car.id).where(Car.plate == plate)).first()
    if twin is not None and twin != car.id:
        raise refuse("trips.plate_taken", where="plate", plate=plate)
    ahead = select(CarBusy.id).where(
        CarBusy.car_id == cmd.car_id, col(CarBusy.trip_id).is_not(None), CarBusy.day >= ctx.today
    )
    if (not cmd.active or cmd.seats < car.seats) and ctx.session.exec(ahead).first() is not None:
        raise refuse("trips.car_has_trips", where="seats" if cmd.active else "active", kind="state")
    car.plate, car.name, car.seats, car.active = plate, cmd.name, cmd.seats, cmd.active
    car.driver = cmd.driver
    if cmd.driver_mobile is not None:
        car.driver_mobile = cmd.driver_mobile
    ctx.session.add(car)
    ctx.session.flush()
    _note(ctx, "car.kept", plate, seats=cmd.seats, active=cmd.active)
    return {"car_id": car.id}


@command(title="cmd.block_car", grants={"coordinator": None})
def block_car(ctx: Context, cmd: BlockCar) -> None:
    car = ctx.session.get(Car, cmd.car_id, with_for_update=True)
    if car is None:
        raise refuse("trips.no_such_car", kind="missing")
    if _taken(ctx, cmd.car_id, cmd.day, cmd.half) is not None:
        raise refuse("trips.car_taken", where="day", kind="state", car=car.plate, day=cmd.day.isoformat())
    ctx.session.add(CarBusy(car_id=cmd.car_id, day=cmd.day, half=cmd.half, note=cmd.note))
    _note(ctx, "car.blocked", car.plate, day=cmd.day.isoformat(), half=cmd.half)


@command(title="cmd.unblock_car", grants={"coordinator": None})
def unblock_car(ctx: Context, cmd: UnblockCar) -> None:
    """A half-day taken by a trip is freed by the trip, not here."""
    row = _taken(ctx, cmd.car_id, cmd.day, cmd.half)
    if row is None or row.trip_id is not None:
        raise refuse("commands.nothing_to_clear", where="day", kind="missing")
    ctx.session.delete(row)
    _note(ctx, "car.unblocked", ctx.session.get_one(Car, cmd.car_id).plate, day=cmd.day.isoformat(), half=cmd.half)


def _taken(ctx: Context, car_id: int, day: date, half: str) -> CarBusy | None:
    return ctx.session.exec(
        select(CarBusy).where(CarBusy.car_id == car_id, CarBusy.day == day, CarBusy.half == half)
    ).first()


def _note(ctx: Context, action: str, subject: str, **details: object) -> None:
    ctx.session.add(
        Audit(at=ctx.now, account_id=ctx.actor.account_id, action=action, subject=subject, details=details)
    )
    ctx.topics.add("trips")
