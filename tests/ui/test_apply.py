"""The page on which an application begins: stages in words, answers of the wizard, the command it sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from jointreview.commands.form_values import form_values
from jointreview.models import base
from jointreview.queries.application_start import answers_from, stages_offered
from jointreview.ui.me import Me
from jointreview.ui.pages.apply.state import ApplyState
from tests.commands.world import World, fresh_database

ANSWERS = '{"S21": {"hazardous": false}}'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


async def page(world: World) -> Any:
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    (await root.get_state(Me))._actor = world.actors["applicant"]
    state = await root.get_state(ApplyState)
    state.stages = [
        {"number": s.number, "name": s.name, "text": "", "days": ""} for s in stages_offered("zh", world.today)
    ]
    state.organisation_id = world.organisation_id
    return state


def test_all_stages_are_offered_with_their_days(world: World) -> None:
    assert [(s.number, s.days) for s in stages_offered("zh", world.today)] == [(1, 10), (2, 10), (3, 5), (4, 10)]


def test_answers_of_an_address_are_those_the_form_takes(world: World) -> None:
    pairs = [("stage", "1"), ("S2.investment_source", "government"), ("S21.surroundings", "river;homes"), ("x", "1")]
    assert answers_from(pairs, 1, world.today) == {
        "S2": {"investment_source": "government"},
        "S21": {"surroundings": ["homes", "river"]},
    }


async def test_the_case_begins_in_the_stage_chosen_with_the_answers_carried(world: World) -> None:
    state = await page(world)
    await ApplyState.choose_stage.fn(state, 1)
    state._key = "one-submission"
    state._answers = ANSWERS
    form = {"project_code": "2101-320681-89-01-556677", "project_name": "智能装备厂房一期"}
    where = await ApplyState.create.fn(state, form)
    assert where is not None and state.faults == []
    case = world.case(1)
    assert (case.stage, case.kind) == (1, "review")
    with base.reading() as session:
        assert form_values(session, 1)["S21"] == {"hazardous": False}


async def test_another_stage_drops_the_answers_and_says_so(world: World) -> None:
    state = await page(world)
    state.stage, state._answers = 1, ANSWERS
    await ApplyState.choose_stage.fn(state, 2)
    assert (state.stage, state._answers) == (2, "{}") and state.answers_text


async def test_a_stage_that_is_none_changes_nothing(world: World) -> None:
    state = await page(world)
    await ApplyState.choose_stage.fn(state, 7)
    assert state.stage == 4
