"""A bare socket client that says whatever it likes and keeps whatever it is told."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import socketio

NAMESPACE = "/_event"
_ROOT = "reflex___state____state"
HYDRATE = f"{_ROOT}.hydrate"
_WAIT_SECONDS = 20


class Attacker:
    """A tab without a browser: `updates` collects every message the server sends."""

    def __init__(self, url: str, cookie: str = "", token: str | None = None, origin: str | None = None) -> None:
        self.url = url
        self.cookie = cookie
        self.token = token or str(uuid.uuid4())
        self.origin = origin or url
        self.updates: list[dict[str, Any]] = []
        self._client = socketio.AsyncClient(reconnection=False)
        self._news = asyncio.Event()
        self._client.on("event", self._keep, namespace=NAMESPACE)

    async def _keep(self, update: Any) -> None:
        self.updates.append(update)
        self._news.set()

    async def __aenter__(self) -> Attacker:
        headers = {"Origin": self.origin} | ({"Cookie": self.cookie} if self.cookie else {})
        await self._client.connect(
            f"{self.url}?token={self.token}",
            headers=headers,
            socketio_path="/_event",
            namespaces=[NAMESPACE],
            transports=["websocket"],
        )
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._client.disconnect()

    async def send(self, name: str, payload: Any = None, pathname: str = "/") -> None:
        """Send one event as the front end would."""
        router = {"pathname": pathname, "query": {}, "asPath": pathname}
        event = {"name": name, "payload": {} if payload is None else payload, "router_data": router}
        await self._client.emit("event", event, namespace=NAMESPACE)

    async def until(self, arrived: Callable[[], bool]) -> None:
        """Wait for what the server says; raises TimeoutError when it never does."""
        async with asyncio.timeout(_WAIT_SECONDS):
            while not arrived():
                self._news.clear()
                await self._news.wait()

    async def snapshot(self) -> dict[str, dict[str, Any]]:
        """The whole state of the tab as the server tells it; events run in order, so all sent before are done.

        Raises TimeoutError when the server tells nothing.
        """
        before = len(self.updates)
        await self.send(HYDRATE)
        await self.until(lambda: _whole_state(self.updates[before:]) is not None)
        return _without_router(_whole_state(self.updates[before:]) or {})

    def told(self) -> dict[str, dict[str, Any]]:
        """Every state var the server has sent so far, without the tab's own address and headers."""
        merged: dict[str, dict[str, Any]] = {}
        for update in self.updates:
            for state, values in _without_router(update.get("delta") or {}).items():
                merged.setdefault(state, {}).update(values)
        return {state: values for state, values in merged.items() if values}

    def asked(self) -> list[str]:
        """The names of the events the server asked the browser to run."""
        return [event["name"] for update in self.updates for event in update.get("events") or []]


def _whole_state(updates: list[dict[str, Any]]) -> dict[str, dict[str, Any]] | None:
    for update in updates:
        delta = update.get("delta") or {}
        if any(key.startswith("is_hydrated") for key in delta.get(_ROOT, {})):
            return delta
    return None


def _without_router(delta: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        state: {key: value for key, value in values.items() if not key.startswith(("rx_router", "router"))}
        for state, values in delta.items()
    }
