"""What every map sheet is made of: one HTML file, Leaflet inside, that opens off line and runs no foreign script."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import folium
import shapely
from branca.element import Element, MacroElement
from jinja2 import Template

from jointreview.text import tr

PARCEL_STYLE = {"color": "#b42318", "weight": 2.5, "fillColor": "#b42318", "fillOpacity": 0.06}
_GRID_STYLE = {"color": "#cbd5e1", "weight": 0.6, "fillOpacity": 0}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
# A marker asks for Leaflet's picture before it is given an icon of its own.
_NO_PICTURES = 'if (L.Marker) L.Marker.mergeOptions({icon: L.divIcon({className: ""})});'
_HEAD, _TITLE, _FOOT = "<!--sheet:head-->", "<!--sheet:title-->", "<!--sheet:foot-->"

Bounds = tuple[float, float, float, float]


class _OfflineMap(folium.Map):
    """A folium map that asks nobody for scripts or styles."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []


class _ScaleBar(MacroElement):
    """A scale bar in metres."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "L.control.scale({imperial: false, maxWidth: 160}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )


def open_map(geometries: Sequence[Any]) -> folium.Map:
    """A map that shows all of these, on a quiet grid in place of tiles, with a scale bar."""
    sheet = _OfflineMap(tiles=None, zoom_control=False, attribution_control=False, zoom_snap=0.05, width="186mm")
    bounds = _padded(shapely.total_bounds(list(geometries)))
    _draw_grid(sheet, bounds)
    west, south, east, north = bounds
    sheet.fit_bounds([[south, west], [north, east]])
    _ScaleBar().add_to(sheet)
    return sheet


def finish(
    sheet: folium.Map,
    head: str,
    title: str,
    foot: str,
    names: Mapping[str, str],
    lang: str,
) -> str:
    """Render with tokens and put the texts in afterwards: `names` are those drawn in place of users' texts.

    folium compiles what it has rendered as a template once more, so a text that passed through it could run there.
    """
    texts = {_HEAD: head, _TITLE: title, _FOOT: foot, **names}
    root: Any = sheet.get_root()
    root.header.add_child(Element(_HEAD))
    root.html.add_child(Element(_TITLE), index=0)
    root.html.add_child(Element(_FOOT))
    pattern = re.compile("|".join(re.escape(token) for token in texts))
    document = pattern.sub(lambda match: texts[match.group()], root.render())
    return document.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1)


def head(title: str, leaflet_js: str, leaflet_css: str, more_css: str = "") -> str:
    """The policy, the title, Leaflet and the style, all inside."""
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{html.escape(title)}</title>"
        f"<style>{_safe_css(leaflet_css)}</style><style>{_CSS}{more_css}</style>"
        f"<script>{_safe_js(leaflet_js)}\n{_NO_PICTURES}</script>"
    )


def _safe_css(css: str) -> str:
    """Leaflet's style without the pictures it would fetch."""
    css = re.sub(r"@import[^;]*;", "", css)
    css = re.sub(r"url\((?!\s*['\"]?(?:data:|#))[^)]*\)", "none", css)
    return css.replace("</", "<\\/")


def _safe_js(script: str) -> str:
    """Leaflet's script without links to the outside and without anything that would end its element."""
    script = re.sub(r"(href=\\?[\"'])https?://[^\"'\\]*", r"\1#", script)
    script = re.sub(r"//# sourceMappingURL=\S*", "", script)
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.IGNORECASE)


def title_block(title: str, subtitle_lines: Sequence[str], lang: str) -> str:
    """The heading with its lines and the north arrow."""
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in subtitle_lines)
    return (
        f'<header class="title"><div><h1>{html.escape(title)}</h1><ul>{lines}</ul></div>'
        '<svg class="north" viewBox="0 0 40 56" role="img">'
        '<path d="M20 16 L30 52 L20 44 L10 52 Z" fill="none" stroke="#0f172a" stroke-width="1.4"/>'
        '<path d="M20 16 L20 44 L10 52 Z" fill="#0f172a"/>'
        f'<text x="20" y="12" text-anchor="middle" font-size="12">{html.escape(tr(lang, "geo.sheet_north"))}</text>'
        "</svg></header>"
    )


def add_layer(sheet: folium.Map, geometries: list[Any], style: dict[str, Any]) -> None:
    """Geometry alone: no property of a feature reaches the page's script."""
    if not geometries:
        return
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": str(n), "properties": {}, "geometry": geometry.__geo_interface__}
            for n, geometry in enumerate(geometries)
        ],
    }
    folium.GeoJson(
        collection, style_function=lambda _feature: style, marker=folium.CircleMarker(radius=3), zoom_on_click=False
    ).add_to(sheet)


