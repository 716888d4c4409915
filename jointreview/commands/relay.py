"""Announcements between workers: Redis passes on which topics changed, and tells nothing else.

What a process announces is sent by a thread of its own, so that no command waits for Redis; while Redis is away the
topics are gathered and sent when it is back. Who listens and lost the connection cannot know what it missed, and is
told that everything may have changed.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import logging
import os
import threading
import uuid
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from jointreview.commands.shared import PREFIX, is_away, listening_client, shared
from jointreview.settings import settings

CHANNEL = f"{PREFIX}changed"
EPOCH = f"{PREFIX}epoch"
"""A value that goes when Redis loses what it held: who finds another one knows that the state of pages is gone."""
_AGAIN_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)
_LAST_WORDS_SECONDS = 2.0
_log = logging.getLogger(__name__)


class _Publisher:
    """Sends what this process announces, in order of need: topics that wait together leave as one message."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self._wakened = threading.Condition()
        self._waiting: set[str] = set()
        self._sending = False
        threading.Thread(target=self._send, name="relay", daemon=True).start()
        atexit.register(self.finish)

    def put(self, topics: frozenset[str]) -> None:
        with self._wakened:
            self._waiting |= topics
            self._wakened.notify_all()

    def finish(self) -> None:
        """Let the last words out, for a program that ends at once; not for long."""
        with self._wakened:
            self._wakened.wait_for(lambda: not self._waiting and not self._sending, timeout=_LAST_WORDS_SECONDS)

    def _send(self) -> None:
        failures = 0
        while True:
            with self._wakened:
                self._sending = False
                self._wakened.notify_all()
                self._wakened.wait_for(lambda: bool(self._waiting))
                topics, self._waiting, self._sending = self._waiting, set(), True
            if self._sent(topics):
                failures = 0
                continue
            with self._wakened:
                self._waiting |= topics
                self._wakened.wait_for(lambda: False, timeout=_AGAIN_SECONDS[min(failures, len(_AGAIN_SECONDS) - 1)])
            failures += 1

    def _sent(self, topics: set[str]) -> bool:
        client = shared()
        if client is None:
            return False
        try:
            client.publish(CHANNEL, json.dumps({"from": self.name, "topics": sorted(topics)}))
        except Exception as error:
            is_away()
            _log.warning("announcements wait for Redis: %s", type(error).__name__)
            return False
        return True


@cache
def _publisher(_process: int) -> _Publisher:
    return _Publisher()


def pass_on(topics: frozenset[str]) -> None:
    """Tell the other processes, where there may be any."""
    if settings().redis_url:
        _publisher(os.getpid()).put(topics)


async def hear_others(
    tell: Callable[[frozenset[str]], None], missed: Callable[[bool], Awaitable[None]], ready: asyncio.Event
) -> None:
    """For the life of a worker: `tell` what other processes announce.

    `missed(lost)` is awaited after each reconnection: announcements may have passed unheard, and `lost` says whether
    Redis came back empty, without the state of open pages. `ready` is set while the worker hears.
    """
    epoch, failures, first = "", 0, True
    while True:
        client = listening_client()
        try:
            async with client.pubsub() as heard:
                await heard.subscribe(CHANNEL)
                present = await _epoch(client)
                if not first:
                    await missed(bool(epoch) and present != epoch)
                epoch, failures, first = present, 0, False
                ready.set()
                while True:
                    message = await heard.get_message(ignore_subscribe_messages=True, timeout=5)
                    if message is not None:
                        _told(message, tell)
        except Exception as error:
            _log.warning("the connection to Redis is lost and sought again: %s", type(error).__name__)
        finally:
            ready.clear()
            with contextlib.suppress(Exception):
                await client.aclose()
        await asyncio.sleep(_AGAIN_SECONDS[min(failures, len(_AGAIN_SECONDS) - 1)])
        failures += 1


def _told(message: dict[str, Any], tell: Callable[[frozenset[str]], None]) -> None:
    said = json.loads(message["data"])
    if said["from"] != _publisher(os.getpid()).name:
        tell(frozenset(said["topics"]))


async def _epoch(client: Any) -> str:
    await client.set(EPOCH, uuid.uuid4().hex, nx=True)
    return str((await client.get(EPOCH) or b"").decode())
