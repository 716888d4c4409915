"""Four eyes are two people: who asked does not decide, through a lent post or a second one of their own either."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jointreview.commands.executor import execute
from jointreview.commands.extensions import ApproveExtension, RefuseExtension, RequestExtension, RequestJointExtension
from jointreview.commands.pauses import ApprovePause, RefusePause, RequestHigherReview, RequestPause
from jointreview.commands.registry import Command
from jointreview.commands.supervision import CancelCard, IssueCard, ReplyToCard, UpholdCard
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.actor import Actor
from jointreview.models.timekeeping import Extension, PauseRequest
from jointreview.queries.principal import principal
from tests.api.helpers import Browsers
from tests.commands.test_deputies import entered, house, lent
from tests.commands.world import World

__all__ = ["house"]
REASON = "图纸复杂，需要更多时间复核"


def stand_in(house: Browsers, login: str, holder: str) -> Actor:
    """Somebody acting in the post of another, as a session does it."""
    lent(house, holder, login)
    actor = principal(entered(house, login, holder))
    assert actor is not None and actor.acting_for
    return actor


def extension(world: World, case_id: int) -> Command:
    mine = world.assignment(case_id, "fire")
    return RequestExtension(case_id=case_id, assignment_id=mine, days=3, reason=REASON)


def pause(world: World, case_id: int) -> Command:
    return RequestPause(
        case_id=case_id,
        assignment_id=world.assignment(case_id, "fire"),
        procedure="expert_review",
        legal_basis="《中华人民共和国行政许可法》第四十五条",
        reason=REASON,
        planned_days=5,
        evidence_no="启消评〔2026〕3号",
    )


ASKED = {
    "extension": (extension, "extension_id", ApproveExtension, RefuseExtension, Extension),
    "pause": (pause, "pause_id", ApprovePause, RefusePause, PauseRequest),
}


@pytest.mark.parametrize("what", ASKED)
def test_who_asked_decides_nothing_while_standing_in_for_the_head(house: Browsers, what: str):
    world = house.world
    case_id = world.accepted()
    ask, name, approve, refuse, table = ASKED[what]
    row_id = world.do("fire", ask(world, case_id)).value[name]
    deputy = stand_in(house, "fire", "fire-head")
    assert (deputy.role, deputy.account_id) == ("leader", world.actors["fire"].account_id)
    for kind, more in ((approve, {}), (refuse, {"reason": "理由不充分"})):
        with pytest.raises(Refused, match="timing.four_eyes"):
            execute(deputy, kind(case_id=case_id, **{name: row_id}, **more), now=world.now)
    with base.reading() as session:
        assert session.get_one(table, row_id).status == "requested"


@pytest.mark.parametrize("what", ASKED)
def test_the_head_who_asked_in_an_officers_post_decides_nothing_in_the_own_one(house: Browsers, what: str):
    world = house.world
    case_id = world.accepted()
    ask, name, approve, *_ = ASKED[what]
    officer = stand_in(house, "fire-head", "fire")
    row_id = execute(officer, ask(world, case_id), now=world.now).value[name]
    with pytest.raises(Refused, match="timing.four_eyes"):
        world.do("fire-head", approve(case_id=case_id, **{name: row_id}))


@pytest.mark.parametrize("what", ASKED)
def test_a_deputy_who_did_not_ask_decides_for_the_head(house: Browsers, what: str):
    world = house.world
    case_id = world.accepted()
    ask, name, approve, _, table = ASKED[what]
    row_id = world.do("fire", ask(world, case_id)).value[name]
    deputy = stand_in(house, "fire-2", "fire-head")
    execute(deputy, approve(case_id=case_id, **{name: row_id}), now=world.now)
    with base.reading() as session:
        assert session.get_one(table, row_id).decided_by == world.actors["fire-2"].account_id


def test_who_asked_for_the_whole_case_decides_nothing_as_coordinator_or_head(house: Browsers):
    world = house.world
    case_id = world.accepted()
    extension_id = world.do("filing", RequestJointExtension(case_id=case_id, days=5, reason=REASON)).value
    letter = RequestHigherReview(
        case_id=case_id, evidence_no="启建函〔2026〕8号", reason="请示南通市", planned_days=10
    )
    pause_id = world.do("filing", letter).value
    asker = world.actors["filing"]
    both = replace(asker, role="coordinator", unit="")
    with pytest.raises(Refused, match="timing.four_eyes"):
        execute(
            both, ApproveExtension(case_id=case_id, approval_no="启政批〔2026〕5号", **extension_id), now=world.now
        )
    head = stand_in(house, "filing", "filing-head")
    with pytest.raises(Refused, match="timing.four_eyes"):
        execute(head, ApprovePause(case_id=case_id, **pause_id), now=world.now)


@pytest.mark.parametrize("ruling", [UpholdCard, CancelCard])
def test_who_answered_a_card_does_not_rule_on_it_in_a_second_post(house: Browsers, ruling: type[Command]):
    world = house.world
    case_id = world.accepted()
    card = {"rule": "R90", "unit": "fire", "happened_on": world.today, "reason": "经查，部门在系统外出具了书面意见。"}
    card_id = world.do("supervisor", IssueCard(case_id=case_id, **card)).value["card_id"]
    world.do("fire", ReplyToCard(case_id=case_id, card_id=card_id, reply="情况说明如下。"))
    second_post = replace(world.actors["fire"], role="supervisor", unit="")
    with pytest.raises(Refused, match="supervision.own_reply"):
        execute(second_post, ruling(case_id=case_id, card_id=card_id, ruling="情况属实"), now=world.now)
