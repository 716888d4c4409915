"""Every event handler of the pages, and a tab that sends any of them through the guard without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from jointreview.ui import pages
from jointreview.ui.allow import MARK
from jointreview.ui.guard import Guard

for _module in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
    importlib.import_module(_module.name)


@dataclass(frozen=True)
class Handler:
    """A handler as the registry knows it."""

    name: str
    registered: RegisteredEventHandler

    @property
    def function(self) -> Any:
        return self.registered.handler.fn

    @property
    def allowed(self) -> frozenset[str]:
        """Who may send it; nobody where it carries no mark."""
        return getattr(self.function, MARK, frozenset())

    @property
    def state(self) -> type[rx.State]:
        return self.registered.states[0]

    @property
    def arguments(self) -> dict[str, Any]:
        """The names and annotations of what it takes."""
        hints = typing.get_type_hints(self.function)
        return {name: hints.get(name, Any) for name in list(inspect.signature(self.function).parameters)[1:]}

    def payload(self, value_of: dict[Any, Any]) -> dict[str, Any]:
        """A payload with one value for each type; a form where the annotation is none of the plain ones."""
        return {name: value_of.get(kind, value_of[dict]) for name, kind in self.arguments.items()}

    def __str__(self) -> str:
        return f"{self.state.__name__}.{self.function.__name__}"


def all_handlers() -> list[Handler]:
    """What the server would listen to, the framework's own and `setvar` of every state included."""
    known = RegistrationContext.get().event_handlers
    wanted = ("jointreview.", "reflex.", "reflex_base.")
    return [Handler(name, one) for name, one in known.items() if one.states[0].__module__.startswith(wanted)]


def form_keys() -> list[str]:
    """Every name by which a handler reads the form it is sent."""
    read = re.compile(r"""(?:form|sent|answer|file)(?:\.get\(|\[)["'](\w+)["']""")
    folder = Path(pages.__file__).parent
    return sorted({name for file in folder.rglob("*.py") for name in read.findall(file.read_text("utf-8"))})


def own_handlers() -> list[Handler]:
    """The handlers written in this product."""
    return [one for one in all_handlers() if one.function.__module__.startswith("jointreview.")]


class Tab:
    """A tab of one browser: `send` gives every message in answer, `faults` what a handler raised."""

    def __init__(self, processor: BaseStateEventProcessor, manager: StateManagerMemory) -> None:
        self._processor = processor
        self._manager = manager
        self.faults: list[Exception] = []
        self.sending = ""
        self.waited: set[str] = set()
        """Handlers during which everybody waited: a transaction began on the event loop itself."""

    def began(self, _connection: Any) -> None:
        """Called by the database when a transaction begins, in whatever thread that is."""
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            if self.sending:
                self.waited.add(self.sending)

    async def _preprocess(self, state: Any, sent: Event) -> Any:
        return await Guard().preprocess(None, state, sent)

    async def root(self, token: str) -> Any:
        """The state of the tab, as a page that has been loaded before."""
        found = await self._manager.get_state(BaseStateToken(ident=token, cls=rx.State))
        if not found.router_data:
            found.router_data = {"pathname": "/loaded"}
        return found

    async def send(self, handler: Handler, secret: str, token: str, payload: dict[str, Any], path: str = "/") -> str:
        """Send one event as a page at `path` would; answers everything the server told."""
        router = {
            "pathname": path,
            "asPath": path,
            "query": {},
            "token": token,
            "headers": {
                "cookie": f"jr_session={secret}",
                "origin": "http://127.0.0.1:8000",
                "host": "127.0.0.1:8000",
            },
        }
        await self.root(token)
        sent = Event(name=handler.name, payload=payload, router_data=router)
        self.sending = str(handler)
        try:
            return str([d async for d in self._processor.enqueue_stream_delta(token, sent)])
        except Exception as fault:
            self.faults.append(fault)
            return ""
        finally:
            self.sending = ""


@asynccontextmanager
async def open_tab() -> AsyncIterator[Tab]:
    """The event pipeline with the guard, without sockets or browser."""
    manager = StateManagerMemory()
    processor = BaseStateEventProcessor(middleware=None, backend_exception_handler=None)
    tab = Tab(processor, manager)
    processor.middleware = tab  # type: ignore[assignment]
    processor.backend_exception_handler = lambda fault: tab.faults.append(fault)
    async with processor.configure(state_manager=manager):
        yield tab
