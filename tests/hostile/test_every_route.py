"""Every HTTP route keeps its own word about who may ask; the table comes from the application, not from this file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from jointreview.api.access import BODY_BYTES, declared
from jointreview.api.app import build_api
from jointreview.api.gate import is_public
from jointreview.commands.all import RULES
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.identity import ROLES, LoginSession
from jointreview.queries import principal
from tests.api.helpers import HOST, Browsers, open_house
from tests.hostile.routes import Route, routes_of

TABLE = routes_of(build_api())
WHO = {role: role for role in ROLES} | {"officer": "fire", "leader": "fire-head"}
EVIL = ("https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1:8000.evil.example")
CROOKED = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f",
    "a%00b",
    "-1",
    "9" * 30,
    "x" * 3000,
    "' or 1=1--",
)
JUNK = (
    b"",
    b"[]",
    b"null",
    b'"x"',
    b"{",
    b"\xff\xfe",
    b'{"a": NaN}',
    b"[" * 3000,
    b'{"args": 1, "values": [], "digest": {}, "parts": "x", "name": [], "size": "x", "base_version": {}}',
    json.dumps({"args": {"case_id": 10**40}, "base_version": 10**40, "size": 10**40}).encode(),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with open_house(tmp_path_factory.mktemp("hostile")) as browsers:
        yield browsers


@pytest.fixture(scope="module")
def case_id(house: Browsers) -> int:
    accepted = house.world.accepted()
    house.get("coordinator", "/api/map/view")  # places are noted when they are first drawn
    return accepted


@pytest.fixture(autouse=True)
def nothing_changes(house: Browsers, case_id: int) -> Iterator[None]:
    """Whatever is tried here, every table stays as it was, but for the sessions and the record of sign-ins."""
    before = _counts()
    yield
    assert _counts() == before


def _counts() -> dict[str, int]:
    # Who reads a document is written down: that is what it is for.
    left = ("loginsession", "audit", "ledger", "idempotencykey", "document_read")
    names = [t for t in SQLModel.metadata.tables if t not in left]
    with base.reading() as db:
        return {t: db.connection().execute(text(f'SELECT count(*) FROM "{t}"')).scalar_one() for t in names}


def _ask(house: Browsers, who: str, route: Route, case_id: int, **options: object) -> httpx.Response:
    if route.unsafe and "content" not in options:
        options["json"] = {}
    return house.ask(who, route.method, route.at(case_id=str(case_id)), **options)


def _wrong(
    routes: list[Route], ask: Callable[[Route], httpx.Response], *right: int, never: str = "Traceback"
) -> list[str]:
    """The routes that answer anything but one of the right codes, or say what must not be said, or fail."""
    found = []
    for route in routes:
        try:
            answer = ask(route)
        except Exception as fault:
            found.append(f"{route}: {fault!r:.300}")
        else:
            if answer.status_code not in right or never in answer.text:
                found.append(f"{route}: {answer.status_code}")
    return found


def test_every_route_says_who_may_ask() -> None:
    assert [str(route) for route in TABLE if route.declared is None] == []


def test_a_route_that_says_nothing_is_closed(house: Browsers) -> None:
    class Unmarked:
        scope = {"endpoint": lambda: None}

    with pytest.raises(Refused) as refusal:
        declared(Unmarked())  # type: ignore[arg-type]
    assert refusal.value.kind == "forbidden"


def test_the_gate_and_the_routes_agree_on_what_is_public() -> None:
    differing = [str(route) for route in TABLE if is_public(route.at()) != (route.kind == "anybody")]
    assert differing == []


@pytest.mark.parametrize("state", ["none", "forged", "idle", "over", "revoked", "closed"])
def test_without_a_session_that_holds_nothing_is_told(house: Browsers, case_id: int, state: str) -> None:
    cookie = _cookie(house, state)
    private = [route for route in TABLE if route.kind != "anybody"]
    headers = {"cookie": cookie} if cookie else {}
    assert _wrong(private, lambda route: _ask(house, "", route, case_id, headers=headers), 401) == []
    pages = [route for route in private if route.method == "GET" and route.kind != "key"]
    browser = {**headers, "accept": "text/html"}
    assert _wrong(pages, lambda route: _ask(house, "", route, case_id, headers=browser), 303) == []


def _cookie(house: Browsers, state: str) -> str:
    if state == "none":
        return ""
    if state == "forged":
        return "jr_session=" + "f" * 43
    secret = house.secret("coordinator" if state != "closed" else "supervisor")
    house._secrets.clear()
    with base.writing() as db:
        row = db.get_one(LoginSession, principal.digest_of(secret))
        if state == "idle":
            row.seen_at -= timedelta(hours=2)
        elif state == "over":
            row.expires_at -= timedelta(hours=13)
        else:
            row.revoked = True
    principal._cache.clear()
    return f"jr_session={secret}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_the_route_does_not_name_is_refused(house: Browsers, case_id: int, role: str) -> None:
    closed = [route for route in TABLE if route.kind == "roles" and role not in route.declared.roles]
    assert _wrong(closed, lambda route: _ask(house, WHO[role], route, case_id), 403, 404) == []


def test_every_route_is_closed_to_somebody_or_asks_a_query_that_knows_the_reader(house: Browsers) -> None:
    everybody = frozenset(ROLES)
    by_case = [str(r) for r in TABLE if "case_id" in r.path and r.kind == "roles" and r.declared.roles == everybody]
    assert by_case == ["GET /gate/{case_id}"]  # its command names the roles


@pytest.mark.parametrize("who", ["stranger", "admin", "security", "auditor"])
def test_the_case_of_the_address_is_closed_to_who_has_no_part_in_it(house: Browsers, case_id: int, who: str) -> None:
    of_a_case = [route for route in TABLE if "case_id" in route.parameters]
    assert len(of_a_case) >= 12
    sent = {"values": {}, "base_version": 1}

    def ask(route: Route) -> httpx.Response:
        return _ask(house, who, route, case_id, **({"json": sent} if route.unsafe else {}))

    assert _wrong(of_a_case, ask, 403, 404, 422, never=house.world.case(case_id).number) == []


@pytest.mark.parametrize("origin", EVIL)
def test_another_site_changes_nothing(house: Browsers, case_id: int, origin: str) -> None:
    unsafe = [route for route in TABLE if route.unsafe]
    assert len(unsafe) >= 15
    for headers in ({"origin": origin}, {"sec-fetch-site": "cross-site"}):
        assert _wrong(unsafe, lambda r: _ask(house, "coordinator", r, case_id, headers=headers), 403) == []  # noqa: B023


def test_a_body_larger_than_any_of_ours_is_not_read(house: Browsers, case_id: int) -> None:
    reading = [route for route in TABLE if route.unsafe and route.has_body]
    assert len(reading) >= 10
    headers = {"origin": HOST, "content-length": str(BODY_BYTES + 1), "content-type": "application/json"}
    assert _wrong(reading, lambda r: _ask(house, "applicant", r, case_id, headers=headers, content=b"{}"), 413) == []


def test_a_body_without_a_stated_length_is_counted(house: Browsers) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(BODY_BYTES // 2**20 + 2):
            yield b" " * 2**20

    answer = house.ask("applicant", "POST", "/api/commands/MarkBusy", content=endless())
    assert answer.status_code == 413


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_a_body_of_the_wrong_shape_is_refused_in_words(house: Browsers, case_id: int, junk: bytes) -> None:
    reading = [route for route in TABLE if route.unsafe and route.has_body]
    forms = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    for kind in ("application/json", *(forms if junk in JUNK[3:6] else ())):
        headers = {"origin": HOST, "content-type": kind}

        def ask(route: Route) -> httpx.Response:
            return _ask(house, "applicant", route, case_id, headers=headers, content=junk)  # noqa: B023

        assert _wrong(reading, ask, 400, 401, 403, 404, 409, 415, 422, 429) == []


def test_no_command_takes_arguments_of_another_type(house: Browsers) -> None:
    failing = []
    for rule in RULES.values():
        fields = rule.command.model_fields
        for value in ({"$": [None]}, 10**30, True):
            args = dict.fromkeys(fields, value) if fields else {"extra": value}
            who = WHO.get(next(iter(rule.grants)), "coordinator")
            try:
                answer = house.send(who, rule.name, args)
            except Exception as fault:
                failing.append(f"{rule.name} {value!r:.20}: {fault!r:.200}")
                continue
            if answer.status_code not in (403, 404, 409, 422):
                failing.append(f"{rule.name} {value!r:.20}: {answer.status_code}")
    assert failing == []


@pytest.mark.parametrize("crooked", CROOKED)
def test_a_crooked_address_leads_nowhere(house: Browsers, case_id: int, crooked: str) -> None:
    filled = [route for route in TABLE if route.parameters and route.path != "/gate/{case_id}"]

    def ask(route: Route) -> httpx.Response:
        path = route.at(**dict.fromkeys(route.parameters, crooked))
        return house.ask("coordinator", route.method, path, **({"json": {}} if route.unsafe else {}))

    assert _wrong(filled, ask, 400, 401, 403, 404, 405, 422, never="root:") == []


@pytest.mark.parametrize("value", ["../../etc/passwd", "\x00", "1e999", "<script>alert(1)</script>"])
def test_a_question_nobody_would_ask_is_answered_without_a_fault(house: Browsers, case_id: int, value: str) -> None:
    # The sheet carries the map library out of a build, which there is none of here; it takes no questions.
    without = ("/api/cases/{case_id}/sheet.html",)
    asking = [r for r in TABLE if r.method == "GET" and r.kind != "key" and r.path not in without]

    def ask(route: Route) -> httpx.Response:
        names = {*route.asked, "q", "page", "since", "stage", "unit", "lang", "state", "month"}
        return house.ask("coordinator", "GET", route.at(case_id=str(case_id)), params=dict.fromkeys(names, value))

    answers = (200, 303, 400, 401, 403, 404, 409, 422, 429, 503)
    assert _wrong(asking, ask, *answers, never="<script>alert(1)") == []
