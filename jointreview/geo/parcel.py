"""Reading a parcel file of any accepted format into one geometry in CGCS2000 degrees, with everything found wrong."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

from jointreview.geo import rings
from jointreview.geo.checks import area_problem
from jointreview.geo.crs import Frame, geodesic_area_m2
from jointreview.geo.formats import MAX_BYTES
from jointreview.geo.placing import in_degrees, place, plane_area_m2
from jointreview.geo.problems import ParcelProblem, Severity, any_error, clean, warning
from jointreview.geo.raw import RawFile, RawPart
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
    placed = place(data, filename, declared_epsg, region, layer)
    if not placed.located or placed.frame is None:
        return _reading(placed.frame, [_part(part, None) for part in placed.raw.parts], None, None, placed.problems)
    return _measured(placed.raw, placed.frame, placed.polygons, placed.problems)


def _measured(
    raw: RawFile, frame: Frame, polygons: list[list[Polygon]], problems: list[ParcelProblem]
) -> ParcelReading:
    """Areas, extent and geometry of what could be put together."""
    areas = [plane_area_m2(p, frame) if p else None for p in polygons]
    parts = [_part(part, area) for part, area in zip(raw.parts, areas, strict=True)]
    for part, area in zip(raw.parts, areas, strict=True):
        found = area_problem(part, area) if area is not None else None
        if found is not None:
            problems.append(found)
    if not polygons or not all(polygons):
        return _reading(frame, parts, None, None, problems)
    whole = rings.together([p for group in polygons for p in group])
    geometry = in_degrees(whole, frame)
    area = plane_area_m2(list(whole.geoms), frame)
    overlap = sum(a for a in areas if a is not None) - area
    if overlap > _OVERLAP_M2:
        problems.append(warning("parcels_overlap", None, area=f"{overlap:.1f}"))
    return _reading(frame, parts, area, geometry, problems)


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
        crs=stored_code(frame) if frame else None,
        crs_name=stored_name(frame) if frame else None,
        crs_found_by=frame.found_by if frame else None,
        parts=tuple(parts),
        area_plane_m2=area_plane_m2,
        area_geodesic_m2=geodesic,
        bbox=(west, south, east, north) if geometry is not None else None,
        geometry=None if any_error(problems) else geometry,
        problems=tuple(sorted(problems, key=lambda p: (p.line is None, p.line or 0))),
    )


def stored_code(frame: Frame) -> str:
    """The system's code as it is kept."""
    return clean(frame.code)[:_CODE_LENGTH]


def stored_name(frame: Frame) -> str:
    """The system's name as it is kept."""
    return clean(frame.name)[:_NAME_LENGTH]
