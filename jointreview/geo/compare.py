"""Permitted against built as plane geometry: overlap, shift, deviation, set-backs, spacing; metres and square metres.

Pure functions over polygons in one plane; `plane_of` brings stored degrees into the projection that was declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from jointreview.geo.crs import CGCS2000, Frame, frame_of_epsg, meridian_frame

Area: TypeAlias = Polygon | MultiPolygon

PRECISION_M = 0.001
"""Distances along boundaries are found to the millimetre that survey files are written in."""

_STRAIGHT = np.radians(1.0)
"""Boundary points in an all but straight line make one side."""

_CM = "CGCS2000-CM"
_MOST_ROUNDS = 40


@dataclass(frozen=True)
class Overlap:
    """How two outlines cover each other: `iou` common area over joint area (0 to 1); the others in m².

    `beyond_m2` is built outside the permitted outline, `missing_m2` permitted and not built.
    """

    iou: float
    common_m2: float
    beyond_m2: float
    missing_m2: float


@dataclass(frozen=True)
class Shift:
    """By how far the middle moved, in metres: east, north, and straight."""

    east: float
    north: float
    distance: float


@dataclass(frozen=True)
class Side:
    """One side of a piece of land: its line, and the numbers of the boundary points it begins and ends at."""

    line: LineString
    first: int
    last: int


class Plane:
    """Turns EPSG:4490 degrees into metres of one plane; `name` says which for the reader."""

    def __init__(self, frame: Frame | None, around: BaseGeometry) -> None:
        projected = frame is not None and not frame.is_geographic
        if projected and frame is not None:
            self.name, self.code = frame.name, frame.code
            self._transformer, self._unit = _to_plane(frame.crs.to_wkt()), frame.unit_m
        else:
            centre = around.envelope.centroid
            self.name, self.code = "", ""
            self._transformer, self._unit = _local(round(centre.x, 6), round(centre.y, 6)), 1.0

    def __call__(self, geometry: BaseGeometry) -> BaseGeometry:
        transform, unit = self._transformer.transform, self._unit
        return shapely.transform(geometry, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])) * unit)


def plane_of(code: str, around: BaseGeometry) -> Plane:
    """The plane of a stored system (`EPSG:4529`, `CGCS2000-CM121`); of degrees a local one touching at `around`."""
    return Plane(frame_of_code(code), around)


@lru_cache(maxsize=64)
def frame_of_code(code: str) -> Frame | None:
    """The system a parcel or plan was kept with; None for one that has no code to find it by."""
    try:
        if code.startswith("EPSG:"):
            return frame_of_epsg(int(code.removeprefix("EPSG:")), "")
        return meridian_frame(float(code.removeprefix(_CM)), "") if code.startswith(_CM) else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _to_plane(wkt: str) -> Transformer:
    return Transformer.from_crs(CGCS2000, CRS.from_wkt(wkt), always_xy=True)


@lru_cache(maxsize=256)
def _local(lon: float, lat: float) -> Transformer:
    plane = CRS.from_dict(
        {"proj": "tmerc", "lat_0": lat, "lon_0": lon, "a": 6378137.0, "rf": 298.257222101, "units": "m"}
    )
    return Transformer.from_crs(plane.geodetic_crs, plane, always_xy=True)


def overlap(permitted: Area, built: Area) -> Overlap:
    """How the built outline covers the permitted one."""
    common = permitted.intersection(built).area
    joint = permitted.area + built.area - common
    return Overlap(
        iou=common / joint if joint else 0.0,
        common_m2=common,
        beyond_m2=max(0.0, built.area - common),
        missing_m2=max(0.0, permitted.area - common),
    )


def shift(permitted: Area, built: Area) -> Shift:
    """By how far the middle of the outline moved."""
    a, b = permitted.centroid, built.centroid
    east, north = b.x - a.x, b.y - a.y
    return Shift(east, north, float(np.hypot(east, north)))


def deviation(a: Area, b: Area) -> float:
    """The Hausdorff distance of two boundaries: no point of one lies farther from the other. Symmetric."""
    return max(_farthest(a.boundary, b.boundary), _farthest(b.boundary, a.boundary))


def _farthest(line: BaseGeometry, other: BaseGeometry) -> float:
    """The largest distance of a point of `line` from `other`, to the millimetre, not only at corners.

    The distance from one edge is convex along a piece, so nothing on it lies farther from `other` than the farther of
    its ends from any one edge; pieces for which that bound leaves room for more are halved.
    """
    edges = shapely.linestrings(np.stack(_edges(other), axis=1))
    tree = shapely.STRtree(edges)
    starts, ends = _edges(line)
    best = 0.0
    for _ in range(_MOST_ROUNDS):
        middles = (starts + ends) / 2
        points = [shapely.points(xy) for xy in (starts, ends, middles)]
        nearest = [edges[tree.nearest(p)] for p in points]
        own = [shapely.distance(p, edge) for p, edge in zip(points, nearest, strict=True)]
        best = max(best, *(float(d.max()) for d in own))
        bounds = [np.maximum(shapely.distance(points[0], e), shapely.distance(points[1], e)) for e in nearest]
        room = np.min(bounds, axis=0) > best + PRECISION_M
        if not room.any():
            break
        starts, middles, ends = starts[room], middles[room], ends[room]
        starts, ends = np.vstack([starts, middles]), np.vstack([middles, ends])
    return best


def _edges(line: BaseGeometry) -> tuple[np.ndarray, np.ndarray]:
    pairs = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
    return np.vstack([xy[:-1] for xy in pairs]), np.vstack([xy[1:] for xy in pairs])


def sides(ground: Area) -> list[Side]:
    """The sides of a piece of land: its outlines cut at every corner, all but straight ones left whole.

    Boundary points are numbered from 1 ring by ring, as the map numbers them.
    """
    found: list[Side] = []
    before = 0
    for polygon in shapely.get_parts(ground):
        for ring in (polygon.exterior, *polygon.interiors):
            points = shapely.get_coordinates(ring)[:-1]
            found += _sides_of(points, before)
            before += len(points)
    return found


def _sides_of(ring: np.ndarray, before: int) -> list[Side]:
    directions = np.roll(ring, -1, axis=0) - ring
    angles = np.arctan2(directions[:, 1], directions[:, 0])
    turns = np.abs((angles - np.roll(angles, 1) + np.pi) % (2 * np.pi) - np.pi)
    corners = np.flatnonzero(turns > _STRAIGHT)
    count = len(ring)
    if len(corners) < 2:
        return [Side(LineString([*ring, ring[0]]), before + 1, before + 1)]
    found = []
    for start, end in zip(corners, np.roll(corners, -1), strict=True):
        length = (end - start) % count or count
        line = LineString([ring[(start + n) % count] for n in range(length + 1)])
        found.append(Side(line, before + int(start) + 1, before + int(end) + 1))
    return found


def setback(building: Area, ground: Area) -> float:
    """The least distance from a building to the boundary of its land; less than zero by how far it reaches out."""
    outside = building.difference(ground)
    if outside.is_empty or outside.area < PRECISION_M**2:
        return float(building.distance(ground.boundary))
    corners = shapely.points(shapely.get_coordinates(outside))
    return -float(shapely.distance(corners, ground).max())


def clearance(building: Area, line: BaseGeometry) -> float:
    """The least distance from a building to a control line or zone; less than zero by how deep it stands in a zone.

    A building that crosses a mere line is at 0: a line has no inside.
    """
    apart = float(building.distance(line))
    if apart > 0 or line.area == 0:
        return apart
    inside = building.intersection(line)
    if inside.area < PRECISION_M**2:
        return 0.0
    corners = shapely.points(shapely.get_coordinates(inside))
    return -float(shapely.distance(corners, line.boundary).max())


def setbacks(building: Area, ground: Area) -> list[float]:
    """The least distance to each side of the land, in the order of `sides`."""
    return [float(building.distance(side.line)) for side in sides(ground)]


def distance(a: Area, b: Area) -> float:
    """The least distance between two buildings; 0 where they touch or overlap. Symmetric."""
    return float(a.distance(b))


def neighbours(outlines: dict[str, Area], within_m: float) -> list[tuple[str, str]]:
    """Pairs of buildings no farther apart than `within_m`, each pair once, in the order of the names given."""
    names = list(outlines)
    areas = [outlines[name] for name in names]
    first, second = shapely.STRtree(areas).query(areas, predicate="dwithin", distance=within_m)
    pairs = sorted({(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i < j})
    return [(names[i], names[j]) for i, j in pairs]
