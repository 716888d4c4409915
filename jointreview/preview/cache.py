"""Where finished previews lie: a folder for each digest below the data folder, bounded, and free to be deleted."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jointreview.settings import settings

MADE_BY = 1
"""Grows when previews come out differently, so that old ones are made again."""
FAILED_FOR = 3600
"""Seconds a failure is believed: LibreOffice may be installed, a machine may have been busy."""
_LEFT_BEHIND = 3600
_NOTE = "about.json"


@dataclass(frozen=True)
class About:
    """What became of a preview.

    `pages` can be turned to, `of` are in the file; `vector` when they are SVG; `problem` is the key of the text that
    says why there is none.
    """

    pages: int = 0
    of: int = 0
    vector: bool = False
    problem: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    made_by: int = MADE_BY


def root() -> Path:
    """The folder of all previews."""
    return settings().data_dir / "previews"


def folder(digest: str) -> Path:
    """The folder of one content."""
    return root() / digest[:2] / digest


def source(digest: str) -> Path:
    """The file that pages are made from: a PDF or a picture."""
    return folder(digest) / "source"


def page_file(digest: str, page: int, width: int) -> Path:
    """A page as a picture of that width, without a watermark."""
    return folder(digest) / f"p{page}-{width}.jpg"


def vector_file(digest: str, page: int) -> Path:
    """A page as SVG, without a watermark."""
    return folder(digest) / f"p{page}.svg"


def about(digest: str) -> About | None:
    """What is known of the preview of a content; None when it has to be made (again)."""
    note = folder(digest) / _NOTE
    try:
        found = About(**json.loads(note.read_text(encoding="utf-8")))
        age = time.time() - note.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return None
    if found.made_by != MADE_BY or (found.problem and age > FAILED_FOR):
        return None
    if not found.problem and not (vector_file(digest, 1) if found.vector else source(digest)).exists():
        return None
    return found


def note(digest: str, found: About) -> None:
    """Write down what became of a preview."""
    folder(digest).mkdir(parents=True, exist_ok=True)
    with working_folder() as work:
        written = work / _NOTE
        written.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
        written.replace(folder(digest) / _NOTE)


def used(digest: str, file: Path) -> None:
    """Note that a page was looked at: what nobody looks at is deleted first."""
    for path in (file, source(digest), folder(digest) / _NOTE):
        with suppress(OSError):
            os.utime(path, (time.time(), path.stat().st_mtime if path.name == _NOTE else time.time()))


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder on the same disk as the cache, gone afterwards."""
    place = root() / "work"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as name:
        yield Path(name)


def keep_within(limit: int) -> int:
    """Delete what was not used for longest until everything takes at most four fifths of `limit` bytes.

    Nothing happens below `limit`. Answers how many files went.
    """
    _clear_work()
    files: list[tuple[float, int, Path]] = []
    for path in root().glob("??/*/*"):
        with suppress(OSError):
            seen = path.stat()
            files.append((max(seen.st_mtime, seen.st_atime), seen.st_size, path))
    total = sum(size for _, size, _ in files)
    if total <= limit:
        return 0
    gone = 0
    for _, size, path in sorted(files):
        if total <= limit * 4 // 5:
            break
        with suppress(OSError):
            path.unlink()
            total, gone = total - size, gone + 1
    return gone


def _clear_work() -> None:
    for left in (root() / "work").glob("*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)
