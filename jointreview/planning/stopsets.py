"""All sets of requests one car can visit in a half-day, with the minutes of the best order.

Sets grow by one stop at a time from two sets that share all but their last stop. What a set needs only grows with it
(minutes, seats, officers, common half-days), so a set with an impossible part is never made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations

import numpy as np

from jointreview.planning.problem import Array, Problem

_CHUNK = 150_000
_PORTION = 500_000
_SMALL = 20_000


@dataclass
class Level:
    """Sets of one size: stops in ascending order, minutes with time on site, code of the crew, sessions as words."""

    stops: Array  # (N, m) int16
    minutes: Array  # (N,) int16
    code: Array  # (N,) int32
    sessions: Array  # (N, W) uint64

    def __len__(self) -> int:
        return len(self.stops)

    def take(self, which: Array) -> Level:
        """The sets at these places."""
        return Level(self.stops[which], self.minutes[which], self.code[which], self.sessions[which])


def words(masks: list[int], sessions: int) -> Array:
    """Python masks as rows of 64-bit words."""
    width = max(1, -(-sessions // 64))
    low = (1 << 64) - 1
    return np.array([[m >> (64 * w) & low for w in range(width)] for m in masks], dtype=np.uint64).reshape(-1, width)


def in_session(masks: Array, session: int) -> Array:
    """Which of the rows of words contain a session."""
    return (masks[:, session // 64] >> np.uint64(session % 64)) & np.uint64(1) != 0


class Tours:
    """Shortest closed ways from the depot through small sets, for many sets at once.

    For up to five stops the way is put together from a middle stop and the best half on either side of it; for more
    the classic dynamic programme over subsets is run on all sets together.
    """

    def __init__(self, distance: Array, with_tables: bool = True) -> None:
        self.D = distance.astype(np.int32)
        n = len(distance)
        self.n = n
        self.tables = with_tables and n <= 260
        if self.tables:
            out, back = self.D[0], self.D[:, 0]
            # depot -> a -> b -> c, the better of both orders of a and b; and c -> a -> b -> depot
            first = out[:, None] + self.D  # [a, b]
            by_order = first[:, :, None] + self.D[None, :, :]
            self.outward = (
                np.minimum(by_order, by_order.transpose(1, 0, 2)).transpose(2, 0, 1).astype(np.int16).ravel()
            )
            last = self.D + back[None, :]
            by_order = self.D[:, :, None] + last[None, :, :]
            self.inward = np.minimum(by_order, by_order.transpose(0, 2, 1)).astype(np.int16).ravel()

    def lengths(self, stops: Array) -> Array:
        """Minutes of driving for each row of stops (rows of open requests, without the depot)."""
        nodes = stops.astype(np.int32) + 1
        size = nodes.shape[1]
        D = self.D
        if size == 1:
            return D[0, nodes[:, 0]] + D[nodes[:, 0], 0]
        if size == 2:
            a, b = nodes.T
            return np.minimum(D[0, a] + D[a, b] + D[b, 0], D[0, b] + D[b, a] + D[a, 0])
        if self.tables and size in (3, 4, 5):
            return self._by_middle(nodes, size)
        parts = [self._by_subsets(nodes[i : i + _SMALL], size) for i in range(0, len(nodes), _SMALL)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    def _by_middle(self, nodes: Array, size: int) -> Array:
        n, columns = self.n, list(np.ascontiguousarray(nodes.T))
        best = np.full(len(nodes), 32_000, dtype=np.int16)
        pairs = {(x, y): columns[x] * n + columns[y] for x, y in combinations(range(size), 2)}
        ends = {} if size == 5 else self._ends(columns)
        for c in range(size):
            start = columns[c] * (n * n)
            rest = [i for i in range(size) if i != c]
            halves = {p: self.outward[start + pairs[p]] for p in pairs if c not in p}
            if size == 5:
                for (x, y), half in halves.items():
                    u, v = (i for i in rest if i not in (x, y))
                    np.minimum(best, half + self.inward[start + pairs[u, v]], out=best)
            elif size == 4:
                for z in rest:
                    x, y = (i for i in rest if i != z)
                    np.minimum(best, halves[x, y] + ends[c, z], out=best)
            else:
                np.minimum(best, halves[rest[0], rest[1]] + self.D[columns[c], 0].astype(np.int16), out=best)
        return best.astype(np.int32)

    def _ends(self, columns: list[Array]) -> dict[tuple[int, int], Array]:
        tail = (self.D + self.D[:, 0][None, :]).astype(np.int16)
        return {(c, z): tail[columns[c], columns[z]] for c, z in permutations(range(len(columns)), 2)}

    def _by_subsets(self, nodes: Array, size: int) -> Array:
        D = self.D
        between = {(a, b): D[nodes[:, a], nodes[:, b]] for a, b in permutations(range(size), 2)}
        reach = {(1 << a, a): D[0, nodes[:, a]] for a in range(size)}
        for subset in range(1, 1 << size):
            inside = [a for a in range(size) if subset >> a & 1]
            if len(inside) < 2:
                continue
            for b in inside:
                before = subset ^ (1 << b)
                ways = [reach[before, a] + between[a, b] for a in inside if a != b]
                reach[subset, b] = np.minimum.reduce(ways)
        full = (1 << size) - 1
        return np.minimum.reduce([reach[full, a] + D[nodes[:, a], 0] for a in range(size)])

    def order(self, stops: tuple[int, ...]) -> tuple[int, ...]:
        """The best order of one set; of several, the first by number."""
        D = self.D
        if len(stops) > 8:
            return self._order_by_subsets(stops)
        best = min(
            permutations(sorted(stops)),
            key=lambda p: (
                int(D[0, p[0] + 1] + sum(D[a + 1, b + 1] for a, b in pairwise(p)) + D[p[-1] + 1, 0]),
                p,
            ),
        )
        return tuple(best)

    def _order_by_subsets(self, stops: tuple[int, ...]) -> tuple[int, ...]:
        size, D = len(stops), self.D
        nodes = [r + 1 for r in sorted(stops)]
        reach: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {
            (1 << a, a): (int(D[0, nodes[a]]), (a,)) for a in range(size)
        }
        for subset in range(1, 1 << size):
            for b in range(size):
                if subset >> b & 1 and subset != 1 << b:
                    before = subset ^ (1 << b)
                    reach[subset, b] = min(
                        (reach[before, a][0] + int(D[nodes[a], nodes[b]]), (*reach[before, a][1], b))
                        for a in range(size)
                        if before >> a & 1
                    )
        full = (1 << size) - 1
        _, way = min((reach[full, a][0] + int(D[nodes[a], 0]), reach[full, a][1]) for a in range(size))
        return tuple(nodes[a] - 1 for a in way)


@dataclass
class Pool:
    """The sets in portions of one size each. All sets of up to `full` stops are there; `complete`: all there are."""

    levels: list[Level]
    full: int
    complete: bool

    def __len__(self) -> int:
        return sum(len(level) for level in self.levels)


class Enumeration:
    """Makes the pool of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.low_tours = Tours(problem.low)
        self.tours = self.low_tours if problem.metric else Tours(problem.D)
        self._lengths = np.unique(problem.length)
        masks = [sum(1 << s for s in range(problem.sessions) if problem.length[s] >= x) for x in self._lengths]
        self._long_enough = words([*masks, 0], problem.sessions)
        self.windows = words(problem.windows, problem.sessions)

    def _filtered(self, stops: Array, code: Array, masks: Array) -> Level:
        """The sets that some session can take, by the shortest ways."""
        p = self.problem
        manned = words(p.codes.sessions, p.sessions)
        masks = masks & manned[code]
        ok = masks.any(axis=1)
        stops, code, masks = stops[ok], code[ok], masks[ok]
        minutes = self.low_tours.lengths(stops) + p.service[stops].sum(axis=1) if len(stops) else np.zeros(0, int)
        masks = masks & self._long_enough[np.searchsorted(self._lengths, minutes)]
        ok = masks.any(axis=1)
        return Level(stops[ok], minutes[ok].astype(np.int16), code[ok].astype(np.int32), masks[ok])

    def single(self) -> Level:
        """Sets of one stop."""
        p = self.problem
        return self._filtered(np.arange(p.n, dtype=np.int16)[:, None], p.codes.of_request.copy(), self.windows)

    def run(self, cap: int, stopped: Callable[[], bool], near: Array | None = None) -> Pool:
        """All sets up to `max_stops`, or as many as are made before there are `cap` or `stopped` says so.

        `near` limits pairs to those marked in the square matrix.
        """
        level = self.single()
        portions, size, complete = [level], 1, True
        while size < self.problem.max_stops and len(level):
            grown, complete = self._grow(level, cap - sum(map(len, portions)), stopped, near)
            if complete and size + 1 < self.problem.max_stops and grown:
                level = joined(grown)
                grown = [level]
            portions += grown
            if not complete or not grown:
                break
            size += 1
        complete = complete and near is None
        return Pool([x for x in map(self._true, portions) if len(x)], size if near is None else 0, complete)

    def _grow(
        self, level: Level, cap: int, stopped: Callable[[], bool], near: Array | None
    ) -> tuple[list[Level], bool]:
        """Sets with one stop more, in portions, and whether these are all."""
        if len(level) == 0:
            return [], True
        differs = (level.stops[1:, :-1] != level.stops[:-1, :-1]).any(axis=1)
        start = np.concatenate([[0], np.flatnonzero(differs) + 1])
        count = np.diff(np.concatenate([start, [len(level)]]))
        partners = np.repeat(start + count, count) - np.arange(len(level)) - 1
        upto = np.cumsum(partners)
        made: list[Level] = []
        total, begin = 0, 0
        while begin < len(level):
            base = upto[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(upto, base + _CHUNK, side="right")))
            here = partners[begin:end]
            mine = np.repeat(np.arange(begin, end), here)
            other = mine + 1 + np.arange(len(mine)) - np.repeat(np.cumsum(here) - here, here)
            begin = end
            made.append(self._joined(level, mine, other, near))
            total += len(made[-1])
            if begin < len(level) and (total > cap or stopped()):
                return _larger(made), False
        return _larger(made), True

    def _joined(self, level: Level, mine: Array, other: Array, near: Array | None) -> Level:
        last = level.stops[other, -1]
        masks = level.sessions[mine] & level.sessions[other]
        ok = masks.any(axis=1)
        if near is not None:
            ok &= near[level.stops[mine, -1], last]
        # an additional stop costs at least its time on site
        ok &= level.minutes[mine] + self.problem.service[last] <= int(self._lengths[-1])
        mine, last, masks = mine[ok], last[ok], masks[ok]
        code = self.problem.codes.joined(level.code[mine].astype(np.int64), last)
        stops = np.concatenate([level.stops[mine], last[:, None]], axis=1)
        return self._filtered(stops, code, masks)

    def _true(self, level: Level) -> Level:
        """The level with real minutes, without the sets that fit only by ways nobody can drive."""
        if self.problem.metric or not len(level):
            return level
        minutes = self.tours.lengths(level.stops) + self.problem.service[level.stops].sum(axis=1)
        masks = level.sessions & self._long_enough[np.searchsorted(self._lengths, minutes)]
        ok = masks.any(axis=1)
        return Level(level.stops[ok], minutes[ok].astype(np.int16), level.code[ok], masks[ok])


