"""When the trip board reads again, and which cases its address names."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.geo.tiles import tiles_for_map
from jointreview.queries.trips.desk import PLANNERS
from jointreview.ui import hub
from jointreview.ui.allow import allow, event

_MOST_CASES = 50


class TripBoardState(rx.State):
    """Another `tick` tells the board to read again: a trip, a plan or a case changed."""

    loaded: bool = False
    tick: int = 0
    tiles: dict[str, Any] = {}
    chosen: list[int] = []

    @event
    @allow(*PLANNERS)
    async def load(self):
        """Follow trips, plans and cases; `?cases=1,2` ticks these cases at first."""
        hub.subscribe(self, "trips", "plan", "board", refresh=TripBoardState.refresh)
        named = str(self.router.url.query_parameters.get("cases", "")).split(",")[:_MOST_CASES]
        self.chosen = [int(one) for one in named if one.isascii() and one.isdecimal() and len(one) < 10]
        self.tiles = tiles_for_map()
        self.tick += 1
        self.loaded = True

    @event
    @allow(*PLANNERS)
    async def refresh(self):
        """Somebody changed something."""
        self.tick += 1
