"""Reading a parcel file of any accepted format into one geometry in CGCS2000 degrees, with everything found wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from jointreview.geo import rings
from jointreview.geo.checks import area_problem, clean_rings
from jointreview.geo.crs import Frame, frame_of_epsg, geodesic_area_m2, local_equal_area
from jointreview.geo.detect import detect, in_area_of_use
from jointreview.geo.formats import MAX_BYTES, read_raw
from jointreview.geo.problems import ParcelProblem, Severity, any_error, clean, error, warning
from jointreview.geo.raw import MAX_PARTS, RawFile, RawPart, RawPoint
from jointreview.geo.region import QIDONG, Region

__all__ = ["MAX_BYTES", "ParcelPart", "ParcelProblem", "ParcelReading", "Severity", "read_parcel"]

_DISTORTION = 0.01
_CODE_LENGTH, _NAME_LENGTH = 40, 120
"""A system without a code goes by its name, which a file may make as long as it likes."""
_OVERLAP_M2 = 0.1
"""Adjoining parcels measured apart differ by millimetres; more common ground than this is an overlap."""


@dataclass(frozen=True)
class ParcelPart:
    """One parcel of the file; areas in m², `area_plane_m2` None when it could not be computed."""

    name: str
    number: str
    land_use: str
    ring_count: int
    declared_area_m2: float | None
    area_plane_m2: float | None


@dataclass(frozen=True)
class ParcelReading:
    """What a file holds. A refusal has errors among its problems and no geometry.

    `crs` is an EPSG code such as `EPSG:4529` (or `CGCS2000-CM121` for a city's own meridian); `crs_found_by` is the
    key of the text that says how it was found; areas are m², `area_plane_m2` in the plane of the file's system;
    `bbox` is west, south, east, north in degrees; `geometry` is in EPSG:4490, longitude first.
    """

    crs: str | None
    crs_name: str | None
    crs_found_by: str | None
    parts: tuple[ParcelPart, ...]
    area_plane_m2: float | None
    area_geodesic_m2: float | None
    bbox: tuple[float, float, float, float] | None
    geometry: MultiPolygon | None
    problems: tuple[ParcelProblem, ...]

    @property
    def accepted(self) -> bool:
        """Nothing found refuses the file."""
        return not any_error(list(self.problems))

    @property
    def errors(self) -> list[ParcelProblem]:
        """The findings that refuse the file."""
        return [p for p in self.problems if p.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[ParcelProblem]:
        """The findings the reader is only told about."""
        return [p for p in self.problems if p.severity is Severity.WARNING]


def read_parcel(
    data: bytes,
    filename: str,
    declared_epsg: int | None = None,
    region: Region | None = QIDONG,
    layer: str = "",
) -> ParcelReading:
    """Read 国土 TXT, zipped Shapefile, DXF, KML, KMZ, GeoJSON, CSV or XLSX, told apart by content.

    `filename` only helps the messages; `layer` names the layer of a drawing or the sheet of a workbook.

    `declared_epsg` is the caller's word on the system and may be any EPSG; a place outside `region` is then a
    warning instead of a refusal. Without `region` no place is checked. Never raises for what a file contains.
    """
    declared = frame_of_epsg(declared_epsg, "") if declared_epsg is not None else None
    raw = read_raw(data, filename, layer, declared)
    if len(raw.parts) > MAX_PARTS:
        raw = RawFile(problems=[*raw.problems, error("too_many_parts", None, most=MAX_PARTS)])
    detected = detect(raw, declared_epsg, region)
    problems = [*raw.problems, *detected.problems]
    frame = detected.frame
    trusted = frame if not any_error(detected.problems) else None
    polygons = [_polygons(part, trusted, problems) for part in raw.parts]
    if trusted is None or frame is None:
        return _reading(frame, [_part(part, None) for part in raw.parts], None, None, problems)
    if not _place_problems(raw, frame, declared_epsg is not None, region, problems):
        return _reading(frame, [_part(part, None) for part in raw.parts], None, None, problems)
    return _measured(raw, frame, polygons, problems)


def _polygons(part: RawPart, frame: Frame | None, problems: list[ParcelProblem]) -> list[Polygon]:
    """The part's polygons in the plane of the file; empty when any of its rings is wrong."""
    if part.incomplete:
        return []
    if not part.rings:
        problems.append(error("part_without_points", part.line))
        return []
    good, found = clean_rings(part, frame.tolerance if frame else 0.0)
    problems += found
    if len(good) < len(part.rings):
        return []
    polygons, clashes = rings.assemble(good)
    problems += clashes
    return [] if clashes else polygons


def _place_problems(
    raw: RawFile, frame: Frame, declared: bool, region: Region | None, problems: list[ParcelProblem]
) -> bool:
    """Add what is wrong with where the points lie; False when they lie nowhere on Earth."""
    points = raw.points
    if not points:
        return True
    lon, lat = frame.to_degrees(np.array([p.x for p in points]), np.array([p.y for p in points]))
    nowhere = ~(np.isfinite(lon) & np.isfinite(lat))
    if nowhere.any():
        problems.append(error("not_on_earth", points[int(np.argmax(nowhere))].line, crs=frame.name))
        return False
    if frame.position_is_approximate:
        problems.append(warning("position_approximate", None, crs=frame.name))
    problems += _outside_use(points, lon, lat, frame)
    if region is not None:
        problems += _outside_region(points, lon, lat, region, declared)
    return True


def _outside_use(points: list[RawPoint], lon: np.ndarray, lat: np.ndarray, frame: Frame) -> list[ParcelProblem]:
    for point, x, y in zip(points, lon, lat, strict=True):
        if not in_area_of_use(frame, float(x), float(y)):
            return [warning("outside_use", point.line, crs=frame.name, lon=f"{x:.4f}", lat=f"{y:.4f}")]
    return []


def _outside_region(
    points: list[RawPoint], lon: np.ndarray, lat: np.ndarray, region: Region, declared: bool
) -> list[ParcelProblem]:
    outside = [i for i, (x, y) in enumerate(zip(lon, lat, strict=True)) if not region.contains(float(x), float(y))]
    if not outside:
        return []
    first = outside[0]
    say = warning if declared else error
    return [
        say(
            "outside_region",
            points[first].line,
            count=len({(points[i].x, points[i].y) for i in outside}),
            lon=f"{lon[first]:.6f}",
            lat=f"{lat[first]:.6f}",
            west=region.west,
            east=region.east,
            south=region.south,
            north=region.north,
        )
    ]


def _measured(
    raw: RawFile, frame: Frame, polygons: list[list[Polygon]], problems: list[ParcelProblem]
) -> ParcelReading:
    """Areas, extent and geometry of what could be put together."""
    areas = [_plane_area_m2(p, frame) if p else None for p in polygons]
    parts = [_part(part, area) for part, area in zip(raw.parts, areas, strict=True)]
    for part, area in zip(raw.parts, areas, strict=True):
        found = area_problem(part, area) if area is not None else None
        if found is not None:
            problems.append(found)
    if not polygons or not all(polygons):
        return _reading(frame, parts, None, None, problems)
    whole = rings.together([p for group in polygons for p in group])
    geometry = _in_degrees(whole, frame)
    area = _plane_area_m2(list(whole.geoms), frame)
    overlap = sum(a for a in areas if a is not None) - area
    if overlap > _OVERLAP_M2:
        problems.append(warning("parcels_overlap", None, area=f"{overlap:.1f}"))
    return _reading(frame, parts, area, geometry, problems)


def _in_degrees(geometry: MultiPolygon, frame: Frame) -> MultiPolygon:
    return shapely.transform(geometry, lambda xy: np.column_stack(frame.to_degrees(xy[:, 0], xy[:, 1])))


def _plane_area_m2(polygons: list[Polygon], frame: Frame) -> float:
    """Shoelace area in the plane of the file's projection; for degrees, in a local equal-area plane."""
    if not frame.is_geographic:
        return sum(p.area for p in polygons) * frame.unit_m**2
    geometry = _in_degrees(MultiPolygon(polygons), frame)
    plane = local_equal_area(geometry)
    return float(shapely.transform(geometry, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))).area)


