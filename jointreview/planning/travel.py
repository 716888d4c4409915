"""Minutes and road kilometres between the depot and the sites."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Point:
    """Degrees, WGS 84."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Travel:
    """How fast a car gets along: average speed, road length over straight length, minutes lost at each stop."""

    speed_kmh: float
    detour: float
    stop_minutes: float


def great_circle_km(a: Point, b: Point) -> float:
    """Haversine distance on a sphere of radius 6371.0088 km."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def tables(points: list[Point], travel: Travel) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[float, ...], ...]]:
    """Whole minutes (rounded up, 0 between identical points) and road kilometres between all points."""
    size = len(points)
    minutes = [[0] * size for _ in range(size)]
    km = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            if points[i] == points[j]:
                continue
            road = great_circle_km(points[i], points[j]) * travel.detour
            whole = math.ceil(road / travel.speed_kmh * 60 + travel.stop_minutes)
            minutes[i][j] = minutes[j][i] = whole
            km[i][j] = km[j][i] = road
    return tuple(map(tuple, minutes)), tuple(map(tuple, km))
