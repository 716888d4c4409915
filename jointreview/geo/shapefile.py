"""Reading a zipped Shapefile without trusting the archive: names, sizes and encodings are checked first."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from jointreview.geo.archive import Entries, Refusal, read_entry
from jointreview.geo.geojson import describe
from jointreview.geo.problems import error, warning
from jointreview.geo.raw import MAX_POINTS, RawFile, RawPart, RawPoint, RawRing

NEEDED = (".shp", ".shx", ".dbf")
_READ = (*NEEDED, ".prj", ".cpg")
_TEXT_ENCODINGS = ("utf-8", "gb", "big5", "cp", "iso8859", "latin")
BYTES_AS_TEXT = "ISO-8859-1"
"""Reading bytes as Latin-1 loses nothing, so the true encoding can be decided over the whole table."""


def read_shapefile(archive: zipfile.ZipFile, entries: Entries) -> RawFile:
    """The polygons of the one Shapefile in a zip archive, one part for each record. Raises Refusal."""
    raw = RawFile()
    chosen = one_shapefile(entries)
    _read_layer({extension: read_entry(archive, info) for extension, info in chosen.items()}, raw)
    if not raw.problems and not raw.parts:
        raw.problems.append(error("no_polygon"))
    return raw


def one_shapefile(visible: Entries) -> dict[str, zipfile.ZipInfo]:
    """The parts of the only Shapefile, by ending. Raises Refusal for several, or one that is incomplete."""
    shapes = [path for path, _ in visible if path.suffix.lower() == ".shp"]
    if len(shapes) > 1:
        raise Refusal(error("zip_several_shapefiles", None, names=", ".join(p.name for p in shapes[:5])))
    stem = shapes[0].with_suffix("")
    found = {
        p.suffix.lower(): info
        for p, info in visible
        if str(p.with_suffix("")).lower() == str(stem).lower() and p.suffix.lower() in _READ
    }
    missing = [extension for extension in NEEDED if extension not in found]
    if missing:
        raise Refusal(error("zip_part_missing", None, names=", ".join(missing)))
    return found


def _read_layer(files: dict[str, bytes], raw: RawFile) -> None:
    import pyogrio  # with it comes pandas, which no start should wait for

    with TemporaryDirectory() as folder:
        for extension in NEEDED:
            Path(folder, f"parcel{extension}").write_bytes(files[extension])
        try:
            meta, _, wkb, columns = pyogrio.raw.read(
                Path(folder, "parcel.shp"), encoding=BYTES_AS_TEXT, force_2d=True, max_features=MAX_POINTS
            )
            shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError) as fault:
            raise Refusal(error("shapefile_unreadable")) from fault
        except (pyogrio.errors.FeatureError, pyogrio.errors.FieldError, ValueError, UnicodeError) as fault:
            raise Refusal(error("shapefile_unreadable")) from fault
    _read_prj(files.get(".prj"), raw)
    if shapely.get_num_coordinates(shapes).sum() > MAX_POINTS:
        raise Refusal(error("too_many_points", None, most=MAX_POINTS))
    rows = records(list(meta["fields"]), columns, len(shapes), files.get(".cpg"))
    skipped = 0
    for shape, record in zip(shapes, rows, strict=True):
        if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            skipped += 1
            continue
        part = RawPart(rings=_rings(shape))
        describe(part, record)
        raw.parts.append(part)
    if skipped and raw.parts:
        raw.problems.append(warning("features_skipped", None, count=skipped))


def _rings(shape: Any) -> list[RawRing]:
    polygons = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    return [
        RawRing([RawPoint(x, y) for x, y in ring.coords], hole=index > 0)
        for polygon in polygons
        for index, ring in enumerate([polygon.exterior, *polygon.interiors])
    ]


def records(names: list[str], columns: Any, count: int, cpg: bytes | None) -> list[dict[str, Any]]:
    """The attribute rows with their texts decoded.

    Values decide the encoding: names are cut at ten bytes, in UTF-8 often within a character.
    """
    texts = [value for column in columns for value in column if isinstance(value, str)]
    encoding = _encoding(texts or names, cpg)

    def true(value: Any) -> Any:
        if isinstance(value, str):
            return value.encode(BYTES_AS_TEXT, errors="replace").decode(encoding, errors="ignore")
        return value.item() if hasattr(value, "item") else value

    fields = [true(name) for name in names]
    return [dict(zip(fields, (true(column[row]) for column in columns), strict=True)) for row in range(count)]


def _encoding(texts: list[str], cpg: bytes | None) -> str:
    """What .cpg names, else GBK (requirements §5.7); without .cpg, text that is plainly Chinese UTF-8 is read so."""
    if cpg:
        try:
            named = codecs.lookup(cpg.decode("ascii", errors="ignore").strip()).name
        except LookupError:
            named = ""
        return named if named.startswith(_TEXT_ENCODINGS) else "gb18030"
    joined = b"\n".join(text.encode(BYTES_AS_TEXT, errors="replace") for text in texts)
    try:
        decoded = joined.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8" if any("\u4e00" <= char <= "\u9fff" for char in decoded) else "gb18030"


def _read_prj(prj: bytes | None, raw: RawFile) -> None:
    if not prj or not prj.strip():
        return
    try:
        raw.hints.crs = CRS.from_wkt(prj.decode("utf-8-sig", errors="replace"))
        raw.hints.crs_source = "geo.found_by_prj"
    except CRSError:
        raw.problems.append(warning("prj_unreadable"))
