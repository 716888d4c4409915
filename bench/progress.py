"""How fast progress to the targets is read with many cases: `python bench/progress.py [cases]`.

The cases are rows written straight into a database of their own, with rounds, opinions, visits and events as the
commands leave them; every fifth has been paused, every tenth runs. Numbers are of the machine they run on.
"""

from __future__ import annotations

import os
import platform
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.tables import table  # noqa: E402

TODAY = date(2026, 5, 19)
UNITS_A_CASE = 9
REPEATS = 5


def main() -> None:
    """Fill a database and measure the page, its filters and the workbook; then how SQLite finds the rows."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"JOINTREVIEW_DATABASE_URL": f"sqlite:///{folder}/bench.db"}
        events = fill(count)
        print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
        print(f"{count} cases, {count * UNITS_A_CASE} rounds, {events} events\n")
        measure()
        plans()


def fill(count: int) -> int:
    """Write the cases; answers how many events they have."""
    from sqlmodel import SQLModel

    import jointreview.models
    from jointreview.catalog.loader import load_catalog
    from jointreview.commands.working_days import seed_calendar, work_calendar
    from jointreview.models import base

    assert jointreview.models
    SQLModel.metadata.create_all(base.engine())
    random.seed(45)
    units = [u.code for u in load_catalog("qidong", TODAY).units]
    with base.writing() as session:
        seed_calendar(session, _at(TODAY))
    with base.writing() as session:
        calendar, rows = work_calendar(session), Rows()
        _people(rows)
        events = sum(_case(rows, n, units, calendar) for n in range(1, count + 1))
        rows.write(session)
    return events


class Rows:
    """Rows kept by table and written table by table, in the order in which the first of each came."""

    def __init__(self) -> None:
        self._kept: dict[type, list[Any]] = {}

    def add(self, row: Any) -> None:
        """Keep a row."""
        self._kept.setdefault(type(row), []).append(row)

    def write(self, session: Any) -> None:
        """Write everything."""
        for rows in self._kept.values():
            session.add_all(rows)
            session.flush()


def _at(day: date) -> datetime:
    return datetime.combine(day, clock(2, 0), UTC)


def _people(rows: Rows) -> None:
    from jointreview.models.identity import Account, Organisation

    rows.add(Account(id=1, login="a", name="A", kind="staff", password_hash="", created_at=_at(TODAY)))
    rows.add(Organisation(id=1, credit_code="91320681MA1N0A1B3X", name="启东智能装备有限公司"))


def _case(rows: Rows, n: int, units: list[str], calendar: Any) -> int:
    from jointreview.models.case import Case, FormSection
    from jointreview.models.event import Event
    from jointreview.models.project import Project

    stage, running = n % 4 + 1, n % 10 == 0
    received = TODAY - timedelta(days=random.randint(2, 12) if running else random.randint(25, 360))
    accepted = calendar.nth_workday_after(received, 1)
    ended = None if running else calendar.nth_workday_after(accepted, random.randint(3, 11))
    if n % 4 == 1:
        rows.add(
            Project(
                id=n, code=f"2101-320681-89-01-{n:06d}", name=f"项目{n}", organisation_id=1, created_at=_at(received)
            )
        )
    rows.add(
        Case(
            id=n,
            number=f"QD{n}",
            lookup_code="ABCDEFGH",
            stage=stage,
            track="private",
            kind="acceptance" if stage == 4 else "review",
            catalogue="qidong",
            filed_by=1,
            catalogue_version="2026.1",
            project_id=n - (n - 1) % 4,
            organisation_id=1,
            state="reviewing" if running else "concluded",
            outcome="" if running else "pass",
            promised_days=5 if stage == 3 else 10,
            state_since=_at(accepted),
            created_at=_at(received),
            submitted_at=_at(received),
            accepted_on=accepted,
        )
    )
    values = {"town": random.choice(["huilong", "lvsigang", "beixin"]), "address": "城北路1号", "notes": "x" * 300}
    rows.add(FormSection(case_id=n, section="S2", values=values, saved_by=1, saved_at=_at(received)))
    log: list[tuple[str, int | None, date, dict[str, Any]]] = [("submitted", 1, received, {})]
    log.append(("accepted", 3, accepted, {}))
    if n % 5 == 0:
        log += _pause(accepted, ended, calendar)
    log += [(kind, None, accepted, {}) for kind in ("documents_read", "visit_planned", "signed_in")]
    log += [("opinion_given", None, ended or TODAY, {}) for _ in range(UNITS_A_CASE)]
    if ended:
        log.append(("concluded", 11, ended, {}))
    for seq, (kind, code, day, payload) in enumerate(sorted(log, key=lambda e: e[2]), 1):
        chain = {"hash": f"{n}-{seq}", "payload": payload, "at": _at(day)}
        rows.add(Event(case_id=n, seq=seq, kind=kind, code=code, effective_on=day, **chain))
    _parts(rows, n, units, accepted, ended, calendar)
    return len(log)


def _pause(accepted: date, ended: date | None, calendar: Any) -> list[tuple[str, int | None, date, dict[str, Any]]]:
    start = calendar.nth_workday_after(accepted, 1)
    stop = calendar.nth_workday_after(accepted, 2)
    found = [("supplement_asked", 6, start, {"pause": "supplement", "ref": "s1"})]
    return [*found, ("supplement_received", 7, stop, {"pause": "supplement", "ref": "s1"})] if ended else found


def _parts(rows: Rows, n: int, units: list[str], accepted: date, ended: date | None, calendar: Any) -> None:
    from jointreview.models.review import Assignment, Opinion, Round
    from jointreview.models.visit import Visit, VisitMember

    members = random.sample(units, UNITS_A_CASE)
    visit_day = calendar.nth_workday_after(accepted, 2)
    rows.add(
        Visit(
            id=n,
            case_id=n,
            day=visit_day,
            half="am",
            planned_at=_at(accepted),
            planned_by=1,
            status="held" if ended else "planned",
        )
    )
    for k, unit in enumerate(members):
        part = n * 100 + k
        closed = ended and calendar.nth_workday_after(accepted, random.randint(1, 3))
        rows.add(Assignment(id=part, case_id=n, item=f"I{k}", unit=unit, dispatched_at=_at(accepted)))
        rows.add(
            Round(
                id=part,
                assignment_id=part,
                kind="site" if k % 2 else "documents",
                promised_days=3,
                status="done" if closed else "open",
                opened_on=accepted,
                opened_at=_at(accepted),
                closed_on=closed,
            )
        )
        rows.add(VisitMember(visit_id=n, unit=unit, account_id=1, attendance="present"))
        if closed:
            said = {"result": "PASS", "text": "同意", "given_on": closed, "given_at": _at(closed)}
            rows.add(Opinion(case_id=n, assignment_id=part, round_id=part, **said))


def measure() -> None:
    """Print how long each view takes, the best and the middle of some runs, and the processor's time of the best."""
    from jointreview.models.actor import Actor
    from jointreview.queries.progress import progress
    from jointreview.queries.progress.filters import ProgressFilters
    from jointreview.queries.progress.grids import grids
    from jointreview.queries.progress.workbook import progress_workbook

    everybody = Actor(1, "A", "coordinator", 1, "", "", frozenset())
    head = Actor(1, "A", "leader", 1, "", "fire", frozenset())
    now = _at(TODAY)
    months = ProgressFilters(since="2026-01", until="2026-03", stage=4)
    views: tuple[tuple[str, Callable[[], object]], ...] = (
        ("coordinator: everything", lambda: grids(progress(everybody, ProgressFilters(), "zh", now), "zh")),
        ("coordinator: stage 4 in three months", lambda: grids(progress(everybody, months, "zh", now), "zh")),
        ("head of a department", lambda: grids(progress(head, ProgressFilters(), "zh", now), "zh")),
        ("workbook of everything", lambda: progress_workbook(everybody, ProgressFilters(), "zh", now)),
    )
    rows = []
    for name, view in views:
        taken = sorted(_seconds(view) for _ in range(REPEATS))
        best, middle = taken[0], taken[REPEATS // 2]
        rows.append((name, f"{best[0] * 1000:.0f}", f"{middle[0] * 1000:.0f}", f"{best[1] * 1000:.0f}"))
    table("progress to the targets", ("view", "best ms", "middle ms", "processor ms"), rows)


def _seconds(view: Callable[[], object]) -> tuple[float, float]:
    begin, used = time.perf_counter(), time.process_time()
    view()
    return time.perf_counter() - begin, time.process_time() - used


def plans() -> None:
    """Print the steps SQLite takes for the statements of the page: which index finds the rows."""
    from sqlalchemy import event

    from jointreview.models import base
    from jointreview.models.actor import Actor
    from jointreview.queries.progress import progress
    from jointreview.queries.progress.filters import ProgressFilters

    said: list[tuple[str, Any]] = []
    event.listen(base.engine(), "before_cursor_execute", lambda _c, _k, s, p, *_: said.append((s, p)))
    progress(Actor(1, "A", "leader", 1, "", "fire", frozenset()), ProgressFilters(), "zh", _at(TODAY))
    rows = []
    with base.engine().connect() as connection:
        for statement, parameters in [*said]:
            if statement.startswith("SELECT"):
                asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                steps = [step[3] for step in asked if " " in step[3] and "LIST SUBQUERY" not in step[3]]
                rows.append((re.split(r"\sFROM\s", statement)[1].split()[0].strip('"'), "; ".join(steps)))
    table("how the rows are found (head of a department)", ("table", "steps"), rows)


if __name__ == "__main__":
    main()
