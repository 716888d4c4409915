"""The map of parcels: GeoJSON by authorised address on Leaflet's canvas, with lamps as colour and shape."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

CASE_MAP_JSX = browser_part(__name__, "case_map.jsx")
PARTS = [browser_part(__name__, "map_tiles.jsx"), browser_part(__name__, "map_datum.jsx")]
"""What the browser part imports: each must be linked for the build."""


class CaseMap(rx.NoSSRComponent):
    """The Leaflet wrapper; pages use `case_map`, which gives it its words."""

    library = CASE_MAP_JSX.importable_path
    tag = "CaseMap"
    lib_dependencies: list[str] = ["leaflet@1.9.4"]

    url: rx.Var[str]
    data: rx.Var[dict]
    selected: rx.Var[str]
    height: rx.Var[str]
    labels: rx.Var[bool]
    tiles: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, str]]
    empty: rx.Var[str]
    on_select: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_ready: rx.EventHandler[rx.event.passthrough_event_spec(int)]


def case_map(**props: Any) -> rx.Component:
    """A map that fills its column.

    `url` answers GeoJSON in degrees (or `data` is a FeatureCollection); every feature may carry `id` and the
    properties `name`, `kind` (`parcel` by default, `constraint` in the colour of its `theme`, else grey), `lamp`
    (green, notice, yellow, red, paused) and `points` (names of the vertices). `selected` is an id, `labels` names
    the vertices J1, J2 …, `height` is a CSS length, `tiles` is what `geo.tiles` says, empty for the quiet grid.
    `on_select` gets the id of a feature, `on_ready` how many there are, `empty` says why there are none. Another
    `url` (for example with `?v=`) reads again.
    """
    return CaseMap.create(texts=jsx_texts("map"), **props)
