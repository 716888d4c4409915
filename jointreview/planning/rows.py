"""The rows of the master problem: requests, cars, officers, totals and cuts, with their prices.

In this order: one row for each open request (served or given up), one for each session and size of car, one for each
class of officers and session, the totals (requests given up, trips, officers of each department), then cuts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from jointreview.planning.columns import Columns
from jointreview.planning.problem import Array, Problem

Bounds = tuple[tuple[float, float], ...]


@dataclass
class Duals:
    """Prices of the rows, with the signs that make a bound valid whatever the solver returned.

    `value` is what the prices are worth before the reduced costs of columns.
    """

    request: Array
    car: Array
    crew: Array
    total: Array
    cut: Array
    value: float


@dataclass
class Cuts:
    """Subset-row cuts: of three requests no two trips can both visit two."""

    triples: list[tuple[int, int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.triples)

    def coefficients(self, members: Array) -> Array:
        """(N, cuts) 0 or 1 for columns given by their members."""
        if not self.triples:
            return np.zeros((len(members), 0), dtype=np.int8)
        t = np.array(self.triples)
        a, b, c = members[:, t[:, 0]], members[:, t[:, 1]], members[:, t[:, 2]]
        return ((a & b) | (c & (a | b))).astype(np.int8)

    def separate(self, members: Array, weight: Array, most: int) -> list[tuple[int, int, int]]:
        """Triples broken by a fractional solution, worst first, spread over the requests."""
        used = weight > 1e-7
        m, x = members[used].astype(np.float64), weight[used]
        n = m.shape[1]
        pair = (m * x[:, None]).T @ m
        found: list[tuple[float, int, int, int]] = []
        known = set(self.triples)
        for i in range(n - 2):
            having = m[:, i] > 0
            triple = (m[having] * x[having, None]).T @ m[having]
            total = pair[i, :, None] + pair[i, None, :] + pair - 2 * triple
            total[: i + 1] = 0
            j, k = np.nonzero(np.triu(total, 1) > 1.02)
            found += [
                (-float(total[a, b]), i, int(a), int(b)) for a, b in zip(j, k, strict=True) if (i, a, b) not in known
            ]
        found.sort()
        count = np.zeros(n, dtype=np.int64)
        chosen = []
        for _, i, a, b in found:
            if max(count[i], count[a], count[b]) < 5:
                chosen.append((i, a, b))
                count[[i, a, b]] += 1
            if len(chosen) >= most:
                break
        return chosen


class Rows:
    """Numbers and limits of the rows, for all cars and officers or for those a part of the plan may use."""

    def __init__(self, problem: Problem, seats: list[list[int]] | None = None, free: Array | None = None) -> None:
        self.problem = problem
        self.seats = problem.seats if seats is None else seats
        self.free = problem.free if free is None else free
        self.cars = np.array([len(x) for x in self.seats], dtype=np.int64)
        codes = problem.codes
        self.officers = np.array([*codes.officers], dtype=np.int64)
        self.pattern_code = np.array(codes.pattern_code, dtype=np.int64)
        self.usage = np.array(codes.usage, dtype=np.int64).reshape(len(codes.usage), len(problem.classes))
        most = int(self.officers.max(initial=1))
        # (session, officers that the car must seat more than) with the number of such cars
        self.car_rows = [
            (s, below) for s in range(problem.sessions) for below in sorted({0, *self.seats[s]}) if below < most
        ]
        self.car_limit = [sum(1 for seats_ in self.seats[s] if seats_ > below) for s, below in self.car_rows]
        wanted = self.usage.max(axis=0, initial=0)
        self.crew_rows = [
            (c, s)
            for c in range(len(problem.classes))
            for s in range(problem.sessions)
            if self.free[c, s] < self.cars[s] * wanted[c]
        ]
        self.first_car = problem.n
        self.first_crew = self.first_car + len(self.car_rows)
        self.first_total = self.first_crew + len(self.crew_rows)
        self.totals = 2 + len(problem.departments)
        self.first_cut = self.first_total + self.totals
        self.limits = np.array([*self.car_limit, *(self.free[c, s] for c, s in self.crew_rows)], dtype=np.float64)
        self._tables(most)

    def _tables(self, most: int) -> None:
        """Look-up tables: rows of a column by session and officers, by session and pattern, and its totals."""
        p = self.problem
        width = max([1, *(sum(1 for t, _ in self.car_rows if t == s) for s in range(p.sessions))])
        self.car_table = np.full((p.sessions, most + 1, width), -1, dtype=np.int32)
        fill = np.zeros(p.sessions, dtype=np.int64)
        for i, (s, below) in enumerate(self.car_rows):
            self.car_table[s, below + 1 :, fill[s]] = self.first_car + i
            fill[s] += 1
        self.crew_table = np.full((p.sessions, len(p.classes)), -1, dtype=np.int32)
        for i, (c, s) in enumerate(self.crew_rows):
            self.crew_table[s, c] = self.first_crew + i
        span = max([1, *((u > 0).sum() for u in self.usage)])
        self.pattern_classes = np.full((len(self.usage), span), -1, dtype=np.int64)
        self.pattern_counts = np.zeros((len(self.usage), span), dtype=np.float64)
        for i, use in enumerate(self.usage):
            which = np.flatnonzero(use)
            self.pattern_classes[i, : len(which)] = which
            self.pattern_counts[i, : len(which)] = use[which]
        # what a column adds to each total; giving up a request is the first and no column's
        self.pattern_totals = np.zeros((len(self.usage), self.totals))
        self.pattern_totals[:, 1] = 1
        for c, (department, _) in enumerate(p.classes):
            self.pattern_totals[:, 2 + p.departments.index(department)] += self.usage[:, c]

    def entries(self, columns: Columns, cuts: Cuts, with_totals: bool = True) -> tuple[Array, Array, Array]:
        """The columns' part of the matrix: starts, row numbers, values."""
        code = self.pattern_code[columns.pattern]
        stops = columns.stops.astype(np.int64)
        car = self.car_table[columns.session, self.officers[code]]
        classes = self.pattern_classes[columns.pattern]
        crew = np.where(classes >= 0, self.crew_table[columns.session[:, None], classes], -1)
        index = [stops, car, crew]
        value = [np.ones(stops.shape), np.ones(car.shape), self.pattern_counts[columns.pattern]]
        if with_totals:
            totals = self.pattern_totals[columns.pattern]
            index.append(np.where(totals > 0, np.arange(self.totals)[None, :] + self.first_total, -1))
            value.append(totals)
        if len(cuts):
            held = cuts.coefficients(columns.members(self.problem.n))
            index.append(np.where(held > 0, np.arange(len(cuts))[None, :] + self.first_cut, -1))
            value.append(held.astype(np.float64))
        rows, values = np.concatenate(index, axis=1), np.concatenate(value, axis=1)
        used = rows >= 0
        starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        return starts, rows[used], values[used]

    def clipped(self, dual: Array, bounds: Bounds, exact: bool, most: float) -> Duals:
        """Prices from a solver's row duals, with proper signs, and what they are worth.

        `exact` says that a request may be visited only once; `most` is the price of giving one up.
        """
        total = dual[self.first_total : self.first_cut].copy()
        worth = 0.0
        for i, (low, high) in enumerate(bounds):
            edge = low if total[i] > 0 else high
            if math.isinf(edge):
                total[i] = 0.0
            worth += total[i] * (0.0 if math.isinf(edge) else edge)
        request = np.minimum(dual[: self.first_car], most - total[0])
        if not exact:
            request = np.maximum(request, 0)
        # giving up costs `most` and counts in the first total: what is still too dear is taken off the bound
        worth -= float(np.maximum(request + total[0] - most, 0).sum())
        car = np.minimum(dual[self.first_car : self.first_crew], 0)
        crew = np.minimum(dual[self.first_crew : self.first_total], 0)
        cut = np.minimum(dual[self.first_cut :], 0)
        worth += float(request.sum() + np.concatenate([car, crew]) @ self.limits + cut.sum())
        return Duals(request, car, crew, total, cut, worth)

    def prices(self, duals: Duals) -> tuple[Array, Array]:
        """What a trip costs beyond its minutes: (codes, sessions) by the cheapest crew, (patterns, sessions) each."""
        p, codes = self.problem, self.problem.codes
        crew = np.zeros((len(p.classes), p.sessions))
        for (c, s), price in zip(self.crew_rows, duals.crew, strict=True):
            crew[c, s] = price
        car = np.zeros((int(self.officers.max(initial=1)) + 1, p.sessions))
        for (s, below), price in zip(self.car_rows, duals.car, strict=True):
            car[below + 1 :, s] += price
        by_pattern = -(self.usage @ crew) - (self.pattern_totals @ duals.total)[:, None]
        by_pattern += codes.base_cost()[self.pattern_code][:, None] - car[self.officers[self.pattern_code]]
        possible = (self.usage[:, :, None] <= self.free[None, :, :]).all(axis=1)
        seated = (
            np.array([x[-1] if x else 0 for x in self.seats])[None, :] >= self.officers[self.pattern_code][:, None]
        )
        by_pattern[~(possible & seated)] = np.inf
        by_code = np.full((len(codes.officers), p.sessions), np.inf)
        np.minimum.at(by_code, self.pattern_code, by_pattern)
        return by_code, by_pattern
