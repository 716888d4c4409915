"""An officer's seat: on a trip or on a single visit, with the time to answer and what the answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from jointreview.catalog.schema_survey import Survey
from jointreview.commands.bookings import on_case
from jointreview.commands.executor import SHANGHAI, Context
from jointreview.commands.registry import Command
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.problems import refuse
from jointreview.domain.working_hours import after_working_hours
from jointreview.models.identity import Post
from jointreview.models.trip import Trip, TripMember
from jointreview.models.visit import Visit, VisitMember

TAKEN_AS_YES = "silent"
"""The answer of who did not answer in time: counts as taking part (requirements §3.4)."""


class SeatCommand(Command):
    """About one's own seat: `trip_id` with the `revision` seen, or `visit_id` of a visit without a trip."""

    trip_id: int = 0
    visit_id: int = 0
    revision: int = 0


@dataclass
class Seat:
    """A seat as it is: the visits it serves that are still to come, and the row that holds the reply."""

    row: TripMember | VisitMember
    trip: Trip | None
    visits: list[Visit]
    day: date
    half: str

    @property
    def unit(self) -> str:
        """The unit that is represented."""
        return self.row.unit


def own_seat(ctx: Context, cmd: SeatCommand) -> Seat:
    """The actor's own seat, or that of the holder stood in for; locked, and nobody has set out.

    Raises Refused: `missing` (no such trip or visit), `forbidden` (not one's own seat), `conflict` (changed since
    `revision`), `state` (over, or under way).
    """
    seat = _on_trip(ctx, cmd) if cmd.trip_id else _on_visit(ctx, cmd.visit_id)
    if seat.row.account_id != _whose(ctx):
        raise refuse("commands.not_on_visit", kind="forbidden")
    if not seat.visits or seat.day < ctx.today:
        raise refuse("trips.over", kind="state", day=seat.day.isoformat())
    arrived = ctx.session.exec(
        select(VisitMember.id).where(
            col(VisitMember.visit_id).in_([v.id for v in seat.visits]),
            VisitMember.unit == seat.unit,
            col(VisitMember.signed_in_at).is_not(None),
        )
    ).first()
    if arrived is not None:
        raise refuse("trips.under_way", kind="state")
    return seat


def _whose(ctx: Context) -> int:
    """Whose seats these are: the holder's of the post acted in."""
    post = ctx.session.get(Post, ctx.actor.post_id) if ctx.actor.acting_for and ctx.actor.post_id else None
    return post.account_id if post else ctx.actor.account_id


def _on_trip(ctx: Context, cmd: SeatCommand) -> Seat:
    trip = ctx.session.exec(select(Trip).where(Trip.id == cmd.trip_id).with_for_update()).first()
    if trip is None or trip.status in ("draft", "cancelled"):
        raise refuse("trips.no_such_trip", kind="missing")
    row = ctx.session.exec(
        select(TripMember).where(TripMember.trip_id == trip.id, TripMember.unit == ctx.actor.unit)
    ).first()
    if row is None:
        raise refuse("commands.not_on_visit", kind="forbidden")
    if trip.revision != cmd.revision:
        raise refuse("trips.changed_meanwhile", kind="conflict")
    visits = ctx.session.exec(
        select(Visit)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(Visit.trip_id == trip.id, Visit.status == "planned", VisitMember.unit == row.unit)
        .order_by(col(Visit.position))
    ).all()
    return Seat(row, trip, list(visits), trip.day, trip.half)


def _on_visit(ctx: Context, visit_id: int) -> Seat:
    visit = ctx.session.get(Visit, visit_id)
    if visit is None or visit.trip_id is not None or visit.status == "cancelled":
        raise refuse("trips.no_such_visit", kind="missing")
    on_case(ctx, visit.case_id)
    row = ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.unit == ctx.actor.unit)
    ).first()
    if row is None:
        raise refuse("commands.not_on_visit", kind="forbidden")
    return Seat(row, None, [visit] if visit.status == "planned" else [], visit.day, visit.half)


def seat_of_member(session: Session, visit: Visit, member: VisitMember) -> TripMember | VisitMember:
    """The row that holds the reply of who goes on a visit."""
    if visit.trip_id is None:
        return member
    rows = select(TripMember).where(TripMember.trip_id == visit.trip_id, TripMember.unit == member.unit)
    return session.exec(rows).first() or member


def answer_due(asked_at: datetime | None, survey: Survey, calendar: WorkCalendar) -> datetime | None:
    """Until when an answer is waited for (Shanghai time without zone); None where nobody was asked."""
    if asked_at is None:
        return None
    opening = [(h.opens, h.closes) for h in survey.half_days]
    start = asked_at.astimezone(SHANGHAI).replace(tzinfo=None)
    return after_working_hours(start, survey.reply_hours, opening, calendar)


def answer(row: TripMember | VisitMember, survey: Survey, calendar: WorkCalendar, now: datetime) -> str:
    """What stands of a seat: waiting, accepted, declined, or `silent` once the time to answer is over."""
    due = answer_due(row.asked_at, survey, calendar)
    over = due is not None and now.astimezone(SHANGHAI).replace(tzinfo=None) > due
    return TAKEN_AS_YES if row.reply == "waiting" and over else row.reply


def cases_of(ctx: Context, visits: Sequence[Visit]) -> list[Context]:
    """The contexts of the visits' cases, locked in order of their ids."""
    return [on_case(ctx, case_id) for case_id in sorted({v.case_id for v in visits})]
