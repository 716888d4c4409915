"""Uploads beside the pages: checks a process left behind or that wait for the store, scans, what expired, locks."""

from __future__ import annotations

import asyncio
import logging

from jointreview.commands.files import document_store
from jointreview.commands.locking import lock_concluded
from jointreview.commands.scans import scan_again
from jointreview.commands.upload_checks import check, due_checks
from jointreview.commands.upload_sessions import sweep_uploads
from jointreview.commands.viruses import tell_of_viruses
from jointreview.domain.problems import Refused
from jointreview.jobs.leader import leading
from jointreview.jobs.record import noted
from jointreview.settings import settings
from jointreview.storage.base import utc_now

SECONDS_BETWEEN = 20
LOOK_SECONDS = 1.0
"""How soon a worker that has come to lead begins."""
_log = logging.getLogger(__name__)


async def tend() -> None:
    """Tend until the server stops, in the worker that leads and apart from the sweep: to scan gigabytes must not hold
    up messages.

    First each worker tries the store: a lock counts as enforced only where this very server was seen to
    refuse a deletion.
    """
    await asyncio.to_thread(document_store().probe)
    while True:
        led = leading()
        if led:
            await asyncio.to_thread(tend_uploads)
        await asyncio.sleep(SECONDS_BETWEEN if led else LOOK_SECONDS)


def tend_uploads() -> None:
    """One round; everything is found by its own state, so that a pause loses and doubles nothing. Never raises."""
    for name, work in (
        ("checks", _check_due),
        ("scans", lambda: scan_again(utc_now())),
        ("viruses", _tell),
        ("expired", lambda: sweep_uploads(utc_now())),
        ("locks", _lock),
    ):
        try:
            with noted(name, SECONDS_BETWEEN):
                work()
        except Refused as refusal:
            # A store that is away is no fault of the program.
            _log.warning("uploads are tended again later: %s", refusal)
        except Exception:
            _log.exception("uploads are tended again later")


def _check_due() -> None:
    for key in due_checks(utc_now()):
        check(key, utc_now)


def _tell() -> None:
    tell_of_viruses(settings().current_time())


def _lock() -> None:
    lock_concluded(settings().current_time())
