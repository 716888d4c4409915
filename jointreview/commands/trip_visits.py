"""From trip to visits: what confirming books in every case, and how visits follow when a confirmed trip changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import col, select

from jointreview.commands import notices, visit_papers
from jointreview.commands.appointments import half_day_words, when_words
from jointreview.commands.bookings import ask, book, free, locked_trip, on_case, set_out, stay_away
from jointreview.commands.executor import Context
from jointreview.commands.issuing import next_number
from jointreview.commands.people import applicants_of
from jointreview.commands.registry import may
from jointreview.commands.survey_needs import SurveyNeed
from jointreview.commands.trip_rules import Intended
from jointreview.commands.trip_state import discard, intended, stops_of, store, time_anew
from jointreview.commands.visits import ScheduleVisit, call_off, enter_visit
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import SYSTEM
from jointreview.models.trip import Trip, TripMember, TripStop
from jointreview.models.visit import BusyTime, Visit, VisitMember


def take_off(ctx: Context, case_id: int) -> None:
    """A case that goes elsewhere leaves the draft it was on, which is timed anew, or discarded when nothing is left.

    Raises Refused when its visit is fixed already.
    """
    rows = [
        (stop, trip) for trip in _trips_to(ctx, case_id) for stop in stops_of(ctx, trip) if stop.case_id == case_id
    ]
    for stop, trip in rows:
        if trip.status == "confirmed" and stop.visit_id is not None:
            raise refuse("trips.visit_fixed", where=f"case:{case_id}", kind="state", number=trip.number)
        if trip.status == "draft":
            ctx.session.delete(stop)
            trip.revision += 1
            ctx.session.add(trip)
    ctx.session.flush()
    _close_ranks(ctx, [trip for _, trip in rows if trip.status == "draft"])


def _trips_to(ctx: Context, case_id: int) -> list[Trip]:
    """The trips that go to the case, locked: while one of them was waited for, the case may have come to another."""
    wanted = select(TripStop.trip_id).where(TripStop.case_id == case_id).order_by(col(TripStop.trip_id))
    locked: dict[int, Trip] = {}
    while missing := [t for t in ctx.session.exec(wanted).all() if t not in locked]:
        locked |= {trip_id: locked_trip(ctx, trip_id) for trip_id in missing}
    return [locked[trip_id] for trip_id in sorted(locked)]


def _close_ranks(ctx: Context, trips: list[Trip]) -> None:
    for trip in trips:
        order = [stop.case_id for stop in stops_of(ctx, trip)]
        if order:
            store(ctx, trip, intended(ctx, trip, order))
        else:
            discard(ctx, trip)


def time_visits_anew(ctx: Context, trip: Trip) -> None:
    """A confirmed trip lost a stop: its way is timed anew, the visits that are left follow, everybody is told.

    Once somebody has set out the times stay as announced. What the other cases read is by nobody and without a
    reason: who called the visit off, and why, is a matter of that case.
    """
    crew = {seat.unit: seat.account_id for seat in _seats(ctx, trip)}
    if trip.lead_id not in crew.values():
        trip.lead_id = next((crew[unit] for unit in sorted(crew)), None)
    if set_out(ctx, trip):
        return
    time_anew(ctx, trip)
    for stop in stops_of(ctx, trip):
        visit = ctx.session.get_one(Visit, stop.visit_id)
        ctx.visits.add(visit.id or 0)
        there = on_case(replace(ctx, actor=SYSTEM), stop.case_id)
        earlier = visit.arrive
        visit.position, visit.arrive, visit.leave = stop.position, stop.arrive, stop.leave
        ctx.session.add(visit)
        if visit.arrive != earlier:
            _announce_time(there, visit, "")
            _tell_moved(there, visit, applicants_of(ctx.session, there.the_case, ctx.today))
    _tell_crew(ctx, trip, "notify.trip_changed", list(crew.values()))


def confirm(ctx: Context, trip: Trip, wanted: Intended, lead_id: int, why: str) -> None:
    """Book officers and visits of every stop. Raises Refused naming each case that cannot be visited now."""
    problems = []
    for need in wanted.needs:
        there = on_case(ctx, need.case_id)
        if problem := may(ctx.actor, ScheduleVisit, there.facts):
            problems.append(Problem(problem.key, problem.params, f"case:{need.case_id}"))
    if problems:
        raise Refused(*problems, kind="state")
    trip.status, trip.confirmed_by, trip.confirmed_at = "confirmed", ctx.actor.account_id, ctx.now
    for seat in _seats(ctx, trip):
        ask(ctx, seat, seat.account_id)
    trip.lead_id = lead_id or next(iter(dict(sorted(wanted.officers.items())).values()))
    trip.number = next_number(ctx, "dispatch")
    ctx.session.add(trip)
    ctx.session.flush()
    for stop in stops_of(ctx, trip):
        _visit(ctx, trip, stop, _need(wanted, stop.case_id), wanted, why)
    _tell_crew(ctx, trip, "notify.trip", list(wanted.officers.values()))


def follow(ctx: Context, trip: Trip, wanted: Intended | None, why: str) -> None:
    """A confirmed trip changes (None: it is called off): visits are added, moved or called off, everybody told."""
    before = {s.case_id: s for s in stops_of(ctx, trip)}
    staying = {n.case_id for n in wanted.needs} if wanted else set()
    for case_id in sorted(set(before) - staying):
        visit = ctx.session.get_one(Visit, before[case_id].visit_id)
        call_off(on_case(ctx, case_id), visit, why, timed_anew=False)
    if wanted is None:
        return
    crew = {s.unit: s.account_id for s in _seats(ctx, trip)}
    declined = [(s.account_id, s.reason) for s in _seats(ctx, trip) if s.reply == "declined"]
    was = _half_day_before(ctx, trip)
    store(ctx, trip, wanted)
    for stop in stops_of(ctx, trip):
        need = _need(wanted, stop.case_id)
        if stop.visit_id is None:
            _visit(ctx, trip, stop, need, wanted, why)
        else:
            _follow_visit(ctx, trip, stop, wanted, why)
    _rebook(ctx, trip, wanted)
    for seat in _seats(ctx, trip):
        if was != (trip.day, trip.half) or crew.get(seat.unit) != seat.account_id:
            ask(ctx, seat, seat.account_id)
    for officer, reason in declined:
        if officer not in wanted.officers.values():
            stay_away(ctx, officer, *was, reason)
    fresh = [a for u, a in wanted.officers.items() if crew.get(u) != a]
    _tell_crew(ctx, trip, "notify.trip_changed", [*wanted.officers.values(), *set(crew.values())])
    if trip.lead_id not in wanted.officers.values():
        trip.lead_id = (fresh or sorted(wanted.officers.values()))[0]
    ctx.session.add(trip)


def _half_day_before(ctx: Context, trip: Trip) -> tuple[date, str]:
    """When the visits of the trip were planned for until now."""
    visit = ctx.session.exec(select(Visit).where(Visit.trip_id == trip.id, Visit.status == "planned")).first()
    return (visit.day, visit.half) if visit else (trip.day, trip.half)


def _visit(ctx: Context, trip: Trip, stop: TripStop, need: SurveyNeed, wanted: Intended, why: str) -> None:
    there = on_case(ctx, stop.case_id)
    officers = {unit: wanted.officers[unit] for unit in sorted(need.units)}
    visit = enter_visit(there, trip.day, trip.half, officers, stop=stop)
    stop.visit_id = visit.id
    ctx.session.add(stop)
    there.event("trip_joined", trip=trip.number, day=trip.day, half=trip.half, position=stop.position, why=why)


def _follow_visit(ctx: Context, trip: Trip, stop: TripStop, wanted: Intended, why: str) -> None:
    """The visit takes the trip's day, times and officers; who goes there anew or at another time is told."""
    visit = ctx.session.get_one(Visit, stop.visit_id)
    there = on_case(ctx, stop.case_id)
    moved = (visit.day, visit.half) != (trip.day, trip.half)
    earlier = (visit.day, visit.half, visit.arrive)
    told, replaced = applicants_of(ctx.session, there.the_case, ctx.today), []
    for member in ctx.session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all():
        officer = wanted.officers.get(member.unit, member.account_id)
        if officer != member.account_id:
            replaced += [member.account_id, officer]
            free(ctx, visit, member.account_id)
            ask(ctx, member, officer)
            there.event("officer_replaced", unit=member.unit)
        elif moved:
            ask(ctx, member, officer)
    visit.day, visit.half, visit.position = trip.day, trip.half, stop.position
    visit.arrive, visit.leave = stop.arrive, stop.leave
    ctx.session.add(visit)
    ctx.session.flush()
    if moved:
        visit.acknowledged_by, visit.acknowledged_at = None, None
        document = notices.visit_notice(there, visit)
        visit.number, visit.document_id = document.number, document.id
        ctx.session.add(visit)
        there.event("visit_moved", was=earlier[0], day=trip.day, half=trip.half, why=why, notice=visit.number)
    elif earlier[2] != visit.arrive:
        _announce_time(there, visit, why)
    elif replaced:
        visit_papers.name_officers_anew(there, visit)
    if moved or earlier[2] != visit.arrive:
        _tell_moved(there, visit, told + replaced)


