"""What is open with whom, posts lent, and the dialog that hands one person's work to another."""

from __future__ import annotations

import asyncio
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.deputies import EndDeputy, NameDeputy
from jointreview.commands.executor import Outcome, execute
from jointreview.commands.handover import HandOver
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused
from jointreview.queries.handover import carriers, lendable, lent_posts
from jointreview.settings import settings
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.handover.rows import CarrierRow, LentRow, carrier_row, lent_row, post_words
from jointreview.ui.text import lang_of, say

HANDERS = ("leader", "admin")
_NOBODY = CarrierRow(id="", login="", name="", standing="", posts=[], work="", takers=[])


class HandoverState(rx.State):
    """The people of a head's unit, or everybody for the administrator."""

    loaded: bool = False
    carriers: list[CarrierRow] = []
    lent: list[LentRow] = []
    giver: CarrierRow = _NOBODY
    faults: list[Fault] = []
    posts: list[Option] = []
    post: str = ""
    deputies: list[Option] = []

    @event
    @allow(*HANDERS)
    async def load(self):
        """Read everything and close the dialog."""
        self.giver, self.faults = _NOBODY, []
        await self._read()

    @event
    @allow(*HANDERS)
    def open_giver(self, account_id: str):
        """Whose work is to be handed over."""
        self.giver = next((row for row in self.carriers if row["id"] == account_id), _NOBODY)
        self.faults = []

    @event
    @allow(*HANDERS)
    def giver_open_changed(self, is_open: bool):
        """The dialog was left."""
        if not is_open:
            self.giver = _NOBODY

    @event
    @allow(*HANDERS)
    async def hand_over(self, form: dict[str, Any]):
        """Everything open goes to the person chosen; what is wrong stands in the dialog, which keeps its entries."""
        wanted = {name: str(form.get(f"handover-{name}", "")).strip() for name in ("to_id", "reason", "posts")}
        outcome = await self._run(HandOver, from_id=self.giver["id"], **{**wanted, "posts": wanted["posts"] == "yes"})
        if outcome is None:
            return None
        self.giver = _NOBODY
        await self._read()
        return await toasts.done(self, "handover.done", **outcome.value)

    @event
    @allow(*HANDERS)
    async def choose_post(self, post: str):
        """The post decides who fits."""
        self.post = post[:10]
        await self._read()

    @event
    @allow(*HANDERS)
    async def name_deputy(self, form: dict[str, Any]):
        """Somebody stands in for the holder of the chosen post."""
        names = ("deputy_id", "from_on", "until_on", "reason")
        wanted = {name: form.get(f"handover-{name}", "") for name in names}
        if await self._run(NameDeputy, post_id=self.post, **wanted) is None:
            return None
        await self._read()
        return await toasts.done(self, "people.deputy_named")

    @event
    @allow(*HANDERS)
    async def end_deputy(self, delegation_id: str):
        """A deputy no longer stands in."""
        if await self._run(EndDeputy, delegation_id=delegation_id) is None:
            return None
        await self._read()
        return await toasts.done(self, "people.deputy_ended")

    async def _run(self, kind: type[Command], **entered: Any) -> Outcome | None:
        try:
            outcome = await asyncio.to_thread(execute, await actor_of(self), kind(**entered))
        except Refused as refusal:
            found = await faults_of(self, refusal)
            self.faults = [Fault(text=f["text"], where=f["where"] and f"handover-{f['where']}") for f in found]
            return None
        except pydantic.ValidationError:
            self.faults = [Fault(text=await say(self, "people.incomplete"), where="")]
            return None
        self.faults = []
        return outcome

    async def _read(self) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        people = await asyncio.to_thread(carriers, actor, lang)
        lent = await asyncio.to_thread(lent_posts, actor, lang, settings().today())
        self.carriers = [carrier_row(one, lang) for one in people]
        self.lent = [lent_row(one, lang) for one in lent]
        posts = await asyncio.to_thread(lendable, actor, lang)
        self.posts = [Option(value=str(p.post_id), name=f"{p.holder} · {post_words(p.post, lang)}") for p in posts]
        if self.post not in {p["value"] for p in self.posts}:
            self.post = self.posts[0]["value"] if self.posts else ""
        fitting = next((p.deputies for p in posts if str(p.post_id) == self.post), ())
        self.deputies = [Option(value=str(d.account_id), name=d.name) for d in fitting]
        self.loaded = True
