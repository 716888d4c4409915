"""A survey that came to nothing: whose cause it was, what that does to the clock, and the case waits again (§3.5)."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.appointments import when_words
from jointreview.commands.bookings import on_case, visit_over
from jointreview.commands.executor import Context
from jointreview.commands.people import applicants_of
from jointreview.commands.rebooking import wait_for_applicant
from jointreview.commands.registry import CaseCommand, Command, command
from jointreview.commands.visit_papers import withdraw_notices
from jointreview.commands.visits import SITE_STATES, planned, visit_phase, visit_planned
from jointreview.domain.problems import refuse
from jointreview.models.trip import Trip, TripStop
from jointreview.models.visit import Visit, VisitMember
from jointreview.text import both

CAUSES = ("applicant", "weather", "car", "department", "other")
APPLICANT = "applicant"


class FailVisit(CaseCommand):
    """The survey of a case came to nothing: nobody opened, storm, no car, a department's fault."""

    cause: str = Field(pattern="^(applicant|weather|car|department|other)$")
    reason: str = Field(min_length=4, max_length=300)


class FailTrip(Command):
    """The trip ends where it is: every stop nobody arrived at waits for another trip."""

    trip_id: int
    revision: int
    cause: str = Field(pattern="^(weather|car|department|other)$")
    reason: str = Field(min_length=4, max_length=300)


@command(
    title="cmd.fail_visit",
    grants={"coordinator": None},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned),
)
def fail_visit(ctx: Context, cmd: FailVisit) -> dict:
    """Raises Refused before the day of the visit: until then it is called off or moved."""
    visit = planned(ctx)
    if ctx.today < visit.day:
        raise refuse("trips.fail_on_the_day", kind="state", day=visit.day.isoformat())
    paused = _fail(ctx, visit, cmd.cause, cmd.reason)
    visit_over(ctx, visit)
    return {"paused": paused}


def _fail(ctx: Context, visit: Visit, cause: str, reason: str) -> bool:
    """Record it and tell everybody; answers whether the clock stands still until the applicant offers again."""
    visit.status, visit.cause, visit.reason, visit.closed_at = "failed", cause, reason, ctx.now
    ctx.session.add(visit)
    ctx.visits.add(visit.id or 0)
    for stop in ctx.session.exec(select(TripStop).where(TripStop.visit_id == visit.id)).all():
        ctx.session.delete(stop)
    ctx.session.flush()
    members = ctx.session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all()
    withdraw_notices(ctx, visit, reason)
    ctx.event("visit_failed", day=visit.day, half=visit.half, cause=cause, reason=reason)
    paused = cause == APPLICANT and wait_for_applicant(ctx, visit, reason) is not None
    told = [*applicants_of(ctx.session, ctx.the_case, ctx.today), *(m.account_id for m in members)]
    ctx.notify(
        told,
        "notify.visit_failed",
        number=ctx.the_case.number,
        day=when_words(visit),
        cause=both(f"trips.cause_{cause}"),
    )
    ctx.topics.add("trips")
    return paused


@command(title="cmd.fail_trip", grants={"coordinator": None})
def fail_trip(ctx: Context, cmd: FailTrip) -> dict:
    """The stops left wait again, the most urgent first.

    Raises Refused before the day of the trip, and when no stop is left.
    """
    trip = ctx.session.exec(select(Trip).where(Trip.id == cmd.trip_id).with_for_update()).first()
    if trip is None or trip.status in ("draft", "cancelled"):
        raise refuse("trips.no_such_trip", kind="missing")
    if trip.revision != cmd.revision:
        raise refuse("trips.changed_meanwhile", kind="conflict")
    if ctx.today < trip.day:
        raise refuse("trips.fail_on_the_day", kind="state", day=trip.day.isoformat())
    left = _not_arrived(ctx, trip)
    if not left:
        raise refuse("trips.over", kind="state", day=trip.day.isoformat())
    trip.reason = cmd.reason
    trip.revision += 1
    ctx.session.add(trip)
    for visit in left:
        _fail(on_case(ctx, visit.case_id), visit, cmd.cause, cmd.reason)
    visit_over(ctx, left[-1])
    return {"waiting": [v.case_id for v in left]}


def _not_arrived(ctx: Context, trip: Trip) -> list[Visit]:
    arrived = select(VisitMember.visit_id).where(col(VisitMember.signed_in_at).is_not(None))
    rows = select(Visit).where(Visit.trip_id == trip.id, Visit.status == "planned", col(Visit.id).not_in(arrived))
    return list(ctx.session.exec(rows.order_by(col(Visit.case_id))).all())
