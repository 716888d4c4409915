"""The formats of layer files: a zipped Shapefile, a GeoPackage, GeoJSON, and whatever parcels come in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry import MultiPolygon

from jointreview.geo import rings
from jointreview.geo.archive import Refusal, opened, read_entry
from jointreview.geo.checks import clean_rings
from jointreview.geo.crs import Frame
from jointreview.geo.formats import read_raw
from jointreview.geo.geojson import named_crs
from jointreview.geo.problems import ParcelProblem, error, warning
from jointreview.geo.shapefile import BYTES_AS_TEXT, NEEDED, one_shapefile, records
from jointreview.geo.txt import decode

MAX_BYTES = 256 * 1024**2
"""The largest file of a layer, and what an archive may unpack to."""
MAX_FEATURES = 200_000
MAX_COORDINATES = 10_000_000
_SQLITE = b"SQLite format 3\x00"
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")


@dataclass
class Features:
    """What a file says: shapes in its own coordinates (None where one cannot be read), a row of attributes for each.

    `numbers` count from 1 in the order of the file, `lines` are known for text formats only.
    """

    shapes: np.ndarray
    rows: list[dict[str, Any]]
    numbers: list[int]
    fields: list[str] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    crs: CRS | None = None
    crs_source: str = ""
    problems: list[ParcelProblem] = field(default_factory=list)

    def line(self, place: int) -> int | None:
        """The line of a feature, where the format has lines."""
        return self.lines[place] if self.lines else None


def _broken(*problems: ParcelProblem) -> Features:
    return Features(np.array([], dtype=object), [], [], problems=list(problems))


def read_features(data: bytes, filename: str, layer: str = "", declared: Frame | None = None) -> Features:
    """Everything in a file, told apart by content; never raises."""
    if len(data) > MAX_BYTES:
        return _broken(error("layer_too_large", None, most=MAX_BYTES // 2**20))
    try:
        if is_geopackage(data):
            found = _geopackage(data, layer)
        elif data.startswith(b"PK\x03\x04") and (shapefile := _shapefile(data)) is not None:
            found = shapefile
        elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            found = read_geojson_features(data)
        else:
            found = _parcels(data, filename, layer, declared)
    except Refusal as refusal:
        return _broken(refusal.problem)
    if len(found.shapes) > MAX_FEATURES or shapely.get_num_coordinates(found.shapes).sum() > MAX_COORDINATES:
        return _broken(error("layer_too_many", None, most=MAX_FEATURES, points=MAX_COORDINATES))
    return found


def is_geopackage(data: bytes) -> bool:
    """Is it an SQLite file that says it is a GeoPackage?"""
    return data.startswith(_SQLITE) and data[68:72] in _GPKG_IDS


def _shapefile(data: bytes) -> Features | None:
    """The Shapefile of an archive; None when there is none in it. Raises Refusal."""
    with opened(data, MAX_BYTES) as (archive, entries), TemporaryDirectory() as folder:
        if not any(path.suffix.lower() == ".shp" for path, _ in entries):
            return None
        parts = {ending: read_entry(archive, info, MAX_BYTES) for ending, info in one_shapefile(entries).items()}
        for ending in NEEDED:
            Path(folder, f"layer{ending}").write_bytes(parts[ending])
        meta, shapes, columns = _vector(Path(folder, "layer.shp"), "shapefile_unreadable", encoding=BYTES_AS_TEXT)
    rows = records(list(meta["fields"]), columns, len(shapes), parts.get(".cpg"))
    found = _features(shapes, rows)
    prj = parts.get(".prj", b"").strip()
    if prj:
        try:
            found.crs, found.crs_source = CRS.from_wkt(prj.decode("utf-8-sig", "replace")), "geo.found_by_prj"
        except CRSError:
            found.problems.append(warning("prj_unreadable"))
    return found


def _geopackage(data: bytes, layer: str) -> Features:
    """The one layer of a GeoPackage, or the one named. Raises Refusal."""
    import pyogrio  # with it comes pandas, which no start should wait for

    with TemporaryDirectory() as folder:
        path = Path(folder, "layer.gpkg")
        path.write_bytes(data)
        try:
            names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as fault:
            raise Refusal(error("gpkg_unreadable")) from fault
        if not names:
            raise Refusal(error("layer_none"))
        if layer not in names and (layer or len(names) > 1):
            raise Refusal(error("gpkg_layers", None, names=", ".join(names[:10])))
        meta, shapes, columns = _vector(path, "gpkg_unreadable", layer=layer or names[0])
    fields = [str(name) for name in meta["fields"]]
    rows = [dict(zip(fields, (_plain(column[n]) for column in columns), strict=True)) for n in range(len(shapes))]
    found = _features(shapes, rows)
    if meta["crs"]:
        try:
            found.crs, found.crs_source = CRS.from_user_input(meta["crs"]), "geo.found_by_gpkg"
        except CRSError:
            found.problems.append(warning("prj_unreadable"))
    return found


def _vector(path: Path, refusal: str, **options: str) -> tuple[dict[str, Any], np.ndarray, Any]:
    import pyogrio

    try:
        meta, _, wkb, columns = pyogrio.raw.read(path, force_2d=True, max_features=MAX_FEATURES + 1, **options)
        return meta, np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object), columns
    except (
        *(pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError),
        *(pyogrio.errors.FieldError, pyogrio.errors.GeometryError, shapely.errors.ShapelyError),
        *(ValueError, UnicodeError, TypeError),
    ) as fault:
        raise Refusal(error(refusal)) from fault


def _features(shapes: np.ndarray, rows: list[dict[str, Any]]) -> Features:
    fields = list(dict.fromkeys(name for row in rows[:1000] for name in row))
    return Features(shapes, rows, list(range(1, len(rows) + 1)), fields)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def read_geojson_features(data: bytes) -> Features:
    """The features of a FeatureCollection, a Feature or a geometry; one that is malformed has no shape.

    Raises Refusal for what is not JSON (with its line) or not GeoJSON.
    """
    text = decode(data)
    try:
        found = json.loads(text or "", parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        raise Refusal(error("json_unreadable", fault.lineno, column=fault.colno)) from None
    except (ValueError, RecursionError):
        raise Refusal(error("json_unreadable", None, column=0)) from None
    members = _members(found)
    texts = [json.dumps(m.get("geometry")) if m.get("geometry") else None for m in members]
    shapes = np.asarray(shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore"), dtype=object)
    rows = [m["properties"] if isinstance(m.get("properties"), dict) else {} for m in members]
    features = _features(shapely.force_2d(shapes), rows)
    for n, (text_, shape) in enumerate(zip(texts, shapes, strict=True), start=1):
        if text_ is not None and shape is None:
            features.problems.append(error("layer_feature_broken", None, feature=n))
    crs, problem = named_crs(found.get("crs"))
    features.crs, features.crs_source = crs, "geo.found_by_crs_member" if crs else ""
    features.problems += [problem] if problem else []
    return features


def _members(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, dict):
        raise Refusal(error("geojson_malformed", None, feature=0))
    if found.get("type") == "FeatureCollection":
        members = found.get("features")
    elif found.get("type") == "Feature":
        members = [found]
    else:
        members = [{"geometry": found}]
    if not isinstance(members, list):
        raise Refusal(error("geojson_malformed", None, feature=0))
    wrong = next((n for n, m in enumerate(members, start=1) if not isinstance(m, dict)), 0)
    if wrong:
        raise Refusal(error("geojson_malformed", None, feature=wrong))
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _parcels(data: bytes, filename: str, layer: str, declared: Frame | None) -> Features:
    """The polygons of a parcel file of any format. Raises Refusal for the first fault of a file without parts."""
    raw = read_raw(data, filename, layer, declared)
    shapes: list[Any] = []
    for part in raw.parts:
        good, faults = clean_rings(part, 0.0)
        polygons, clashes = rings.assemble(good) if len(good) == len(part.rings) and good else ([], [])
        raw.problems += [*faults, *clashes]
        shapes.append(MultiPolygon(polygons) if polygons else None)
    rows = [{"name": p.name, "number": p.number, "land_use": p.land_use} for p in raw.parts]
    found = _features(np.array(shapes, dtype=object), rows)
    found.lines = [p.line for p in raw.parts]
    found.crs, found.crs_source, found.problems = raw.hints.crs, raw.hints.crs_source, raw.problems
    return found
