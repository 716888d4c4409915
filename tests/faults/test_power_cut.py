"""The server dies in the middle of its work: the database opens again, and nothing answered as done is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from jointreview.commands.audit import verify_chains
from jointreview.models import base
from jointreview.models.base import make_engine
from jointreview.models.event import Event
from jointreview.settings import ROOT, settings
from tests.commands.world import World, fresh_database

ROUNDS = 4
PROGRAM = """
import json, os, sys
from jointreview.commands.all import RULES
from jointreview.commands.executor import execute
from jointreview.commands.review import RecordGap
from jointreview.models.actor import Actor

actor, case_id, assignment_id = json.loads(sys.stdin.readline())
actor = Actor(**actor)
for _ in sys.stdin:
    if (copy := os.fork()) == 0:
        while True:
            gap = RecordGap(case_id=case_id, assignment_id=assignment_id, kind="field", subject="S2.address",
                            rule="first", wanted="more")
            done = execute(actor, gap)
            os.write(1, b"done %d\\n" % done.version)
    os.write(1, b"pid %d\\n" % copy)
    os.waitpid(copy, 0)
    os.write(1, b"dead 0\\n")
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def test_what_was_answered_as_done_is_there_after_the_power_came_back(world: World) -> None:
    case_id = world.accepted()
    fire = world.actors["fire"]
    assignment = next(a for a in world.facts(case_id).assignments if a.unit == "fire")
    who = {
        "account_id": fire.account_id,
        "name": fire.name,
        "role": "officer",
        "post_id": fire.post_id,
        "unit": "fire",
    }
    base.engine().dispose()
    chance, answered, killed_within = random.Random(20261127), 0, 0
    worker = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | {"JOINTREVIEW_NOW": world.now.isoformat()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin and worker.stdout
    with worker:
        worker.stdin.write(json.dumps([who, case_id, assignment.id]) + "\n")
        for _ in range(ROUNDS):
            worker.stdin.write("go\n")
            worker.stdin.flush()
            done = _killed_after(worker, chance.randint(1, 6), chance.random() * 0.02)
            there = _intact(case_id)
            assert there >= done[-1], "an answered event is lost"
            answered, killed_within = answered + len(done), killed_within + (there > done[-1])
            base.engine().dispose()
        worker.stdin.close()
    print(
        f"{ROUNDS} kills, {answered} commands answered, {there} events there; {killed_within} died before the answer"
    )
    assert answered >= ROUNDS


def _killed_after(worker: subprocess.Popen[str], answers: int, moment: float) -> list[int]:
    """Let it answer so often, wait a moment, kill it; answers the versions it told."""
    assert worker.stdout
    pid, done = 0, []
    while len(done) < answers or not pid:
        kind, number = worker.stdout.readline().split()
        pid, done = (int(number), done) if kind == "pid" else (pid, [*done, int(number)])
    time.sleep(moment)  # whatever it is doing then
    os.kill(pid, signal.SIGKILL)
    for line in worker.stdout:
        kind, number = line.split()
        if kind == "dead":
            break
        done.append(int(number))
    return done


def _intact(case_id: int) -> int:
    """Open the database as after a start; answers how many events the case has."""
    with base.reading() as db:
        assert db.connection().execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert db.connection().execute(text("PRAGMA foreign_key_check")).all() == []
        assert verify_chains(db).faults == ()
        return db.exec(select(func.count()).select_from(Event).where(Event.case_id == case_id)).one()


def test_in_production_an_answer_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for mode in ("demo", "production"):
        monkeypatch.setenv("JOINTREVIEW_MODE", mode)
        settings.cache_clear()
        engine = make_engine(f"sqlite:///{tmp_path}/{mode}.db")
        with engine.connect() as connection:
            found[mode] = connection.execute(text("PRAGMA synchronous")).scalar_one()
        engine.dispose()
    monkeypatch.undo()
    settings.cache_clear()
    assert found == {"demo": 1, "production": 2}
