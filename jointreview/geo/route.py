"""The route of a trip: one HTML file that opens off line on a phone and prints on A4, with stops and a table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import folium
import shapely
from shapely.geometry import shape

from jointreview.geo.sheet_frame import PARCEL_STYLE, add_label, add_layer, finish, head, open_map, title_block
from jointreview.text import tr

COLUMNS = ("n", "time", "works", "place", "units", "contact")
_LINE = {"color": "#1d4ed8", "weight": 3, "opacity": 0.8, "dashArray": "1 7", "lineCap": "round"}


@dataclass(frozen=True)
class RouteStop:
    """One stop: `place` in degrees (longitude first) and the parcel as GeoJSON, each where known.

    `cells` are time, works, place, departments and contact as the table shows them, plain text.
    """

    number: int
    place: tuple[float, float] | None
    parcel: dict[str, Any] | None
    cells: tuple[str, str, str, str, str]


def route_sheet(
    title: str,
    lines: Sequence[str],
    depot: tuple[float, float],
    depot_name: str,
    stops: Sequence[RouteStop],
    lang: str,
    leaflet_js: str,
    leaflet_css: str,
) -> str:
    """The route from the depot through the stops and back; the line shows the order, not the roads.

    A stop without a place stands in the table alone.
    """
    placed = [(stop.number, stop.place) for stop in stops if stop.place is not None]
    parcels = [shape(stop.parcel) for stop in stops if stop.parcel is not None]
    way = [depot, *(place for _, place in placed), depot]
    sheet = open_map([shapely.LineString(way), *parcels])
    add_layer(sheet, parcels, PARCEL_STYLE)
    if placed:
        folium.PolyLine([(lat, lon) for lon, lat in way], **_LINE).add_to(sheet)
    add_label(sheet, *depot, "depot", "P")
    for place in dict.fromkeys(place for _, place in placed):
        numbers = "·".join(str(number) for number, there in placed if there == place)
        add_label(sheet, *place, "stop", numbers)
    top = title_block(title, lines, lang)
    foot = _table(stops, lang) + _legend(depot_name, lang)
    return finish(sheet, head(title, leaflet_js, leaflet_css, _CSS), top, foot, {}, lang)


def _table(stops: Sequence[RouteStop], lang: str) -> str:
    names = [html.escape(tr(lang, f"geo.route_{name}")) for name in COLUMNS]
    rows = []
    for stop in stops:
        cells = [f"<td data-name='{names[0]}'><b>{stop.number}</b></td>"]
        cells += [
            f"<td data-name='{name}'>{html.escape(cell).replace(chr(10), '<br>')}</td>"
            for name, cell in zip(names[1:], stop.cells, strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    top = "".join(f"<th scope='col'>{name}</th>" for name in names)
    return f"<table class='stops'><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _legend(depot_name: str, lang: str) -> str:
    told = tr(lang, "geo.route_note", depot=depot_name)
    return f"<footer><p>{html.escape(told)}</p></footer>"


_CSS = """
.folium-map { height: 120mm !important; }
.stop b, .depot b { position: absolute; transform: translate(-50%, -50%); min-width: 22px; height: 22px;
  padding: 0 5px;
  box-sizing: border-box; border-radius: 11px; background: #1d4ed8; color: #fff; font: 700 12px/22px sans-serif;
  text-align: center; white-space: nowrap; box-shadow: 0 0 0 2px #fff; text-shadow: none; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.depot b { background: #0f172a; border-radius: 4px; }
table.stops { order: 2; border-collapse: collapse; width: 100%; margin-top: 4mm; font-size: 9.5pt; }
.stops th, .stops td { border: .75pt solid #94a3b8; padding: 1.2mm 1.8mm; text-align: left; vertical-align: top; }
.stops th { background: #f1f5f9; print-color-adjust: exact; -webkit-print-color-adjust: exact; white-space: nowrap; }
.stops td:nth-child(1), .stops td:nth-child(2) { white-space: nowrap; }
footer { order: 3 !important; }
@media screen and (max-width: 720px) {
  body { width: auto !important; padding: 12px !important; font-size: 16px; }
  .folium-map { width: 100% !important; height: 60vh !important; }
  .stops thead { display: none; }
  .stops, .stops tbody, .stops tr, .stops td { display: block; font-size: 15px; }
  .stops tr { border: 1px solid #94a3b8; border-radius: 8px; margin-bottom: 10px; padding: 6px 10px; }
  .stops td { border: 0; padding: 2px 0; white-space: normal !important; }
  .stops td::before { content: attr(data-name) " "; color: #475569; }
}
"""
