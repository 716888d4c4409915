"""The guard in Reflex's own event pipeline: who may send what, and whose state is shown to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.utils.format import format_event_handler
from sqlmodel import SQLModel

from jointreview.commands import identity
from jointreview.models.base import engine
from jointreview.settings import settings
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.guard import Guard
from jointreview.ui.me import actor_of

PASSWORD = "Right-Password-1"


class Probe(rx.State):
    """A page's state with one handler of each kind."""

    notes: list[str] = []
    number: int = 0

    @event
    @allow("officer", "coordinator")
    def for_staff(self):
        self.notes = [*self.notes, "for_staff"]

    @event
    def unmarked(self):
        self.notes = [*self.notes, "unmarked"]

    def plain_method(self):
        self.notes = [*self.notes, "plain_method"]

    @event
    @allow_any
    async def whoever(self):
        self.notes = [*self.notes, (await actor_of(self)).role]

    @event
    @allow_any
    def typed(self, number: int, forced: bool = False):
        assert type(number) is int
        self.number = number


class Pipeline:
    """Sends events as a browser with a cookie would."""

    def __init__(self, processor: BaseStateEventProcessor, manager: StateManagerMemory) -> None:
        self.processor = processor
        self.manager = manager

    async def _preprocess(self, state: Any, sent: Event) -> Any:
        return await Guard().preprocess(None, state, sent)

    async def send(self, handler: str, secret: str, token: str = "tab", **payload: Any) -> str:
        """Everything the server told in answer."""
        name = format_event_handler(Probe.event_handlers[handler])
        router = {"pathname": "/", "headers": {"cookie": f"jr_session={secret}"}, "token": token}
        root = await self.manager.get_state(BaseStateToken(ident=token, cls=Probe))
        if not root.router_data:
            # A page that has been loaded before: otherwise the first event would load it, which needs an app.
            root.router_data = {"pathname": "/loaded"}
        sent = Event(name=name, payload=payload, router_data=router)
        return str([delta async for delta in self.processor.enqueue_stream_delta(token, sent)])

    async def probe(self, token: str = "tab") -> Probe:
        root = await self.manager.get_state(BaseStateToken(ident=token, cls=Probe))
        return await root.get_state(Probe)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty database of its own."""
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JOINTREVIEW_DATABASE_URL", "")
    settings.cache_clear()
    engine.cache_clear()
    SQLModel.metadata.create_all(engine())
    yield
    engine().dispose()
    settings.cache_clear()
    engine.cache_clear()


@pytest.fixture
async def pipeline() -> AsyncIterator[Pipeline]:
    """The event pipeline with the guard, without sockets or browser."""
    manager = StateManagerMemory()
    processor = BaseStateEventProcessor(middleware=None, backend_exception_handler=None)
    sender = Pipeline(processor, manager)
    processor.middleware = sender  # type: ignore[assignment]
    async with processor.configure(state_manager=manager):
        yield sender


def session_of(role: str) -> str:
    identity.add_account(role, f"Person {role}", role, PASSWORD, unit="fire" if role == "officer" else "")
    return identity.sign_in(role, PASSWORD).secret


@pytest.mark.parametrize(("role", "heard"), [("officer", True), ("coordinator", True), ("applicant", False)])
async def test_only_the_roles_named_at_a_handler_reach_it(pipeline: Pipeline, role: str, heard: bool) -> None:
    await pipeline.send("for_staff", session_of(role))
    assert (await pipeline.probe()).notes == (["for_staff"] if heard else [])


@pytest.mark.parametrize("handler", ["unmarked", "plain_method", "setvar"])
async def test_a_handler_nobody_marked_is_closed_to_everybody(pipeline: Pipeline, handler: str) -> None:
    payload = {"var_name": "number", "value": 7} if handler == "setvar" else {}
    await pipeline.send(handler, session_of("admin"), **payload)
    probe = await pipeline.probe()
    assert (probe.notes, probe.number) == ([], 0)


@pytest.mark.parametrize(
    "payload", [{}, {"number": "abc"}, {"number": ["1"]}, {"number": 1, "more": 2}, {"number": 1, "forced": {}}]
)
async def test_a_payload_that_does_not_fit_is_refused(pipeline: Pipeline, payload: dict) -> None:
    await pipeline.send("typed", session_of("clerk"), **payload)
    assert (await pipeline.probe()).number == 0


async def test_a_payload_reaches_the_handler_in_its_own_types(pipeline: Pipeline) -> None:
    await pipeline.send("typed", session_of("clerk"), number="5")
    assert (await pipeline.probe()).number == 5


async def test_another_session_on_the_same_tab_finds_it_empty(pipeline: Pipeline) -> None:
    await pipeline.send("for_staff", session_of("officer"))
    told = await pipeline.send("whoever", session_of("applicant"))
    assert (await pipeline.probe()).notes == ["applicant"]
    assert "Person officer" not in told


async def test_after_the_session_ended_nothing_runs_and_nothing_is_told(pipeline: Pipeline) -> None:
    secret = session_of("officer")
    await pipeline.send("for_staff", secret)
    identity.sign_out(secret)
    told = await pipeline.send("whoever", secret)
    assert "Person officer" not in told and "for_staff" not in told
    assert (await pipeline.probe()).notes == []


async def test_a_post_taken_away_is_felt_at_the_next_event(pipeline: Pipeline) -> None:
    from jointreview.commands.announce import announce
    from jointreview.models.base import writing
    from jointreview.models.identity import Post

    secret = session_of("officer")
    await pipeline.send("whoever", secret)
    with writing() as db:
        db.get_one(Post, 1).active = False
    announce({"account:1"})
    await pipeline.send("for_staff", secret)
    assert (await pipeline.probe()).notes == []
