"""Who sits at this tab, as the pages show it; filled by the guard before every event."""

from __future__ import annotations

import reflex as rx

from jointreview.models.actor import Actor
from jointreview.ui.allow import allow_any, event


class Me(rx.State):
    """The signed-in person. Only the guard writes here; decisions use the actor, never these vars."""

    name: str = ""
    role: str = ""
    post_title: str = ""
    unit: str = ""
    acting_for: str = ""
    _actor: Actor | None = None
    _digest: str = ""

    @event
    @allow_any
    def refresh(self):
        """Ask the guard again who this is: it runs before every event, this one included."""


async def actor_of(state: rx.State) -> Actor:
    """The actor of the event being handled. In a background handler call it inside `async with self`."""
    actor = (await state.get_state(Me))._actor
    if actor is None:
        raise PermissionError("an event was handled without the guard")
    return actor
