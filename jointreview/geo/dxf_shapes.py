"""Entities of a drawing as lines of points: arcs become chords that leave them by a millimetre at most."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jointreview.geo.archive import Refusal
from jointreview.geo.dxf_scan import Drawing, Entity
from jointreview.geo.problems import error
from jointreview.geo.raw import MAX_POINTS

SAGITTA_M = 0.001
"""The farthest a chord leaves its arc, in metres."""

Point = tuple[float, float]
_FULL = math.tau
_MOST_CHORDS = 10_000
_MOST_BYTES = 6 * 1024**2
_MOST_SPLINE_POINTS = 2_000
_SUBCLASSES = {
    "LWPOLYLINE": "AcDbPolyline",
    "HATCH": "AcDbHatch",
    "SPLINE": "AcDbSpline",
    "ELLIPSE": "AcDbEllipse",
}
_CLOSE = 1e-12
_FARTHEST = 1e12
"""The largest number a drawing may hold: no coordinate on Earth has more digits, not even in millimetres."""


@dataclass
class Line:
    """Points in drawing units; `closed` when the entity bounds an area by itself."""

    points: list[Point]
    closed: bool
    entity: Entity


def lines_of(drawing: Drawing, entity: Entity, sagitta: float) -> list[Line]:
    """The boundary lines of one entity in its own coordinates (block or drawing), `sagitta` in drawing units.

    Raises Refusal with line and handle for an entity that cannot be read.
    """
    from ezdxf.math import Vec3

    try:
        found = list(_lines(load(drawing, entity), entity, sagitta))
        for line in found:
            line.points = [(float(Vec3(p).x), float(Vec3(p).y)) for p in line.points]
    except Refusal:
        raise
    # ezdxf answers damage with whatever error comes first, failed assertions among them.
    except Exception as fault:
        raise unreadable(entity) from fault
    check_reach(found, entity)
    return found


def check_reach(lines: list[Line], entity: Entity) -> None:
    """Raises Refusal for points that are no numbers or lie beyond everything that can be drawn."""
    if any(not (abs(x) < _FARTHEST and abs(y) < _FARTHEST) for line in lines for x, y in line.points):
        raise unreadable(entity)


def unreadable(entity: Entity) -> Refusal:
    """The refusal for an entity whose numbers make no sense."""
    return Refusal(
        error("dxf_entity_unreadable", entity.line, kind=entity.kind, entity=entity.label).at(entity.label)
    )


def load(drawing: Drawing, entity: Entity) -> Any:
    """The entity as ezdxf understands it. Raises ezdxf's errors and ValueError for damaged ones."""
    if entity.end - entity.start > _MOST_BYTES:
        raise Refusal(error("too_many_points", entity.line, most=MAX_POINTS).at(entity.label))
    import ezdxf.entities  # noqa: F401 - registers the kinds
    from ezdxf.entities import factory
    from ezdxf.lldxf.extendedtags import ExtendedTags
    from ezdxf.lldxf.tagger import tag_compiler
    from ezdxf.lldxf.types import DXFTag

    lines = drawing.data[entity.start : entity.end].decode("latin-1").split("\n")
    pairs = [(int(lines[i]), lines[i + 1].strip()) for i in range(0, len(lines) - 1, 2)]
    if not any(code == 100 for code, _ in pairs) and entity.kind in _SUBCLASSES:
        # Simple programs leave out the markers that divide an entity's tags.
        pairs[1:1] = [(100, "AcDbEntity"), (100, _SUBCLASSES[entity.kind])]
    starts = [i for i, (code, _) in enumerate(pairs) if code == 0] + [len(pairs)]
    loaded = []
    for a, b in itertools.pairwise(starts):
        # The compiler drops a point at the very end unless something follows it.
        tags = [DXFTag(c, v) for c, v in pairs[a:b] if c < 999] + [DXFTag(0, "EOF")]
        loaded.append(factory.load(ExtendedTags(list(tag_compiler(iter(tags)))[:-1])))
    whole: Any = loaded[0]
    for part in loaded[1:]:
        if part.dxftype() == "VERTEX":
            whole.link_entity(part)
    return whole


