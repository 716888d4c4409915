"""The joint visit: one common free slot of one officer per department and the applicant; attendance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands import notices, visit_papers
from jointreview.commands.appointments import when_words
from jointreview.commands.arrivals import note_arrival
from jointreview.commands.bookings import (
    book,
    drop_drafts,
    free,
    leave_trip,
    on_case,
    replace,
    taken_for,
    visit_over,
)
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.form_values import form_values
from jointreview.commands.people import applicants_of, officers_of, staff_with_role
from jointreview.commands.rebooking import end_waiting
from jointreview.commands.registry import CaseCommand, Command, command
from jointreview.commands.relations import unit_takes_part
from jointreview.commands.visit_facts import VisitFacts
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.trip import TripStop
from jointreview.models.visit import BusyTime, Visit, VisitMember

VISIT_STATES = frozenset({CaseState.VISITING, CaseState.REINSPECTING})
DECIDING = frozenset({CaseState.REVIEWING, CaseState.SUPPLEMENTING})
SITE_STATES = VISIT_STATES | DECIDING


class ScheduleVisit(CaseCommand):
    """Fix the joint visit: a half-day on which one officer of every department is free."""

    day: date
    half: str = Field(pattern="^(am|pm)$")
    officers: dict[str, int] = Field(min_length=1, description="officer's account by handling unit")
    meeting_point: str = Field("", max_length=200)


class ReplaceOfficer(CaseCommand):
    """Another officer of the same department goes instead."""

    unit: str
    officer_id: int


class CancelVisit(CaseCommand):
    """The visit does not take place, with the reason; everybody is told and free again."""

    reason: str = Field(min_length=2, max_length=300)


class SignIn(CaseCommand):
    """An officer arrives on site, with the code shown at the gate or a position, recorded at this instant only.

    Without either the arrival is the officer's own word, and the record says so (requirements §3.2, §6.4).
    """

    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    accuracy_m: float | None = Field(None, ge=0)
    code: str = Field("", max_length=20)


class CloseVisit(CaseCommand):
    """The visit is over: who did not come is recorded as absent."""


class MarkBusy(Command):
    """An officer is not free on a half-day (leave, duty)."""

    day: date
    half: str = Field(pattern="^(am|pm)$")
    note: str = Field("", max_length=100)


class ClearBusy(Command):
    """The officer is free again on that half-day."""

    day: date
    half: str = Field(pattern="^(am|pm)$")


def visit_phase(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """An acceptance is visited after the reading of documents, a review while its departments read and decide."""
    phase = DECIDING if facts.kind == "review" else VISIT_STATES
    return None if facts.state in phase else Problem("commands.not_in_state")


def no_visit_planned(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No visit stands in the calendar yet."""
    return Problem("commands.visit_planned_already") if facts.visit else None


