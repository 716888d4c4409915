"""Officers answer: they take part, decline with the reason, or a free colleague of the unit goes instead."""

from __future__ import annotations

from pydantic import Field

from jointreview.commands.appointments import half_day_words
from jointreview.commands.bookings import on_case, replace, stay_away, taken_for
from jointreview.commands.executor import SHANGHAI, Context
from jointreview.commands.people import officers_of, staff_with_role
from jointreview.commands.registry import command
from jointreview.commands.trip_seats import Seat, SeatCommand, answer_due, cases_of, own_seat
from jointreview.commands.trip_state import survey_of
from jointreview.commands.visit_papers import name_officers_anew
from jointreview.domain.problems import refuse
from jointreview.models.identity import Account


class AcceptTrip(SeatCommand):
    """The officer takes part; the receipt of the notice is on record with it."""


class DeclineTrip(SeatCommand):
    """The officer cannot come: the coordinator is told at once and finds somebody else."""

    reason: str = Field(min_length=2, max_length=300)


class SwapTrip(SeatCommand):
    """A colleague of the same unit who is free goes instead."""

    colleague_id: int
    reason: str = Field(min_length=2, max_length=300)


@command(title="cmd.accept_trip", grants={"officer": None})
def accept_trip(ctx: Context, cmd: AcceptTrip) -> dict:
    """Raises Refused when answered so already, changed meanwhile, over, or not one's own seat."""
    seat = own_seat(ctx, cmd)
    if seat.row.reply == "accepted":
        raise refuse("trips.answered_already", kind="state")
    _reply(ctx, seat, "accepted", "")
    return _answered(seat)


@command(title="cmd.decline_trip", grants={"officer": None})
def decline_trip(ctx: Context, cmd: DeclineTrip) -> dict:
    """Only while the answer is waited for; later there is leave, with the head's approval, or a colleague."""
    seat = own_seat(ctx, cmd)
    if seat.row.reply == "declined":
        raise refuse("trips.answered_already", kind="state")
    due = answer_due(seat.row.asked_at, survey_of(ctx), ctx.calendar)
    if due is not None and ctx.local_now.replace(tzinfo=None) > due:
        raise refuse("trips.reply_over", kind="state", due=f"{due:%Y-%m-%d %H:%M}")
    _reply(ctx, seat, "declined", cmd.reason)
    colleague = free_colleague(ctx, seat)
    ctx.notify_about(
        None,
        staff_with_role(ctx.session, "coordinator"),
        "notify.trip_declined" if colleague else "notify.trip_declined_nobody",
        name=ctx.actor.name,
        unit=ctx.catalog.unit(seat.unit).name.model_dump(),
        day=half_day_words(seat.day, seat.half),
        reason=cmd.reason,
        **({"substitute": colleague.name} if colleague else {}),
    )
    return _answered(seat)


def _reply(ctx: Context, seat: Seat, said: str, reason: str) -> None:
    seat.row.reply, seat.row.replied_at, seat.row.reason = said, ctx.now, reason
    ctx.session.add(seat.row)
    for there in cases_of(ctx, seat.visits):
        there.event(f"visit_{said}", unit=seat.unit, day=seat.day, half=seat.half, reason=reason)
    ctx.topics.update({"trips", f"account:{ctx.actor.account_id}"})


@command(title="cmd.swap_trip", grants={"officer": None})
def swap_trip(ctx: Context, cmd: SwapTrip) -> dict:
    """Raises Refused when the colleague is of another unit or not free, or the seat is not one's own."""
    seat = own_seat(ctx, cmd)
    send_instead(ctx, seat, cmd.colleague_id, cmd.reason)
    return _answered(seat)


def send_instead(ctx: Context, seat: Seat, colleague_id: int, reason: str) -> Account:
    """The colleague takes the seat, whole or not at all; whoever had it is not planned for that half-day again.

    Raises Refused when the colleague is not an officer of the unit, or taken.
    """
    colleague = next((a for a in officers_of(ctx.session, seat.unit) if a.id == colleague_id), None)
    if colleague is None or colleague_id == seat.row.account_id:
        raise refuse("commands.not_an_officer_of_unit", where="colleague_id")
    cases_of(ctx, seat.visits)  # locked in order, before anything is written
    if taken_for(ctx, colleague_id, seat.day, seat.half) is not None:
        raise refuse("commands.officer_not_free", where="colleague_id", kind="state", name=colleague.name)
    before = seat.row.account_id
    changed = replace(ctx, seat.visits[0], seat.unit, colleague_id)
    stay_away(ctx, before, seat.day, seat.half, reason)
    for visit in changed:
        there = on_case(ctx, visit.case_id)
        name_officers_anew(there, visit)
        there.event("officer_replaced", unit=seat.unit, reason=reason)
        there.notify(
            [colleague_id, before, *staff_with_role(ctx.session, "coordinator")],
            "notify.visit_changed",
            number=there.the_case.number,
            day=half_day_words(seat.day, seat.half),
        )
    ctx.topics.update({"trips", f"account:{before}", f"account:{colleague_id}"})
    return colleague


def free_colleague(ctx: Context, seat: Seat) -> Account | None:
    """The first other officer of the unit who is free then."""
    return next(
        (
            a
            for a in officers_of(ctx.session, seat.unit)
            if a.id not in (None, seat.row.account_id) and taken_for(ctx, a.id or 0, seat.day, seat.half) is None
        ),
        None,
    )


def _answered(seat: Seat) -> dict:
    at = seat.row.replied_at
    return {"reply": seat.row.reply, "at": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""}
