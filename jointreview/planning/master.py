"""HiGHS behind two doors: a linear program that grows by columns, and a mixed-integer choice among given columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from jointreview.planning.columns import Columns
from jointreview.planning.instance import UNSERVED_COST
from jointreview.planning.problem import Array
from jointreview.planning.rows import Bounds, Cuts, Duals, Rows

INFINITE = math.inf
_THREADS = 1  # the same in every call of a process, or HiGHS answers nothing
_PENALTY = 2e6  # for breaking a total, so that the linear program always has a solution


class _Quiet(highspy.Highs):
    """HiGHS without its greeting on standard output, which belongs to the answer."""

    def enableCallbacks(self) -> None:  # the first thing the constructor does that prints
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def _solver(seconds: float) -> highspy.Highs:
    h = _Quiet()
    h.setOptionValue("threads", _THREADS)
    h.setOptionValue("time_limit", max(0.05, float(seconds)))
    return h


def no_bounds(rows: Rows) -> Bounds:
    """Totals left free."""
    return ((-math.inf, math.inf),) * rows.totals


@dataclass
class Solved:
    """A solved linear program: prices, weights of the columns and of giving up each request, and its value.

    `proves` is the bound that these very prices prove, once the whole pool was priced with them.
    """

    duals: Duals
    weights: Array
    given_up: Array
    value: float
    proves: float = -math.inf


class DeadEnd(Exception):
    """The linear program has no solution, mostly because columns taken for good cannot stand together."""


class LinearMaster:
    """The linear program over the columns so far, solved again from where it stood."""

    def __init__(self, rows: Rows, exact: bool) -> None:
        self.rows, self.problem, self.exact = rows, rows.problem, exact
        self.cuts = Cuts()
        self.columns = Columns.none(self.problem.max_stops)
        self.bounds = no_bounds(rows)
        self._known: set[bytes] = set()
        n, totals = self.problem.n, rows.totals
        self._offset = n + 2 * totals
        h = self.h = _solver(1e9)
        h.setOptionValue("solver", "simplex")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._offset, rows.first_cut
        lp.col_cost_ = np.concatenate([np.full(n, float(UNSERVED_COST)), np.full(2 * totals, _PENALTY)])
        lp.col_lower_, lp.col_upper_ = np.zeros(self._offset), np.full(self._offset, INFINITE)
        free = np.full(totals, INFINITE)
        lp.row_lower_ = np.concatenate([np.ones(n), np.full(len(rows.limits), -INFINITE), -free])
        lp.row_upper_ = np.concatenate([np.full(n, 1.0 if exact else INFINITE), rows.limits, free])
        index = [i for r in range(n) for i in (r, rows.first_total)]
        index += [rows.first_total + t for t in range(totals) for _ in (0, 1)]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([2 * np.arange(n), 2 * n + np.arange(2 * totals + 1)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.concatenate([np.ones(2 * n), np.tile([1.0, -1.0], totals)])
        h.passModel(lp)

    def add(self, columns: Columns) -> int:
        """Add those not yet there; answers how many were new."""
        fresh = []
        for i, key in enumerate(columns.keys()):
            if key not in self._known:
                self._known.add(key)
                fresh.append(i)
        if not fresh:
            return 0
        new = columns.take(np.array(fresh))
        starts, index, value = self.rows.entries(new, self.cuts)
        count = len(new)
        self.h.addCols(
            count, new.costs(self.problem), np.zeros(count), np.full(count, INFINITE),
            len(index), starts[:-1].astype(np.int32), index.astype(np.int32), value,
        )  # fmt: skip
        self.columns = Columns.joined([self.columns, new])
        return count

    def add_cuts(self, triples: list[tuple[int, int, int]]) -> None:
        """Add subset-row cuts over the columns there are."""
        held = Cuts(list(triples)).coefficients(self.columns.members(self.problem.n))
        for i, triple in enumerate(triples):
            which = np.flatnonzero(held[:, i]) + self._offset
            self.h.addRow(-INFINITE, 1.0, len(which), which.astype(np.int32), np.ones(len(which)))
            self.cuts.triples.append(triple)

    def hold(self, bounds: Bounds) -> None:
        """Keep the totals within these bounds from now on."""
        for i, (low, high) in enumerate(bounds):
            if self.bounds[i] != (low, high):
                self.h.changeRowBounds(self.rows.first_total + i, low, high)
        self.bounds = bounds

    def fix(self, columns: list[int], taken: bool) -> None:
        """Take these columns for good, or leave them free again."""
        for j in columns:
            self.h.changeColBounds(j + self._offset, 1.0 if taken else 0.0, INFINITE)

    def _run(self, seconds: float) -> highspy.HighsModelStatus:
        self.h.setOptionValue("time_limit", self.h.getRunTime() + max(0.05, seconds))
        self.h.run()
        return self.h.getModelStatus()

    def solve(self, seconds: float) -> Solved | None:
        """The solution, or None when time ran out. Raises DeadEnd when there is none.

        What HiGHS could not settle from where it stood is tried once more from the beginning.
        """
        status = self._run(seconds)
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            self.h.clearSolver()
            status = self._run(seconds)
        if status == highspy.HighsModelStatus.kTimeLimit:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise DeadEnd
        solution = self.h.getSolution()
        duals = self.rows.clipped(np.array(solution.row_dual), self.bounds, self.exact, UNSERVED_COST)
        value = np.array(solution.col_value)
        return Solved(
            duals, value[self._offset :], value[: self.problem.n], self.h.getInfo().objective_function_value
        )


@dataclass
class Chosen:
    """What a mixed-integer run found: columns (or None), cost with unserved requests, bound over the columns."""

    columns: Columns | None
    cost: float
    bound: float
    optimal: bool


def choose(
    rows: Rows,
    columns: Columns,
    requests: list[int],
    *,
    seconds: float,
    exact: bool,
    start: Array | None = None,
    cuts: Cuts | None = None,
    bounds: Bounds | None = None,
    nodes: int | None = None,
    stopped: Callable[[], bool] | None = None,
    proving: bool = False,
) -> Chosen:
    """The best choice among columns that visit only `requests`; `start` marks a choice to begin with.

    `nodes` limits the search in a way that does not depend on the machine; `bounds` hold the totals. `proving` leaves
    out what looks for better choices only.
    """
    n, problem = len(requests), rows.problem
    h = _solver(seconds)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.99)  # the objective is a whole number
    if nodes is not None:
        h.setOptionValue("mip_max_nodes", nodes)
    if proving:
        for search in ("rins", "rens", "root_reduced_cost"):
            h.setOptionValue(f"mip_heuristic_run_{search}", False)
    place = np.full(problem.n, -1, dtype=np.int64)
    place[requests] = np.arange(n)
    h.passModel(_model(rows, columns, place, n, exact, cuts or Cuts(), bounds or no_bounds(rows)))
    if start is not None:
        held = np.zeros(n)
        held[[place[r] for r in columns.stops[start].ravel() if r >= 0]] = 1
        begin = highspy.HighsSolution()
        begin.col_value = [*start.astype(float), *(1 - held)]
        h.setSolution(begin)
    if stopped is not None:
        h.cbMipInterrupt.subscribe(lambda event: _interrupt(event, stopped))
    h.run()
    info, status = h.getInfo(), h.getModelStatus()
    optimal = status == highspy.HighsModelStatus.kOptimal
    bound = math.inf if status == highspy.HighsModelStatus.kInfeasible else float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Chosen(None, math.inf, bound, optimal or math.isinf(bound))
    picked = np.array(h.getSolution().col_value)[: len(columns)] > 0.5
    return Chosen(columns.take(np.flatnonzero(picked)), float(info.objective_function_value), bound, optimal)


def _model(
    rows: Rows, columns: Columns, place: Array, n: int, exact: bool, cuts: Cuts, bounds: Bounds
) -> highspy.HighsLp:
    problem, count = rows.problem, len(columns)
    starts, index, value = rows.entries(columns, cuts)
    index = np.where(index < problem.n, place[np.minimum(index, problem.n - 1)], index - (problem.n - n))
    first_total = rows.first_total - (problem.n - n)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count + n, rows.first_cut - (problem.n - n) + len(cuts)
    lp.col_cost_ = np.concatenate([columns.costs(problem), np.full(n, float(UNSERVED_COST))])
    lp.col_lower_, lp.col_upper_ = np.zeros(count + n), np.ones(count + n)
    low, high = np.array([b[0] for b in bounds]), np.array([b[1] for b in bounds])
    lp.row_lower_ = np.concatenate(
        [np.ones(n), np.full(len(rows.limits), -INFINITE), low, np.full(len(cuts), -INFINITE)]
    )
    lp.row_upper_ = np.concatenate([np.full(n, 1.0 if exact else INFINITE), rows.limits, high, np.ones(len(cuts))])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([starts, len(index) + 2 * (1 + np.arange(n))]).astype(np.int32)
    given_up = np.stack([np.arange(n), np.full(n, first_total)], axis=1).ravel()
    lp.a_matrix_.index_ = np.concatenate([index, given_up]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([value, np.ones(2 * n)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * (count + n)
    return lp


def _interrupt(event: Any, stopped: Callable[[], bool]) -> None:
    if stopped():
        event.interrupt()
