"""The outermost shells of the application: who really asks behind a proxy, the id of a request, its measure."""

from __future__ import annotations

import ipaddress
import re
import time
import uuid
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jointreview.settings import Network, settings
from jointreview.watch.logs import REQUEST
from jointreview.watch.measures import REQUEST_SECONDS, REQUESTS

REQUEST_ID = "x-request-id"
_SOUND = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FOLDERS = ("/assets/", "/_event")


class RealAddress:
    """ASGI: takes address and scheme of the client from the headers of a proxy that is trusted, from nobody else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.trusted = settings().trusted_networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.trusted and scope["type"] in ("http", "websocket"):
            scope = self._behind_proxy(scope)
        await self.app(scope, receive, send)

    def _behind_proxy(self, scope: Scope) -> Scope:
        client = scope.get("client")
        # A proxy on the same machine may speak through a socket of files, which has no address.
        if client and not is_within(client[0], self.trusted):
            return scope
        headers = Headers(scope=scope)
        real = forwarded_for(headers.getlist("x-forwarded-for"), self.trusted)
        proto = headers.get("x-forwarded-proto", "")
        changed = dict(scope)
        if real:
            changed["client"] = (real, 0)
        if proto in ("http", "https"):
            secure = proto == "https"
            changed["scheme"] = ("wss" if secure else "ws") if scope["type"] == "websocket" else proto
        return changed


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks; an IPv4 address written as IPv6 counts as what it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


def forwarded_for(headers: list[str], trusted: Iterable[Network]) -> str:
    """The nearest address that is no trusted proxy; what stands before it the client may have written itself."""
    hops = [hop.strip() for line in headers for hop in line.split(",") if hop.strip()]
    networks = tuple(trusted)
    for hop in reversed(hops):
        try:
            ipaddress.ip_address(hop)
        except ValueError:
            return ""
        if not is_within(hop, networks):
            return hop
    return hops[0] if hops else ""


class Watched:
    """ASGI: gives each request an id, which its log lines and its answer carry, and measures it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        known = REQUEST.set(given if _SOUND.fullmatch(given) else uuid.uuid4().hex[:16])
        try:
            if scope["type"] == "websocket":
                await self.app(scope, receive, send)
            else:
                await self._measured(scope, receive, send)
        finally:
            REQUEST.reset(known)

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = REQUEST.get()
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = route_of(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            REQUESTS.labels(method, route, str(status)).inc()
            REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The pattern of the route that answered, without what stands in its place: few names, no data of anybody."""
    pattern = getattr(scope.get("route"), "path", "")
    if pattern:
        return str(pattern)
    path = str(scope["path"])
    return next((f"{folder.rstrip('/')}" for folder in _FOLDERS if path.startswith(folder)), "page")
