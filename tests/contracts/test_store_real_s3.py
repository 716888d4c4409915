"""What only a real S3 server can prove: signatures, expiry, retention that nobody can undo (make test-s3)."""

import hashlib
import io
import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention

from jointreview.domain.problems import Refused
from jointreview.storage import make_store

pytestmark = pytest.mark.s3
ADDRESS = os.environ["JOINTREVIEW_TEST_S3"]
ACCESS_KEY = os.environ.get("JOINTREVIEW_TEST_S3_ACCESS_KEY", "reviewtest")
SECRET_KEY = os.environ.get("JOINTREVIEW_TEST_S3_SECRET_KEY", "reviewtestsecret")
MB = 1024 * 1024
WEB = urllib3.PoolManager()


def store_of(bucket, secret_key=SECRET_KEY):
    return make_store(
        ADDRESS, local_root=None, access_key=ACCESS_KEY, secret_key=secret_key, bucket=bucket, prefix="documents"
    )


@pytest.fixture(scope="module")
def bucket():
    return f"real-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def store(bucket):
    return store_of(bucket)


@pytest.fixture(scope="module")
def client():
    parts = urlsplit(ADDRESS)
    return Minio(parts.netloc, ACCESS_KEY, SECRET_KEY, secure=parts.scheme == "https")


def put(store, content):
    return store.put(io.BytesIO(content), 100 * MB).digest


def newest(client, bucket, digest):
    versions = client.list_objects(bucket, prefix="documents/content/", recursive=True, include_version=True)
    return next(v for v in versions if v.object_name.endswith(digest))


def soon(seconds=60):
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def test_the_probe_finds_retention_enforced(store):
    health = store.probe()
    assert (health.writable, health.retention) == (True, "enforced")


@pytest.mark.parametrize("size", [0, 1000, 8 * MB + 1, 40 * MB])
def test_content_comes_back_as_it_was_put(store, size):
    content = os.urandom(size)
    digest = put(store, content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert b"".join(store.open(digest)) == content
    assert b"".join(store.open(digest, size // 2, 10)) == content[size // 2 : size // 2 + 10]


def test_a_large_upload_leaves_no_staging_version(store, client, bucket):
    put(store, b"s" * 20 * MB)
    assert list(client.list_objects(bucket, "documents/staging/", recursive=True, include_version=True)) == []


def test_a_wrong_secret_is_refused(bucket, store):
    digest = put(store, b"private")
    with pytest.raises(Refused) as refusal:
        store_of(bucket, "wrong-secret").open(digest)
    assert refusal.value.problems[0].key == "files.store_unavailable"
    assert not store_of(bucket, "wrong-secret").probe().writable


def test_nobody_reads_without_signing(store, client, bucket):
    key = newest(client, bucket, put(store, b"private")).object_name
    assert WEB.request("GET", f"{ADDRESS}/{bucket}/{key}").status == 403


def test_a_signed_address_downloads_under_the_chinese_name(store):
    answer = WEB.request("GET", store.presign(put(store, b"%PDF-1.7 plan"), "竣工图 一层.pdf", 60))
    assert (answer.status, answer.data) == (200, b"%PDF-1.7 plan")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "%E7%AB%A3%E5%B7%A5%E5%9B%BE" in answer.headers["content-disposition"]


def test_a_signed_address_opens_nothing_else(store):
    mine, other = put(store, b"mine"), put(store, b"somebody else's")
    forged = store.presign(mine, "a.pdf", 60).replace(
        f"/{mine[:2]}/{mine[2:4]}/{mine}", f"/{other[:2]}/{other[2:4]}/{other}"
    )
    assert WEB.request("GET", forged).status == 403


def test_a_signed_address_expires(store):
    address = store.presign(put(store, b"for a second"), "a.pdf", 1)
    time.sleep(3)
    assert WEB.request("GET", address).status == 403


def test_locked_content_can_be_deleted_neither_here_nor_with_the_administrators_key(store, client, bucket):
    digest, until = put(store, b"evidence"), soon()
    store.lock(digest, until)
    assert store.locked_until(digest) == until
    with pytest.raises(Refused) as refusal:
        store.delete(digest)
    assert refusal.value.problems[0].key == "files.locked"
    version = newest(client, bucket, digest)
    with pytest.raises(S3Error) as error:
        client.remove_object(bucket, version.object_name, version_id=version.version_id)
    assert error.value.code == "AccessDenied"
    assert b"".join(store.open(digest)) == b"evidence"


def test_a_lock_cannot_be_shortened_behind_the_programs_back(store, client, bucket):
    digest = put(store, b"for ever")
    store.lock(digest, soon(120))
    with pytest.raises(S3Error):
        client.set_object_retention(
            bucket, newest(client, bucket, digest).object_name, Retention(COMPLIANCE, soon(5))
        )


def test_content_can_be_deleted_once_its_lock_has_passed(store):
    digest = put(store, b"briefly")
    store.lock(digest, soon(2))
    time.sleep(4)
    store.delete(digest)
    assert not store.exists(digest)


def test_an_address_for_a_part_puts_that_part_alone_and_runs_out():
    store = make_store(
        ADDRESS,
        local_root=None,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        bucket=f"parts-{uuid.uuid4().hex[:12]}",
        browser_url=ADDRESS,
    )
    staging = store.staging()
    place = staging.begin()
    address = staging.address(place, 1, 60)
    other = address.replace("partNumber=1", "partNumber=2")
    assert WEB.request("PUT", other, body=b"forged").status == 403
    assert WEB.request("PUT", address, body=b"content").status == 200
    assert staging.received(place) == {1}
    short = staging.address(place, 1, 1)
    time.sleep(2)
    assert WEB.request("PUT", short, body=b"late").status == 403
    assert staging.finish(place) == 7
    staging.publish(place, hashlib.sha256(b"content").hexdigest())
    assert list(staging.left_over()) == []
