"""Nobody gets anything out of an event that is not theirs to send."""

from __future__ import annotations

import asyncio

import pytest
import socketio

from tests.hostile.attacker import HYDRATE, Attacker
from tests.hostile.conftest import Handler
from tests.web.serving import Server

JUNK = (
    {},
    {"__junk": 1},
    {"value": {"a": [1, 2]}, "vars": 7},
    {"var_name": "name", "value": "forged"},
    {"vars": {"reflex___state____state.jointreview___ui___me____me._actor": "x"}},
    {"_method": "x" * 5000},
)


def test_every_handler_of_ours_names_who_may_send_it(handlers: list[Handler]) -> None:
    unmarked = [handler.name for handler in handlers if handler.own and not handler.allowed]
    assert not unmarked


def test_no_state_writes_vars_by_a_setter(handlers: list[Handler]) -> None:
    setters = [h.name for h in handlers if h.name.rpartition(".")[2].startswith("set_") and h.own]
    assert not setters


async def test_without_a_session_there_is_no_socket(server: Server) -> None:
    for cookie in ("", "jr_session=", "jr_session=forged", "jr_session=" + "x" * 3000, "other=1"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with Attacker(server.url, cookie):
                pass


async def test_a_foreign_origin_gets_no_socket(server: Server, logins: dict[str, str]) -> None:
    cookie = server.cookie(logins["coordinator"])
    for origin in (
        "https://evil.example",
        f"http://localhost.evil.example:{server.port}",
        "null",
        "http://127.0.0.1:1",
    ):
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with Attacker(server.url, cookie, origin=origin):
                pass


# Each role against each handler is tried without sockets in test_every_handler.
@pytest.mark.parametrize("role", ["applicant"])
async def test_a_role_gets_nothing_from_handlers_of_others(
    server: Server, handlers: list[Handler], logins: dict[str, str], role: str
) -> None:
    foreign = [handler for handler in handlers if not handler.framework and role not in handler.allowed]
    counts = server.table_counts()
    async with Attacker(server.url, server.cookie(logins[role])) as attacker:
        before = await attacker.snapshot()
        attacker.updates.clear()
        for handler in foreign:
            plausible = dict.fromkeys(handler.arguments, 1)
            for payload in ({}, plausible, *JUNK[1:]):
                await attacker.send(handler.name, payload)
        after = await attacker.snapshot()
    assert after == before
    assert server.table_counts() == counts


@pytest.mark.parametrize("role", ["coordinator"])
async def test_malformed_payloads_change_nothing_even_for_who_may_send(
    server: Server, handlers: list[Handler], logins: dict[str, str], role: str
) -> None:
    allowed = [handler for handler in handlers if role in handler.allowed]
    counts = server.table_counts()
    async with Attacker(server.url, server.cookie(logins[role])) as attacker:
        before = await attacker.snapshot()
        for handler in allowed:
            for payload in JUNK[1:]:
                await attacker.send(handler.name, payload)
            wrong_types = {name: {"$": [None]} for name in handler.arguments}
            await attacker.send(handler.name, wrong_types | {"__junk": 1})
        after = await attacker.snapshot()
    assert after == before
    assert server.table_counts() == counts


async def test_framework_handlers_store_no_forged_values(
    server: Server, handlers: list[Handler], logins: dict[str, str]
) -> None:
    async with Attacker(server.url, server.cookie(logins["applicant"])) as attacker:
        honest = await attacker.snapshot()
        for handler in handlers:
            if handler.framework:
                for payload in JUNK[1:]:
                    await attacker.send(handler.name, payload)
        lang = next(state for state in honest if state.endswith("ui___text____lang"))
        stored = f"{lang}.lang_rx_state_"
        for forged in ({"a": 1}, ["en"], 7, "x" * 5000):
            await attacker.send(_name(handlers, "update_vars_internal"), {"vars": {stored: forged}})
        after = await attacker.snapshot()
    assert after == honest


def _name(handlers: list[Handler], ending: str) -> str:
    return next(handler.name for handler in handlers if handler.name.endswith(ending))


async def test_another_persons_tab_token_shows_nothing_of_theirs(server: Server, logins: dict[str, str]) -> None:
    async with Attacker(server.url, server.cookie(logins["coordinator"])) as owner:
        theirs = await owner.snapshot()
        token = owner.token
    assert "Person hostile-coordinator" in str(theirs)
    async with Attacker(server.url, server.cookie(logins["applicant"]), token=token) as thief:
        seen = await thief.snapshot()
    assert "hostile-coordinator" not in str(seen)
    assert "hostile-coordinator" not in str(thief.updates)


async def test_signing_out_closes_an_open_socket_for_data(
    server: Server, handlers: list[Handler], logins: dict[str, str]
) -> None:
    with server.client(logins["officer"]) as client:
        cookie = f"jr_session={client.cookies['jr_session']}"
        async with Attacker(server.url, cookie) as attacker:
            assert "Person hostile-officer" in str(await attacker.snapshot())
            client.post("/signout")
            attacker.updates.clear()
            await attacker.send(_name(handlers, "account_state.load"))
            await attacker.send(HYDRATE)
            await attacker.until(lambda: attacker.asked().count("_call_script") >= 2)
    assert "hostile-officer" not in str(attacker.told())
    assert "_call_script" in attacker.asked()


async def test_a_message_beyond_all_measure_closes_its_own_socket_and_no_other(
    server: Server, handlers: list[Handler], logins: dict[str, str]
) -> None:
    load = _name(handlers, "account_state.load")
    async with Attacker(server.url, server.cookie(logins["officer"])) as bystander:
        async with Attacker(server.url, server.cookie(logins["clerk"])) as attacker:
            await attacker.send(load, {"junk": "x" * 1_100_000})
            with pytest.raises((TimeoutError, socketio.exceptions.SocketIOError)):
                async with asyncio.timeout(2):
                    await attacker.snapshot()
        assert "Person hostile-officer" in str(await bystander.snapshot())


async def test_cookies_and_payloads_stay_out_of_the_log(server: Server, logins: dict[str, str]) -> None:
    cookie = server.cookie(logins["clerk"])
    async with Attacker(server.url, cookie) as attacker:
        await attacker.send("no.such.handler", {"secret": "PAYLOAD-IN-LOG"})
        await attacker.snapshot()
    assert cookie.split("=", 1)[1] not in server.log()
    assert "PAYLOAD-IN-LOG" not in server.log()
