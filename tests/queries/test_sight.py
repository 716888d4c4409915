"""Lists and single cases give the same answer to the question who may see a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.filing import CreateCase, WalkIn
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.commands.sight import GROUNDS, may_see, visible_to
from jointreview.models import base
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.identity import KEEPER_ROLES, ROLES
from jointreview.models.review import Assignment
from jointreview.queries.board import board
from jointreview.queries.board_filters import BoardFilters
from jointreview.ui.pages.case import present
from tests.commands.world import World, fresh_database


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, int]]]:
    """One case of every kind of standing towards its readers."""
    folder: Path = tmp_path_factory.mktemp("sight")
    with fresh_database(f"sqlite:///{folder}/test.db", folder / "uploads"):
        world = World().populate()
        made = {
            "draft": world.drafted_review("stage2_factory", 2),
            "submitted": world.submitted("factory"),
            "accepted": world.accepted("school"),
            "reviewing": world.reviewing(),
            "without_lead": world.reviewing("stage1_factory", 1),
        }
        withdrawn = world.drafted_review("stage3_factory", 3)
        world.do("applicant", WithdrawCase(case_id=withdrawn, reason="不再申请"))
        walk_in = WalkIn(name="王五", mobile="13800000000")
        asked = CreateCase(
            organisation_id=world.organisation_id,
            project_code="2401-320681-04-01-900001",
            project_name="窗口代办项目",
            walk_in=walk_in,
        )
        made["walk_in"] = world.do("clerk", asked).case_id or 0
        invite = InviteParty(case_id=made["submitted"], party_kind="design")
        code = world.do("applicant", invite).value["code"]
        world.do("stranger", AcceptInvitation(code=code))
        with base.writing() as session:  # the unit that leads the stage has no item of this one
            lead = world.facts(made["without_lead"]).lead
            for row in session.exec(
                select(Assignment).where(Assignment.case_id == made["without_lead"], Assignment.unit == lead)
            ).all():
                row.unit = "heritage"
        yield world, made


def facts_of_all() -> list[CaseFacts]:
    with base.reading() as session:
        return [load_facts(session, case) for case in session.exec(select(Case)).all()]


def listed(actor: Actor) -> set[int]:
    with base.reading() as session:
        return {found for found in session.exec(select(Case.id).where(visible_to(actor))).all() if found is not None}


UNITS = ("", "planning", "filing", "fire", "land", "heritage", "environment", "archives", "nobody")
ACTORS = st.builds(
    Actor,
    account_id=st.integers(0, 12),
    name=st.just("某人"),
    role=st.sampled_from([*ROLES, "system", "unheard_of"]),
    unit=st.sampled_from(UNITS),
    organisations=st.frozensets(st.integers(0, 3), max_size=2),
)


def test_a_list_holds_exactly_the_cases_that_may_be_opened(cases: tuple[World, dict[str, int]]):
    facts = facts_of_all()
    assert len(facts) == 7

    @given(ACTORS)
    @settings(max_examples=150)
    def same(actor: Actor) -> None:
        assert listed(actor) == {f.case_id for f in facts if may_see(actor, f)}

    same()


def test_everybody_of_the_world_is_listed_what_they_may_open(cases: tuple[World, dict[str, int]]):
    world, _ = cases
    facts = facts_of_all()
    for who, actor in world.actors.items():
        assert listed(actor) == {f.case_id for f in facts if may_see(actor, f)}, who


def test_the_unit_that_leads_a_stage_finds_its_case_without_an_item_of_its_own(cases: tuple[World, dict[str, int]]):
    world, made = cases
    case_id = made["without_lead"]
    lead = world.facts(case_id).lead
    assert lead not in world.facts(case_id).units
    assert case_id in listed(world.actors[lead]) and case_id in listed(world.actors[f"{lead}-head"])
    rows = board(world.actors[lead], BoardFilters(), "zh", world.now).rows
    assert case_id in {row.case_id for row in rows}
    assert present.workspace(world.actors[lead], case_id, "zh", world.now) is not None
    assert made["draft"] not in listed(world.actors[lead])


def test_every_role_has_grounds_or_sees_no_case():
    assert set(ROLES) - set(GROUNDS) == set(KEEPER_ROLES)
