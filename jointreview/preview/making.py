"""Making a preview once: the file fetched, prepared by the worker, kept; then pages as they are asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock

from jointreview.preview import cache as kept
from jointreview.preview import limits
from jointreview.preview.cache import About
from jointreview.preview.run import work
from jointreview.settings import settings

AT_ONCE = 2
MOST_WAITING = 60
"""Pages that may wait to be made; whoever asks beyond is told to ask again."""
_PAGES_BETWEEN_SWEEPS = 100
_lock = Lock()
_asked: dict[tuple[str, int, int], Future[str]] = {}
_made = 0


def prepare(digest: str, way: str, size: int, content: Callable[[], Iterator[bytes]]) -> About:
    """Make the preview of a content and keep what became of it. Raises whatever fetching the content raises."""
    if size > min(limits.LARGEST_SOURCE, limits.LARGEST.get(way, limits.LARGEST_SOURCE)):
        found = About(problem="preview.too_large", params={"mb": size // limits.MB})
    else:
        with kept.working_folder() as work_folder:
            source, made = work_folder / "in", work_folder / "made"
            made.mkdir()
            with source.open("wb") as file:
                for chunk in content():
                    file.write(chunk)
            found = _taken(digest, work(way, [str(source), str(made)], made), made)
    kept.note(digest, found)
    kept.keep_within(settings().preview_cache_mb * limits.MB)
    return found


def _taken(digest: str, said: dict, made: Path) -> About:
    """Put what the worker made into the cache."""
    if said.get("problem"):
        return About(problem=str(said["problem"]))
    place = kept.folder(digest)
    place.mkdir(parents=True, exist_ok=True)
    for file in made.iterdir():
        if file.name == "source" or (file.name.startswith("p") and file.suffix in (".jpg", ".svg")):
            file.replace(place / file.name)
    return About(pages=int(said["pages"]), of=int(said["of"]), vector=bool(said.get("vector")))


def page(digest: str, way: str, number: int, width: int) -> Future[str]:
    """The page as a picture of that width, made once however many ask: done with "" or the key of a problem.

    Raises OverflowError when too many wait already.
    """
    key = (digest, number, width)
    with _lock:
        found = _asked.get(key)
        if found is None:
            if len(_asked) >= MOST_WAITING:
                raise OverflowError
            found = _pool().submit(_make, digest, way, number, width)
            _asked[key] = found
            found.add_done_callback(lambda _: _forget(key))
    return found


def _forget(key: tuple[str, int, int]) -> None:
    # The callback of a future that is done already runs while it is being added, inside the lock.
    _asked.pop(key, None)


def _make(digest: str, way: str, number: int, width: int) -> str:
    global _made
    target = kept.page_file(digest, number, width)
    if target.exists():
        return ""
    if not kept.source(digest).exists():
        return "preview.preparing"  # it went because the cache was full: whoever asks again has it prepared
    with kept.working_folder() as folder:
        out = folder / "page.jpg"
        drawn = "picture" if way == "picture" else "pdf"
        said = work("page", [drawn, str(kept.source(digest)), str(number), str(width), str(out)], folder)
        if said.get("problem"):
            return str(said["problem"])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(out, target)
    _made += 1
    if _made % _PAGES_BETWEEN_SWEEPS == 0:
        kept.keep_within(settings().preview_cache_mb * limits.MB)
    return ""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pages")
