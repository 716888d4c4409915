"""Who may ask a route: every route says it, one dependency asks, and a route that says nothing is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from fastapi import HTTPException, Request

from jointreview.api.gate import foreign_origin, session_secret
from jointreview.api.limits import Limit
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.identity import ROLES
from jointreview.queries.principal import principal
from jointreview.settings import settings

MARK = "_open_to"
CASE_READERS = ("applicant", "clerk", "officer", "leader", "coordinator", "supervisor")
"""The roles whose work is cases; which cases, the query behind the route says."""
STAFF_OF_CASES = CASE_READERS[1:]
BODY_BYTES = 8 * 1024**2
"""The largest body of a request that is not a file: a form section, a command with a drawn signature."""
UNLIMITED = 2**53
"""For routes that read the body piece by piece and count it themselves."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Endpoint = TypeVar("Endpoint", bound=Callable)


@dataclass(frozen=True)
class Declared:
    """Who may ask: `anybody`, a `session` that need not have a post yet, a `key` of another program, or `roles`."""

    kind: str
    roles: frozenset[str] = frozenset()
    instead: str = "commands.role_may_not"
    hidden: bool = False


def _declare(declared: Declared) -> Callable[[Endpoint], Endpoint]:
    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, MARK, declared)
        return endpoint

    return mark


def open_to(
    *roles: str, instead: str = "commands.role_may_not", hidden: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Let these roles ask; others are told `instead`, or with `hidden` that there is nothing at this address.

    Put it below the route's decorator. Which rows a reader gets is for the query behind the route.
    """
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"open_to() needs known roles, not {sorted(unknown)}")
    return _declare(Declared("roles", frozenset(roles), instead, hidden))


def open_to_everybody(endpoint: Endpoint) -> Endpoint:
    """Let every role ask."""
    return open_to(*ROLES)(endpoint)


anybody = _declare(Declared("anybody"))
"""A public page: the gate lets its address through without a session (api.gate.PUBLIC_PATHS)."""
with_session = _declare(Declared("session"))
"""For who is signed in, also before a post is chosen or a password is changed; the page asks for the session."""
with_key = _declare(Declared("key"))
"""For a key of another program, which the router checks."""


def declared(request: Request) -> None:
    """Dependency of the whole application: refuses a route nobody declared, a wrong role and another site."""
    mark: Declared | None = getattr(request.scope.get("endpoint"), MARK, None)
    if mark is None:
        raise refuse("commands.role_may_not", kind="forbidden")
    if request.method not in _SAFE_METHODS and foreign_origin(request.headers):
        raise HTTPException(403)
    if mark.kind != "roles":
        return
    actor = actor_of(request)
    request.state.account_id = actor.account_id
    refuse_too_many(actor.account_id)
    if actor.role not in mark.roles:
        raise refuse("errors.no_such_address" if mark.hidden else mark.instead, kind=_kind(mark))


def refuse_too_many(account_id: int) -> None:
    """Raise Refused for a person whose programs ask more often than one browser could."""
    most = settings().api_calls_per_minute
    if most and not _calls(most).allows(str(account_id)):
        raise refuse("errors.too_many_calls", kind="often", most=most)


@cache
def _calls(most: int) -> Limit:
    return Limit(most, 60)


def _kind(mark: Declared) -> str:
    return "missing" if mark.hidden else "forbidden"


def actor_of(request: Request) -> Actor:
    """Who asks; answers 401 without a session that may act."""
    actor = principal(session_secret(request.headers.get("cookie", "")))
    if actor is None:
        raise HTTPException(401)
    return actor
