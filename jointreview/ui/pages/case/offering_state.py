"""The state of booking a survey: what can be booked, what the applicant chose, and the visit acknowledged."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.registry import Command
from jointreview.commands.survey_offers import AcknowledgeVisit, OfferHalfDays
from jointreview.domain.problems import Problem, Refused
from jointreview.queries.dossier.offering import NO_OFFERING, Offering, offering
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of

_PATH = re.compile(r"/cases/(\d{1,12})/?")


class OfferState(rx.State):
    """One case's survey as its applicant books it."""

    seen: Offering = NO_OFFERING
    chosen: list[str] = []
    lon: float = 0
    lat: float = 0
    marked: bool = False
    faults: list[Fault] = []

    _case_id: int = 0

    @event
    @allow_any
    async def load(self):
        """Open the case of the address; the last offer is where the choice begins."""
        found = _PATH.fullmatch(self.router.url.path)
        self.reset()
        self._case_id = int(found[1]) if found else 0
        hub.subscribe(self, f"case:{self._case_id}", refresh=OfferState.refresh)
        await self._read()
        self.chosen = list(self.seen["chosen"])
        self.lon, self.lat, self.marked = self.seen["lon"], self.seen["lat"], self.seen["has_entry"]

    @event
    @allow_any
    async def refresh(self):
        """Somebody changed the case; what is chosen here stays."""
        await self._read()

    async def _read(self) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        self.seen = await asyncio.to_thread(offering, actor, self._case_id, lang, settings().current_time())

    @event
    @allow("applicant", "clerk")
    async def toggle(self, key: str):
        """Take a half-day into the offer, or out of it."""
        known = {half["key"] for day in self.seen["days"] for half in day["halves"]}
        if key in self.chosen:
            self.chosen = [one for one in self.chosen if one != key]
        elif key in known:
            self.chosen = sorted([*self.chosen, key])

    @event
    @allow("applicant", "clerk")
    async def pick(self, lon: float, lat: float):
        """The point of entry was marked on the map."""
        self.lon, self.lat, self.marked = lon, lat, True

    @event
    @allow("applicant", "clerk")
    async def offer(self, form: dict[str, Any]):
        """Offer what is chosen; refused, everything stays as it was entered."""
        halves = [{"day": key[:10], "half": key[11:]} for key in self.chosen]
        entry = {"lon": self.lon, "lat": self.lat} if self.marked else {}
        try:
            command = OfferHalfDays.model_validate(
                {"case_id": self._case_id, "half_days": halves, "note": str(form.get("note") or ""), **entry}
            )
        except pydantic.ValidationError:
            self.faults = await faults_of(self, Refused(Problem("case.fill_in")))
            return None
        return await self._run(command, "booking.offered")

    @event
    @allow("applicant", "clerk")
    async def acknowledge(self):
        """The applicant has seen when the survey is and who comes."""
        return await self._run(AcknowledgeVisit(case_id=self._case_id), "booking.acknowledged")

    async def _run(self, command: Command, done: str) -> Any:
        self.faults = []
        try:
            await asyncio.to_thread(execute, await actor_of(self), command)
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
            return None
        finally:
            await self._read()
        return await toasts.done(self, done)


# For components: Reflex turns the attributes of the class into vars, which no checker follows.
Offer: Any = OfferState
