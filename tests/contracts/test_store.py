"""What every document store promises, whatever it is built on."""

import hashlib
import io
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from jointreview.domain.problems import Refused
from jointreview.storage.reader import open_seekable

MB = 1024 * 1024
UNKNOWN = "0" * 64


def put(store, content, limit=100 * MB):
    return store.put(io.BytesIO(content), limit)


def read(store, digest, *window):
    return b"".join(store.open(digest, *window))


def soon():
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)


class Endless(io.RawIOBase):
    """Content made while it is read, so that only the store's own memory counts."""

    def __init__(self, size):
        self.left = size
        self.block = bytes(range(256)) * 1024

    def read(self, size=-1):
        chunk = self.block[: min(size, self.left)]
        self.left -= len(chunk)
        return chunk


@pytest.mark.parametrize("size", [0, 1, 300_000, 8 * MB, 8 * MB + 1, 20 * MB])
def test_content_comes_back_as_it_was_put(store, size):
    content = (b"\x00\xff" + "启东".encode()) * (size // 8 + 1)
    content = content[:size]
    stored = put(store, content)
    assert (stored.digest, stored.size) == (hashlib.sha256(content).hexdigest(), size)
    assert read(store, stored.digest) == content
    assert store.size(stored.digest) == size
    assert store.exists(stored.digest)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 4, b"3456"),
        (8, 100, b"89"),
        (0, 0, b""),
        (10, None, b""),
        (99, 5, b""),
    ],
)
def test_a_range_gives_the_bytes_it_names(store, start, length, expected):
    assert read(store, put(store, b"0123456789").digest, start, length) == expected


def test_a_negative_range_is_a_fault_of_the_program(store):
    with pytest.raises(ValueError):
        store.open(put(store, b"x").digest, -1)


def test_chunks_are_of_moderate_size(store):
    sizes = [len(chunk) for chunk in store.open(put(store, b"z" * (3 * MB)).digest)]
    assert sum(sizes) == 3 * MB
    assert max(sizes) <= MB


def test_stored_content_can_be_read_by_jumping_about(store):
    with open_seekable(store, put(store, bytes(range(256)) * 8192).digest) as file:
        file.seek(-2, io.SEEK_END)
        assert file.read() == b"\xfe\xff"
        file.seek(257)
        assert file.read(3) == b"\x01\x02\x03"


def test_the_same_content_is_stored_once(store):
    first, second = put(store, b"same"), put(store, b"same")
    assert first == second
    store.delete(first.digest)
    assert not store.exists(first.digest)


def test_many_people_may_put_the_same_content_at_once(store):
    content = b"shared drawing" * 100_000
    with ThreadPoolExecutor(6) as pool:
        results = set(pool.map(lambda _: put(store, content), range(12)))
    assert len(results) == 1
    digest = results.pop().digest
    assert read(store, digest) == content
    store.delete(digest)
    assert not store.exists(digest)


@pytest.mark.parametrize("size", [1000, 20 * MB])
def test_nothing_can_be_read_before_commit_or_after_an_abort(store, size):
    content = b"x" * size
    digest = hashlib.sha256(content).hexdigest()
    incoming = store.begin(100 * MB)
    incoming.write(content)
    assert not store.exists(digest)
    incoming.abort()
    assert not store.exists(digest)
    with pytest.raises(ValueError):
        incoming.commit()


@pytest.mark.parametrize("size", [1000, 20 * MB])
def test_an_error_while_writing_leaves_nothing_behind(store, size):
    with pytest.raises(ConnectionError), store.begin(100 * MB) as incoming:
        incoming.write(b"y" * size)
        raise ConnectionError("the browser went away")
    assert not store.exists(hashlib.sha256(b"y" * size).hexdigest())


