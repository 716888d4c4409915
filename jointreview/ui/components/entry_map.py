"""A small map on which the point of entry is tapped or dragged; the parcel lies below it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

ENTRY_MAP_JSX = browser_part(__name__, "entry_map.jsx")


class EntryMap(rx.NoSSRComponent):
    """The Leaflet wrapper; pages use `entry_map`, which gives it its words."""

    library = ENTRY_MAP_JSX.importable_path
    tag = "EntryMap"
    lib_dependencies: list[str] = ["leaflet@1.9.4"]

    url: rx.Var[str]
    lon: rx.Var[float]
    lat: rx.Var[float]
    texts: rx.Var[dict[str, str]]
    on_pick: rx.EventHandler[rx.event.passthrough_event_spec(float, float)]


def entry_map(**props: Any) -> rx.Component:
    """`url` answers the parcel as GeoJSON, `lon` and `lat` are where the mark begins, `on_pick(lon, lat)` hears."""
    return EntryMap.create(texts=jsx_texts("entrymap"), **props)
