"""Planning from question to answer: instant plan, all sets of stops, bound, dives, neighbourhoods, proof."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable

from jointreview.planning.beyond import bound_beyond
from jointreview.planning.confirmed import contradictions
from jointreview.planning.dive import dive
from jointreview.planning.greedy import Draft, greedy
from jointreview.planning.instance import UNSERVED_COST, Instance
from jointreview.planning.master import DeadEnd, Solved, no_bounds
from jointreview.planning.neighbourhood import improve_corner
from jointreview.planning.outcome import Outcome, Progress, finished
from jointreview.planning.pricing import Pricer
from jointreview.planning.problem import Problem
from jointreview.planning.reasons import impossible
from jointreview.planning.search import Search, Stopped
from jointreview.planning.stopsets import Pool, neighbours
from jointreview.planning.tree import Tree

_FEW_SETS = 1_500_000
_MOST_SETS = 20_000_000
_NEIGHBOURS = 24
_CORNERS = 4
_MOST_DIVES = 6
_DIVED_REQUESTS = 150  # first dives x requests
_STEPS = 10
_MANY_SETS = 100_000
_FAR_FROM_PAYING = 200.0
_RESERVE = 0.15  # seconds kept for naming people and writing the answer


def plan(
    instance: Instance,
    seconds: float,
    *,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """The best plan found within `seconds`, with a proven bound.

    `progress` hears of every better plan and bound; `cancelled` is asked often, and True ends the search with the
    best plan so far. The same instance and seed give the same plan when the time suffices to prove it.
    """
    began = time.monotonic()
    faults = contradictions(instance)
    if faults:
        return finished(instance, None, [], None, {}, began, faults)
    settled = {stop.request for trip in instance.confirmed for stop in trip.stops}
    wanted = [r for r in range(len(instance.requests)) if r not in settled]
    reasons = impossible(instance, wanted)
    problem = Problem(instance, [r for r in wanted if r not in reasons])
    fixed = sum(t.cost for t in instance.confirmed) + UNSERVED_COST * len(reasons)
    planner = _Planner(problem, fixed, len(reasons), began, seconds, seed, progress, cancelled)
    drafts, bound = planner.run()
    return finished(instance, problem, drafts, fixed + bound, reasons, began, [])


class _Planner:
    def __init__(
        self, problem: Problem, fixed: int, given_up: int, began: float, seconds: float, seed: int,
        progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.problem, self.fixed, self.given_up, self.began = problem, fixed, given_up, began
        self.progress, self.seconds = progress, seconds
        deadline = began + max(0.0, seconds - _RESERVE)
        self.search = Search(problem, deadline, cancelled, self._changed, seed)

    def _changed(self) -> None:
        search = self.search
        if self.progress is None or math.isinf(search.cost):
            return
        served = sum(len(d.order) for d in search.best)
        codes = self.problem.codes
        aboard = sum(int(codes.officers[codes.pattern_code[d.pattern]]) for d in search.best)
        self.progress(
            Progress(
                seconds=time.monotonic() - self.began,
                objective=self.fixed + int(search.cost),
                bound=self.fixed + search.bound,
                trips=len(search.best) + len(self.problem.instance.confirmed),
                officer_trips=aboard + sum(len(t.officers) for t in self.problem.instance.confirmed),
                unserved=self.given_up + self.problem.n - served,
            )
        )

    def run(self) -> tuple[list[Draft], float]:
        """The drafts and the bound for the open requests."""
        search = self.search
        if self.problem.n == 0:
            search.offer([])
            return [], 0.0
        search.offer(greedy(self.problem))
        search.prove(self._at_least())
        with contextlib.suppress(Stopped, DeadEnd):
            self._improve()
        return search.best, search.bound

    def _at_least(self) -> float:
        """A bound without search: a request pays its time on site and its share of a full trip, or is given up."""
        codes, most = self.problem.codes, self.problem.max_stops
        shares = codes.base_cost()[codes.of_request] / most + self.problem.service
        return float(sum(min(UNSERVED_COST, share) for share in shares))

    def _improve(self) -> None:
        search = self.search
        search.check()
        pool = search.enumeration.run(_FEW_SETS, self._until(0.25))
        if not pool.complete:
            pool = self._large(pool)
        search.prepare(pool)
        tree = Tree(search)
        solved, bound = search.converge(no_bounds(search.rows))
        self.prices = solved.duals.request
        self._gather(solved)
        self._first_dives(solved)
        search.prove(bound if pool.complete else bound_beyond(search.pricer, solved.duals))
        if pool.complete:
            self._prove(tree)
        while not search.proven:
            self._polish(tree)

    def _until(self, share: float) -> Callable[[], bool]:
        """Stops when this share of the time is over."""
        end = time.monotonic() + share * self.search.left()
        return lambda: time.monotonic() > end or self.search.stopped()

    def _large(self, pool: Pool) -> Pool:
        """First plans from sets of neighbours and a first bound, then as many sets as time and memory allow."""
        search = self.search
        near = search.enumeration.run(_FEW_SETS, self._until(0.25), neighbours(self.problem, _NEIGHBOURS))
        search.prepare(near)
        solved, _ = search.converge(no_bounds(search.rows))
        search.prove(bound_beyond(Pricer(self.problem, search.rows, pool, search.check), solved.duals))
        dive(search, search.pricer, no_bounds(search.rows), 0.0)
        known = search.master.columns
        pool = search.enumeration.run(_MOST_SETS, self._until(0.6))
        if pool.full < 3:
            pool = Pool([*pool.levels, *near.levels], pool.full, False)
        search.known = known
        return pool

    def _gather(self, solved: Solved) -> None:
        """The sets that dives look at: those not too far from paying for themselves."""
        search = self.search
        pool = search.pricer.pool
        if len(pool) > _MANY_SETS:
            pool = search.pricer.within(solved.duals, search.master.cuts, _FAR_FROM_PAYING)
        self.diver = Pricer(self.problem, search.rows, pool, search.check)

    def _first_dives(self, solved: Solved) -> None:
        """Dives from the top: with as few trips as the linear program wants, rounded up, and without limit."""
        search = self.search
        free = no_bounds(search.rows)
        trips = float(search.rows.pattern_totals[search.master.columns.pattern, 1] @ solved.weights)
        few = (free[0], (-math.inf, float(math.ceil(trips - 1e-5))), *free[2:])
        count = max(1, min(_MOST_DIVES, _DIVED_REQUESTS // self.problem.n))
        for shake in range(count):
            for bounds in (few, free):
                if not search.proven:
                    dive(search, self.diver, bounds, 0.05 * shake)

    def _prove(self, tree: Tree) -> None:
        """Branch on the totals, with a dive now and then, until what is open needs a better plan."""
        search = self.search
        steps = 0
        while tree.open and not search.proven:
            cost = search.cost
            self._step(tree)
            steps += 1
            if steps % _STEPS == 0 and tree.open:
                improve_corner(search, self.prices)
                self._dive(tree)
            if search.cost < cost:
                tree.again()

    def _polish(self, tree: Tree) -> None:
        """Corners and dives; a better plan makes columns impossible, and then what waits may be settled."""
        search = self.search
        cost = search.cost
        for _ in range(_CORNERS):
            improve_corner(search, self.prices)
        self._dive(tree)
        if search.pricer.pool.complete:
            if search.cost < cost:
                tree.again()
            else:
                tree.harder()
            self._prove(tree)

    def _step(self, tree: Tree) -> None:
        tree.step()
        tree.publish()

    def _dive(self, tree: Tree) -> None:
        """A dive in one of the parts that look best, or without limits."""
        search = self.search
        parts = [node.bounds for node in sorted([*tree.open, *tree.waiting])[:3]]
        bounds = search.chance.choice([*parts, no_bounds(search.rows)])
        dive(search, self.diver, bounds, search.chance.uniform(0, 0.5))
        if search.pricer.pool.complete:
            tree.publish()
