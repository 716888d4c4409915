"""What runs beside the pages: a sweep that was down loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from jointreview.jobs import sweep
from jointreview.models import base
from jointreview.models.event import Notification
from jointreview.models.identity import Account, LoginSession
from jointreview.notify.mail import Mail
from tests.api.helpers import Browsers


@pytest.fixture
def sent(house: Browsers, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses mail went to."""
    addresses: list[str] = []
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "mail.invalid")
    monkeypatch.setattr(Mail, "send", lambda self, to, subject, text, invitations=(): addresses.append(to))
    house.on_time()
    with base.writing() as session:
        for account in session.exec(select(Account)).all():
            account.email = f"{account.login}@example.com"
            session.add(account)
    return addresses


def notifications() -> int:
    with base.reading() as session:
        return len(session.exec(select(Notification.id)).all())


def test_after_three_days_without_a_sweep_everything_leaves_once(house: Browsers, sent: list[str]):
    world = house.world
    case_id = world.accepted()
    world.now += timedelta(days=1)
    world.read_documents(case_id)
    world.now += timedelta(days=2)
    house.on_time()
    sweep.sweep_once()
    assert len(sent) == notifications() > 0
    sweep.sweep_once()
    assert len(sent) == notifications()


def test_without_a_mail_server_the_sweep_leaves_messages_alone(
    house: Browsers, sent: list[str], monkeypatch: pytest.MonkeyPatch
):
    house.world.submitted()
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "")
    house.on_time()
    sweep.sweep_once()
    assert not sent
    monkeypatch.setenv("JOINTREVIEW_MAIL_HOST", "mail.invalid")
    house.on_time()
    sweep.sweep_once()
    assert len(sent) == notifications()


def test_sessions_that_are_over_are_cleared_and_living_ones_stay(house: Browsers):
    assert house.get("clerk", "/api/uploads/1").status_code == 404
    house.world.now += timedelta(days=3)
    assert house.get("coordinator", "/api/uploads/1").status_code == 404
    sweep.sweep_once()
    with base.reading() as session:
        left = session.exec(select(LoginSession.account_id)).all()
    assert left == [house.world.actors["coordinator"].account_id]


async def test_a_sweep_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    rounds: list[int] = []
    twice = asyncio.Event()

    def failing() -> None:
        rounds.append(1)
        if len(rounds) >= 2:
            loop.call_soon_threadsafe(twice.set)
        raise OSError("the database is away")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(sweep, "sweep_once", failing)
    monkeypatch.setattr(sweep, "leading", lambda: True)
    monkeypatch.setattr(sweep, "SECONDS_BETWEEN", 0)
    running = asyncio.create_task(sweep.sweep())
    async with asyncio.timeout(30):
        await twice.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
