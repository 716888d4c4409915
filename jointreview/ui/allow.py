"""Marks on event handlers: who may send them. An unmarked handler is refused by the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import reflex as rx

from jointreview.models.identity import ROLES

MARK = "_allowed_roles"

# Reflex's decorator without its types, which no checker follows: `on_click=SomeState.handler(1)` then checks.
event: Any = rx.event

Handler = TypeVar("Handler", bound=Callable)


def allow(*roles: str) -> Callable[[Handler], Handler]:
    """Let the roles send this event. Put it below `@event`; the handler itself checks the object."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"allow() needs known roles, not {sorted(unknown)}")

    def mark(handler: Handler) -> Handler:
        setattr(handler, MARK, frozenset(roles))
        return handler

    return mark


def allow_any(handler: Handler) -> Handler:
    """Let everybody who is signed in send this event."""
    return allow(*ROLES)(handler)