def visit_planned(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A visit stands in the calendar."""
    return None if facts.visit else Problem("commands.no_visit_planned")


def planned(ctx: Context) -> Visit:
    """The visit that stands in the calendar, locked."""
    return ctx.session.exec(
        select(Visit).where(Visit.case_id == ctx.case_id, Visit.status == "planned").with_for_update()
    ).one()


def goes(actor: Actor, visit: VisitFacts) -> bool:
    """Whether the person is named for the visit by the unit acted for, or stands in for who is."""
    if visit.going.get(actor.unit) == actor.account_id:
        return True
    return bool(actor.acting_for) and visit.posts.get(actor.post_id or 0) == actor.unit


def expected_on_visit(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The officer is the one named for the visit, or the deputy, and has not signed in yet."""
    if facts.visit is None or not goes(actor, facts.visit):
        return Problem("commands.not_on_visit")
    return None if actor.unit in facts.visit.expected_units else Problem("commands.signed_in_already")


def somebody_signed_in(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """At least one officer was there."""
    return None if facts.visit and facts.visit.signed_in else Problem("commands.nobody_signed_in")


def site_units(facts: CaseFacts) -> frozenset[str]:
    """The departments that have yet to go there: with an open site round, in a review with any open round.

    Who missed a survey and lost the right to another one does not travel (requirements §3.5).
    """
    travels = [a for a in facts.assignments if a.needs_site and a.open_round_id and not a.attended]
    if facts.kind == "review":
        return frozenset(a.unit for a in travels)
    return frozenset(a.unit for a in travels if a.open_round_kind in ("site", "reinspection"))


def ask_for_survey(ctx: Context, units: Iterable[str]) -> None:
    """A review whose items need the site asks for its survey by itself, as soon as their units have the case."""
    wanted = sorted(set(units))
    if ctx.the_case.kind != "review" or not wanted:
        return
    ctx.event("survey_wanted", units=wanted)
    told = staff_with_role(ctx.session, "coordinator")
    ctx.notify(told, "notify.survey_wanted", number=ctx.the_case.number, count=len(wanted))


def somebody_travels(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A department still has to go to the site."""
    return None if site_units(facts) else Problem("commands.nobody_travels")


def somebody_expected(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """An officer who has not arrived yet can be replaced: the coordinator any, a department its own."""
    expected = facts.visit.expected_units if facts.visit else frozenset()
    mine = expected & {actor.unit} if actor.role == "officer" else expected
    return None if mine else Problem("commands.nobody_to_replace")


@command(
    title="cmd.schedule_visit",
    grants={"coordinator": None},
    states=SITE_STATES,
    checks=(visit_phase, no_visit_planned, somebody_travels),
)
def schedule_visit(ctx: Context, cmd: ScheduleVisit) -> dict:
    """Raises Refused naming each department missing, each officer not free, a rest day or a day past."""
    needed = site_units(ctx.facts)
    problems = _visit_problems(ctx, cmd, needed)
    if problems:
        raise Refused(*problems)
    visit = enter_visit(ctx, cmd.day, cmd.half, cmd.officers, cmd.meeting_point)
    drop_drafts(ctx)
    return {"visit_id": visit.id, "document_id": visit.document_id}


def enter_visit(
    ctx: Context,
    day: date,
    half: str,
    officers: Mapping[str, int],
    meeting_point: str = "",
    stop: TripStop | None = None,
) -> Visit:
    """Put the visit into the calendar, with its notice; `stop` is its place on a trip. All concerned are told."""
    values = form_values(ctx.session, ctx.case_id)
    wish = values.get("S11", {})
    visit = Visit(
        case_id=ctx.case_id,
        day=day,
        half=half,
        meeting_point=meeting_point or values.get("S2", {}).get("address", ""),
        contact=wish.get("site_contact", ""),
        contact_mobile=wish.get("site_mobile", ""),
        planned_by=ctx.actor.account_id,
        planned_at=ctx.now,
    )
    if stop is not None:
        visit.trip_id, visit.position, visit.arrive, visit.leave = (
            stop.trip_id,
            stop.position,
            stop.arrive,
            stop.leave,
        )
    ctx.session.add(visit)
    ctx.session.flush()
    assert visit.id is not None
    for unit, officer_id in sorted(officers.items()):
        ctx.session.add(VisitMember(visit_id=visit.id, unit=unit, account_id=officer_id, asked_at=ctx.now))
        book(ctx, visit, officer_id)
    ctx.session.flush()
    end_waiting(ctx)
    document = notices.visit_notice(ctx, visit)
    visit.number, visit.document_id = document.number, document.id
    ctx.session.add(visit)
    ctx.event("visit_planned", day=day, half=half, units=sorted(officers), notice=visit.number)
    told = list(officers.values()) + applicants_of(ctx.session, ctx.the_case, ctx.today)
    ctx.notify(told, "notify.visit", number=ctx.the_case.number, day=when_words(visit))
    return visit


def _visit_problems(ctx: Context, cmd: ScheduleVisit, needed: frozenset[str]) -> list[Problem]:
    problems = []
    if cmd.day < ctx.today or not ctx.calendar.is_workday(cmd.day):
        problems.append(Problem("commands.visit_day_not_possible", {"day": cmd.day.isoformat()}, "day"))
    for unit in sorted(needed - set(cmd.officers)):
        problems.append(
            Problem("commands.visit_unit_missing", {"unit": ctx.catalog.unit(unit).name.model_dump()}, unit)
        )
    for unit in sorted(set(cmd.officers) - needed):
        problems.append(Problem("commands.visit_unit_not_needed", {"unit": unit}, unit))
    for unit, officer_id in sorted(cmd.officers.items()):
        problems += _officer_problems(ctx, unit, officer_id, cmd.day, cmd.half)
    return problems


def _officer_problems(ctx: Context, unit: str, officer_id: int, day: date, half: str) -> list[Problem]:
    officer = next((a for a in officers_of(ctx.session, unit) if a.id == officer_id), None)
    if officer is None:
        return [Problem("commands.not_an_officer_of_unit", {}, unit)]
    busy = ctx.session.exec(
        select(BusyTime).where(BusyTime.account_id == officer_id, BusyTime.day == day, BusyTime.half == half)
    ).first()
    return [Problem("commands.officer_not_free", {"name": officer.name}, unit)] if busy else []


@command(
    title="cmd.replace_officer",
    grants={"coordinator": None, "officer": unit_takes_part},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned, somebody_expected),
)
def replace_officer(ctx: Context, cmd: ReplaceOfficer) -> None:
    if ctx.actor.role == "officer" and cmd.unit != ctx.actor.unit:
        raise refuse("commands.other_unit", kind="forbidden")
    visit = planned(ctx)
    member = ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.unit == cmd.unit)
    ).first()
    if member is None or member.signed_in_at is not None:
        raise refuse("commands.not_on_visit", where="unit", kind="state")
    problems = _officer_problems(ctx, cmd.unit, cmd.officer_id, visit.day, visit.half)
    if problems:
        raise Refused(*problems)
    before = member.account_id
    for theirs in replace(ctx, visit, cmd.unit, cmd.officer_id):
        there = on_case(ctx, theirs.case_id)
        visit_papers.name_officers_anew(there, theirs)
        there.event("officer_replaced", unit=cmd.unit)
        there.notify(
            [cmd.officer_id, before],
            "notify.visit_changed",
            number=there.the_case.number,
            day=when_words(visit),
        )


@command(
    title="cmd.cancel_visit",
    grants={"coordinator": None},
    states=SITE_STATES,
    checks=(
        visit_phase,
        visit_planned,
    ),
)
def cancel_visit(ctx: Context, cmd: CancelVisit) -> None:
    call_off(ctx, planned(ctx), cmd.reason)


def call_off(ctx: Context, visit: Visit, reason: str, *, timed_anew: bool = True) -> None:
    """The visit does not take place: everybody is told and free again, its trip goes on without it.

    Without `timed_anew` the caller times what is left of the trip.
    """
    told = applicants_of(ctx.session, ctx.the_case, ctx.today)
    visit.status, visit.reason = "cancelled", reason
    ctx.session.add(visit)
    for member in ctx.session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all():
        free(ctx, visit, member.account_id)
        told.append(member.account_id)
    leave_trip(ctx, visit, timed_anew=timed_anew)
    visit_papers.withdraw_notices(ctx, visit, reason)
    ctx.event("visit_cancelled", day=visit.day, half=visit.half, reason=reason)
    ctx.notify(told, "notify.visit_cancelled", number=ctx.the_case.number, day=when_words(visit))


@command(
    title="cmd.sign_in",
    grants={"officer": unit_takes_part},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned, expected_on_visit),
)
def sign_in(ctx: Context, cmd: SignIn) -> None:
    visit = planned(ctx)
    if ctx.today < visit.day:
        raise refuse("commands.visit_not_today", kind="state", day=visit.day.isoformat())
    member = ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.unit == ctx.actor.unit)
    ).one()
    if member.account_id != ctx.actor.account_id:
        _deputise(ctx, visit, member)
    note_arrival(ctx, visit, member, cmd)
    ctx.event("signed_in", unit=member.unit, proof=member.proof)


def _deputise(ctx: Context, visit: Visit, member: VisitMember) -> None:
    """The deputy came: the record names who was there and for whom; the holder's half-day is free again."""
    holder = member.account_id
    member.account_id, member.acting_for = ctx.actor.account_id, ctx.actor.acting_for
    ctx.session.add(member)
    ctx.session.flush()
    free(ctx, visit, holder)
    if taken_for(ctx, member.account_id, visit.day, visit.half) is None:
        book(ctx, visit, member.account_id)


@command(
    title="cmd.close_visit",
    grants={"coordinator": None},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned, somebody_signed_in),
)
def close_visit(ctx: Context, cmd: CloseVisit) -> dict:
    """Absent departments keep their round open: a safety conclusion is never deemed (requirements §3.5)."""
    visit = planned(ctx)
    members = ctx.session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id).order_by(col(VisitMember.unit))
    ).all()
    absent = [m for m in members if m.attendance == "expected"]
    for member in absent:
        member.attendance = "absent"
        ctx.session.add(member)
    visit.status, visit.closed_at = "held", ctx.now
    ctx.session.add(visit)
    ctx.session.flush()
    document = notices.survey_record(ctx, visit)
    visit.record_id = document.id
    visit_papers.absence_report(ctx, visit)
    visit_over(ctx, visit)
    ctx.event("visit_held", day=visit.day, absent=[m.unit for m in absent], record=document.number)
    ctx.notify([m.account_id for m in absent], "notify.absent", number=ctx.the_case.number)
    return {"document_id": document.id}


