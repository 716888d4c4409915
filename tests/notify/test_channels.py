"""Short messages and robots against a gateway: what is sent, and which answers count as success."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from jointreview.notify.channel import NotDelivered, Uncertain, without_mobiles
from jointreview.notify.channels import channels
from jointreview.notify.robot import Robot, signed
from jointreview.notify.sms import Sms
from jointreview.settings import settings
from tests.notify.gateway import Gateway, gateway

TEXT = '他说："{mobile}"，\\n100%&a=b'


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    with gateway() as running:
        setting(monkeypatch, SMS_URL=f"{running.url}/send", ROBOT_URL=f"{running.url}/robot?key=k")
        yield running
    settings.cache_clear()


def setting(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"JOINTREVIEW_{name}", value)
    settings.cache_clear()


def test_without_settings_no_channel_is_there():
    settings.cache_clear()
    assert not any(channel.configured() for channel in channels())


def test_a_text_cannot_break_out_of_the_json_template(far: Gateway, monkeypatch: pytest.MonkeyPatch):
    setting(monkeypatch, SMS_BODY='{"to": ["{mobile}"], "text": "{text}"}', SMS_HEADER="X-Token: secret")
    Sms().send("13800000001", "", TEXT)
    [(method, path, headers, body)] = far.requests
    assert (method, path, headers["X-Token"]) == ("POST", "/send", "secret")
    assert json.loads(body) == {"to": ["13800000001"], "text": TEXT}


def test_a_text_cannot_break_out_of_the_form_template(far: Gateway, monkeypatch: pytest.MonkeyPatch):
    setting(monkeypatch, SMS_FORMAT="form", SMS_BODY="phone={mobile}&content={text}")
    Sms().send("13800000001", "", TEXT)
    assert parse_qs(far.requests[0][3].decode()) == {"phone": ["13800000001"], "content": [TEXT]}


def test_a_gateway_that_wants_everything_in_its_address_gets_it_there(far: Gateway, monkeypatch: pytest.MonkeyPatch):
    setting(monkeypatch, SMS_METHOD="GET", SMS_URL=f"{far.url}/send?m={{mobile}}&t={{text}}")
    Sms().send("13800000001", "", TEXT)
    assert parse_qs(urlsplit(far.requests[0][1]).query) == {"m": ["13800000001"], "t": [TEXT]}


@pytest.mark.parametrize("answer", [b'{"data": {"ok": true}}', b'{"data": {"ok": "TRUE"}}'])
def test_the_named_field_of_the_answer_tells_success(far: Gateway, monkeypatch: pytest.MonkeyPatch, answer: bytes):
    setting(monkeypatch, SMS_SUCCESS_FIELD="data.ok", SMS_SUCCESS_VALUE="true")
    far.answer = (200, answer)
    Sms().send("13800000001", "", "文")


@pytest.mark.parametrize(
    "answer",
    [
        (200, b'{"data": {"ok": false}}'),
        (200, b'{"data": 1}'),
        (200, b"<html>busy</html>"),
        (200, b"\xff\xfe"),
        (200, b"[]"),
        (302, b""),
        (401, b""),
        (503, b"{}"),
    ],
)
def test_anything_else_is_a_failure_that_may_be_tried_again(
    far: Gateway, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes]
):
    setting(monkeypatch, SMS_SUCCESS_FIELD="data.ok", SMS_SUCCESS_VALUE="true")
    far.answer = answer
    with pytest.raises(NotDelivered):
        Sms().send("13800000001", "", "文")
    assert len(far.requests) == 1


def test_silence_after_the_message_was_handed_over_is_uncertain(far: Gateway):
    far.silent = True
    with pytest.raises(Uncertain):
        Sms().send("13800000001", "", "文")


def test_a_gateway_that_is_not_there_got_nothing(monkeypatch: pytest.MonkeyPatch):
    setting(monkeypatch, SMS_URL="http://127.0.0.1:1/")
    with pytest.raises(NotDelivered):
        Sms().send("13800000001", "", "文")
    settings.cache_clear()


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_robot_that_answers_200_with_an_errcode_has_failed(
    far: Gateway, monkeypatch: pytest.MonkeyPatch, kind: str
):
    setting(monkeypatch, ROBOT_KIND=kind)
    Robot().send("13800000001", "", TEXT)
    said = json.loads(far.requests[0][3])
    assert said["text"]["content"] == TEXT and "13800000001" in json.dumps(said)
    far.answer = (200, '{"errcode": 93000, "errmsg": "无效的机器人"}'.encode())
    with pytest.raises(NotDelivered, match="93000"):
        Robot().send("13800000001", "", TEXT)


def test_the_signature_is_the_one_dingtalk_computes():
    url = signed("https://oapi.dingtalk.com/robot/send?access_token=t", "SECxyz", 1_700_000_000_000)
    query = parse_qs(urlsplit(url).query)
    assert query["timestamp"] == ["1700000000000"] and query["access_token"] == ["t"]
    assert query["sign"] == ["0PUR1j8g85Xg3vlFV/UrEcxXfF5HpCAGzcjrNfyJoyg="]


def test_numbers_stay_out_of_what_is_kept_of_a_fault():
    assert without_mobiles("13812345678 not on whitelist") == "*** not on whitelist"


def test_only_web_addresses_are_accepted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JOINTREVIEW_SMS_URL", "file:///etc/passwd")
    settings.cache_clear()
    with pytest.raises(ValueError, match="sms_url"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()
