"""Reading the 国土 boundary-point list (界址点坐标, ministry format 1.00) as surveyors really write it.

Requirements §5.7: X is the northing, Y the easting; what varies harmlessly is read, what is doubtful is named
with its line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from jointreview.geo.crs import zone_width
from jointreview.geo.problems import ParcelProblem, any_error, error, warning
from jointreview.geo.raw import MAX_POINTS, RawFile, RawPart, RawPoint, RawRing

_SEPARATORS = str.maketrans(
    {"，": ",", "＠": "@", "＝": "=", "\u3000": " ", "［": "[", "【": "[", "］": "]", "】": "]"}
)
_DECIMAL = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,15})?")
_DMS = re.compile(r"(\d{1,3})°(\d{1,2})'(\d{1,2}(?:\.\d{1,12})?)\"?")
_KINDS = ("面", "点", "线")
_COUNT_FIELD, _AREA_FIELD, _NUMBER_FIELD, _NAME_FIELD, _KIND_FIELD = range(5)
_M2_PER_HECTARE = 10_000.0
_MAX_UNREADABLE = 20
_SHOWN = 60


def decode(data: bytes) -> str | None:
    """The text of a file in UTF-8 (with or without mark), UTF-16 with mark, or GBK; None if it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_txt(text: str) -> RawFile:
    """Every parcel of a boundary-point list, with what is wrong line by line; never raises."""
    reader = _Reader()
    for line, content in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if len(reader.file.problems) >= _MAX_UNREADABLE:
            break
        reader.take(line, content)
    return reader.finish()


@dataclass
class _Reader:
    """Reads line by line: a header line, a parcel line or a point line is known by its shape, not its place."""

    file: RawFile = field(default_factory=RawFile)
    header: dict[str, tuple[str, int]] = field(default_factory=dict)
    part: RawPart | None = None
    rings: dict[str, RawRing] = field(default_factory=dict)
    closings: int = 0
    total: int = 0
    homeless: bool = False

    def take(self, line: int, content: str) -> None:
        """Read one line."""
        text = content.translate(_SEPARATORS).strip(" \t\ufeff\x00\x1a").lstrip("-– \t").rstrip()
        if not text or text.startswith("["):
            return
        fields = [part.strip() for part in text.split(",")]
        if _is_parcel_line(fields):
            self._start_parcel(line, fields)
        elif "=" in fields[0]:
            key, _, value = text.partition("=")
            self.header.setdefault(key.strip(), (value.strip(), line))
        else:
            self._point(line, text, fields)

    def _start_parcel(self, line: int, fields: list[str]) -> None:
        self._end_parcel()
        kind_at = _kind_position(fields)
        self.part = RawPart(
            name=",".join(fields[_NAME_FIELD:kind_at]),
            number=_at(fields, _NUMBER_FIELD),
            land_use=_at(fields, kind_at + 2),
            line=line,
        )
        self.part.declared_count = self._count(line, fields[_COUNT_FIELD])
        self.part.declared_area_m2 = self._area_m2(line, _at(fields, _AREA_FIELD))
        kind = _at(fields, kind_at)
        if kind in ("点", "线"):
            self.file.problems.append(error("not_an_area", line, kind=kind))
        self.file.parts.append(self.part)

    def _count(self, line: int, text: str) -> int | None:
        if not text:
            return None
        if not (text.isdecimal() and len(text) < 10):
            self.file.problems.append(error("count_unreadable", line, text=text[:_SHOWN]))
            return None
        return int(text)

    def _area_m2(self, line: int, written: str) -> float | None:
        text = unicodedata.normalize("NFKC", written)
        if not text:
            return None
        if not _DECIMAL.fullmatch(text):
            self.file.problems.append(error("area_unreadable", line, text=text[:_SHOWN]))
            return None
        return float(text) * _M2_PER_HECTARE or None

    def _point(self, line: int, text: str, fields: list[str]) -> None:
        if "," not in text:
            fields = re.split(r"[\s;]+", text)
        while len(fields) > 4 and not fields[-1]:
            fields = fields[:-1]
        numbers = [number_of(f) for f in fields[2:4]]
        ring = unicodedata.normalize("NFKC", _at(fields, 1))
        if len(fields) != 4 or None in numbers or not ring.isdecimal():
            self.file.problems.append(error("line_unreadable", line, text=text[:_SHOWN]))
            if self.part is not None:
                self.part.incomplete = True
            return
        north, east = (number for number in numbers if number is not None)
        self._add(RawPoint(east, north, line, fields[0]), str(int(ring)))

    def _add(self, point: RawPoint, ring_number: str) -> None:
        if self.part is None:
            if not self.homeless:
                self.file.problems.append(error("point_before_parcel", point.line))
            self.homeless = True
            return
        self.total += 1
        if self.total > MAX_POINTS:
            if self.total == MAX_POINTS + 1:
                self.file.problems.append(error("too_many_points", point.line, most=MAX_POINTS))
            return
        ring = self.rings.get(ring_number)
        if ring is None or _begins_another_ring(ring, point):
            ring = self.rings[ring_number] = RawRing([])
            self.part.rings.append(ring)
        ring.points.append(point)

    def _end_parcel(self) -> None:
        self.rings = {}
        if self.part is None or self.part.declared_count is None:
            return
        rings = self.part.rings
        if self.part.incomplete:
            return
        listed = sum(len(ring.points) for ring in rings)
        open_count = listed - sum(_is_closed(ring) for ring in rings)
        if self.part.declared_count not in (listed, open_count, open_count + len(rings)):
            self.file.problems.append(
                warning("count_differs", self.part.line, declared=self.part.declared_count, found=open_count)
            )

    def finish(self) -> RawFile:
        """Close the last parcel and judge the header."""
        self._end_parcel()
        if not self.file.parts and not any_error(self.file.problems):
            self.file.problems.append(error("no_parcel"))
        self.file.problems.extend(_header_problems(self.header))
        self._zone_hints()
        return self.file

    def _zone_hints(self) -> None:
        hints = self.file.hints
        text, line = self.header.get("带号", ("", 0))
        if text:
            digits = unicodedata.normalize("NFKC", text)
            if not (digits.isdecimal() and zone_width(int(digits[:4]))):
                self.file.problems.append(error("zone_unreadable", line, text=text[:_SHOWN]))
            else:
                hints.zone, hints.zone_line = int(digits), line
        width, line = self.header.get("几度分带", ("", 0))
        if width:
            digit = unicodedata.normalize("NFKC", width).removesuffix("度带").removesuffix("度").strip()
            if digit not in ("3", "6"):
                self.file.problems.append(error("width_unreadable", line, text=width[:_SHOWN]))
            else:
                hints.zone_width, hints.zone_width_line = int(digit), line


