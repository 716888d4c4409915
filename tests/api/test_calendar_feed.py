"""The personal calendar at a secret address: one's own appointments, nobody else's, and only while it is on."""

from __future__ import annotations

from datetime import timedelta

import httpx
from sqlmodel import select

from jointreview.commands.calendar_feeds import close_feed, open_feed
from jointreview.commands.visits import CancelVisit, MarkBusy, ReplaceOfficer
from jointreview.models import base
from jointreview.models.appointment import CalendarFeed
from jointreview.models.identity import Account, Agent, Audit
from jointreview.queries.calendar_feed import feed_state
from tests.api.helpers import Browsers
from tests.notify.calendars import Read, read


def address(house: Browsers, who: str) -> str:
    house.on_time()
    return f"/api/calendar/{open_feed(house.world.actors[who].account_id)}.ics"


def seen(house: Browsers, path: str) -> list[Read]:
    """What a program that is not signed in reads."""
    answer = house.get("", path)
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return read(answer.content)


def test_everybody_reads_the_own_appointments_as_they_stand(house: Browsers):
    world = house.world
    feeds = {who: address(house, who) for who in ("applicant", "stranger", "fire", "fire-2")}
    case_id = world.visiting()
    day = world.workday_after(1)
    [mine], [theirs] = seen(house, feeds["fire"]), seen(house, feeds["applicant"])
    assert mine.starts == theirs.starts and mine.starts.date() == day and mine.uid != theirs.uid
    assert (mine.method, mine.attendees) == ("PUBLISH", ())
    assert seen(house, feeds["stranger"]) == seen(house, feeds["fire-2"]) == []
    world.do("fire", MarkBusy(day=world.workday_after(3), half="am", note="培训"))
    world.do("fire", MarkBusy(day=world.workday_after(3), half="pm", note="培训"))
    visit, leave = seen(house, feeds["fire"])
    assert visit == mine and "培训" in leave.summary and leave.ends - leave.starts == timedelta(hours=9)

    world.do(
        "coordinator",
        ReplaceOfficer(case_id=case_id, unit="fire", officer_id=world.actors["fire-2"].account_id),
    )
    assert seen(house, feeds["fire"]) == [leave] and seen(house, feeds["fire-2"])[0].starts == mine.starts
    world.do("coordinator", CancelVisit(case_id=case_id, reason="现场道路封闭"))
    assert seen(house, feeds["fire-2"]) == seen(house, feeds["applicant"]) == []
    world.plan_visit(case_id, after=2)
    [again] = seen(house, feeds["applicant"])
    assert again.uid == theirs.uid and again.sequence > theirs.sequence and again.starts > theirs.starts
    with base.writing() as session:
        [agent] = session.exec(select(Agent).where(Agent.account_id == world.actors["applicant"].account_id)).all()
        agent.status = "ended"
        session.add(agent)
    assert seen(house, feeds["applicant"]) == [], "without authority there is nothing to read any more"


def test_the_address_is_a_secret_that_can_be_changed_and_switched_off(house: Browsers):
    first = address(house, "fire")
    mine = house.world.actors["fire"].account_id
    with base.reading() as session:
        [kept] = session.exec(select(CalendarFeed)).all()
        assert kept.digest not in first and first[14:-4] not in f"{kept.model_dump()}"
    assert house.get("", first).status_code == 200
    second = address(house, "fire")
    assert (house.get("", first).status_code, house.get("", second).status_code) == (404, 200)
    for path in ("/api/calendar/" + "x" * 43 + ".ics", "/api/calendar/x.ics", "/api/calendar", "/api/calendar/"):
        assert house.get("", path).status_code == 404
    assert house.ask("", "POST", second).status_code == 405
    close_feed(mine)
    assert house.get("", second).status_code == house.get("fire", second).status_code == 404
    with base.reading() as session:
        actions = session.exec(select(Audit.action).where(Audit.account_id == mine)).all()
    assert [a for a in actions if a.startswith("calendar.address")] == [
        "calendar.address_opened",
        "calendar.address_renewed",
        "calendar.address_closed",
    ]
    third = address(house, "fire")
    with base.writing() as session:
        account = session.get_one(Account, mine)
        account.active = False
        session.add(account)
    assert house.get("", third).status_code == 404


def test_a_program_asks_for_news_only_and_the_owner_sees_that_it_reads(house: Browsers):
    path, mine = address(house, "fire"), house.world.actors["fire"].account_id
    assert feed_state(mine).read_at is None
    answer = house.get("", path)
    assert feed_state(mine).read_at == house.world.now
    tag = answer.headers["etag"]

    def asked(method: str, known: str) -> httpx.Response:
        return house.ask("", method, path, headers={"if-none-match": known})

    head = asked("HEAD", "")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert [asked("GET", known).status_code for known in (tag, f"W/{tag}", '"old"')] == [304, 304, 200]
    assert asked("GET", tag).content == b""
    house.world.now += timedelta(minutes=59)
    house.get("", path)
    assert feed_state(mine).read_at == house.world.now - timedelta(minutes=59), "to the hour"
    house.world.do("fire", MarkBusy(day=house.world.workday_after(1), half="am"))
    assert asked("GET", tag).status_code == 200
