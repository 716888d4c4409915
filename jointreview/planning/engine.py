"""Planning from question to answer: instant plan, all sets of stops, bound, dives, neighbourhoods, proof."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable

from jointreview.planning.confirmed import contradictions
from jointreview.planning.dive import dive
from jointreview.planning.greedy import Draft, greedy
from jointreview.planning.instance import UNSERVED_COST, Instance
from jointreview.planning.outcome import Outcome, Progress, finished
from jointreview.planning.problem import Problem
from jointreview.planning.reasons import impossible
from jointreview.planning.search import Search, Stopped
from jointreview.planning.tree import Tree

_MOST_SETS = 6_000_000
_MOST_COLUMNS = 30_000
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
        self.progress(
            Progress(
                seconds=time.monotonic() - self.began,
                objective=self.fixed + int(search.cost),
                bound=self.fixed + search.bound,
                trips=len(search.best) + len(self.problem.instance.confirmed),
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
        with contextlib.suppress(Stopped):
            self._improve()
        return search.best, search.bound

    def _improve(self) -> None:
        search = self.search
        search.check()
        pool = search.enumeration.run(_MOST_SETS, lambda: search.stopped())
        search.prepare(pool)
        tree = Tree(search)
        shake = 0.0
        for _ in range(3):  # first the root and its trips, with a dive after each
            if tree.open and not search.proven:
                self._step(tree)
                shake = self._dive(tree, shake)
        while not search.proven:
            cost = search.cost
            if tree.open:
                self._step(tree)
            else:
                shake = self._dive(tree, shake)
            if search.cost < cost:
                tree.again()

    def _step(self, tree: Tree) -> None:
        tree.step(_MOST_COLUMNS)
        tree.publish()

    def _dive(self, tree: Tree, shake: float) -> float:
        search = self.search
        nodes = sorted([*tree.open, *tree.waiting])
        if nodes:
            dive(search, search.pricer, nodes[0].bounds, shake)
            tree.publish()
        return min(0.6, shake + 0.05)
