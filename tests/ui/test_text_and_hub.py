"""Texts on pages, navigation by role and the live hub."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from types import SimpleNamespace

import pytest

from jointreview.commands.announce import announce, listen
from jointreview.models.identity import ROLES
from jointreview.text import texts
from jointreview.ui import hub
from jointreview.ui.me import Me
from jointreview.ui.nav import WAYS, Way, phone_bar, ways_for
from jointreview.ui.text import t


def tab(token: str) -> SimpleNamespace:
    """As much of a state as the hub looks at."""
    return SimpleNamespace(router=SimpleNamespace(session=SimpleNamespace(client_token=token)))


def readable(var: object) -> str:
    """The code of a var with its escaped Chinese written out."""
    return str(var).encode("ascii").decode("unicode_escape")


class FakeApp:
    """Records which tabs were woken; `online` are the tabs still connected."""

    def __init__(self, online: set[str]) -> None:
        self.woken: list[tuple[str, str]] = []
        records = {token: SimpleNamespace(instance_id="here", sid="sid") for token in online}
        manager = SimpleNamespace(instance_id="here", token_to_socket=records)
        self.event_namespace = SimpleNamespace(_token_manager=manager)
        self.event_processor = self

    async def enqueue(self, token: str, event) -> None:
        self.woken.append((token, event.name))


@pytest.fixture(autouse=True)
def no_tabs():
    """Every test begins and ends without subscribers."""
    for token in list(hub._tabs):
        hub.forget(token)
    yield
    for token in list(hub._tabs):
        hub.forget(token)


async def woken_by(app: FakeApp, *announcements: set[str]) -> list[str]:
    async with hub.live(app):  # type: ignore[arg-type]
        for topics in announcements:
            await asyncio.to_thread(announce, topics)
        await asyncio.sleep(hub._GATHER_SECONDS * 3)
    return [token for token, _ in app.woken]


async def test_only_tabs_that_show_the_topic_are_woken() -> None:
    hub.subscribe(tab("a"), "case:1", refresh=Me.refresh)
    hub.subscribe(tab("b"), "case:2", refresh=Me.refresh)
    assert await woken_by(FakeApp({"a", "b"}), {"case:1", "case:3"}) == ["a"]


async def test_a_tab_is_not_refreshed_in_the_context_of_who_made_the_change() -> None:
    acting_user = ContextVar("acting_user", default="nobody")
    seen: list[str] = []

    class Watching(FakeApp):
        async def enqueue(self, token: str, event) -> None:
            seen.append(acting_user.get())

    hub.subscribe(tab("a"), "case:1", refresh=Me.refresh)
    async with hub.live(Watching({"a"})):  # type: ignore[arg-type]
        acting_user.set("somebody else")
        announce({"case:1"})
        await asyncio.sleep(hub._GATHER_SECONDS * 3)
    assert seen == ["nobody"]


async def test_a_burst_of_announcements_is_one_refresh() -> None:
    hub.subscribe(tab("a"), "case:1", "board", refresh=Me.refresh)
    assert await woken_by(FakeApp({"a"}), {"case:1"}, {"board"}, {"case:1", "board"}) == ["a"]


async def test_a_page_over_many_cases_rests_between_refreshes_and_misses_no_last_change() -> None:
    rest = 1.0
    hub.subscribe(tab("a"), "board", refresh=Me.refresh, every=rest)
    app = FakeApp({"a"})
    async with hub.live(app):  # type: ignore[arg-type]
        for _ in range(4):
            announce({"board"})
            await asyncio.sleep(hub._GATHER_SECONDS * 1.5)
        early = len(app.woken)
        await asyncio.sleep(rest * 1.5)
    assert (early, len(app.woken)) == (1, 2)


async def test_a_tab_that_left_is_forgotten() -> None:
    hub.subscribe(tab("a"), "case:1", refresh=Me.refresh)
    assert await woken_by(FakeApp(set()), {"case:1"}) == []
    assert hub.subscribers("case:1") == 0


def test_subscribing_again_replaces_the_topics_of_the_same_handler() -> None:
    hub.subscribe(tab("a"), "case:1", refresh=Me.refresh)
    hub.subscribe(tab("a"), "case:2", refresh=Me.refresh)
    assert (hub.subscribers("case:1"), hub.subscribers("case:2")) == (0, 1)


def test_a_failing_listener_harms_neither_the_change_nor_the_others() -> None:
    heard: list[frozenset[str]] = []
    stops = [listen(lambda topics: 1 / 0), listen(heard.append)]
    announce({"case:1"})
    for stop in stops:
        stop()
    announce({"case:2"})
    assert heard == [frozenset({"case:1"})]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_has_more_ways_than_a_rail_can_hold(role: str) -> None:
    assert 1 <= len(ways_for(role)) <= 7


def test_every_way_has_a_name() -> None:
    assert all(way.text in texts("zh") for way in WAYS)


def test_a_text_on_a_page_carries_both_languages() -> None:
    shown = readable(t("account.password_short", length=8))
    assert "至少需要 8 位" in shown and "at least 8 characters" in shown


def test_a_text_can_be_filled_by_a_state_var() -> None:
    shown = readable(t("account.password_short", length=Me.name))
    assert "至少需要" in shown and "{length}" not in shown and "name" in shown


@pytest.mark.parametrize("count", range(1, 9))
def test_a_phone_has_five_places_and_more_opens_the_rest(count: int) -> None:
    ways = [Way(f"/{n}", "nav.work", "inbox", ("clerk",)) for n in range(count)]
    shown, more = phone_bar(ways)
    assert shown + more == ways and len(more) != 1
    assert len(shown) + bool(more) <= 5
