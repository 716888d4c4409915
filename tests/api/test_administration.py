"""Accounts and posts kept by the administrator: what is taken away is gone with the next click."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.identity import Account, Audit, Post
from tests.api.helpers import HOST, Browsers, problem_keys

ANYTHING = "/api/uploads/1"


def account_of(house: Browsers, who: str) -> int:
    return house.world.actors[who].account_id


def sign_in(house: Browsers, login: str, password: str) -> Any:
    form = {"login": login, "password": password, "next": "/"}
    return house.ask("", "POST", "/signin", data=form, headers={"origin": HOST})


def test_a_one_time_password_ends_the_sessions_and_must_be_changed_first(house: Browsers):
    assert house.get("fire", ANYTHING).status_code == 404
    answer = house.send("admin", "GiveOneTimePassword", {"account_id": account_of(house, "fire")})
    password = answer.json()["value"]["one_time_password"]
    assert len(password) >= 12
    assert house.get("fire", ANYTHING).status_code == 401
    assert sign_in(house, "fire", house.world.password).status_code == 401
    entered = sign_in(house, "fire", password)
    assert entered.headers["location"] == "/password"
    cookie = entered.headers["set-cookie"].split(";")[0]
    assert house.ask("", "GET", ANYTHING, headers={"cookie": cookie}).status_code == 403
    order = {"args": {"day": "2026-05-07", "half": "am"}}
    assert house.ask("", "POST", "/api/commands/MarkBusy", json=order, headers={"cookie": cookie}).status_code == 403


def test_the_password_is_told_once_and_kept_nowhere(house: Browsers):
    answer = house.send(
        "admin", "AddStaff", {"login": "newclerk", "name": "新人", "role": "clerk"}, idempotency_key=None
    )
    password = answer.json()["value"]["one_time_password"]
    with base.reading() as session:
        account = session.exec(select(Account).where(Account.login == "newclerk")).one()
        audit = session.exec(select(Audit)).all()
    assert account.must_change_password
    assert password not in account.password_hash + str([(a.subject, a.details) for a in audit])


def test_closing_an_account_ends_its_sessions_and_opening_it_revives_none(house: Browsers):
    account_id = account_of(house, "fire")
    assert house.get("fire", ANYTHING).status_code == 404
    assert house.send("admin", "SetAccountActive", {"account_id": account_id, "active": False}).status_code == 200
    assert house.get("fire", ANYTHING).status_code == 401
    assert sign_in(house, "fire", house.world.password).status_code == 401
    assert house.send("admin", "SetAccountActive", {"account_id": account_id, "active": True}).status_code == 200
    assert house.get("fire", ANYTHING).status_code == 401
    assert sign_in(house, "fire", house.world.password).status_code == 303


def test_a_post_that_ends_takes_its_rights_with_it_at_once(house: Browsers):
    case_id = house.world.submitted()
    assert house.get("clerk", f"/api/cases/{case_id}/map.geojson").status_code == 200
    post_id = house.world.actors["clerk"].post_id
    assert house.send("security", "EndPost", {"post_id": post_id}).status_code == 200
    assert house.get("clerk", f"/api/cases/{case_id}/map.geojson").status_code == 403
    assert house.send("clerk", "AcceptCase", {"case_id": case_id}).status_code == 403
    assert house.world.case(case_id).state == "submitted"
    assert problem_keys(house.send("security", "EndPost", {"post_id": post_id})) == ["commands.no_such_post"]


def test_an_administrator_cannot_remove_the_own_account_or_post(house: Browsers):
    for who, name in (("admin", "SetAccountActive"), ("security", "EndPost"), ("security", "ResetSecondFactor")):
        own = house.world.actors[who]
        args = {"post_id": own.post_id} if name == "EndPost" else {"account_id": own.account_id}
        answer = house.send(who, name, args | ({"active": False} if name == "SetAccountActive" else {}))
        assert (answer.status_code, problem_keys(answer)) == (409, ["commands.not_yourself"]), name
        assert house.get(who, ANYTHING).status_code == 404


@pytest.mark.parametrize(
    ("args", "places"),
    [
        (
            {"login": "X!", "name": "", "role": "clerk", "email": "no", "mobile": "1"},
            {"login", "name", "email", "mobile"},
        ),
        ({"login": "newone", "name": "新人", "role": "officer"}, {"unit"}),
        ({"login": "newone", "name": "新人", "role": "officer", "unit": "atlantis"}, {"unit"}),
        ({"login": "newone", "name": "新人", "role": "clerk", "unit": "fire"}, {"unit"}),
        ({"login": "newone", "name": "新人", "role": "king"}, {"role"}),
        ({"login": "CLERK", "name": "新人", "role": "clerk"}, {"login"}),
    ],
)
def test_staff_that_cannot_be_is_refused_with_every_reason(house: Browsers, args: dict[str, str], places: set[str]):
    answer = house.send("admin", "AddStaff", args)
    assert answer.status_code == 422
    assert {p["where"] for p in answer.json()["problems"]} == places
    with base.reading() as session:
        assert session.exec(select(Account).where(Account.login == "newone")).first() is None


def test_an_applicant_holds_no_post(house: Browsers):
    args = {"account_id": account_of(house, "applicant"), "role": "clerk"}
    assert problem_keys(house.send("security", "AddPost", args)) == ["commands.not_staff"]
    with base.reading() as session:
        assert not session.exec(select(Post).where(Post.account_id == args["account_id"])).all()


@pytest.mark.parametrize("who", ["applicant", "clerk", "fire", "coordinator"])
def test_nobody_else_keeps_accounts(house: Browsers, who: str):
    for name, args in (
        ("AddStaff", {"login": "newone", "name": "新人", "role": "admin"}),
        ("AddPost", {"account_id": account_of(house, who), "role": "admin"}),
        ("GiveOneTimePassword", {"account_id": account_of(house, "admin")}),
        ("SetAccountActive", {"account_id": account_of(house, "admin"), "active": False}),
    ):
        assert house.send(who, name, args).status_code == 403, name


def test_everything_the_administrator_does_is_written_down(house: Browsers):
    house.send("admin", "AddStaff", {"login": "newone", "name": "新人", "role": "clerk"})
    house.send("admin", "GiveOneTimePassword", {"account_id": account_of(house, "fire")})
    house.send("admin", "SetAccountActive", {"account_id": account_of(house, "fire"), "active": False})
    house.send("security", "EndPost", {"post_id": house.world.actors["clerk"].post_id})
    with base.reading() as session:
        actions = set(session.exec(select(Audit.action)).all())
    assert {"account.added", "account.password_given", "account.closed", "post.ended"} <= actions
