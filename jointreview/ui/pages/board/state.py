"""What the board shows, by the filters of the address."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from jointreview.geo.tiles import tiles_for_map
from jointreview.models.actor import Actor
from jointreview.queries.board import Board, board
from jointreview.queries.board_filters import BoardFilters
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.board.rows import (
    LampChip,
    Row,
    board_rows,
    lamp_chips,
    options,
    stage_chips,
    state_options,
)
from jointreview.ui.text import lang_of

READERS = ("coordinator", "clerk", "officer", "leader", "supervisor")
_IN_SIGHT = "document.getElementById('row-{}')?.scrollIntoView({{block: 'nearest'}})"
_CHOICES = ("state", "stage", "lamp", "unit", "turn", "town", "sort")
_FILTERS = (*_CHOICES, "week")


class BoardState(rx.State):
    """One view of the board; `narrowed` tells that fewer cases are shown than as it opens."""

    loaded: bool = False
    rows: list[Row] = []
    total: int = 0
    page: int = 1
    pages: int = 1
    stages: list[Option] = []
    lamps: list[LampChip] = []
    states: list[Option] = []
    units: list[Option] = []
    turns: list[Option] = []
    towns: list[Option] = []
    chosen: dict[str, str] = {}
    text: str = ""
    week: bool = False
    narrowed: bool = False
    map_url: str = ""
    map_page: str = "/map"
    tiles: dict[str, Any] = {}
    selected: str = ""
    side: str = "list"
    _filters: BoardFilters = BoardFilters()
    _reads: int = 0

    @event
    @allow(*READERS)
    async def load(self):
        """Read the filters of the address and what they show; read again when any case changes."""
        hub.subscribe(self, "board", refresh=BoardState.refresh, every=hub.OVERVIEW_SECONDS)
        self._filters = self._in_address()
        self.tiles = tiles_for_map()
        await self._read()

    @event
    @allow(*READERS)
    async def refresh(self):
        """Read again what the page shows."""
        await self._read()

    @event
    @allow(*READERS)
    def narrow(self, name: str, value: str):
        """Set one filter, or take it off when it is set to this value by a chip."""
        if name not in _FILTERS:
            return None
        filters = self._in_address().but(**{name: value == "1" if name == "week" else value})
        return _show(filters)

    @event
    @allow(*READERS)
    def toggle_lamp(self, lamp: str):
        """Show only this lamp, or all again."""
        filters = self._in_address()
        return _show(filters.but(lamp="" if filters.lamp == lamp else lamp))

    @event
    @allow(*READERS)
    def toggle_stage(self, stage: str):
        """Show only this stage, or all again."""
        filters = self._in_address()
        return _show(filters.but(stage="" if filters.stage == stage else stage))

    @event
    @allow(*READERS)
    def look_for(self, form: dict[str, Any]):
        """Show only what holds these words."""
        return _show(self._in_address().but(text=str(form.get("q", "")).strip()))

    @event
    @allow(*READERS)
    def turn_to(self, page: int):
        """Another page of the same view."""
        return _show(self._in_address().but(page=page))

    @event
    @allow(*READERS)
    def show_side(self, side: str):
        """On a phone: the list or the map."""
        self.side = "map" if side == "map" else "list"

    @event
    @allow(*READERS)
    async def choose(self, case_id: str):
        """A case was chosen on the map: bring its row into sight, on whichever page it is."""
        self.selected = case_id[:20]
        if case_id and case_id not in {row["id"] for row in self.rows}:
            page = await asyncio.to_thread(_page_of, await actor_of(self), self._filters, case_id)
            if page:
                return _show(self._filters.but(page=page))
        return rx.call_script(_IN_SIGHT.format(int(case_id))) if case_id.isascii() and case_id.isdecimal() else None

    def _in_address(self) -> BoardFilters:
        """What the person sees in the address: it may be newer than what this page was last read with."""
        return BoardFilters.from_address(self.router.url.query_parameters)

    async def _read(self) -> None:
        lang, filters = await lang_of(self), self._filters
        found = await asyncio.to_thread(board, await actor_of(self), filters, lang, settings().current_time())
        self.rows, self.total, self.page, self.pages = board_rows(found, lang), found.total, found.page, found.pages
        self.stages = stage_chips(found, lang)
        self.lamps = lamp_chips(found, filters.lamp, lang)
        self.states = state_options(found, filters.state, lang)
        self.units = options(found.units, filters.unit, lang)
        self.turns = options(found.turns, filters.turn, lang)
        self.towns = options(found.towns, filters.town, lang)
        self.chosen = {name: str(getattr(filters, name)) for name in _CHOICES}
        self.text, self.week = filters.text, filters.week
        self.narrowed = filters.but(sort=BoardFilters().sort) != BoardFilters()
        self.map_page = f"/map?{filters.but(sort=BoardFilters().sort).address()}".rstrip("?")
        self._reads += 1
        self.map_url = f"/api/board.geojson?{filters.but(sort=BoardFilters().sort).address()}&v={self._reads}"
        self.loaded = True


def _show(filters: BoardFilters):
    """Event: the board with these filters in its address."""
    query = filters.address()
    return rx.redirect(f"/board?{query}" if query else "/board")


def _page_of(actor: Actor, filters: BoardFilters, case_id: str) -> int:
    """The page of the view on which a case stands; 0 when it is on none."""
    now, page, pages = settings().current_time(), 1, 1
    while page <= pages:
        found: Board = board(actor, filters.but(page=page), "zh", now)
        if case_id in {str(row.case_id) for row in found.rows}:
            return page
        page, pages = page + 1, found.pages
    return 0
