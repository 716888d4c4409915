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
from jointreview.settings import settings
from jointreview.storage.base import utc_now

SECONDS_BETWEEN = 20
_log = logging.getLogger(__name__)


async def tend() -> None:
    """Tend until the server stops, apart from the sweep: to scan gigabytes must not hold up messages.

    First the store is tried: a lock counts as enforced only where this very server was seen to refuse a deletion.
    """
    await asyncio.to_thread(document_store().probe)
    while True:
        await asyncio.to_thread(tend_uploads)
        await asyncio.sleep(SECONDS_BETWEEN)


def tend_uploads() -> None:
    """One round; everything is found by its own state, so that a pause loses and doubles nothing. Never raises."""
    for work in (_check_due, lambda: scan_again(utc_now()), _tell, lambda: sweep_uploads(utc_now()), _lock):
        try:
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
