"""Who is taken when: half-days booked for a visit or a whole trip, given back, and handed from one to another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date

from sqlmodel import col, or_, select

from jointreview.commands.executor import Context
from jointreview.domain.problems import refuse
from jointreview.models.case import Case
from jointreview.models.identity import Account
from jointreview.models.trip import CarBusy, Trip, TripMember, TripStop
from jointreview.models.visit import BusyTime, Visit, VisitMember


def on_case(ctx: Context, case_id: int) -> Context:
    """The same act on another case, locked: its events go to that case's chain, its topics to the same commit."""
    if ctx.case is not None and ctx.case.id == case_id:
        return ctx
    case = ctx.session.exec(select(Case).where(Case.id == case_id).with_for_update()).one()
    ctx.topics.update({f"case:{case_id}", "board"})
    return dataclasses.replace(ctx, case=case)


def book(ctx: Context, visit: Visit, account_id: int) -> None:
    """The officer is taken: for this visit, or with its whole trip.

    Raises Refused when something else has the officer then, however lately: nobody is booked twice.
    """
    _touch(ctx, visit)
    taken = taken_for(ctx, account_id, visit.day, visit.half)
    if taken is None:
        own = {"trip_id": visit.trip_id} if visit.trip_id else {"visit_id": visit.id}
        ctx.session.add(BusyTime(account_id=account_id, day=visit.day, half=visit.half, **own))
        ctx.session.flush()
    elif not is_for(taken, visit):
        name = ctx.session.get_one(Account, account_id).name
        raise refuse("commands.officer_not_free", where="officer_id", kind="state", name=name)


def taken_for(ctx: Context, account_id: int, day: date, half: str) -> BusyTime | None:
    """What an officer is taken by on a half-day."""
    return ctx.session.exec(
        select(BusyTime).where(BusyTime.account_id == account_id, BusyTime.day == day, BusyTime.half == half)
    ).first()


def is_for(busy: BusyTime, visit: Visit) -> bool:
    """Whether a taken half-day is taken by this visit or its trip."""
    return busy.trip_id == visit.trip_id if visit.trip_id else busy.visit_id == visit.id


def stay_away(ctx: Context, account_id: int, day: date, half: str, why: str) -> None:
    """Whoever said not to be able to come is not planned for that half-day again."""
    if taken_for(ctx, account_id, day, half) is None:
        ctx.session.add(BusyTime(account_id=account_id, day=day, half=half, note=why[:100]))
        ctx.session.flush()
    ctx.topics.add(f"account:{account_id}")


def _touch(ctx: Context, visit: Visit) -> None:
    """Who goes there or when changes: calendars follow at the end of the command."""
    assert visit.id is not None
    ctx.visits.add(visit.id)


def free(ctx: Context, visit: Visit, account_id: int) -> None:
    """The officer no longer goes on this visit; a trip's half-day is free once no other stop needs the officer."""
    _touch(ctx, visit)
    rows = select(BusyTime).where(BusyTime.account_id == account_id)
    if visit.trip_id is None:
        rows = rows.where(BusyTime.visit_id == visit.id)
    else:
        others = ctx.session.exec(
            select(VisitMember.id)
            .join(Visit, col(Visit.id) == VisitMember.visit_id)
            .where(
                Visit.trip_id == visit.trip_id,
                Visit.id != visit.id,
                Visit.status == "planned",
                VisitMember.account_id == account_id,
            )
        ).first()
        if others is not None:
            return
        rows = rows.where(BusyTime.trip_id == visit.trip_id)
    for busy in ctx.session.exec(rows).all():
        ctx.session.delete(busy)
    ctx.session.flush()


def seats_of(ctx: Context, visit: Visit, unit: str) -> list[VisitMember]:
    """The unit's place on this visit and the other planned stops of its trip: one officer rides all the way."""
    rows = select(VisitMember).join(Visit, col(Visit.id) == VisitMember.visit_id).where(VisitMember.unit == unit)
    if visit.trip_id is None:
        return list(ctx.session.exec(rows.where(Visit.id == visit.id)).all())
    return list(ctx.session.exec(rows.where(Visit.trip_id == visit.trip_id, Visit.status == "planned")).all())


def replace(ctx: Context, visit: Visit, unit: str, account_id: int) -> list[Visit]:
    """Another officer takes the unit's place on the visit, on a trip at every stop not yet signed in at.

    Answers the visits that changed.
    """
    changed = []
    for member in [m for m in seats_of(ctx, visit, unit) if m.signed_in_at is None]:
        theirs = ctx.session.get_one(Visit, member.visit_id)
        before = member.account_id
        ask(ctx, member, account_id)
        ctx.session.flush()
        free(ctx, theirs, before)
        changed.append(theirs)
    book(ctx, visit, account_id)
    if visit.trip_id is not None:
        _on_board(ctx, visit.trip_id, unit, account_id)
    return changed


