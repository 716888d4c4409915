"""Pricing: the columns of the pool that would improve the linear program, and what that proves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jointreview.planning.columns import Columns, padded
from jointreview.planning.problem import Array, Problem
from jointreview.planning.rows import Cuts, Duals, Rows
from jointreview.planning.stopsets import Level, Pool, in_session

_CHUNK = 500_000


@dataclass
class Priced:
    """Columns at or below a reduced cost, their reduced costs, and the least one of each session (0 or less)."""

    columns: Columns
    reduced: Array
    least: Array

    def bound(self, duals: Duals, rows: Rows) -> float:
        """The proven lower bound: no session runs more trips than it has cars."""
        return duals.value + float(self.least @ rows.cars)


class Pricer:
    """Prices the sets of a pool; sets that cannot be part of a better plan are dropped for good."""

    def __init__(self, problem: Problem, rows: Rows, pool: Pool, check: Callable[[], None]) -> None:
        """`check` is called between portions and may raise to end the work."""
        self.problem, self.rows, self.pool, self.check = problem, rows, pool, check

    def price(self, duals: Duals, cuts: Cuts, limit: float, most: int | None = None) -> Priced:
        """Columns with a reduced cost of at most `limit`, the best `most` of each session."""
        table, by_pattern = self.rows.prices(duals)
        cheapest = table.min(axis=1)
        parts: list[Columns] = []
        costs: list[Array] = []
        least = np.zeros(self.problem.sessions)
        for level in self.pool.levels:
            for start in range(0, len(level), _CHUNK):
                self.check()
                part = slice(start, start + _CHUNK)
                base = self._base(level, part, duals)
                near = np.flatnonzero(base + cheapest[level.code[part]] <= limit) + start
                if len(near):
                    some, value = level.take(near), base[near - start]
                    if len(cuts) and duals.cut.any():
                        value = value - self._cut_prices(some, cuts, duals)
                    for s in range(self.problem.sessions):
                        reduced = np.where(in_session(some.sessions, s), value + table[some.code, s], np.inf)
                        good = np.flatnonzero(reduced <= limit)
                        if not len(good):
                            continue
                        least[s] = min(least[s], float(reduced[good].min()))
                        if most is not None and len(good) > most:
                            good = good[np.argpartition(reduced[good], most)[:most]]
                        self._patterns(some.take(good), reduced[good], by_pattern[:, s], s, limit, parts, costs)
        if not parts:
            return Priced(Columns.none(self.problem.max_stops), np.zeros(0), least)
        return self._best(Columns.joined(parts), np.concatenate(costs), least, most)

    def _base(self, level: Level, part: slice, duals: Duals) -> Array:
        stops = level.stops[part]
        base = level.minutes[part].astype(np.float64)
        for column in range(stops.shape[1]):
            base -= duals.request[stops[:, column]]
        return base

    def _cut_prices(self, level: Level, cuts: Cuts, duals: Duals) -> Array:
        active = np.flatnonzero(duals.cut < -1e-9)
        some = Cuts([cuts.triples[i] for i in active])
        out = np.zeros(len(level))
        for start in range(0, len(level), 20_000):
            part = slice(start, start + 20_000)
            stops = level.stops[part]
            members = np.zeros((len(stops), self.problem.n), dtype=bool)
            members[np.arange(len(stops))[:, None], stops] = True
            out[part] = some.coefficients(members) @ duals.cut[active]
        return out

    def _patterns(
        self,
        level: Level,
        reduced: Array,
        by_pattern: Array,
        s: int,
        limit: float,
        parts: list[Columns],
        costs: list[Array],
    ) -> None:
        """The columns of these sets in one session, one for each pattern of crew that stays within the limit."""
        patterns = self.problem.codes.patterns
        ordered = {c: sorted(patterns[c], key=lambda q: by_pattern[q]) for c in np.unique(level.code)}
        for rank in range(max(len(x) for x in ordered.values())):
            choice = {c: x[rank] if len(x) > rank else -1 for c, x in ordered.items()}
            mine = np.array([choice[c] for c in level.code], dtype=np.int32)
            first = np.array([ordered[c][0] for c in level.code], dtype=np.int32)
            cost = np.full(len(level), np.inf)
            known = mine >= 0
            cost[known] = reduced[known] + by_pattern[mine[known]] - by_pattern[first[known]]
            ok = np.flatnonzero(cost <= limit)
            if not len(ok):
                break
            stops = padded(level.stops[ok], self.problem.max_stops)
            parts.append(Columns(stops, np.full(len(ok), s, np.int16), mine[ok], level.minutes[ok]))
            costs.append(cost[ok])

    @staticmethod
    def _best(columns: Columns, reduced: Array, least: Array, most: int | None) -> Priced:
        if most is None:
            return Priced(columns, reduced, least)
        keep = []
        for s in np.unique(columns.session):
            mine = np.flatnonzero(columns.session == s)
            keep.append(mine[np.argsort(reduced[mine], kind="stable")[:most]])
        order = np.concatenate(keep)
        return Priced(columns.take(order), reduced[order], least)

    def within(self, duals: Duals, cuts: Cuts, limit: float) -> Pool:
        """The sets whose reduced cost is at most `limit` in some session."""
        table, _ = self.rows.prices(duals)
        cheapest = table.min(axis=1)
        levels = []
        for level in self.pool.levels:
            keep = []
            for start in range(0, len(level), _CHUNK):
                self.check()
                part = slice(start, start + _CHUNK)
                base = self._base(level, part, duals)
                near = np.flatnonzero(base + cheapest[level.code[part]] <= limit) + start
                if not len(near):
                    continue
                some, value = level.take(near), base[near - start]
                if len(cuts) and duals.cut.any():
                    value = value - self._cut_prices(some, cuts, duals)
                best = np.full(len(near), math.inf)
                for s in range(self.problem.sessions):
                    best = np.minimum(
                        best, np.where(in_session(some.sessions, s), value + table[some.code, s], np.inf)
                    )
                keep.append(near[best <= limit])
            if keep:
                levels.append(level.take(np.concatenate(keep)))
        return Pool([x for x in levels if len(x)], self.pool.full, self.pool.complete)
