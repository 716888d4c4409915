"""Invitations that come with the notices by mail: made, changed and cancelled in the reader's calendar."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from jointreview.commands.outbox import ChooseNotices
from jointreview.commands.trips import CancelTrip, MoveTrip, PlaceStop
from jointreview.commands.visits import CancelVisit, ReplaceOfficer
from jointreview.models import base
from jointreview.models.event import Notification
from jointreview.models.identity import Account
from jointreview.notify.channels import channels
from jointreview.notify.ical import Entry, Issue, invitation
from jointreview.notify.mail import Mail
from jointreview.notify.outbox import send_due
from jointreview.text import tr
from tests.api.helpers import Browsers
from tests.commands.test_trips import again, car, confirmed, third, waiting
from tests.notify.calendars import Read, invitations, parts
from tests.notify.gateway import gateway

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Post:
    """A mail server that takes everything; `round()` answers what came by person since the last time."""

    def __init__(self, house: Browsers) -> None:
        self.house = house
        self.mails: list[tuple[str, bytes]] = []

    def round(self) -> dict[str, list[bytes]]:
        while send_due(channels(), self.house.world.now, batch=200):
            pass
        came: dict[str, list[bytes]] = {}
        for to, mail in self.mails:
            came.setdefault(to.partition("@")[0], []).append(mail)
        self.mails.clear()
        return came

    def invited(self) -> dict[str, list[Read]]:
        """The changes of calendars by person."""
        found = {who: [one for mail in mails for one in invitations(mail)] for who, mails in self.round().items()}
        return {who: changes for who, changes in found.items() if changes}


@pytest.fixture
def post(house: Browsers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    taken = Post(house)

    class Server:
        def __init__(self, *where: object, timeout: float) -> None: ...

        def send_message(self, message: EmailMessage) -> None:
            taken.mails.append((message["To"], message.as_bytes(policy=policy.SMTP)))

        def close(self) -> None: ...

    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "127.0.0.1")
    house.on_time()
    with base.writing() as session:
        for account in session.exec(select(Account)).all():
            account.email = f"{account.login}@example.com"
            session.add(account)
    yield taken


def local(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_a_visit_is_put_into_every_calendar_moved_in_it_and_taken_out_of_it(post: Post):
    world = post.house.world
    case_id = world.documents_read()
    world.end_review(case_id)
    post.round()
    world.plan_visit(case_id)
    day, visit = world.workday_after(1), world.facts(case_id).visit
    assert visit is not None
    first = post.invited()
    assert set(first) == {*visit.units, "applicant"}
    for who, [one] in first.items():
        assert (one.method, one.sequence, one.status, one.alarms) == ("REQUEST", 0, "CONFIRMED", 1)
        assert (one.starts, one.ends) == (local(day, 8, 30), local(day, 12, 0))
        assert one.attendees == (f"mailto:{who}@example.com",)
        assert "智能装备厂房" in one.summary and world.case(case_id).number in one.description
        assert one.place and f"/cases/{case_id}" in one.description and "·人" not in one.description
    assert len({one.uid for [one] in first.values()}) == len(first)

    world.do("coordinator", CancelVisit(case_id=case_id, reason="现场道路封闭"))
    gone = post.invited()
    assert {who: (one.method, one.uid, one.sequence, one.status) for who, [one] in gone.items()} == {
        who: ("CANCEL", one.uid, 1, "CANCELLED") for who, [one] in first.items()
    }

    world.plan_visit(case_id, after=2, half="pm")
    moved, later = post.invited(), world.workday_after(2)
    assert {who: (one.method, one.uid, one.sequence) for who, [one] in moved.items()} == {
        who: ("REQUEST", one.uid, 2) for who, [one] in first.items()
    }
    assert {(one.starts, one.ends) for [one] in moved.values()} == {(local(later, 13, 30), local(later, 17, 30))}


def test_an_officer_replaced_is_free_and_the_colleague_invited_and_nobody_else_hears(post: Post):
    world = post.house.world
    case_id = world.visiting()
    before = post.invited()
    colleague = world.actors["fire-2"].account_id
    world.do("fire", ReplaceOfficer(case_id=case_id, unit="fire", officer_id=colleague))
    changed = post.invited()
    assert set(changed) == {"fire", "fire-2"}, "also who replaced himself"
    [out], [new] = changed["fire"], changed["fire-2"]
    assert (out.method, out.uid, out.sequence) == ("CANCEL", before["fire"][0].uid, 1)
    assert (new.method, new.sequence) == ("REQUEST", 0) and new.uid not in {o.uid for [o] in before.values()}
    world.do("coordinator", ReplaceOfficer(case_id=case_id, unit="fire", officer_id=world.actors["fire"].account_id))
    [back] = post.invited()["fire"]
    assert (back.method, back.uid, back.sequence) == ("REQUEST", out.uid, 2)


def test_the_mail_reads_as_text_and_as_invitation_and_a_digest_brings_the_last_state_as_files(post: Post):
    world = post.house.world
    world.do("fire", ChooseNotices(mail="daily"))
    world.do("applicant", ChooseNotices(mail="product"))
    case_id = world.visiting()
    came = post.round()
    assert not {"fire", "applicant"} & set(came)
    unit = next(iter(set(came) & (world.facts(case_id).visit or pytest.fail()).units))
    [mail] = [m for m in came[unit] if invitations(m)]
    assert [p.get_content_type() for p in parts(mail)] == ["text/plain", "text/calendar", "application/ics"]
    world.do("coordinator", CancelVisit(case_id=case_id, reason="现场道路封闭"))
    world.now = (world.now + timedelta(days=1)).replace(hour=0, minute=30)
    [digest] = post.round()["fire"]
    [last] = invitations(digest)
    assert (last.method, last.sequence) == ("CANCEL", 1)


def test_a_visit_is_told_in_the_product_by_mail_and_by_short_message_with_its_half_day(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    world = post.house.world
    case_id = world.documents_read()
    world.end_review(case_id)
    mine = world.actors["fire"].account_id
    with gateway() as far:
        monkeypatch.setenv("JOINTREVIEW_SMS_URL", far.url)
        post.house.on_time()
        with base.writing() as session:
            account = session.get_one(Account, mine)
            account.mobile = "13800000001"
            session.add(account)
        post.round()
        world.plan_visit(case_id)
        [mail] = post.round()["fire"]
        [(_, _, _, message)] = far.requests
    words = f"{world.workday_after(1)} 上午"
    with base.reading() as session:
        rows = session.exec(select(Notification).where(Notification.account_id == mine)).all()
    [shown] = [tr("zh", row.key, **row.params) for row in rows if row.key == "notify.visit"]
    said = json.loads(message)
    assert said["mobile"] == "13800000001" and words in shown
    assert words in said["text"] and words in parts(mail)[0].get_payload(decode=True).decode()


def test_several_changes_in_one_mail_are_files(post: Post):
    moment = local(date(2026, 5, 7), 9, 0)
    entry = Entry(starts=moment, ends=moment + timedelta(hours=1), summary=("calendars.leave", {}), place="甲，乙;丙")
    issues = [Issue(uid=f"{n}@example.com", sequence=n, at=moment, entry=entry) for n in (1, 2)]
    name = '张"三"; 李，四'
    Mail().send("x@example.com", "题", "文", [invitation(one, "en", name, "x@example.com") for one in issues])
    [(_, mail)] = post.mails
    assert [p.get_content_type() for p in parts(mail)] == ["text/plain", "application/ics", "application/ics"]
    assert [(one.sequence, one.place) for one in invitations(mail)] == [(1, "甲，乙;丙"), (2, "甲，乙;丙")]


def test_a_trip_is_one_entry_for_its_officers_and_one_stop_for_each_applicant_and_follows_a_new_plan(post: Post):
    world = post.house.world
    first, second = waiting(world), third(world)
    post.round()
    trip = confirmed(world, first, second, car_id=car(world))
    invited = post.invited()
    crew = sorted(set(invited) - {"applicant"})
    assert len({invited[who][0].uid for who in crew}) == len(crew) > 1
    for who in crew:
        [one] = invited[who]
        assert (one.starts, one.sequence) == (local(trip.day, 8, 30), 0)
        assert (one.ends.hour * 60 + one.ends.minute) == trip.back
        assert "苏F12345" in one.description and "1. " in one.description and "2. " in one.description
    [one, two] = sorted(invited["applicant"], key=lambda read: read.starts)
    assert two.starts >= one.ends and one.uid != two.uid, "each stop when the car is there"

    world.do(
        "coordinator",
        PlaceStop(trip_id=trip.id, revision=trip.revision, case_id=second, position=1, why="先看远处"),
    )
    changed = post.invited()
    assert {who: (read.uid, read.sequence) for who in crew for read in changed[who]} == {
        who: (invited[who][0].uid, 1) for who in crew
    }
    swapped = {read.uid: read for read in changed["applicant"]}
    assert swapped[two.uid].starts < swapped[one.uid].starts
    assert {read.method for reads in changed.values() for read in reads} == {"REQUEST"}

    trip = again(trip)
    world.do(
        "coordinator",
        MoveTrip(
            trip_id=trip.id,
            revision=trip.revision,
            car_id=trip.car_id,
            day=world.workday_after(3),
            half="pm",
            why="车辆检修",
        ),
    )
    assert {read.sequence for reads in post.invited().values() for read in reads} == {2}
    trip = again(trip)
    world.do("coordinator", CancelTrip(trip_id=trip.id, revision=trip.revision, why="台风"))
    gone = post.invited()
    assert {read.method for reads in gone.values() for read in reads} == {"CANCEL"}
    assert {who: len(reads) for who, reads in gone.items()} == {**dict.fromkeys(crew, 1), "applicant": 2}
