"""From a file of any format to polygons in the plane of its coordinate system, each fault told; parcels and buildings
begin alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from jointreview.geo import rings
from jointreview.geo.checks import clean_rings
from jointreview.geo.crs import Frame, frame_of_epsg, local_equal_area
from jointreview.geo.detect import detect, in_area_of_use
from jointreview.geo.dxf_layers import PARCEL_LAYERS, LayerNames
from jointreview.geo.formats import read_raw
from jointreview.geo.problems import ParcelProblem, any_error, error, warning
from jointreview.geo.raw import MAX_PARTS, RawFile, RawPart, RawPoint
from jointreview.geo.region import Region


@dataclass
class Placed:
    """What a file holds: for each part its polygons in the plane of `frame`, none where the part is wrong.

    `located` tells whether the system is known and every point lies somewhere on Earth.
    """

    raw: RawFile
    frame: Frame | None
    polygons: list[list[Polygon]]
    problems: list[ParcelProblem]
    located: bool


def place(
    data: bytes,
    filename: str,
    declared_epsg: int | None,
    region: Region | None,
    layer: str = "",
    names: LayerNames = PARCEL_LAYERS,
) -> Placed:
    """Read the file, find its system, clean its rings and see where it lies; never raises for what a file contains.

    `names` tells the layers of a drawing that are wanted when the caller names none.
    """
    declared = frame_of_epsg(declared_epsg, "") if declared_epsg is not None else None
    raw = read_raw(data, filename, layer, declared, names)
    if len(raw.parts) > MAX_PARTS:
        raw = RawFile(problems=[*raw.problems, error("too_many_parts", None, most=MAX_PARTS)])
    detected = detect(raw, declared_epsg, region)
    problems = [*raw.problems, *detected.problems]
    frame = detected.frame
    trusted = frame if not any_error(detected.problems) else None
    polygons = [_polygons(part, trusted, problems) for part in raw.parts]
    located = trusted is not None and _place_problems(raw, trusted, declared_epsg is not None, region, problems)
    return Placed(raw, frame, polygons, problems, located)


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


def in_degrees(geometry: MultiPolygon, frame: Frame) -> MultiPolygon:
    """A geometry in the plane of a system, turned into CGCS2000 degrees."""
    return shapely.transform(geometry, lambda xy: np.column_stack(frame.to_degrees(xy[:, 0], xy[:, 1])))


def plane_area_m2(polygons: list[Polygon], frame: Frame) -> float:
    """Shoelace area in the plane of the file's projection; for degrees, in a local equal-area plane."""
    if not frame.is_geographic:
        return sum(p.area for p in polygons) * frame.unit_m**2
    geometry = in_degrees(MultiPolygon(polygons), frame)
    plane = local_equal_area(geometry)
    return float(shapely.transform(geometry, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))).area)
