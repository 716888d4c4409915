"""Live pages: after a commit every subscribed tab runs its refresh handler as its own user, through the guard."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import math
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.event import Event

from jointreview.commands.announce import EVERYTHING, listen, tell
from jointreview.commands.relay import hear_others
from jointreview.settings import settings

_log = logging.getLogger(__name__)

# Announcements within this time reach a tab as one refresh.
_GATHER_SECONDS = 0.05

# Pages over many cases change with each of them; so often, in seconds, they are read again at most.
OVERVIEW_SECONDS = 3.0


@dataclass
class _Refresh:
    """What a tab runs when one of its topics changes; `last` is when it did, by the loop's clock."""

    event: Event
    topics: frozenset[str]
    every: float
    last: float = -math.inf
    waits: bool = False


_topics: dict[str, set[tuple[str, str]]] = defaultdict(set)  # topic -> (tab token, refresh event name)
_tabs: dict[str, dict[str, _Refresh]] = {}  # tab token -> event name


def subscribe(state: rx.State, *topics: str, refresh: Any, every: float = 0.0) -> None:
    """Run `refresh` (a handler without arguments, or with fixed ones) in this tab whenever a topic changes.

    At once, and then at most once in `every` seconds; the last change is never left out. Replaces what the tab had
    subscribed with the same handler. Loading another page forgets every subscription of the tab, so call it in the
    page's on_load. Topics carry no data: the handler reads again as the tab's own user.
    """
    token = state.router.session.client_token
    event = Event.from_event_type(refresh)[0]
    _drop(token, event.name)
    _tabs.setdefault(token, {})[event.name] = _Refresh(event, frozenset(topics), every)
    for topic in topics:
        _topics[topic].add((token, event.name))


def forget(token: str) -> None:
    """End every subscription of a tab."""
    for name in list(_tabs.get(token, ())):
        _drop(token, name)


def _drop(token: str, name: str) -> None:
    known = _tabs.get(token, {}).pop(name, None)
    for topic in known.topics if known else ():
        _topics[topic].discard((token, name))
        if not _topics[topic]:
            del _topics[topic]
    if token in _tabs and not _tabs[token]:
        del _tabs[token]


def is_here(app: rx.App, token: str) -> bool:
    """Whether the tab's socket is in this worker: with Redis a worker also knows of tabs that others hold."""
    namespace = app.event_namespace
    assert namespace is not None
    manager = namespace._token_manager
    record = manager.token_to_socket.get(token)
    return record is not None and record.instance_id == manager.instance_id


async def connect_again(app: rx.App, token: str) -> None:
    """Close the tab's socket under it: the page connects again by itself and loads anew from the database."""
    namespace, sio = app.event_namespace, app.sio
    if namespace is None or sio is None or not is_here(app, token):
        return
    sid = namespace._token_manager.token_to_socket[token].sid
    with contextlib.suppress(Exception):  # it left meanwhile
        # The transport is closed, not the connection above it: after a farewell the page would stay away.
        await sio.eio.disconnect(sio.manager.eio_sid_from_sid(sid, namespace.namespace))


def open_pages(app: rx.App) -> list[str]:
    """The tokens of the tabs whose sockets are in this worker."""
    namespace = app.event_namespace
    known = list(namespace._token_manager.token_to_socket) if namespace is not None else []
    return [token for token in known if is_here(app, token)]


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
        heard = _topics if EVERYTHING in topics else topics
        self._add({tab for topic in heard for tab in _topics.get(topic, ())})

    def _add(self, woken: set[tuple[str, str]]) -> None:
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
        for token, name in woken:
            known = _tabs.get(token, {}).get(name)
            if known is None:
                continue
            if not is_here(self.app, token):
                forget(token)
                continue
            if self._too_soon(known, (token, name)):
                continue
            try:
                await self.app.event_processor.enqueue(token, known.event)
            except Exception:
                _log.exception("a tab could not be refreshed")

    def _too_soon(self, known: _Refresh, tab: tuple[str, str]) -> bool:
        """Whether the tab has to rest; it is woken when it has."""
        rest = known.last + known.every - self.loop.time()
        if rest <= 0:
            known.last, known.waits = self.loop.time(), False
            return False
        if not known.waits:
            known.waits = True
            self.loop.call_later(rest, self._rested, known, tab, context=self.context)
        return True

    def _rested(self, known: _Refresh, tab: tuple[str, str]) -> None:
        known.waits = False
        if _tabs.get(tab[0], {}).get(tab[1]) is known:
            self._add({tab})


@contextlib.asynccontextmanager
async def live(app: rx.App) -> AsyncIterator[None]:
    """Lifespan: pass announcements of this process, and of the others where there are any, on to its tabs."""
    delivery = _Delivery(app, asyncio.get_running_loop())
    stop = listen(delivery.announced)
    hearing = asyncio.create_task(_hear(app)) if settings().redis_url else None
    try:
        yield
    finally:
        stop()
        if hearing is not None:
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing


hears = asyncio.Event()
"""Set while this worker hears what the others announce."""


async def _hear(app: rx.App) -> None:
    async def missed(lost: bool) -> None:
        _log.warning("Redis is back%s", ", without what it held: pages load again" if lost else "")
        if lost:
            for token in open_pages(app):
                await connect_again(app, token)
        tell(frozenset({EVERYTHING}))

    await hear_others(tell, missed, hears)
