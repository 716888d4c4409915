"""Live pages: after a commit every subscribed tab runs its refresh handler as its own user, through the guard."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex_base.event import Event

from jointreview.commands.announce import listen

_log = logging.getLogger(__name__)

# Announcements within this time reach a tab as one refresh.
_GATHER_SECONDS = 0.05

_topics: dict[str, set[tuple[str, str]]] = defaultdict(set)  # topic -> (tab token, refresh event name)
_tabs: dict[str, dict[str, tuple[Event, frozenset[str]]]] = {}  # tab token -> event name -> (event, its topics)


def subscribe(state: rx.State, *topics: str, refresh: Any) -> None:
    """Run `refresh` (a handler without arguments, or with fixed ones) in this tab whenever a topic changes.

    Replaces what the tab had subscribed with the same handler. Loading another page forgets every
    subscription of the tab, so call it in the page's on_load. Topics carry no data: the handler reads again
    as the tab's own user.
    """
    token = state.router.session.client_token
    event = Event.from_event_type(refresh)[0]
    _drop(token, event.name)
    _tabs.setdefault(token, {})[event.name] = (event, frozenset(topics))
    for topic in topics:
        _topics[topic].add((token, event.name))


def forget(token: str) -> None:
    """End every subscription of a tab."""
    for name in list(_tabs.get(token, ())):
        _drop(token, name)


def _drop(token: str, name: str) -> None:
    _, topics = _tabs.get(token, {}).pop(name, (None, frozenset()))
    for topic in topics:
        _topics[topic].discard((token, name))
        if not _topics[topic]:
            del _topics[topic]
    if token in _tabs and not _tabs[token]:
        del _tabs[token]


def subscribers(topic: str) -> int:
    """How many refreshes a change of the topic causes."""
    return len(_topics.get(topic, ()))


class _Delivery:
    """Gathers what changed, from whatever thread, and wakes the tabs on the event loop."""

    def __init__(self, app: rx.App, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self.loop = loop
        # The server's own context. In the committing handler's, Reflex would run the refresh of every other tab
        # with that handler's connection: its cookie, and so its user.
        self.context = contextvars.copy_context()
        self.pending: set[tuple[str, str]] = set()
        self.tasks: set[asyncio.Task] = set()

    def announced(self, topics: frozenset[str]) -> None:
        """Called by the committing thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self.loop.call_soon_threadsafe(self._gather, topics, context=self.context)

    def _gather(self, topics: frozenset[str]) -> None:
        woken = {tab for topic in topics for tab in _topics.get(topic, ())}
        if not woken:
            return
        if not self.pending:
            self.loop.call_later(_GATHER_SECONDS, self._start, context=self.context)
        self.pending |= woken

    def _start(self) -> None:
        woken, self.pending = self.pending, set()
        task = self.loop.create_task(self._wake(woken), context=self.context)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _wake(self, woken: set[tuple[str, str]]) -> None:
        namespace = self.app.event_namespace
        assert namespace is not None
        for token, name in woken:
            known = _tabs.get(token, {}).get(name)
            if known is None:
                continue
            if token not in namespace.token_to_sid:
                forget(token)
                continue
            try:
                await self.app.event_processor.enqueue(token, known[0])
            except Exception:
                _log.exception("a tab could not be refreshed")


@contextlib.asynccontextmanager
async def live(app: rx.App) -> AsyncIterator[None]:
    """Lifespan: pass announcements of this process on to its tabs."""
    delivery = _Delivery(app, asyncio.get_running_loop())
    stop = listen(delivery.announced)
    try:
        yield
    finally:
        stop()
