"""Exactly one worker does what runs beside the pages: it holds a lease in the database and renews it.

A worker that is killed cannot give its lease back: another takes it when it has run out, after LEASE at most. One
that is stopped gives it back at once. Who cannot renew it in time stops counting itself as the leader before anybody
else can be. Should two overlap all the same, nothing is done twice: every job finds its work by its own state.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from jointreview.models.base import reading, writing
from jointreview.models.work import Lease

LEASE = timedelta(seconds=8)
RENEW_SECONDS = 2.0
_MARGIN = 1.0
"""Seconds before the end of a lease at which its holder no longer counts on it."""
JOBS = "jobs"
_CLOCK = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
}
_log = logging.getLogger(__name__)


def database_time(session: Session) -> datetime:
    """The time by the database's clock, which all hosts share."""
    connection = session.connection()
    said = connection.execute(text(_CLOCK[connection.dialect.name])).scalar_one()
    return datetime.fromtimestamp(float(said), UTC)


def take(name: str, holder: str, lease: timedelta = LEASE) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    with reading() as session:
        row = session.get(Lease, name)
        if row is not None and row.holder != holder and row.until > database_time(session):
            return False
    try:
        with writing() as session:
            return _taken(session, name, holder, lease)
    except IntegrityError:  # two were the first
        return False


def _taken(session: Session, name: str, holder: str, lease: timedelta) -> bool:
    row = session.get(Lease, name, with_for_update=True)
    now = database_time(session)
    if row is None:
        row = Lease(name=name, holder=holder, since=now, until=now + lease)
    elif row.holder != holder:
        if row.until > now:
            return False
        row.holder, row.since = holder, now
    row.until = now + lease
    session.add(row)
    return True


def give_back(name: str, holder: str) -> None:
    """Let another worker take over at once; nothing happens to a lease of somebody else."""
    with writing() as session:
        row = session.get(Lease, name, with_for_update=True)
        if row is not None and row.holder == holder:
            row.until = database_time(session)
            session.add(row)


def holder_now(name: str = JOBS) -> tuple[str, datetime] | None:
    """Who leads and since when; None while nobody does."""
    with reading() as session:
        row = session.get(Lease, name)
        return (row.holder, row.since) if row is not None and row.until > database_time(session) else None


class Leadership:
    """This worker's wish to lead, kept alive by a thread: a busy event loop must not cost the lease."""

    def __init__(self, name: str = JOBS) -> None:
        self.name = name
        self.holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._until = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leader", daemon=True)

    def holds(self) -> bool:
        """Whether this worker leads."""
        return time.monotonic() < self._until

    def start(self) -> None:
        """Begin to ask for the lease."""
        self._thread.start()

    def end(self) -> None:
        """Stop asking and give the lease back."""
        self._ended.set()
        self._thread.join(timeout=5)
        led, self._until = self.holds(), 0.0
        if led:
            with contextlib.suppress(Exception):  # then it runs out by itself
                give_back(self.name, self.holder)

    def _keep(self) -> None:
        while not self._ended.is_set():
            asked = time.monotonic()
            led = self.holds()
            try:
                if take(self.name, self.holder):
                    self._until = asked + LEASE.total_seconds() - _MARGIN
                    if not led:
                        _log.info("this worker leads the jobs")
                else:
                    self._until = 0.0
            except Exception as error:
                _log.warning("the lease of the jobs could not be renewed: %s", type(error).__name__)
            self._ended.wait(RENEW_SECONDS)


_present: Leadership | None = None


def leading() -> bool:
    """Whether this worker is the one that does the jobs."""
    return _present is not None and _present.holds()


def this_worker() -> str:
    """The name under which this process does its jobs."""
    return _present.holder if _present is not None else f"{socket.gethostname()[:60]}:{os.getpid()}"


@contextlib.asynccontextmanager
async def lead() -> AsyncIterator[None]:
    """Lifespan: ask for the lease as long as the worker lives."""
    global _present
    _present = Leadership()
    _present.start()
    try:
        yield
    finally:
        _present.end()
        _present = None
