"""The calendar subscription on the account page: shown once, made anew, switched off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jointreview.queries.calendar_feed import calendar_of
from jointreview.settings import settings
from jointreview.ui.pages.calendar_feed import FeedState
from tests.commands.world import World, fresh_database
from tests.ui.test_offices import state_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def works(address: str) -> bool:
    secret = address.removeprefix(f"{settings().address}/api/calendar/").removesuffix(".ics")
    return calendar_of(secret, settings().current_time()) is not None


async def test_the_address_is_shown_once_renewed_and_switched_off(world: World) -> None:
    state = await state_of(FeedState, world.actors["fire"])
    await state.load()
    assert not state.is_open and state.address == ""
    await state.open_address()
    first = state.address
    assert state.is_open and works(first) and state.subscription == f"webcal{first[len('http') :]}"
    await state.load()
    assert state.is_open and state.address == state.subscription == ""
    await state.open_address()
    assert not works(first) and works(state.address) and state.address != first
    second = state.address
    await state.close_address()
    assert not state.is_open and state.address == "" and not works(second)
    await state.close_address()
    assert not state.is_open, "a page that is behind says so and shows what is"
