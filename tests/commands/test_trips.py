"""Joint trips: drafting, confirming whole or not at all, changing, calling off; nobody and no car is booked twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from jointreview.commands.cars import BlockCar, KeepCar
from jointreview.commands.deputies import TakeLeave
from jointreview.commands.executor import execute
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.plan_runs import AdoptPlan, DropPlan, NoteProgress, StartPlan
from jointreview.commands.survey_needs import survey_needs
from jointreview.commands.trips import (
    CancelTrip,
    ConfirmTrip,
    DiscardTrip,
    DraftTrip,
    KeepTrip,
    MoveTrip,
    PlaceStop,
    SendOfficer,
    TakeOffStop,
)
from jointreview.commands.visits import CancelVisit, ReplaceOfficer, ScheduleVisit
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.actor import SYSTEM
from jointreview.models.event import Event, Notification
from jointreview.models.trip import CarBusy, PlanRun, Trip, TripMember, TripStop
from jointreview.models.visit import BusyTime, Visit, VisitMember
from jointreview.planning import as_json, plan, read_instance
from tests.commands.snapshots import remembered
from tests.commands.world import World


def rows(table, *where):
    with base.reading() as session:
        return list(session.exec(select(table).where(*where).order_by(col(table.id))).all())


def one(table, *where):
    (row,) = rows(table, *where)
    return row


@remembered
def waiting(world: World, sample: str = "factory", **changes) -> int:
    case_id = world.submitted(sample, **changes)
    world.accept(case_id)
    world.read_documents(case_id)
    world.end_review(case_id)
    return case_id


def third(world: World) -> int:
    return waiting(world, S1={"project_code": "2101-320681-89-01-000777"})


@remembered
def car(world: World, plate: str = "苏F12345", seats: int = 16) -> int:
    return world.do("coordinator", KeepCar(plate=plate, seats=seats, driver="王师傅")).value["car_id"]


def draft(world: World, *cases: int, car_id: int, days: int = 2, half: str = "am") -> Trip:
    return one(Trip, Trip.id == drafted(world, *cases, car_id=car_id, days=days, half=half))


@remembered
def drafted(world: World, *cases: int, car_id: int, days: int, half: str) -> int:
    day = world.workday_after(days)
    draft = DraftTrip(car_id=car_id, day=day, half=half, case_ids=list(cases))
    return world.do("coordinator", draft).value["trip_id"]


def again(trip: Trip) -> Trip:
    return one(Trip, Trip.id == trip.id)


def confirmed(world: World, *cases: int, car_id: int, days: int = 2, half: str = "am") -> Trip:
    trip = draft(world, *cases, car_id=car_id, days=days, half=half)
    confirm(world, trip.id)
    return again(trip)


@remembered
def confirm(world: World, trip_id: int) -> None:
    world.do("coordinator", settled(one(Trip, Trip.id == trip_id)))


def settled(trip: Trip) -> ConfirmTrip:
    agreed = ["trips.not_offered", "trips.after_due"]
    return ConfirmTrip(trip_id=trip.id, revision=trip.revision, agreed=agreed, why="电话商定")


def keys(refused) -> set[str]:
    return {p.key for p in refused.value.problems}


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    return both(world)


def both(world: World) -> tuple[int, int]:
    """Two cases that wait for their survey, a factory and a school."""
    return waiting(world), waiting(world, "school")


def test_a_case_asks_for_its_survey_until_it_is_planned(world: World):
    case_id = waiting(world)
    with base.reading() as session:
        (need,) = survey_needs(session, world.now)
    assert need.case_id == case_id and need.units and need.place is not None
    assert 20 <= need.minutes <= 60 and need.due is not None and not need.again
    assert need.half_days and all(h.date > world.today for h in need.half_days)
    confirmed(world, case_id, car_id=car(world))
    with base.reading() as session:
        assert survey_needs(session, world.now) == []


def test_a_review_whose_items_need_the_site_asks_as_well(world: World):
    case_id = world.reviewing()
    with base.reading() as session:
        (need,) = survey_needs(session, world.now)
    assert (need.case_id, need.kind, need.stage) == (case_id, "review", 1)
    trip = confirmed(world, case_id, car_id=car(world))
    assert one(Visit, Visit.case_id == case_id).trip_id == trip.id


def test_a_draft_shows_times_and_binds_the_car_only(world: World, two):
    trip = draft(world, *two, car_id=car(world))
    stops = rows(TripStop, TripStop.trip_id == trip.id)
    assert [s.case_id for s in stops] == list(two) and [s.position for s in stops] == [1, 2]
    assert 510 < stops[0].arrive < stops[0].leave <= stops[1].arrive < stops[1].leave < trip.back
    assert trip.km > 0 and trip.drive_minutes > 0
    assert one(CarBusy).trip_id == trip.id
    assert rows(Visit) == [] and rows(BusyTime) == []
    with pytest.raises(Refused) as refused:
        draft(world, car_id=trip.car_id)
    assert keys(refused) == {"trips.car_taken"}


def test_confirming_books_every_department_at_every_stop_once(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    assert trip.status == "confirmed" and trip.number.startswith("启派车〔2026〕")
    visits = rows(Visit, Visit.trip_id == trip.id)
    assert [v.case_id for v in visits] == list(two)
    crew = {m.unit: m.account_id for m in rows(TripMember, TripMember.trip_id == trip.id)}
    for visit in visits:
        members = rows(VisitMember, VisitMember.visit_id == visit.id)
        assert members and all(crew[m.unit] == m.account_id for m in members)
    busy = rows(BusyTime)
    assert sorted(b.account_id for b in busy) == sorted(crew.values())
    assert {(b.day, b.half, b.trip_id) for b in busy} == {(trip.day, "am", trip.id)}
    told = {n.account_id for n in rows(Notification, Notification.key == "notify.trip")}
    assert told == set(crew.values())
    assert {e.case_id for e in rows(Event, Event.kind == "trip_joined")} == set(two)


def test_all_is_booked_or_nothing(world: World, two):
    small = draft(world, *two, car_id=car(world, seats=2))
    with pytest.raises(Refused) as refused:
        world.do("coordinator", settled(small))
    assert "trips.seats" in keys(refused)
    assert rows(Visit) == [] and rows(BusyTime) == [] and again(small).status == "draft"


def test_what_was_not_offered_wants_an_agreement_with_its_reason(world: World, two):
    trip = draft(world, *two, car_id=car(world), days=9, half="pm")
    with pytest.raises(Refused) as refused:
        world.do("coordinator", ConfirmTrip(trip_id=trip.id, revision=trip.revision))
    assert "trips.after_due" in keys(refused) <= {"trips.not_offered", "trips.after_due"}
    with pytest.raises(Refused) as refused:
        world.do("coordinator", settled(trip).model_copy(update={"why": ""}))
    assert keys(refused) == {"trips.reason_wanted"}


def test_after_the_cutoff_a_half_day_is_no_longer_booked(world: World, two):
    trip = draft(world, *two, car_id=car(world), days=1)
    world.now = datetime(2026, *world.today.timetuple()[1:3], 8, 1, tzinfo=UTC)  # 16:01 in Shanghai
    with pytest.raises(Refused) as refused:
        world.do("coordinator", ConfirmTrip(trip_id=trip.id, revision=trip.revision))
    assert "trips.cutoff_passed" in keys(refused)


def test_two_trips_at_once_take_different_officers_and_a_third_says_who_is_missing(world: World, two):
    first = confirmed(world, two[0], car_id=car(world))
    second = confirmed(world, two[1], car_id=car(world, "苏F22222"))
    a, b = ({m.account_id for m in rows(TripMember, TripMember.trip_id == t.id)} for t in (first, second))
    assert not a & b
    late = draft(world, third(world), car_id=car(world, "苏F33333"))
    with pytest.raises(Refused) as refused:
        world.do("coordinator", settled(late))
    assert "trips.nobody_free" in keys(refused)


def test_two_coordinators_confirm_at_once_and_nobody_is_booked_twice(world: World, two):
    """Both drafts want the same two officers of each department; a visit beside them takes one of each away."""
    other = third(world)
    trips = [
        draft(world, case_id, car_id=car(world, plate))
        for case_id, plate in zip((*two, other), ("苏F1111A", "苏F1111B", "苏F1111C"), strict=True)
    ]

    def settle(trip: Trip) -> str:
        try:
            execute(world.actors["coordinator"], settled(trip), now=world.now)
            return "booked"
        except Refused as refused:
            return refused.problems[0].key

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(settle, trips))
    assert answers.count("booked") == 2 and answers.count("trips.nobody_free") == 1
    busy = [(b.account_id, b.day, b.half) for b in rows(BusyTime)]
    assert len(busy) == len(set(busy))


def test_a_stop_moves_from_one_draft_to_another_and_both_are_timed_anew(world: World, two):
    first = draft(world, *two, car_id=car(world))
    second = draft(world, car_id=car(world, "苏F22222"))
    world.do("coordinator", PlaceStop(trip_id=second.id, revision=second.revision, case_id=two[0], position=1))
    left = one(TripStop, TripStop.trip_id == first.id)
    assert (left.case_id, left.position) == (two[1], 1) and again(first).revision > first.revision
    assert one(TripStop, TripStop.trip_id == second.id).case_id == two[0]
    with pytest.raises(Refused) as refused:
        world.do("coordinator", TakeOffStop(trip_id=first.id, revision=first.revision, case_id=two[1]))
    assert keys(refused) == {"trips.changed_meanwhile"}


def test_a_confirmed_trip_moves_whole_with_its_reason(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    move = MoveTrip(
        trip_id=trip.id, revision=trip.revision, car_id=trip.car_id, day=world.workday_after(3), half="pm"
    )
    with pytest.raises(Refused) as refused:
        world.do("coordinator", move)
    assert keys(refused) == {"trips.reason_wanted"}
    world.do("coordinator", move.model_copy(update={"why": "车辆检修"}))
    after = again(trip)
    assert {(v.day, v.half) for v in rows(Visit, Visit.status == "planned")} == {(after.day, "pm")}
    assert (
        {(b.day, b.half) for b in rows(BusyTime)} == {(after.day, "pm")} == {(b.day, b.half) for b in rows(CarBusy)}
    )
    assert {e.case_id for e in rows(Event, Event.kind == "visit_moved")} == set(two)


def test_a_confirmed_trip_goes_another_way_round(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    swap = PlaceStop(trip_id=trip.id, revision=trip.revision, case_id=two[1], position=1, why="先去学校")
    world.do("coordinator", swap)
    visits = {v.case_id: v for v in rows(Visit, Visit.trip_id == trip.id)}
    assert visits[two[1]].position == 1 and visits[two[1]].arrive < visits[two[0]].arrive
    assert len(rows(BusyTime)) == len(rows(TripMember, TripMember.trip_id == trip.id))


def test_a_visit_called_off_leaves_its_trip_and_frees_only_who_is_needed_nowhere_else(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    units = [
        {m.unit for m in rows(VisitMember, VisitMember.visit_id == v.id)}
        for v in rows(Visit, Visit.trip_id == trip.id)
    ]
    world.do("coordinator", CancelVisit(case_id=two[1], reason="申请人要求改期"))
    assert {m.unit for m in rows(TripMember, TripMember.trip_id == trip.id)} == units[0]
    assert len(rows(BusyTime)) == len(units[0])
    assert again(trip).status == "confirmed"
    world.do("coordinator", CancelVisit(case_id=two[0], reason="申请人要求改期"))
    assert again(trip).status == "cancelled" and rows(BusyTime) == [] and rows(CarBusy) == []


def test_calling_a_trip_off_frees_everybody_and_every_case_waits_again(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    world.do("coordinator", CancelTrip(trip_id=trip.id, revision=trip.revision, why="台风预警"))
    assert again(trip).status == "cancelled" and rows(BusyTime) == [] and rows(CarBusy) == []
    assert {v.status for v in rows(Visit)} == {"cancelled"}
    with base.reading() as session:
        assert {n.case_id for n in survey_needs(session, world.now)} == set(two)


def test_an_officer_replaced_on_one_stop_is_replaced_on_the_whole_trip(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    seat = next(m for m in rows(TripMember, TripMember.trip_id == trip.id) if m.unit == "fire")
    other = next(
        a.account_id for n, a in world.actors.items() if a.unit == "fire" and a.account_id != seat.account_id
    )
    world.do("coordinator", ReplaceOfficer(case_id=two[0], unit="fire", officer_id=other))
    assert {m.account_id for m in rows(VisitMember, VisitMember.unit == "fire")} == {other}
    assert other in {b.account_id for b in rows(BusyTime)} and seat.account_id not in {
        b.account_id for b in rows(BusyTime)
    }
    back = SendOfficer(trip_id=trip.id, revision=again(trip).revision, unit="fire", officer_id=seat.account_id)
    world.do("coordinator", back)
    assert {m.account_id for m in rows(VisitMember, VisitMember.unit == "fire")} == {seat.account_id}


def test_leave_taken_on_a_trip_tells_the_coordinator_of_every_visit(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    seat = next(m for m in rows(TripMember, TripMember.trip_id == trip.id) if m.unit == "fire")
    who = next(n for n, a in world.actors.items() if a.account_id == seat.account_id)
    leave = TakeLeave(from_on=trip.day, from_half="am", until_on=trip.day, until_half="pm", note="培训")
    assert world.do(who, leave).value["visits"] == 2


def test_a_case_withdrawn_leaves_draft_and_trip(world: World, two):
    trip = confirmed(world, two[0], car_id=car(world))
    other = draft(world, two[1], car_id=car(world, "苏F22222"))
    for case_id in two:
        world.do("applicant", WithdrawCase(case_id=case_id, reason="项目调整"))
    assert again(trip).status == "cancelled"
    assert rows(TripStop, TripStop.trip_id == other.id) == []


def test_a_visit_fixed_by_itself_takes_the_case_off_its_draft(world: World, two):
    trip = draft(world, *two, car_id=car(world))
    world.plan_visit(two[0])
    assert [s.case_id for s in rows(TripStop, TripStop.trip_id == trip.id)] == [two[1]]


def test_the_trip_is_over_with_its_last_visit(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    world.now = datetime(trip.day.year, trip.day.month, trip.day.day, 1, tzinfo=UTC)
    for n, case_id in enumerate(two):
        world.arrive(case_id)
        world.close_visit(case_id)
        assert again(trip).status == ("held" if n else "confirmed")
    with pytest.raises(Refused) as refused:
        world.do("coordinator", CancelTrip(trip_id=trip.id, revision=again(trip).revision, why="误操作"))
    assert keys(refused) == {"trips.under_way"}


def test_a_plan_becomes_drafts_keeps_what_is_fixed_and_says_what_moved(world: World, two):
    first, second = car(world), car(world, "苏F22222")
    fixed = confirmed(world, two[0], car_id=first)
    loose = draft(world, two[1], car_id=second, days=3)
    fresh = third(world)
    run_id = world.do("coordinator", StartPlan(seconds=5)).value["run_id"]
    with pytest.raises(Refused):
        world.do("coordinator", StartPlan(seconds=5))
    answer = solved(run_id)
    execute(SYSTEM, NoteProgress(run_id=run_id, status="done", answer=answer), now=world.now)
    said = world.do("coordinator", AdoptPlan(run_id=run_id)).value
    assert again(fixed).status == "confirmed" and again(fixed).revision == fixed.revision
    assert again(loose).status == "cancelled"
    assert said["new"] == [fresh] and said["waiting"] == [] and said["left_out"] == 0
    assert said["trips"] == len(rows(Trip, Trip.status == "draft")) > 0
    for trip in rows(Trip, Trip.status == "draft"):
        world.do("coordinator", settled(trip))


def solved(run_id: int) -> dict:
    instance = read_instance(one(PlanRun, PlanRun.id == run_id).question)
    return as_json(instance, plan(instance, 5), "zh")


def test_a_kept_draft_survives_the_next_plan(world: World, two):
    trip = draft(world, two[0], car_id=car(world))
    world.do("coordinator", KeepTrip(trip_id=trip.id, revision=trip.revision, kept=True))
    run_id = world.do("coordinator", StartPlan(seconds=5)).value["run_id"]
    execute(SYSTEM, NoteProgress(run_id=run_id, status="done", answer=solved(run_id)), now=world.now)
    world.do("coordinator", AdoptPlan(run_id=run_id))
    assert again(trip).status == "draft"
    assert [s.case_id for s in rows(TripStop, TripStop.trip_id == trip.id)] == [two[0]]


@pytest.mark.parametrize("who", ["applicant", "fire", "clerk", "supervisor", "admin"])
def test_only_a_coordinator_plans_trips(world: World, who: str):
    with pytest.raises(Refused) as refused:
        world.do(who, DraftTrip(car_id=1, day=world.workday_after(2), half="am"))
    assert refused.value.kind == "forbidden"


def test_a_car_with_trips_to_come_keeps_its_seats(world: World, two):
    car_id = car(world)
    trip = draft(world, *two, car_id=car_id)
    with pytest.raises(Refused) as refused:
        world.do("coordinator", KeepCar(car_id=car_id, plate="苏F12345", seats=3))
    assert keys(refused) == {"trips.car_has_trips"}
    with pytest.raises(Refused):
        world.do("coordinator", BlockCar(car_id=car_id, day=trip.day, half="am"))
    world.do("coordinator", DiscardTrip(trip_id=trip.id, revision=trip.revision))
    world.do("coordinator", BlockCar(car_id=car_id, day=trip.day, half="am"))
    with pytest.raises(Refused) as refused:
        draft(world, *two, car_id=car_id)
    assert keys(refused) == {"trips.car_taken"}


def test_a_single_visit_does_not_take_an_officer_who_rides_on_a_trip(world: World, two):
    trip = confirmed(world, two[0], car_id=car(world))
    crew = {m.unit: m.account_id for m in rows(TripMember, TripMember.trip_id == trip.id)}
    units = {a.unit: a.account_id for a in world.actors.values() if a.role == "officer"}
    facts = world.facts(two[1])
    chosen = {a.unit: crew.get(a.unit, units[a.unit]) for a in facts.assignments if a.needs_site}
    with pytest.raises(Refused) as refused:
        world.do("coordinator", ScheduleVisit(case_id=two[1], day=trip.day, half="am", officers=chosen))
    assert keys(refused) == {"commands.officer_not_free"}


def test_a_draft_that_a_case_leaves_is_timed_anew_and_one_left_empty_goes(world: World, two):
    trip = draft(world, *two, car_id=car(world))
    late = next(s for s in rows(TripStop, TripStop.trip_id == trip.id) if s.case_id == two[1])
    world.plan_visit(two[0])
    left = one(TripStop, TripStop.trip_id == trip.id)
    assert left.position == 1 and left.arrive < late.arrive and again(trip).revision > trip.revision
    world.do("coordinator", TakeOffStop(trip_id=trip.id, revision=again(trip).revision, case_id=two[1]))
    assert again(trip).status == "cancelled" and rows(CarBusy) == []


def test_another_officer_goes_though_the_booking_hour_is_over(world: World, two):
    trip = confirmed(world, two[0], car_id=car(world))
    before = one(Trip, Trip.id == trip.id).day
    while world.workday_after(1) < before:
        world.later(1)
    world.now = datetime(2026, *world.today.timetuple()[1:3], 8, 1, tzinfo=UTC)  # 16:01 in Shanghai
    seat = next(m for m in rows(TripMember, TripMember.trip_id == trip.id) if m.unit == "fire")
    other = next(
        a.account_id
        for a in world.actors.values()
        if a.unit == "fire" and a.role == "officer" and a.account_id != seat.account_id
    )
    send = SendOfficer(trip_id=trip.id, revision=again(trip).revision, unit="fire", officer_id=other)
    world.do("coordinator", send)
    assert {m.account_id for m in rows(VisitMember, VisitMember.unit == "fire")} == {other}


def test_a_failed_plan_is_put_away(world: World, two):
    car(world)
    run_id = world.do("coordinator", StartPlan(seconds=5)).value["run_id"]
    with pytest.raises(Refused):
        world.do("coordinator", DropPlan(run_id=run_id))
    failed = NoteProgress(run_id=run_id, status="failed", fault="trips.plan_failed")
    execute(SYSTEM, failed, now=world.now)
    world.do("coordinator", DropPlan(run_id=run_id))
    assert one(PlanRun).status == "dropped"
