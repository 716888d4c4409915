"""Neighbourhood search: free the trips of a corner of the plan and choose anew among all sets of their requests."""

from __future__ import annotations

import numpy as np

from jointreview.planning.columns import Columns
from jointreview.planning.greedy import Draft, Resources
from jointreview.planning.master import choose
from jointreview.planning.pricing import Pricer
from jointreview.planning.problem import Array
from jointreview.planning.rows import Cuts, Duals, Rows
from jointreview.planning.search import Search
from jointreview.planning.stopsets import Pool

_SIZES = (10, 15, 20)  # requests freed at a time
_MOST_COLUMNS = 1_000
_NODES = 10
_SECONDS = 3.0  # far more than a corner needs on a machine of its own


def improve_corner(search: Search, prices: Array) -> bool:
    """One corner, near in place or near in time; True if the plan became better.

    `prices` of the requests tell which columns are worth a try when there are too many.
    """
    freed = _corner(search)
    if not freed:
        return False
    kept = [d for i, d in enumerate(search.best) if i not in freed]
    gone = [d for i, d in enumerate(search.best) if i in freed]
    served = {r for d in kept for r in d.order}
    requests = [r for r in range(search.problem.n) if r not in served]
    rows = _rest(search, kept)
    columns = _columns(search, rows, requests, prices)
    own = search.columns_of(gone)
    columns = Columns.joined([own, columns])
    start = np.arange(len(columns)) < len(own)
    chosen = choose(
        rows, columns, requests, seconds=min(_SECONDS, search.left()), exact=search.problem.exact, start=start,
        nodes=_NODES, stopped=search.stopped,
    )  # fmt: skip
    search.check()
    return chosen.columns is not None and search.offer([*kept, *search.drafts_of(chosen.columns)])


def _corner(search: Search) -> set[int]:
    """Places in the plan: trips near one request, or near one session, until enough requests are free."""
    chance, problem, best = search.chance, search.problem, search.best
    size = chance.choice(_SIZES)
    if chance.random() < 0.5:
        centre = chance.randrange(problem.n)
        far = {
            i: min(problem.D[centre + 1, r + 1] for r in d.order) + chance.uniform(0, 15) for i, d in enumerate(best)
        }
    else:
        session = chance.randrange(problem.sessions)
        far = {i: abs(d.session - session) + chance.uniform(0, 3) for i, d in enumerate(best)}
    freed: set[int] = set()
    count = problem.n - sum(len(d.order) for d in best)
    for i in sorted(far, key=lambda i: far[i]):
        count += len(best[i].order)
        if count > size and freed:
            break
        freed.add(i)
    return freed


def _rest(search: Search, kept: list[Draft]) -> Rows:
    """Rows for the cars and officers that the kept trips leave."""
    problem, codes = search.problem, search.problem.codes
    seats = [list(x) for x in problem.seats]
    for draft in sorted(kept, key=lambda d: codes.officers[codes.pattern_code[d.pattern]]):
        officers = codes.officers[codes.pattern_code[draft.pattern]]
        seats[draft.session].remove(next(x for x in seats[draft.session] if x >= officers))
    return Rows(problem, seats, Resources(problem, kept).free)


def _columns(search: Search, rows: Rows, requests: list[int], prices: Array) -> Columns:
    """All columns over these requests, or the most promising of them."""
    free = np.zeros(search.problem.n, dtype=bool)
    free[requests] = True
    levels = []
    for level in search.pricer.pool.levels:
        search.check()
        mine = np.flatnonzero(free[level.stops].all(axis=1))
        if len(mine):
            levels.append(level.take(mine))
    pricer = Pricer(search.problem, rows, Pool(levels, 0, False), search.check)
    zero = np.zeros
    duals = Duals(prices, zero(len(rows.car_rows)), zero(len(rows.crew_rows)), zero(rows.totals), zero(0), 0.0)
    priced = pricer.price(duals, Cuts(), 1e12)
    if len(priced.columns) <= _MOST_COLUMNS:
        return priced.columns
    return priced.columns.take(np.sort(np.argsort(priced.reduced, kind="stable")[:_MOST_COLUMNS]))
