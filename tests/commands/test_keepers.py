"""Accounts, rights and the record are kept by three people: none does the work of another, none is two of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.cli import user
from jointreview.commands import identity
from jointreview.commands.administration import AddStaff, GiveOneTimePassword, SetAccountActive
from jointreview.commands.handover import HandOver
from jointreview.commands.registry import RULES
from jointreview.commands.rights import AddPost, EndPost, EndSessions, GrantPost, ResetSecondFactor
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.identity import KEEPER_ROLES, ROLES, Audit, Post, SecondFactor
from jointreview.queries.people import staff
from jointreview.settings import KEEPERS
from jointreview.ui.nav import ways_for
from tests.commands.world import PASSWORD, World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def refused(world: World, who: str, command) -> str:
    with pytest.raises(Refused) as refusal:
        world.do(who, command)
    return refusal.value.problems[0].key


def posts(account_id: int) -> list[tuple[str, bool, bool]]:
    with base.reading() as db:
        found = db.exec(select(Post).where(Post.account_id == account_id).order_by(Post.id)).all()
    return [(post.role, post.active, post.asked) for post in found]


def test_no_command_belongs_to_two_keepers_and_the_auditor_has_none() -> None:
    for rule in RULES.values():
        if set(rule.grants) == set(ROLES):
            continue  # what everybody settles for themselves: which notices they want
        assert len(set(rule.grants) & set(KEEPER_ROLES)) <= 1, rule.name
        assert "auditor" not in rule.grants, rule.name
    assert set(KEEPER_ROLES) == KEEPERS


def test_no_keeper_works_on_cases() -> None:
    on_cases = [rule.name for rule in RULES.values() if rule.on_case and set(rule.grants) & set(KEEPER_ROLES)]
    assert on_cases == []


def test_a_new_person_can_do_nothing_before_the_security_officer_grants_the_post(world: World) -> None:
    made = world.do("admin", AddStaff(login="new.one", name="新人", role="clerk")).value
    assert posts(made["account_id"]) == [("clerk", False, True)]
    with pytest.raises(Refused, match="account.no_post"):
        identity.sign_in("new.one", made["one_time_password"])
    with base.reading() as db:
        post_id = db.exec(select(Post.id).where(Post.account_id == made["account_id"])).one()
    assert refused(world, "admin", GrantPost(post_id=post_id)) == "commands.role_may_not"
    (asked,) = [one.asked for one in staff("new.one", "zh", world.now)]
    assert [post.role for post in asked] == ["clerk"]
    world.do("security", GrantPost(post_id=post_id))
    assert identity.sign_in("new.one", made["one_time_password"]).post_chosen
    assert refused(world, "security", GrantPost(post_id=post_id)) == "commands.no_such_post"


def test_a_post_that_is_declined_never_works(world: World) -> None:
    made = world.do("admin", AddStaff(login="new.one", name="新人", role="clerk")).value
    with base.reading() as db:
        post_id = db.exec(select(Post.id).where(Post.account_id == made["account_id"])).one()
    world.do("security", EndPost(post_id=post_id))
    assert posts(made["account_id"]) == [("clerk", False, False)]
    with base.reading() as db:
        assert "post.refused" in db.exec(select(Audit.action)).all()


@pytest.mark.parametrize("role", KEEPER_ROLES)
def test_keepers_are_made_on_the_server_alone_and_nobody_is_two_of_them(world: World, role: str) -> None:
    clerk = world.actors["clerk"].account_id
    assert refused(world, "security", AddPost(account_id=clerk, role=role)) == "rights.keeper_by_command_line"
    asked = AddStaff(login="new.one", name="新人", role=role)
    assert refused(world, "admin", asked) == "rights.keeper_by_command_line"
    for other in KEEPER_ROLES:
        if other != role:
            with pytest.raises(Refused, match="rights.one_keeper_one_role"):
                identity.add_post(world.actors[other].account_id, role)
    identity.add_post(clerk, role)
    with pytest.raises(Refused, match="rights.one_keeper_one_role"):
        identity.add_post(clerk, next(other for other in KEEPER_ROLES if other != role))


def test_keepers_keep_off_each_other(world: World) -> None:
    for other in ("security", "auditor"):
        account_id = world.actors[other].account_id
        for act in (
            GiveOneTimePassword(account_id=account_id),
            SetAccountActive(account_id=account_id, active=False),
        ):
            assert refused(world, "admin", act) == "rights.keepers_account"
    admins = world.actors["admin"].post_id or 0
    assert refused(world, "security", EndPost(post_id=admins)) == "rights.keeper_by_command_line"
    own = AddPost(account_id=world.actors["security"].account_id, role="clerk")
    assert refused(world, "security", own) == "rights.not_to_yourself"


def test_posts_handed_over_by_the_administrator_wait_to_be_granted(world: World) -> None:
    fire, clerk = world.actors["fire"].account_id, world.actors["clerk"].account_id
    world.do("admin", HandOver(from_id=fire, to_id=clerk, reason="调离本部门", posts=True))
    assert posts(fire) == [("officer", False, False)]
    assert posts(clerk) == [("clerk", True, False), ("officer", False, True)]


def test_an_existing_installation_appoints_the_other_two_by_command(world: World, capsys) -> None:
    made = identity.add_account("otto", "李工", "clerk", PASSWORD)
    assert _run("appoint", "--login", "otto", "--role", "auditor") == 0
    assert ("auditor", True, False) in posts(made)
    with pytest.raises(Refused, match="rights.one_keeper_one_role"):
        _run("appoint", "--login", "otto", "--role", "security")
    assert _run("dismiss", "--login", "otto", "--role", "auditor") == 0
    assert ("auditor", True, False) not in posts(made)
    assert _run("appoint", "--login", "otto", "--role", "security") == 0


def _run(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    user.arguments(parser)
    return user.run(parser.parse_args(words))


def test_the_security_officer_ends_sessions_and_takes_a_lost_device_away(world: World) -> None:
    from jointreview.queries.principal import principal

    fire = world.actors["fire"].account_id
    with base.writing() as db:
        db.add(SecondFactor(account_id=fire, secret="x", created_at=world.now, confirmed_at=world.now))
    opened = identity.sign_in("fire-2", PASSWORD)
    assert principal(opened.secret)
    world.do("security", EndSessions(account_id=world.actors["fire-2"].account_id))
    assert principal(opened.secret) is None
    assert refused(world, "admin", ResetSecondFactor(account_id=fire)) == "commands.role_may_not"
    world.do("security", ResetSecondFactor(account_id=fire))
    with base.reading() as db:
        assert db.get(SecondFactor, fire) is None
    with pytest.raises(Refused, match="factor.nothing_begun"):
        world.do("security", ResetSecondFactor(account_id=fire))


def test_each_keeper_has_one_page_of_the_own_work_and_the_rail_holds_it() -> None:
    own = {"admin": "/admin", "security": "/rights", "auditor": "/record"}
    for role, route in own.items():
        routes = [way.route for way in ways_for(role)]
        assert route in routes and len(routes) <= 7
        assert not set(routes) & (set(own.values()) - {route})
