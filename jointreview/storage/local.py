"""The document store in a folder: one read-only file for each content, under ab/cd/<digest>."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from jointreview.domain.problems import Problem
from jointreview.storage.base import (
    CHUNK_BYTES,
    Clock,
    DocumentStore,
    Held,
    Incoming,
    Stored,
    StoreHealth,
    checked_digest,
    checked_until,
    clipped,
    is_digest,
    locked,
    missing,
    utc_now,
)
from jointreview.storage.disk import saying_when_full
from jointreview.storage.local_staging import LocalStaging
from jointreview.storage.staging import Staging


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """A folder that holds locked content is read-only; it is opened for the moment of a change by this program."""
    folder.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IWUSR:
        yield
        return
    folder.chmod(mode | stat.S_IWUSR)
    try:
        yield
    finally:
        folder.chmod(mode)


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
        with _writable(self.path(digest).parent):
            self.path(digest).unlink(missing_ok=True)
            self._lock_path(digest).unlink(missing_ok=True)

    def lock(self, digest: str, until: datetime) -> None:
        until = checked_until(until)
        present = self.locked_until(digest)
        folder = self.path(digest).parent
        if present is None or present < until:
            with saying_when_full(), _writable(folder):
                _write_durably(self._lock_path(digest), until.isoformat().encode(), 0o440)
        folder.chmod(0o550)

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

    def staging(self) -> Staging:
        return LocalStaging(self)

    def contents(self) -> Iterator[Held]:
        for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if is_digest(path.name):
                found = path.stat()
                yield Held(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def take(self, file: Path, digest: str) -> None:
        """Make a finished file of the same disk the content of its digest; it is not there any more afterwards."""
        with saying_when_full():
            handle = os.open(file, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if self.exists(digest):
                file.unlink()
                return
            target = self.path(digest)
            with _writable(target.parent):
                file.chmod(0o440)
                # Two writers of the same content both succeed: the later rename puts equal bytes in place.
                file.replace(target)
                _sync_folder(target.parent)

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
        with saying_when_full():
            self._file.write(chunk)

    def _readable(self) -> BinaryIO:
        with saying_when_full():
            self._file.flush()
        return self._temporary.open("rb")

    def _publish(self, stored: Stored) -> None:
        with saying_when_full():
            self._file.close()
            self._store.take(self._temporary, stored.digest)

    def _discard(self) -> None:
        # Closing flushes, which fails again on a full disk; the file must go all the same.
        with contextlib.suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)
