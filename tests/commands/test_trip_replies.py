"""Officers answer: taking part, declining, a colleague instead, leave by the head; and officers by area."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from jointreview.catalog.loader import load_catalog
from jointreview.commands.cars import BlockCar
from jointreview.commands.executor import execute
from jointreview.commands.plan_runs import AdoptPlan, NoteProgress, StartPlan
from jointreview.commands.survey_areas import DropArea, KeepArea
from jointreview.commands.survey_needs import survey_needs
from jointreview.commands.trip_leave import ApproveLeave, AskLeave, RefuseLeave
from jointreview.commands.trip_question import question
from jointreview.commands.trip_replies import AcceptTrip, DeclineTrip, SwapTrip
from jointreview.commands.trip_seats import answer
from jointreview.commands.trips import MoveTrip, SendOfficer
from jointreview.commands.visits import MarkBusy, SignIn
from jointreview.commands.working_days import work_calendar
from jointreview.domain.problems import Refused
from jointreview.jobs.supervision import supervise
from jointreview.models import base
from jointreview.models.actor import SYSTEM
from jointreview.models.event import Event, Notification
from jointreview.models.supervision import Card
from jointreview.models.trip import SurveyLeave, Trip, TripMember
from jointreview.models.visit import BusyTime, Visit, VisitMember
from tests.commands.test_trips import again, car, confirmed, draft, keys, one, rows, settled, solved, third, waiting
from tests.commands.world import World


def seat(trip: Trip, unit: str = "fire") -> TripMember:
    return one(TripMember, TripMember.trip_id == trip.id, TripMember.unit == unit)


def who(world: World, account_id: int) -> str:
    return next(name for name, a in world.actors.items() if a.account_id == account_id)


def other(world: World, unit: str, account_id: int) -> int:
    return next(
        a.account_id
        for a in world.actors.values()
        if (a.unit, a.role) == (unit, "officer") and a.account_id != account_id
    )


def of(trip: Trip) -> dict[str, int]:
    return {"trip_id": trip.id, "revision": again(trip).revision}


@pytest.fixture
def trip(world: World) -> Trip:
    return confirmed(world, waiting(world), car_id=car(world))


def test_taking_part_is_on_record_and_said_once(world: World, trip: Trip):
    mine = who(world, seat(trip).account_id)
    world.do(mine, AcceptTrip(**of(trip)))
    assert seat(trip).reply == "accepted" and seat(trip).replied_at == world.now
    assert [e.payload["unit"] for e in rows(Event, Event.kind == "visit_accepted")] == ["fire"]
    with pytest.raises(Refused) as refused:
        world.do(mine, AcceptTrip(**of(trip)))
    assert keys(refused) == {"trips.answered_already"}


def test_silence_of_four_office_hours_counts_as_taking_part(world: World, trip: Trip):
    def stands() -> str:
        with base.reading() as session:
            survey = load_catalog("qidong", world.today).rules.survey
            return answer(seat(trip), survey, work_calendar(session), world.now)

    assert stands() == "waiting"  # asked at nine
    world.now += timedelta(hours=5, minutes=29)
    assert stands() == "waiting"
    world.now += timedelta(minutes=2)  # 14:31: three hours and one more since half past one
    assert stands() == "silent"
    with pytest.raises(Refused) as refused:
        world.do(who(world, seat(trip).account_id), DeclineTrip(**of(trip), reason="另有会议"))
    assert keys(refused) == {"trips.reply_over"}


def test_the_coordinator_hears_at_once_of_who_declines_and_with_whom_to_go(world: World, trip: Trip):
    held = seat(trip).account_id
    world.do(who(world, held), DeclineTrip(**of(trip), reason="另有会议"))
    colleague = other(world, "fire", held)
    (told,) = rows(Notification, Notification.key == "notify.trip_declined")
    assert told.account_id == world.actors["coordinator"].account_id
    assert told.params["reason"] == "另有会议" and told.params["substitute"] == f"{who(world, colleague)}·人"
    assert seat(trip).reply == "declined"
    send = SendOfficer(**of(trip), unit="fire", officer_id=colleague)
    world.do("coordinator", send)
    assert (seat(trip).account_id, seat(trip).reply) == (colleague, "waiting")
    busy = {b.account_id: b for b in rows(BusyTime) if b.account_id in (held, colleague)}
    assert busy[colleague].trip_id == trip.id
    assert (busy[held].trip_id, busy[held].note) == (None, "另有会议")  # not planned for that half-day again


def test_a_free_colleague_goes_instead_at_every_stop(world: World):
    trip = confirmed(world, waiting(world), waiting(world, "school"), car_id=car(world))
    held = seat(trip).account_id
    colleague = other(world, "fire", held)
    world.do(who(world, held), SwapTrip(**of(trip), colleague_id=colleague, reason="同事更熟悉该片区"))
    assert {m.account_id for m in rows(VisitMember, VisitMember.unit == "fire")} == {colleague}
    assert seat(trip).account_id == colleague and seat(trip).asked_at == world.now
    assert len(rows(Event, Event.kind == "officer_replaced")) == 2
    with pytest.raises(Refused) as refused:
        world.do(who(world, held), AcceptTrip(**of(trip)))
    assert refused.value.kind == "forbidden"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"colleague": "lightning"}, "commands.not_an_officer_of_unit"),
        ({"busy": True}, "commands.officer_not_free"),
        ({"stale": True}, "trips.changed_meanwhile"),
        ({"late": True}, "trips.over"),
        ({"mine": "fire-head"}, "commands.role_may_not"),
        ({"mine": "lightning-2"}, "commands.not_on_visit"),
    ],
)
def test_each_reason_against_a_swap_is_said(world: World, trip: Trip, change: dict, key: str):
    held = seat(trip).account_id
    colleague = other(world, "fire", held)
    if change.get("busy"):
        world.do(who(world, colleague), MarkBusy(day=trip.day, half="am"))
    if change.get("late"):
        world.later(4)
    target = world.actors[change["colleague"]].account_id if "colleague" in change else colleague
    stale = {"revision": again(trip).revision - 1} if change.get("stale") else {}
    swap = SwapTrip(**{**of(trip), **stale}, colleague_id=target, reason="另有安排")
    with pytest.raises(Refused) as refused:
        world.do(change.get("mine") or who(world, held), swap)
    assert keys(refused) == {key}
    assert seat(trip).account_id == held


def test_a_single_visit_is_answered_in_the_same_way(world: World):
    case_id = waiting(world)
    world.plan_visit(case_id)
    visit = one(Visit, Visit.case_id == case_id)
    world.do("fire", AcceptTrip(visit_id=visit.id))
    swap = SwapTrip(visit_id=visit.id, colleague_id=world.actors["fire-2"].account_id, reason="另有会议")
    world.do("fire", swap)
    member = one(VisitMember, VisitMember.visit_id == visit.id, VisitMember.unit == "fire")
    assert (member.account_id, member.reply) == (world.actors["fire-2"].account_id, "waiting")
    world.do("fire-2", DeclineTrip(visit_id=visit.id, reason="临时任务"))
    assert rows(Notification, Notification.key == "notify.trip_declined_nobody")
    with pytest.raises(Refused) as refused:
        world.do("fire", AcceptTrip(visit_id=visit.id))
    assert refused.value.kind == "forbidden"


def test_moving_the_trip_asks_everybody_anew(world: World, trip: Trip):
    world.do(who(world, seat(trip).account_id), AcceptTrip(**of(trip)))
    world.now += timedelta(hours=1)
    world.do("coordinator", MoveTrip(**of(trip), car_id=trip.car_id, day=trip.day, half="pm", why="申请人要求"))
    assert (seat(trip).reply, seat(trip).asked_at) == ("waiting", world.now)


def asked(world: World, trip: Trip, unit: str) -> int:
    mine = who(world, seat(trip, unit).account_id)
    return world.do(mine, AskLeave(**of(trip), kind="duty", reason="上级督查迎检")).value["leave_id"]


def test_leave_approved_with_a_substitute(world: World, trip: Trip):
    held = seat(trip).account_id
    leave_id = asked(world, trip, "fire")
    assert [n.account_id for n in rows(Notification, Notification.key == "notify.leave_asked")] == [
        world.actors["fire-head"].account_id
    ]
    with pytest.raises(Refused) as refused:  # an item of safety
        world.do("fire-head", ApproveLeave(leave_id=leave_id))
    assert keys(refused) == {"trips.leave_needs_substitute"}
    colleague = other(world, "fire", held)
    world.do("fire-head", ApproveLeave(leave_id=leave_id, substitute_id=colleague))
    assert seat(trip).account_id == colleague and one(SurveyLeave).instead == "substitute"
    with pytest.raises(Refused) as refused:
        world.do("fire-head", RefuseLeave(leave_id=leave_id, reason="人手不足"))
    assert keys(refused) == {"trips.leave_decided"}


def test_leave_approved_with_an_opinion_in_writing_is_no_absence(world: World, trip: Trip):
    unit = soft_unit(world, trip)
    world.do(f"{unit}-head", ApproveLeave(leave_id=asked(world, trip, unit)))
    member = one(VisitMember, VisitMember.unit == unit)
    assert member.attendance == "excused"
    case_id = one(Visit).case_id
    world.now = datetime(trip.day.year, trip.day.month, trip.day.day, 1, tzinfo=UTC)
    mine = world.assignment(case_id, unit)
    assert not next(a for a in world.facts(case_id).assignments if a.id == mine).attended
    names = {m.unit: who(world, m.account_id) for m in rows(TripMember)}
    for there, name in names.items():
        if there != unit:
            world.do(name, SignIn(case_id=case_id))
    world.close_visit(case_id)
    assert next(a for a in world.facts(case_id).assignments if a.id == mine).attended
    world.opine(case_id, unit)
    supervise(world.now)
    assert [c for c in rows(Card) if c.unit == unit] == []


def soft_unit(world: World, trip: Trip) -> str:
    """A unit on board none of whose items is one of safety."""
    facts = world.facts(one(Visit, Visit.trip_id == trip.id).case_id)
    site = [a for a in facts.assignments if a.needs_site]
    units = {m.unit for m in rows(TripMember, TripMember.trip_id == trip.id)}
    hard = {a.unit for a in site if a.absence_policy != "deemed_ok"}
    return sorted(units - hard)[0]


def test_leave_is_once_a_month_and_not_decided_by_others(world: World, trip: Trip):
    leave_id = asked(world, trip, "fire")
    mine = who(world, seat(trip).account_id)
    with pytest.raises(Refused) as refused:
        world.do(mine, AskLeave(**of(trip), kind="emergency", reason="家中急事"))
    assert keys(refused) == {"trips.leave_asked"}
    with pytest.raises(Refused) as refused:
        world.do("lightning-head", ApproveLeave(leave_id=leave_id))
    assert refused.value.kind == "forbidden"
    second = waiting(world, "school")
    world.plan_visit(second, after=3)
    visit = one(Visit, Visit.case_id == second)
    with pytest.raises(Refused) as refused:
        world.do(mine, AskLeave(visit_id=visit.id, kind="duty", reason="上级督查"))
    assert keys(refused) == {"trips.leave_used_up"}
    world.do("fire-head", RefuseLeave(leave_id=leave_id, reason="人手不足"))
    world.do(mine, AskLeave(visit_id=visit.id, kind="duty", reason="上级督查"))


def square(lon: float, lat: float, half: float = 0.02) -> str:
    ring = [[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half]]
    return json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}})


def test_officers_who_know_the_area_come_first_in_crews_and_in_the_plan(world: World):
    case_id = waiting(world)
    with base.reading() as session:
        (found,) = survey_needs(session, world.now)
    known = [world.actors["fire-2"].account_id, world.actors["planning-2"].account_id]
    keep = KeepArea(name="南片", polygon=square(*found.place), officers=known[:1])
    area_id = world.do("coordinator", keep).value["area_id"]
    world.do("admin", KeepArea(name="镇区", towns=[found.town], officers=known[1:]))
    trip = draft(world, case_id, car_id=car(world))
    crew = {m.unit: m.account_id for m in rows(TripMember, TripMember.trip_id == trip.id)}
    assert (crew["fire"], crew["planning"]) == tuple(known)
    with base.reading() as session:
        asked_for = question(session, world.now)
    areas = {o["id"]: o.get("area") for o in asked_for["officers"]}
    assert areas[f"fire:{known[0]}"] == str(area_id) and areas[f"fire:{world.actors['fire'].account_id}"] is None
    assert asked_for["requests"][0]["area"] == str(area_id)
    world.do("coordinator", DropArea(area_id=area_id))
    world.do(who(world, known[1]), MarkBusy(day=trip.day, half="pm"))
    again_crew = draft(world, case_id, car_id=car(world, "苏F22222"), half="pm")
    assert {m.unit: m.account_id for m in rows(TripMember, TripMember.trip_id == again_crew.id)}[
        "planning"
    ] == world.actors["planning"].account_id  # a preference is no bar


def test_an_area_is_refused_whole_with_all_that_is_wrong(world: World):
    bad = KeepArea(name="x", towns=["nowhere"], polygon="{", officers=[world.actors["clerk"].account_id])
    with pytest.raises(Refused) as refused:
        world.do("coordinator", bad)
    assert keys(refused) == {"areas.no_such_town", "areas.not_geojson", "areas.no_officer"}
    point = json.dumps({"type": "Point", "coordinates": [121, 31]})
    with pytest.raises(Refused) as refused:
        world.do("coordinator", KeepArea(name="x", polygon=point))
    assert keys(refused) == {"areas.no_polygon"}
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    with pytest.raises(Refused) as refused:
        world.do("coordinator", KeepArea(name="x", polygon=json.dumps(bow)))
    assert keys(refused) == {"areas.bad_polygon"}
    with pytest.raises(Refused) as refused:
        world.do("coordinator", KeepArea(name="x"))
    assert keys(refused) == {"areas.nowhere"}
    with pytest.raises(Refused) as refused:
        world.do("fire", KeepArea(name="x", towns=["huilong"]))
    assert refused.value.kind == "forbidden"


def test_a_plan_made_before_the_situation_changed_keeps_confirmed_trips_and_says_what_moved(world: World):
    fixed = confirmed(world, waiting(world), car_id=car(world))
    loose = waiting(world, "school")
    fresh = third(world)
    second = car(world, "苏F22222")
    kept = draft(world, loose, car_id=second, days=3)
    run_id = world.do("coordinator", StartPlan(seconds=2)).value["run_id"]
    planned = solved(run_id)
    execute(SYSTEM, NoteProgress(run_id=run_id, status="done", answer=planned), now=world.now)
    world.do(who(world, seat(fixed).account_id), DeclineTrip(**of(fixed), reason="另有会议"))
    free_to_block = [t for t in planned["trips"] if int(t["stops"][0]["request"]) in (loose, fresh)]
    blocked = next(t for t in free_to_block if (t["car"], t["day"]) != (str(second), kept.day.isoformat()))
    block = BlockCar(car_id=int(blocked["car"]), day=blocked["day"], half=blocked["half"], note="检修")
    world.do("coordinator", block)
    said = world.do("coordinator", AdoptPlan(run_id=run_id)).value
    assert again(fixed).status == "confirmed" and seat(fixed).reply == "declined"
    lost = {int(s["request"]) for s in blocked["stops"]}
    assert said["left_out"] == 1 and set(said["waiting"]) == lost & {loose}
    assert set(said["moved"]) | set(said["new"]) | set(said["waiting"]) | lost == {loose, fresh}
    for found in rows(Trip, Trip.status == "draft"):
        world.do("coordinator", settled(found))
