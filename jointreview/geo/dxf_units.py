"""What one unit of a drawing is. Drawings state it wrongly more often than not: the numbers have the last word."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jointreview.geo.archive import Refusal
from jointreview.geo.crs import Frame
from jointreview.geo.detect import in_area_of_use, is_gauss_kruger
from jointreview.geo.problems import ParcelProblem, error, warning

_METRES = {1: 0.0254, 2: 0.3048, 4: 0.001, 5: 0.01, 6: 1.0, 7: 1000.0, 10: 0.9144, 14: 0.1, 21: 1200 / 3937}
"""$INSUNITS of the DXF reference: inch, foot, mm, cm, m, km, yard, dm, US survey foot."""

_IMPERIAL = {1, 2, 10, 21}
_TRIED = (1.0, 0.001)
_MARGIN_DEGREES = 0.5
"""Coordinates of a drawing's own making begin near zero, which in UTM is a degree and a half outside the zone."""
_CHINA = (73.0, 3.0, 136.0, 54.0)
_ZONED, _UNZONED, _MILLION = 1e7, 1e5, 1e6

Point = tuple[float, float]


@dataclass
class Unit:
    """`scale` turns drawing units into those of the coordinate system, `metres` into metres."""

    scale: float
    metres: float
    problems: list[ParcelProblem] = field(default_factory=list)


def scale_of(points: list[Point], code: int, declared: Frame | None) -> Unit:
    """The unit under which the points lie where Chinese survey coordinates (or the declared system) can lie.

    The stated unit is tried first, then metres, then millimetres; another than the stated one is told. Raises
    Refusal for coordinates of a drawing's own making.
    """
    x, y = (float(v) for v in np.median(np.array(points), axis=0))
    stated = _METRES.get(code)
    if declared is not None and declared.is_geographic:
        return Unit(1.0, _METRES_OF_DEGREE)
    if declared is None and _degrees(x, y):
        return Unit(1.0, _METRES_OF_DEGREE)
    own = 1.0 if declared is None else declared.unit_m
    chinese = declared is None or is_gauss_kruger(declared)
    first = own if stated is None or (chinese and code in _IMPERIAL) else stated
    for metres in (first, *_TRIED):
        if _plausible(x * metres / own, y * metres / own, declared if not chinese else None):
            return Unit(metres / own, metres, _told(stated, metres))
    if declared is None:
        raise Refusal(error("dxf_local", None, x=f"{x:.3f}", y=f"{y:.3f}"))
    raise Refusal(error("dxf_local_declared", None, x=f"{x:.3f}", y=f"{y:.3f}", crs=declared.name))


_METRES_OF_DEGREE = 111_320.0


def _told(stated: float | None, metres: float) -> list[ParcelProblem]:
    if metres == (stated or 1.0):
        return []
    if stated is None:
        return [warning("dxf_unit_found", None, metres=f"{metres:g}")]
    return [warning("dxf_unit_differs", None, stated=f"{stated:g}", metres=f"{metres:g}")]


def _degrees(x: float, y: float) -> bool:
    """Longitude and latitude in China, in either order."""
    west, south, east, north = _CHINA
    return (west <= x <= east and south <= y <= north) or (west <= y <= east and south <= x <= north)


def _plausible(x: float, y: float, declared: Frame | None) -> bool:
    if declared is None:
        return _gauss_kruger(x, y) or _gauss_kruger(y, x)
    lon, lat = declared.to_degrees(np.array([x]), np.array([y]))
    if not (np.isfinite(lon[0]) and np.isfinite(lat[0])):
        return False
    return in_area_of_use(declared, float(lon[0]), float(lat[0]), _MARGIN_DEGREES)


def _gauss_kruger(east: float, north: float) -> bool:
    """An easting of six digits, or eight with its zone, and a northing of seven (or six, in the far south)."""
    zoned = 13 * _MILLION <= east < 46 * _MILLION
    return (zoned or _UNZONED <= east < _MILLION) and 3 * _UNZONED <= north < 6 * _MILLION
