"""Supervision cards by role: by hand with a reason, answered by whom they address, ruled on by another supervisor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jointreview.commands.supervision import CancelCard, IssueCard, ReplyToCard, UpholdCard
from jointreview.domain.problems import Refused
from jointreview.jobs.supervision import supervise
from jointreview.models import base
from jointreview.models.supervision import Card
from tests.commands.world import World

REASON = "经查，部门在系统外先行出具了书面意见。"


def issue(world: World, case_id: int, who: str = "supervisor", **changes: Any) -> int:
    given = {"rule": "R90", "unit": "fire", "happened_on": world.today, "reason": REASON} | changes
    return world.do(who, IssueCard(case_id=case_id, **given)).value["card_id"]


def card(card_id: int) -> Card:
    with base.reading() as session:
        return session.get_one(Card, card_id)


def refused(*keys: str):
    return pytest.raises(Refused, match="|".join(keys))


def second_supervisor(world: World) -> None:
    with base.writing() as session:
        world.person(session, "supervisor-2", "supervisor")


def test_a_card_by_hand_is_answered_and_upheld_by_another_supervisor(world: World):
    case_id = world.accepted()
    card_id = issue(world, case_id)
    world.do("fire", ReplyToCard(case_id=case_id, card_id=card_id, reply="已补录并整改。"))
    second_supervisor(world)
    world.do("supervisor-2", UpholdCard(case_id=case_id, card_id=card_id, ruling="情况属实，予以维持。"))
    row = card(card_id)
    assert (row.status, row.reply, row.ruling) == ("upheld", "已补录并整改。", "情况属实，予以维持。")
    assert (row.colour, row.reason, row.reply_due) == ("red", REASON, date(2026, 5, 7))


def test_the_issuer_by_hand_does_not_rule_on_the_card(world: World):
    case_id = world.accepted()
    card_id = issue(world, case_id)
    world.do("fire-head", ReplyToCard(case_id=case_id, card_id=card_id, reply="情况说明如下。"))
    for kind in (UpholdCard, CancelCard):
        with refused("supervision.own_card"):
            world.do("supervisor", kind(case_id=case_id, card_id=card_id, ruling="情况属实"))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"reason": "不行"}, "supervision.reason_needed"),
        ({"unit": "nowhere"}, "supervision.no_such_unit"),
        ({"happened_on": date(2026, 5, 8)}, "supervision.bad_day"),
        ({"rule": "R77"}, "supervision.no_such_rule"),
    ],
)
def test_a_card_by_hand_needs_rule_unit_day_and_reason(world: World, changes: dict, key: str):
    with refused(key):
        issue(world, world.accepted(), **changes)


def test_the_same_matter_gets_no_second_card(world: World):
    case_id = world.accepted()
    issue(world, case_id)
    with refused("supervision.exists"):
        issue(world, case_id)


@pytest.mark.parametrize("who", ["fire", "clerk", "coordinator", "fire-head", "applicant", "admin"])
def test_only_supervision_issues_cards(world: World, who: str):
    with pytest.raises(Refused) as refusal:
        issue(world, world.accepted(), who)
    assert refusal.value.kind == "forbidden"


@pytest.mark.parametrize(
    ("unit", "may"),
    [("fire", ("fire", "fire-2", "fire-head")), ("window", ("clerk",)), ("coordinator", ("coordinator",))],
)
def test_whom_a_card_addresses_replies_and_nobody_else(world: World, unit: str, may: tuple[str, ...]):
    case_id = world.accepted()
    for n, who in enumerate(may):
        world.now += timedelta(days=n)
        card_id = issue(world, case_id, unit=unit)
        for other in {"fire", "planning", "planning-head", "clerk", "coordinator", "supervisor", "applicant"} - {
            *may
        }:
            with pytest.raises(Refused) as refusal:
                world.do(other, ReplyToCard(case_id=case_id, card_id=card_id, reply="说明情况"))
            assert refusal.value.kind == "forbidden", other
        world.do(who, ReplyToCard(case_id=case_id, card_id=card_id, reply="说明情况"))
        with refused("supervision.no_reply_wanted"):
            world.do(who, ReplyToCard(case_id=case_id, card_id=card_id, reply="再次说明"))


def test_a_card_is_ruled_on_after_the_reply_or_when_its_day_has_passed(world: World):
    case_id = world.accepted()
    world.later(11)
    supervise(world.now)
    with base.reading() as session:
        late = next(c.id for c in session.query(Card).all() if c.rule == "R01")
    ruling = {"case_id": case_id, "card_id": late, "ruling": "情况属实"}
    with refused("supervision.no_ruling_wanted"):
        world.do("supervisor", UpholdCard(**ruling))
    world.later(1)
    with refused("supervision.no_ruling_wanted"):
        world.do("supervisor", UpholdCard(**ruling))
    world.later(1)
    world.do("supervisor", CancelCard(**ruling))
    assert card(late).status == "cancelled"
    with refused("supervision.no_ruling_wanted"):
        world.do("supervisor", UpholdCard(**ruling))


def test_a_card_of_another_case_is_not_there(world: World):
    card_id = issue(world, world.accepted())
    with pytest.raises(Refused):
        world.do("fire", ReplyToCard(case_id=world.accepted("school"), card_id=card_id, reply="说明情况"))
