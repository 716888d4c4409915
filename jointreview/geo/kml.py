"""Reading polygons from KML and KMZ (OGC 12-007r2): placemarks become parcels, heights are left out.

The XML is read by expat piece by piece: a document type, which KML never has, is refused, so nothing can be expanded
or fetched from elsewhere.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from xml.parsers import expat

from pyproj import CRS

from jointreview.geo.archive import Entries, Refusal, read_entry
from jointreview.geo.geojson import describe
from jointreview.geo.problems import error, warning
from jointreview.geo.raw import MAX_PARTS, MAX_POINTS, RawFile, RawPart, RawPoint, RawRing
from jointreview.geo.txt import decode

_WGS84 = 4326
_MAX_DEPTH = 100
_MAX_TEXT = 4 * 1024**2
_SHOWN = 60
_ROOT = re.compile(rb"<(?:[\w.-]+:)?kml[\s>/]", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_POSITION = re.compile(r"[^\s,]+(?:\s*,\s*[^\s,]*)*")
"""Blanks around commas are against the format and common."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_CLOSED_LINE = 4


def looks_like_kml(data: bytes) -> bool:
    """Is it XML that speaks of KML near its beginning?"""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and bool(_ROOT.search(head))


def read_kml(data: bytes) -> RawFile:
    """Every polygon of a KML, one part for each placemark; never raises."""
    raw = RawFile()
    try:
        text = _decoded(data)
        if text is None:
            raise Refusal(error("xml_broken", None, column=0))
        _Reader(raw).read(text)
    except Refusal as refusal:
        return RawFile(problems=[*raw.problems, refusal.problem])
    raw.hints.crs, raw.hints.crs_source = CRS.from_epsg(_WGS84), "geo.found_by_kml"
    if not raw.parts and not raw.problems:
        raw.problems.append(error("no_polygon"))
    elif raw.parts:
        raw.problems.append(warning("kml_datum"))
    return raw


def read_kmz(archive: zipfile.ZipFile, entries: Entries) -> RawFile:
    """The KML in a KMZ: doc.kml, or the only one. Raises Refusal."""
    found = {path: info for path, info in entries if path.suffix.lower() == ".kml"}
    main = [path for path in found if path == PurePosixPath("doc.kml")] or list(found)
    if len(main) > 1:
        raise Refusal(error("kmz_several", None, names=", ".join(str(p)[:_SHOWN] for p in main[:5])))
    return read_kml(read_entry(archive, found[main[0]]))


def _decoded(data: bytes) -> str | None:
    """The text in the encoding it declares, else as any text file."""
    declared = _DECLARED.search(data[:400])
    if declared is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = declared.group(1).decode("ascii").lower()
        name = "gb18030" if name in ("gbk", "gb2312", "cp936") else name
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            pass
    return decode(data)


