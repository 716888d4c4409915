"""The map sheet of a case: one HTML file on A4 that opens off line, with a title block, a grid and the parcel."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from typing import Any

import folium
import shapely
from shapely.geometry import shape
from shapely.geometry.polygon import orient

from jointreview.geo.sheet_frame import PARCEL_STYLE, add_label, add_layer, finish, head, open_map, title_block
from jointreview.text import tr

MAX_VERTEX_LABELS = 200
"""Beyond this many boundary points the labels would only cover the outline; the sheet then shows none."""

_OTHER_STYLE = {"color": "#334155", "weight": 1.2, "fillColor": "#64748b", "fillOpacity": 0.25}
_PARCEL_KINDS = (None, "", "parcel")
_NAME_TOKEN = "sheetname{}x"


def case_sheet(
    title: str,
    subtitle_lines: Sequence[str],
    features: dict[str, Any],
    lang: str,
    leaflet_js: str,
    leaflet_css: str,
) -> str:
    """One HTML document with the features (a GeoJSON FeatureCollection in degrees, longitude first).

    A feature without `kind` or with `kind` = "parcel" is drawn as the parcel with its vertices labelled J1, J2 …;
    any other is drawn grey. A property `name` is written into the middle of the feature. Leaflet's script and
    style come as text and are put inside. Raises ValueError when there is nothing to draw.
    """
    shapes = [(feature, shape(feature["geometry"])) for feature in features["features"] if feature.get("geometry")]
    if not shapes or all(geometry.is_empty for _, geometry in shapes):
        raise ValueError("a map sheet needs at least one feature with a geometry")
    sheet = open_map([geometry for _, geometry in shapes])
    names = _draw_features(sheet, shapes)
    top = title_block(title, subtitle_lines, lang)
    return finish(sheet, head(title, leaflet_js, leaflet_css), top, _foot(lang), names, lang)


def _foot(lang: str) -> str:
    legend = "".join(
        f'<span><i class="{name}"></i>{html.escape(tr(lang, f"geo.sheet_legend_{name}"))}</span>'
        for name in ("parcel", "other", "vertex")
    )
    return f'<footer><div class="legend">{legend}</div><p>{html.escape(tr(lang, "geo.sheet_note"))}</p></footer>'


def _draw_features(sheet: folium.Map, shapes: list[tuple[dict[str, Any], Any]]) -> dict[str, str]:
    """Draw the features; the answer maps the tokens drawn in place of their names to the names, fit for a script."""
    parcels = [geometry for feature, geometry in shapes if _kind(feature) in _PARCEL_KINDS]
    others = [geometry for feature, geometry in shapes if _kind(feature) not in _PARCEL_KINDS]
    add_layer(sheet, others, _OTHER_STYLE)
    add_layer(sheet, parcels, PARCEL_STYLE)
    vertices = list(_vertices(parcels))
    if len(vertices) <= MAX_VERTEX_LABELS:
        for number, (lon, lat) in enumerate(vertices, start=1):
            add_label(sheet, lon, lat, "corner", f"J{number}")
    names: dict[str, str] = {}
    for feature, geometry in shapes:
        name = (feature.get("properties") or {}).get("name")
        if name and not geometry.is_empty:
            token = _NAME_TOKEN.format(len(names))
            names[token] = json.dumps(html.escape(str(name)))[1:-1]
            place = geometry.representative_point()
            add_label(sheet, place.x, place.y, "name", token)
    return names


def _kind(feature: dict[str, Any]) -> object:
    return (feature.get("properties") or {}).get("kind")


def _vertices(parcels: list[Any]) -> Iterator[tuple[float, float]]:
    """The boundary points ring by ring, closing points left out.

    Outlines run clockwise and holes the other way, as surveyors number them, whatever the feature's order.
    """
    for geometry in parcels:
        for polygon in shapely.get_parts(geometry):
            if polygon.geom_type != "Polygon":
                continue
            turned = orient(polygon, sign=-1.0)
            for ring in (turned.exterior, *turned.interiors):
                yield from (tuple(point[:2]) for point in ring.coords[:-1])
