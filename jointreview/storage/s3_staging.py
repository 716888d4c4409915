"""Large files arriving in a bucket: a multipart upload to a staging key, whose parts browsers may put themselves.

The parts that arrived are asked from the server, which alone knows what a browser gave it. A place is the name of
the staging key and the server's id of the multipart upload.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

from minio import Minio
from minio.datatypes import Part
from minio.error import S3Error

from jointreview.storage.staging import LeftOver, PartWriter, Staging, gone

if TYPE_CHECKING:
    from jointreview.storage.s3 import S3Store

_PLACE = re.compile(r"([0-9a-f]{32}) (\S{1,500})")


class S3Staging(Staging):
    """Multipart uploads below `staging/` of an S3 store.

    `browsers` signs addresses for the host by which browsers reach the server; without it every part goes through
    this program. The client's calls for multipart uploads are not public: minio is pinned for them.
    """

    def __init__(self, store: S3Store, client: Minio, bucket: str, browsers: Minio | None = None) -> None:
        self._store, self._client, self._bucket, self._browsers = store, client, bucket, browsers

    def begin(self) -> str:
        name = uuid.uuid4().hex
        with self._store.plainly():
            self._store.need_bucket()
            upload = self._client._create_multipart_upload(self._bucket, self._store.staging_key(name), {})
        return f"{name} {upload}"

    def part(self, place: str, number: int, part_bytes: int, length: int) -> PartWriter:
        key, upload = self._split(place)
        return _S3Part(self, key, upload, number, length)

    def address(self, place: str, number: int, seconds: int) -> str | None:
        key, upload = self._split(place)
        if self._browsers is None:
            return None
        with self._store.plainly():
            return self._browsers.get_presigned_url(
                "PUT",
                self._bucket,
                key,
                expires=timedelta(seconds=seconds),
                extra_query_params={"uploadId": upload, "partNumber": str(number)},
            )

    def received(self, place: str) -> frozenset[int]:
        return frozenset(part.part_number for part in self._parts(*self._split(place)))

    def finish(self, place: str) -> int:
        key, upload = self._split(place)
        with self._store.plainly():
            found = self._store.stat(key)
            if found is None:
                parts = sorted(self._parts(key, upload), key=lambda part: part.part_number)
                self._client._complete_multipart_upload(self._bucket, key, upload, parts)
                found = self._store.stat(key)
            return (found.size or 0) if found else 0

    def open(self, place: str) -> Iterator[bytes]:
        key, _ = self._split(place)
        return self._store.chunks(key, 0, self._size(key))

    def seekable(self, place: str) -> BinaryIO:
        key, _ = self._split(place)
        self._size(key)
        return self._store.seekable(key)

    def publish(self, place: str, digest: str) -> None:
        key, _ = self._split(place)
        self._size(key)
        with self._store.plainly():
            self._store.adopt(key, digest)
        self._store.drop_staging(key)

    def discard(self, place: str) -> None:
        key, upload = self._split(place)
        with self._store.plainly():
            with contextlib.suppress(S3Error):
                self._client._abort_multipart_upload(self._bucket, key, upload)
            self._store.purge(key)

    def left_over(self) -> Iterable[LeftOver]:
        prefix = self._store.staging_key("")
        with self._store.plainly():
            self._store.need_bucket()
            for upload in self._client._list_multipart_uploads(self._bucket, prefix=prefix).uploads:
                name = str(upload.object_name).removeprefix(prefix)
                yield LeftOver(f"{name} {upload.upload_id}", upload.initiated_time or datetime.now(UTC))
            for found in self._client.list_objects(self._bucket, prefix=prefix):
                name = str(found.object_name).removeprefix(prefix)
                yield LeftOver(f"{name} -", found.last_modified or datetime.now(UTC))

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> None:
        """Hand one whole part to the server."""
        with self._store.plainly():
            try:
                self._client._upload_part(self._bucket, key, content, None, upload, number)
            except S3Error as error:
                if error.code == "NoSuchUpload":
                    raise gone() from error
                raise

    def _split(self, place: str) -> tuple[str, str]:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise gone()
        return self._store.staging_key(found[1]), found[2]

    def _size(self, key: str) -> int:
        with self._store.plainly():
            found = self._store.stat(key)
        if found is None:
            raise gone()
        return found.size or 0

    def _parts(self, key: str, upload: str) -> list[Part]:
        parts: list[Part] = []
        marker = None
        with self._store.plainly():
            while True:
                try:
                    page = self._client._list_parts(self._bucket, key, upload, part_number_marker=marker)
                except S3Error as error:
                    if error.code == "NoSuchUpload":
                        raise gone() from error
                    raise
                parts += page.parts
                if not page.is_truncated:
                    return parts
                marker = str(page.next_part_number_marker)


class _S3Part(PartWriter):
    """Kept in memory until it is whole: the protocol wants its length and signature first."""

    def __init__(self, staging: S3Staging, key: str, upload: str, number: int, length: int) -> None:
        super().__init__(length)
        self._staging, self._key, self._upload, self._number = staging, key, upload, number
        self._content = bytearray()

    def _accept(self, chunk: bytes) -> None:
        self._content += chunk

    def _finish(self) -> None:
        self._staging.put_part(self._key, self._upload, self._number, bytes(self._content))

    def _release(self) -> None:
        self._content.clear()
