"""Files of coordinates as a small plan with the points, then the file's own lines; for the worker alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from jointreview.geo.placing import Placed, place
from jointreview.geo.raw import RawPoint
from jointreview.geo.txt import decode
from jointreview.preview import lines, svg
from jointreview.preview.faults import Unshowable

_WIDE, _HIGH = 794, 1123
_BOX = (70.0, 120.0, 654.0, 620.0)
_MOST_DRAWN = 6000
_MOST_NAMED = 60
_INK = ("#1d4ed8", "#b45309", "#15803d", "#7e22ce", "#be123c", "#0f766e")


def prepare(source: Path, folder: Path) -> dict[str, Any]:
    """A plan where the file holds outlines, and its lines where it is text; refused when it is neither."""
    data = source.read_bytes()
    placed = place(data, "file", None, None)
    pages = [_plan(placed)] if placed.raw.points else []
    text = None if data.startswith(b"PK") or b"\x00" in data[:4096] else decode(data)
    if text is not None:
        pages += lines.as_pages(text.splitlines())
    elif pages:
        pages += lines.as_pages(_table(placed))
    if not pages:
        raise Unshowable("nothing_drawn")
    for number, page in enumerate(pages, start=1):
        (folder / f"p{number}.svg").write_bytes(svg.harmless(page))
    return {"pages": len(pages), "of": len(pages), "vector": True}


def _plan(placed: Placed) -> str:
    points = [p for p in placed.raw.points if math.isfinite(p.x) and math.isfinite(p.y)]
    if not points:
        raise Unshowable("nothing_drawn")
    west, east = min(p.x for p in points), max(p.x for p in points)
    south, north = min(p.y for p in points), max(p.y for p in points)
    degrees = placed.frame is not None and placed.frame.is_geographic
    squeeze = math.cos(math.radians(max(-85.0, min(85.0, (south + north) / 2)))) if degrees else 1.0
    left, top, wide, high = _BOX
    scale = min(wide / max((east - west) * squeeze, 1e-9), high / max(north - south, 1e-9))
    across = left + (wide - (east - west) * squeeze * scale) / 2
    down = top + (high - (north - south) * scale) / 2

    def at(point: RawPoint) -> tuple[float, float]:
        return across + (point.x - west) * squeeze * scale, down + (north - point.y) * scale

    drawn = named = 0
    body = [_heading(placed, len(points)), f'<rect x="40" y="90" width="{_WIDE - 80}" height="680" {_FRAME}/>']
    for n, part in enumerate(placed.raw.parts):
        rings = [[p for p in ring.points if math.isfinite(p.x) and math.isfinite(p.y)] for ring in part.rings]
        drawn += sum(len(ring) for ring in rings)
        if drawn > _MOST_DRAWN or not any(rings):
            continue
        body.append(_outline([[at(p) for p in ring] for ring in rings if ring], _INK[n % len(_INK)]))
        for point in (p for ring in rings for p in ring):
            named += 1
            if named <= _MOST_NAMED:
                body.append(_named(at(point), point.name))
    metres = 111_320 if degrees else placed.frame.unit_m if placed.frame else 1
    body.append(_bar(scale / metres))
    return svg.page("".join(body))


_FRAME = 'fill="none" stroke="#cbd5e1" stroke-width="1"'


def _heading(placed: Placed, count: int) -> str:
    system = placed.frame.name if placed.frame else "?"
    words = [
        f"{len(placed.raw.parts)} 个地块 / parcels · {count} 个界址点 / points",
        f"坐标系 / coordinate system: {system}",
    ]
    return "".join(
        f'<text x="40" y="{48 + n * 24}" font-size="{16 - 2 * n}" font-family="{svg.FONTS}" fill="#0f172a">'
        f"{svg.clean_words(line)}</text>"
        for n, line in enumerate(words)
    )


def _outline(rings: list[list[tuple[float, float]]], ink: str) -> str:
    """A parcel; what lies within two of its rings is a hole."""
    path = " ".join(f"M {' L '.join(f'{x:.1f} {y:.1f}' for x, y in ring)} Z" for ring in rings)
    return (
        f'<path d="{path}" fill="{ink}" fill-opacity="0.08" fill-rule="evenodd" stroke="{ink}" stroke-width="1.5"/>'
    )


def _named(place_: tuple[float, float], name: str) -> str:
    x, y = place_
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="#0f172a"/>'
    words = svg.clean_words(name[:12])
    if not words:
        return dot
    return f'{dot}<text x="{x + 5:.1f}" y="{y - 4:.1f}" font-size="11" font-family="{svg.FONTS}">{words}</text>'


def _bar(pixels_per_metre: float) -> str:
    """A scale bar of a round length, about 150 pixels long."""
    wanted = 150 / max(pixels_per_metre, 1e-12)
    magnitude = 10 ** math.floor(math.log10(wanted))
    metres = max(step for step in (1, 2, 5, 10) if step * magnitude <= wanted * 1.0001) * magnitude
    long = metres * pixels_per_metre
    said = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return (
        f'<path d="M60 805 h{long:.1f} m0 -5 v10 m{-long:.1f} 0 v-10" stroke="#0f172a" fill="none"/>'
        f'<text x="{60 + long + 8:.1f}" y="809" font-size="12" font-family="{svg.FONTS}">{said}</text>'
        '<path d="M724 830 l8 -36 l8 36 l-8 -8 z" fill="#0f172a"/>'
        f'<text x="732" y="850" text-anchor="middle" font-size="12" font-family="{svg.FONTS}">北 N</text>'
    )


def _table(placed: Placed) -> list[str]:
    rows = [f"{'点号 / no.':<14}{'Y (北 / north)':>22}{'X (东 / east)':>22}"]
    for part in placed.raw.parts:
        rows.append(f"# {part.name or part.number}")
        rows += [f"{p.name[:12]:<16}{p.y:>20.4f}{p.x:>20.4f}" for p in part.points[: lines.MOST_LINES]]
    return rows
