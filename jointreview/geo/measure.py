"""Lengths and areas on the ellipsoid of CGCS2000, as the map's measure tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jointreview.geo.crs import CGCS2000_GEOD


@dataclass(frozen=True)
class Measured:
    """What lies between the points, in metres and m²; `area_m2` and `around_m` only for three points and more."""

    parts_m: tuple[float, ...]
    length_m: float
    around_m: float | None
    area_m2: float | None


def measured(points: Sequence[tuple[float, float]]) -> Measured:
    """The geodesic length of a line through the points (degrees, EPSG:4490), and of the area it would close.

    A line that crosses itself encloses no area that could be told.
    """
    if len(points) < 2:
        return Measured((), 0.0, None, None)
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    parts = tuple(float(part) for part in CGCS2000_GEOD.line_lengths(lons, lats))
    if len(points) < 3 or not _plain(points):
        return Measured(parts, sum(parts), None, None)
    area, around = CGCS2000_GEOD.polygon_area_perimeter(lons, lats)
    return Measured(parts, sum(parts), float(around), abs(float(area)))


def _plain(points: Sequence[tuple[float, float]]) -> bool:
    from shapely.geometry import Polygon

    return bool(Polygon(points).is_valid)
