"""What runs beside the pages: mail from the outbox, and login sessions that are over."""

from __future__ import annotations

import asyncio
import logging

from jointreview.commands.identity import purge_sessions
from jointreview.notify.mail import mail_configured, send_mail
from jointreview.notify.outbox import send_waiting

SECONDS_BETWEEN = 20
_log = logging.getLogger(__name__)


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
    purge_sessions()
    if mail_configured():
        send_waiting(send_mail)
