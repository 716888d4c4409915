"""The areas shown, and the one being written."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pydantic
import reflex as rx

from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.registry import Command
from jointreview.commands.survey_areas import DropArea, KeepArea
from jointreview.domain.problems import Problem, Refused
from jointreview.queries.survey_areas import survey_areas
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of

_NAMED = 6


class AreaRow(TypedDict):
    """An area in words."""

    id: int
    name: str
    where: str
    polygon: bool
    officers: str


class Tick(TypedDict):
    """Something that can be chosen."""

    value: str
    label: str


class AreasState(rx.State):
    """The page of survey areas."""

    loaded: bool = False
    rows: list[AreaRow] = []
    towns: list[Tick] = []
    people: list[Tick] = []
    writing: bool = False
    known: bool = False
    name: str = ""
    chosen_towns: list[str] = []
    chosen_people: list[str] = []
    polygon: str = ""
    faults: list[Fault] = []

    _area_id: int = 0

    @event
    @allow("coordinator", "admin")
    async def load(self):
        """Read, and again when somebody changes an area."""
        hub.subscribe(self, "trips", refresh=AreasState.refresh)
        self.writing, self.faults = False, []
        await self._read()

    @event
    @allow("coordinator", "admin")
    async def refresh(self):
        """Read again; what is being written stays."""
        await self._read()

    async def _read(self) -> None:
        today = settings().current_time().astimezone(SHANGHAI).date()
        found = await asyncio.to_thread(survey_areas, await actor_of(self), await lang_of(self), today)
        towns, people = dict(found.towns), dict(found.officers)
        self.towns = [Tick(value=code, label=name) for code, name in found.towns]
        self.people = [Tick(value=str(one), label=name) for one, name in found.officers]
        self.rows = [
            AreaRow(
                id=area.id,
                name=area.name,
                where="、".join(towns.get(code, code) for code in area.towns),
                polygon=bool(area.polygon),
                officers="、".join(people[o] for o in area.officers[:_NAMED] if o in people)
                + ("…" if len(area.officers) > _NAMED else ""),
            )
            for area in found.areas
        ]
        self.loaded = True

    @event
    @allow("coordinator", "admin")
    async def write(self, area_id: int):
        """Open the form: for a new area (0), or one there is."""
        today = settings().current_time().astimezone(SHANGHAI).date()
        found = await asyncio.to_thread(survey_areas, await actor_of(self), await lang_of(self), today)
        area = next((a for a in found.areas if a.id == area_id), None)
        self._area_id = area.id if area else 0
        self.name, self.polygon = (area.name, area.polygon) if area else ("", "")
        self.chosen_towns = list(area.towns) if area else []
        self.chosen_people = [str(o) for o in area.officers] if area else []
        self.writing, self.known, self.faults = True, area is not None, []

    @event
    @allow("coordinator", "admin")
    async def leave(self):
        """Close the form without keeping it."""
        self.writing, self.faults = False, []

    @event
    @allow("coordinator", "admin")
    async def toggle_town(self, code: str):
        """A town belongs to the area, or no longer."""
        self.chosen_towns = _toggled(self.chosen_towns, code)

    @event
    @allow("coordinator", "admin")
    async def toggle_person(self, account: str):
        """An officer surveys the area, or no longer."""
        self.chosen_people = _toggled(self.chosen_people, account)

    @event
    @allow("coordinator", "admin")
    async def take_file(self, answer: dict[str, Any]):
        """The boundary from a GeoJSON file."""
        self.polygon = str(answer.get("text") or "")

    @event
    @allow("coordinator", "admin")
    async def file_too_large(self, name: str):
        """A file that is no boundary."""
        return await toasts.refused(self, Refused(Problem("areas.not_geojson")))

    @event
    @allow("coordinator", "admin")
    async def keep(self, form: dict[str, Any]):
        """Keep the area; refused, the form stays as it is."""
        self.name, self.polygon = str(form.get("name") or ""), str(form.get("polygon") or "")
        try:
            command = KeepArea.model_validate(
                {
                    "area_id": self._area_id,
                    "name": self.name,
                    "towns": self.chosen_towns,
                    "polygon": self.polygon,
                    "officers": self.chosen_people,
                }
            )
        except pydantic.ValidationError:
            self.faults = await faults_of(self, Refused(Problem("case.fill_in")))
            return None
        return await self._run(command)

    @event
    @allow("coordinator", "admin")
    async def drop(self):
        """The area is not used any more."""
        return await self._run(DropArea(area_id=self._area_id))

    async def _run(self, command: Command) -> Any:
        try:
            await asyncio.to_thread(execute, await actor_of(self), command)
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
            return None
        self.writing, self.faults = False, []
        await self._read()
        return await toasts.done(self, "booking.answered")


def _toggled(chosen: list[str], one: str) -> list[str]:
    return [c for c in chosen if c != one] if one in chosen else [*chosen, one]


# For components: Reflex turns the attributes of the class into vars, which no checker follows.
Seen: Any = AreasState
