"""Putting rings together: which is an outline, which a hole, decided by what contains what (requirements §5.7)."""

from __future__ import annotations

import math

import shapely
from shapely.geometry import MultiPolygon, Polygon

from jointreview.geo.problems import ParcelProblem
from jointreview.geo.raw import MAX_RINGS, RawRing

_MOST_CLASHES = 5


def assemble(rings: list[RawRing]) -> tuple[list[Polygon], list[ParcelProblem]]:
    """Polygons of one parcel in the units of its coordinates, or no polygon and the reasons.

    Rings are clean (open, simple, at least three points). A ring inside an odd number of others is a hole.
    """
    if len(rings) > MAX_RINGS:
        return [], [rings[0].fault("too_many_rings", most=MAX_RINGS)]
    areas = [Polygon([(p.x, p.y) for p in ring.points]) for ring in rings]
    problems = _clashes(rings, areas)
    if problems:
        return [], problems
    containers = _containers(areas)
    depths = [len(c) for c in containers]
    problems = _role_problems(rings, depths)
    if problems:
        return [], problems
    polygons = [
        Polygon(areas[i].exterior, [areas[h].exterior for h in _holes_of(i, containers, depths)])
        for i in range(len(rings))
        if depths[i] % 2 == 0
    ]
    return polygons, [
        rings[0].fault("rings_touch", reason=shapely.is_valid_reason(p)) for p in polygons if not p.is_valid
    ]


def _clashes(rings: list[RawRing], areas: list[Polygon]) -> list[ParcelProblem]:
    """Two rings that partly overlap or are the same ring twice."""
    tree = shapely.STRtree(areas)
    crossing = _pairs(tree, areas, "overlaps")
    same = [(i, j) for i, j in _pairs(tree, areas, "covers") if math.isclose(areas[i].area, areas[j].area)]
    found = [("rings_cross", *pair) for pair in crossing] + [("ring_twice", *pair) for pair in same]
    return [rings[j].fault(key, first=i + 1, second=j + 1) for key, i, j in found[:_MOST_CLASHES]]


def _pairs(tree: shapely.STRtree, areas: list[Polygon], predicate: str) -> list[tuple[int, int]]:
    first, second = tree.query(areas, predicate=predicate)
    return [(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i < j]


def _containers(areas: list[Polygon]) -> list[list[int]]:
    """For each ring the rings around it, smallest first."""
    inner, outer = shapely.STRtree(areas).query(areas, predicate="covered_by")
    found: list[list[int]] = [[] for _ in areas]
    for i, j in zip(inner.tolist(), outer.tolist(), strict=True):
        if i != j:
            found[i].append(j)
    return [sorted(around, key=lambda j: areas[j].area) for around in found]


def _holes_of(shell: int, containers: list[list[int]], depths: list[int]) -> list[int]:
    return [
        i for i, around in enumerate(containers) if depths[i] == depths[shell] + 1 and around and around[0] == shell
    ]


def _role_problems(rings: list[RawRing], depths: list[int]) -> list[ParcelProblem]:
    """Formats that say which ring is a hole must be right about it."""
    found = []
    for number, (ring, depth) in enumerate(zip(rings, depths, strict=True), start=1):
        if ring.hole is True and depth % 2 == 0:
            found.append(ring.fault("hole_outside", ring=number))
        if ring.hole is False and depth % 2 == 1:
            found.append(ring.fault("part_inside_part", ring=number))
    return found


def together(polygons: list[Polygon]) -> MultiPolygon:
    """All parcels as one valid geometry; adjoining or overlapping parcels are merged, so no ground counts twice."""
    whole = MultiPolygon(polygons)
    if whole.is_valid:
        return whole
    merged = shapely.union_all(polygons)
    return merged if isinstance(merged, MultiPolygon) else MultiPolygon([merged])
