"""What a ZIP really is, judged by its list of members: OFD, DOCX, XLSX, a shapefile, KMZ, or something refused."""

from __future__ import annotations

import itertools
import struct
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from jointreview.domain.problems import refuse

# Unpacked, a survey's shapefile stays far below; a bomb does not.
UNPACKED_LIMIT_BYTES = 4 * 1024**3
# An office or OFD file is read into memory by whoever opens it. Text packs to a twentieth, zeros to a thousandth.
OFFICE_LIMIT_BYTES = 1024**3
MOST_TIMES_PACKED = 200
_SMALL_BYTES = 64 * 1024**2
_NEEDED = (".shp", ".shx", ".dbf")
_BESIDE_SHAPES = frozenset({*_NEEDED, ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".xml", ".txt"})
_BESIDE_KML = frozenset({".kml", ".png", ".jpg", ".jpeg", ".gif", ".bmp"})


def archive_code(source: BinaryIO | Path, name: str) -> str:
    """The code of the kind, or the word for a refused one (`archive`, `macro`, `slides`, `damaged`, `protected`).

    Raises Refused for a shapefile that is incomplete, carries other files or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            if not all(info.filename for info in archive.infolist()):
                return "damaged"
            members = [info for info in archive.infolist() if not info.is_dir()]
    # OSError: the list lies in a part of the file that is not at hand; NotImplementedError: an exotic archive.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, struct.error):
        return "damaged"
    names = {info.filename for info in members}
    if "OFD.xml" in names or "[Content_Types].xml" in names:
        _check_for_bomb(members, name)
        return "ofd" if "OFD.xml" in names else _office_code(names)
    if any(PurePosixPath(n).suffix.lower() == ".shp" for n in names):
        if any(info.flag_bits & 1 for info in members):
            return "protected"
        _check_shapefile(members, name)
        return "shp"
    if any(PurePosixPath(n).suffix.lower() == ".kml" for n in names):
        return _kmz_code(members, name)
    return "archive"


def _kmz_code(members: list[zipfile.ZipInfo], name: str) -> str:
    """A KMZ holds a KML and the pictures it shows, nothing else."""
    if any(info.flag_bits & 1 for info in members):
        return "protected"
    if any(PurePosixPath(info.filename).suffix.lower() not in _BESIDE_KML for info in members):
        return "archive"
    if sum(info.file_size for info in members) > UNPACKED_LIMIT_BYTES:
        raise refuse("files.unpacks_too_large", where=name, name=name)
    return "kmz"


def _check_for_bomb(members: list[zipfile.ZipInfo], name: str) -> None:
    """Raises Refused for a document that unpacks to far more than documents do, or whose members overlap."""
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    places = sorted((info.header_offset, info.header_offset + info.compress_size) for info in members)
    overlap = any(end > start for (_, end), (start, _) in itertools.pairwise(places))
    too_dense = unpacked > _SMALL_BYTES and unpacked > MOST_TIMES_PACKED * max(1, packed)
    if unpacked > OFFICE_LIMIT_BYTES or too_dense or overlap:
        raise refuse("files.bomb", where=name, name=name)


def _office_code(names: set[str]) -> str:
    lower = {n.lower() for n in names}
    # Programs in Basic, sheets of the older macro language, and controls that run when the file is opened.
    if any(n.endswith("vbaproject.bin") or "/macrosheets/" in n or "/activex/" in n for n in lower):
        return "macro"
    for part, code in (
        ("word/document.xml", "docx"),
        ("xl/workbook.xml", "xlsx"),
        ("ppt/presentation.xml", "slides"),
    ):
        if part in names:
            return code
    return "archive"


def _check_shapefile(members: list[zipfile.ZipInfo], name: str) -> None:
    paths = [PurePosixPath(info.filename) for info in members]
    paths = [p for p in paths if p.parts[0] != "__MACOSX" and p.name not in {".DS_Store", "Thumbs.db"}]
    strangers = sorted(str(p) for p in paths if p.suffix.lower() not in _BESIDE_SHAPES)
    if strangers:
        raise refuse("files.shp_strangers", where=name, name=name, member=strangers[0])
    present = {(str(p.with_suffix("")).lower(), p.suffix.lower()) for p in paths}
    layers = {stem for stem, ending in present if ending == ".shp"}
    absent = sorted({ending for stem in layers for ending in _NEEDED if (stem, ending) not in present})
    if absent:
        raise refuse("files.shp_incomplete", where=name, name=name, endings=" ".join(absent))
    if sum(info.file_size for info in members) > UNPACKED_LIMIT_BYTES:
        raise refuse("files.unpacks_too_large", where=name, name=name)
