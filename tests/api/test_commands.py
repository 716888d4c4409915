"""The commands' route: what is unknown, misshapen, repeated or sent from elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.event import Event, IdempotencyKey
from jointreview.models.identity import Organisation
from tests.api.helpers import Browsers, problem_keys, problem_texts

CODE = "91320681MA7XK3PQ9J"


def raw(house: Browsers, body: str, name: str = "WithdrawCase", lang: str = "zh"):
    """Send a body as it is written, also one no program would write."""
    return house.ask(
        "applicant",
        "POST",
        f"/api/commands/{name}",
        params={"lang": lang},
        content=body.encode("utf-8", "surrogatepass"),
        headers={"content-type": "application/json"},
    )


def organisations() -> int:
    with base.reading() as session:
        return len(session.exec(select(Organisation.id)).all())


def test_a_command_answers_with_the_version_it_left(house: Browsers):
    case_id = house.world.submitted()
    before = house.world.case(case_id).version
    answer = house.send("clerk", "AcceptCase", {"case_id": case_id}, expected_version=before)
    assert answer.status_code == 200
    assert answer.json()["case_id"] == case_id
    assert answer.json()["version"] == house.world.case(case_id).version > before


def test_a_stale_tab_changes_nothing(house: Browsers):
    case_id = house.world.submitted()
    answer = house.send("clerk", "AcceptCase", {"case_id": case_id}, expected_version=1)
    assert (answer.status_code, answer.json()["kind"]) == (409, "conflict")
    assert problem_texts(answer) == ["办件刚刚被其他人更新，请查看最新内容后再操作。"]
    assert house.world.case(case_id).state == "submitted"


@pytest.mark.parametrize("name", ["Nothing", "executor", "__class__", "createcase", "CreateCase%00"])
def test_an_unknown_command_is_missing(shared: Browsers, name: str):
    for lang, text in (("zh", "没有这种操作。"), ("en", "There is no such action.")):
        answer = shared.ask("clerk", "POST", f"/api/commands/{name}", params={"lang": lang}, json={})
        if "%00" in name:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 404 and problem_texts(answer) == [text]


@pytest.mark.parametrize(
    ("args", "faults"),
    [
        ({}, {"case_id": "errors.too_short", "reason": "errors.too_short"}),
        ({"case_id": 1, "reason": "x"}, {"reason": "errors.too_short"}),
        ({"case_id": 1, "reason": "很" * 501}, {"reason": "errors.too_long"}),
        ({"case_id": "one", "reason": "暂缓"}, {"case_id": "errors.not_a_number"}),
        ({"case_id": 1.5, "reason": "暂缓"}, {"case_id": "errors.not_a_number"}),
        ({"case_id": [1], "reason": "暂缓"}, {"case_id": "errors.not_a_number"}),
        ({"case_id": 1, "reason": {"a": 1}}, {"reason": "errors.does_not_fit"}),
        ({"case_id": 1, "reason": "暂缓", "state": "concluded"}, {"state": "errors.unknown_argument"}),
        ({"case_id": 1, "reason": "暂\x00缓"}, {"reason": "errors.control_characters"}),
        ({"case_id": 10**19, "reason": "暂缓"}, {"case_id": "errors.number_too_large"}),
        ({"case_id": -(10**400), "reason": "暂缓"}, {"case_id": "errors.number_too_large"}),
    ],
)
def test_every_argument_that_does_not_fit_is_named(shared: Browsers, args: dict[str, Any], faults: dict[str, str]):
    answer = shared.send("applicant", "WithdrawCase", args)
    assert answer.status_code == 422 and answer.json()["kind"] == "invalid"
    assert {p["where"]: p["key"] for p in answer.json()["problems"]} == faults


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [
        ("{", "发送的内容无法读取，请刷新页面后再试。", "What was sent cannot be read; please reload"),
        ("", "请填写（至少 1 个字）。", "Please fill this in"),
        ("[]", "填写的内容不符合要求，请检查。", "This does not fit; please check it."),
        ('{"args": []}', "填写的内容不符合要求，请检查。", "This does not fit; please check it."),
        ('{"args": {}, "now": NaN}', "不认识的内容，请刷新页面后再试。", "Unknown content; please reload the page."),
        ('{"args": {}, "expected_version": "x"}', "请填写数字。", "Please enter a number."),
        ('{"args": {"case_id": NaN, "reason": "暂缓"}}', "请填写数字。", "Please enter a number."),
        ('{"args": {"case_id": Infinity, "reason": "暂缓"}}', "请填写数字。", "Please enter a number."),
        (
            '{"args": {"case_id": 1, "reason": "\\ud800\\ud800"}}',
            "填写的内容不符合要求，请检查。",
            "This does not fit",
        ),
        (
            '{"args": {}, "idempotency_key": "\\ud800aaaaaaaaa"}',
            "填写的内容不符合要求，请检查。",
            "This does not fit",
        ),
        (
            '{"args": {}, "idempotency_key": "\\u0000aaaaaaaaa"}',
            "含有不可见的控制字符，请重新输入。",
            "This contains inv",
        ),
        ('{"args": {}, "idempotency_key": "short"}', "请填写（至少 8 个字）。", "Please fill this in (at least 8"),
        (
            '{"args": {"case_id": %s}}' % ("9" * 5000),
            "发送的内容无法读取，请刷新页面后再试。",
            "What was sent cannot",
        ),
        (
            '{"args": {"a": ' + "[" * 10**5 + "]" * 10**5 + "}}",
            "发送的内容无法读取，请刷新页面后再试。",
            "What was sent",
        ),
    ],
)
def test_whatever_is_sent_the_answer_is_a_sentence(shared: Browsers, body: str, zh: str, en: str):
    for lang, words in (("zh", zh), ("en", en)):
        answer = raw(shared, body, lang=lang)
        assert answer.status_code == 422
        assert problem_texts(answer)[0].startswith(words)


def test_the_same_key_runs_once_and_other_content_under_it_is_refused(house: Browsers):
    before = organisations()
    args = {"credit_code": CODE, "name": "启东某公司"}
    first = house.send("stranger", "RegisterOrganisation", args, idempotency_key="press-button-1")
    again = house.send("stranger", "RegisterOrganisation", args, idempotency_key="press-button-1")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert organisations() == before + 1
    other = house.send("stranger", "RegisterOrganisation", {**args, "name": "另一"}, idempotency_key="press-button-1")
    assert (other.status_code, other.json()["kind"], problem_keys(other)) == (409, "conflict", ["commands.key_used"])
    somebody_else = house.send("applicant", "RegisterOrganisation", args, idempotency_key="press-button-1")
    assert problem_keys(somebody_else) == ["commands.organisation_known"]


def test_a_refused_command_leaves_no_key_behind(house: Browsers):
    house.send("stranger", "RegisterOrganisation", {"credit_code": "1", "name": "某公司"}, idempotency_key="k" * 8)
    with base.reading() as session:
        assert session.get(IdempotencyKey, ("k" * 8, house.world.actors["stranger"].account_id)) is None


def test_another_site_can_do_nothing_with_somebodys_session(house: Browsers):
    args = {"credit_code": CODE, "name": "启东某公司"}
    before = organisations()
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = house.ask(
            "stranger", "POST", "/api/commands/RegisterOrganisation", json={"args": args}, headers=headers
        )
        assert answer.status_code == 403, headers
    assert organisations() == before


def test_without_a_session_there_is_nothing(shared: Browsers):
    assert shared.send("", "RegisterOrganisation", {"credit_code": CODE, "name": "某公司"}).status_code == 401
    forged = shared.ask("", "POST", "/api/commands/CreateCase", json={}, headers={"cookie": "jr_session=forged"})
    assert forged.status_code == 401


def test_a_form_post_of_another_kind_is_not_taken_for_a_command(shared: Browsers):
    answer = shared.ask(
        "applicant",
        "POST",
        "/api/commands/WithdrawCase",
        content=json.dumps({"args": {"case_id": 1, "reason": "暂缓"}}),
        headers={"content-type": "text/plain"},
    )
    assert answer.status_code == 422 and problem_keys(answer) == ["errors.does_not_fit"]


def test_a_right_that_is_missing_is_told_as_such_and_leaves_no_event(house: Browsers):
    case_id = house.world.submitted()
    with base.reading() as session:
        before = len(session.exec(select(Event.id)).all())
    for who, kind in (("applicant", "forbidden"), ("fire", "forbidden"), ("stranger", "forbidden")):
        answer = house.send(who, "AcceptCase", {"case_id": case_id})
        assert (answer.status_code, answer.json()["kind"]) == (403, kind)
        assert problem_texts(answer) == ["您的岗位没有办理这一步的权限。"]
    with base.reading() as session:
        assert len(session.exec(select(Event.id)).all()) == before
