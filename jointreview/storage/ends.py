"""The first and last bytes of content that passes by once: enough to recognise it before it is stored."""

from __future__ import annotations

from typing import BinaryIO, cast

from jointreview.storage.seeking import SeekableContent

HEAD_BYTES = 128 * 1024
# A ZIP lists its members at its end: 1 MiB holds the list of about ten thousand.
TAIL_BYTES = 1024 * 1024


class Ends:
    """Remembers the head and the tail of what is added, in at most about 3 MiB of memory."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._tail = bytearray()

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return bytes(self._head)

    def add(self, chunk: bytes) -> None:
        """Take note of the next bytes."""
        self.size += len(chunk)
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        self._tail += chunk[-TAIL_BYTES:]
        if len(self._tail) > 2 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]

    def as_file(self) -> BinaryIO:
        """A seekable file of the whole size; reading from its unknown middle raises OSError."""
        return cast(BinaryIO, _EndsFile(self.size, bytes(self._head), bytes(self._tail)))


class _EndsFile(SeekableContent):
    def __init__(self, size: int, head: bytes, tail: bytes) -> None:
        super().__init__(size)
        self._head, self._tail = head, tail

    def read(self, size: int = -1, /) -> bytes:
        stop = self._size if size < 0 else min(self._size, self._position + size)
        start = min(self._position, stop)
        tail_at = self._size - len(self._tail)
        if start >= tail_at:
            found = self._tail[start - tail_at : stop - tail_at]
        elif stop <= len(self._head):
            found = self._head[start:stop]
        else:
            raise OSError("the middle of passing content is not kept")
        self._position = stop
        return found
