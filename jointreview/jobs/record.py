"""What each job did last, written where the administrator and every worker can read it."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from jointreview.domain.problems import Refused
from jointreview.jobs.leader import this_worker
from jointreview.models.base import writing
from jointreview.models.work import JobState

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def noted(name: str, every: float) -> Iterator[None]:
    """Note the beginning and the end of one run of a job that runs `every` so many seconds; failures pass through."""
    began = time.monotonic()
    _write(name, every=every, holder=this_worker(), started_at=datetime.now(UTC), ended_at=None)
    try:
        yield
    except BaseException as error:
        now = datetime.now(UTC)
        _write(name, ended_at=now, seconds=time.monotonic() - began, failed_at=now, fault=_kind(error))
        raise
    _write(name, ended_at=datetime.now(UTC), seconds=time.monotonic() - began, failures=0)


def _kind(error: BaseException) -> str:
    """The kind of a failure; its words may hold what people entered."""
    words = error.problems[0].key if isinstance(error, Refused) else type(error).__name__
    return words[:120]


def _write(name: str, **said: object) -> None:
    try:
        with writing() as session:
            row = session.get(JobState, name, with_for_update=True)
            if row is None:
                row = JobState(name=name, started_at=datetime.now(UTC))
            for field, value in said.items():
                setattr(row, field, value)
            if said.get("ended_at"):
                row.runs += 1
            if "fault" in said:
                row.failures += 1
            session.add(row)
    except Exception:
        # The record is for people; the job itself must not fail by it.
        _log.exception("the record of job %s was not written", name)
