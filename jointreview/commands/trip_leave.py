"""Leave from a survey for a reason of the service: the officer asks, the head of the unit decides (§3.5).

With approval a substitute goes, or, where no item of the unit is one of safety, the unit gives its opinion in writing
within a working day of the trip.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands.appointments import half_day_words
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.people import heads_of, staff_with_role
from jointreview.commands.registry import Command, command
from jointreview.commands.trip_replies import send_instead
from jointreview.commands.trip_seats import Seat, SeatCommand, cases_of, own_seat
from jointreview.commands.trip_state import survey_of
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.problems import refuse
from jointreview.models.trip import SurveyLeave, Trip, TripMember
from jointreview.models.visit import Visit, VisitMember


class AskLeave(SeatCommand):
    """The officer asks to be excused: another duty, or an emergency."""

    kind: str = Field(pattern="^(duty|emergency)$")
    reason: str = Field(min_length=4, max_length=300)


class ApproveLeave(Command):
    """The head approves and sends a substitute (`substitute_id`), or has the opinion given in writing (0)."""

    leave_id: int
    substitute_id: int = 0
    note: str = Field("", max_length=300)


class RefuseLeave(Command):
    """The head does not approve: the officer is expected on site."""

    leave_id: int
    reason: str = Field(min_length=2, max_length=300)


@command(title="cmd.ask_leave", grants={"officer": None})
def ask_leave(ctx: Context, cmd: AskLeave) -> dict:
    """Raises Refused when leave was asked for this seat already, or the month's number is used up."""
    seat = own_seat(ctx, cmd)
    mine = seat.row.account_id
    asked = leave_for(ctx.session, seat.row, seat.visits[0])
    if asked is not None and asked.status != "refused":
        raise refuse("trips.leave_asked", kind="state")
    most = survey_of(ctx).leave_per_month
    if leaves_in_month(ctx.session, mine, seat.day) >= most:
        raise refuse("trips.leave_used_up", kind="state", most=most, month=f"{seat.day:%Y-%m}")
    row = SurveyLeave(
        account_id=mine,
        unit=seat.unit,
        trip_id=seat.trip.id if seat.trip else None,
        visit_id=None if seat.trip else seat.visits[0].id,
        day=seat.day,
        half=seat.half,
        kind=cmd.kind,
        reason=cmd.reason,
        asked_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    for there in cases_of(ctx, seat.visits):
        there.event("leave_asked", unit=seat.unit, day=seat.day, half=seat.half, reason=cmd.reason)
    told = heads_of(ctx.session, seat.unit)
    ctx.notify_about(None, told, "notify.leave_asked", name=ctx.actor.name, day=half_day_words(seat.day, seat.half))
    ctx.topics.update({"trips", f"work:unit:{seat.unit}"})
    return {"leave_id": row.id}


def leaves_in_month(session: Session, account_id: int, day: date) -> int:
    """How many leaves an officer asked for or was granted in the calendar month of `day`."""
    first = day.replace(day=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return session.exec(
        select(func.count(col(SurveyLeave.id))).where(
            SurveyLeave.account_id == account_id,
            SurveyLeave.status != "refused",
            SurveyLeave.day >= first,
            SurveyLeave.day < after,
        )
    ).one()


def leave_for(session: Session, row: TripMember | VisitMember, visit: Visit) -> SurveyLeave | None:
    """The last leave asked for by who holds the seat, on this visit or its trip."""
    rows = select(SurveyLeave).where(SurveyLeave.account_id == row.account_id, SurveyLeave.unit == row.unit)
    if visit.trip_id is not None:
        rows = rows.where(SurveyLeave.trip_id == visit.trip_id, SurveyLeave.day == visit.day)
    else:
        rows = rows.where(SurveyLeave.visit_id == visit.id)
    return session.exec(rows.order_by(col(SurveyLeave.id).desc())).first()


@command(title="cmd.approve_leave", grants={"leader": None})
def approve_leave(ctx: Context, cmd: ApproveLeave) -> dict:
    """Raises Refused: another unit's, decided already, the seat is gone, no substitute where an item wants one."""
    row = _asked(ctx, cmd.leave_id)
    seat = _seat(ctx, row)
    if cmd.substitute_id:
        send_instead(ctx, seat, cmd.substitute_id, row.reason)
        instead = "substitute"
    else:
        instead = "written"
        _excuse(ctx, seat)
    _decide(ctx, row, "approved", cmd.note)
    row.instead, row.substitute_id = instead, cmd.substitute_id or None
    ctx.session.add(row)
    for there in cases_of(ctx, seat.visits):
        there.event("leave_approved", unit=row.unit, day=row.day, half=row.half, instead=instead, reason=row.reason)
    told = [row.account_id, *staff_with_role(ctx.session, "coordinator")]
    ctx.notify_about(None, told, f"notify.leave_{instead}", day=half_day_words(row.day, row.half))
    return {"instead": instead}


@command(title="cmd.refuse_leave", grants={"leader": None})
def refuse_leave(ctx: Context, cmd: RefuseLeave) -> None:
    row = _asked(ctx, cmd.leave_id)
    _decide(ctx, row, "refused", cmd.reason)
    ctx.notify_about(
        None, [row.account_id], "notify.leave_refused", day=half_day_words(row.day, row.half), reason=cmd.reason
    )


def _asked(ctx: Context, leave_id: int) -> SurveyLeave:
    row = ctx.session.get(SurveyLeave, leave_id, with_for_update=True)
    if row is None:
        raise refuse("trips.no_such_leave", kind="missing")
    if row.unit != ctx.actor.unit:
        raise refuse("commands.other_unit", kind="forbidden")
    if row.status != "asked":
        raise refuse("trips.leave_decided", kind="state")
    if row.account_id == ctx.actor.account_id:
        raise refuse("timing.four_eyes", kind="forbidden")
    return row


def _seat(ctx: Context, row: SurveyLeave) -> Seat:
    """The seat the leave is about, while its holder is still expected there."""
    held = (VisitMember.unit == row.unit, VisitMember.account_id == row.account_id)
    rows = select(Visit).join(VisitMember, col(VisitMember.visit_id) == Visit.id).where(*held)
    rows = rows.where(Visit.status == "planned", col(VisitMember.signed_in_at).is_(None))
    about = Visit.trip_id == row.trip_id if row.trip_id else Visit.id == row.visit_id
    visits = list(ctx.session.exec(rows.where(about).order_by(col(Visit.position))).all())
    if not visits:
        raise refuse("trips.leave_over", kind="state")
    trip = ctx.session.get(Trip, row.trip_id, with_for_update=True) if row.trip_id else None
    member = ctx.session.exec(
        select(TripMember).where(TripMember.trip_id == row.trip_id, TripMember.unit == row.unit)
        if trip
        else select(VisitMember).where(VisitMember.visit_id == visits[0].id, VisitMember.unit == row.unit)
    ).one()
    return Seat(member, trip, visits, row.day, row.half)


def needs_substitute(facts: CaseFacts, unit: str) -> bool:
    """Whether an item of safety keeps the unit from judging without the site (requirements §3.5)."""
    mine = [a for a in facts.assignments if a.unit == unit and a.needs_site and a.open_round_id]
    return any(a.absence_policy != AbsencePolicy.DEEMED_OK for a in mine)


def _excuse(ctx: Context, seat: Seat) -> None:
    """Nobody of the unit comes; what it says it says in writing."""
    for there in cases_of(ctx, seat.visits):
        if needs_substitute(there.facts, seat.unit):
            raise refuse("trips.leave_needs_substitute", where="substitute_id", number=there.the_case.number)
    members = select(VisitMember).where(
        col(VisitMember.visit_id).in_([v.id for v in seat.visits]), VisitMember.unit == seat.unit
    )
    for member in ctx.session.exec(members).all():
        member.attendance = "excused"
        ctx.session.add(member)


def _decide(ctx: Context, row: SurveyLeave, status: str, note: str) -> None:
    row.status, row.decided_by, row.decided_at, row.note = status, ctx.actor.account_id, ctx.now, note
    ctx.session.add(row)
    ctx.topics.update({"trips", f"account:{row.account_id}", f"work:unit:{row.unit}"})