def _part(part: RawPart, area_m2: float | None) -> ParcelPart:
    name, number, use = (clean(text) for text in (part.name, part.number, part.land_use))
    return ParcelPart(name, number, use, len(part.rings), part.declared_area_m2, area_m2)


def _reading(
    frame: Frame | None,
    parts: list[ParcelPart],
    area_plane_m2: float | None,
    geometry: MultiPolygon | None,
    problems: list[ParcelProblem],
) -> ParcelReading:
    geodesic = geodesic_area_m2(geometry) if geometry is not None else None
    if geodesic and area_plane_m2 and abs(area_plane_m2 / geodesic - 1) > _DISTORTION:
        percent = f"{abs(area_plane_m2 / geodesic - 1) * 100:.1f}"
        problems.append(warning("area_distorted", None, percent=percent))
    west, south, east, north = geometry.bounds if geometry is not None else (0.0, 0.0, 0.0, 0.0)
    return ParcelReading(
        crs=clean(frame.code)[:_CODE_LENGTH] if frame else None,
        crs_name=clean(frame.name)[:_NAME_LENGTH] if frame else None,
        crs_found_by=frame.found_by if frame else None,
        parts=tuple(parts),
        area_plane_m2=area_plane_m2,
        area_geodesic_m2=geodesic,
        bbox=(west, south, east, north) if geometry is not None else None,
        geometry=None if any_error(problems) else geometry,
        problems=tuple(sorted(problems, key=lambda p: (p.line is None, p.line or 0))),
    )
