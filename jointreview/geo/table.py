"""Boundary points from a table (CSV or a sheet of a workbook): columns are known by their headings (§5.7).

In Chinese surveying X is the northing and Y the easting; the numbers correct tables that mean it otherwise.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from jointreview.geo.crs import Frame
from jointreview.geo.detect import is_gauss_kruger
from jointreview.geo.problems import error, warning
from jointreview.geo.raw import MAX_PARTS, MAX_POINTS, RawFile, RawPart, RawPoint, RawRing
from jointreview.geo.txt import number_of

Row = tuple[int, list[str]]
"""The line or row number, counted from 1, and its cells."""

HEADING_ROWS = 30
"""A table's headings are looked for in so many rows."""

_MAX_CELLS = 60
_MOST_FAULTS = 20
_SHOWN = 60
_HEADINGS = {
    "north": r"(纵坐标|北坐标|纵轴|northing|north|n|纵坐标x|x纵坐标|北坐标x|x北坐标)(值)?",
    "east": r"(横坐标|东坐标|横轴|easting|east|e|横坐标y|y横坐标|东坐标y|y东坐标)(值)?",
    "x": r"(x坐标|坐标x|x|x轴)(值)?",
    "y": r"(y坐标|坐标y|y|y轴)(值)?",
    "lon": r"(东经|经度|大地经度|longitude|long|lon|lng|l)(坐标|值)?",
    "lat": r"(北纬|纬度|大地纬度|latitude|lat|b)(坐标|值)?",
    "ring": r"(圈号|环号|圈|环|ring|ringno|ringid)",
    "parcel": r"(地块(编号|号|序号)?|宗地(编号|号|代码)?|图斑(编)?号|(parcel|plot|lot)(no|id)?)",
    "parcel_name": r"(地块名称|宗地名称|项目名称|地块名|parcelname|plotname)",
    "use": r"(地块用途|土地用途|用途|地类|landuse)",
    "name": r"(界址点(编)?号|点号|点名|点编号|桩号|拐点(编)?号|编号|point(no|name|id)?|pointnumber|pt|no|id|name)",
}
_PATTERNS = {role: re.compile(pattern) for role, pattern in _HEADINGS.items()}
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_DIRECTION = re.compile(r"(东经|北纬|[NSEW])?\s*([\d.]+(?:[°].*?)?)\s*([NSEW])?")
_BEFORE_2000 = (
    ("datum_xian80", re.compile(r"西安\s*80|1980\s*西安|西安坐标系|80坐标系|xi.?an\s*(19)?80", re.IGNORECASE)),
    (
        "datum_beijing54",
        re.compile(r"北京\s*54|1954\s*(年)?北京|北京坐标系|54坐标系|beijing\s*(19)?54", re.IGNORECASE),
    ),
)


@dataclass(frozen=True)
class Columns:
    """Where each role stands; `first` and `second` are the columns of easting or longitude, northing or latitude."""

    roles: dict[str, int]
    headings: list[str]

    @property
    def pair(self) -> tuple[int, int, bool] | None:
        """Columns of easting and northing, and whether they are only called X and Y; None if one is missing."""
        at = self.roles
        for east, north in (("east", "north"), ("lon", "lat")):
            if east in at and north in at:
                return at[east], at[north], False
        if "x" in at and "y" in at:
            return at["y"], at["x"], True
        return None


def columns_of(cells: list[str]) -> Columns | None:
    """The columns of a row of headings, None for a row that is none."""
    roles: dict[str, int] = {}
    for index, cell in enumerate(cells[:_MAX_CELLS]):
        text = _plain(cell)
        role = next((r for r, pattern in _PATTERNS.items() if pattern.fullmatch(text)), None) if text else None
        if role is not None:
            roles.setdefault(role, index)
    found = Columns(roles, [cell.strip() for cell in cells])
    return found if found.pair is not None else None


def _plain(cell: str) -> str:
    """A heading without unit, brackets, blanks and case: `X（m）` is `x`, `纵坐标 X` is `纵坐标x`."""
    text = unicodedata.normalize("NFKC", cell).casefold()
    text = re.sub(r"\((m|米|度|°|dms|dd|d|单位.{0,3}米)\)|[/:](m|米)$", "", re.sub(r"\s+", "", text))
    return re.sub(r"[\s()\[\]_.:·\-]+", "", text)


def headings_in(rows: Iterable[Row]) -> bool:
    """Do the first rows name the columns of a table of points?"""
    for count, (_, cells) in enumerate(rows):
        if count >= HEADING_ROWS:
            return False
        if columns_of(cells) is not None:
            return True
    return False


def read_table(rows: Iterable[Row], declared: Frame | None = None) -> RawFile:
    """The parcels of a table: a parcel column begins parcels, a ring column or a repeated first point rings.

    `declared` decides what columns called only X and Y are: northing and easting in China, the reverse elsewhere.
    Never raises.
    """
    reader = _Reader(declared)
    for line, cells in rows:
        if reader.full:
            break
        reader.take(line, cells[:_MAX_CELLS])
    return reader.finish()


