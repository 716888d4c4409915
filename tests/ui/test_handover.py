"""Handing work over and messages that did not leave, as the pages of heads and the administrator hold them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.models.base import reading, writing
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Account, Post
from jointreview.settings import settings
from jointreview.text import texts
from jointreview.ui.allow import MARK
from jointreview.ui.pages import handover
from jointreview.ui.pages.admin.outbox import OutboxState
from jointreview.ui.pages.admin.state import PANELS, AdminState
from jointreview.ui.pages.handover.state import HandoverState
from tests.commands.world import World, fresh_database
from tests.ui.test_offices import state_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def dead_letter(world: World, error: str = "uncertain: no answer") -> int:
    with writing() as session:
        account_id = world.actors["applicant"].account_id
        message = Notification(account_id=account_id, key="notify.accepted", params={}, at=world.now)
        session.add(message)
        session.flush()
        row = OutboxMessage(
            notification_id=message.id or 0, channel="mail", status="dead", last_error=error, next_try_at=world.now
        )
        session.add(row)
        session.flush()
        return row.id or 0


async def test_a_head_hands_work_and_posts_of_an_officer_over(world: World) -> None:
    state = await state_of(HandoverState, world.actors["fire-head"])
    await state.load()
    assert {row["login"] for row in state.carriers} == {"fire", "fire-2"}
    giver = str(world.actors["fire"].account_id)
    state.open_giver(giver)
    entered = {"handover-to_id": str(world.actors["fire-2"].account_id), "handover-posts": "yes"}
    await state.hand_over({**entered, "handover-reason": ""})
    assert state.faults and state.giver["id"] == giver
    await state.hand_over({**entered, "handover-reason": "调离本部门"})
    assert not state.faults and state.giver["id"] == ""
    assert [row["login"] for row in state.carriers] == ["fire-2"]
    with reading() as session:
        posts = session.exec(select(Post.active).where(Post.account_id == int(giver))).all()
    assert posts == [False]


async def test_what_is_wrong_with_a_handover_leads_to_its_field(world: World) -> None:
    state = await state_of(HandoverState, world.actors["admin"])
    await state.load()
    state.open_giver(str(world.actors["fire"].account_id))
    stranger = str(world.actors["lightning"].account_id)
    await state.hand_over({"handover-to_id": stranger, "handover-posts": "no", "handover-reason": "调离"})
    assert [fault["where"] for fault in state.faults] == ["handover-to_id"]


async def test_a_head_names_a_deputy_for_an_officer_of_the_unit_and_ends_it(world: World) -> None:
    state = await state_of(HandoverState, world.actors["fire-head"])
    await state.load()
    assert len(state.posts) == 2
    await state.choose_post(str(world.actors["fire"].post_id))
    colleagues = {str(world.actors[login].account_id) for login in ("fire-2", "fire-head")}
    assert {one["value"] for one in state.deputies[:2]} == colleagues
    day = settings().today().isoformat()
    entered = {"handover-from_on": day, "handover-until_on": day, "handover-reason": "病假"}
    await state.name_deputy({**entered, "handover-deputy_id": str(world.actors["clerk"].account_id)})
    assert [fault["where"] for fault in state.faults] == ["handover-deputy_id"] and state.lent == []
    await state.name_deputy({**entered, "handover-deputy_id": str(world.actors["fire-2"].account_id)})
    (row,) = state.lent
    assert (row["deputy"], row["endable"]) == (world.actors["fire-2"].name, True)
    await state.end_deputy(row["id"])
    assert state.lent == [] and not state.faults


async def test_the_administrator_names_deputies_for_the_window_and_coordinators_alone(world: World) -> None:
    state = await state_of(HandoverState, world.actors["admin"])
    await state.load()
    assert {name["name"].split(" · ")[1] for name in state.posts} == {"综合窗口", "牵头协调"}


async def test_a_message_is_sent_again_or_given_up_and_leaves_the_list(world: World) -> None:
    ids = [dead_letter(world), dead_letter(world, "503")]
    state = await state_of(AdminState, world.actors["admin"])
    state.panel = "outbox"
    await state.reread()
    letters = await state.get_state(OutboxState)
    assert [(row["id"], row["uncertain"]) for row in letters.letters] == [(str(ids[1]), False), (str(ids[0]), True)]
    await letters.send_again(str(ids[0]))
    await letters.give_up(str(ids[1]))
    assert letters.letters == [] and not letters.faults
    await letters.give_up(str(ids[1]))
    assert letters.faults
    with reading() as session:
        assert list(session.exec(select(OutboxMessage.status).order_by(OutboxMessage.id))) == ["waiting", "given_up"]
        name = session.get_one(Account, world.actors["applicant"].account_id).name
    assert name not in str(letters.letters)


def test_only_who_may_do_it_reaches_the_handlers() -> None:
    for state, roles in ((HandoverState, {"leader", "admin"}), (OutboxState, {"admin"})):
        handlers = [h.fn for h in state.event_handlers.values() if h.fn.__module__ == state.__module__]
        assert handlers and all(getattr(fn, MARK, None) == roles for fn in handlers), state


def test_the_page_can_be_made_and_every_panel_has_its_name() -> None:
    assert handover.PAGE.content()
    assert {f"admin.panel_{panel}" for panel in PANELS} <= set(texts("en"))
