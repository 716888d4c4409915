"""Back-pressure: how many heavy requests run at once, in all and for one person; the rest is told to come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from fastapi import Request

from jointreview.domain.problems import refuse
from jointreview.settings import settings

MARK = "_heavy"
Endpoint = TypeVar("Endpoint", bound=Callable)


def heavy(endpoint: Endpoint) -> Endpoint:
    """Say that a route makes something large: a workbook, an archive, a PDF, a map. Put it below `open_to`."""
    setattr(endpoint, MARK, True)
    return endpoint


class Room:
    """Places for what takes long. Nobody waits for one: a queue would only fill the memory while it grows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._going: Counter[int] = Counter()

    @contextmanager
    def place_for(self, account_id: int) -> Iterator[None]:
        """Hold a place. Raises Refused: `busy` when all are taken, `often` when this person holds enough."""
        with self._lock:
            if self._going[account_id] >= settings().exports_at_once:
                raise refuse("errors.own_exports_going", kind="often", most=settings().exports_at_once)
            if self._going.total() >= settings().heavy_at_once:
                raise refuse("errors.busy", kind="busy")
            self._going[account_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._going[account_id] -= 1
                self._going += Counter()  # who holds none is forgotten


room = Room()


async def heavy_place(request: Request) -> AsyncIterator[None]:
    """Dependency of the whole application: a heavy route holds a place until its answer is sent."""
    if not getattr(request.scope.get("endpoint"), MARK, False):
        yield
        return
    with room.place_for(getattr(request.state, "account_id", 0)):
        yield
