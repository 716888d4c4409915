"""Reading polygons from GeoJSON (RFC 7946, and the older `crs` member that many programs still write)."""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any, NoReturn

from pyproj import CRS
from pyproj.exceptions import CRSError

from jointreview.geo.problems import ParcelProblem, error, warning
from jointreview.geo.raw import MAX_POINTS, RawFile, RawPart, RawPoint, RawRing

_EPSG_NAME = re.compile(r"(?:EPSG:(?:[\d.]*:)?)(\d{4,6})$", re.IGNORECASE)
_CRS84 = re.compile(r"CRS:?84$", re.IGNORECASE)
NAME_FIELDS = ("name", "title", "地块名称", "项目名称", "名称", "DKMC", "XMMC")
_NUMBER_FIELDS = ("number", "地块编号", "编号", "DKBH", "XMBH")
_USE_FIELDS = ("land_use", "地块用途", "用地性质", "土地用途", "用途", "DKYT", "TDYT")
_AREA_FIELDS = ("declared_area_m2",)
_MOST_ATTRIBUTES = 100


class _Malformed(ValueError):
    """The geometry is not what GeoJSON prescribes."""


def read_geojson(text: str) -> RawFile:
    """Every polygon of a FeatureCollection, Feature or geometry, one part for each feature; never raises."""
    raw = RawFile()
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        raw.problems.append(error("json_unreadable", fault.lineno, column=fault.colno))
        return raw
    except (_Malformed, ValueError, RecursionError):
        raw.problems.append(error("json_unreadable", None, column=0))
        return raw
    if not isinstance(data, dict):
        raw.problems.append(error("geojson_malformed", None, feature=0))
        return raw
    _read_crs(data.get("crs"), raw)
    _read_features(_features(data), raw)
    if not raw.parts and not raw.problems:
        raw.problems.append(error("no_polygon"))
    elif len(raw.points) > MAX_POINTS:
        raw.problems.append(error("too_many_points", None, most=MAX_POINTS))
    return raw


def describe(part: RawPart, properties: dict[str, Any]) -> None:
    """Fill a part's name, number, use and stated area from attributes under any of their usual names.

    A dBASE table cuts Chinese names short (地块名称 to 地块名), so their beginnings count as well.
    """

    def first(names: tuple[str, ...]) -> str:
        cut = (k for k in properties if len(k) >= 3 and not k.isascii() and any(n.startswith(k) for n in names))
        values = (properties.get(name) for name in (*names, *cut))
        return next((str(v).strip() for v in values if v not in (None, "")), "")

    part.attributes = dict(itertools.islice(properties.items(), _MOST_ATTRIBUTES))
    part.name, part.number, part.land_use = first(NAME_FIELDS), first(_NUMBER_FIELDS), first(_USE_FIELDS)
    area = next((properties[n] for n in _AREA_FIELDS if n in properties), None)
    if isinstance(area, int | float) and not isinstance(area, bool) and 0 < area < 1e12:
        part.declared_area_m2 = float(area)


def _no_constant(name: str) -> NoReturn:
    raise _Malformed(name)


def _features(data: dict[str, Any]) -> list[Any]:
    if data.get("type") == "FeatureCollection":
        features = data.get("features")
        return features if isinstance(features, list) else [None]
    if data.get("type") == "Feature":
        return [data]
    return [{"type": "Feature", "properties": {}, "geometry": data}]


def _read_features(features: list[Any], raw: RawFile) -> None:
    skipped = 0
    for index, feature in enumerate(features, start=1):
        try:
            if not isinstance(feature, dict):
                raise _Malformed("feature")
            rings = _polygon_rings(feature.get("geometry"), depth=0)
        except (_Malformed, OverflowError):
            raw.problems.append(error("geojson_malformed", None, feature=index))
            continue
        if not rings:
            skipped += 1
            continue
        part = RawPart(rings=rings)
        properties = feature.get("properties")
        describe(part, properties if isinstance(properties, dict) else {})
        raw.parts.append(part)
    if skipped and raw.parts:
        raw.problems.append(warning("features_skipped", None, count=skipped))


def _polygon_rings(geometry: Any, depth: int) -> list[RawRing]:
    """The rings of a geometry's polygons; empty for points, lines and no geometry."""
    if geometry is None:
        return []
    if not isinstance(geometry, dict) or depth > 5:
        raise _Malformed("geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return [ring for polygon in _list(coordinates) for ring in _polygon(polygon)]
    if kind == "GeometryCollection":
        members = _list(geometry.get("geometries"))
        return [ring for member in members for ring in _polygon_rings(member, depth + 1)]
    if kind in ("Point", "MultiPoint", "LineString", "MultiLineString"):
        return []
    raise _Malformed("type")


def _polygon(coordinates: Any) -> list[RawRing]:
    return [
        RawRing([_position(p) for p in _list(ring)], hole=index > 0) for index, ring in enumerate(_list(coordinates))
    ]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Malformed("list")
    return value


def _position(value: Any) -> RawPoint:
    numbers = _list(value)[:2]
    if len(numbers) < 2 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        raise _Malformed("position")
    x, y = float(numbers[0]), float(numbers[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise _Malformed("position")
    return RawPoint(x, y)


def _read_crs(member: Any, raw: RawFile) -> None:
    crs, problem = named_crs(member)
    if crs is not None:
        raw.hints.crs, raw.hints.crs_source = crs, "geo.found_by_crs_member"
    raw.problems += [problem] if problem else []


def named_crs(member: Any) -> tuple[CRS | None, ParcelProblem | None]:
    """The system a `crs` member names (EPSG or CRS84), or the fault; neither without such a member."""
    if member is None:
        return None, None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    match = _EPSG_NAME.search(name)
    code = int(match.group(1)) if match else 4326 if _CRS84.search(name) else None
    try:
        if code is None:
            raise CRSError(name)
        return CRS.from_epsg(code), None
    except CRSError:
        return None, error("crs_member_unknown", None, text=name[:60])
