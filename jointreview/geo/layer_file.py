"""Reading a layer's file whole: points, lines and polygons with their attributes, in CGCS2000 degrees.

A layer binds decisions: one broken feature refuses the file, unless the caller asks for repair and every repair is
listed. Formats with names and types of their own (Shapefile, GeoPackage, GeoJSON) may hold anything; parcels' formats
(TXT, DXF, KML, tables) hold polygons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from jointreview.geo.crs import Frame, frame_of_epsg, geodesic_area_m2
from jointreview.geo.detect import detect
from jointreview.geo.geojson import NAME_FIELDS
from jointreview.geo.layer_formats import MAX_COORDINATES, MAX_FEATURES, Features, read_features
from jointreview.geo.problems import ParcelProblem, Severity, any_error, clean, error, warning
from jointreview.geo.raw import RawFile, RawPart, RawPoint, RawRing
from jointreview.geo.region import QIDONG, Region

__all__ = ["MAX_COORDINATES", "MAX_FEATURES", "LayerReading", "Repair", "read_layer"]

MOST_FAULTS = 50
"""So many faults are named one by one; of the rest the number."""
_SAMPLE = 4_000
_MOST_ATTRIBUTES, _LONGEST_TEXT, _LONGEST_NAME = 30, 200, 80
_KINDS = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


@dataclass(frozen=True)
class Repair:
    """What was changed in one feature (its place in the file, from 1): why, and by how many m² it differs after.

    `dropped` tells that the feature had no geometry and was left out.
    """

    feature: int
    reason: str
    change_m2: float = 0.0
    dropped: bool = False


@dataclass(frozen=True)
class LayerReading:
    """What a layer's file holds. A refusal has errors among its problems and no features.

    `numbers` are the features' places in the file, from 1; `crs` and `crs_found_by` as for parcels.
    """

    crs: str = ""
    crs_found_by: str = ""
    geometries: np.ndarray = field(default_factory=lambda: np.array([], dtype=object))
    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    attributes: tuple[dict[str, Any], ...] = ()
    name_field: str = ""
    fields: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[ParcelProblem, ...] = ()

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


def read_layer(
    data: bytes,
    filename: str,
    declared_epsg: int | None = None,
    region: Region | None = QIDONG,
    name_field: str = "",
    repair: bool = False,
    layer: str = "",
) -> LayerReading:
    """Read a layer. Never raises for what a file contains.

    `name_field` is the attribute that names a feature (found by the usual names when empty), `layer` the layer of a
    GeoPackage or drawing. `repair` puts broken geometries right and lists each instead of refusing.
    """
    declared = frame_of_epsg(declared_epsg, "") if declared_epsg is not None else None
    found = read_features(data, filename, layer, declared)
    if any_error(found.problems):
        return LayerReading(problems=_shortened(found.problems))
    found, repairs, before = _whole(found, repair)
    frame, problems = _placed(found, declared_epsg, region)
    if frame is None or any_error([*found.problems, *problems]):
        return LayerReading(problems=_shortened([*found.problems, *problems]))
    degrees, faults = _in_degrees(found, frame, region)
    name, naming = _name_field(found, name_field)
    problems = [*found.problems, *problems, *faults, *naming]
    if any_error(problems):
        return LayerReading(problems=_shortened(problems))
    return LayerReading(
        crs=clean(frame.code)[:120],
        crs_found_by=frame.found_by,
        geometries=degrees,
        numbers=tuple(found.numbers),
        names=tuple(_text(row.get(name))[:_LONGEST_NAME] if name else "" for row in found.rows),
        attributes=tuple(_attributes(row) for row in found.rows),
        name_field=name,
        fields=tuple(found.fields),
        repairs=tuple(_measured(r, found.numbers, degrees, before, frame) for r in repairs),
        problems=_shortened(problems),
    )


def _whole(found: Features, repair: bool) -> tuple[Features, list[Repair], dict[int, Any]]:
    """The features that are sound, what had to be changed, and the changed ones as they were.

    Without `repair` everything unsound is a fault.
    """
    problems: list[ParcelProblem] = []
    repairs: list[Repair] = []
    before: dict[int, Any] = {}
    shapes, keep = found.shapes.copy(), []
    sound = shapely.is_valid(shapes)
    for place, shape in enumerate(shapes):
        number = found.numbers[place]
        if shape is None or shape.is_empty:
            if repair:
                repairs.append(Repair(number, "", dropped=True))
            else:
                problems.append(error("layer_feature_empty", found.line(place), feature=number))
            continue
        if shape.geom_type not in _KINDS:
            problems.append(error("layer_feature_kind", found.line(place), feature=number, kind=shape.geom_type))
            continue
        if not sound[place]:
            reason = clean(shapely.is_valid_reason(shape))
            mended = _mended(shape) if repair else None
            if mended is None:
                key = "layer_feature_hopeless" if repair else "layer_feature_invalid"
                problems.append(error(key, found.line(place), feature=number, reason=reason))
                continue
            repairs.append(Repair(number, reason[:120]))
            before[number], shapes[place] = shape, mended
        keep.append(place)
    if not keep and not problems:
        problems.append(error("layer_none"))
    kept = replace(
        found,
        shapes=shapes[keep],
        numbers=[found.numbers[i] for i in keep],
        rows=[found.rows[i] for i in keep],
        lines=[found.lines[i] for i in keep] if found.lines else [],
        problems=[*found.problems, *problems],
    )
    return kept, repairs, before


def _mended(shape: Any) -> Any:
    """A valid geometry of the same dimension; None when nothing of that dimension is left."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [p for p in shapely.get_parts(mended) if shapely.get_dimensions(p) == shapely.get_dimensions(shape)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts) if parts[0].geom_type == "Polygon" else mended


