"""The pages of the security officer and the auditor, as a tab holds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.commands.administration import AddStaff
from jointreview.commands.identity import sign_in
from jointreview.models.base import reading, writing
from jointreview.models.identity import Audit, LoginSession, Post
from jointreview.queries.access import reveal
from jointreview.text import texts
from jointreview.ui.pages import record, rights
from jointreview.ui.pages.record.state import RecordState
from jointreview.ui.pages.rights.state import PANELS, RightsState
from tests.commands.world import PASSWORD, World, fresh_database
from tests.ui.test_offices import state_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


async def test_a_post_asked_for_stands_first_and_is_granted_with_one_click(world: World) -> None:
    made = world.do("admin", AddStaff(login="new.one", name="新人", role="officer", unit="fire")).value
    state = await state_of(RightsState, world.actors["security"])
    await state.refresh()
    (asked,) = state.asked
    assert "新人" in asked["person"] and "消防" in asked["text"]
    await state.grant(asked["id"])
    assert state.asked == []
    with reading() as db:
        assert db.exec(select(Post.active).where(Post.account_id == made["account_id"])).one()


async def test_a_person_gets_a_post_and_loses_every_session_in_one_dialog(world: World) -> None:
    sign_in("fire", PASSWORD)
    state = await state_of(RightsState, world.actors["security"])
    await state.refresh()
    await state.open_person(str(world.actors["fire"].account_id))
    await state.add_post({"role": "clerk", "unit": "", "title": "窗口"})
    assert not state.faults
    await state.add_post({"role": "officer", "unit": "", "title": ""})
    assert state.faults
    row = next(one for one in state.staff if one["login"] == "fire")
    assert len(row["posts"]) == 2 and row["sessions"] == 1
    await state.end_sessions()
    with reading() as db:
        assert all(db.exec(select(LoginSession.revoked)).all())
    await state.reset_factor()
    assert state.faults  # there is none


async def test_looks_at_personal_data_and_the_rules_in_force_are_the_security_officers(world: World) -> None:
    case_id = world.submitted()
    reveal(world.actors["clerk"], case_id, "S3.parties[0].leader_mobile")
    state = await state_of(RightsState, world.actors["security"])
    state.panel = "personal"
    await state.refresh()
    assert [row["what"] for row in state.looks] == ["查看完整个人信息"]
    state.panel = "policy"
    await state.refresh()
    assert ("一次登录最长", "12 小时") in [(row["name"], row["value"]) for row in state.policy]


async def test_the_auditor_narrows_the_record_and_the_files_follow(world: World) -> None:
    sign_in("fire", PASSWORD)
    sign_in("clerk", PASSWORD)
    state = await state_of(RecordState, world.actors["auditor"])
    await state.choose_group("sessions")
    await state.look_for({"q": "clerk"})
    assert state.total == 1 and "clerk" in state.rows[0]["who"]
    await state.choose_since("2026-05-06")
    await state.choose_until("no day")
    assert state.xlsx == "/api/record.xlsx?group=sessions&q=clerk&since=2026-05-06"
    await state.choose_since("2100-01-01")
    assert state.total == 0


async def test_the_auditor_is_told_which_row_does_not_hold(world: World) -> None:
    sign_in("fire", PASSWORD)
    state = await state_of(RecordState, world.actors["auditor"])
    async for _ in state.verify():
        assert state.checking
    assert (state.tone, state.faults, state.checking) == ("good", [], False)
    with writing() as db:
        row = db.exec(select(Audit)).first()
        row.subject = "somebody else"
        db.add(row)
    async for _ in state.verify():
        pass
    assert state.tone == "bad" and state.faults == [f"操作记录 #{row.id}: 记录内容被改动"]


def test_the_pages_can_be_made_and_every_panel_has_its_name() -> None:
    assert rights.PAGE.content() and record.PAGE.content()
    assert {f"rights.panel_{panel}" for panel in PANELS} <= set(texts("en"))
