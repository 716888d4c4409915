"""Layer files for tests: squares, lines and points in degrees around the example plot of requirements §5.7."""

from __future__ import annotations

import json
from typing import Any

PLOT = (121.6405, 31.8335, 121.6431, 31.8352)
"""The box of the example plot."""


def square(west: float, south: float, side: float = 0.002) -> dict[str, Any]:
    """A square polygon in degrees."""
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def line(*points: tuple[float, float]) -> dict[str, Any]:
    """A line in degrees."""
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


def point(lon: float, lat: float) -> dict[str, Any]:
    """A point in degrees."""
    return {"type": "Point", "coordinates": [lon, lat]}


BOW = {
    "type": "Polygon",
    "coordinates": [[[121.65, 31.8], [121.66, 31.81], [121.66, 31.8], [121.65, 31.81], [121.65, 31.8]]],
}
"""A polygon that crosses itself."""
FAR = square(121.8, 31.7)
"""A square well away from the plot."""
OVER_PLOT = square(121.6415, 31.8340)
"""A square that covers the plot's north-east, but for its hole."""


def layer(*geometries: dict[str, Any] | None, crs: str = "", **properties: Any) -> bytes:
    """A GeoJSON layer whose features are called 要素1, 要素2 …"""
    features = [
        {"type": "Feature", "properties": {"名称": f"要素{n}", **properties}, "geometry": geometry}
        for n, geometry in enumerate(geometries, start=1)
    ]
    found: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        found["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(found, ensure_ascii=False).encode()
