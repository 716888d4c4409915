"""The S3 store beyond the common contract: what it leaves in the bucket and whether it sees through its server."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
import urllib3
from minio import Minio

from jointreview.domain.problems import Refused
from jointreview.storage import LocalStore, S3Store, make_store
from jointreview.storage.s3 import parse_time
from tests.contracts.stores import Clock, new_bucket, s3_client

MB = 1024 * 1024


class Altered:
    """A client of which some calls behave like those of another server."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        return getattr(self.client, name)


class ReplacesByRetention(Altered):
    """Answers success to a retention and puts its document in the content's place, as one known server does."""

    def set_object_retention(self, bucket, key, _config, _version_id=None):
        self.client.put_object(bucket, key, io.BytesIO(b"<Retention/>"), 12)


class ForgetsRetention(Altered):
    """Answers success to a retention and does nothing."""

    def set_object_retention(self, bucket, key, config, version_id=None):
        pass


class CannotCopy(Altered):
    def copy_object(self, *_args, **_options):
        raise urllib3.exceptions.ProtocolError("connection lost")


class CannotUploadParts(Altered):
    def put_object(self, bucket, key, stream, length, **options):
        if length == -1:
            stream.read(options["part_size"])
            raise urllib3.exceptions.ProtocolError("connection lost")
        return self.client.put_object(bucket, key, stream, length, **options)


@pytest.fixture
def client(s3_address):
    return s3_client(s3_address)


@pytest.fixture
def bucket():
    return new_bucket()


def put(store, content):
    return store.put(io.BytesIO(content), 100 * MB).digest


def keys_with_versions(client, bucket):
    found = client.list_objects(bucket, recursive=True, include_version=True)
    return sorted(item.object_name for item in found)


@pytest.mark.parametrize("size", [10, 20 * MB])
def test_a_stored_file_is_exactly_one_version_and_no_staging_stays(client, bucket, size):
    digest = put(S3Store(client, bucket, "documents"), b"s" * size)
    put(S3Store(client, bucket, "documents"), b"s" * size)
    assert keys_with_versions(client, bucket) == [f"documents/content/{digest[:2]}/{digest[2:4]}/{digest}"]


def test_an_aborted_large_upload_leaves_nothing_in_the_bucket(client, bucket):
    with pytest.raises(KeyError), S3Store(client, bucket).begin(100 * MB) as incoming:
        incoming.write(b"s" * 20 * MB)
        raise KeyError
    assert keys_with_versions(client, bucket) == []


def test_deleting_removes_every_version_not_only_the_newest(client, bucket):
    store = S3Store(client, bucket)
    digest = put(store, b"twice")
    key = keys_with_versions(client, bucket)[0]
    client.put_object(bucket, key, io.BytesIO(b"twice"), 5)
    store.delete(digest)
    assert keys_with_versions(client, bucket) == []


def test_the_lock_of_an_older_version_still_counts(client, bucket):
    store = S3Store(client, bucket)
    digest, until = put(store, b"twice"), datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    store.lock(digest, until)
    key = next(k for k in keys_with_versions(client, bucket) if digest in k)
    client.put_object(bucket, key, io.BytesIO(b"twice"), 5)
    assert store.locked_until(digest) == until


@pytest.mark.parametrize("server", [ReplacesByRetention, ForgetsRetention])
def test_a_server_that_only_pretends_to_retain_is_found_out(client, bucket, server):
    health = S3Store(server(client), bucket).probe()
    assert (health.writable, health.retention, health.detail.key) == (True, "advisory", "files.s3_advisory")


@pytest.mark.parametrize("server", [ReplacesByRetention, ForgetsRetention])
def test_locks_on_such_a_server_are_kept_by_the_program_and_leave_content_alone(client, bucket, server):
    clock = Clock()
    store = S3Store(server(client), bucket, clock=clock)
    digest = put(store, b"evidence")
    store.lock(digest, clock() + timedelta(days=10))
    assert b"".join(store.open(digest)) == b"evidence"
    with pytest.raises(Refused) as refusal:
        store.delete(digest)
    assert refusal.value.problems[0].key == "files.locked"
    clock.advance(days=11)
    store.delete(digest)
    assert not [key for key in keys_with_versions(client, bucket) if digest in key]


def test_a_bucket_without_object_lock_is_advisory(client, bucket):
    client.make_bucket(bucket)
    health = S3Store(client, bucket).probe()
    assert (health.writable, health.retention) == (True, "advisory")


def test_probing_again_and_again_still_says_enforced(client, bucket):
    store = S3Store(client, bucket)
    assert [store.probe().retention for _ in range(3)] == ["enforced"] * 3


@pytest.mark.parametrize("server", [CannotCopy, CannotUploadParts])
def test_a_connection_lost_in_the_middle_refuses_the_upload_whole(client, bucket, server):
    with pytest.raises(Refused) as refusal:
        put(S3Store(server(client), bucket), b"s" * 20 * MB)
    assert (refusal.value.problems[0].key, refusal.value.kind) == ("files.store_unavailable", "state")
    assert not S3Store(client, bucket).exists(hashlib.sha256(b"s" * 20 * MB).hexdigest())
    assert keys_with_versions(client, bucket) == []


def test_a_server_that_does_not_answer_is_reported_by_the_probe_and_refused_elsewhere():
    nowhere = Minio("127.0.0.1:9", "a", "b", secure=False, http_client=urllib3.PoolManager(retries=False))
    store = S3Store(nowhere, "documents")
    health = store.probe()
    assert (health.writable, health.retention, health.detail.key) == (False, "none", "files.s3_failed")
    for call in (lambda: store.exists("0" * 64), lambda: put(store, b"x"), lambda: store.open("0" * 64)):
        with pytest.raises(Refused) as refusal:
            call()
        assert refusal.value.problems[0].key == "files.store_unavailable"


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-06T01:02:03Z",
        "2026-05-06T01:02:03.000Z",
        "2026-05-06T01:02:03.000000000Z",
        "2026-05-06T09:02:03+08:00",
    ],
)
def test_times_are_read_with_any_number_of_digits(text):
    assert parse_time(text) == datetime(2026, 5, 6, 1, 2, 3, tzinfo=UTC)


def test_a_time_that_cannot_be_read_is_never_taken_for_no_lock():
    with pytest.raises(Refused):
        parse_time("<xml/>")


def test_an_empty_address_is_the_folder_and_any_other_a_server(tmp_path):
    assert isinstance(make_store("", local_root=tmp_path), LocalStore)
    for address in ("s3.example:9000", "https://s3.example", "http://s3.example:9000/"):
        assert isinstance(make_store(address, local_root=tmp_path, access_key="a", secret_key="b"), S3Store)


@pytest.mark.parametrize("address", ["ftp://s3.example", "https://s3.example/bucket", "https://"])
def test_an_address_that_is_no_server_is_a_fault_of_the_configuration(tmp_path, address):
    with pytest.raises(ValueError, match="not the address"):
        make_store(address, local_root=tmp_path)
