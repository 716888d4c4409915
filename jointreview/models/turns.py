"""Writers of one process take turns: SQLite lets one write at a time and does not care who waited longest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """First come, first served.

    SQLite's own waiting asks again and again and may lose every time to a thread that writes without a pause, such as
    the sweep over thousands of cases; a person who saves would wait for all of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False
        self._mine = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn and keep it. Raises RuntimeError for a thread that has it: it would wait forever."""
        if getattr(self._mine, "held", False):
            raise RuntimeError("a transaction inside a transaction")
        self._wait()
        self._mine.held = True
        try:
            yield
        finally:
            self._mine.held = False
            self._pass_on()

    def waiting(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)

    def _wait(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