def _placed(
    found: Features, declared_epsg: int | None, region: Region | None
) -> tuple[Frame | None, list[ParcelProblem]]:
    """The coordinate system by the rule of parcels, asked of a sample of the points; exchanges swapped columns."""
    coordinates = shapely.get_coordinates(found.shapes)
    if not len(coordinates):
        return None, []
    if not np.isfinite(coordinates).all():
        return None, [error("layer_not_finite")]
    sample = coordinates[:: max(1, len(coordinates) // _SAMPLE)]
    raw = RawFile(parts=[RawPart(rings=[RawRing([RawPoint(float(x), float(y)) for x, y in sample])])])
    raw.hints.crs, raw.hints.crs_source = found.crs, found.crs_source
    detected = detect(raw, declared_epsg, region)
    if raw.points[0].x != sample[0][0]:
        found.shapes = shapely.transform(found.shapes, lambda xy: xy[:, ::-1])
    return detected.frame, detected.problems


def _in_degrees(found: Features, frame: Frame, region: Region | None) -> tuple[np.ndarray, list[ParcelProblem]]:
    """Everything in EPSG:4490, with a fault for what lies nowhere, or when no feature lies in the region."""
    degrees = shapely.transform(found.shapes, lambda xy: np.column_stack(frame.to_degrees(xy[:, 0], xy[:, 1])))
    bounds = shapely.bounds(degrees)
    nowhere = ~np.isfinite(bounds).all(axis=1)
    faults = [
        error("layer_feature_nowhere", found.line(int(i)), feature=found.numbers[int(i)], crs=frame.name)
        for i in np.flatnonzero(nowhere)
    ]
    if faults:
        return degrees, faults
    if frame.position_is_approximate:
        faults.append(warning("position_approximate", None, crs=frame.name))
    if region is not None:
        meets = (bounds[:, 0] <= region.east) & (bounds[:, 2] >= region.west)
        meets &= (bounds[:, 1] <= region.north) & (bounds[:, 3] >= region.south)
        if not meets.any():
            west, south = bounds[:, 0].min(), bounds[:, 1].min()
            faults.append(error("layer_elsewhere", None, lon=f"{west:.4f}", lat=f"{south:.4f}", crs=frame.name))
    return degrees, faults


def _measured(
    repair: Repair, numbers: list[int], degrees: np.ndarray, before: dict[int, Any], frame: Frame
) -> Repair:
    """The repair with the change of area it made, in m² on the ellipsoid."""
    if repair.dropped or shapely.get_dimensions(before[repair.feature]) < 2:
        return repair
    was = shapely.transform(before[repair.feature], lambda xy: np.column_stack(frame.to_degrees(xy[:, 0], xy[:, 1])))
    now = degrees[numbers.index(repair.feature)]
    return replace(repair, change_m2=round(geodesic_area_m2(now) - geodesic_area_m2(was), 2))


def _name_field(found: Features, wanted: str) -> tuple[str, list[ParcelProblem]]:
    if wanted and wanted not in found.fields:
        return "", [error("layer_name_field", None, wanted=wanted, fields=", ".join(found.fields[:20]))]
    usual = [f for name in NAME_FIELDS for f in found.fields if f == name]
    alike = [f for f in found.fields if f.lower().endswith("name") or "名称" in f or f.upper().endswith("MC")]
    return wanted or next(iter([*usual, *alike]), ""), []


def _attributes(row: dict[str, Any]) -> dict[str, Any]:
    return {
        clean(str(k))[:_LONGEST_NAME]: _value(v) for k, v in list(row.items())[:_MOST_ATTRIBUTES] if v is not None
    }


def _value(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return _text(value)[:_LONGEST_TEXT]


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return clean(str(value))


def _shortened(problems: Sequence[ParcelProblem]) -> tuple[ParcelProblem, ...]:
    """The first faults, and how many more there are."""
    if len(problems) <= MOST_FAULTS:
        return tuple(problems)
    return (*problems[:MOST_FAULTS], error("layer_more_faults", None, count=len(problems) - MOST_FAULTS))
