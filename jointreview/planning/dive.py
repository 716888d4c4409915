"""Diving: round the linear program one trip after another, with columns made anew after each, until all are whole."""

from __future__ import annotations

import numpy as np

from jointreview.planning.master import Solved
from jointreview.planning.pricing import Pricer
from jointreview.planning.rows import Bounds
from jointreview.planning.search import Search

_ROUNDS = 2
_NEW_COLUMNS = 40


def dive(search: Search, pricer: Pricer, bounds: Bounds, noise: float, start: list[int] | None = None) -> bool:
    """One dive within the bounds of the totals; True if it ended in a better plan.

    `noise` shakes the choice; `start` are columns that are taken from the beginning (a part of the best plan).
    """
    master = search.master
    master.hold(bounds)
    fixed: list[int] = []
    try:
        if start:
            master.fix(start, True)
            fixed += start
        while True:
            solved = _with_columns(search, pricer)
            if solved.value >= search.cost - 1 + 1e-6:
                return False
            taken = set(fixed)
            open_columns = [int(j) for j in np.flatnonzero(solved.weights > 1e-6) if int(j) not in taken]
            if search.integral(solved):
                return search.offer(search.drafts_of(search.taken(solved.weights)))
            whole = [j for j in open_columns if solved.weights[j] > 1 - 1e-6]
            chosen = whole or [_likeliest(search, solved, open_columns, noise)]
            master.fix(chosen, True)
            fixed += chosen
    finally:
        master.fix(fixed, False)


def _with_columns(search: Search, pricer: Pricer) -> Solved:
    solved = search.solve()
    for _ in range(_ROUNDS - 1):
        priced = pricer.price(solved.duals, search.master.cuts, -1e-6, _NEW_COLUMNS)
        if not search.master.add(priced.columns):
            break
        solved = search.solve()
    return solved


def _likeliest(search: Search, solved: Solved, columns: list[int], noise: float) -> int:
    """The column to take next: the set with most weight over all half-days, there on the half-day with most."""
    stops = search.master.columns.stops
    weight: dict[bytes, float] = {}
    for j in columns:
        key = stops[j].tobytes()
        weight[key] = weight.get(key, 0.0) + float(solved.weights[j])
    shaken = {key: w + noise * search.chance.random() for key, w in weight.items()}
    return int(max(columns, key=lambda j: (shaken[stops[j].tobytes()], solved.weights[j])))
