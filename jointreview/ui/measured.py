"""How long events of pages take, by the class of their handler, and how many tabs are open in this worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from reflex_base.event.processor import base_state_processor

from jointreview.jobs.leader import leading
from jointreview.ui import hub
from jointreview.watch.measures import EVENT_SECONDS, LEADS, OPEN_PAGES, forget_dead

LOOK_SECONDS = 2.0


def measure_events() -> None:
    """Time every handler the framework runs: it has no place of its own for that."""
    run: Callable[..., Awaitable[None]] = base_state_processor.process_event
    if getattr(run, "_timed", False):
        return

    async def timed(handler: Any, *args: Any, **kwargs: Any) -> None:
        began = time.perf_counter()
        try:
            await run(handler, *args, **kwargs)
        finally:
            kind = handler.fn.__qualname__.split(".")[0]
            EVENT_SECONDS.labels(kind).observe(time.perf_counter() - began)

    timed._timed = True
    base_state_processor.process_event = timed


async def count_pages(app: rx.App) -> None:
    """For the life of a worker: how many tabs are connected here, and whether it leads."""
    forget_dead()
    while True:
        OPEN_PAGES.set(len(hub.open_pages(app)))
        LEADS.set(leading())
        await asyncio.sleep(LOOK_SECONDS)
