"""Joining loose lines and arcs of a drawing into closed outlines where their ends meet."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field

from jointreview.geo.dxf_shapes import Line, Point

JOIN_M = 0.002
"""Ends closer than this are one: two points written in millimetres can be 1.4 mm apart by rounding alone."""


@dataclass
class Outline:
    """A closed line (its first point not repeated) and the line it began with."""

    points: list[Point]
    source: Line


@dataclass
class OpenChain:
    """Lines that join but do not close: its two loose ends, its length and the entities there."""

    first: Point
    last: Point
    length: float
    source: Line
    end_source: Line

    @property
    def gap(self) -> float:
        """How far the loose ends are apart."""
        return math.dist(self.first, self.last)


@dataclass
class Joined:
    """What became of loose lines; `branching` are lines that meet three or more at one point, with that point."""

    outlines: list[Outline] = field(default_factory=list)
    open: list[OpenChain] = field(default_factory=list)
    branching: list[tuple[Line, Point]] = field(default_factory=list)


def join(lines: list[Line], tolerance: float) -> Joined:
    """Follow the lines from end to end, `tolerance` in drawing units."""
    ends = Ends(tolerance)
    joined = Joined()
    edges: list[tuple[int, int, Line]] = []
    drawn: set[tuple[int, int, tuple[int, int]]] = set()
    for line in lines:
        if len(line.points) < 2:
            continue
        a, b = ends.node(line.points[0]), ends.node(line.points[-1])
        if a == b:
            if len(line.points) > 3:
                joined.outlines.append(Outline(line.points[:-1], line))
            continue
        twin = (min(a, b), max(a, b), _middle(line, tolerance))
        if twin not in drawn:
            drawn.add(twin)
            edges.append((a, b, line))
    _follow(edges, joined)
    return joined


def _middle(line: Line, tolerance: float) -> tuple[int, int]:
    """Tells an arc from the chord between the same ends; the same line drawn twice has the same middle."""
    x = sum(p[0] for p in line.points) / len(line.points)
    y = sum(p[1] for p in line.points) / len(line.points)
    return round(x / tolerance / 4), round(y / tolerance / 4)


class Ends:
    """Numbers places; a place within the tolerance of a known one is that one."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.cells: dict[tuple[int, int], list[tuple[Point, int]]] = defaultdict(list)
        self.count = 0

    def node(self, point: Point) -> int:
        """The number of a place."""
        cx, cy = math.floor(point[0] / self.tolerance), math.floor(point[1] / self.tolerance)
        for ix in (cx - 1, cx, cx + 1):
            for iy in (cy - 1, cy, cy + 1):
                for known, number in self.cells.get((ix, iy), ()):
                    if math.dist(known, point) <= self.tolerance:
                        return number
        self.cells[(cx, cy)].append((point, self.count))
        self.count += 1
        return self.count - 1


def _follow(edges: list[tuple[int, int, Line]], joined: Joined) -> None:
    at: dict[int, list[int]] = defaultdict(list)
    for index, (a, b, _) in enumerate(edges):
        at[a].append(index)
        at[b].append(index)
    seen: set[int] = set()
    for index in range(len(edges)):
        if index in seen:
            continue
        together = _connected(index, edges, at)
        seen |= together
        crowded = next((n for i in sorted(together) for n in edges[i][:2] if len(at[n]) > 2), None)
        if crowded is not None:
            line = edges[at[crowded][0]][2]
            joined.branching.append((line, _end_at(edges[at[crowded][0]], crowded)))
            continue
        loose = sorted(n for i in together for n in edges[i][:2] if len(at[n]) == 1)
        _walk(loose[0] if loose else edges[index][0], edges, at, joined, closed=not loose)


def _connected(start: int, edges: list[tuple[int, int, Line]], at: dict[int, list[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for node in edges[waiting.pop()][:2]:
            for other in at[node]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
    return found


def _walk(
    start: int, edges: list[tuple[int, int, Line]], at: dict[int, list[int]], joined: Joined, closed: bool
) -> None:
    """Along lines of which no three meet, from one place to where they end."""
    points: list[Point] = []
    used: set[int] = set()
    node, order = start, []
    while True:
        following = next((i for i in at[node] if i not in used), None)
        if following is None:
            break
        used.add(following)
        a, b, line = edges[following]
        order.append(line)
        along = line.points if a == node else line.points[::-1]
        points.extend(along if not points else along[1:])
        node = b if a == node else a
    if closed:
        joined.outlines.append(Outline(points[:-1], order[0]))
    else:
        length = sum(math.dist(p, q) for p, q in itertools.pairwise(points))
        joined.open.append(OpenChain(points[0], points[-1], length, order[0], order[-1]))


def _end_at(edge: tuple[int, int, Line], node: int) -> Point:
    return edge[2].points[0 if edge[0] == node else -1]
