"""Makes pages of documents for reading in the browser: one file at a time, in a process with limits."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from jointreview.commands.announce import announce
from jointreview.commands.files import document_store
from jointreview.preview import cache, making, run
from jointreview.preview.cache import About

LOOK_EVERY = 0.3
"""Seconds between looks for a file that somebody wants to see."""
MOST_WANTED = 300
"""Files that may wait; the one that waited longest is dropped, and asked for again by whoever still looks at it."""
_log = logging.getLogger(__name__)
_lock = Lock()
_wanted: OrderedDict[str, Wanted] = OrderedDict()


@dataclass(frozen=True)
class Wanted:
    """A content somebody wants to see, and the way it is shown."""

    digest: str
    way: str


def topic(digest: str) -> str:
    """What is announced when the preview of a content is ready or has failed."""
    return f"preview:{digest}"


def want(digest: str, way: str, first: bool = False) -> None:
    """Have a preview made; `first` when somebody waits for it with the page open."""
    with _lock:
        _wanted.setdefault(digest, Wanted(digest, way))
        if first:
            _wanted.move_to_end(digest, last=False)
        while len(_wanted) > MOST_WANTED:
            _wanted.popitem()


async def prepare_previews() -> None:
    """For the life of the server: make what is wanted."""
    try:
        while True:
            if _wanted:
                await asyncio.to_thread(prepare_next)
            else:
                await asyncio.sleep(LOOK_EVERY)
    finally:
        run.end_all()


def prepare_next() -> bool:
    """Make the next preview; False when nothing is wanted. Never raises."""
    with _lock:
        if not _wanted:
            return False
        wanted = next(iter(_wanted.values()))
    try:
        if cache.about(wanted.digest) is None:
            _prepare(wanted)
    except Exception:
        _log.exception("a preview was not made")
        _note(wanted.digest, About(problem="preview.failed"))
    finally:
        with _lock:
            _wanted.pop(wanted.digest, None)
    announce([topic(wanted.digest)])
    return True


def _prepare(wanted: Wanted) -> None:
    store = document_store()
    making.prepare(wanted.digest, wanted.way, store.size(wanted.digest), lambda: store.open(wanted.digest))


def _note(digest: str, found: About) -> None:
    try:
        cache.note(digest, found)
    except OSError:
        _log.exception("the cache of previews cannot be written")
