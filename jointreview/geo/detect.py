"""Finding the coordinate system of a parcel file and whether its two columns are exchanged (requirements §5.6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jointreview.geo.crs import (
    CGCS2000,
    Frame,
    frame_of_crs,
    frame_of_epsg,
    meridian_frame,
    old_datum,
    unzoned_frame,
    zone_of_frame,
    zone_width,
    zoned_frame,
)
from jointreview.geo.problems import ParcelProblem, error, warning
from jointreview.geo.raw import RawFile
from jointreview.geo.region import Region

USE_MARGIN_DEGREES = 1.5
"""How far outside a system's area of use is still ordinary: Qidong itself is surveyed in the zone next door."""

_ZONED_EASTING = 1e7
_UNZONED_EASTING = 1e5
_MILLION = 1_000_000


@dataclass
class Detected:
    """The system found, or None with the problems that say why not."""

    frame: Frame | None = None
    problems: list[ParcelProblem] = field(default_factory=list)


def detect(raw: RawFile, declared_epsg: int | None, region: Region | None) -> Detected:
    """The coordinate system of a file; exchanges the file's columns where they are plainly X/Y swapped.

    Order of belief: the caller's declaration, the file's own definition (.prj, `crs`), the header's zone number,
    the zone before the easting, the only central meridian that lands in the region, degrees.
    """
    if declared_epsg is not None:
        return _declared(raw, declared_epsg, region)
    if raw.hints.crs is not None:
        return _stated(raw, frame_of_crs(raw.hints.crs, raw.hints.crs_source), region)
    if not raw.points:
        return Detected()
    return _by_numbers(raw, region)


def _declared(raw: RawFile, epsg: int, region: Region | None) -> Detected:
    frame = frame_of_epsg(epsg, "geo.found_by_declared")
    if frame is None:
        return Detected(None, [error("crs_unknown_code", None, given=f"EPSG:{epsg}")])
    found = _stated(raw, frame, region)
    own = frame_of_crs(raw.hints.crs, "") if raw.hints.crs is not None else None
    if own is not None and own.code != frame.code:
        found.problems.append(warning("declared_differs", None, declared=frame.code, stated=own.code))
    return found


