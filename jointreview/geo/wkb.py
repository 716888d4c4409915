"""Geometry as it is stored: WKB in EPSG:4490, longitude first, beside its bounding box."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]


def to_wkb(geometry: BaseGeometry) -> bytes:
    """Little-endian two-dimensional WKB."""
    return shapely.to_wkb(shapely.force_2d(geometry), byte_order=1)


def from_wkb(data: bytes) -> BaseGeometry:
    """The stored geometry. Raises ValueError for bytes that are not WKB."""
    try:
        return shapely.from_wkb(data)
    except (shapely.errors.ShapelyError, TypeError) as fault:
        raise ValueError("not a stored geometry") from fault


def bounding_box(geometry: BaseGeometry) -> Box:
    """West, south, east, north in degrees. Raises ValueError for an empty geometry."""
    if geometry.is_empty:
        raise ValueError("an empty geometry has no extent")
    west, south, east, north = geometry.bounds
    return west, south, east, north


def boxes_meet(a: Box, b: Box) -> bool:
    """Do two boxes share a place? The quick question before an exact one."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
