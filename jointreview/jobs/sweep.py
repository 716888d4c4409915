"""What runs beside the pages: messages of the outbox, reminders, and login sessions that are over."""

from __future__ import annotations

import asyncio
import logging

from jointreview.commands.identity import purge_sessions
<<<<<<< HEAD
from jointreview.jobs.reminders import send_reminders
from jointreview.notify.channels import channels
from jointreview.notify.outbox import bury_uncertain, send_due
=======
from jointreview.jobs.timekeeping import keep_time
from jointreview.notify.mail import mail_configured, send_mail
from jointreview.notify.outbox import send_waiting
>>>>>>> 028f414 (Pauses and extensions as commands with evidence and four eyes; silence accepts, an unanswered supplement ends; the written notices)
from jointreview.settings import settings

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
<<<<<<< HEAD
    now = settings().current_time()
    try:
        send_reminders(now)
    except Exception:
        # A case nobody can compute must not hold up the messages already written.
        _log.exception("the reminders failed and are tried again")
    bury_uncertain(now)
    send_due(channels(), now)
=======
    keep_time(settings().current_time())
    if mail_configured():
        send_waiting(send_mail)
>>>>>>> 028f414 (Pauses and extensions as commands with evidence and four eyes; silence accepts, an unanswered supplement ends; the written notices)
