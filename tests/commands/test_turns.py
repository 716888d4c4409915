"""Writers take turns in the order in which they came, and one that would wait for itself is told."""

from __future__ import annotations

import threading
import time

import pytest
from sqlmodel import select

from jointreview.models import base
from jointreview.models.event import Counter
from jointreview.models.turns import Turns
from tests.commands.world import World


def until(turns: Turns, count: int) -> None:
    deadline = time.monotonic() + 10
    while turns.waiting() < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_came_first_writes_first_whoever_asks_again_at_once():
    turns, order = Turns(), []

    def write(name: str) -> None:
        with turns.turn():
            order.append(name)

    with turns.turn():
        threads = []
        for n, name in enumerate("abc"):
            threads.append(threading.Thread(target=write, args=(name,)))
            threads[-1].start()
            until(turns, n + 1)
    with turns.turn():  # the thread that wrote last asks again and comes after all of them
        order.append("again")
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c", "again"]


def test_a_turn_is_passed_on_after_a_fault_and_never_taken_twice_by_one_thread():
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        1 / 0  # noqa: B018
    with turns.turn(), pytest.raises(RuntimeError), turns.turn():
        pass
    with turns.turn():
        assert turns.waiting() == 0


def test_many_writers_of_one_database_lose_nothing(world: World):
    def count() -> None:
        for _ in range(25):
            with base.writing() as session:
                row = session.exec(select(Counter).where(Counter.series == "turns")).first()
                row = row or Counter(series="turns", year=2026)
                row.last += 1
                session.add(row)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with base.reading() as session:
        assert session.exec(select(Counter.last).where(Counter.series == "turns")).one() == 100
