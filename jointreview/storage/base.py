"""What a document store promises: content addressed by SHA-256, written whole or not at all, locked on request."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import BinaryIO, Literal, Protocol, Self

from jointreview.domain.problems import Problem, refuse
from jointreview.storage.ends import Ends
from jointreview.storage.staging import Staging

CHUNK_BYTES = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock that decides whether an advisory lock still holds."""
    return datetime.now(UTC)


def checked_digest(digest: str) -> str:
    """The digest if it is 64 lower-case hexadecimal digits.

    Raises Refused(files.bad_digest) otherwise, so that no part of a path can travel in a digest.
    """
    if not _DIGEST.fullmatch(digest):
        raise refuse("files.bad_digest", kind="missing")
    return digest


def is_digest(text: str) -> bool:
    """Is it 64 lower-case hexadecimal digits?"""
    return _DIGEST.fullmatch(text) is not None


def missing(digest: str) -> Exception:
    """The refusal for content the store does not hold."""
    return refuse("files.missing", where=digest, kind="missing")


def locked(digest: str, until: datetime) -> Exception:
    """The refusal to delete content that is locked until a point in time."""
    return refuse(
        "files.locked", where=digest, kind="state", until=until.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    )


def checked_until(until: datetime) -> datetime:
    """`until` in UTC; raises ValueError for a time without a zone, which would be a fault of the program."""
    if until.tzinfo is None:
        raise ValueError("a lock needs a time zone")
    return until.astimezone(UTC)


@dataclass(frozen=True)
class Stored:
    """Content in the store: its SHA-256 in hexadecimal and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Held:
    """Content as the store lists it: digest, size in bytes and when it was stored."""

    digest: str
    size: int
    stored_at: datetime


@dataclass(frozen=True)
class StoreHealth:
    """What a store was found to do when it was tried.

    `retention`: `enforced` when the server itself refused to delete a locked version, `advisory` when only this
    program keeps the promise, `none` when nothing can be written. `detail` is a text for the operator.
    """

    kind: Literal["local", "s3"]
    writable: bool
    retention: Literal["enforced", "advisory", "none"]
    detail: Problem


class Incoming(ABC):
    """Content on its way into the store: write, look at its ends, then commit or abort.

    As a context manager it aborts unless it was committed. Nothing is visible to readers before commit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._hash = hashlib.sha256()
        self._ends = Ends()
        self._open = True

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._ends.size

    @property
    def head(self) -> bytes:
        """The first bytes, as many as recognising a file by its content needs."""
        return self._ends.head

    def ends(self) -> BinaryIO:
        """The content so far as a seekable file of which only the first and last bytes can be read."""
        return self._ends.as_file()

    def whole(self) -> BinaryIO:
        """Everything written, as a seekable file, before it is committed; nothing can be written afterwards."""
        self._must_be_open()
        return self._readable()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises Refused(files.too_large) as soon as the limit is passed; what was written is then thrown away.
        """
        self._must_be_open()
        if self.size + len(chunk) > self._limit:
            self.abort()
            raise refuse("files.too_large", limit=readable_size(self._limit))
        self._hash.update(chunk)
        self._ends.add(chunk)
        self._accept(chunk)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written so far."""
        return self._hash.hexdigest()

    def commit(self) -> Stored:
        """Make the content readable under its digest, all at once; content already held is not stored again."""
        self._must_be_open()
        stored = Stored(self._hash.hexdigest(), self.size)
        self._publish(stored)
        self._open = False
        return stored

    def abort(self) -> None:
        """Throw away what was written; does nothing after a commit or an abort."""
        if self._open:
            self._open = False
            self._discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.abort()

    def _must_be_open(self) -> None:
        if not self._open:
            raise ValueError("this upload has already been committed or aborted")

    @abstractmethod
    def _accept(self, chunk: bytes) -> None:
        """Take bytes that were counted and hashed."""

    @abstractmethod
    def _readable(self) -> BinaryIO:
        """What was taken, to be read by jumping about."""

    @abstractmethod
    def _publish(self, stored: Stored) -> None:
        """Give the finished content its name, atomically."""

    @abstractmethod
    def _discard(self) -> None:
        """Remove every trace of unfinished content."""


class DocumentStore(Protocol):
    """Where documents live. All calls block; every `digest` is checked before it is used."""

    def begin(self, limit: int) -> Incoming:
        """Start taking content of at most `limit` bytes."""
        ...

    def put(self, stream: BinaryIO, limit: int) -> Stored:
        """Store everything the stream gives; raises Refused(files.too_large) beyond `limit` bytes."""
        with self.begin(limit) as incoming:
            while chunk := stream.read(CHUNK_BYTES):
                incoming.write(chunk)
            return incoming.commit()

    def open(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, `length` of them or up to the end, in chunks.

        Raises Refused(kind missing) at once, not at the first chunk. A range beyond the end gives nothing.
        """
        ...

    def size(self, digest: str) -> int:
        """Size in bytes; raises Refused(kind missing)."""
        ...

    def exists(self, digest: str) -> bool:
        """Is there such content?"""
        ...

    def delete(self, digest: str) -> None:
        """Remove content; raises Refused(files.locked, kind state) while it is locked, Refused(kind missing)."""
        ...

    def lock(self, digest: str, until: datetime) -> None:
        """Keep content from being deleted until a time; an earlier time than the present lock's changes nothing."""
        ...

    def locked_until(self, digest: str) -> datetime | None:
        """The end of the lock in UTC, also when it has passed; None when there never was one."""
        ...

    def presign(self, digest: str, filename: str, seconds: int) -> str | None:
        """An address from which the file downloads for some seconds; None when the program must serve it itself."""
        ...

    def staging(self) -> Staging:
        """Where large files wait while they arrive in parts."""
        ...

    def contents(self) -> Iterator[Held]:
        """Everything the store holds, by digest."""
        ...

    def probe(self) -> StoreHealth:
        """Try the store and say what it really does; never raises."""
        ...


def readable_size(size: int) -> str:
    """A size for people: `300 KB`, `20 MB`, `2 GB` (powers of 1024, at most one decimal)."""
    value, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"


def clipped(size: int, start: int, length: int | None) -> tuple[int, int]:
    """Start and number of bytes of a range that lie inside `size` bytes; raises ValueError for negatives."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError("a range cannot be negative")
    rest = max(0, size - start)
    return start, rest if length is None else min(rest, length)
