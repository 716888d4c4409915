"""What becomes of a trip and of its papers when a stop is called off, fails, or somebody else goes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from sqlmodel import col, select

from jointreview.commands.failed_visits import FailTrip, FailVisit
from jointreview.commands.files import document_store
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.trip_replies import SwapTrip
from jointreview.commands.trips import PlaceStop, SendOfficer, TakeOffStop
from jointreview.commands.visits import CancelVisit, ReplaceOfficer
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.outcome import IssuedDocument
from jointreview.models.trip import Trip, TripMember, TripStop
from jointreview.models.visit import Visit, VisitMember
from tests.commands.test_trips import again, car, confirmed, draft, one, rows, settled, third, two
from tests.commands.world import World

__all__ = ["two"]
NOTICES = ("visit", "visit_units")


def notices(case_id: int, *kinds: str) -> list[IssuedDocument]:
    with base.reading() as session:
        wanted = select(IssuedDocument).where(
            IssuedDocument.case_id == case_id, col(IssuedDocument.kind).in_(kinds or NOTICES)
        )
        return list(session.exec(wanted.order_by(col(IssuedDocument.id))).all())


def words(document: IssuedDocument) -> str:
    file = Document(io.BytesIO(b"".join(document_store().open(document.digest, 0, 1 << 24))))
    return "\n".join(cell.text for table in file.tables for row in table.rows for cell in row.cells)


def times(trip: Trip) -> tuple:
    stops = rows(TripStop, TripStop.trip_id == trip.id)
    way = again(trip)
    return [(s.position, s.arrive, s.leave) for s in stops], way.back, way.km, way.drive_minutes


def fire_of(world: World, case_id: int) -> tuple[str, str]:
    """The officer of the fire department who goes to the case, and the one who does not."""
    visit = one(Visit, Visit.case_id == case_id, Visit.status == "planned")
    (seat,) = rows(VisitMember, VisitMember.visit_id == visit.id, VisitMember.unit == "fire")
    going = next(name for name, a in world.actors.items() if a.account_id == seat.account_id)
    return going, "fire-2" if going == "fire" else "fire"


def at_the_start(world: World, trip: Trip) -> None:
    world.now = datetime(trip.day.year, trip.day.month, trip.day.day, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai


def test_a_trip_without_a_stop_called_off_runs_as_if_it_had_never_had_it(world: World, two):
    trip = draft(world, two[1], car_id=car(world))
    alone = times(trip)
    world.do("coordinator", PlaceStop(trip_id=trip.id, revision=trip.revision, case_id=two[0], position=1))
    world.do("coordinator", settled(again(trip)))
    before, told = one(Visit, Visit.case_id == two[1]), notices(two[1])
    world.do("coordinator", CancelVisit(case_id=two[0], reason="甲公司要求改期"))
    assert times(trip) == alone
    visit = one(Visit, Visit.case_id == two[1])
    assert [(visit.position, visit.arrive, visit.leave)] == alone[0] and visit.arrive < before.arrive
    fresh = notices(two[1])[len(told) :]
    assert {d.status for d in notices(two[1])[: len(told)]} == {"void"}
    assert sorted((d.kind, d.version, d.status) for d in fresh) == [
        ("visit", 2, "valid"),
        ("visit_units", 2, "valid"),
    ]
    assert visit.document_id in [d.id for d in fresh]
    (event,) = rows(Event, Event.kind == "visit_time_changed")
    assert (event.case_id, event.payload["arrive"]) == (two[1], visit.arrive)
    crew = {m.account_id for m in rows(TripMember, TripMember.trip_id == trip.id)}
    changed = {n.account_id for n in rows(Notification, Notification.key == "notify.trip_changed")}
    assert changed == crew and again(trip).lead_id in crew
    (applicants,) = rows(Notification, Notification.key == "notify.visit_moved")
    assert (applicants.case_id, [i["sequence"] for i in applicants.invitations]) == (two[1], [1])


def test_what_was_announced_in_time_is_not_announced_again(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    before, (stops, *_) = one(Visit, Visit.case_id == two[0]), times(trip)
    world.do("coordinator", CancelVisit(case_id=two[1], reason="甲公司要求改期"))
    after = one(Visit, Visit.case_id == two[0])
    assert (after.arrive, after.leave, after.document_id) == (before.arrive, before.leave, before.document_id)
    assert {d.version for d in notices(two[0])} == {1} and rows(Event, Event.kind == "visit_time_changed") == []
    assert again(trip).back == trip.back - (stops[1][2] - stops[0][2])


def test_another_case_does_not_read_who_called_its_neighbour_off_nor_why(world: World, two):
    confirmed(world, *two, car_id=car(world))
    world.do("applicant", WithdrawCase(case_id=two[0], reason="资金没有到位"))
    (event,) = rows(Event, Event.kind == "visit_time_changed")
    assert event.case_id == two[1] and event.account_id is None and "资金" not in str(event.payload)


def test_a_trip_that_is_under_way_keeps_its_times(world: World, two):
    trip = confirmed(world, *two, third(world), car_id=car(world))
    before = times(trip)
    at_the_start(world, trip)
    world.arrive(two[0])
    world.do("coordinator", CancelVisit(case_id=two[1], reason="门卫来电停电"))
    stops, *way = times(trip)
    assert stops == [before[0][0], before[0][2]] and tuple(way) == before[1:]
    assert {m.unit for m in rows(TripMember)} >= {m.unit for m in rows(VisitMember) if m.signed_in_at}


def test_a_stop_taken_off_is_announced_once(world: World, two):
    trip = confirmed(world, *two, car_id=car(world))
    off = TakeOffStop(trip_id=trip.id, revision=trip.revision, case_id=two[0], why="改乘另一辆车")
    world.do("coordinator", off)
    assert sorted(d.version for d in notices(two[1])) == [1, 1, 2, 2]
    assert one(Visit, Visit.case_id == two[1]).arrive == one(TripStop).arrive


@pytest.mark.parametrize("whole", [False, True])
def test_a_survey_that_failed_leaves_no_valid_notice(world: World, two, whole: bool):
    trip = confirmed(world, *two, car_id=car(world))
    at_the_start(world, trip)
    if whole:
        fail = FailTrip(trip_id=trip.id, revision=trip.revision, cause="weather", reason="台风红色预警")
    else:
        fail = FailVisit(case_id=two[0], cause="weather", reason="台风红色预警")
    world.do("coordinator", fail)
    assert {(d.status, d.void_reason, d.void_on) for d in notices(two[0])} == {("void", "台风红色预警", world.today)}
    assert {d.status for d in notices(two[1])} == ({"void"} if whole else {"valid"})


def named_anew(case_id: int, colleague: str, before: str) -> None:
    first, second = notices(case_id, "visit_units")
    assert (first.status, second.status, second.version, second.replaces_id) == ("void", "valid", 2, first.id)
    assert f"{before}·人" in words(first) and f"{before}·人" not in words(second)
    assert f"{colleague}·人" in words(second)
    assert [d.status for d in notices(case_id, "visit")] == ["valid"]


def test_an_officer_replaced_stands_in_the_next_notice_to_the_departments(world: World, two):
    world.plan_visit(two[0])
    going, idle = fire_of(world, two[0])
    act = ReplaceOfficer(case_id=two[0], unit="fire", officer_id=world.actors[idle].account_id)
    world.do("coordinator", act)
    named_anew(two[0], idle, going)


def test_a_colleague_who_goes_instead_stands_in_the_next_notice(world: World, two):
    world.plan_visit(two[0])
    visit = one(Visit)
    going, idle = fire_of(world, two[0])
    act = SwapTrip(visit_id=visit.id, colleague_id=world.actors[idle].account_id, reason="另有会议")
    world.do(going, act)
    named_anew(two[0], idle, going)


@pytest.mark.parametrize("by", ["coordinator", "visit", "swap"])
def test_on_a_trip_every_stop_names_who_goes_there_now(world: World, two, by: str):
    trip = confirmed(world, *two, car_id=car(world))
    going, idle = fire_of(world, two[0])
    officer, seen = world.actors[idle].account_id, {"trip_id": trip.id, "revision": trip.revision}
    if by == "coordinator":
        world.do("coordinator", SendOfficer(**seen, unit="fire", officer_id=officer))
    elif by == "visit":
        world.do("coordinator", ReplaceOfficer(case_id=two[0], unit="fire", officer_id=officer))
    else:
        world.do(going, SwapTrip(**seen, colleague_id=officer, reason="另有会议"))
    for case_id in two:
        named_anew(case_id, idle, going)
