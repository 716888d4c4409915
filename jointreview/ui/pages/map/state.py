"""The filters of the workspace map as they stand in the address; the map itself reads over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from jointreview.geo.tiles import tiles_for_map
from jointreview.queries.board import Choice
from jointreview.queries.board_filters import ALL, ENDED, OPEN, BoardFilters
from jointreview.queries.mapspace.choosing import MapChoices, map_choices
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of

BOARD_READERS = ("coordinator", "clerk", "officer", "leader", "supervisor")
READERS = (*BOARD_READERS, "applicant")
_CHOICES = ("state", "stage", "lamp", "unit", "town")
_FILTERS = (*_CHOICES, "week")


class MapState(rx.State):
    """What the map is narrowed to; another `tick` makes it read again, as another case may have changed."""

    loaded: bool = False
    query: str = ""
    tick: int = 0
    narrowed: bool = False
    chosen: dict[str, str] = {}
    text: str = ""
    week: bool = False
    stages: list[Option] = []
    lamps: list[Option] = []
    states: list[Option] = []
    units: list[Option] = []
    towns: list[Option] = []
    tiles: dict[str, Any] = {}
    today: str = ""
    board_url: str = ""
    can_trip: bool = False
    _filters: BoardFilters = BoardFilters()

    @event
    @allow(*READERS)
    async def load(self):
        """Read the filters of the address; read again when any case changes."""
        hub.subscribe(self, "board", refresh=MapState.refresh, every=hub.OVERVIEW_SECONDS)
        self._filters = self._in_address()
        self.tiles, self.today = tiles_for_map(), settings().today().isoformat()
        await self._read()

    @event
    @allow(*READERS)
    async def refresh(self):
        """Count again and let the map read again."""
        await self._read()

    @event
    @allow(*READERS)
    def narrow(self, name: str, value: str):
        """Set one filter; an empty value takes it off."""
        if name not in _FILTERS:
            return None
        return _show(self._in_address().but(**{name: value == "1" if name == "week" else value}))

    @event
    @allow(*READERS)
    def toggle_lamp(self, lamp: str):
        """Show only this lamp, or all again."""
        filters = self._in_address()
        return _show(filters.but(lamp="" if filters.lamp == lamp else lamp))

    @event
    @allow(*READERS)
    def look_for(self, form: dict[str, Any]):
        """Show only what holds these words."""
        return _show(self._in_address().but(text=str(form.get("q", "")).strip()))

    def _in_address(self) -> BoardFilters:
        """What the person sees in the address: it may be newer than what this page was last read with."""
        return BoardFilters.from_address(self.router.url.query_parameters).but(sort=BoardFilters().sort)

    async def _read(self) -> None:
        lang, actor, filters = await lang_of(self), await actor_of(self), self._filters
        found = await asyncio.to_thread(map_choices, actor, filters, lang, settings().current_time())
        self._offer(found, lang)
        self.chosen = {name: str(getattr(filters, name)) for name in _CHOICES}
        self.text, self.week = filters.text, filters.week
        self.narrowed = filters != BoardFilters()
        self.query = filters.address()
        self.can_trip = actor.role == "coordinator"
        self.board_url = f"/board?{self.query}" if actor.role in BOARD_READERS else ""
        self.tick += 1
        self.loaded = True

    def _offer(self, found: MapChoices, lang: str) -> None:
        filters = self._filters
        self.stages = _options(found.stages, filters.stage, lang)
        self.lamps = _options(found.lamps, filters.lamp, lang)
        self.towns = _options(found.towns, filters.town, lang)
        self.units = [Option(value=unit.value, name=unit.name) for unit in found.units]
        sets = [Option(value=v, name=tr(lang, f"board.state_{v}")) for v in (OPEN, ENDED, ALL)]
        self.states = sets + _options(found.states, filters.state, lang)


def _options(choices: tuple[Choice, ...], chosen: str, lang: str) -> list[Option]:
    """The values that show something, and the chosen one, each with its count."""
    return [
        Option(value=c.value, name=tr(lang, "board.counted", name=c.name, count=c.count))
        for c in choices
        if c.count or c.value == chosen
    ]


def _show(filters: BoardFilters):
    """Event: the map with these filters in its address; what part of the town it shows stays as it is."""
    query = filters.address()
    return rx.redirect(f"/map?{query}" if query else "/map")
