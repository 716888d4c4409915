"""The shortest way through a few stops, against every order there is."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointreview.planning.shortest import shortest_order


def way(minutes, order) -> float:
    stops = [0, *order, 0]
    return sum(minutes[a][b] for a, b in pairwise(stops))


@settings(max_examples=60)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 90), min_size=n + 1, max_size=n + 1), min_size=n + 1, max_size=n + 1
        )
    )
)
def test_no_other_order_is_shorter(minutes):
    found = shortest_order(minutes)
    every = range(1, len(minutes))
    assert sorted(found) == list(every)
    assert way(minutes, found) == min(way(minutes, order) for order in permutations(every))


@pytest.mark.parametrize(
    ("minutes", "order"),
    [
        ([[0]], []),
        ([[0, 9], [9, 0]], [1]),
        # along a street: out and back, never to and fro
        ([[0, 30, 10, 20], [30, 0, 20, 10], [10, 20, 0, 10], [20, 10, 10, 0]], [1, 3, 2]),
    ],
)
def test_ways_known_by_hand(minutes, order):
    assert shortest_order(minutes) == order
