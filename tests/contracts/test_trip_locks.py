"""Two coordinators change the same trips at one instant, on PostgreSQL, where writers do not queue by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from jointreview.commands import trips
from jointreview.commands.trips import PlaceStop
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.trip import TripStop
from jointreview.models.visit import Visit
from tests.commands.test_trips import again, car, draft, rows, settled, waiting
from tests.commands.world import World, fresh_database
from tests.contracts.databases import database_url, postgresql_server

__all__ = ["database_url", "postgresql_server"]
GIVE_UP_SECONDS = 30


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with fresh_database(database_url, tmp_path / "uploads"):
        yield World().populate()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP_SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def somebody_waits() -> bool:
    """Whether a session of the database waits for a lock of another."""
    with base.engine().connect() as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(connection.execute(text(waiting)).scalar())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_stop_is_not_moved_away_while_its_trip_is_being_confirmed(world: World, monkeypatch: pytest.MonkeyPatch):
    """Whoever comes second sees what the first did: the visit is fixed, and stays a stop of its trip."""
    case_id = waiting(world)
    binding, other = draft(world, case_id, car_id=car(world)), draft(world, car_id=car(world, "苏F22222"))
    halfway, on = threading.Event(), threading.Event()
    confirm, faults = trips.confirm, []

    def slowly(*args: object) -> None:
        halfway.set()
        assert on.wait(GIVE_UP_SECONDS)
        confirm(*args)

    def settle() -> None:
        try:
            world.do("coordinator", settled(binding))
        except Exception as fault:
            faults.append(fault)

    monkeypatch.setattr(trips, "confirm", slowly)
    first = threading.Thread(target=settle)
    first.start()
    assert halfway.wait(GIVE_UP_SECONDS)
    away = PlaceStop(trip_id=other.id, revision=other.revision, case_id=case_id, position=1)
    answer: list[Exception | None] = []

    def move() -> None:
        try:
            world.do("coordinator", away)
            answer.append(None)
        except Exception as fault:
            answer.append(fault)

    second = threading.Thread(target=move)
    second.start()
    until(lambda: bool(answer) or somebody_waits())
    on.set()
    first.join()
    second.join()
    assert faults == []
    stops = [(s.trip_id, s.case_id) for s in rows(TripStop)]
    assert again(binding).status == "confirmed" and stops == [(binding.id, case_id)]
    assert [(v.trip_id, v.case_id) for v in rows(Visit)] == stops
    (refused,) = answer
    assert isinstance(refused, Refused) and [p.key for p in refused.problems] == ["trips.visit_fixed"]
