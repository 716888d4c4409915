"""Diving: round the linear program one trip after another, with columns made anew after each, until all are whole."""

from __future__ import annotations

import numpy as np

from jointreview.planning.master import DeadEnd, Solved
from jointreview.planning.pricing import Pricer
from jointreview.planning.rows import Bounds
from jointreview.planning.search import Search

_ROUNDS = 2
_NEW_COLUMNS = 40
_LIKELY = 0.6
_AT_ONCE = 30  # fractional columns for each one that is taken beside the likeliest


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
            chosen = whole or _likeliest(search, solved, open_columns, noise)
            master.fix(chosen, True)
            fixed += chosen
    except DeadEnd:
        return False
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


def _likeliest(search: Search, solved: Solved, columns: list[int], noise: float) -> list[int]:
    """The columns to take next: the set with most weight over all half-days, on its half-day with most.

    Beside it some more that are likely too and share no request and no half-day with it or each other.
    """
    master = search.master
    weight: dict[bytes, float] = {}
    for j in columns:
        key = master.columns.stops[j].tobytes()
        weight[key] = weight.get(key, 0.0) + float(solved.weights[j])
    shaken = {key: w + noise * search.chance.random() for key, w in weight.items()}
    keys = {j: master.columns.stops[j].tobytes() for j in columns}
    ranked = sorted(columns, key=lambda j: (-shaken[keys[j]], -solved.weights[j], j))
    chosen, used, sessions = [ranked[0]], _requests(search, ranked[0]), {int(master.columns.session[ranked[0]])}
    for j in ranked[1:]:
        if len(chosen) >= 1 + len(columns) // _AT_ONCE or weight[keys[j]] < _LIKELY:
            break
        session = int(master.columns.session[j])
        if session not in sessions and not used & _requests(search, j):
            chosen.append(j)
            used |= _requests(search, j)
            sessions.add(session)
    return chosen


def _requests(search: Search, column: int) -> set[int]:
    return {int(r) for r in search.master.columns.stops[column] if r >= 0}
