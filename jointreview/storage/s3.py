"""The document store in an S3 bucket with object lock: MinIO's client, any server that keeps the protocol.

Keys below the prefix: `content/ab/cd/<digest>`, `staging/<random>` while a large file arrives, `locks/<digest>` for
advisory locks, `probe`. A lifecycle rule that expires `staging/` and cancels unfinished multipart uploads after a
day cleans up after a crash. ETags are never read: they are not hashes of the content.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.commonconfig import COMPLIANCE, CopySource
from minio.datatypes import Object
from minio.error import MinioException, S3Error
from minio.retention import Retention
from urllib3.exceptions import HTTPError

from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.storage.base import (
    CHUNK_BYTES,
    Clock,
    DocumentStore,
    Held,
    Incoming,
    StoreHealth,
    checked_digest,
    checked_until,
    clipped,
    is_digest,
    locked,
    missing,
    utc_now,
)
from jointreview.storage.names import content_disposition
from jointreview.storage.reader import read_ahead
from jointreview.storage.s3_incoming import S3Incoming
from jointreview.storage.s3_staging import S3Staging
from jointreview.storage.staging import Staging

_log = logging.getLogger(__name__)
_FAULTS = (MinioException, HTTPError, ParseError, OSError)
_ABSENT = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket"}
_PROBE_CONTENT = b"joint review store probe"
_PROBE_RETENTION = timedelta(minutes=1)
_UNTIL_HEADER = "x-amz-object-lock-retain-until-date"


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """Answers of the server that nobody here can mend become one refusal a person can read."""
    try:
        yield
    except _FAULTS as error:
        _log.exception("the S3 store failed")
        raise refuse("files.store_unavailable", kind="state") from error


class S3Store(DocumentStore):
    """Documents in `bucket`, which is created with object lock when it is missing.

    A lock is retention in COMPLIANCE mode where a probe saw the server enforce it, otherwise a note beside the
    content that only this program keeps: some servers answer success to a retention and replace the content by it.
    Raises Refused(files.store_unavailable, kind state) when the server cannot be reached or refuses.
    """

    plainly = staticmethod(_plainly)

    def __init__(
        self, client: Minio, bucket: str, prefix: str = "", clock: Clock = utc_now, browsers: Minio | None = None
    ) -> None:
        self._client = client
        self._browsers = browsers
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._clock = clock
        self._bucket_seen = False
        self._enforced: bool | None = None

    def begin(self, limit: int) -> Incoming:
        with self.plainly():
            self.need_bucket()
        return S3Incoming(self, limit)

    def open(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        start, count = clipped(self.size(digest), start, length)
        return self.chunks(self._content_key(digest), start, count)

    def size(self, digest: str) -> int:
        key = self._content_key(digest)
        with self.plainly():
            found = self.stat(key)
        if found is None:
            raise missing(digest)
        return found.size or 0

    def exists(self, digest: str) -> bool:
        key = self._content_key(digest)
        with self.plainly():
            return self.stat(key) is not None

    def delete(self, digest: str) -> None:
        until = self.locked_until(digest)
        if until is not None and until > self._clock():
            raise locked(digest, until)
        with self.plainly():
            try:
                self.purge(self._content_key(digest))
            except S3Error as error:
                if error.code == "AccessDenied" and until is not None:
                    raise locked(digest, until) from error
                raise
            self.purge(self._lock_key(digest))

    def lock(self, digest: str, until: datetime) -> None:
        until = checked_until(until)
        present = self.locked_until(digest)
        if present is not None and present >= until:
            return
        with self.plainly():
            if self._enforces():
                self._client.set_object_retention(
                    self._bucket, self._content_key(digest), Retention(COMPLIANCE, until)
                )
            else:
                note = until.isoformat().encode()
                self._client.put_object(self._bucket, self._lock_key(digest), io.BytesIO(note), len(note))

    def locked_until(self, digest: str) -> datetime | None:
        self.size(digest)
        with self.plainly():
            times = [self._noted_lock(digest)]
            for version in self._versions(self._content_key(digest)):
                if not version.is_delete_marker:
                    times.append(self._retained_until(version))
        return max((time for time in times if time is not None), default=None)

    def presign(self, digest: str, filename: str, seconds: int) -> str | None:
        key = self._content_key(digest)
        headers: dict[str, str | list[str] | tuple[str]] = {
            "response-content-disposition": content_disposition(filename, inline=False),
            "response-content-type": "application/octet-stream",
        }
        with self.plainly():
            return self._client.presigned_get_object(
                self._bucket, key, expires=timedelta(seconds=seconds), response_headers=headers
            )

    def probe(self) -> StoreHealth:
        place: dict[str, object] = {"bucket": self._bucket}
        try:
            self.need_bucket()
            enforced = self._try_retention()
        except (*_FAULTS, ValueError) as error:
            self._enforced = None
            return StoreHealth("s3", False, "none", Problem("files.s3_failed", {**place, "reason": str(error)}))
        self._enforced = enforced
        if enforced:
            return StoreHealth("s3", True, "enforced", Problem("files.s3_enforced", place))
        return StoreHealth("s3", True, "advisory", Problem("files.s3_advisory", place))

    def staging(self) -> Staging:
        return S3Staging(self, self._client, self._bucket, self._browsers)

    def contents(self) -> Iterator[Held]:
        prefix = f"{self._prefix}content/"
        with self.plainly():
            self.need_bucket()
            for found in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                digest = str(found.object_name).rpartition("/")[2]
                if is_digest(digest):
                    yield Held(digest, found.size or 0, found.last_modified or utc_now())

    def seekable(self, key: str) -> BinaryIO:
        """An object as a read-only seekable file; fetches only the ranges that are read."""
        with self.plainly():
            found = self.stat(key)
        size = (found.size or 0) if found else 0
        return read_ahead(lambda start, count: self.chunks(key, start, count), size)

    def staging_key(self, name: str) -> str:
        """Where a large file waits while it arrives."""
        return f"{self._prefix}staging/{name}"

    def put_small(self, digest: str, content: bytes) -> None:
        """Put content that fits in memory under its digest in one request, which S3 makes visible whole."""
        with self.plainly():
            if self.stat(self._content_key(digest)) is None:
                self._client.put_object(self._bucket, self._content_key(digest), io.BytesIO(content), len(content))

    def put_staging(self, key: str, stream: BinaryIO, part_bytes: int) -> None:
        """Stream content of unknown size to a staging key; runs in the thread of an upload."""
        with self.plainly():
            self._client.put_object(self._bucket, key, stream, -1, part_size=part_bytes, num_parallel_uploads=1)

    def adopt(self, key: str, digest: str) -> None:
        """Give finished staging content its content key, copied by the server (at most 5 GiB)."""
        with self.plainly():
            if self.stat(self._content_key(digest)) is None:
                self._client.copy_object(self._bucket, self._content_key(digest), CopySource(self._bucket, key))

    def drop_staging(self, key: str) -> None:
        """Remove staging content; a failure is logged only, the lifecycle rule of the bucket catches what stays."""
        try:
            self.purge(key)
        except _FAULTS:
            _log.exception("staging content %s stays behind", key)

    def purge(self, key: str) -> None:
        """Remove every version of a key: in a bucket with object lock a plain delete only hides the newest."""
        for version in self._versions(key):
            self._client.remove_object(self._bucket, key, version_id=version.version_id)

    def _content_key(self, digest: str) -> str:
        checked_digest(digest)
        return f"{self._prefix}content/{digest[:2]}/{digest[2:4]}/{digest}"

    def _lock_key(self, digest: str) -> str:
        return f"{self._prefix}locks/{checked_digest(digest)}"

    def need_bucket(self) -> None:
        """Make sure the bucket is there; asked once."""
        if self._bucket_seen:
            return
        if not self._client.bucket_exists(self._bucket):
            try:
                self._client.make_bucket(self._bucket, object_lock=True)
            except S3Error as error:
                # Another worker that starts at the same time may have been first.
                if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise
        self._bucket_seen = True

    def stat(self, key: str, version_id: str | None = None) -> Object | None:
        """What the server says of an object; None when there is none."""
        try:
            return self._client.stat_object(self._bucket, key, version_id=version_id)
        except S3Error as error:
            if error.code in _ABSENT:
                return None
            raise

    def _versions(self, key: str) -> list[Object]:
        try:
            found = list(self._client.list_objects(self._bucket, prefix=key, include_version=True))
        except S3Error as error:
            if error.code == "NoSuchBucket":
                return []
            raise
        return [version for version in found if version.object_name == key]

    def _retained_until(self, version: Object) -> datetime | None:
        # From the headers: clients fail on the body some servers send (none at all, or nine digits of a second).
        found = self.stat(str(version.object_name), version.version_id)
        text = (found.metadata or {}).get(_UNTIL_HEADER) if found is not None else None
        return parse_time(text) if text else None

    def _noted_lock(self, digest: str) -> datetime | None:
        if self.stat(self._lock_key(digest)) is None:
            return None
        return parse_time(self._read(self._lock_key(digest)).decode())

    def _read(self, key: str, version_id: str | None = None) -> bytes:
        response = self._client.get_object(self._bucket, key, version_id=version_id)
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def chunks(self, key: str, start: int, count: int) -> Iterator[bytes]:
        """Bytes of an object, `count` of them from `start`."""
        if count == 0:
            return
        with self.plainly():
            response = self._client.get_object(self._bucket, key, offset=start, length=count)
            try:
                yield from response.stream(CHUNK_BYTES)
            finally:
                response.close()
                response.release_conn()

    def _enforces(self) -> bool:
        if self._enforced is None and not self.probe().writable:
            raise refuse("files.store_unavailable", kind="state")
        return bool(self._enforced)

    def _try_retention(self) -> bool:
        """Write a probe version, retain it for a minute, read it back and try to delete it.

        Raises what the client raises when not even writing works.
        """
        key = f"{self._prefix}probe"
        # The versions of earlier probes can go once their minute has passed.
        with contextlib.suppress(*_FAULTS):
            self.purge(key)
        put = self._client.put_object(self._bucket, key, io.BytesIO(_PROBE_CONTENT), len(_PROBE_CONTENT))
        if not put.version_id:
            return False
        try:
            until = self._clock() + _PROBE_RETENTION
            self._client.set_object_retention(self._bucket, key, Retention(COMPLIANCE, until), put.version_id)
            if self._read(key, put.version_id) != _PROBE_CONTENT or self._read(key) != _PROBE_CONTENT:
                return False
        except (MinioException, ParseError):
            return False
        try:
            self._client.remove_object(self._bucket, key, version_id=put.version_id)
        except S3Error as error:
            return error.code == "AccessDenied" and self._read(key, put.version_id) == _PROBE_CONTENT
        return False


def parse_time(text: str) -> datetime:
    """A time as S3 servers write it, with any number of digits of a second, in UTC.

    Raises Refused(files.store_unavailable) for anything else, so that a lock is never taken for none.
    """
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except ValueError as error:
        raise Refused(Problem("files.store_unavailable"), kind="state") from error
