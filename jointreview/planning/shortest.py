"""The shortest way through a few stops."""

from __future__ import annotations

from collections.abc import Sequence


def shortest_order(minutes: Sequence[Sequence[float]]) -> list[int]:
    """The order of the stops 1..n (row and column 0 are the depot) with the least time there and back.

    `minutes[a][b]` is the way from a to b. Exact, by the stops visited and the last of them (Held and Karp 1962):
    meant for a dozen stops at most. Of two ways equally long the one that keeps the given order longer is taken.
    """
    count = len(minutes) - 1
    if count < 1:
        return []
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {
        (1 << (stop - 1), stop): (minutes[0][stop], (stop,)) for stop in range(1, count + 1)
    }
    for _ in range(count - 1):
        longer: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
        for (seen, last), (so_far, order) in best.items():
            for stop in range(1, count + 1):
                bit = 1 << (stop - 1)
                if seen & bit:
                    continue
                way = (so_far + minutes[last][stop], (*order, stop))
                key = (seen | bit, stop)
                if key not in longer or way < longer[key]:
                    longer[key] = way
        best = longer
    _, order = min((so_far + minutes[last][0], order) for (_, last), (so_far, order) in best.items())
    return list(order)
