"""The front gate: without a valid session there is no page, no socket and no file, only the public paths."""

from __future__ import annotations

import re
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jointreview.commands import identity
from jointreview.domain.problems import Refused
from jointreview.geo.tiles import tile_origins
from jointreview.queries.principal import SignedIn, signed_in
from jointreview.settings import settings

COOKIE = "jr_session"
WHO = "jr_who"

# Exact paths and folders that need no session. Matching is on the decoded path, after dot segments were refused.
PUBLIC_PATHS = frozenset(
    {
        "/signin",
        "/register",
        "/reset",
        "/reset/new",
        "/plain.css",
        "/plain.js",
        "/frame.js",
        "/favicon.ico",
        "/icon.svg",
        "/manifest.webmanifest",
        "/sw.js",
        "/root.crt",
        "/icon-192.png",
        "/icon-512.png",
        "/icon-maskable.png",
        "/ping",
        "/health",
        "/ready",
        "/metrics",
        "/robots.txt",
    }
)
# A calendar program shows no cookie: the address itself is the secret (api/calendars.py).
PUBLIC_FOLDERS = ("/assets/", "/verify/", "/progress/", "/guides/", "/api/calendar/", "/signin/with/")
PUBLIC_ROOTS = frozenset(folder.rstrip("/") for folder in PUBLIC_FOLDERS)
# Read by other programs with a key of their own, which the router checks (api/ogc.py).
KEYED = "/ogc"
# What a session may reach before a post is chosen or a forced password change is done.
UNFINISHED_PATHS = frozenset({"/post", "/password", "/signout", "/second", "/second/setup", "/second/confirm"})
# What a session may reach that still owes its second factor.
OWING_PATHS = frozenset({"/second", "/signout"})
# Reflex serves these itself; the product uses neither its uploads nor its list of routes.
CLOSED = ("/_upload", "/_all_routes", "/_health", "/_codespace")

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    # Reflex evaluates the small scripts by which the server shows a toast, hence 'unsafe-eval'; the prerendered
    # pages carry inline scripts and styles. Nothing is ever loaded from, or sent to, a host nobody configured.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{tiles}; font-src 'self' data:; "
    "connect-src 'self'{sockets}{tiles}{store}; worker-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
}


def session_secret(cookie_header: str) -> str:
    """The session secret in a Cookie header; empty when there is none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookie_header or "")
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""


def is_public(path: str) -> bool:
    """Whether a decoded path may be read without a session."""
    return path in PUBLIC_PATHS or path in PUBLIC_ROOTS or path.startswith(PUBLIC_FOLDERS)


def is_crooked(path: str) -> bool:
    """Whether a decoded path is written in a way no page of ours links to: dot segments, `//`, `\\`, controls."""
    return bool(re.search(r"//|\\|[\x00-\x1f\x7f]|%2e|%2f|%5c", path, re.I)) or any(
        segment in (".", "..") for segment in path.split("/")
    )


def same_site_path(target: str) -> str:
    """`target` when it is a path of this site, else `/`: where to go on after signing in."""
    parts = urlsplit(target)
    if (
        parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith("//")
        or is_crooked(parts.path)
    ):
        return "/"
    return "/" if parts.path in UNFINISHED_PATHS or is_public(parts.path) else target


def foreign_origin(headers: Headers) -> bool:
    """Whether a request names an origin other than the host it was sent to (or the public address)."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in ("cross-site", "same-site")
    public = urlsplit(settings().public_url)
    parts = urlsplit(origin)
    if settings().public_url and (parts.scheme, parts.netloc) == (public.scheme, public.netloc):
        return False
    return parts.scheme not in ("http", "https") or parts.netloc != headers.get("host")