def _announce_time(there: Context, visit: Visit, why: str) -> None:
    """The trip is there at another time of the same half-day: new notices say so."""
    document = notices.visit_notice(there, visit)
    visit.number, visit.document_id = document.number, document.id
    there.session.add(visit)
    said: dict[str, Any] = {"why": why} if why else {}
    there.event("visit_time_changed", day=visit.day, arrive=visit.arrive, **said)


def _tell_moved(there: Context, visit: Visit, told: list[int]) -> None:
    there.notify(told, "notify.visit_moved", number=there.the_case.number, day=when_words(visit))


def _rebook(ctx: Context, trip: Trip, wanted: Intended) -> None:
    """The crew is booked for the trip's half-day, and for no other."""
    for busy in ctx.session.exec(select(BusyTime).where(BusyTime.trip_id == trip.id)).all():
        ctx.session.delete(busy)
    ctx.session.flush()
    for stop in stops_of(ctx, trip):
        visit = ctx.session.get_one(Visit, stop.visit_id)
        for member in ctx.session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all():
            book(ctx, visit, member.account_id)


def _tell_crew(ctx: Context, trip: Trip, key: str, officers: list[int]) -> None:
    stops = len(stops_of(ctx, trip))
    ctx.notify_about(None, officers, key, trip=trip.number, day=half_day_words(trip.day, trip.half), count=stops)
    ctx.topics.update({"trips", *(f"account:{o}" for o in officers)})


def _seats(ctx: Context, trip: Trip) -> list[TripMember]:
    return list(ctx.session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all())


def _need(wanted: Intended, case_id: int) -> SurveyNeed:
    return next(n for n in wanted.needs if n.case_id == case_id)
