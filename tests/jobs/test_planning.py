"""Planning runs beside the pages: each in a process of its own, heard of, stopped, given up, and ended by force."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.planning_instances import instance as realistic
from jointreview.commands.cars import KeepCar
from jointreview.commands.plan_runs import StopPlan, faults_of
from jointreview.jobs import planning
from jointreview.models import base
from jointreview.models.trip import PlanRun
from jointreview.text import tr
from tests.commands.world import World, copied, fresh_database


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("town")
    with fresh_database(f"sqlite:///{folder}/test.db", folder / "uploads"):
        yield World().populate()


@pytest.fixture
def world(town: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(planning, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(planning, "leading", lambda: True)
    with copied(town, tmp_path / "test.db"):
        yield town


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """Every process that was started."""
    started, start = [], asyncio.create_subprocess_exec

    async def noted(*args: str, **options: Any) -> asyncio.subprocess.Process:
        started.append(await start(*args, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return started


def asked(world: World, question: dict[str, Any], seconds: int = 20, status: str = "queued") -> int:
    with base.writing() as session:
        run = PlanRun(
            seconds=seconds,
            question=question,
            status=status,
            asked_by=world.actors["coordinator"].account_id,
            asked_at=world.now,
        )
        session.add(run)
        session.flush()
        assert run.id is not None
        return run.id


def run(run_id: int) -> PlanRun:
    with base.reading() as session:
        return session.get_one(PlanRun, run_id)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0.02)


def small() -> dict[str, Any]:
    return realistic(3, 1)


async def test_runs_are_worked_off_one_after_another_in_processes_of_their_own(world: World, processes):
    first, second = asked(world, small()), asked(world, small())
    server = asyncio.create_task(planning.plan_trips())
    await until(lambda: run(second).status == "done")
    server.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await server
    assert [p.returncode for p in processes] == [0, 0] and os.getpid() not in [p.pid for p in processes]
    for done in (run(first), run(second)):
        assert done.answer["status"] == "optimal" and done.answer["totals"]["served"] == 3
        assert done.progress["objective"] == done.answer["objective"] and done.fault == ""
    assert run(first).ended_at <= run(second).heard_at


async def test_a_search_is_heard_of_and_ends_with_the_best_so_far_when_somebody_stops_it(world: World, processes):
    run_id = asked(world, realistic(60, 2), seconds=600)
    search = asyncio.create_task(planning.work_off(run_id))
    await until(lambda: bool(run(run_id).progress))
    going = run(run_id)
    assert going.status == "running" and going.progress["trips"] > 0 and going.answer == {}
    await asyncio.to_thread(world.do, "coordinator", StopPlan(run_id=run_id))
    await search
    done = run(run_id)
    assert (done.status, processes[0].returncode) == ("done", 0)
    assert done.answer["trips"] and done.answer["objective"] <= going.progress["objective"]


async def test_a_run_stopped_before_its_search_began_ends_with_a_plan(world: World):
    run_id = asked(world, small())
    await asyncio.to_thread(world.do, "coordinator", StopPlan(run_id=run_id))
    await planning.work_off(run_id)
    assert run(run_id).status == "done" and run(run_id).answer["totals"]["served"] == 3


async def test_a_run_whose_worker_went_away_is_searched_again_and_given_up_when_nobody_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(planning, "WAITED_FOR", timedelta(days=36_500))
    run_id, waits = asked(world, small(), status="running"), asked(world, small())
    planning.take_up_interrupted()
    assert run(run_id).status == "queued" and planning.next_run() == run_id
    planning._note(run_id, status="running")
    monkeypatch.setattr(planning, "WAITED_FOR", timedelta(0))
    planning.take_up_interrupted()
    assert (run(run_id).status, run(run_id).fault) == ("failed", "trips.plan_interrupted")
    assert run(waits).status == "queued" and planning.next_run() == waits


async def test_a_search_that_does_not_end_is_ended_by_force(world: World, processes, monkeypatch):
    monkeypatch.setattr(planning, "GRACE", -0.9)
    run_id = asked(world, small(), seconds=1)
    await planning.work_off(run_id)
    assert (run(run_id).status, run(run_id).fault) == ("failed", "trips.plan_too_slow")
    assert processes[0].returncode == -signal.SIGKILL


async def test_a_search_that_cannot_begin_has_failed_and_the_next_one_may(world: World, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    run_id = asked(world, small())
    await planning.work_off(run_id)
    assert (run(run_id).status, run(run_id).fault) == ("failed", "trips.plan_failed")
    assert planning.next_run() is None


async def test_a_run_that_failed_says_which_trip_contradicts_what(world: World):
    """The trips that stay as they are name a car and people that cannot go then; the page tells them by name."""
    car_id = world.do("coordinator", KeepCar(plate="苏F12345", seats=1, driver="王师傅")).value["car_id"]
    fire, gone = world.actors["fire"].account_id, world.actors["planning"].account_id
    day = "2026-05-08"
    request = {
        "id": "7",
        "lon": 121.66,
        "lat": 31.81,
        "departments": ["fire"],
        "minutes": 30,
        "windows": [[day, "am"]],
        "due": day,
    }
    crew = [f"fire:{fire}", f"planning:{gone}"]
    question = {
        "depot": {"lon": 121.66, "lat": 31.81},
        "sessions": [{"day": day, "half": "am", "opens": "08:30", "closes": "12:00"}],
        "cars": [{"id": str(car_id), "seats": 1, "sessions": "all"}],
        "officers": [{"id": crew[0], "department": "fire", "unavailable": [[day, "am"]]}],
        "requests": [request],
        "travel": {"speed_kmh": 42, "detour": 1.35, "stop_minutes": 3},
        "max_stops": 6,
        "confirmed": [
            {"car": str(car_id), "day": day, "half": "am", "officers": crew[:1], "stops": [{"request": "7"}]}
        ],
    }
    away = asked(world, question)
    await planning.work_off(away)
    assert (run(away).status, run(away).fault) == ("failed", "trips.plan_contradicts")
    assert [tr("zh", p.key, **p.params) for p in faults_of(run(away))] == [
        "已确认或保留的行程互相矛盾，请先调整。",
        "已确认的行程安排了 fire·人，但其 2026-05-08 上午 不在岗。",
    ]
    question["confirmed"][0]["officers"] = crew
    nobody = asked(world, question)
    await planning.work_off(nobody)
    assert run(nobody).fault == "trips.plan_contradicts"
    assert [tr("en", p.key, **p.params) for p in faults_of(run(nobody))][1:] == [
        "A confirmed trip counts on planning·人, who no longer goes on surveys for that department."
    ]


async def test_a_run_that_failed_for_no_reason_of_the_trips_says_so(world: World):
    run_id = asked(world, {**small(), "max_stops": 0})
    await planning.work_off(run_id)
    assert (run(run_id).status, run(run_id).fault) == ("failed", "trips.plan_failed")
    assert [p.key for p in faults_of(run(run_id))] == ["trips.plan_failed", "plan.out_of_range"]