class FrontGate:
    """ASGI: lets a request through when its path is public or its session valid; adds the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.policy = _headers_in_force()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, self._with_headers(scope["path"], send))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        found = await self._session(headers)
        allowed = (
            not is_crooked(scope["path"]) and not foreign_origin(headers) and found is not None and found.may_act
        )
        if not allowed:
            await receive()
            await send({"type": "websocket.close", "code": 4401, "reason": "not signed in"})
            return
        await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, headers = scope["path"], Headers(scope=scope)
        if is_crooked(path) or path.startswith(CLOSED):
            await _answer(send, 404)
        elif scope["method"] not in _SAFE_METHODS and foreign_origin(headers):
            await _answer(send, 403)
        elif is_public(path) or _carries_key(scope, headers):
            await self.app(scope, receive, send)
        else:
            await self._private(scope, headers, receive, send)

    async def _private(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        found = await self._session(headers)
        path = scope["path"]
        if found is None:
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = quote(path + (f"?{query}" if query else ""), safe="")
            await _to_page(send, headers, scope["method"], f"/signin?next={wanted}", 401)
        elif found.factor_due and path not in OWING_PATHS:
            await _to_page(send, headers, scope["method"], "/second", 403)
        elif path in UNFINISHED_PATHS:
            await self.app(scope, receive, send)
        elif found.must_change_password:
            await _to_page(send, headers, scope["method"], "/password", 403)
        elif found.actor is None:
            await _to_page(send, headers, scope["method"], "/post", 403)
        elif found.must_enrol:
            await _to_page(send, headers, scope["method"], "/second/setup", 403)
        else:
            await self.app(scope, receive, send)

    async def _session(self, headers: Headers) -> SignedIn | None:
        secret = session_secret(headers.get("cookie", ""))
        return await run_in_threadpool(used_session, secret) if secret else None

    def _with_headers(self, path: str, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.policy.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", _caching(path, message["status"]))
                if message["status"] == 307:
                    # The file server adds a slash with its own idea of scheme and host, wrong behind a proxy.
                    parts = urlsplit(headers.get("location", ""))
                    headers["location"] = parts._replace(scheme="", netloc="").geturl()
            await send(message)

        return wrapped


def _carries_key(scope: Scope, headers: Headers) -> bool:
    """Whether a request to the interface for other programs brings a key, or comes from a program that has to."""
    path = scope["path"]
    if path != KEYED and not path.startswith(f"{KEYED}/"):
        return False
    query = scope.get("query_string", b"")
    return "authorization" in headers or b"token=" in query or "text/html" not in headers.get("accept", "")


def used_session(secret: str) -> SignedIn | None:
    """The session of a cookie, noted as used when the last note is older than a minute."""
    found = signed_in(secret)
    if found is not None and found.seen_seconds_ago >= identity.TOUCH_SECONDS:
        with suppress(Refused):  # where nothing can be written any more, people still read
            identity.touch(found.digest)
    return found


def _caching(path: str, status: int) -> str:
    """File names below /assets/ carry a hash of their content: a browser may keep them for good."""
    if path.startswith("/assets/") and status in (200, 206, 304):
        return "public, max-age=31536000, immutable"
    return "no-cache" if is_public(path) else "private, no-cache"


def _headers_in_force() -> dict[str, str]:
    pictures = "".join(f" {origin}" for origin in [*tile_origins(), *sorted(settings().layer_hosts)])
    sockets = ""
    if settings().public_url:
        public = urlsplit(settings().public_url)
        sockets = f" {'wss' if public.scheme == 'https' else 'ws'}://{public.netloc}"
    store = urlsplit(settings().s3_browser_endpoint if settings().s3_endpoint else "")
    filled = dict(SECURITY_HEADERS)
    filled["content-security-policy"] = filled["content-security-policy"].format(
        tiles=pictures,
        sockets=sockets,
        store=f" {store.scheme}://{store.netloc}" if store.netloc else "",
    )
    if settings().address.startswith("https:"):
        filled["strict-transport-security"] = "max-age=31536000"
    return filled


async def _to_page(send: Send, headers: Headers, method: str, page: str, code: int) -> None:
    """Send a browser that asked for a page to another one; answer everything else with a bare code."""
    if method in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
        await _answer(send, 303, [(b"location", page.encode("latin-1"))])
    else:
        await _answer(send, code)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    # The request body is left unread, so the connection cannot be used again.
    fields: list[Any] = [*(headers or []), (b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": b""})
