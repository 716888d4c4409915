"""Benchmark of what runs beside the pages over a thousand cases, printing one table: `python bench/sweep.py`.

A case of each kind is played by commands and copied row by row; then time passes, and each part of the sweep is
measured by its processor time and by the statements it sends. Nothing here is a test.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, insert, select
from sqlmodel import SQLModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.tables import table  # noqa: E402
from jointreview.jobs.reminders import send_reminders  # noqa: E402
from jointreview.jobs.supervision import supervise  # noqa: E402
from jointreview.jobs.timekeeping import keep_time  # noqa: E402
from jointreview.models import base  # noqa: E402
from jointreview.models.case import Case, FormSection, Material  # noqa: E402
from jointreview.models.event import Event  # noqa: E402
from jointreview.models.review import Assignment, Opinion, Round  # noqa: E402
from tests.commands.world import World, fresh_database  # noqa: E402

CASES = 1000
LATE = 20
COPIED: tuple[type[SQLModel], ...] = (Case, FormSection, Material, Event, Assignment, Round, Opinion)


@dataclass
class Measured:
    """What one part of a sweep took."""

    what: str
    seconds: float
    statements: int
    found: int

    def row(self, cases: int) -> tuple[str, ...]:
        """As a row of the table, with the time for each case."""
        each = self.seconds / cases * 1000
        return self.what, f"{self.seconds:.1f}", f"{each:.2f}", str(self.statements), str(self.found)


def main(cases: int = CASES) -> None:
    """Make the cases, let days pass, and measure."""
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as folder, fresh_database(f"sqlite:///{folder}/b.db", Path(folder) / "files"):
        world = World().populate()
        late = played(world, 1)
        world.later(8)
        fresh = played(world, 2)
        for source, copies in ((late, LATE), (fresh, cases - LATE)):
            for n, case_id in enumerate(source):
                copy(case_id, copies // 2 - 1 + (n and copies % 2))
        rows = [
            measure("supervision: every case for the first time", supervise, world),
            measure("supervision: nothing changed", supervise, world),
            measure("time: silences, lapses, pauses", keep_time, world),
            measure("time: nothing left to do", keep_time, world),
            measure("reminders", send_reminders, world),
            measure("reminders: nothing left to say", send_reminders, world),
        ]
        world.now += timedelta(days=1)
        rows += [measure("supervision: a new day", supervise, world)]
        heads = ("what", "seconds", "ms for each case", "statements", "acts")
        table(f"{cases} cases, {LATE} of them late", heads, [r.row(cases) for r in rows])


def played(world: World, number: int) -> list[int]:
    """An acceptance and a review of one project, accepted and read by their departments."""
    project = {"project_code": f"2101-320681-89-01-{number:06d}"}
    review = world.drafted_review(S1=project)
    world.submit(review)
    made = [world.submitted(S1=project), review]
    for case_id in made:
        world.accept(case_id)
        world.read_documents(case_id)
    return made


def copy(case_id: int, times: int) -> None:
    """So many more cases like this one, with their events, assignments, rounds and form."""
    with base.writing() as session:
        rows = {model: _rows(session, model, case_id) for model in COPIED}
        numbered = [model for model in COPIED if "id" in model.model_fields]
        next_id = {m: session.execute(select(func.max(m.__table__.c.id))).scalar_one() or 0 for m in numbered}  # type: ignore[attr-defined]
        for _ in range(times):
            known: dict[tuple[str, int], int] = {}
            for model in COPIED:
                made = []
                for row in rows[model]:
                    if model in next_id:
                        next_id[model] += 1
                        known[(str(model.__tablename__), row["id"])] = next_id[model]
                    made.append(_copy(model, row, next_id.get(model), known))
                if made:
                    session.execute(insert(model), made)


def _rows(session: Any, model: type[SQLModel], case_id: int) -> list[dict[str, Any]]:
    columns = model.__table__  # type: ignore[attr-defined]
    if model is Case:
        where = columns.c.id == case_id
    elif model is Round:
        where = columns.c.assignment_id.in_(select(Assignment.id).where(Assignment.case_id == case_id))
    else:
        where = columns.c.case_id == case_id
    return [
        dict(row) for row in session.execute(select(columns).where(where).order_by(*columns.primary_key)).mappings()
    ]


def _copy(model: type[SQLModel], row: dict[str, Any], new: int | None, known: dict) -> dict[str, Any]:
    """The row with its own id, pointing to the copies of what it pointed to."""
    made = row | ({"id": new} if new else {})
    for column in model.__table__.columns:  # type: ignore[attr-defined]
        for key in column.foreign_keys:
            made[column.name] = known.get((key.column.table.name, made[column.name]), made[column.name])
    if model is Case:
        made["number"] = f"{row['number']}-{new}"
    return made


def measure(what: str, work: Callable[[Any], int], world: World) -> Measured:
    """Run one part of the sweep now."""
    sent = 0

    def count(*_: Any) -> None:
        nonlocal sent
        sent += 1

    event.listen(base.engine(), "before_cursor_execute", count)
    begin = time.process_time()
    found = work(world.now)
    taken = time.process_time() - begin
    event.remove(base.engine(), "before_cursor_execute", count)
    return Measured(what, taken, sent, found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
