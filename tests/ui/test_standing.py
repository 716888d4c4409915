"""Deputies, leave and notices on the account page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.models.base import reading
from jointreview.models.identity import Account
from jointreview.models.visit import BusyTime
from jointreview.queries.outbox import notice_choices, outbox_view
from jointreview.settings import settings
from jointreview.ui.pages import account
from jointreview.ui.pages.standing import StandingState
from tests.commands.world import World, fresh_database
from tests.ui.test_offices import state_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def days(world: World, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}-from_on": settings().today().isoformat(),
        f"{prefix}-until_on": (settings().today() + timedelta(days=6)).isoformat(),
    }


async def test_a_deputy_is_named_seen_by_both_and_ended(world: World) -> None:
    mine = await state_of(StandingState, world.actors["fire"])
    await mine.load()
    deputy = str(world.actors["fire-2"].account_id)
    assert deputy in {d["value"] for d in mine.deputies}
    assert str(world.actors["fire"].account_id) not in {d["value"] for d in mine.deputies}
    await mine.name_deputy({**days(world, "deputy"), "deputy-deputy_id": deputy})
    assert not mine.faults and len(mine.rows) == 1
    theirs = await state_of(StandingState, world.actors["fire-2"])
    await theirs.load()
    assert world.actors["fire"].name in theirs.rows[0]["text"]
    await mine.end_deputy(mine.rows[0]["id"])
    assert mine.rows == []


async def test_a_span_that_ends_before_it_begins_leads_to_its_field(world: World) -> None:
    state = await state_of(StandingState, world.actors["fire"])
    await state.load()
    wanted = days(world, "deputy")
    wanted["deputy-from_on"], wanted["deputy-until_on"] = wanted["deputy-until_on"], wanted["deputy-from_on"]
    await state.name_deputy({**wanted, "deputy-deputy_id": str(world.actors["fire-2"].account_id)})
    assert "deputy-until_on" in {f["where"] for f in state.faults} and state.rows == []


async def test_leave_takes_the_half_days(world: World) -> None:
    state = await state_of(StandingState, world.actors["fire"])
    await state.load()
    await state.take_leave({**days(world, "leave"), "leave-from_half": "am", "leave-until_half": "pm"})
    assert state.leave_faults == []
    with reading() as session:
        me = world.actors["fire"].account_id
        assert session.exec(select(BusyTime).where(BusyTime.account_id == me)).all()


async def test_an_applicant_sees_no_deputies_and_no_channel_that_is_not_set_up(world: World) -> None:
    state = await state_of(StandingState, world.actors["applicant"])
    await state.load()
    assert (state.may_lend, state.posts, state.rows, state.wishes) == (False, [], [], [])
    assert notice_choices(world.actors["applicant"].account_id) == {}


async def test_choosing_one_channel_keeps_the_others(world: World) -> None:
    state = await state_of(StandingState, world.actors["fire"])
    await state.choose_wish("mail", "daily")
    await state.choose_wish("sms", "product")
    with reading() as session:
        notices = session.get_one(Account, world.actors["fire"].account_id).notices
    assert notices == {"mail": "daily", "sms": "product", "robot": "at_once"}


def test_the_outbox_of_a_new_product_is_empty_and_the_page_can_be_made(world: World) -> None:
    seen = outbox_view()
    assert (seen.dead, seen.uncertain, seen.letters) == (0, 0, ())
    assert account.PAGE.content()
