"""The trip board in the browser: it reads over HTTP and sends commands; the page only says when to read again."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components import case_map
from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts
from jointreview.ui.components.signature import HTTP_JSX

TRIP_BOARD_JSX = browser_part(__name__, "trip_board.jsx")
PARTS = [
    browser_part(__name__, "trip_board_desk.jsx"),
    browser_part(__name__, "trip_board_dialogs.jsx"),
    browser_part(__name__, "trip_board_fleet.jsx"),
    browser_part(__name__, "trip_board_map.jsx"),
    browser_part(__name__, "trip_board_parts.jsx"),
    browser_part(__name__, "trip_board_plan.jsx"),
    browser_part(__name__, "trip_board_waiting.jsx"),
    HTTP_JSX,
    case_map.CASE_MAP_JSX,
    *case_map.PARTS,
]
"""What the browser part imports: each must be linked for the build."""


class TripBoard(rx.NoSSRComponent):
    """The browser part; pages use `trip_board`, which gives it its words."""

    library = TRIP_BOARD_JSX.importable_path
    tag = "TripBoard"
    lib_dependencies: list[str] = ["leaflet@1.9.4"]

    loaded: rx.Var[bool]
    tick: rx.Var[int]
    tiles: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, str]]
    chosen: rx.Var[list[int]]


def trip_board(**props: Any) -> rx.Component:
    """The board. Another `tick` reads again, `tiles` is what `geo.tiles` says, `chosen` are cases ticked at first."""
    return TripBoard.create(texts=jsx_texts("sign", "map", "tripboard"), **props)
