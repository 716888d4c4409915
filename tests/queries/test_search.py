"""The search of the top bar finds by everything people know of a case, and only what they may open."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import postgresql
from sqlmodel import select

from jointreview.commands.intake import WithdrawCase
from jointreview.commands.sight import visible_to
from jointreview.models import base
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.queries.patterns import containing
from jointreview.queries.search import MOST_HITS, search
from tests.commands.world import World


def found(world: World, who: str, text: str) -> list[int]:
    return [hit.case_id for hit in search(world.actors[who], text, "zh")]


@pytest.mark.parametrize(
    "text", ["QD2026000001", "qd2026", "556677", "智能装备", "林洋路100", "林洋路 智能", "智能装备有限公司"]
)
def test_a_case_is_found_by_number_code_project_address_and_organisation(world: World, text: str):
    case_id = world.submitted()
    (hit,) = search(world.actors["coordinator"], f"  {text} ", "en")
    assert (hit.case_id, hit.href, hit.state_name) == (case_id, f"/cases/{case_id}", "To be accepted")


@pytest.mark.parametrize("text", ["", "Q", "%%", "__", "没有的", "智能装备 学校", "' OR 1=1"])
def test_nothing_is_found_by_too_little_by_wildcards_or_by_what_is_not_there(world: World, text: str):
    world.submitted()
    assert found(world, "coordinator", text) == []


def test_nobody_finds_what_they_may_not_open(world: World):
    draft = world.drafted()
    accepted = world.accepted("school")
    assert set(found(world, "applicant", "QD2026")) == {draft, accepted}
    assert found(world, "clerk", "QD2026") == [accepted] == found(world, "civil_defence", "QD2026")
    assert found(world, "stranger", "QD2026") == [] == found(world, "admin", "QD2026")


def test_open_cases_come_before_ended_ones_and_there_are_at_most_ten(world: World):
    first, second = world.submitted(), world.submitted("school")
    world.do("applicant", WithdrawCase(case_id=second, reason="不再申请"))
    assert found(world, "coordinator", "QD2026") == [first, second]
    with base.writing() as session:
        pattern = session.get_one(Case, first).model_dump(exclude={"id", "number"})
        session.add_all(Case(**pattern, number=f"QD2026{n:06d}") for n in range(100, 120))
    assert len(found(world, "coordinator", "QD2026")) == MOST_HITS


def test_wildcards_mean_themselves():
    assert containing("50%_!") == "%50!%!_!!%"


def test_the_condition_of_sight_can_be_written_for_postgresql():
    for role in ("clerk", "officer", "applicant", "coordinator", "admin"):
        actor = Actor(1, "x", role, unit="fire", organisations=frozenset({1}))
        assert str(select(Case.id).where(visible_to(actor)).compile(dialect=postgresql.dialect()))
