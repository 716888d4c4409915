"""Stored content as a seekable file, for libraries that read archives and PDF by jumping about."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from jointreview.storage.base import DocumentStore
from jointreview.storage.seeking import SeekableContent

_READ_AHEAD_BYTES = 1024 * 1024


def open_seekable(store: DocumentStore, digest: str) -> BinaryIO:
    """The content as a read-only seekable file; fetches only the ranges that are read.

    Raises Refused(kind missing).
    """
    return cast(BinaryIO, io.BufferedReader(_StoredFile(store, digest), _READ_AHEAD_BYTES))


class _StoredFile(SeekableContent):
    def __init__(self, store: DocumentStore, digest: str) -> None:
        super().__init__(store.size(digest))
        self._store, self._digest = store, digest

    # The interpreter calls it with a writable memory view.
    def readinto(self, buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        for chunk in self._store.open(self._digest, self._position, len(view)):
            view[filled : filled + len(chunk)] = chunk
            filled += len(chunk)
        self._position += filled
        return filled