def _stated(raw: RawFile, frame: Frame | None, region: Region | None) -> Detected:
    """Somebody said which system it is: believe it unless the numbers cannot be in it."""
    if frame is None:
        return Detected(None, [error("crs_not_horizontal")])
    datum = old_datum(frame.crs)
    if datum is not None:
        return Detected(None, [error(datum)])
    if not raw.points:
        return Detected(frame)
    found = Detected(frame)
    x, y = _middle(raw)
    if _columns_exchanged(frame, x, y, region):
        _swap(raw, found)
        x, y = y, x
    found.problems += _unit_problems(frame, raw) or _prefix_problems(frame, raw)
    header = raw.hints.zone
    if header is not None and x >= _ZONED_EASTING and int(x // _MILLION) != header:
        found.problems.append(
            error("zone_header_differs", raw.hints.zone_line, header=header, easting=int(x // _MILLION))
        )
    return found


def _by_numbers(raw: RawFile, region: Region | None) -> Detected:
    """Nobody said: the size of the numbers tells."""
    found = Detected()
    x, y = _middle(raw)
    if abs(x) <= 180 and abs(y) <= 180:
        return _geographic(raw, region, found)
    if _northing_first(x, y):
        _swap(raw, found)
        x, y = y, x
    if not _MILLION <= y < _ZONED_EASTING:
        found.problems.append(error("crs_unknown"))
    elif _ZONED_EASTING <= x < 1e8:
        _with_prefix(raw, x, y, region, found)
    elif _UNZONED_EASTING <= x < _MILLION:
        _without_prefix(raw, x, y, region, found)
    else:
        found.problems.append(error("crs_unknown"))
    return found


def _geographic(raw: RawFile, region: Region | None, found: Detected) -> Detected:
    found.frame = frame_of_epsg(CGCS2000, "geo.found_by_geographic")
    x, y = _middle(raw)
    in_box = region is not None and region.contains(y, x) and not region.contains(x, y)
    if in_box or abs(y) > 90 >= abs(x):
        _swap(raw, found)
    assert found.frame is not None
    found.problems += _unit_problems(found.frame, raw)
    return found


def _with_prefix(raw: RawFile, x: float, y: float, region: Region | None, found: Detected) -> None:
    zone, hints = int(x // _MILLION), raw.hints
    by = "geo.found_by_header_zone" if hints.zone == zone else "geo.found_by_easting"
    found.frame = zoned_frame(zone, by)
    if found.frame is None:
        found.problems.append(error("zone_unknown", _first_line(raw), zone=zone))
        return
    if hints.zone is not None and hints.zone != zone:
        found.problems.append(error("zone_header_differs", hints.zone_line, header=hints.zone, easting=zone))
    _check_width(raw, zone, found)
    found.problems += _prefix_problems(found.frame, raw)
    _check_zone_lands(raw, zone, (x - zone * _MILLION, y), region, found)


def _without_prefix(raw: RawFile, x: float, y: float, region: Region | None, found: Detected) -> None:
    zone = raw.hints.zone
    if zone is not None:
        found.frame = unzoned_frame(zone, "geo.found_by_header_zone")
        _check_width(raw, zone, found)
        _check_zone_lands(raw, zone, (x, y), region, found)
        return
    if region is None:
        found.problems.append(error("crs_needed"))
        return
    fitting = _landing(x, y, region)
    if len(fitting) == 1:
        found.frame = fitting[0]
    elif fitting:
        found.problems.append(error("crs_ambiguous", None, candidates=", ".join(f.code for f in fitting)))
    else:
        found.problems.append(error("crs_no_candidate", _first_line(raw)))


def _landing(x: float, y: float, region: Region) -> list[Frame]:
    """The region's meridians under which an easting without zone lands in the region."""
    frames = [meridian_frame(cm, "geo.found_by_only_candidate") for cm in region.central_meridians]
    return [frame for frame in frames if frame is not None and region.contains(*_degrees(frame, x, y))]


def _check_width(raw: RawFile, zone: int, found: Detected) -> None:
    width, hints = zone_width(zone), raw.hints
    if hints.zone_width is not None and width != hints.zone_width:
        found.problems.append(error("width_contradicts", hints.zone_width_line, width=hints.zone_width, zone=zone))


def _check_zone_lands(
    raw: RawFile, zone: int, unzoned: tuple[float, float], region: Region | None, found: Detected
) -> None:
    """A zone number is wrong when the place is in the region only under another zone's meridian."""
    if region is None or found.frame is None:
        return
    x, y = unzoned
    own = unzoned_frame(zone, "")
    lon, lat = _degrees(own, x, y) if own else (np.nan, np.nan)
    others = [] if region.contains(lon, lat) else _landing(x, y, region)
    if others:
        true_lon, _ = _degrees(others[0], x, y)
        line = raw.hints.zone_line or _first_line(raw)
        found.problems.append(
            error(
                "zone_contradicts", line, zone=zone, lon=f"{lon:.3f}", likely=others[0].code, there=f"{true_lon:.3f}"
            )
        )


def _prefix_problems(frame: Frame, raw: RawFile) -> list[ParcelProblem]:
    """Every easting must carry the zone of a zone-numbered system, and none where the system has none."""
    expected = zone_of_frame(frame)
    if expected is None and not is_gauss_kruger(frame):
        return []
    wrong = [p for p in raw.points if (int(p.x // _MILLION) != expected if expected else p.x >= _ZONED_EASTING)]
    if not wrong:
        return []
    return [
        error(
            "easting_against_crs",
            wrong[0].line,
            crs=frame.name,
            easting=f"{wrong[0].x:.3f}",
            count=len({(p.x, p.y) for p in wrong}),
        )
    ]


def _unit_problems(frame: Frame, raw: RawFile) -> list[ParcelProblem]:
    """Degrees given for metres, or metres for degrees."""
    points = raw.points
    if not frame.is_geographic:
        looks_degrees = all(abs(p.x) <= 180 and abs(p.y) <= 90 for p in points)
        return [error("degrees_in_projected", points[0].line, crs=frame.name)] if looks_degrees else []
    to_degrees = float(np.degrees(frame.crs.axis_info[0].unit_conversion_factor))
    wrong = next((p for p in points if abs(p.x * to_degrees) > 360 or abs(p.y * to_degrees) > 90.000001), None)
    if wrong is None:
        return []
    return [error("not_degrees", wrong.line, x=f"{wrong.x:.6f}", y=f"{wrong.y:.6f}")]


def _columns_exchanged(frame: Frame, x: float, y: float, region: Region | None) -> bool:
    """In Gauss-Kruger the size of the numbers tells; elsewhere, which order lands where the system is used."""
    if is_gauss_kruger(frame):
        return _northing_first(x, y)
    return _fit(frame, y, x, region) > _fit(frame, x, y, region)


def is_gauss_kruger(frame: Frame) -> bool:
    """Is it one of China's Gauss-Kruger systems, whose eastings and northings differ in their size?"""
    return zone_of_frame(frame) is not None or "Gauss-Kruger CM" in frame.name


def _northing_first(x: float, y: float) -> bool:
    """A Chinese northing has seven digits, an easting six, or eight with its zone."""
    return y >= _ZONED_EASTING or (_UNZONED_EASTING <= y < _MILLION <= x < _ZONED_EASTING)


def _fit(frame: Frame, x: float, y: float, region: Region | None) -> int:
    """How well a point suits the system: 2 in the region, 1 in the system's area of use, 0 elsewhere, -1 nowhere."""
    lon, lat = _degrees(frame, x, y)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return -1
    if region is not None and region.contains(lon, lat):
        return 2
    return 1 if in_area_of_use(frame, lon, lat) else 0


def in_area_of_use(frame: Frame, lon: float, lat: float, margin: float = USE_MARGIN_DEGREES) -> bool:
    """Does a place lie where the system is meant to be used (with a margin)? Unknown extents contain everything."""
    area = frame.crs.area_of_use
    if area is None:
        return True
    in_latitude = area.south - margin <= lat <= area.north + margin
    if area.west > area.east:
        return in_latitude and (lon >= area.west - margin or lon <= area.east + margin)
    return in_latitude and area.west - margin <= lon <= area.east + margin


def _degrees(frame: Frame, x: float, y: float) -> tuple[float, float]:
    lon, lat = frame.to_degrees(np.array([x]), np.array([y]))
    return float(lon[0]), float(lat[0])


def _middle(raw: RawFile) -> tuple[float, float]:
    """The median point: one mistyped number does not move it."""
    points = raw.points
    return float(np.median([p.x for p in points])), float(np.median([p.y for p in points]))


def _first_line(raw: RawFile) -> int | None:
    return raw.points[0].line if raw.points else None


def _swap(raw: RawFile, found: Detected) -> None:
    raw.swap()
    found.problems.append(warning("swapped", _first_line(raw)))