def ask(ctx: Context, seat: VisitMember | TripMember, account_id: int) -> None:
    """Somebody is named for a visit or a trip, or for another time of it: the answer is waited for from now."""
    seat.account_id, seat.asked_at = account_id, ctx.now
    seat.reply, seat.replied_at, seat.reason = "waiting", None, ""
    if isinstance(seat, VisitMember) and seat.attendance == "excused":
        seat.attendance = "expected"
    ctx.session.add(seat)


def _on_board(ctx: Context, trip_id: int, unit: str, account_id: int) -> None:
    seat = ctx.session.exec(select(TripMember).where(TripMember.trip_id == trip_id, TripMember.unit == unit)).first()
    if seat is not None and seat.account_id != account_id:
        trip = ctx.session.get_one(Trip, trip_id)
        trip.revision += 1
        if trip.lead_id == seat.account_id:
            trip.lead_id = account_id
        ctx.session.add(trip)
        if seat.reply == "declined":
            stay_away(ctx, seat.account_id, trip.day, trip.half, seat.reason)
        ask(ctx, seat, account_id)
    ctx.topics.add("trips")


def leave_trip(ctx: Context, visit: Visit, *, timed_anew: bool = True) -> None:
    """A cancelled visit is no stop any more: who is needed nowhere else stays at home, an empty trip does not run.

    Without `timed_anew` the caller sees to the times of what is left of the trip.
    """
    if visit.trip_id is None:
        return
    session = ctx.session
    trip = locked_trip(ctx, visit.trip_id)
    for stop in session.exec(select(TripStop).where(TripStop.visit_id == visit.id)).all():
        session.delete(stop)
    session.flush()
    rows = session.exec(
        select(Visit).where(Visit.trip_id == trip.id, col(Visit.status).in_(["planned", "held"]))
    ).all()
    needed = _units_of(ctx, rows)
    for seat in session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all():
        if seat.unit not in needed:
            session.delete(seat)
    trip.revision += 1
    session.add(trip)
    session.flush()
    ctx.topics.add("trips")
    if all(v.status != "planned" for v in rows):
        end_trip(ctx, trip)
    elif timed_anew:
        from jointreview.commands.trip_visits import time_visits_anew  # it needs visits, which need this

        time_visits_anew(ctx, trip)


def locked_trip(ctx: Context, trip_id: int) -> Trip:
    """The trip as it is once nobody else is changing it."""
    rows = select(Trip).where(Trip.id == trip_id).with_for_update()
    return ctx.session.exec(rows.execution_options(populate_existing=True)).one()


def set_out(ctx: Context, trip: Trip) -> bool:
    """Whether the trip is under way: it came to a stop, or somebody has arrived at one."""
    arrived = (
        select(Visit.id)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(
            Visit.trip_id == trip.id,
            or_(col(Visit.status).in_(["held", "failed"]), col(VisitMember.signed_in_at).is_not(None)),
        )
    )
    return ctx.session.exec(arrived).first() is not None


def end_trip(ctx: Context, trip: Trip) -> None:
    """No stop lies ahead: the trip was held when it came to any stop, else it is cancelled and its car free again."""
    been = select(Visit.id).where(Visit.trip_id == trip.id, col(Visit.status).in_(["held", "failed"]))
    held = ctx.session.exec(been).first()
    trip.status = "held" if held is not None else "cancelled"
    ctx.session.add(trip)
    if trip.status == "cancelled":
        for busy in ctx.session.exec(select(CarBusy).where(CarBusy.trip_id == trip.id)).all():
            ctx.session.delete(busy)
    ctx.session.flush()
    ctx.topics.add("trips")


def visit_over(ctx: Context, visit: Visit) -> None:
    """A visit was held: with the last one its trip was, too."""
    if visit.trip_id is None:
        return
    trip = ctx.session.get_one(Trip, visit.trip_id)
    ahead = ctx.session.exec(select(Visit.id).where(Visit.trip_id == trip.id, Visit.status == "planned")).first()
    if ahead is None:
        end_trip(ctx, trip)
    ctx.topics.add("trips")


def drop_drafts(ctx: Context) -> None:
    """A case whose visit is fixed, or that ended, is no stop of a draft any more; a draft left empty goes as well."""
    from jointreview.commands.trip_visits import take_off  # it needs visits, which need this

    take_off(ctx, ctx.case_id)


def _units_of(ctx: Context, visits: Iterable[Visit]) -> set[str]:
    ids = [v.id for v in visits]
    return set(ctx.session.exec(select(VisitMember.unit).where(col(VisitMember.visit_id).in_(ids))).all())


def visits_booked(ctx: Context, busy: BusyTime) -> list[Visit]:
    """The planned visits an officer's taken half-day is for; none when it is leave or duty."""
    rows = select(Visit).where(Visit.status == "planned")
    if busy.trip_id is None:
        return list(ctx.session.exec(rows.where(Visit.id == busy.visit_id)).all()) if busy.visit_id else []
    mine = select(VisitMember.visit_id).where(VisitMember.account_id == busy.account_id)
    return list(ctx.session.exec(rows.where(Visit.trip_id == busy.trip_id, col(Visit.id).in_(mine))).all())
