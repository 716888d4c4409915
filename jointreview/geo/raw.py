"""What a parcel file says before anything is believed: numbers, names and hints about the coordinate system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyproj import CRS

from jointreview.geo.problems import ParcelProblem, error

MAX_POINTS = 20_000
"""More boundary points than any parcel of a county has: a file beyond it is refused, not worked through."""

MAX_PARTS = 1_000
"""The same for parcels in one file."""

MAX_RINGS = 200
"""The same for rings in one parcel."""


@dataclass(frozen=True)
class RawPoint:
    """One boundary point: `x` east or longitude, `y` north or latitude, both as written."""

    x: float
    y: float
    line: int | None = None
    name: str = ""

    def swapped(self) -> RawPoint:
        """The same point with its two numbers exchanged."""
        return RawPoint(self.y, self.x, self.line, self.name)


@dataclass
class RawRing:
    """One ring as listed; `hole` is what the format says about it, None when the format does not say.

    `start` is the line where it begins in formats whose points have no lines of their own, `entity` the handle of
    the drawing's entity or the name of the placemark.
    """

    points: list[RawPoint]
    hole: bool | None = None
    start: int | None = None
    entity: str = ""

    @property
    def line(self) -> int | None:
        """The line of the first point, or where the ring begins."""
        found = self.points[0].line if self.points else None
        return self.start if found is None else found

    def fault(self, key: str, /, **params: object) -> ParcelProblem:
        """A finding about this ring that refuses the file."""
        return error(key, self.line, **params).at(self.entity)


@dataclass
class RawPart:
    """One parcel of a file."""

    name: str = ""
    number: str = ""
    land_use: str = ""
    declared_area_m2: float | None = None
    declared_count: int | None = None
    line: int | None = None
    incomplete: bool = False
    """A line of it could not be read: its outline says nothing."""
    rings: list[RawRing] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    """What else the file says about it, by the file's own names."""

    @property
    def points(self) -> list[RawPoint]:
        """Every point of every ring."""
        return [point for ring in self.rings for point in ring.points]


@dataclass
class CrsHints:
    """What the file itself says about its coordinate system."""

    crs: CRS | None = None
    crs_source: str = ""
    """Text key of where `crs` was found: .prj or crs member."""
    zone: int | None = None
    zone_line: int | None = None
    zone_width: int | None = None
    zone_width_line: int | None = None


@dataclass
class RawFile:
    """Everything read from one file, with the faults found while reading."""

    parts: list[RawPart] = field(default_factory=list)
    hints: CrsHints = field(default_factory=CrsHints)
    problems: list[ParcelProblem] = field(default_factory=list)

    @property
    def points(self) -> list[RawPoint]:
        """Every point of every parcel."""
        return [point for part in self.parts for point in part.points]

    def swap(self) -> None:
        """Exchange the two numbers of every point."""
        for part in self.parts:
            for ring in part.rings:
                ring.points = [point.swapped() for point in ring.points]