def _lines(shape: Any, entity: Entity, sagitta: float) -> Iterator[Line]:
    kind = shape.dxftype()
    if kind == "LINE":
        yield Line([shape.dxf.start, shape.dxf.end], False, entity)
    elif kind == "LWPOLYLINE":
        points = list(_bulged(shape.get_points("xyb"), shape.closed, sagitta))
        yield Line(_in_world(shape, points, shape.dxf.elevation), bool(shape.closed), entity)
    elif kind == "POLYLINE":
        yield from _polyline(shape, entity, sagitta)
    elif kind in ("ARC", "CIRCLE"):
        full = kind == "CIRCLE"
        start, end = (
            (0.0, _FULL) if full else (math.radians(shape.dxf.start_angle), math.radians(shape.dxf.end_angle))
        )
        centre = shape.dxf.center
        points = _arc((centre.x, centre.y), shape.dxf.radius, start, end, sagitta)
        yield Line(_in_world(shape, points, centre.z), full, entity)
    elif kind == "ELLIPSE":
        points, full = _ellipse(shape.construction_tool(), sagitta)
        yield Line(points, full, entity)
    elif kind == "SPLINE":
        yield Line(_spline(shape.construction_tool(), sagitta), bool(shape.closed), entity)
    elif kind == "HATCH":
        yield from _hatch(shape, entity, sagitta)


def _in_world(shape: Any, points: list[Point], elevation: float) -> list[Point]:
    """Flat entities carry their own coordinate system: a plan seen from below is mirrored."""
    ocs = shape.ocs()
    if not ocs.transform:
        return points
    return [(p.x, p.y) for p in ocs.points_to_wcs([(x, y, elevation) for x, y in points])]


def _polyline(shape: Any, entity: Entity, sagitta: float) -> Iterator[Line]:
    if shape.is_2d_polyline:
        corners = [
            (v.dxf.location.x, v.dxf.location.y, v.dxf.get("bulge", 0.0))
            for v in shape.vertices
            if not v.dxf.get("flags", 0) & 16
        ]
        points = list(_bulged(corners, shape.is_closed, sagitta))
        height = shape.dxf.elevation.z if shape.dxf.hasattr("elevation") else 0.0
        yield Line(_in_world(shape, points, height), bool(shape.is_closed), entity)
    elif shape.is_3d_polyline:
        yield Line([(v.dxf.location.x, v.dxf.location.y) for v in shape.vertices], bool(shape.is_closed), entity)


def _bulged(corners: Iterable[tuple[float, float, float]], closed: bool, sagitta: float) -> Iterator[Point]:
    """A polyline's points with the arcs that its bulges (the tangent of a quarter of the angle) describe."""
    listed = [(float(x), float(y), float(b)) for x, y, b in corners]
    for index, (x, y, bulge) in enumerate(listed):
        yield (x, y)
        if index == len(listed) - 1 and not closed:
            return
        following = listed[(index + 1) % len(listed)]
        if abs(bulge) > _CLOSE and (x, y) != following[:2]:
            yield from _bulge((x, y), (following[0], following[1]), bulge, sagitta)[1:-1]


def _bulge(start: Point, end: Point, bulge: float, sagitta: float) -> list[Point]:
    chord = math.hypot(end[0] - start[0], end[1] - start[1])
    sweep = 4 * math.atan(bulge)
    radius = chord / 2 / abs(math.sin(sweep / 2)) if abs(math.sin(sweep / 2)) > _CLOSE else math.inf
    if not math.isfinite(radius):
        return [start, end]
    height = (1 - bulge * bulge) / (4 * bulge)
    cx = (start[0] + end[0]) / 2 - height * (end[1] - start[1])
    cy = (start[1] + end[1]) / 2 + height * (end[0] - start[0])
    first = math.atan2(start[1] - cy, start[0] - cx)
    count = _chords(radius, abs(sweep), sagitta)
    inner = [
        (cx + radius * math.cos(first + sweep * i / count), cy + radius * math.sin(first + sweep * i / count))
        for i in range(1, count)
    ]
    return [start, *inner, end]


