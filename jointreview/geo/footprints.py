"""Reading the outlines of buildings from a file: many named polygons at once, with what the file says of each.

The same formats, systems and refusals as parcels (requirements §5.6, §5.7); each building keeps its own outline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon

from jointreview.geo import rings
from jointreview.geo.archive import Refusal
from jointreview.geo.crs import Frame, frame_of_epsg, geodesic_area_m2
from jointreview.geo.dxf import looks_like_dxf
from jointreview.geo.dxf_layers import BUILDING_LAYERS, by_likelihood, choose, layers_of
from jointreview.geo.dxf_scan import scan
from jointreview.geo.formats import read_raw
from jointreview.geo.parcel import stored_code, stored_name
from jointreview.geo.placing import in_degrees, place, plane_area_m2
from jointreview.geo.problems import ParcelProblem, any_error, clean, error, warning
from jointreview.geo.raw import RawFile, RawPart
from jointreview.geo.region import QIDONG, Region

MAX_BUILDINGS = 500
"""More single buildings than a project has: such a file is the survey of a district."""

_NAME_FIELDS = ("单体名称", "建筑名称", "楼栋名称", "幢号名称", "DTMC", "JZWMC", "JZMC", "BUILDING", "BLDG_NAME")
_NUMBER_FIELDS = ("单体编码", "楼号", "幢号", "楼栋号", "栋号", "DTBM", "ZH", "serial", "building_no")
_HEIGHT_FIELDS = ("建筑高度", "高度", "JZGCGD", "JZGD", "height", "height_m", "H")
_FLOOR_FIELDS = ("地上层数", "层数", "楼层数", "DSCS", "CS", "floors", "storeys", "floors_above")
_AREA_FIELDS = ("建筑面积", "总建筑面积", "JZMJ", "floor_area", "gross_area")
_FLOORS = re.compile(r"(?<![\d.])(\d{1,3})\s*[FＦ层](?![A-Za-z])")
_HEIGHT = re.compile(r"(?:(?<![A-Za-z])[HＨ]|高度?)\s*[=＝:：]\s*(\d{1,3}(?:\.\d{1,3})?)")
_NAMED = re.compile(r"[#＃号栋幢楼房]|厂|库|门卫|中心|泵|站|building|block", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
_OVERLAP_M2 = 0.5
_MOST_FIELDS = 60
_MOST_TOLD = 3


@dataclass(frozen=True)
class Shape:
    """One outline: its name and number as the file has them, EPSG:4490 geometry, areas in m², what is said of it.

    `height_m`, `floors` and `floor_area_m2` are None where the file does not say.
    """

    name: str
    number: str
    geometry: MultiPolygon
    area_plane_m2: float
    area_geodesic_m2: float
    height_m: float | None = None
    floors: int | None = None
    floor_area_m2: float | None = None


@dataclass(frozen=True)
class FootprintReading:
    """The outlines of a file. A refusal has errors among its problems and no outline."""

    crs: str
    crs_name: str
    crs_found_by: str
    shapes: tuple[Shape, ...]
    problems: tuple[ParcelProblem, ...]

    @property
    def errors(self) -> list[ParcelProblem]:
        """The findings that refuse the file."""
        return [p for p in self.problems if any_error([p])]


@dataclass(frozen=True)
class Offer:
    """What can be chosen in a file: layers (with how many closed outlines), attributes that may name a building.

    `layer` and `field` are what is taken without a word of the sender, empty where the file does not tell.
    """

    layers: tuple[tuple[str, int], ...]
    layer: str
    fields: tuple[tuple[str, str], ...]
    field: str


def read_footprints(
    data: bytes,
    filename: str,
    declared_epsg: int | None = None,
    region: Region | None = QIDONG,
    layer: str = "",
    name_field: str = "",
) -> FootprintReading:
    """Every building of a DXF layer, zipped Shapefile, GeoJSON, KML, KMZ, table or 国土 TXT; never raises.

    `layer` chooses a drawing's layer or a workbook's sheet, `name_field` the attribute that names the buildings (in a
    drawing the texts within the outlines do).
    """
    placed = place(data, filename, declared_epsg, region, layer, BUILDING_LAYERS)
    problems, frame = placed.problems, placed.frame
    if len(placed.raw.parts) > MAX_BUILDINGS:
        problems.append(error("too_many_buildings", None, most=MAX_BUILDINGS))
    shapes: list[Shape] = []
    if frame is not None and placed.located and not any_error(problems):
        pairs = zip(placed.raw.parts, placed.polygons, strict=True)
        shapes = [_shape(part, rings.together(polygons), frame, name_field) for part, polygons in pairs if polygons]
        problems += _overlaps(shapes)
    refused = any_error(problems)
    return FootprintReading(
        crs=stored_code(frame) if frame else "",
        crs_name=stored_name(frame) if frame else "",
        crs_found_by=frame.found_by if frame else "",
        shapes=() if refused else tuple(shapes),
        problems=tuple(sorted(problems, key=lambda p: (p.line is None, p.line or 0))),
    )


def look_into(data: bytes, filename: str, declared_epsg: int | None = None) -> Offer:
    """What the sender can choose before the outlines are read; never raises."""
    if looks_like_dxf(data):
        try:
            found = layers_of(scan(data, RawFile()))
        except Refusal:  # reading the file tells what is wrong with it, line by line
            return Offer((), "", (), "")
        names = by_likelihood(list(found), found, BUILDING_LAYERS)
        chosen = choose(found, "", BUILDING_LAYERS)
        layers = tuple((clean(n)[:255], found[n].closed) for n in names[:_MOST_FIELDS])
        return Offer(layers, chosen.layer or "", (), "")
    declared = frame_of_epsg(declared_epsg, "") if declared_epsg is not None else None
    raw = read_raw(data, filename, "", declared)
    fields: dict[str, str] = {}
    for part in raw.parts:
        for key, value in part.attributes.items():
            if value not in (None, "") and len(fields) < _MOST_FIELDS:
                fields.setdefault(str(key), clean(str(value))[:40])
    known = next((f for f in (*_NAME_FIELDS, *_NUMBER_FIELDS) if f in fields), "")
    return Offer((), "", tuple((clean(k)[:80], v) for k, v in fields.items()), known)


def _shape(part: RawPart, geometry: MultiPolygon, frame: Frame, name_field: str) -> Shape:
    texts = str(part.attributes.get("text", "")).split("\n") if "text" in part.attributes else []
    written = " ".join(texts)
    degrees = in_degrees(geometry, frame)
    return Shape(
        name=clean(_name(part, texts, name_field))[:100],
        number=clean(_first(part, _NUMBER_FIELDS) or part.number)[:40],
        geometry=degrees,
        area_plane_m2=plane_area_m2(list(geometry.geoms), frame),
        area_geodesic_m2=geodesic_area_m2(degrees),
        height_m=_value(_first(part, _HEIGHT_FIELDS), 1000) or _written(_HEIGHT, written),
        floors=_whole(_value(_first(part, _FLOOR_FIELDS), 200) or _written(_FLOORS, written)),
        floor_area_m2=_value(_first(part, _AREA_FIELDS), 10**7),
    )


def _name(part: RawPart, texts: list[str], name_field: str) -> str:
    """The chosen attribute; else the usual ones; in a drawing the text that reads like a building's name."""
    if name_field:
        return str(part.attributes.get(name_field, "") or "")
    if "text" in part.attributes:
        fitting = [t for t in texts if _NAMED.search(t)] or [t for t in texts if not _NUMBER.fullmatch(t.strip())]
        return (fitting or texts)[0]
    in_drawing = bool(part.rings and part.rings[0].entity) and part.name and not part.attributes
    return _first(part, _NAME_FIELDS) or ("" if in_drawing else part.name)


