"""What runs beside the pages: what time or a survey brings about, supervision, reminders, outbox, ended sessions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from jointreview.commands.external import purge_attempts
from jointreview.commands.identity import purge_sessions
from jointreview.jobs.audit_roots import keep_roots
from jointreview.jobs.clock_watch import ClockWatch
from jointreview.jobs.layer_checks import recheck_layers
from jointreview.jobs.leader import leading
from jointreview.jobs.record import noted
from jointreview.jobs.reminders import send_reminders
from jointreview.jobs.retention import keep_policy
from jointreview.jobs.supervision import supervise
from jointreview.jobs.surveys import after_surveys
from jointreview.jobs.timekeeping import keep_time
from jointreview.notify.channels import channels
from jointreview.notify.outbox import bury_uncertain, send_due
from jointreview.settings import settings

SECONDS_BETWEEN = 20
_log = logging.getLogger(__name__)
_watch = ClockWatch()


LOOK_SECONDS = 1.0
"""How soon a worker that has come to lead begins."""


async def sweep() -> None:
    """Sweep until the server stops, in the worker that leads. Work is found by its own state, so that a pause, or
    two sweeps at once, lose and double nothing.
    """
    while True:
        led = leading()
        if led:
            try:
                await asyncio.to_thread(sweep_once)
            except Exception:
                _log.exception("the sweep failed and is tried again")
        await asyncio.sleep(SECONDS_BETWEEN if led else LOOK_SECONDS)


def sweep_once() -> None:
    """One round of everything due."""
    now = settings().current_time()
    if _trusted(now):
        _do(_what_is_due(now))
    _do((("uncertain", lambda: bury_uncertain(now)), ("outbox", lambda: send_due(channels(), now))))


def _trusted(now: datetime) -> bool:
    """A fixed time of a demonstration stands still by order."""
    return settings().now is not None or _watch.trusts(now)


def _what_is_due(now: datetime) -> tuple[tuple[str, Callable[[], object]], ...]:
    """What time brings about and what it reminds of, which must not hold up the messages already written."""
    return (
        ("sessions", purge_sessions),
        ("attempts", purge_attempts),
        ("time", lambda: keep_time(now)),
        ("surveys", lambda: after_surveys(now)),
        ("layers", lambda: recheck_layers(now)),
        ("supervision", lambda: supervise(now)),
        ("reminders", lambda: send_reminders(now)),
        ("roots", lambda: keep_roots(now)),
        ("retention", lambda: keep_policy(now)),
    )


def _do(jobs: Iterable[tuple[str, Callable[[], object]]]) -> None:
    for name, work in jobs:
        try:
            with noted(name, SECONDS_BETWEEN):
                work()
        except Exception:
            _log.exception("%s failed and is tried again", name)
