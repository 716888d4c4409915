"""Is a building or a person inside the parcel, and by how many metres not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

SURVEY_TOLERANCE_M = 0.05
"""Two surveys of one corner differ by a few centimetres; a footprint that close to the boundary is inside."""


@dataclass(frozen=True)
class Inside:
    """How a footprint lies in its parcel, in metres and m².

    `beyond_m` is how far it reaches past the boundary (0 inside), `outside_m2` how much of it lies outside,
    `clearance_m` the narrowest distance to the boundary of one that is inside (0 otherwise).
    """

    inside: bool
    beyond_m: float
    outside_m2: float
    clearance_m: float


def footprint_inside(
    parcel: Polygon | MultiPolygon, footprint: Polygon | MultiPolygon, tolerance_m: float = SURVEY_TOLERANCE_M
) -> Inside:
    """Lies the footprint within the parcel, allowing `tolerance_m`? Both in EPSG:4490 degrees."""
    flat = _LocalPlane(parcel)
    ground, building = flat(parcel), flat(footprint)
    outside = building.difference(ground)
    beyond = _farthest(outside, ground)
    inside = beyond <= tolerance_m
    clearance = building.distance(ground.boundary) if inside and outside.is_empty else 0.0
    return Inside(inside, beyond, outside.area, clearance)


def distance_to_parcel_m(parcel: Polygon | MultiPolygon, lon: float, lat: float) -> float:
    """Metres from a place (EPSG:4490 degrees) to the parcel; 0 inside it."""
    flat = _LocalPlane(parcel)
    return float(flat(Point(lon, lat)).distance(flat(parcel)))


def _farthest(outside: BaseGeometry, ground: BaseGeometry) -> float:
    """The distance from the ground of the outermost corner; between corners nothing reaches farther."""
    if outside.is_empty:
        return 0.0
    corners = shapely.points(shapely.get_coordinates(outside))
    return float(shapely.distance(corners, ground).max())


class _LocalPlane:
    """Turns degrees into metres on a plane touching the ellipsoid at the parcel."""

    def __init__(self, parcel: BaseGeometry) -> None:
        centre = parcel.envelope.centroid
        plane = CRS.from_dict(
            {"proj": "tmerc", "lat_0": centre.y, "lon_0": centre.x, "a": 6378137.0, "rf": 298.257222101, "units": "m"}
        )
        self._transformer = Transformer.from_crs(plane.geodetic_crs, plane, always_xy=True)

    def __call__(self, geometry: BaseGeometry) -> BaseGeometry:
        transform = self._transformer.transform
        return shapely.transform(geometry, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