@pytest.mark.parametrize("limit", [999, 9 * MB])
def test_content_over_the_limit_is_refused_and_content_at_the_limit_is_taken(store, limit):
    assert put(store, b"z" * limit, limit).size == limit
    with pytest.raises(Refused) as refusal:
        put(store, b"q" * (limit + 1), limit)
    assert refusal.value.problems[0].key == "files.too_large"
    assert not store.exists(hashlib.sha256(b"q" * (limit + 1)).hexdigest())


def test_both_ends_are_known_while_content_passes_by(store):
    with store.begin(100 * MB) as incoming:
        incoming.write(b"head" + b"-" * (5 * MB))
        incoming.write(b"tail")
        assert incoming.head.startswith(b"head-")
        ends = incoming.ends()
        ends.seek(-4, io.SEEK_END)
        assert ends.read() == b"tail"
        ends.seek(3 * MB)
        with pytest.raises(OSError, match="middle"):
            ends.read(10)


def test_a_large_file_passes_through_little_memory(store):
    tracemalloc.start()
    try:
        stored = store.put(Endless(40 * MB), 100 * MB)
        received = sum(len(chunk) for chunk in store.open(stored.digest))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stored.size == received == 40 * MB
    assert peak < 36 * MB


@pytest.mark.parametrize("action", ["open", "size", "delete", "locked_until"])
def test_content_that_is_not_there_is_refused_as_missing(store, action):
    with pytest.raises(Refused) as refusal:
        getattr(store, action)(UNKNOWN)
    assert refusal.value.kind == "missing"
    assert not store.exists(UNKNOWN)


def test_locking_content_that_is_not_there_is_refused_as_missing(store):
    with pytest.raises(Refused) as refusal:
        store.lock(UNKNOWN, soon())
    assert refusal.value.kind == "missing"


@pytest.mark.parametrize("digest", ["", "abc", "../../etc/passwd", "A" * 64, "0" * 63 + "/", "0" * 64 + "\n"])
def test_a_digest_that_is_none_is_refused_before_anything_is_touched(store, digest):
    calls = (
        store.open,
        store.size,
        store.exists,
        store.delete,
        store.locked_until,
        lambda d: store.lock(d, soon()),
        lambda d: store.presign(d, "a.pdf", 60),
    )
    for call in calls:
        with pytest.raises(Refused) as refusal:
            call(digest)
        assert refusal.value.problems[0].key == "files.bad_digest"


def test_locked_content_cannot_be_deleted(store):
    digest, until = put(store, b"evidence").digest, soon()
    assert store.locked_until(digest) is None
    store.lock(digest, until)
    assert store.locked_until(digest) == until
    with pytest.raises(Refused) as refusal:
        store.delete(digest)
    assert refusal.value.problems[0].key == "files.locked"
    assert refusal.value.kind == "state"
    assert read(store, digest) == b"evidence"


def test_a_lock_is_lengthened_but_never_shortened(store):
    digest, until = put(store, b"longer").digest, soon()
    store.lock(digest, until)
    store.lock(digest, until - timedelta(seconds=20))
    assert store.locked_until(digest) == until
    store.lock(digest, until + timedelta(seconds=20))
    assert store.locked_until(digest) == until + timedelta(seconds=20)


def test_a_lock_survives_putting_the_same_content_again(store):
    digest, until = put(store, b"again").digest, soon()
    store.lock(digest, until)
    put(store, b"again")
    assert store.locked_until(digest) == until


def test_a_lock_without_a_time_zone_is_a_fault_of_the_program(store):
    digest = put(store, b"zone").digest
    with pytest.raises(ValueError):
        store.lock(digest, datetime(2030, 1, 1))


def test_a_working_store_says_so(store):
    health = store.probe()
    assert health.writable
    assert health.retention == ("enforced" if health.kind == "s3" else "advisory")


def test_an_address_for_downloading_names_the_file_in_chinese(store):
    digest = put(store, b"%PDF-1.7").digest
    address = store.presign(digest, "竣工图 一层.pdf", 60)
    if store.probe().kind == "local":
        assert address is None
    else:
        assert digest in address
        assert "竣工图 一层.pdf" in unquote(unquote(address))
