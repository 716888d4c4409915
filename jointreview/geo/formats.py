"""Telling the formats of parcel files apart by their content and handing each to its reader."""

from __future__ import annotations

import re

from jointreview.geo.archive import Refusal, opened
from jointreview.geo.crs import Frame
from jointreview.geo.dxf import looks_like_dxf, read_dxf
from jointreview.geo.dxf_layers import PARCEL_LAYERS, LayerNames
from jointreview.geo.geojson import read_geojson
from jointreview.geo.kml import looks_like_kml, read_kml, read_kmz
from jointreview.geo.problems import ParcelProblem, error
from jointreview.geo.raw import RawFile
from jointreview.geo.shapefile import read_shapefile
from jointreview.geo.sheets import looks_like_bare_table, looks_like_table, read_bare_csv, read_csv, read_xlsx
from jointreview.geo.txt import decode, read_txt

MAX_BYTES = 32 * 1024**2
_DWG = re.compile(rb"AC10\d\d")
_LAND_TXT = ("[属性描述]", "[地块坐标]", "［地块坐标］", "【地块坐标】")


def read_raw(
    data: bytes,
    filename: str,
    layer: str = "",
    declared: Frame | None = None,
    names: LayerNames = PARCEL_LAYERS,
) -> RawFile:
    """What a file of any accepted format says; never raises.

    `layer` is the caller's choice where a file offers several: a drawing's layer, a workbook's sheet;
    without it `names` tells a drawing's layer.
    """
    refusal = _not_readable(data, filename)
    if refusal is not None:
        return RawFile(problems=[refusal])
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, layer, declared)
    if looks_like_dxf(data):
        return read_dxf(data, layer, declared, names)
    if looks_like_kml(data):
        return read_kml(data)
    text = decode(data)
    if text is None or text.count("\x00") > 1 or text.lstrip("\ufeff \t\r\n").startswith("<"):
        return RawFile(problems=[error("format_unknown", None, name=filename)])
    return _text(text, declared)


def _zipped(data: bytes, layer: str, declared: Frame | None) -> RawFile:
    """An archive is a workbook, a Shapefile or a KMZ by what lies in it."""
    try:
        with opened(data) as (archive, entries):
            names = {str(path) for path, _ in entries}
            endings = {path.suffix.lower() for path, _ in entries}
            if "xl/workbook.xml" in names:
                return read_xlsx(archive, entries, data, layer, declared)
            if ".shp" in endings:
                return read_shapefile(archive, entries)
            if ".kml" in endings:
                return read_kmz(archive, entries)
            raise Refusal(error("zip_no_shapefile"))
    except Refusal as refusal:
        return RawFile(problems=[refusal.problem])


def _text(text: str, declared: Frame | None) -> RawFile:
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[{")):
        return read_geojson(text)
    if not any(mark in text for mark in _LAND_TXT):
        if looks_like_table(text):
            return read_csv(text, declared)
        if looks_like_bare_table(text):
            return read_bare_csv(text, declared)
    return read_txt(text)


def _not_readable(data: bytes, filename: str) -> ParcelProblem | None:
    """Formats people try that are not parcel files, each with what to send instead."""
    start = data[:64].lstrip()
    if not data.strip():
        return error("file_empty", None, name=filename)
    if len(data) > MAX_BYTES:
        return error("file_too_large", None, most=MAX_BYTES // 2**20)
    if data.startswith(b"\x00\x00\x27\x0a"):
        return error("send_whole_zip", None, name=filename)
    if _DWG.match(data):
        return error("dwg_not_readable", None, name=filename)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return error("old_workbook", None, name=filename)
    if start.startswith((b"%PDF", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf")):
        return error("format_unknown", None, name=filename)
    return None
