"""The state of one search: best plan, proven bound, clock and cancellation; and the linear programs it solves."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import numpy as np

from jointreview.planning.columns import Columns
from jointreview.planning.greedy import Draft, cost_of
from jointreview.planning.master import LinearMaster, Solved
from jointreview.planning.pricing import Pricer
from jointreview.planning.problem import Array, Problem
from jointreview.planning.rows import Bounds, Rows
from jointreview.planning.stopsets import Enumeration, Pool

_ROUNDS = 200
_NEW_COLUMNS = 150


class Stopped(Exception):
    """Time is over or somebody cancelled; what was found so far counts."""


class Search:
    """One search over the open requests of a problem."""

    def __init__(
        self, problem: Problem, deadline: float, cancelled: Callable[[], bool], changed: Callable[[], None], seed: int
    ) -> None:
        self.problem = problem
        self.deadline, self._cancelled, self._changed = deadline, cancelled, changed
        self.chance = random.Random(seed)
        self.best: list[Draft] = []
        self.cost = math.inf
        self.bound = 0.0
        self.known: Columns | None = None  # columns of an earlier linear program
        self.enumeration = Enumeration(problem)

    def left(self) -> float:
        """Seconds that remain."""
        return self.deadline - time.monotonic()

    def stopped(self) -> bool:
        """Whether to stop as soon as possible."""
        return self.left() <= 0 or self._cancelled()

    def check(self) -> None:
        """Raise Stopped when it is time."""
        if self.stopped():
            raise Stopped

    @property
    def proven(self) -> bool:
        """Whether nothing better can exist: the objective is a whole number."""
        return self.bound > self.cost - 1 + 1e-6

    def gap_limit(self, bound: float) -> float:
        """Reduced cost from which a column cannot belong to a better plan, given a bound that the prices prove."""
        return self.cost - 1 - bound + 1e-4

    def offer(self, drafts: list[Draft]) -> bool:
        """Take a plan if it is better than the best."""
        cost = cost_of(self.problem, drafts)
        if cost >= self.cost:
            return False
        self.best, self.cost = list(drafts), cost
        self._changed()
        return True

    def prove(self, bound: float) -> None:
        """Take a bound if it is higher; nothing below the next whole number can be reached."""
        bound = min(math.ceil(bound - 1e-4), self.cost)
        if bound > self.bound:
            self.bound = bound
            self._changed()

    def prepare(self, pool: Pool) -> None:
        """Set up the linear program over a pool."""
        self.rows = Rows(self.problem)
        self.master = LinearMaster(self.rows, self.problem.exact)
        self.pricer = Pricer(self.problem, self.rows, pool, self.check)
        self.master.add(self.columns_of(self.best))
        if self.known is not None:
            self.master.add(self.known)

    def columns_of(self, drafts: list[Draft]) -> Columns:
        """Drafts as columns."""
        width = self.problem.max_stops
        stops = np.full((len(drafts), width), -1, dtype=np.int16)
        for i, draft in enumerate(drafts):
            stops[i, : len(draft.order)] = sorted(draft.order)
        return Columns(
            stops,
            np.array([d.session for d in drafts], dtype=np.int16),
            np.array([d.pattern for d in drafts], dtype=np.int32),
            np.array([d.minutes for d in drafts], dtype=np.int16),
        )

    def drafts_of(self, columns: Columns) -> list[Draft]:
        """Columns as drafts in the best order; a request covered twice stays where it is first."""
        codes, seen = self.problem.codes, set[int]()
        drafts = []
        for stops, session, pattern, minutes in zip(
            columns.stops, columns.session, columns.pattern, columns.minutes, strict=True
        ):
            given = tuple(int(r) for r in stops if r >= 0)
            own = tuple(r for r in given if r not in seen)
            seen.update(own)
            if not own:
                continue
            order = self.enumeration.tours.order(own)
            if own == given:
                drafts.append(Draft(int(session), order, int(pattern), int(minutes)))
                continue
            code = np.array([codes.of_request[own[0]]])
            for r in own[1:]:
                code = codes.joined(code, np.array([r]))
            fitting = codes.patterns[int(code[0])][0]  # only without qualifications, and then there is just one
            drafts.append(Draft(int(session), order, fitting, self.problem.minutes_of(order)))
        return drafts

    def solve(self) -> Solved:
        """The linear program as it stands. Raises Stopped when time runs out."""
        self.check()
        solved = self.master.solve(self.left())
        if solved is None:
            raise Stopped
        return solved

    def converge(self, bounds: Bounds, good_enough: float = math.inf) -> tuple[Solved, float]:
        """Column generation with the totals in bounds: the solution and a proven bound for it.

        Ends early once the bound reaches `good_enough`.
        """
        self.master.hold(bounds)
        bound = -math.inf
        for _ in range(_ROUNDS):
            solved = self.solve()
            priced = self.pricer.price(solved.duals, self.master.cuts, -1e-6, _NEW_COLUMNS)
            if self.pricer.pool.complete:
                solved.proves = priced.bound(solved.duals, self.rows)
                bound = max(bound, solved.proves)
            if bound >= good_enough or not self.master.add(priced.columns):
                break
        return solved, bound

    def integral(self, solved: Solved) -> bool:
        """Whether every column is taken whole or not at all."""
        x = solved.weights
        return bool((np.abs(x - np.round(x)) < 1e-6).all())

    def taken(self, weights: Array) -> Columns:
        """The columns that a solution without fractions takes."""
        return self.master.columns.take(np.flatnonzero(weights > 0.5))
