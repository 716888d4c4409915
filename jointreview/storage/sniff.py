"""Recognising a file by its content: the kinds that are accepted, and a plain answer for those that are not."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from jointreview.domain.problems import refuse
from jointreview.storage.archives import archive_code


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is accepted (requirements §2.10).

    `code` is stored, `format` is its name for people in any language, `label` the key of its description;
    `inline_safe`: a browser may show it in place, everything else is only ever downloaded.
    """

    code: str
    mime: str
    format: str
    endings: tuple[str, ...]
    inline_safe: bool = False

    @property
    def label(self) -> str:
        """The key of the text that describes the kind."""
        return f"files.kind_{self.code}"


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, FileKind] = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "application/pdf", "PDF", (".pdf",), inline_safe=True),
        FileKind("ofd", "application/ofd", "OFD", (".ofd",)),
        FileKind("jpg", "image/jpeg", "JPG", (".jpg", ".jpeg"), inline_safe=True),
        FileKind("png", "image/png", "PNG", (".png",), inline_safe=True),
        FileKind("dwg", "image/vnd.dwg", "DWG", (".dwg",)),
        FileKind("dxf", "image/vnd.dxf", "DXF", (".dxf",)),
        FileKind("shp", "application/zip", "Shapefile ZIP", (".zip",)),
        FileKind("txt", "text/plain", "TXT", (".txt",)),
        FileKind("csv", "text/csv", "CSV", (".csv",)),
        FileKind("kml", "application/vnd.google-earth.kml+xml", "KML", (".kml",)),
        FileKind("kmz", "application/vnd.google-earth.kmz", "KMZ", (".kmz",)),
        FileKind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "XLSX", (".xlsx",)),
        FileKind("docx", f"{_OFFICE}.wordprocessingml.document", "DOCX", (".docx",)),
        FileKind("geojson", "application/geo+json", "GeoJSON", (".geojson", ".json")),
        FileKind("ifc", "application/x-step", "IFC", (".ifc",)),
        FileKind("gpkg", "application/geopackage+sqlite3", "GeoPackage", (".gpkg",)),
    )
}

# What libmagic calls content that is refused, and how the refusal names it.
_REFUSED_MIMES = {
    "application/vnd.microsoft.portable-executable": "program",
    "application/x-dosexec": "program",
    "application/x-executable": "program",
    "application/x-pie-executable": "program",
    "application/x-sharedlib": "program",
    "application/x-mach-binary": "program",
    "application/x-java-applet": "program",
    "application/x-rar": "archive",
    "application/x-7z-compressed": "archive",
    "application/gzip": "archive",
    "application/x-tar": "archive",
    "application/x-bzip2": "archive",
    "application/x-xz": "archive",
    "application/x-ole-storage": "old_office",
    "application/CDFV2": "old_office",
    "application/msword": "old_office",
    "application/vnd.ms-excel": "old_office",
    "application/vnd.ms-powerpoint": "old_office",
    "text/rtf": "old_office",
    "image/svg+xml": "svg",
    "text/html": "web_page",
    "application/xhtml+xml": "web_page",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/javascript": "script",
    "text/javascript": "script",
    "text/x-shellscript": "script",
    "text/x-php": "script",
    "text/x-perl": "script",
    "text/x-ruby": "script",
    "text/x-msdos-batch": "script",
}
_SCRIPT_ENDINGS = frozenset(
    {".js", ".mjs", ".vbs", ".vbe", ".wsf", ".ps1", ".psm1", ".bat", ".cmd"}
    | {".sh", ".py", ".pl", ".rb", ".php", ".jsp", ".asp", ".aspx", ".hta"}
)
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_DWG = re.compile(rb"AC10\d\d\x00")
_DXF = re.compile(rb"(\s*999[ \t]*\r?\n[^\n]*\n)*\s*0[ \t]*\r?\n\s*SECTION[ \t]*\r?\n")
_IFC_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'IFC")
_KML = re.compile(rb"(<\?xml[^>]{0,200}\?>)?\s*(<!--.{0,500}?-->\s*){0,5}<([\w.-]+:)?kml[\s>/]", re.DOTALL)
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|iframe|object|embed)\b", re.IGNORECASE)
_SVG = re.compile(rb"<\s*([a-z]+:)?svg\b", re.IGNORECASE)
_GEOJSON = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|(Multi)?(Point|LineString|Polygon))"'
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def recognise(head: bytes, name: str, whole: BinaryIO | Path | None = None) -> FileKind:
    """The kind of a file from its content, with its name only as a cross-check.

    `head` is the beginning (64 KiB or more, or everything); `whole` is where an archive's list of members is read,
    a seekable file or a path, not needed when `head` is everything. Raises Refused: files.refused_* for content
    that is not accepted, files.ending_differs or files.ending_missing when the name promises something else,
    files.libmagic_missing (kind state) when the server lacks the library.
    """
    code = _content_code(head, whole, name)
    ending = PurePosixPath(name).suffix.lower()
    if code == "txt" and ending in _SCRIPT_ENDINGS:
        code = "script"
    # A table in a text file is told from other text by its name alone.
    if code == "txt" and ending == ".csv":
        code = "csv"
    kind = KINDS.get(code)
    if kind is None:
        raise refuse(f"files.refused_{code}", where=name, name=name)
    if ending not in kind.endings:
        key = "files.ending_differs" if ending else "files.ending_missing"
        raise refuse(key, where=name, name=name, format=kind.format, ending=kind.endings[0])
    return kind


