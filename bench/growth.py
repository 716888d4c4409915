"""How reading grows with the database: `python bench/growth.py [cases ...]`, or `make bench-growth`.

A database of its own for each number of cases, each with twenty events, nine departments and a parcel; one case in a
hundred runs, as in a city that has kept its cases for years. The server's own answers are timed, without a browser:
board, search and case page, for a coordinator and for a department's officer. `JOINTREVIEW_DATABASE_URL` chooses a
database of another kind, which must be empty.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.places import TODAY, at, fill  # noqa: E402
from bench.tables import table  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
TOWN = (121.45, 31.70, 121.90, 32.05)
RUNNING = 0.01
EVENTS, UNITS = 20, 9
ASKED = 40


def main() -> None:
    """Measure every size in a process of its own and print one table."""
    if os.environ.get("BENCH_CASES"):
        return one_size(int(os.environ["BENCH_CASES"]))
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}\n")
    for count in [int(value) for value in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            own = {
                "JOINTREVIEW_DATABASE_URL": f"sqlite:///{folder}/bench.db",
                "JOINTREVIEW_NOW": at(TODAY).isoformat(),
            }
            environment = {**own, **os.environ, "BENCH_CASES": str(count), "JOINTREVIEW_DATA_DIR": folder}
            os.spawnve(os.P_WAIT, sys.executable, [sys.executable, __file__], environment)
    return None


def one_size(count: int) -> None:
    """Fill the database and time each answer."""
    from jointreview.cli.setup_db import migrate
    from jointreview.commands.places import settle_places

    begun = time.perf_counter()
    migrate()
    fill(count, running=RUNNING, spread=TOWN)
    events = more(count)
    written = time.perf_counter()
    settle_places(at(TODAY))
    settled = time.perf_counter()
    print(
        f"{count:,} cases, {events:,} events: {written - begun:.0f} s to write, {settled - written:.0f} s to settle"
    )
    rows = []
    for name, answer in answers(count):
        answer(0)
        taken = sorted(seconds(answer, n) for n in range(ASKED))
        rows.append((name, *(f"{taken[place] * 1000:.0f}" for place in (ASKED // 2, int(ASKED * 0.95), -1))))
    table(f"{count:,} cases, {events:,} events", ("answer", "median ms", "p95 ms", "worst ms"), rows)


def more(count: int) -> int:
    """Give each case the events, departments and rounds it would have."""
    from sqlalchemy import insert

    from jointreview.catalog.loader import load_catalog
    from jointreview.models import base
    from jointreview.models.event import Event
    from jointreview.models.review import Assignment, Round

    items = [
        [(item.code, item.unit) for item in load_catalog("qidong", TODAY, stage).items] for stage in (1, 2, 3, 4)
    ]
    about = {
        "code": None,
        "at": at(TODAY),
        "effective_on": TODAY,
        "actor_name": "",
        "actor_role": "",
        "actor_unit": "",
    }
    about |= {"acting_for": "", "backfilled": False, "payload": {"note": "x" * 60}, "previous_hash": ""}
    ids = range(1_000_000, 1_000_000 + count)
    for start in range(0, count, 2000):
        some = ids[start : start + 2000]
        events = [
            {"case_id": n, "seq": seq, "kind": "checklist_answered", "hash": f"{n}-{seq}", **about}
            for n in some
            for seq in range(3, EVENTS + 1)
        ]
        parts = [(n, k, *items[n % 4][k]) for n in some for k in range(UNITS)]
        assignments = [
            {"id": n * 10 + k, "case_id": n, "item": item, "unit": unit, "because": {}, "needs_site": True}
            | {"added_late": "", "dispatched_at": at(TODAY)}
            for n, k, item, unit in parts
        ]
        rounds = [
            {"id": n * 10 + k, "assignment_id": n * 10 + k, "kind": "documents", "number": 1, "status": "open"}
            | {"opened_on": TODAY, "promised_days": 3, "opened_at": at(TODAY), "reason": ""}
            for n, k, _, _ in parts
        ]
        with base.writing() as session:
            for kind, rows in ((Event, events), (Assignment, assignments), (Round, rounds)):
                session.execute(insert(kind), rows)
    return count * EVENTS


def answers(count: int) -> list[tuple[str, Callable[[int], Any]]]:
    """What is asked, each with a number that makes it another question of the same kind."""
    from jointreview.models.actor import Actor
    from jointreview.queries.board import board
    from jointreview.queries.board_filters import BoardFilters
    from jointreview.queries.search import search
    from jointreview.ui.pages.case.present import workspace

    now = at(TODAY)
    coordinator = Actor(900001, "A", "coordinator", 1, "", "", frozenset())
    officer = Actor(900001, "A", "officer", 1, "", "fire", frozenset())
    everything = BoardFilters(state="all")

    def case_of(n: int) -> int:
        return 1_000_000 + n * 7 % count

    return [
        ("board as it opens, coordinator", lambda n: board(coordinator, BoardFilters(), "zh", now)),
        ("board as it opens, officer", lambda n: board(officer, BoardFilters(), "zh", now)),
        (
            "board, every case, page 1 and on, coordinator",
            lambda n: board(coordinator, everything.but(page=n), "zh", now),
        ),
        ("board, every case, officer", lambda n: board(officer, everything, "zh", now)),
        (
            "board, ended cases with a word",
            lambda n: board(coordinator, BoardFilters(state="ended", text=f"园{n}"), "zh", now),
        ),
        ("search: part of a name", lambda n: search(coordinator, f"产业园{n + 1}号", "zh")),
        ("search: a number", lambda n: search(coordinator, f"QDX{n * 7 % count:07d}", "zh")),
        ("search: nothing found", lambda n: search(coordinator, f"无此项目{n}", "zh")),
        ("search: a number, officer", lambda n: search(officer, f"QDX{n * 7 % count:07d}", "zh")),
        ("case page, coordinator", lambda n: workspace(coordinator, case_of(n), "zh", now)),
    ]


def seconds(answer: Callable[[int], Any], n: int) -> float:
    """How long an answer takes."""
    begun = time.perf_counter()
    answer(n)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
