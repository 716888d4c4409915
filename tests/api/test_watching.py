"""What monitors and log readers get: health, readiness, measures, ids of requests; and who asks behind a proxy."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from jointreview.api.watching import RealAddress, Watched, forwarded_for
from jointreview.settings import Settings, settings
from jointreview.watch import logs
from tests.api.helpers import Browsers

SECRET = "jr_session=abcdef0123456789"


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Any:
    def configure(**options: str) -> None:
        for name, value in options.items():
            monkeypatch.setenv(f"JOINTREVIEW_{name.upper()}", value)
        settings.cache_clear()

    yield configure
    settings.cache_clear()


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that tells what it was told."""
    asked = Request(scope)
    answer = {"client": scope["client"][0], "scheme": scope["scheme"], "request": logs.REQUEST.get()}
    await JSONResponse(answer | {"id": asked.headers.get("x-request-id", "")})(scope, receive, send)


def asked(proxy: str, **headers: str) -> dict[str, str]:
    client = TestClient(RealAddress(Watched(told)), client=(proxy, 5000))
    answer = client.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.json() | {"answered": answer.headers["x-request-id"]}


def test_the_address_of_a_client_is_believed_from_a_trusted_proxy_alone(configured: Any) -> None:
    said = {"x_forwarded_for": "1.2.3.4, 10.0.0.9", "x_forwarded_proto": "https"}
    assert asked("10.0.0.7", **said)["client"] == "10.0.0.7"
    configured(trusted_proxies="10.0.0.7, 10.1.0.0/16")
    seen = asked("10.0.0.7", **said)
    assert (seen["client"], seen["scheme"]) == ("10.0.0.9", "https")
    assert asked("10.0.0.8", **said)["client"] == "10.0.0.8"
    assert asked("10.1.2.3", x_forwarded_for="6.6.6.6, 9.9.9.9, 10.0.0.7")["client"] == "9.9.9.9"


@pytest.mark.parametrize(
    ("headers", "found"),
    [([], ""), (["nonsense"], ""), (["1.1.1.1", "2.2.2.2"], "2.2.2.2"), (["3.3.3.3, drop table"], "")],
)
def test_what_is_no_address_is_nobodys(headers: list[str], found: str) -> None:
    assert forwarded_for(headers, ()) == found


def test_networks_that_are_none_are_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="everybody")


def test_a_request_keeps_its_id_and_an_unsound_one_gets_another() -> None:
    seen = asked("10.0.0.7", x_request_id="edge-17.a")
    assert seen["request"] == seen["answered"] == "edge-17.a"
    forged = asked("10.0.0.7", x_request_id='x" admin="yes')
    assert forged["request"] == forged["answered"] != 'x" admin="yes'


def test_lines_for_machines_name_request_and_case_and_hide_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("reflex.app", logging.WARNING, "x", 1, "odd %s", (f"Cookie: {SECRET}; a=b",), None)
    request, case = logs.REQUEST.set("r-1"), logs.CASE.set(12)
    try:
        line = json.loads(logs.JsonLines().format(record))
        plain = logs.Lines().format(record)
    finally:
        logs.REQUEST.reset(request)
        logs.CASE.reset(case)
    assert (line["request"], line["case"], line["level"]) == ("r-1", 12, "warning")
    assert "abcdef" not in json.dumps(line) + plain and plain.endswith("request=r-1 case=12")


@pytest.mark.parametrize(
    "said",
    [
        "No token. Event data: {'cookie': 'jr_session=abcdef0123456789', 'payload': '身份证'}",
        "failed on Event(name='x', payload={'a': '身份证', 'c': 'abcdef0123456789'})",
        "GET /_event?token=abcdef0123456789&EIO=4",
        "cannot reach redis://:abcdef0123456789@host/0",
        "cannot reach postgresql+psycopg://me:abcdef0123456789@host/db",
    ],
)
def test_cookies_payloads_tokens_and_passwords_stay_out_of_the_log(said: str) -> None:
    record = logging.LogRecord("any", logging.ERROR, "x", 1, said, (), None)
    assert logs.WithoutEvents().filter(record)
    assert "abcdef" not in record.getMessage() and "身份证" not in record.getMessage()


def test_the_process_lives_and_what_is_missing_is_named(shared: Browsers) -> None:
    assert shared.get("", "/health").json() == {"alive": True}
    answer = shared.get("", "/ready")
    checks = {check["name"]: check for check in answer.json()["checks"]}
    assert {"database", "migrations", "store", "leader"} <= checks.keys() and not checks["leader"]["needed"]
    assert not checks["migrations"]["ok"]  # the tables of this house were made without migrations
    assert answer.status_code == 503 and "redis" not in checks


def test_measures_are_closed_until_a_token_or_an_address_opens_them(shared: Browsers, configured: Any) -> None:
    for who in ("", "admin", "coordinator"):
        assert shared.get(who, "/metrics").status_code == 404
    configured(metrics_token="for-the-monitor")
    assert shared.get("", "/metrics", headers={"authorization": "Bearer another"}).status_code == 404
    assert shared.get("", "/metrics", headers={"authorization": "Bearer "}).status_code == 404
    shared.send("coordinator", "MarkBusy", {"day": "no day"})
    text = shared.get("", "/metrics", headers={"authorization": "Bearer for-the-monitor"}).text
    for measure in ("jointreview_waiting{queue=", "jointreview_commands_total", "jointreview_event_seconds"):
        assert measure in text
    configured(metrics_token="", metrics_addresses="10.0.0.0/8")
    assert shared.get("", "/metrics").status_code == 404  # a client without an address in them
