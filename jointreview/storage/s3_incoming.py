"""Content on its way into an S3 bucket: small content in one request, large content in parts with flat memory."""

from __future__ import annotations

import io
import queue
import threading
import uuid
from typing import TYPE_CHECKING, BinaryIO, cast

from jointreview.storage.base import CHUNK_BYTES, Incoming, Stored

if TYPE_CHECKING:
    from jointreview.storage.s3 import S3Store

PART_BYTES = 8 * 1024 * 1024
_QUEUED_CHUNKS = 4


class _Aborted(Exception):
    """Raised inside the uploading thread, so that the client cancels its multipart upload."""


class S3Incoming(Incoming):
    """Up to one part is kept in memory and put under its digest at commit, when the digest is known.

    Anything larger streams from a thread to a staging key, which commit copies on the server to the content key.
    """

    def __init__(self, store: S3Store, limit: int) -> None:
        super().__init__(limit)
        self._store = store
        self._small = bytearray()
        self._stream: _StagingUpload | None = None

    def _accept(self, chunk: bytes) -> None:
        if self._stream is None and len(self._small) + len(chunk) <= PART_BYTES:
            self._small += chunk
            return
        if self._stream is None:
            self._stream = _StagingUpload(self._store)
            self._stream.feed(bytes(self._small))
            self._small.clear()
        self._stream.feed(chunk)

    def _readable(self) -> BinaryIO:
        if self._stream is None:
            return io.BytesIO(self._small)
        self._stream.finish()
        return self._store.seekable(self._stream.key)

    def _publish(self, stored: Stored) -> None:
        if self._stream is None:
            self._store.put_small(stored.digest, bytes(self._small))
            self._small.clear()
            return
        self._stream.finish()
        try:
            self._store.adopt(self._stream.key, stored.digest)
        finally:
            self._store.drop_staging(self._stream.key)

    def _discard(self) -> None:
        self._small.clear()
        if self._stream is not None:
            self._stream.cancel()


class _StagingUpload:
    """A thread that uploads what it is fed, and what it says when it fails."""

    def __init__(self, store: S3Store) -> None:
        self.key = store.staging_key(uuid.uuid4().hex)
        self._store = store
        self._chunks: queue.Queue[bytes | _Aborted | None] = queue.Queue(_QUEUED_CHUNKS)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="s3-upload", daemon=True)
        self._thread.start()

    def feed(self, data: bytes) -> None:
        for start in range(0, len(data), CHUNK_BYTES):
            self._send(data[start : start + CHUNK_BYTES])
            if self._error is not None:
                raise self._error

    def finish(self) -> None:
        """Let the upload come to its end; asked again, it has."""
        self._send(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        self._send(_Aborted())
        self._thread.join()
        if self._error is None:
            # It may have come to its end before.
            self._store.drop_staging(self.key)

    def _send(self, item: bytes | _Aborted | None) -> None:
        # The queue is bounded: a thread that died must not leave the writer waiting for room.
        while self._thread.is_alive():
            try:
                self._chunks.put(item, timeout=0.2)
                return
            except queue.Full:
                continue

    def _run(self) -> None:
        try:
            self._store.put_staging(self.key, cast(BinaryIO, _QueueReader(self._chunks)), PART_BYTES)
        except _Aborted:
            pass
        # Whatever went wrong belongs to the writer, who raises it from feed or finish.
        except BaseException as error:
            self._error = error


class _QueueReader:
    """The queue as something with `read`."""

    def __init__(self, chunks: queue.Queue[bytes | _Aborted | None]) -> None:
        self._chunks = chunks
        self._rest = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        gathered = [self._rest]
        count = len(self._rest)
        while count < size and not self._ended:
            item = self._chunks.get()
            if isinstance(item, _Aborted):
                raise item
            if item is None:
                self._ended = True
            else:
                gathered.append(item)
                count += len(item)
        data = b"".join(gathered)
        self._rest = data[size:]
        return data[:size]
