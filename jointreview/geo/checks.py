"""Is a ring a boundary: enough points, none doubled, not crossing itself, and where exactly it does."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely

from jointreview.geo.problems import ParcelProblem, error, warning
from jointreview.geo.raw import RawPart, RawPoint, RawRing

AREA_TOLERANCE = 0.005
"""A stated area may differ from the computed one by this share (requirements §5.7)."""

_MOST_CROSSINGS = 5
_CHUNK = 64
_M2_PER_HECTARE = 10_000.0


@dataclass(frozen=True)
class Crossing:
    """Where edge `first` (from that point to the next) meets edge `second` of the same ring."""

    first: int
    second: int
    x: float
    y: float


def clean_rings(part: RawPart, tolerance: float) -> tuple[list[RawRing], list[ParcelProblem]]:
    """The rings without closing points, and what is wrong with each; a wrong ring is left out.

    `tolerance` is the distance (in the units of the coordinates) below which two points are one.
    """
    good: list[RawRing] = []
    problems: list[ParcelProblem] = []
    for number, ring in enumerate(part.rings, start=1):
        points = _without_closing(ring.points, tolerance)
        points, doubled = _without_doubles(points, tolerance, number, ring)
        found = _ring_problems(points, ring, number)
        problems += doubled + found
        if not found:
            good.append(replace(ring, points=points))
    return good, problems


def _ring_problems(points: list[RawPoint], ring: RawRing, number: int) -> list[ParcelProblem]:
    if len(points) < 3:
        return [ring.fault("too_few_points", ring=number, count=len(points))]
    return [
        error(
            "self_crossing",
            points[c.second].line or ring.line,
            first=_edge(points, c.first, number),
            second=_edge(points, c.second, number),
            x=_figure(c.x),
            y=_figure(c.y),
        ).at(ring.entity)
        for c in crossings(np.array([(p.x, p.y) for p in points]))
    ]


def _without_closing(points: list[RawPoint], tolerance: float) -> list[RawPoint]:
    if len(points) > 1 and _near(points[0], points[-1], tolerance):
        return points[:-1]
    return points


def _without_doubles(
    points: list[RawPoint], tolerance: float, number: int, ring: RawRing
) -> tuple[list[RawPoint], list[ParcelProblem]]:
    """A doubled point in a surveyor's list is a mistake; in a drawing it is harmless and dropped."""
    kept: list[RawPoint] = []
    problems: list[ParcelProblem] = []
    for index, point in enumerate(points):
        if kept and _near(kept[-1], point, tolerance):
            problems.append(_doubled(point, index, number, ring))
        else:
            kept.append(point)
    if len(kept) > 1 and _near(kept[0], kept[-1], tolerance):
        problems.append(_doubled(kept.pop(), len(points) - 1, number, ring))
    return kept, problems


def _doubled(point: RawPoint, index: int, number: int, ring: RawRing) -> ParcelProblem:
    say, line = (warning, ring.line) if point.line is None else (error, point.line)
    return say("doubled_point", line, point=_label(point, index, number)).at(ring.entity)


def _near(a: RawPoint, b: RawPoint, tolerance: float) -> bool:
    distance = math.hypot(a.x - b.x, a.y - b.y)
    return distance == 0 or distance < tolerance * 0.999


def crossings(coordinates: np.ndarray) -> list[Crossing]:
    """The first places where an open ring (n x 2, first point not repeated) crosses, touches or retraces itself.

    Each place is named once, by the first pair of edges that meets there.
    """
    count = len(coordinates)
    origin = coordinates[0]
    local = coordinates - origin
    following = np.roll(local, -1, axis=0)
    edges = shapely.linestrings(np.stack([local, following], axis=1))
    tree = shapely.STRtree(edges)
    found: list[Crossing] = []
    places: set[tuple[float, float]] = set()
    for start in range(0, count, _CHUNK):
        first, second = tree.query(edges[start : start + _CHUNK], predicate="intersects")
        first = first + start
        for i, j in sorted(zip(first[first < second], second[first < second], strict=True)):
            place = _meeting(edges, int(i), int(j), count)
            if place is not None and (place.x, place.y) not in places:
                places.add((place.x, place.y))
                found.append(Crossing(int(i), int(j), place.x + origin[0], place.y + origin[1]))
            if len(found) >= _MOST_CROSSINGS:
                return found
    return found


def _meeting(edges: np.ndarray, i: int, j: int, count: int) -> shapely.Point | None:
    """Where two edges meet against the rules; neighbours may share their common point only."""
    meeting = shapely.intersection(edges[i], edges[j])
    adjacent = j == i + 1 or (i == 0 and j == count - 1)
    if meeting.is_empty or (adjacent and meeting.length == 0):
        return None
    return meeting.centroid


def _edge(points: list[RawPoint], index: int, ring: int) -> str:
    following = (index + 1) % len(points)
    return f"{_label(points[index], index, ring)}–{_label(points[following], following, ring)}"


def _label(point: RawPoint, index: int, ring: int) -> str:
    """The surveyor's name of a point, or ring and place in it where points have no names."""
    return point.name or f"{ring}/{index + 1}"


def _figure(value: float) -> str:
    return f"{value:.3f}" if abs(value) > 400 else f"{value:.7f}"


def area_problem(part: RawPart, area_m2: float) -> ParcelProblem | None:
    """A stated area that differs from the computed one by more than 0.5 %, and the usual reason if it shows."""
    declared = part.declared_area_m2
    if declared is None or abs(declared - area_m2) <= AREA_TOLERANCE * area_m2:
        return None
    if abs(declared / _M2_PER_HECTARE - area_m2) <= AREA_TOLERANCE * area_m2:
        return error("area_in_m2", part.line, stated=f"{declared / _M2_PER_HECTARE:g}")
    return error(
        "area_differs",
        part.line,
        declared=f"{declared:.1f}",
        computed=f"{area_m2:.1f}",
        percent=f"{abs(declared - area_m2) / area_m2 * 100:.2f}",
    )
