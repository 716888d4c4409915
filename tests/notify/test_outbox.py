"""Messages leave after the decision, once, and no fault of a channel reaches the decision or the other messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import col, select

from jointreview.commands.outbox import ChooseNotices, GiveUpMessage, SendAgain
from jointreview.commands.working_days import work_calendar
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account, Audit
from jointreview.notify.channel import Channel, NotDelivered, Uncertain
from jointreview.notify.channels import channels
from jointreview.notify.outbox import MAX_TRIES, UNCERTAIN_AFTER, bury_uncertain, send_due
from jointreview.notify.queueing import enqueue
from jointreview.queries.outbox import outbox_view
from tests.api.helpers import Browsers
from tests.notify.gateway import gateway

Message = tuple[str, str, str]
Send = Callable[[str, str, str], None]


@pytest.fixture
def mailing(house: Browsers, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    """A house with a mail server that nobody answers at, and an address for every account."""
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("JOINTREVIEW_MAIL_PORT", "1")
    house.on_time()
    with base.writing() as session:
        for account in session.exec(select(Account)).all():
            account.email = f"{account.login}@example.com"
            session.add(account)
    return house


def mail(send: Send) -> list[Channel]:
    """Mail that is sent by `send`, whatever it would put into calendars."""

    def sent(to: str, subject: str, text: str, invitations: object = ()) -> None:
        send(to, subject, text)

    return [
        SimpleNamespace(name="mail", configured=lambda: True, address=lambda account: account.email, send=sent)  # type: ignore[list-item]
    ]


def collecting(sent: list[Message]) -> Send:
    return lambda to, subject, text: sent.append((to, subject, text))


def failing(to: str, subject: str, text: str) -> None:
    raise NotDelivered("503 for 13800000001")


def states() -> Counter[str]:
    with base.reading() as session:
        return Counter(session.exec(select(OutboxMessage.status)).all())


def rows() -> list[OutboxMessage]:
    with base.reading() as session:
        found = list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all())
        session.expunge_all()
    return found


def refused(house: Browsers, who: str, command: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        house.world.do(who, command)
    return [problem.key for problem in caught.value.problems]


def test_each_message_leaves_once_in_its_readers_language(mailing: Browsers):
    with base.writing() as session:
        clerk = session.exec(select(Account).where(Account.login == "clerk")).one()
        clerk.language = "en"
        session.add(clerk)
    mailing.world.submitted()
    waiting = states()["waiting"]
    sent: list[Message] = []
    assert send_due(mail(collecting(sent)), mailing.world.now) == waiting > 0
    assert send_due(mail(collecting(sent)), mailing.world.now) == 0
    assert len(sent) == waiting and states() == {"sent": waiting}
    [to_clerk] = [(subject, text) for to, subject, text in sent if to == "clerk@example.com"]
    assert "".join(to_clerk).isascii() and to_clerk[0].startswith("[Joint Review]")


def test_a_dead_mail_server_holds_up_no_decision_and_loses_no_message(mailing: Browsers):
    case_id = mailing.world.accepted()
    waiting, now = states()["waiting"], mailing.world.now
    assert waiting > 10 and mailing.world.case(case_id).state == "reviewing"
    assert send_due(channels(), now) == 0
    assert states() == {"waiting": waiting} and {row.tries for row in rows()} == {1}
    sent: list[Message] = []
    assert send_due(mail(collecting(sent)), now) == 0
    assert send_due(mail(collecting(sent)), now + timedelta(minutes=1)) == waiting == len(sent)


@pytest.mark.parametrize("answer", [(500, b""), (200, b"garbage"), (200, b'{"errcode": 40001}')])
def test_a_gateway_at_fault_holds_up_no_decision(
    house: Browsers, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes]
):
    with gateway() as far:
        far.answer = answer
        monkeypatch.setenv("JOINTREVIEW_ROBOT_URL", far.url)
        monkeypatch.setenv("JOINTREVIEW_SMS_URL", far.url)
        monkeypatch.setenv("JOINTREVIEW_SMS_SUCCESS_FIELD", "code")
        house.on_time()
        with base.writing() as session:
            clerk = session.exec(select(Account).where(Account.login == "clerk")).one()
            clerk.mobile = "13800000001"
            session.add(clerk)
        case_id = house.world.submitted()
        version = house.world.case(case_id).version
        assert send_due(channels(), house.world.now) == 0
        assert len(far.requests) == 2 and states() == {"waiting": 2}
        assert house.world.case(case_id).version == version
        far.answer = (200, b'{"errcode": 0, "code": 0}')
        assert send_due(channels(), house.world.now + timedelta(minutes=1)) == 2


def test_the_delay_grows_and_then_the_message_is_the_administrators(mailing: Browsers):
    mailing.world.submitted()
    now, delays = mailing.world.now, []
    for _ in range(MAX_TRIES):
        send_due(mail(failing), now)
        delays.append(rows()[0].next_try_at - now)
        now = max(now, rows()[0].next_try_at)
    assert delays[:-1] == sorted(set(delays[:-1])) and set(states()) == {"dead"}
    assert {(row.tries, row.last_error) for row in rows()} == {(MAX_TRIES, "503 for ***")}
    assert send_due(mail(collecting([])), now + timedelta(days=9)) == 0


def test_who_may_send_again_and_give_up(mailing: Browsers):
    mailing.world.accepted()
    with base.writing() as session:
        for row in session.exec(select(OutboxMessage)).all():
            row.status = "dead"
            session.add(row)
    first, second = (row.id for row in rows()[:2])
    for who in ("coordinator", "clerk", "applicant"):
        assert refused(mailing, who, SendAgain(message_id=first)) == ["commands.role_may_not"]
    mailing.world.do("admin", SendAgain(message_id=first))
    mailing.world.do("admin", GiveUpMessage(message_id=second))
    assert refused(mailing, "admin", SendAgain(message_id=second)) == ["people.message_not_dead"]
    assert refused(mailing, "admin", GiveUpMessage(message_id=10**6)) == ["people.no_such_message"]
    sent: list[Message] = []
    assert send_due(mail(collecting(sent)), mailing.world.now) == 1 == len(sent)
    assert [row.status for row in rows()[:2]] == ["sent", "given_up"]
    with base.reading() as session:
        actions = session.exec(select(Audit.action).order_by(col(Audit.id))).all()
    assert actions[-2:] == ["outbox.sent_again", "outbox.given_up"]


def test_the_administrator_sees_what_did_not_leave_without_names_and_texts(mailing: Browsers):
    mailing.world.accepted()
    with base.writing() as session:
        for number, row in enumerate(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()):
            row.status = "dead" if number < 2 else "waiting"
            row.last_error = ["503 for ***", "uncertain: no answer"][number] if number < 2 else ""
            session.add(row)
    found = outbox_view()
    assert (found.dead, found.uncertain, found.waiting) == (1, 1, states()["waiting"])
    assert [letter.uncertain for letter in found.letters] == [True, False]
    assert all("*" in letter.person for letter in found.letters)
    mailing.world.do("admin", GiveUpMessage(message_id=found.letters[0].message_id))
    assert (outbox_view().uncertain, len(outbox_view().letters)) == (0, 1)


def test_a_message_that_cannot_be_written_does_not_hold_up_the_others(mailing: Browsers):
    mailing.world.accepted()
    with base.writing() as session:
        first = session.exec(select(Notification).order_by(col(Notification.id))).first()
        assert first is not None
        first.key = "notify.no_such_text"
        session.add(first)
    waiting = states()["waiting"]

    def fragile(to: str, subject: str, text: str) -> None:
        if to.startswith("fire@"):
            raise UnicodeEncodeError("ascii", to, 0, 1, "an address nobody can write")

    assert send_due(mail(fragile), mailing.world.now) == waiting - 2
    assert states() == {"sent": waiting - 2, "waiting": 2}


def test_two_sweeps_at_once_send_nothing_twice(mailing: Browsers):
    mailing.world.accepted()
    waiting = states()["waiting"]
    sent: list[Message] = []

    def slow(to: str, subject: str, text: str) -> None:
        sent.append((to, subject, text))
        send_due(mail(collecting(sent)), mailing.world.now)

    send_due(mail(slow), mailing.world.now)
    assert len(sent) == waiting and states() == {"sent": waiting}


def test_a_sweep_that_dies_in_the_middle_repeats_nothing_and_shows_what_is_uncertain(mailing: Browsers):
    mailing.world.accepted()
    waiting, now = states()["waiting"], mailing.world.now
    sent: list[Message] = []

    def dies(to: str, subject: str, text: str) -> None:
        if len(sent) == 3:
            raise KeyboardInterrupt
        collecting(sent)(to, subject, text)

    with pytest.raises(KeyboardInterrupt):
        send_due(mail(dies), now)
    assert bury_uncertain(now) == 0
    send_due(mail(collecting(sent)), now)
    assert len(sent) == waiting - 1 and states() == {"sent": waiting - 1, "sending": 1}
    assert bury_uncertain(now + UNCERTAIN_AFTER) == 1
    send_due(mail(collecting(sent)), now + timedelta(days=1))
    assert len(sent) == waiting - 1 and states() == {"sent": waiting - 1, "dead": 1}
    assert any(row.last_error.startswith("uncertain") for row in rows())


def test_silence_after_handing_over_is_never_repeated_by_itself(mailing: Browsers):
    mailing.world.submitted()

    def silent(to: str, subject: str, text: str) -> None:
        raise Uncertain("no answer")

    send_due(mail(silent), mailing.world.now)
    assert set(states()) == {"dead"} and rows()[0].last_error == "uncertain: no answer"


def test_without_an_address_a_message_is_only_in_the_product(mailing: Browsers):
    with base.writing() as session:
        for account in session.exec(select(Account)).all():
            account.email = ""
            session.add(account)
    mailing.world.submitted()
    assert rows() == []


def test_more_than_a_batch_leaves_in_the_sweeps_after(mailing: Browsers):
    mailing.world.accepted()
    waiting = states()["waiting"]
    sent: list[Message] = []
    while send_due(mail(collecting(sent)), mailing.world.now, batch=4):
        assert len(sent) <= waiting
    assert len(sent) == len(set(sent)) == waiting


def test_who_wants_only_the_product_gets_no_mail_and_who_wants_a_digest_gets_one(mailing: Browsers):
    world = mailing.world
    world.do("clerk", ChooseNotices(mail="product"))
    world.do("coordinator", ChooseNotices(mail="product"))
    world.do("fire", ChooseNotices(mail="daily"))
    world.accepted()
    with base.writing() as session:
        fire = world.actors["fire"].account_id
        enqueue(session, fire, "notify.dispatched", {"number": "2"}, world.now, lambda: work_calendar(session))
    sent: list[Message] = []
    send_due(mail(collecting(sent)), world.now)
    early = {to for to, _, _ in sent}
    assert not early & {"clerk@example.com", "fire@example.com"} and "fire-2@example.com" in early
    next_morning = world.now.replace(hour=0, minute=30) + timedelta(days=1)
    assert send_due(mail(collecting(sent)), next_morning - timedelta(minutes=1)) == 0
    assert send_due(mail(collecting(sent)), next_morning) == 2
    [(_, subject, text)] = [message for message in sent if message[0] == "fire@example.com"]
    assert "2" in subject and "1. " in text and "2. " in text
    assert send_due(mail(collecting(sent)), next_morning + timedelta(days=3)) == 0


def test_the_digest_comes_on_the_next_working_day_be_it_a_make_up_saturday(mailing: Browsers):
    world = mailing.world
    world.do("clerk", ChooseNotices(mail="daily"))
    world.now += timedelta(days=2)
    assert world.now.weekday() == 4
    world.submitted()
    with base.reading() as session:
        due = session.exec(select(OutboxMessage.next_try_at).where(col(OutboxMessage.daily))).all()
    assert [f"{d:%Y-%m-%d %H:%M}" for d in due] == ["2026-05-09 00:30"]