def add_label(sheet: folium.Map, lon: float, lat: float, css_class: str, text: str) -> None:
    """Write a text of our own (never a user's: see finish) at a place."""
    icon = folium.DivIcon(html=f"<b>{text}</b>", class_name=css_class, icon_size=(0, 0))
    folium.Marker([lat, lon], icon=icon, interactive=False, keyboard=False).add_to(sheet)


def _padded(bounds: Sequence[float]) -> Bounds:
    """The extent with an eighth more on each side, at least some ten metres."""
    west, south, east, north = (float(value) for value in bounds)
    margin = max((east - west) / 8, (north - south) / 8, 0.0001)
    return west - margin, south - margin, east + margin, north + margin


def _draw_grid(sheet: folium.Map, bounds: Bounds) -> None:
    """A quiet grid of longitude and latitude in place of tiles, its figures along the west and north."""
    west, south, east, north = bounds
    step, decimals = _grid_step(max(east - west, north - south))
    lines = []
    for lon in _multiples(west, east, step):
        lines.append(shapely.LineString([(lon, south - step * 10), (lon, north + step * 10)]))
        if lon < east - (east - west) / 10:
            add_label(sheet, lon, north, "grid", f"{abs(lon):.{decimals}f}°{'E' if lon >= 0 else 'W'}")
    for lat in _multiples(south, north, step):
        lines.append(shapely.LineString([(west - step * 10, lat), (east + step * 10, lat)]))
        add_label(sheet, west, lat, "grid", f"{abs(lat):.{decimals}f}°{'N' if lat >= 0 else 'S'}")
    add_layer(sheet, lines, _GRID_STYLE)


def _grid_step(span: float) -> tuple[float, int]:
    """A round step (1, 2 or 5 times a power of ten) giving three to seven lines, and its decimals."""
    rough = span / 5
    power = math.floor(math.log10(rough))
    factor = next(f for f in (1, 2, 5, 10) if f * 10**power >= rough * 0.999)
    return factor * 10.0**power, max(0, -power)


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for n in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield n * step


_CSS = """
@page { size: A4 portrait; margin: 12mm; }
html, body { height: auto !important; background: #fff; }
body { display: flex; flex-direction: column; }
body { width: 186mm !important; margin: 0 auto !important; padding: 6mm 0 !important; color: #0f172a;
  font: 10.5pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
header.title { display: flex; justify-content: space-between; gap: 8mm; border-bottom: 1.5pt solid #0f172a;
  padding-bottom: 3mm; margin-bottom: 4mm; }
header.title h1 { font-size: 17pt; line-height: 1.3; margin: 0 0 2mm; overflow-wrap: anywhere; }
header.title ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 8mm;
  overflow-wrap: anywhere; }
.north { width: 13mm; height: 18mm; flex: none; }
.folium-map { width: 186mm !important; height: 196mm !important; order: 1;
  border: .75pt solid #0f172a; box-sizing: border-box;
  background: #fbfcfd !important; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.leaflet-container { font-family: inherit !important; }
.corner b, .name b, .grid b { position: absolute; white-space: nowrap; font-weight: 400;
  text-shadow: 0 0 2px #fff, 0 0 2px #fff, 0 0 3px #fff; }
.corner b { color: #b42318; font-size: 8.5pt; left: 4px; top: -16px; }
.corner::before { content: ""; position: absolute; left: -3px; top: -3px; width: 5px; height: 5px;
  border: 1px solid #b42318; border-radius: 50%; background: #fff; }
.name b { font-size: 10pt; transform: translate(-50%, -50%); }
.grid b { color: #64748b; font-size: 7pt; left: 2px; top: -12px; }
footer { order: 2; margin-top: 3mm; font-size: 9pt; color: #334155; } footer p { margin: 1mm 0 0; }
.legend { display: flex; gap: 8mm; } .legend span { display: inline-flex; align-items: center; gap: 2mm; }
.legend i { width: 8mm; height: 4mm; box-sizing: border-box; print-color-adjust: exact; }
.legend i.parcel { border: 1.5pt solid #b42318; background: #fcf2f1; }
.legend i.other { border: 1pt solid #334155; background: #dfe3e8; }
.legend i.vertex { width: 2.2mm; height: 2.2mm; border: 1px solid #b42318; border-radius: 50%; }
@media print { body { padding: 0 !important; } }
"""
