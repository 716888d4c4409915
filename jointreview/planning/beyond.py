"""A bound when not every set of stops could be made.

A trip with more stops than were examined consists of examined sets: averaged over all its parts of `k` stops, its
cost is at least that of a part whose requests count m/k-fold. Prices at which no such part pays for itself prove a
bound; the prices of the linear program, lowered by some tenths, come near.
"""

from __future__ import annotations

import numpy as np

from jointreview.planning.pricing import Pricer
from jointreview.planning.problem import Array
from jointreview.planning.rows import Duals
from jointreview.planning.stopsets import Level, in_session

_SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6)


def bound_beyond(pricer: Pricer, duals: Duals) -> float:
    """The best bound these prices, or a share of them, prove for all trips, whether their sets were made or not.

    Wants prices without totals and cuts; 0 where legs break the triangle inequality or people need qualifications.
    """
    if pricer.problem.exact or pricer.pool.full < 1:
        return 0.0
    best = 0.0
    for share in _SHARES:
        least = _least(pricer, duals, share)
        best = max(best, share * duals.value + float(least @ pricer.rows.cars))
        if not least.any():
            break
    return best


def _least(pricer: Pricer, duals: Duals, share: float) -> Array:
    """The least reduced cost by session, of sets examined and of those beyond."""
    problem, full = pricer.problem, pricer.pool.full
    table, _ = pricer.rows.prices(duals)
    base = problem.codes.base_cost()[:, None]
    table = base + share * (table - base)
    gain = problem.service - share * duals.request
    least = np.zeros(problem.sessions)
    for level in pricer.pool.levels:
        pricer.check()
        size = level.stops.shape[1]
        if size > full:
            continue
        own = gain[level.stops].sum(axis=1)
        driving = level.minutes - problem.service[level.stops].sum(axis=1)
        _lower(pricer, level, driving + own, table, least, 0)
        if size == full:
            for more in range(1, problem.max_stops - full + 1):
                _lower(pricer, level, driving + own * (1 + more / full), table, least, more)
    return least


def _lower(pricer: Pricer, level: Level, value: Array, table: Array, least: Array, more: int) -> None:
    """Note the least values of the sets that still have time for `more` stops."""
    problem = pricer.problem
    near = np.flatnonzero(value + table.min(axis=1)[level.code] < 0)
    if not len(near):
        return
    some, value = level.take(near), value[near]
    needed = some.minutes + more * int(problem.service.min())
    for s in range(problem.sessions):
        fits = in_session(some.sessions, s) & (needed <= problem.length[s])
        if fits.any():
            least[s] = min(least[s], float((value + table[some.code, s])[fits].min()))
