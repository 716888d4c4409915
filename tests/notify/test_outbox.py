"""Mail leaves after the decision, once, and no fault of mail reaches the decision or the other messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from jointreview.models import base
from jointreview.models.event import Notification
from jointreview.models.identity import Account
from jointreview.notify.mail import send_mail
from jointreview.notify.outbox import MAX_TRIES, send_waiting
from tests.api.helpers import Browsers

Message = tuple[str, str, str]


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


def states() -> Counter[str]:
    with base.reading() as session:
        return Counter(session.exec(select(Notification.mail)).all())


def tries() -> set[int]:
    with base.reading() as session:
        return set(session.exec(select(Notification.mail_tries)).all())


def collecting(sent: list[Message]) -> Callable[[str, str, str], bool]:
    def send(to: str, subject: str, text: str) -> bool:
        sent.append((to, subject, text))
        return True

    return send


def test_each_message_leaves_once_in_its_readers_language(mailing: Browsers):
    with base.writing() as session:
        clerk = session.exec(select(Account).where(Account.login == "clerk")).one()
        clerk.language = "en"
        session.add(clerk)
    mailing.world.submitted()
    waiting = states()["waiting"]
    sent: list[Message] = []
    assert send_waiting(collecting(sent)) == waiting > 0
    assert send_waiting(collecting(sent)) == 0
    assert len(sent) == waiting and states() == {"sent": waiting}
    [to_clerk] = [text for to, _, text in sent if to == "clerk@example.com"]
    assert to_clerk.isascii()


def test_a_dead_mail_server_holds_up_no_decision_and_loses_no_message(mailing: Browsers):
    case_id = mailing.world.accepted()
    waiting = states()["waiting"]
    assert waiting > 10 and mailing.world.case(case_id).state == "reviewing"
    for round_ in range(1, MAX_TRIES):
        assert send_waiting(send_mail) == 0
        assert states() == {"waiting": waiting} and tries() == {round_}
    sent: list[Message] = []
    assert send_waiting(collecting(sent)) == waiting == len(sent)


def test_after_five_tries_a_message_is_given_up(mailing: Browsers):
    mailing.world.submitted()
    asked: list[str] = []

    def refuse(to: str, subject: str, text: str) -> bool:
        asked.append(to)
        return False

    for _ in range(MAX_TRIES + 3):
        send_waiting(refuse)
    assert set(states()) == {"failed"} and tries() == {MAX_TRIES}
    assert set(Counter(asked).values()) == {MAX_TRIES}


def test_a_message_that_cannot_be_written_does_not_hold_up_the_others(mailing: Browsers):
    mailing.world.accepted()
    with base.writing() as session:
        first = session.exec(select(Notification).order_by(col(Notification.id))).first()
        assert first is not None
        first.key = "notify.no_such_text"
        session.add(first)
        first_id = first.id
    waiting = states()["waiting"]

    def fragile(to: str, subject: str, text: str) -> bool:
        if to.startswith("fire@"):
            raise UnicodeEncodeError("ascii", to, 0, 1, "an address nobody can write")
        return True

    assert send_waiting(fragile) == waiting - 2
    with base.reading() as session:
        left = session.exec(select(Notification).where(Notification.mail == "waiting")).all()
    assert len(left) == 2 and first_id in {m.id for m in left} and {m.mail_tries for m in left} == {1}


def test_two_sweeps_at_once_send_nothing_twice(mailing: Browsers):
    mailing.world.accepted()
    waiting = states()["waiting"]
    sent: list[Message] = []

    def slow(to: str, subject: str, text: str) -> bool:
        sent.append((to, subject, text))
        send_waiting(collecting(sent))
        return True

    send_waiting(slow)
    assert len(sent) == waiting and states() == {"sent": waiting}


def test_a_sweep_that_dies_in_the_middle_repeats_nothing_and_loses_nothing_else(mailing: Browsers):
    mailing.world.accepted()
    waiting = states()["waiting"]
    sent: list[Message] = []

    def dies(to: str, subject: str, text: str) -> bool:
        if len(sent) == 3:
            raise KeyboardInterrupt
        return collecting(sent)(to, subject, text)

    with pytest.raises(KeyboardInterrupt):
        send_waiting(dies)
    send_waiting(collecting(sent))
    assert len(sent) == waiting - 1 and states() == {"sent": waiting - 1, "failed": 1}


def test_without_an_address_a_message_is_only_in_the_product(mailing: Browsers):
    with base.writing() as session:
        for account in session.exec(select(Account)).all():
            account.email = ""
            session.add(account)
    mailing.world.submitted()
    sent: list[Message] = []
    assert send_waiting(collecting(sent)) == 0
    assert not sent and set(states()) == {"none"}


def test_more_than_a_batch_leaves_in_the_sweeps_after(mailing: Browsers):
    mailing.world.accepted()
    waiting = states()["waiting"]
    sent: list[Message] = []
    while send_waiting(collecting(sent), batch=4):
        assert len(sent) <= waiting
    assert len(sent) == len(set(sent)) == waiting