def _chords(radius: float, sweep: float, sagitta: float) -> int:
    """Into how many chords an arc is cut. Raises Refusal for an arc that takes more points than a parcel has."""
    if not (math.isfinite(radius) and math.isfinite(sweep)):
        raise ValueError("an arc without size")
    if radius <= sagitta:
        step = math.pi / 2
    else:
        step = 2 * math.acos(1 - min(1.0, sagitta / radius)) or 2 * math.sqrt(2 * sagitta / radius)
    count = max(1, math.ceil(sweep / min(step, math.pi / 4)))
    if count > _MOST_CHORDS:
        raise Refusal(error("too_many_points", None, most=MAX_POINTS))
    return count


def _arc(centre: Point, radius: float, start: float, end: float, sagitta: float) -> list[Point]:
    """Counter-clockwise from one angle to the other (radians)."""
    sweep = (end - start) % _FULL or _FULL
    count = _chords(abs(radius), sweep, sagitta)
    return [
        (
            centre[0] + radius * math.cos(start + sweep * i / count),
            centre[1] + radius * math.sin(start + sweep * i / count),
        )
        for i in range(count + 1)
    ]


def _ellipse(tool: Any, sagitta: float) -> tuple[list[Point], bool]:
    """An ellipse is a stretched circle: no chord leaves it farther than on a circle with the longer radius."""
    sweep = (tool.end_param - tool.start_param) % _FULL or _FULL
    longest = max(tool.major_axis.magnitude, tool.minor_axis.magnitude)
    count = _chords(longest, sweep, sagitta)
    vertices = tool.vertices([tool.start_param + sweep * i / count for i in range(count + 1)])
    return [(v.x, v.y) for v in vertices], abs(sweep - _FULL) < 1e-9


def _spline(tool: Any, sagitta: float) -> list[Point]:
    """A spline halved until the middle of no chord leaves it by more than the sagitta."""
    if tool.count > _MOST_SPLINE_POINTS:
        raise Refusal(error("too_many_points", None, most=MAX_POINTS))
    every = [float(k) for k in tool.knots()]
    knots = sorted(set(every[tool.order - 1 : tool.count + 1]))
    parameters = [knots[0]] + [a + (b - a) * i / 4 for a, b in itertools.pairwise(knots) for i in range(1, 5)]
    points = [tool.point(t) for t in parameters]
    while len(points) < _MOST_CHORDS:
        middles = [(a + b) / 2 for a, b in itertools.pairwise(parameters)]
        between = [tool.point(t) for t in middles]
        worst = max(
            (m.distance(a.lerp(b)) for a, m, b in zip(points, between, points[1:], strict=False)), default=0.0
        )
        parameters = sorted([*parameters, *middles])
        points = [p for pair in zip(points, between, strict=False) for p in pair] + points[-1:]
        if worst <= sagitta:
            return [(p.x, p.y) for p in points]
    raise Refusal(error("too_many_points", None, most=MAX_POINTS))


def _hatch(shape: Any, entity: Entity, sagitta: float) -> Iterator[Line]:
    height = shape.dxf.elevation.z if shape.dxf.hasattr("elevation") else 0.0
    for path in shape.paths:
        if hasattr(path, "vertices"):
            points = list(_bulged(path.vertices, True, sagitta))
            yield Line(_in_world(shape, points, height), True, entity)
            continue
        for edge in path.edges:
            yield Line(_in_world(shape, _edge(edge, sagitta), height), False, entity)


def _edge(edge: Any, sagitta: float) -> list[Point]:
    kind = edge.EDGE_TYPE
    if kind == "LineEdge":
        return [(edge.start.x, edge.start.y), (edge.end.x, edge.end.y)]
    if kind == "ArcEdge":
        start, end = math.radians(edge.start_angle), math.radians(edge.end_angle)
        return _arc((edge.center.x, edge.center.y), edge.radius, start, end, sagitta)
    if kind == "EllipseEdge":
        return _ellipse(edge.construction_tool(), sagitta)[0]
    return _spline(edge.construction_tool(), sagitta)
