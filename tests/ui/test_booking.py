"""What applicants see to book a survey, officers to answer, heads to decide; the coordinator sees who declined."""

from __future__ import annotations

from jointreview.commands.survey_offers import AcknowledgeVisit, OfferHalfDays
from jointreview.commands.trip_leave import AskLeave
from jointreview.commands.trip_replies import AcceptTrip, DeclineTrip
from jointreview.commands.visits import MarkBusy
from jointreview.models.visit import Visit
from jointreview.queries.dossier.offering import NO_OFFERING, offering
from jointreview.queries.my_trips import leaves_asked, my_trips
from jointreview.ui.pages.case import present
from jointreview.ui.pages.work.trip_state import leave_row, trip_row
from tests.commands.conftest import world
from tests.commands.test_trips import car, confirmed, one, waiting
from tests.commands.world import World

__all__ = ["world"]


def test_the_applicant_books_sees_who_comes_and_an_officer_who_declines_is_seen_by_the_coordinator(world: World):
    case_id = waiting(world)
    day = world.workday_after(3)
    for who in ("fire", "fire-2"):
        world.do(who, MarkBusy(day=day, half="am"))
    seen = offering(world.actors["applicant"], case_id, "zh", world.now)
    halves = {half["key"]: half for d in seen["days"] for half in d["halves"]}
    assert seen["wanted"] and seen["least"] == 3 and len(halves) == 20
    assert not halves[f"{day}-am"]["common"] and halves[f"{day}-pm"]["common"]
    assert "人·" not in str(seen)  # nobody's name
    assert offering(world.actors["fire"], case_id, "zh", world.now) == NO_OFFERING
    assert offering(world.actors["stranger"], case_id, "zh", world.now) == NO_OFFERING

    chosen = [{"day": key[:10], "half": key[11:]} for key in sorted(halves) if key.endswith("am")][1:5]
    world.do("applicant", OfferHalfDays(case_id=case_id, half_days=chosen, lon=121.66, lat=31.83))
    seen = offering(world.actors["applicant"], case_id, "zh", world.now)
    assert len(seen["chosen"]) == 4 and (seen["lon"], seen["has_entry"]) == (121.66, True)

    trip = confirmed(world, case_id, car_id=car(world))
    booked = offering(world.actors["applicant"], case_id, "zh", world.now)["booked"]
    assert "预计到达" not in booked["arrival"] and "—" in booked["arrival"] and booked["units"]
    assert booked["may_acknowledge"] and not booked["acknowledged"]
    world.do("applicant", AcknowledgeVisit(case_id=case_id))
    assert offering(world.actors["applicant"], case_id, "zh", world.now)["booked"]["acknowledged"]

    who = next(name for name in ("fire", "fire-2") if my_trips(world.actors[name], world.now))
    (mine,) = my_trips(world.actors[who], world.now)
    row = trip_row(mine, "zh")
    assert row["reply"] == "待答复" and row["due"].endswith("14:30 前答复，否则视为参加")
    assert [c["label"] for c in row["colleagues"]] == [f"{'fire' if who == 'fire-2' else 'fire-2'}·人"]
    about = {"trip_id": trip.id, "revision": mine.revision}
    world.do(who, DeclineTrip(**about, reason="另有会议"))
    workspace = present.workspace(world.actors["coordinator"], case_id, "zh", world.now)
    replies = {m["unit"]: m["reply"] for m in workspace["visits"][0]["members"]}
    assert replies["fire"] == "不能参加：另有会议"
    outside = present.workspace(world.actors["applicant"], case_id, "zh", world.now)
    assert {m["reply"] for m in outside["visits"][0]["members"]} == {""}


def test_a_leave_comes_before_the_head_with_the_colleagues_who_are_free(world: World):
    case_id = waiting(world)
    world.plan_visit(case_id)
    visit = one(Visit)
    world.do("fire", AcceptTrip(visit_id=visit.id))
    (mine,) = my_trips(world.actors["fire"], world.now)
    assert mine.visit_id == visit.id and trip_row(mine, "en")["may_leave"]
    world.do("fire", AskLeave(visit_id=visit.id, kind="duty", reason="上级督查"))
    (asked,) = leaves_asked(world.actors["fire-head"])
    row = leave_row(asked, "zh")
    assert row["text"].startswith("fire·人 申请不参加") and [s["label"] for s in row["substitutes"]] == ["fire-2·人"]
    assert leaves_asked(world.actors["lightning-head"]) == []
    (mine,) = my_trips(world.actors["fire"], world.now)
    assert not trip_row(mine, "zh")["may_leave"]