def neighbours(problem: Problem, count: int) -> Array:
    """(n, n): for each request the `count` that suit it best, near and asking for the same departments."""
    codes, n = problem.codes, problem.n
    asked = np.array(
        [[codes.bits[c] >> b & 1 for b in range(max(codes.bits).bit_length())] for c in codes.of_request]
    )
    unlike = (asked[:, None, :] != asked[None, :, :]).sum(axis=2)
    distance = np.minimum(problem.D[1:, 1:], problem.D[1:, 1:].T) + 3.0 * unlike
    shared = np.array([[bool(a & b) for b in problem.windows] for a in problem.windows])
    distance[~shared] = np.inf
    np.fill_diagonal(distance, np.inf)
    near = np.zeros((n, n), dtype=bool)
    best = np.argsort(distance, axis=1, kind="stable")[:, :count]
    near[np.arange(n)[:, None], best] = True
    near &= np.isfinite(distance)
    return near | near.T


def joined(parts: list[Level]) -> Level:
    """All sets of the parts, in order."""
    return Level(*(np.concatenate([getattr(x, f) for x in parts]) for f in ("stops", "minutes", "code", "sessions")))


def _larger(parts: list[Level]) -> list[Level]:
    """The same sets in fewer portions."""
    found: list[Level] = []
    waiting: list[Level] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) > _PORTION:
            found.append(joined(waiting))
            waiting = []
    if waiting:
        found.append(joined(waiting))
    return [x for x in found if len(x)]
