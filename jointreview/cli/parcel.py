"""python -m jointreview parcel: check a parcel file and say what it holds."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from jointreview.domain.problems import refuse
from jointreview.geo.crs import frame_of_epsg
from jointreview.geo.export import to_geojson
from jointreview.geo.layers_out import Exported, to_geopackage, to_shapefile_zip
from jointreview.geo.parcel import MAX_BYTES, ParcelPart, ParcelReading, Severity, read_parcel
from jointreview.text import LANGUAGES, tr

NAME = "parcel"
HELP = tr("en", "geo.cli_help")

_CODE = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE)


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE [--json] [--crs EPSG:4529] [--layer NAME] [--out out.geojson] [--lang en]."""
    parser.add_argument("file", type=Path, help=tr("en", "geo.cli_file"))
    parser.add_argument("--json", action="store_true", help=tr("en", "geo.cli_json"))
    parser.add_argument("--crs", metavar="EPSG:N", help=tr("en", "geo.cli_crs"))
    parser.add_argument("--layer", default="", metavar="NAME", help=tr("en", "geo.cli_layer"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=tr("en", "geo.cli_out"))
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help=tr("en", "geo.cli_lang"))


def run(args: argparse.Namespace) -> int:
    """Print the reading; 0 if the file is accepted, 1 if it is refused."""
    epsg = None if args.crs is None else _epsg(args.crs)
    try:
        with args.file.open("rb") as stream:
            # One byte more than is accepted tells that a file is too large, however large it is.
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        raise refuse("geo.file_missing", name=str(args.file)) from None
    reading = read_parcel(data, args.file.name, epsg, layer=args.layer)
    if reading.geometry is not None and args.out is not None:
        _write(args.out, reading)
    print(as_json(reading, args.lang) if args.json else summary(reading, args.lang))
    return 0 if reading.accepted else 1


def as_json(reading: ParcelReading, lang: str) -> str:
    """The reading for programs; a refusal has the same shape, with null where nothing could be computed."""
    shape = {
        "crs": reading.crs,
        "crs_found_by": tr(lang, reading.crs_found_by) if reading.crs_found_by else None,
        "parts": [
            {
                "name": part.name,
                "number": part.number,
                "land_use": part.land_use,
                "rings": part.ring_count,
                "declared_area_m2": part.declared_area_m2,
                "area_plane_m2": part.area_plane_m2,
            }
            for part in reading.parts
        ],
        "area_plane_m2": reading.area_plane_m2,
        "area_geodesic_m2": reading.area_geodesic_m2,
        "bbox": list(reading.bbox) if reading.bbox else None,
        "problems": [
            {"line": p.line, "entity": p.entity or None, "message": p.message(lang), "severity": str(p.severity)}
            for p in reading.problems
        ],
    }
    return json.dumps(shape, ensure_ascii=False, indent=2)


def summary(reading: ParcelReading, lang: str) -> str:
    """The reading for people."""
    lines = [_crs_line(reading, lang), *(_part_line(part, lang) for part in reading.parts)]
    if reading.area_plane_m2 is not None and reading.area_geodesic_m2 is not None:
        plane, geodesic = f"{reading.area_plane_m2:.1f}", f"{reading.area_geodesic_m2:.1f}"
        hectares = f"{reading.area_plane_m2 / 10_000:.4f}"
        lines.append(tr(lang, "geo.cli_area_line", plane=plane, hectares=hectares, geodesic=geodesic))
    if reading.bbox is not None:
        west, south, east, north = (f"{value:.6f}" for value in reading.bbox)
        lines.append(tr(lang, "geo.cli_bbox_line", west=west, south=south, east=east, north=north))
    for problem in reading.problems:
        place = tr(lang, "geo.cli_at_line", line=problem.line) if problem.line is not None else ""
        place += tr(lang, "geo.cli_at_entity", entity=problem.entity) if problem.entity else ""
        key = "geo.cli_error" if problem.severity is Severity.ERROR else "geo.cli_warning"
        lines.append(tr(lang, key, place=place, message=problem.message(lang)))
    lines.append(tr(lang, "geo.cli_accepted" if reading.accepted else "geo.cli_refused"))
    return "\n".join(lines)


def _crs_line(reading: ParcelReading, lang: str) -> str:
    if reading.crs is None or reading.crs_found_by is None:
        return tr(lang, "geo.cli_crs_none")
    found_by = tr(lang, reading.crs_found_by)
    return tr(lang, "geo.cli_crs_line", crs=reading.crs, name=reading.crs_name, found_by=found_by)


def _part_line(part: ParcelPart, lang: str) -> str:
    known = part.area_plane_m2 is not None
    area = tr(lang, "geo.cli_area", area=f"{part.area_plane_m2:.1f}") if known else tr(lang, "geo.cli_area_none")
    return tr(
        lang,
        "geo.cli_part_line",
        number=part.number,
        name=part.name,
        land_use=part.land_use or "–",
        rings=part.ring_count,
        area=area,
    )


def _epsg(text: str) -> int:
    match = _CODE.fullmatch(text.strip())
    if match is None or frame_of_epsg(int(match.group(1)), "") is None:
        raise refuse("geo.crs_unknown_code", where="--crs", given=text)
    return int(match.group(1))


def _write(path: Path, reading: ParcelReading) -> None:
    assert reading.geometry is not None
    name = "、".join(part.name for part in reading.parts if part.name)
    number = "、".join(part.number for part in reading.parts if part.number)
    plane, geodesic = reading.area_plane_m2, reading.area_geodesic_m2
    exported = Exported(reading.geometry, name, number, "", "", reading.crs or "", plane, geodesic)
    write = {".gpkg": to_geopackage, ".zip": to_shapefile_zip}.get(path.suffix.lower())
    areas = {"area_plane_m2": plane, "area_geodesic_m2": geodesic}
    properties = {"name": name, "number": number, "source_crs": reading.crs, **areas}
    try:
        path.write_bytes(write([exported]) if write else to_geojson(reading.geometry, properties).encode("utf-8"))
    except OSError as fault:
        raise refuse("geo.file_unwritable", name=str(path), reason=fault.strerror or "") from None
