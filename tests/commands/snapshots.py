"""The same road is not walked twice: what a fresh world has become is kept and laid down for the next test.

Only SQLite worlds are kept, step by step from the populated start: any commit beside the remembered steps ends it.
The workers of one run share what they keep.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event

from jointreview.commands.announce import announce
from jointreview.models import base

SHARED = "JR_TEST_WORLDS"
"""The folder of a run with several workers; without it a process keeps to itself."""
_OWN = ("JOINTREVIEW_DATABASE_URL", "JOINTREVIEW_UPLOADS_DIR", "JOINTREVIEW_DATA_DIR")
_commits: dict[int, int] = {}


@functools.cache
def _folder() -> Path:
    if os.environ.get(SHARED):
        return Path(os.environ[SHARED])
    folder = Path(tempfile.mkdtemp(prefix="worlds-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


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
    """A step of a world that is walked once for each road to it and each set of arguments, and copied afterwards."""

    @functools.wraps(step)
    def walk(world: Any, *args: Any, **kwargs: Any) -> Any:
        file = database_file()
        # A step that a test replaced leads elsewhere.
        if file is None or world.start != commits() or any(callable(value) for value in world.__dict__.values()):
            return step(world, *args, **kwargs)
        said = (world.road, step.__qualname__, args, sorted(kwargs.items()), world.now, _settings())
        road = hashlib.sha256(repr(said).encode()).hexdigest()[:32]
        with _alone(road):
            kept = _folder() / f"{road}.pickle"
            if kept.exists():
                names, state, answer = pickle.loads(kept.read_bytes())
                _lay_down(kept.with_suffix(".db"), file, names)
                world.__dict__.update(state)
            else:
                answer = step(world, *args, **kwargs)
                _keep(kept, (_kept_files(), _state(world), answer))
        world.start, world.road = commits(), road
        return answer

    return walk


@contextlib.contextmanager
def _alone(road: str) -> Iterator[None]:
    """Whoever wants the same step at the same time waits for it."""
    with (_folder() / f"{road}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _settings() -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in os.environ.items() if k.startswith("JOINTREVIEW_") and k not in _OWN)


def _state(world: Any) -> dict[str, Any]:
    return {k: v for k, v in world.__dict__.items() if k not in ("start", "road")}


def _keep(kept: Path, content: tuple[Any, ...]) -> None:
    said = pickle.dumps(content)
    kept.with_suffix(".db").unlink(missing_ok=True)  # of a worker that died on it
    with base.engine().connect() as connection:
        connection.connection.execute(f"VACUUM INTO '{kept.with_suffix('.db')}'")
    _put(kept, said)


def _put(target: Path, content: bytes) -> None:
    """Whole or not at all: another worker may look at the same moment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(target)


def _uploads() -> Path:
    return Path(os.environ["JOINTREVIEW_UPLOADS_DIR"])


def _kept_files() -> list[str]:
    """The names of the stored files; they lie under their digests, so that worlds share their content."""
    names = []
    for path in _uploads().rglob("*"):
        if path.is_file():
            name = path.relative_to(_uploads()).as_posix()
            names.append(name)
            if not (content := _folder() / "content" / name).exists():
                _put(content, path.read_bytes())
    return names


def _lay_down(kept: Path, file: Path, names: list[str]) -> None:
    base.engine().dispose()
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(kept, file)
    for name in names:
        if not (target := _uploads() / name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_folder() / "content" / name, target)
    announce({"board"})  # nobody committed what has changed now
