"""Whether the wall clock can be believed: what time brings about cannot be taken back, so a jump is waited out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

_log = logging.getLogger(__name__)

TOLERANCE = timedelta(minutes=5)
"""Clocks are put right by seconds all the time; deadlines are days."""
WAIT = timedelta(hours=1)
"""A clock that jumped is believed when it has gone evenly for so long: time for somebody to put it right."""


def _steady() -> float:
    """Seconds of a clock nobody sets, which goes on while the machine sleeps where the system has one."""
    name = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(name) if name is not None else time.monotonic()


class ClockWatch:
    """Compares the wall clock with one that cannot be set."""

    def __init__(self, steady: Callable[[], float] = _steady) -> None:
        self._steady = steady
        self._known: tuple[datetime, float] | None = None
        self._believed_from = steady()

    def trusts(self, now: datetime) -> bool:
        """Whether what is due at `now` may be done: the wall clock has not jumped within the last hour."""
        here = self._steady()
        if self._known is not None:
            wall, then = self._known
            jump = now - (wall + timedelta(seconds=here - then))
            if abs(jump) > TOLERANCE:
                self._believed_from = here + WAIT.total_seconds()
                _log.error("the clock jumped by %s; nothing falls due until it has gone evenly for %s", jump, WAIT)
        self._known = (now, here)
        return here >= self._believed_from
