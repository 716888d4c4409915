"""What a staging place promises: a large file arrives in numbered parts in any order and is published whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from jointreview.domain.problems import refuse

PART_BYTES = 8 * 1024 * 1024


def part_count(size: int, part_bytes: int) -> int:
    """How many parts a file of `size` bytes has; all but the last are full."""
    return -(-size // part_bytes)


def part_length(size: int, part_bytes: int, number: int) -> int:
    """The exact length of part `number` (from 1); raises Refused(files.no_such_part) beyond the last."""
    if not 1 <= number <= part_count(size, part_bytes):
        raise refuse("files.no_such_part", kind="missing")
    return min(part_bytes, size - (number - 1) * part_bytes)


@dataclass(frozen=True)
class LeftOver:
    """A staging place as the store lists it, and when it was last written to."""

    place: str
    written_at: datetime


class PartWriter(ABC):
    """One part on its way. It counts only after `commit`, and only with exactly the length that was announced."""

    def __init__(self, length: int) -> None:
        self._left = length
        self._open = True

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises Refused(files.part_length) beyond the length."""
        if len(chunk) > self._left:
            raise refuse("files.part_length")
        self._left -= len(chunk)
        self._accept(chunk)

    def commit(self) -> None:
        """Let the part count; raises Refused(files.part_length) when bytes are missing."""
        if self._left:
            raise refuse("files.part_length")
        self._finish()
        self._close()

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._close()

    @abstractmethod
    def _accept(self, chunk: bytes) -> None:
        """Take bytes that were counted."""

    @abstractmethod
    def _finish(self) -> None:
        """The part is whole."""

    @abstractmethod
    def _release(self) -> None:
        """Give back what was held, whatever became of the part."""


class Staging(Protocol):
    """Where large files wait while they arrive and are checked. All calls block.

    A `place` is a text this class made; raises Refused(files.upload_gone, kind missing) for one that is no more.
    """

    def begin(self) -> str:
        """A new empty place."""
        ...

    def part(self, place: str, number: int, part_bytes: int, length: int) -> PartWriter:
        """Start taking part `number` (from 1); sending a part again replaces it."""
        ...

    def address(self, place: str, number: int, seconds: int) -> str | None:
        """Where a browser may put that part itself for some seconds; None when it must go through the program."""
        ...

    def received(self, place: str) -> frozenset[int]:
        """The parts that arrived whole."""
        ...

    def finish(self, place: str) -> int:
        """Put the parts together and answer the size in bytes; may be called again."""
        ...

    def open(self, place: str) -> Iterator[bytes]:
        """The finished content in chunks."""
        ...

    def seekable(self, place: str) -> BinaryIO:
        """The finished content as a seekable file."""
        ...

    def publish(self, place: str, digest: str) -> None:
        """Give finished content whose digest was checked its content address; the place is no more afterwards."""
        ...

    def discard(self, place: str) -> None:
        """Throw everything away; a place that is no more is fine."""
        ...

    def left_over(self) -> Iterable[LeftOver]:
        """Every place there is."""
        ...


def gone() -> Exception:
    """The refusal for a place that is no more."""
    return refuse("files.upload_gone", kind="missing")
