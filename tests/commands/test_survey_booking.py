"""The applicant books: half-days and the point of entry; the visit acknowledged; a failed survey and its clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jointreview.commands.case_clock import case_clock
from jointreview.commands.failed_visits import FailTrip, FailVisit
from jointreview.commands.pauses import AskDelay
from jointreview.commands.survey_needs import survey_needs
from jointreview.commands.survey_offers import AcknowledgeVisit, OfferedHalf, OfferHalfDays
from jointreview.commands.trips import MoveTrip
from jointreview.commands.visits import SignIn
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.timekeeping import PauseRequest
from jointreview.models.trip import SurveyOffer, Trip
from jointreview.models.visit import Visit
from tests.commands.test_trips import again, car, confirmed, keys, one, rows, waiting
from tests.commands.world import World


def offer(world: World, case_id: int, *halves: tuple[int, str], **more) -> OfferHalfDays:
    chosen = [OfferedHalf(day=world.workday_after(n), half=half) for n, half in halves]
    return OfferHalfDays(case_id=case_id, half_days=chosen, **more)


def need(world: World, case_id: int):
    with base.reading() as session:
        return next(n for n in survey_needs(session, world.now) if n.case_id == case_id)


THREE = ((3, "pm"), (2, "am"), (4, "am"))


def test_what_the_applicant_offers_is_what_can_be_used_and_the_last_offer_counts(world: World):
    case_id = waiting(world)
    world.do("applicant", offer(world, case_id, *THREE, lon=121.66, lat=31.83, note="东门进"))
    found = need(world, case_id)
    assert found.offered and found.place == (121.66, 31.83)
    assert {(h.date, h.half.value) for h in found.half_days} <= {(world.workday_after(n), half) for n, half in THREE}
    world.do("applicant", offer(world, case_id, (2, "pm"), (3, "am"), (4, "pm")))
    assert {h.half.value for h in need(world, case_id).half_days} <= {"pm", "am"}
    assert one_offer(case_id).half_days[0] == [world.workday_after(2).isoformat(), "pm"]
    assert [n.params["count"] for n in rows(Notification, Notification.key == "notify.survey_offered")] == [3, 3]
    assert len(rows(Event, Event.kind == "survey_offered")) == 2


def one_offer(case_id: int) -> SurveyOffer:
    with base.reading() as session:
        return session.get_one(SurveyOffer, case_id)


def test_an_offer_is_refused_whole_with_each_wrong_half_day_named(world: World):
    case_id = waiting(world)
    world.now = datetime(2026, *world.today.timetuple()[1:3], 8, 1, tzinfo=UTC)  # 16:01: tomorrow is closed
    with pytest.raises(Refused) as refused:
        world.do("applicant", offer(world, case_id, (1, "am"), (2, "am"), (2, "am"), (30, "pm"), lon=121.6))
    found = {(p.key, p.where) for p in refused.value.problems}
    day = {n: world.workday_after(n).isoformat() for n in (1, 2, 30)}
    assert found == {
        ("trips.cutoff_passed", f"{day[1]}-am"),
        ("trips.offered_twice", f"{day[2]}-am"),
        ("trips.too_far", f"{day[30]}-pm"),
        ("trips.entry_half", "entry"),
    }
    with base.reading() as session:
        assert session.get(SurveyOffer, case_id) is None
    with pytest.raises(Refused) as refused:
        world.do("applicant", offer(world, case_id, (2, "am"), (3, "am"), lon=120.0, lat=31.8))
    assert keys(refused) == {"trips.offer_more", "trips.entry_far"}


def test_a_review_is_booked_by_its_applicant_as_well(world: World):
    case_id = world.reviewing()
    world.do("applicant", offer(world, case_id, *THREE))
    assert need(world, case_id).offered


def test_nothing_is_offered_when_no_survey_is_wanted_or_one_is_booked(world: World):
    case_id = world.accepted()
    with pytest.raises(Refused) as refused:
        world.do("applicant", offer(world, case_id, *THREE))
    assert keys(refused) == {"commands.not_in_state"}
    booked = waiting(world, "school")
    world.plan_visit(booked)
    with pytest.raises(Refused) as refused:
        world.do("applicant", offer(world, booked, *THREE))
    assert keys(refused) == {"commands.visit_planned_already"}


def test_the_applicant_acknowledges_the_visit_and_again_when_it_moved(world: World):
    case_id = waiting(world)
    trip = confirmed(world, case_id, car_id=car(world))
    world.do("applicant", AcknowledgeVisit(case_id=case_id))
    assert one(Visit, Visit.case_id == case_id).acknowledged_at is not None
    with pytest.raises(Refused) as refused:
        world.do("applicant", AcknowledgeVisit(case_id=case_id))
    assert keys(refused) == {"trips.acknowledged_already"}
    move = MoveTrip(trip_id=trip.id, revision=trip.revision, car_id=trip.car_id, day=trip.day, half="pm", why="车辆")
    world.do("coordinator", move)
    world.do("applicant", AcknowledgeVisit(case_id=case_id))


@pytest.mark.parametrize("who", ["stranger", "fire", "coordinator"])
def test_only_the_applicant_offers_and_acknowledges(world: World, who: str):
    case_id = waiting(world)
    with pytest.raises(Refused) as refused:
        world.do(who, offer(world, case_id, *THREE))
    assert refused.value.kind == "forbidden"


def clock(world: World, case_id: int):
    with base.reading() as session:
        return case_clock(session, world.case(case_id), world.today)


def test_a_survey_failed_for_the_applicants_cause_stops_the_clock_until_new_half_days_are_offered(world: World):
    case_id = waiting(world)
    world.plan_visit(case_id)
    with pytest.raises(Refused) as refused:
        world.do("coordinator", FailVisit(case_id=case_id, cause="applicant", reason="现场锁门无人"))
    assert keys(refused) == {"trips.fail_on_the_day"}
    world.later(1)
    assert world.do("coordinator", FailVisit(case_id=case_id, cause="applicant", reason="现场锁门无人")).value[
        "paused"
    ]
    pause = one(PauseRequest)
    assert (pause.kind, pause.status, pause.planned_days) == ("applicant_delay", "open", 10)
    assert pause.evidence_no == one(Visit, Visit.case_id == case_id).number and pause.notice_id
    assert clock(world, case_id).paused
    assert need(world, case_id).case_id == case_id  # it waits for another by itself
    with pytest.raises(Refused) as refused:
        world.do("applicant", AskDelay(case_id=case_id, reason="再等几天", planned_days=2))
    assert keys(refused) == {"timing.delayed_already"}
    world.later(2)
    world.do("applicant", offer(world, case_id, *THREE))
    assert one(PauseRequest).closed_on == world.today and not clock(world, case_id).paused


def test_a_survey_booked_anew_ends_the_pause_as_well(world: World):
    case_id = waiting(world)
    world.plan_visit(case_id)
    world.later(1)
    world.do("coordinator", FailVisit(case_id=case_id, cause="applicant", reason="现场锁门无人"))
    world.plan_visit(case_id)
    assert one(PauseRequest).status == "closed"


@pytest.mark.parametrize("cause", ["weather", "car", "department", "other"])
def test_other_causes_leave_the_clock_running(world: World, cause: str):
    case_id = waiting(world)
    world.plan_visit(case_id)
    world.later(1)
    world.do("fire", SignIn(case_id=case_id))
    world.do("coordinator", FailVisit(case_id=case_id, cause=cause, reason="台风红色预警"))
    assert rows(PauseRequest) == [] and not clock(world, case_id).paused
    facts = world.facts(case_id)
    assert facts.visit is None and not any(a.attended for a in facts.assignments)
    assert need(world, case_id).units == {a.unit for a in facts.assignments if a.needs_site}
    told = {n.params["cause"]["zh"] for n in rows(Notification, Notification.key == "notify.visit_failed")}
    assert len(told) == 1


def test_a_car_that_breaks_down_leaves_the_stops_not_reached_waiting_urgent_first(world: World):
    cases = waiting(world), waiting(world, "school")
    trip = confirmed(world, *cases, car_id=car(world))
    with pytest.raises(Refused):
        world.do("coordinator", FailTrip(trip_id=trip.id, revision=trip.revision, cause="car", reason="车辆抛锚"))
    world.now = datetime(trip.day.year, trip.day.month, trip.day.day, 1, tzinfo=UTC)
    world.arrive(cases[0])
    left = FailTrip(trip_id=trip.id, revision=trip.revision, cause="car", reason="车辆抛锚")
    assert world.do("coordinator", left).value["waiting"] == [cases[1]]
    assert one(Trip).status == "confirmed"  # the first stop is still to be closed
    with base.reading() as session:
        assert [n.case_id for n in survey_needs(session, world.now)] == [cases[1]]
    world.close_visit(cases[0])
    assert again(trip).status == "held"
    assert {v.status for v in rows(Visit, Visit.trip_id == trip.id)} == {"held", "failed"}
