"""The same road is not walked twice: what a fresh world has become is kept as a copy and laid down for the next test.

Only SQLite worlds are kept, and only from the populated start: any commit beside the remembered steps ends it.
"""

from __future__ import annotations

import atexit
import copy
import functools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from jointreview.models import base

_FOLDER = Path(tempfile.mkdtemp(prefix="worlds-"))
_CONTENT = _FOLDER / "content"
_KNOWN: dict[str, tuple[Path, list[str], dict[str, Any], Any]] = {}
_OWN = ("JOINTREVIEW_DATABASE_URL", "JOINTREVIEW_UPLOADS_DIR")
_commits: dict[int, int] = {}
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def database_file() -> Path | None:
    """The file of the database in use; None on another kind."""
    url = os.environ.get("JOINTREVIEW_DATABASE_URL", "")
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def count_commits() -> None:
    """Begin to count what is written to the database in use."""
    engine = base.engine()
    _commits[id(engine)] = 0

    def counted(_connection: Any) -> None:
        _commits[id(engine)] = _commits.get(id(engine), 0) + 1

    event.listen(engine, "commit", counted)


def commits() -> int:
    """How often something was committed since."""
    return _commits.get(id(base.engine()), -1)


def remembered(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step of a world that is walked once for each start and each set of arguments, and copied afterwards."""

    @functools.wraps(step)
    def walk(world: Any, *args: Any, **kwargs: Any) -> Any:
        file = database_file()
        if file is None or world.start != commits():
            return step(world, *args, **kwargs)
        key = repr((step.__name__, args, sorted(kwargs.items()), world.now, _settings()))
        if key not in _KNOWN:
            answer = step(world, *args, **kwargs)
            _KNOWN[key] = (_kept(file), _kept_files(), _state(world), answer)
            return answer
        kept, files, state, answer = _KNOWN[key]
        _lay_down(kept, file, files)
        world.__dict__.update(copy.deepcopy(state))
        world.start = None  # what comes now is the test's own
        return answer

    return walk


def _settings() -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in os.environ.items() if k.startswith("JOINTREVIEW_") and k not in _OWN)


def _state(world: Any) -> dict[str, Any]:
    return copy.deepcopy({k: v for k, v in world.__dict__.items() if k != "start"})


def _kept(file: Path) -> Path:
    kept = _FOLDER / f"{len(_KNOWN)}.db"
    with base.engine().connect() as connection:
        connection.connection.execute(f"VACUUM INTO '{kept}'")
    return kept


def _uploads() -> Path:
    return Path(os.environ["JOINTREVIEW_UPLOADS_DIR"])


def _kept_files() -> list[str]:
    """The names of the stored files; they lie under their digests, so that worlds share their content."""
    names = []
    for path in _uploads().rglob("*"):
        if path.is_file():
            name = path.relative_to(_uploads()).as_posix()
            names.append(name)
            if not (_CONTENT / name).exists():
                _copy(path, _CONTENT / name)
    return names


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _lay_down(kept: Path, file: Path, names: list[str]) -> None:
    base.engine().dispose()
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(kept, file)
    for name in names:
        _copy(_CONTENT / name, _uploads() / name)
