"""Proving: branch on the totals (requests given up, trips, officers of a department), then settle leaves exactly.

A leaf whose totals are whole gets subset-row cuts; if few enough columns can still belong to a better plan, a
mixed-integer program over just those settles it.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

import numpy as np

from jointreview.planning.master import DeadEnd, Solved, choose, no_bounds
from jointreview.planning.pricing import Pricer
from jointreview.planning.problem import Array
from jointreview.planning.rows import Bounds
from jointreview.planning.search import Search

_WHOLE = 1e-5
_MOST_CUTS = 400
_CUT_ROUNDS = 12
_MOST_COLUMNS = 4_000  # of a part that is settled at the first try; twice as many at each further one
_NODES = 40  # of the mixed-integer search at the first try; four times as many at each further one


@dataclass(order=True)
class Node:
    """A part of the plans: those whose totals lie within bounds; `effort` counts the tries to settle it."""

    bound: float
    number: int
    bounds: Bounds = field(compare=False)
    effort: int = field(default=0, compare=False)


class Tree:
    """The open parts; the least bound among them holds for all plans better than the best."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.open = [Node(-math.inf, 0, no_bounds(search.rows))]
        self.waiting: list[Node] = []
        self.made = 0

    def publish(self) -> None:
        """Tell the search what is proven by now."""
        nodes = [*self.open, *self.waiting]
        self.search.prove(min((n.bound for n in nodes), default=self.search.cost))

    def _split(self, node: Node, total: int, value: float) -> None:
        low, high = node.bounds[total]
        for part in ((low, math.floor(value)), (math.ceil(value), high)):
            self.made += 1
            bounds = (*node.bounds[:total], part, *node.bounds[total + 1 :])
            heapq.heappush(self.open, Node(node.bound, self.made, bounds))

    def totals(self, solved: Solved) -> Array:
        """The totals of a fractional solution."""
        totals = solved.weights @ self.search.rows.pattern_totals[self.search.master.columns.pattern]
        totals[0] = solved.given_up.sum()
        return totals

    def step(self) -> None:
        """Work on the part with the least bound: close it, split it, or let it wait for better times."""
        search = self.search
        node = heapq.heappop(self.open)
        try:
            solved, bound = search.converge(node.bounds, search.cost - 1 + 1e-6)
            node.bound = max(node.bound, bound)
            if self._hopeless(node):
                return
            if search.integral(solved) and solved.given_up.max(initial=0) < 1 + 1e-6:
                search.offer(search.drafts_of(search.taken(solved.weights)))
                if self._hopeless(node):
                    return
            totals = self.totals(solved)
            loose = np.abs(totals - np.round(totals))
            if loose.max() > _WHOLE:
                self._split(node, *self._branch(node, totals, loose))
                return
            solved = self._tighten(node, solved)
            if not self._hopeless(node) and not self._settle(node, solved):
                self.waiting.append(node)
        except DeadEnd:
            self.waiting.append(node)  # nothing was proven about it
        except BaseException:
            heapq.heappush(self.open, node)
            raise

    def _branch(self, node: Node, totals: Array, loose: Array) -> tuple[int, float]:
        """The total to branch on and where: requests given up, then trips, then the department nearest to a half.

        Before departments the number of trips is settled: one more costs so much that few such parts stay open.
        """
        if loose[0] > _WHOLE:
            return 0, float(totals[0])
        if loose[1] > _WHOLE:
            return 1, float(totals[1])
        low, high = node.bounds[1]
        if low != high:
            trips = round(float(totals[1]))
            return 1, trips - 0.5 if trips >= high else trips + 0.5
        total = int(loose.argmax())
        return total, float(totals[total])

    def _hopeless(self, node: Node) -> bool:
        return math.ceil(node.bound - 1e-4) >= self.search.cost

    def _alone(self) -> bool:
        return not self.open and not self.waiting

    def _tighten(self, node: Node, solved: Solved) -> Solved:
        """Rounds of subset-row cuts while they help."""
        search, master = self.search, self.search.master
        for _ in range(_CUT_ROUNDS):
            if len(master.cuts) >= _MOST_CUTS or self._hopeless(node):
                break
            cuts = master.cuts.separate(master.columns.members(search.problem.n), solved.weights, 40)
            if not cuts:
                break
            before = node.bound
            master.add_cuts(cuts)
            solved, bound = search.converge(node.bounds, search.cost - 1 + 1e-6)
            node.bound = max(node.bound, bound)
            self.drop(node, solved)
            if node.bound - before < 0.02 * max(1.0, search.cost - before):
                break
        return solved

    def drop(self, node: Node, solved: Solved) -> None:
        """When this is the last part, sets that cannot belong to a better plan are forgotten for good."""
        search = self.search
        if self._alone() and search.pricer.pool.complete:
            pool = search.pricer.within(solved.duals, search.master.cuts, search.gap_limit(solved.proves))
            search.pricer = Pricer(search.problem, search.rows, pool, search.check)

    def _settle(self, node: Node, solved: Solved) -> bool:
        """Solve the part exactly, with as much effort as it is worth by now; True if nothing better is left in it."""
        search = self.search
        if not search.pricer.pool.complete:
            return False
        priced = search.pricer.price(solved.duals, search.master.cuts, search.gap_limit(solved.proves))
        if len(priced.columns) > _MOST_COLUMNS << node.effort:
            return False
        chosen = choose(
            search.rows, priced.columns, list(range(search.problem.n)), seconds=search.left(),
            exact=search.problem.exact, cuts=search.master.cuts, bounds=node.bounds, stopped=search.stopped,
            nodes=_NODES << 2 * node.effort, proving=True,
        )  # fmt: skip
        if chosen.columns is not None:
            search.offer(search.drafts_of(chosen.columns))
        node.bound = max(node.bound, min(chosen.bound, search.cost))
        return self._hopeless(node)

    def harder(self) -> None:
        """Take up the waiting part with the least bound again, with more effort."""
        if self.waiting:
            node = min(self.waiting)
            self.waiting.remove(node)
            node.effort += 1
            heapq.heappush(self.open, node)

    def again(self) -> None:
        """Put the waiting parts back, after the best plan became better."""
        for node in self.waiting:
            if not self._hopeless(node):
                heapq.heappush(self.open, node)
        self.waiting = []
