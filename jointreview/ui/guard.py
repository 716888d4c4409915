"""Authorisation before every event: unmarked handlers, wrong roles and malformed payloads are refused."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import re
import typing
from typing import Any

import pydantic
import reflex as rx
from reflex.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from jointreview.api.gate import session_secret, used_session
from jointreview.api.requests import unstorable
from jointreview.commands.identity import TOUCH_SECONDS
from jointreview.queries.principal import remembered, signed_in
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import MARK
from jointreview.ui.leaving import leave_for
from jointreview.ui.me import Me
from jointreview.ui.text import Lang
from jointreview.watch.logs import WithoutEvents

_log = logging.getLogger(__name__)

# What Reflex's own page code sends. `setvar`, shared states and everything else of the framework is refused.
FRAMEWORK = frozenset(
    {
        ("State", "hydrate"),
        ("State", "hydrate_and_load"),
        ("State", "set_is_hydrated"),
        ("OnLoadInternalState", "on_load_internal"),
        ("OnLoadInternalState", "set_is_hydrated"),
        ("UpdateVarsInternalState", "update_vars_internal"),
        ("FrontendEventExceptionState", "handle_frontend_exception"),
    }
)
_PAGE_LOADS = frozenset({"hydrate", "hydrate_and_load", "on_load_internal"})
_STORED_TEXT_LIMIT = 2000
# Halves of a character, which no encoding writes: as they are, and as `str` shows them inside a payload.
_HALVES = re.compile(r"[\ud800-\udfff]|\\ud[89a-f][0-9a-f]{2}")


class Guard(Middleware):
    """Runs before every event, whoever sent it: a browser, a hostile client or the live hub."""

    async def preprocess(self, app: Any, state: BaseState, event: Event) -> StateUpdate | None:
        registered = RegistrationContext.get().event_handlers[event.name]
        root = state._get_root_state()
        me = await _recognise(root, from_browser=bool(event.router_data))
        if me._actor is None and not event.router_data and not root.router.headers.cookie:
            # Redis came back without this tab's state: the hub asks for a refresh of something nobody knows any more.
            await hub.connect_again(app, EventContext.get().token)
            root._clean()
            return StateUpdate()
        if me._actor is None:
            # The page is left as it stands: an emptied one would count as not loaded and not run the event.
            root._clean()
            return StateUpdate(events=Event.from_event_type([leave_for("/signin")]))
        lang = (await root.get_state(Lang)).lang
        if is_framework(registered):
            if not _framework_payload_is_sound(event):
                return await _refuse(root, event, lang, "ui.event_malformed")
            if registered.handler.fn.__name__ in _PAGE_LOADS:
                hub.forget(root.router.session.client_token)
                hub.subscribe(me, f"session:{me._digest}", f"account:{me._actor.account_id}", refresh=Me.refresh)
            return None
        roles: frozenset[str] = getattr(registered.handler.fn, MARK, frozenset())
        if me._actor.role not in roles:
            return await _refuse(root, event, lang, "ui.event_denied")
        if not check_payload(registered, event.payload):
            return await _refuse(root, event, lang, "ui.event_malformed")
        return None


async def _recognise(root: BaseState, from_browser: bool) -> Me:
    """Fill Me from the cookie of this connection; another session than before empties the whole tab state.

    Whoever presents a tab token that somebody else's session used finds nothing of theirs.
    """
    secret = session_secret(root.router.headers.cookie)
    found = remembered(secret)
    if found is None or (from_browser and found.seen_seconds_ago >= TOUCH_SECONDS):
        # A database that makes somebody wait must not make everybody wait.
        found = await asyncio.to_thread(used_session if from_browser else signed_in, secret)
    actor = found.actor if found and found.may_act else None
    digest = found.digest if found and actor else ""
    me = await root.get_state(Me)
    if me._digest != digest or (me._actor and actor and me._actor.post_id != actor.post_id):
        await _load_all(root, type(root))
        root.reset()
        hub.forget(root.router.session.client_token)
    me._digest = digest
    if me._actor != actor:
        me._actor = actor
        me.name, me.role = (actor.name, actor.role) if actor else ("", "")
        me.post_title, me.unit = (actor.post_title, actor.unit) if actor else ("", "")
        me.acting_for = actor.acting_for if actor else ""
    return me


async def _load_all(root: BaseState, kind: type[BaseState]) -> None:
    """Have the whole state of the tab at hand: an event gets from Redis only what it needs, the rest would stay."""
    for part in kind.get_substates():
        await root.get_state(part)
        await _load_all(root, part)


def is_framework(registered: RegisteredEventHandler) -> bool:
    """Whether a handler is one of those Reflex's own page code needs."""
    owner = registered.states[0]
    known = owner.__module__.startswith(("reflex.", "reflex_base."))
    return known and (owner.__name__, registered.handler.fn.__name__) in FRAMEWORK


def _framework_payload_is_sound(event: Event) -> bool:
    """Browser-stored values must be short texts; the framework would store any JSON."""
    stored = event.payload.get("vars")
    if stored is None:
        return True
    return isinstance(stored, dict) and all(
        isinstance(value, str) and len(value) <= _STORED_TEXT_LIMIT for value in stored.values()
    )


def check_payload(registered: RegisteredEventHandler, payload: dict[str, Any]) -> bool:
    """Whether the payload fits the handler's signature; if so its values are replaced by the converted ones."""
    model = _payload_model(registered.handler.fn)
    try:
        checked = model.model_validate(payload)
    except pydantic.ValidationError as error:
        faults = [(fault["loc"][:2], fault["type"]) for fault in error.errors(include_input=False)]
        _log.warning("malformed event for %s: %s", registered.handler.fn.__qualname__, faults[:5])
        return False
    if unstorable(payload) or _HALVES.search(str(payload)):
        _log.warning("unstorable event for %s", registered.handler.fn.__qualname__)
        return False
    payload.update({name: getattr(checked, name) for name in model.model_fields if name in payload})
    return True


@functools.cache
def _payload_model(handler: Any) -> type[pydantic.BaseModel]:
    """A model from the handler's own signature: no extra keys, real types."""
    hints = typing.get_type_hints(handler)
    fields: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(handler).parameters.items())[1:]:
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[name] = (hints.get(name, Any), default)
    config = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    return pydantic.create_model(handler.__name__, __config__=config, **fields)


async def _refuse(root: BaseState, event: Event, lang: str, key: str) -> StateUpdate:
    _log.warning("refused event %s (%s)", event.name[:200], key)
    return await _stop(root, rx.toast.error(tr(lang, key), id=key))


async def _stop(root: BaseState, *events: Any) -> StateUpdate:
    """End the event here, but send what the guard itself changed."""
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta, events=Event.from_event_type(list(events)))


def quiet_logs() -> None:
    """Install the filter on every logger by which Reflex reports events."""
    for name in ("reflex.app", "reflex_base.event.processor.event_processor"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutEvents) for known in logger.filters):
            logger.addFilter(WithoutEvents())
    for name in ("reflex_base.event.processor.base_state_processor",):
        # Its warnings quote payload values; the guard already reports malformed ones without them.
        logging.getLogger(name).setLevel(logging.ERROR)