def read_bare(rows: Iterable[Row], declared: Frame | None = None) -> RawFile:
    """The same for a table without headings: name, first and second coordinate, or the two coordinates alone."""
    rows = iter(rows)
    beginning = list(itertools.islice(rows, HEADING_ROWS))
    width = max((len(cells) for _, cells in beginning), default=0)
    reader = _Reader(declared)
    reader.columns = Columns({"name": 0, "x": 1, "y": 2} if width > 2 else {"x": 0, "y": 1}, [])
    reader.file.problems.append(warning("table_no_headings", beginning[0][0] if beginning else None))
    for line, cells in itertools.chain(beginning, rows):
        if reader.full:
            break
        reader.take(line, cells[:_MAX_CELLS])
    return reader.finish()


@dataclass
class _Reader:
    """Takes row after row."""

    declared: Frame | None
    file: RawFile = field(default_factory=RawFile)
    columns: Columns | None = None
    parts: dict[str, RawPart] = field(default_factory=dict)
    part: RawPart | None = None
    rings: dict[tuple[str, str], RawRing] = field(default_factory=dict)
    total: int = 0
    skipped: list[int] = field(default_factory=list)
    full: bool = False

    def take(self, line: int, cells: list[str]) -> None:
        """Read one row: what stands before the headings, the headings, a point, or something else."""
        if not any(cell.strip() for cell in cells):
            return
        headings = columns_of(cells)
        if headings is not None:
            if self.columns is None:
                self.columns = headings
            return
        if self.columns is None:
            self._preface(line, cells)
        else:
            self._row(line, cells, self.columns)

    def _preface(self, line: int, cells: list[str]) -> None:
        text = " ".join(cells)[:2000]
        for key, pattern in _BEFORE_2000:
            if pattern.search(text):
                self._fault(key, line)

    def _fault(self, key: str, line: int, **params: object) -> None:
        self.file.problems.append(error(key, line, **params))
        self.full = len(self.file.problems) >= _MOST_FAULTS

    def _row(self, line: int, cells: list[str], columns: Columns) -> None:
        pair = columns.pair
        assert pair is not None
        east_at, north_at, bare = pair
        written = [_cell(cells, at) for at in (east_at, north_at)]
        if not any(written):
            self.skipped.append(line)
            return
        numbers = [_coordinate(text) for text in written]
        for at, text, number in zip((east_at, north_at), written, numbers, strict=True):
            if number is None:
                heading = columns.headings[at] if at < len(columns.headings) else str(at + 1)
                key = "cell_unreadable" if text else "cell_empty"
                self._fault(key, line, column=heading[:_SHOWN], text=text[:_SHOWN])
        east, north = numbers
        if east is None or north is None:
            if self.part is not None:
                self.part.incomplete = True
            return
        if bare and self._x_is_east(east, north):
            east, north = north, east
        self._add(RawPoint(east, north, line, _cell(cells, columns.roles.get("name"))), line, cells, columns.roles)

    def _x_is_east(self, east: float, north: float) -> bool:
        """Columns called X and Y: degrees and systems from elsewhere mean east by X, unless their axes say so."""
        if self.declared is None:
            return abs(east) <= 180 and abs(north) <= 180
        if is_gauss_kruger(self.declared):
            return False
        axes = self.declared.crs.axis_info
        return not any(axis.abbrev.upper() == "X" and axis.direction == "north" for axis in axes)

    def _add(self, point: RawPoint, line: int, cells: list[str], roles: dict[str, int]) -> None:
        self.total += 1
        if self.total > MAX_POINTS:
            self._fault("too_many_points", line, most=MAX_POINTS)
            self.full = True
            return
        number = _cell(cells, roles.get("parcel"))
        name = _cell(cells, roles.get("parcel_name"))
        part = self.parts.get(number or name)
        if part is None:
            if len(self.parts) >= MAX_PARTS:
                self._fault("too_many_parts", line, most=MAX_PARTS)
                self.full = True
                return
            part = self.parts[number or name] = RawPart(
                name=name, number=number, land_use=_cell(cells, roles.get("use")), line=line
            )
            self.file.parts.append(part)
        self.part = part
        key = (number or name, _cell(cells, roles.get("ring")))
        ring = self.rings.get(key)
        if ring is None or _ended(ring, point):
            ring = self.rings[key] = RawRing([])
            part.rings.append(ring)
        ring.points.append(point)

    def finish(self) -> RawFile:
        """What was read, with what was passed over."""
        if self.columns is None:
            self.file.problems.append(error("table_no_columns"))
        elif not self.file.parts and not self.file.problems:
            self.file.problems.append(error("table_no_points"))
        if self.skipped:
            self.file.problems.append(warning("rows_skipped", self.skipped[0], count=len(self.skipped)))
        return self.file


def _coordinate(text: str) -> float | None:
    """A number as tables write it: with thousands marked, or with the names of the directions."""
    if _THOUSANDS.fullmatch(text):
        return number_of(text.replace(",", ""))
    direction = _DIRECTION.fullmatch(unicodedata.normalize("NFKC", text))
    if direction is None:
        return number_of(text)
    number = number_of(direction.group(2))
    return -number if number is not None and (direction.group(1) or direction.group(3)) in ("S", "W") else number


def _cell(cells: list[str], index: int | None) -> str:
    return cells[index].strip() if index is not None and index < len(cells) else ""


def _ended(ring: RawRing, point: RawPoint) -> bool:
    """Was the first point repeated, so that the next point begins another ring?"""
    first, last = ring.points[0], ring.points[-1]
    closed = len(ring.points) > 3 and (first.x, first.y) == (last.x, last.y)
    return closed and (point.x, point.y) != (first.x, first.y)