def _first(part: RawPart, names: tuple[str, ...]) -> str:
    """The first of the attributes that is filled; a dBASE table cuts Chinese names short."""
    known = {unicodedata.normalize("NFKC", str(k)).upper(): v for k, v in part.attributes.items()}
    for name in names:
        whole = name.upper()
        cut = (k for k in known if len(k) >= 3 and not k.isascii() and whole.startswith(k))
        for key in (whole, *cut):
            if known.get(key) not in (None, ""):
                return str(known[key]).strip()
    return ""


def _value(text: str, most: float) -> float | None:
    found = _NUMBER.search(text)
    number = float(found.group()) if found else 0.0
    return number if 0 < number <= most else None


def _written(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text)
    return float(found.group(1)) if found else None


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _overlaps(shapes: list[Shape]) -> Iterator[ParcelProblem]:
    """Two outlines over the same ground: a basement under a building, or one building drawn twice."""
    areas = [s.geometry for s in shapes]
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    told = 0
    for i, j in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if i >= j or told >= _MOST_TOLD:
            continue
        common = areas[i].intersection(areas[j])
        if common.area == 0:
            continue
        share = common.area / min(areas[i].area, areas[j].area)
        ground = share * min(shapes[i].area_plane_m2, shapes[j].area_plane_m2)
        if ground > _OVERLAP_M2:
            told += 1
            yield warning(
                "buildings_overlap",
                None,
                first=_called(shapes[i], i),
                second=_called(shapes[j], j),
                area=f"{ground:.1f}",
            )


def _called(shape: Shape, at: int) -> str:
    return shape.name or shape.number or str(at + 1)


def matched(
    buildings: list[tuple[str, str]],
    shapes: list[tuple[str, str]],
    overlap: Callable[[int], str] = lambda _: "",
) -> list[tuple[str, str]]:
    """For each outline (name, number) the serial of the form's building (serial, name) it is, and by what.

    By number, else by name, else by `overlap`, which answers the serial of the building whose outline of the other
    plan it covers; ("", "") where nothing tells. A name that two buildings share tells nothing.
    """
    serials = {_plain(serial): serial for serial, _ in buildings if serial}
    names: dict[str, str] = {}
    for serial, name in buildings:
        key = _plain(name)
        names[key] = "" if key in names else serial
    found = []
    for at, (name, number) in enumerate(shapes):
        by_number = serials.get(_plain(number)) or (serials.get(_plain(name)) if name else None)
        by_name = names.get(_plain(name), "") if name else ""
        if by_name:
            found.append((by_name, "name"))
        elif by_number:
            found.append((by_number, "number"))
        else:
            serial = overlap(at)
            found.append((serial, "overlap" if serial else ""))
    return found


_KINDS: tuple[tuple[str, str], ...] = (("号楼", "#"), ("号", "#"), ("栋", "#"), ("幢", "#"), ("NO.", ""))


def _plain(text: Any) -> str:
    """A name as it is compared: 1＃ 厂房, 1号厂房 and 1#厂房 are one."""
    plain = re.sub(r"[\s_\-.·（）()]+", "", unicodedata.normalize("NFKC", str(text))).upper()
    for said, meant in _KINDS:
        plain = plain.replace(said, meant)
    plain = re.sub(r"#+楼?", "#", plain)
    return re.sub(r"^0+(?=\d)", "", plain)
