"""The workspace map in the browser: it reads over HTTP by itself, so that a move of the map causes no event."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components import case_map
from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

MAP_SPACE_JSX = browser_part(__name__, "map_space.jsx")
PARTS = [
    browser_part(__name__, "map_space_data.jsx"),
    browser_part(__name__, "map_space_draw.jsx"),
    browser_part(__name__, "map_space_side.jsx"),
    browser_part(__name__, "map_space_tools.jsx"),
    case_map.CASE_MAP_JSX,
    *case_map.PARTS,
]
"""What the browser part imports: each must be linked for the build."""


class MapSpace(rx.NoSSRComponent):
    """The browser part; pages use `map_space`, which gives it its words."""

    library = MAP_SPACE_JSX.importable_path
    tag = "MapSpace"
    lib_dependencies: list[str] = ["leaflet@1.9.4"]

    loaded: rx.Var[bool]
    query: rx.Var[str]
    narrowed: rx.Var[bool]
    tick: rx.Var[int]
    tiles: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, str]]
    can_trip: rx.Var[bool]
    who: rx.Var[str]
    today: rx.Var[str]
    board_url: rx.Var[str]


def map_space(**props: Any) -> rx.Component:
    """The map with its list and panel.

    `query` are the filters as in the board's address, another `tick` reads everything again, `tiles` is what
    `geo.tiles` says, `can_trip` lets cases be chosen for one trip, `board_url` leads to the cases without a parcel
    (empty for who has no board).
    """
    return MapSpace.create(texts=jsx_texts("views", "mapspace"), **props)
