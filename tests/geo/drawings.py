"""Drawings, placemarks and tables of the example plot, written by other programs than the ones that read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import ezdxf
import openpyxl

from tests.geo.samples import HOLE, OUTER, Ring, degrees

LAYER = "用地红线"
Draw = Callable[[Any, Any], None]


def dxf(draw: Draw | None = None, version: str = "R2010", units: int = 6, encoding: str | None = None) -> bytes:
    """A DXF by ezdxf: `draw` gets the document and its model space; without it the plot as two closed polylines."""
    document = ezdxf.new(version, units=units)
    if encoding:
        document.encoding = encoding
    (draw or polylines())(document, document.modelspace())
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode(document.output_encoding, "dxfreplace")


def polylines(
    rings: Sequence[Ring] = (OUTER, HOLE), layer: str = LAYER, close: bool = True, old: bool = False
) -> Draw:
    """Each ring a polyline on one layer; `old` as POLYLINE with VERTEX, the only kind of R12."""

    def draw(document: Any, space: Any) -> None:
        for ring in rings:
            add = space.add_polyline2d if old else space.add_lwpolyline
            add(ring, close=close, dxfattribs={"layer": layer})

    return draw


def lines(rings: Sequence[Ring] = (OUTER, HOLE), layer: str = LAYER) -> Draw:
    """Each edge a LINE, every other one drawn backwards."""

    def draw(document: Any, space: Any) -> None:
        for ring in rings:
            for number, (a, b) in enumerate(pairwise([*ring, ring[0]])):
                space.add_line(*((b, a) if number % 2 else (a, b)), dxfattribs={"layer": layer})

    return draw


def all_of(*draws: Draw) -> Draw:
    """One drawing after the other in the same document."""

    def draw(document: Any, space: Any) -> None:
        for each in draws:
            each(document, space)

    return draw


def kml(
    rings: Sequence[Ring] | None = None, name: str = "启东示例地块一", body: str | None = None, head: str = ""
) -> str:
    """A KML as Google Earth writes it, with heights; `rings` in degrees."""
    outer, *inner = [degrees(r) for r in (OUTER, HOLE)] if rings is None else rings
    polygon = boundary("outer", outer) + "".join(boundary("inner", ring) for ring in inner)
    placemark = f"<Placemark><name>{name}</name><Polygon>{polygon}</Polygon></Placemark>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'{head}<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"{placemark if body is None else body}\n</Document>\n</kml>\n"
    )


def boundary(side: str, ring: Ring) -> str:
    """A ring as KML's outer or inner boundary, closed."""
    positions = " ".join(f"{x:.11f},{y:.11f},3.5" for x, y in [*ring, ring[0]])
    return f"<{side}BoundaryIs><LinearRing><coordinates>\n{positions}\n</coordinates></LinearRing></{side}BoundaryIs>"


def archive(**members: str | bytes) -> bytes:
    """A zip of members; two underscores in a name stand for the dot."""
    return packed({name.replace("__", "."): content for name, content in members.items()})


def packed(members: dict[str, str | bytes]) -> bytes:
    """A zip of members by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


POINTS = [
    (f"J{number}", ring, north, east)
    for number, (ring, (east, north)) in enumerate([(1, p) for p in OUTER] + [(2, p) for p in HOLE], start=1)
]
"""The plot as a surveyor lists it: name, ring, northing, easting; closing points left out."""

HEADINGS = ("点号", "圈号", "X", "Y")


def csv_table(headings: Sequence[str] = HEADINGS, rows: Sequence[Sequence[object]] = POINTS, mark: str = ",") -> str:
    """A table in a text file."""
    return "\r\n".join(mark.join(str(cell) for cell in row) for row in (headings, *rows)) + "\r\n"


def xlsx(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook by openpyxl; without sheets, the plot on one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets or [("界址点", [HEADINGS, *POINTS])]:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