@command(title="cmd.mark_busy", grants={"officer": None})
def mark_busy(ctx: Context, cmd: MarkBusy) -> None:
    taken = ctx.session.exec(
        select(BusyTime).where(
            BusyTime.account_id == ctx.actor.account_id, BusyTime.day == cmd.day, BusyTime.half == cmd.half
        )
    ).first()
    if taken is not None:
        raise refuse("commands.half_day_taken", where="day", day=cmd.day.isoformat())
    ctx.session.add(BusyTime(account_id=ctx.actor.account_id, day=cmd.day, half=cmd.half, note=cmd.note))
    ctx.topics.add(f"account:{ctx.actor.account_id}")


@command(title="cmd.clear_busy", grants={"officer": None})
def clear_busy(ctx: Context, cmd: ClearBusy) -> None:
    """A half-day taken by a visit or a trip is freed by replacing the officer or cancelling the visit, not here."""
    row = ctx.session.exec(
        select(BusyTime).where(
            BusyTime.account_id == ctx.actor.account_id,
            BusyTime.day == cmd.day,
            BusyTime.half == cmd.half,
            col(BusyTime.visit_id).is_(None),
            col(BusyTime.trip_id).is_(None),
        )
    ).first()
    if row is None:
        raise refuse("commands.nothing_to_clear", where="day", kind="missing")
    ctx.session.delete(row)
    ctx.topics.add(f"account:{ctx.actor.account_id}")
