"""Stored content as a seekable file, for libraries that read archives and PDF by jumping about."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from jointreview.storage.seeking import SeekableContent

if TYPE_CHECKING:
    from jointreview.storage.base import DocumentStore

_READ_AHEAD_BYTES = 1024 * 1024

Ranges = Callable[[int, int], Iterator[bytes]]


def open_seekable(store: DocumentStore, digest: str) -> BinaryIO:
    """The content as a read-only seekable file; fetches only the ranges that are read.

    Raises Refused(kind missing).
    """
    return read_ahead(lambda start, count: store.open(digest, start, count), store.size(digest))


def read_ahead(ranges: Ranges, size: int) -> BinaryIO:
    """A seekable file of `size` bytes over whatever gives `count` bytes from `start`."""
    return cast(BinaryIO, io.BufferedReader(_RangedFile(ranges, size), _READ_AHEAD_BYTES))


class _RangedFile(SeekableContent):
    def __init__(self, ranges: Ranges, size: int) -> None:
        super().__init__(size)
        self._ranges = ranges

    # The interpreter calls it with a writable memory view.
    def readinto(self, buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        for chunk in self._ranges(self._position, min(len(view), max(0, self._size - self._position))):
            view[filled : filled + len(chunk)] = chunk
            filled += len(chunk)
        self._position += filled
        return filled
