"""Who carries what and who could take it over, as heads and the administrator see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jointreview.commands.deputies import NameDeputy
from jointreview.commands.handover import HandOver
from jointreview.queries.handover import Carrier, carriers, lent_posts
from tests.commands.world import World


def by_login(world: World, who: str) -> dict[str, Carrier]:
    return {carrier.login: carrier for carrier in carriers(world.actors[who], "zh")}


def test_a_head_sees_the_officers_of_the_own_unit_and_the_administrator_everybody(world: World) -> None:
    mine, everybody = by_login(world, "fire-head"), by_login(world, "admin")
    assert set(mine) == {"fire", "fire-2"}
    assert {"clerk", "coordinator", "fire-head", "lightning"} < set(everybody) and "admin" not in everybody
    assert {taker.name for taker in mine["fire"].takers} == {mine["fire-2"].name}
    fit = [t.same_posts for t in everybody["fire"].takers]
    assert fit == sorted(fit, reverse=True) and True in fit and False in fit


@pytest.mark.parametrize("who", ["fire", "coordinator", "applicant", "supervisor"])
def test_nobody_else_sees_whose_work_could_be_handed_over(world: World, who: str) -> None:
    assert carriers(world.actors[who], "zh") == [] == lent_posts(world.actors[who], "zh", world.today)


def test_visits_to_come_are_counted_until_they_are_handed_over(world: World) -> None:
    world.visiting()
    before = by_login(world, "fire-head")
    giver, taker = sorted(before, key=lambda login: -before[login].visits)
    assert (before[giver].visits, before[taker].visits) == (1, 0)
    ids = {"from_id": before[giver].account_id, "to_id": before[taker].account_id}
    world.do("fire-head", HandOver(**ids, reason="调离本部门"))
    after = by_login(world, "fire-head")
    assert (after[giver].visits, after[taker].visits) == (0, 1)


def test_a_post_lent_is_shown_to_who_may_end_it(world: World) -> None:
    actors = world.actors
    span = {"from_on": world.today, "until_on": world.today + timedelta(days=2)}
    lent = NameDeputy(post_id=actors["fire"].post_id, deputy_id=actors["fire-2"].account_id, reason="年休假", **span)
    world.do("fire", lent)
    (seen,) = lent_posts(actors["fire-head"], "zh", world.today)
    assert seen.endable and seen.reason == "年休假" and seen.post.unit == "住建局消防审验科"
    (seen,) = lent_posts(actors["admin"], "zh", world.today)
    assert not seen.endable  # an officer's post is the head's to lend
    assert lent_posts(actors["lightning-head"], "zh", world.today) == []
    assert lent_posts(actors["admin"], "zh", world.today + timedelta(days=3)) == []
