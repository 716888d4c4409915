"""Every event handler keeps to its mark and survives what it is sent; the list comes from the registry itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext
from sqlalchemy import event as happenings
from sqlalchemy import inspect, text

from jointreview.models import base
from jointreview.models.identity import ROLES
from jointreview.ui.guard import Guard, is_framework
from jointreview.ui.pages.case.acts import DIALOGS
from tests.api.helpers import Browsers, open_house
from tests.hostile.pipeline import Handler, Tab, all_handlers, form_keys, open_tab, own_handlers

WHO = {role: role for role in ROLES} | {"officer": "fire", "leader": "fire-head"}
OWN = own_handlers()
KEYS = (*form_keys(), "login", "email", "mobile", "role", "unit", "title", "post", "day", "from_on", "until_on")
PLAIN = {int: 1, str: "1", bool: True, float: 1.0, dict: dict.fromkeys(KEYS, "1")}
LONG = "x" * 20_000
HOSTILE: list[dict[Any, Any]] = [
    {int: 2**31 - 1, str: LONG, bool: False, float: 1e300, dict: dict.fromkeys(KEYS, LONG)},
    {int: -1, str: "' or 1=1--", bool: True, float: float("nan"), dict: {"": None, **dict.fromkeys(KEYS, ())}},
    {int: 2**62, str: "../../etc/passwd", bool: True, float: -1.0, dict: dict.fromkeys(KEYS, "2026-13-45")},
]
UNSTORABLE: list[dict[Any, Any]] = [
    {int: 10**30, str: "a\x00b", bool: "perhaps", float: "x", dict: {"name": "a\x00b"}},
    {int: 10**30, str: "\ud800", bool: 7, float: [], dict: {"deep": [{"name": "\ud800"}]}},
]
MISTYPED = ({"__junk": 1}, {"$": [None]})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with open_house(tmp_path_factory.mktemp("handlers")) as browsers:
        yield browsers


@pytest.fixture(scope="module")
def case_id(house: Browsers) -> int:
    return house.world.accepted()


@pytest.fixture
async def tab(house: Browsers) -> AsyncIterator[Tab]:
    house.on_time()
    async with open_tab() as opened:
        happenings.listen(base.engine(), "begin", opened.began)
        yield opened
        happenings.remove(base.engine(), "begin", opened.began)
        assert opened.waited == set(), "these ask the database on the event loop, where everybody waits"


def _rows(case_id: int) -> dict[str, list[Any]]:
    """Everything the database says about a case."""
    found = {}
    with base.reading() as db:
        schema = inspect(base.engine())
        for table in schema.get_table_names():
            columns = {column["name"] for column in schema.get_columns(table)}
            column = "id" if table == "case" else "case_id"
            if column in columns and table != "case_place":
                asked = text(f'SELECT * FROM "{table}" WHERE {column} = {case_id} ORDER BY 1')
                found[table] = [tuple(row) for row in db.connection().execute(asked)]
    return found


def _loading_first(handler: Handler) -> bool:
    return handler.function.__name__ != "load"


def test_every_handler_of_ours_names_who_may_send_it() -> None:
    assert len(OWN) > 150
    assert [str(handler) for handler in OWN if not handler.allowed] == []


async def test_the_guard_lets_through_exactly_who_is_named(house: Browsers, tab: Tab) -> None:
    """Each handler of ours and of the framework, for nobody and for each role."""
    differing = []
    for role in ("", *ROLES):
        root = await tab.root(f"matrix-{role}")
        secret = house.secret(WHO[role]) if role else "forged"
        root.router_data = {"headers": {"cookie": f"jr_session={secret}"}, "pathname": "/", "token": f"matrix-{role}"}
        root.router = type(root.router).from_router_data(root.router_data)
        for handler in all_handlers():
            if role and is_framework(handler.registered):
                continue
            sent = Event(name=handler.name, payload=handler.payload(PLAIN), router_data=root.router_data)
            stopped = await Guard().preprocess(None, root, sent)
            if (stopped is None) != (role in handler.allowed):
                differing.append(f"{role or 'nobody'}: {handler}")
    assert differing == []


async def test_a_payload_of_another_shape_never_reaches_a_handler(house: Browsers, tab: Tab) -> None:
    reached = []
    for role in ROLES:
        root = await tab.root(f"shape-{role}")
        root.router_data = {"headers": {"cookie": f"jr_session={house.secret(WHO[role])}"}, "token": "shape"}
        root.router = type(root.router).from_router_data(root.router_data)
        for handler in OWN:
            if role not in handler.allowed:
                continue
            wrong = [{name: {"$": [None]} for name in handler.arguments} | {"__junk": 1}, *MISTYPED]
            wrong += [handler.payload(kind) for kind in UNSTORABLE] if handler.arguments else []
            wrong += [{}, {name: [1] for name in handler.arguments}] if handler.arguments else []
            for payload in wrong:
                sent = Event(name=handler.name, payload=dict(payload), router_data=root.router_data)
                if await Guard().preprocess(None, root, sent) is None:
                    reached.append(f"{handler} {payload}")
    assert reached == []


@pytest.mark.parametrize("hostile", range(len(HOSTILE)))
async def test_no_handler_fails_at_what_it_is_sent(
    house: Browsers, case_id: int, tab: Tab, hostile: int, caplog: pytest.LogCaptureFixture
) -> None:
    failing = []
    for handler in sorted(OWN, key=_loading_first):
        role = next(r for r in ("officer", "leader", "coordinator", "applicant", *ROLES) if r in handler.allowed)
        told = await tab.send(
            handler,
            house.secret(WHO[role]),
            f"{hostile}-{role}",
            handler.payload(HOSTILE[hostile]),
            f"/cases/{case_id}",
        )
        if tab.faults or "Traceback" in told:
            failing.append(f"{handler}: {tab.faults}")
            tab.faults.clear()
    assert failing == []
    assert LONG not in caplog.text and "or 1=1" not in caplog.text


@pytest.mark.parametrize("who", ["stranger", "admin", "auditor"])
async def test_the_case_of_the_address_stays_closed_and_as_it_was(
    house: Browsers, case_id: int, tab: Tab, who: str
) -> None:
    """Pages first load, then every handler of theirs is sent, and every act of the workspace is tried."""
    role = house.world.actors[who].role
    case = house.world.case(case_id)
    before = _rows(case_id)
    assert before["event"] and before["case"]
    path, secret = f"/cases/{case_id}", house.secret(who)
    mine = sorted((h for h in OWN if role in h.allowed), key=_loading_first)
    told = []
    for handler in mine:
        told.append(await tab.send(handler, secret, who, handler.payload({**PLAIN, int: case_id}), path))
    by_name = {str(handler): handler for handler in mine}
    if "CaseState.run" in by_name:
        for act in DIALOGS:
            told.append(await tab.send(by_name["CaseState.load"], secret, who, {}, path))
            for name, payload in (
                ("CaseState.open_act", {"name": act, "target": 1}),
                ("CaseState.run", {"form": {"reason": "因为", "text": "因为"}}),
            ):
                told.append(await tab.send(by_name[name], secret, who, payload, path))
    assert _rows(case_id) == before
    assert [fault for fault in tab.faults if not isinstance(fault, PermissionError)] == []
    assert case.number and case.number not in str(told)
    theirs = await tab.send(by_name["CaseState.load"], house.secret("coordinator"), "theirs", {}, path)
    assert case.number in theirs


def test_the_registry_holds_nothing_of_ours_that_the_list_does_not(house: Browsers) -> None:
    known = RegistrationContext.get().event_handlers
    ours = {n for n, one in known.items() if one.handler.fn.__module__.startswith("jointreview.")}
    assert ours == {handler.name for handler in OWN}


def test_no_state_writes_vars_by_a_setter() -> None:
    assert [str(h) for h in OWN if h.function.__name__.startswith(("set_", "setvar"))] == []
