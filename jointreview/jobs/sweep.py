"""What runs beside the pages: what time or a survey brings about, supervision, reminders, outbox, ended sessions."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from jointreview.commands.external import purge_attempts
from jointreview.commands.identity import purge_sessions
from jointreview.jobs.audit_roots import keep_roots
from jointreview.jobs.clock_watch import ClockWatch
from jointreview.jobs.layer_checks import recheck_layers
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


async def sweep() -> None:
    """Sweep until the server stops. Work is found by its own state, so that a pause loses and doubles nothing."""
    while True:
        try:
            await asyncio.to_thread(sweep_once)
        except Exception:
            _log.exception("the sweep failed and is tried again")
        await asyncio.sleep(SECONDS_BETWEEN)


def sweep_once() -> None:
    """One round of everything due."""
    now = settings().current_time()
    if _trusted(now):
        _what_is_due(now)
    bury_uncertain(now)
    send_due(channels(), now)


def _trusted(now: datetime) -> bool:
    """A fixed time of a demonstration stands still by order."""
    return settings().now is not None or _watch.trusts(now)


def _what_is_due(now: datetime) -> None:
    purge_sessions()
    purge_attempts()
    # What time brings about and what it reminds of must not hold up the messages already written.
    for work in (keep_time, after_surveys, recheck_layers, supervise, send_reminders, keep_roots, keep_policy):
        try:
            work(now)
        except Exception:
            _log.exception("%s failed and is tried again", work.__name__)
