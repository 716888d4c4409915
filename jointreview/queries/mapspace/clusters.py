"""Gathering places that would cover one another on the screen: first by cells, then by nearness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jointreview.commands.places import SQUARE

CELL = 64
"""Side of a cell in pixels; cells are whole divisors of the web map's square."""
_TILE = 256


@dataclass
class Heap:
    """Places close together: how many, how many of each lamp, the sum of their places, their box, some of their ids.

    `x` and `y` are sums over the places on the web map's square; `box` is west, north, east, south there.
    """

    count: int
    lamps: Counter[str]
    x: float
    y: float
    box: tuple[float, float, float, float]
    ids: list[int] = field(default_factory=list)

    @property
    def middle(self) -> tuple[float, float]:
        """The mean of the places on the web map's square."""
        return self.x / self.count, self.y / self.count

    def add(self, other: Heap) -> None:
        """Take in what another heap holds."""
        self.count += other.count
        self.lamps += other.lamps
        self.x, self.y = self.x + other.x, self.y + other.y
        a, b = self.box, other.box
        self.box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
        self.ids += other.ids


def units_of(pixels: float, zoom: float) -> float:
    """How many units of the square so many pixels are at a zoom of the web map."""
    return pixels * SQUARE / (_TILE * 2**zoom)


def cell_units(zoom: int) -> int:
    """The side of a cell at a whole zoom, in units of the square."""
    return max(1, int(units_of(CELL, zoom)))


def of_places(places: Iterable[tuple[int, int, int, str]], zoom: int) -> list[Heap]:
    """Heaps of single places (id, x, y, lamp), by the same cells as those of the database."""
    side = cell_units(zoom)
    cells: dict[tuple[int, int], Heap] = {}
    for case_id, x, y, lamp in places:
        heap = Heap(1, Counter([lamp]), x, y, (x, y, x, y), [case_id])
        key = (x // side, y // side)
        if key in cells:
            cells[key].add(heap)
        else:
            cells[key] = heap
    return list(cells.values())


def merged(heaps: Sequence[Heap], pixels: float, zoom: float) -> list[Heap]:
    """The heaps with those nearer to one another than so many pixels put together, the fullest first.

    A cell's border would otherwise part what lies side by side.
    """
    reach = units_of(pixels, zoom)
    taken: dict[tuple[int, int], list[Heap]] = {}
    found: list[Heap] = []
    for heap in sorted(heaps, key=lambda h: (-h.count, h.middle)):
        x, y = heap.middle
        column, row = int(x // reach), int(y // reach)
        near = [
            other
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other in taken.get((i, j), ())
            if abs(other.middle[0] - x) < reach and abs(other.middle[1] - y) < reach
        ]
        if near:
            # The place it was filed under stays: a heap drifts by less than a cell while it grows.
            min(near, key=lambda o: (o.middle[0] - x) ** 2 + (o.middle[1] - y) ** 2).add(heap)
        else:
            taken.setdefault((column, row), []).append(heap)
            found.append(heap)
    return found