def _content_code(head: bytes, whole: BinaryIO | Path | None, name: str) -> str:
    """The code of an accepted kind, or the word for a refused one."""
    if not head:
        return "empty"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archive_code(whole if whole is not None else io.BytesIO(head), name)
    if code := _by_signature(head):
        return code
    mime = _magic_mime()(head)
    if mime in _REFUSED_MIMES:
        return _REFUSED_MIMES[mime]
    # libmagic calls text that merely begins like a drawing a drawing; real ones were recognised above.
    if mime.startswith("image/") and mime not in {KINDS["dwg"].mime, KINDS["dxf"].mime}:
        return "picture"
    if mime.startswith(("video/", "audio/")):
        return "media"
    return _by_text(head)


def _by_signature(head: bytes) -> str:
    """Kinds with an unmistakable beginning; an empty string when there is none."""
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if _DWG.match(head):
        return "dwg"
    if head.startswith(b"AutoCAD Binary DXF\r\n\x1a\x00") or _DXF.match(bare):
        return "dxf"
    if bare.startswith(b"ISO-10303-21;"):
        return "ifc" if _IFC_SCHEMA.search(head) else "step"
    if _KML.match(bare):
        return "kml"
    if head.startswith(b"SQLite format 3\x00") and head[68:72] in _GPKG_IDS:
        return "gpkg"
    if head.startswith(b"\x7fELF"):
        return "program"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "bare_shp"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf16"
    return ""


def _by_text(head: bytes) -> str:
    """Plain text and GeoJSON; text that is really markup or a script; anything else is unknown."""
    if _CONTROL.search(head) or not _decodes(head):
        return "unknown"
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"{"):
        return "geojson" if _GEOJSON.search(bare) and _looks_like_json(bare) else "json"
    if _SVG.search(bare):
        return "svg"
    if _MARKUP.search(bare):
        return "web_page"
    if bare.startswith((b"#!", b"<?php", b"<%")):
        return "script"
    if bare.startswith(b"<?xml"):
        return "xml"
    return "txt"


def _looks_like_json(text: bytes) -> bool:
    """Is it JSON, or the beginning of JSON that goes on after the head?"""
    try:
        json.loads(text)
    except UnicodeDecodeError as error:
        return error.end >= len(text) - 3
    except json.JSONDecodeError as error:
        # A cut in the middle is only noticed at the end, or at the start of the string that was cut.
        return error.pos >= len(error.doc) - 8 or error.msg.startswith("Unterminated string")
    # Nested too deep, or a number of thousands of digits.
    except (RecursionError, ValueError):
        return False
    return True


def _decodes(head: bytes) -> bool:
    """Is it text in UTF-8 or GB 18030? The last character may be cut off."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


@cache
def _magic_mime() -> Callable[[bytes], str]:
    try:
        import magic
    except ImportError as error:
        raise refuse("files.libmagic_missing", kind="state") from error
    return lambda head: str(magic.from_buffer(head, mime=True))
