"""Each command is counted by its name and what came of it; log lines within it name its case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jointreview.domain.problems import Refused
from jointreview.watch.logs import CASE
from jointreview.watch.measures import COMMANDS


@contextmanager
def measured(name: str, case_id: int) -> Iterator[None]:
    """Count the command that runs within as done, refused or failed."""
    here, outcome = CASE.set(case_id), "failed"
    try:
        yield
        outcome = "done"
    except Refused as refusal:
        outcome = f"refused_{refusal.kind}"
        raise
    finally:
        COMMANDS.labels(name, outcome).inc()
        CASE.reset(here)