def _at(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _is_parcel_line(fields: list[str]) -> bool:
    if len(fields) < 4:
        return False
    return fields[-1] == "@" or (fields[-1] == "" and "@" in fields) or any(f in _KINDS for f in fields[_KIND_FIELD:])


def _kind_position(fields: list[str]) -> int:
    """Where 点/线/面 stands: a parcel's name may itself contain commas."""
    for index in range(_KIND_FIELD, len(fields)):
        if fields[index] in _KINDS:
            return index
    return _KIND_FIELD


def number_of(written: str) -> float | None:
    """A decimal number or degrees, minutes and seconds (in degrees); None for anything else."""
    text = unicodedata.normalize("NFKC", written).strip()
    if _DECIMAL.fullmatch(text):
        return float(text)
    match = _DMS.fullmatch(text.replace("′′", '"').replace("″", '"').replace("′", "'"))
    if match is None:
        return None
    degrees, minutes, seconds = (float(g) for g in match.groups())
    return degrees + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else None


def _is_closed(ring: RawRing) -> bool:
    first, last = ring.points[0], ring.points[-1]
    return len(ring.points) > 1 and (first.x, first.y) == (last.x, last.y)


def _begins_another_ring(ring: RawRing, point: RawPoint) -> bool:
    """Some lists keep ring number 1 throughout: a point after a repeated first point opens the next ring."""
    first = ring.points[0]
    return len(ring.points) > 3 and _is_closed(ring) and (point.x, point.y) != (first.x, first.y)


def _header_problems(header: dict[str, tuple[str, int]]) -> list[ParcelProblem]:
    """Only CGCS2000 in Gauss-Kruger metres (or degrees) is the legal form (requirements §5.6)."""
    found: list[ParcelProblem] = []
    datum, line = header.get("坐标系", ("", 0))
    if not datum:
        found.append(warning("datum_not_stated"))
    elif "80" in datum or "西安" in datum:
        found.append(error("datum_xian80", line))
    elif "54" in datum or "北京" in datum:
        found.append(error("datum_beijing54", line))
    elif "2000" not in datum:
        found.append(error("datum_unknown", line, text=datum[:_SHOWN]))
    projection, line = header.get("投影类型", ("", 0))
    if projection and "高斯" not in projection and "gauss" not in projection.lower():
        found.append(error("projection_unknown", line, text=projection[:_SHOWN]))
    unit, line = header.get("计量单位", ("", 0))
    if unit and unit.lower() not in ("米", "m", "度", "meter", "metre"):
        found.append(error("unit_unknown", line, text=unit[:_SHOWN]))
    return found
