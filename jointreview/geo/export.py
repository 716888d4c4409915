"""Writing parcels out again: GeoJSON in degrees and the 国土 boundary-point list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from jointreview.geo.crs import CGCS2000, Frame, zone_of_frame, zone_width, zoned_frame

DECIMALS = 11
"""Eleven decimals of a degree are a micrometre: what is read back is what was written."""

_M2_PER_HECTARE = 10_000.0


@dataclass(frozen=True)
class Listed:
    """One parcel of a boundary-point list, its geometry in EPSG:4490 degrees."""

    geometry: Polygon | MultiPolygon
    number: str = "DK001"
    name: str = ""
    land_use: str = ""


def to_geojson(geometry: Polygon | MultiPolygon, properties: Mapping[str, object] | None = None) -> str:
    """A FeatureCollection with one MultiPolygon in EPSG:4490, longitude first, every number with eleven decimals.

    Outlines run counter-clockwise (RFC 7946). The `crs` member names EPSG:4490, which RFC 7946 readers ignore.
    """
    polygons = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    coordinates = ",".join(_polygon_text(orient(polygon)) for polygon in polygons)
    crs = json.dumps({"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{CGCS2000}"}})
    attributes = json.dumps(dict(properties or {}), ensure_ascii=False)
    return (
        f'{{"type": "FeatureCollection", "crs": {crs}, "features": [\n'
        f'{{"type": "Feature", "properties": {attributes},\n'
        f'"geometry": {{"type": "MultiPolygon", "coordinates": [{coordinates}]}}}}\n]}}\n'
    )


def _polygon_text(polygon: Polygon) -> str:
    rings = [polygon.exterior, *polygon.interiors]
    return "[" + ",".join(_ring_text(shapely.get_coordinates(ring)) for ring in rings) + "]"


def _ring_text(coordinates: np.ndarray) -> str:
    return "[" + ",".join(f"[{x:.{DECIMALS}f},{y:.{DECIMALS}f}]" for x, y in coordinates) + "]"


def to_land_txt(parcels: Sequence[Listed], zone: int, producer: str, produced: date) -> str:
    """The 国土 boundary-point list (format 1.00) in a CGCS2000 zone, millimetres, rings closed.

    Raises ValueError for a number that is not a Gauss-Kruger zone of China. Encode the text in GBK for surveyors.
    """
    frame = zoned_frame(zone, "")
    if frame is None or zone_of_frame(frame) != zone:
        raise ValueError(f"{zone} is not a Gauss-Kruger zone of China")
    lines = [
        "[属性描述]",
        "格式版本号=1.00版本",
        f"数据产生单位={producer}",
        f"数据产生日期={produced.isoformat()}",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone_width(zone)}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone}",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
    ]
    for parcel in parcels:
        lines += _parcel_lines(parcel, frame)
    return "\r\n".join(lines) + "\r\n"


def _parcel_lines(parcel: Listed, frame: Frame) -> list[str]:
    to_plane = Transformer.from_crs(CGCS2000, frame.crs, always_xy=True)
    plane = shapely.transform(
        parcel.geometry, lambda xy: np.round(np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1])), 3)
    )
    polygons = plane.geoms if isinstance(plane, MultiPolygon) else [plane]
    rings = [shapely.get_coordinates(r)[:-1] for p in polygons for r in (p.exterior, *p.interiors)]
    points: list[str] = []
    number = 0
    for ring_number, ring in enumerate(rings, start=1):
        names = [f"J{number + i}" for i in range(1, len(ring) + 1)]
        number += len(ring)
        for name, (east, north) in zip([*names, names[0]], [*ring, ring[0]], strict=True):
            points.append(f"{name},{ring_number},{north:.3f},{east:.3f}")
    name, use = (text.replace(",", "，").replace("\n", " ") for text in (parcel.name, parcel.land_use))
    area = f"{plane.area / _M2_PER_HECTARE:.4f}"
    return [f"{len(points)},{area},{parcel.number},{name},面,,{use},,@", *points]
