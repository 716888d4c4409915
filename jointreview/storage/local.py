"""The document store in a folder: one read-only file for each content, under ab/cd/<digest>."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from jointreview.domain.problems import Problem, refuse
from jointreview.storage.base import (
    CHUNK_BYTES,
    Clock,
    DocumentStore,
    Incoming,
    Stored,
    StoreHealth,
    checked_digest,
    checked_until,
    clipped,
    locked,
    missing,
    utc_now,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def _saying_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise refuse("files.no_space", kind="state") from error
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_durably(target: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(mode)
    Path(name).replace(target)
    _sync_folder(target.parent)


class LocalStore(DocumentStore):
    """Documents below `root`. Locks are advisory: this program keeps them, an administrator can remove any file.

    Raises Refused(files.no_space, kind state) from writes when the disk is full.
    """

    def __init__(self, root: Path, clock: Clock = utc_now) -> None:
        self._root = root
        self._clock = clock

    def begin(self, limit: int) -> Incoming:
        return _LocalIncoming(self, limit)

    def open(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        path = self.path(digest)
        start, count = clipped(self.size(digest), start, length)
        return _chunks(path, start, count)

    def size(self, digest: str) -> int:
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            raise missing(digest) from None

    def exists(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def delete(self, digest: str) -> None:
        until = self.locked_until(digest)
        if until is not None and until > self._clock():
            raise locked(digest, until)
        self.path(digest).unlink(missing_ok=True)
        self._lock_path(digest).unlink(missing_ok=True)

    def lock(self, digest: str, until: datetime) -> None:
        until = checked_until(until)
        present = self.locked_until(digest)
        if present is None or present < until:
            with _saying_when_full():
                _write_durably(self._lock_path(digest), until.isoformat().encode(), 0o440)

    def locked_until(self, digest: str) -> datetime | None:
        self.size(digest)
        try:
            return datetime.fromisoformat(self._lock_path(digest).read_text()).astimezone(UTC)
        except FileNotFoundError:
            return None

    def presign(self, digest: str, filename: str, seconds: int) -> str | None:
        checked_digest(digest)
        return None

    def probe(self) -> StoreHealth:
        try:
            handle, name = tempfile.mkstemp(dir=self.incoming_folder(), prefix="probe-")
            os.close(handle)
            Path(name).unlink()
        except OSError as error:
            detail = Problem(
                "files.local_not_writable", {"path": str(self._root), "reason": error.strerror or str(error)}
            )
            return StoreHealth("local", False, "none", detail)
        return StoreHealth("local", True, "advisory", Problem("files.local_advisory", {"path": str(self._root)}))

    def path(self, digest: str) -> Path:
        """Where content with this digest lies, whether it exists or not; raises Refused(files.bad_digest)."""
        checked_digest(digest)
        return self._root / digest[:2] / digest[2:4] / digest

    def incoming_folder(self) -> Path:
        """Where unfinished content is written: on the same disk, so that renaming is atomic."""
        folder = self._root / ".incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _lock_path(self, digest: str) -> Path:
        path = self.path(digest)
        return path.with_name(f"{path.name}.lock")


def _chunks(path: Path, start: int, count: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while count > 0 and (chunk := file.read(min(CHUNK_BYTES, count))):
            count -= len(chunk)
            yield chunk


class _LocalIncoming(Incoming):
    def __init__(self, store: LocalStore, limit: int) -> None:
        super().__init__(limit)
        self._store = store
        handle, name = tempfile.mkstemp(dir=store.incoming_folder())
        self._file = os.fdopen(handle, "wb")
        self._temporary = Path(name)

    def _accept(self, chunk: bytes) -> None:
        with _saying_when_full():
            self._file.write(chunk)

    def _publish(self, stored: Stored) -> None:
        with _saying_when_full():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self._store.exists(stored.digest):
                self._temporary.unlink()
                return
            target = self._store.path(stored.digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._temporary.chmod(0o440)
            # Two writers of the same content both succeed: the later rename puts equal bytes in place.
            self._temporary.replace(target)
            _sync_folder(target.parent)

    def _discard(self) -> None:
        # Closing flushes, which fails again on a full disk; the file must go all the same.
        with contextlib.suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)