class _Reader:
    """Follows the elements down to the coordinates; only the names without prefix count."""

    def __init__(self, raw: RawFile) -> None:
        self.raw = raw
        self.path: list[str] = []
        self.text: list[str] | None = None
        self.length = 0
        self.line = 0
        self.part: RawPart | None = None
        self.values: dict[str, str] = {}
        self.key = ""
        self.hole = False
        self.lines: list[RawRing] = []
        self.skipped = 0
        self.points = 0
        self.before = 0
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self.parser = parser

    def read(self, text: str) -> None:
        """Read the whole document. Raises Refusal."""
        try:
            bare = text.lstrip("\ufeff \t\r\n")
            self.before = text.count("\n", 0, len(text) - len(bare))
            self.parser.Parse(bare.encode("utf-8", "replace"), True)
        except expat.ExpatError as fault:
            raise Refusal(error("xml_broken", fault.lineno + self.before, column=fault.offset + 1)) from fault
        if self.skipped and self.raw.parts:
            self.raw.problems.append(warning("features_skipped", None, count=self.skipped))

    def _here(self) -> int:
        return self.parser.CurrentLineNumber + self.before

    def _doctype(self, *_: object) -> None:
        raise Refusal(error("xml_doctype", self._here()))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if not self.path and tag.lower() != "kml":
            raise Refusal(error("xml_not_kml", self._here(), root=tag[:_SHOWN]))
        if len(self.path) >= _MAX_DEPTH:
            raise Refusal(error("xml_deep", self._here(), most=_MAX_DEPTH))
        self.path.append(tag)
        action: Callable[[], None] | None = {
            "Placemark": self._placemark,
            "innerBoundaryIs": self._inner,
            "outerBoundaryIs": self._outer,
        }.get(tag)
        if action is not None:
            action()
        if tag in ("Data", "SimpleData"):
            self.key = attributes.get("name", "")
        collects = tag in ("coordinates", "SimpleData", "value") or (
            tag == "name" and self.path[-2:-1] == ["Placemark"]
        )
        self.text, self.length, self.line = ([], 0, self._here()) if collects else (None, 0, 0)

    def _placemark(self) -> None:
        if len(self.raw.parts) >= MAX_PARTS:
            raise Refusal(error("too_many_parts", None, most=MAX_PARTS))
        self.part, self.values, self.lines = RawPart(line=self._here()), {}, []

    def _inner(self) -> None:
        self.hole = True

    def _outer(self) -> None:
        self.hole = False

    def _characters(self, text: str) -> None:
        if self.text is None:
            return
        self.length += len(text)
        if self.length > _MAX_TEXT:
            raise Refusal(error("too_many_points", self.line, most=MAX_POINTS))
        self.text.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        content = "".join(self.text) if self.text is not None else ""
        self.text = None
        if self.part is not None:
            if tag == "name" and self.path[-2:-1] == ["Placemark"]:
                self.values.setdefault("name", content.strip()[:200])
            elif tag in ("SimpleData", "value") and self.key and len(self.values) < 200:
                self.values.setdefault(self.key, content.strip()[:200])
            elif tag == "coordinates":
                self._coordinates(content)
            elif tag == "Placemark":
                self._finish(self.part)
        self.path.pop()

    def _coordinates(self, content: str) -> None:
        assert self.part is not None
        around = self.path[-2:-1]
        if around == ["LinearRing"] and "Polygon" in self.path:
            self.part.rings.append(RawRing(self._positions(content), hole=self.hole, start=self.line))
        elif around == ["LineString"]:
            ring = RawRing(self._positions(content), start=self.line)
            first, last = (ring.points[0], ring.points[-1]) if ring.points else (None, None)
            if len(ring.points) >= _CLOSED_LINE and first and last and (first.x, first.y) == (last.x, last.y):
                self.lines.append(ring)

    def _positions(self, content: str) -> list[RawPoint]:
        """Longitude, latitude and perhaps height, three or two numbers between blanks."""
        points: list[RawPoint] = []
        for position in _POSITION.finditer(content):
            point = _position(position.group())
            if point is None:
                line = self.line + content.count("\n", 0, position.start())
                raise Refusal(error("kml_position", line, text=" ".join(position.group().split())[:_SHOWN]))
            points.append(point)
            if self.points + len(points) > MAX_POINTS:
                raise Refusal(error("too_many_points", self.line, most=MAX_POINTS))
        self.points += len(points)
        return points

    def _finish(self, part: RawPart) -> None:
        self.part = None
        if not part.rings and self.lines:
            part.rings = self.lines
            self.raw.problems.append(warning("kml_line", part.line).at(self.values.get("name", "")))
        if not part.rings:
            self.skipped += 1
            return
        describe(part, dict(self.values))
        for ring in part.rings:
            ring.entity = part.name
        self.raw.parts.append(part)


def _position(text: str) -> RawPoint | None:
    numbers = [number.strip() for number in text.rstrip(", \t\r\n").split(",")]
    if len(numbers) not in (2, 3) or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    x, y = float(numbers[0]), float(numbers[1])
    return RawPoint(x, y) if math.isfinite(x) and math.isfinite(y) else None
