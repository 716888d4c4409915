"""The folder store: where files lie, who may change them, what happens on a full disk."""

import errno
import io
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from jointreview.domain.problems import Refused
from jointreview.storage import LocalStore
from tests.contracts.stores import Clock


def put(store, content):
    return store.put(io.BytesIO(content), 1_000_000).digest


def files_below(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_content_lies_read_only_under_its_digest(tmp_path):
    digest = put(LocalStore(tmp_path), b"plan")
    path = tmp_path / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == b"plan"
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert files_below(tmp_path) == [str(path.relative_to(tmp_path))]


def test_an_aborted_upload_leaves_no_file(tmp_path):
    with pytest.raises(KeyError), LocalStore(tmp_path).begin(100) as incoming:
        incoming.write(b"half")
        raise KeyError
    assert files_below(tmp_path) == []


def test_a_refused_upload_leaves_no_file_even_before_the_writer_gives_up(tmp_path):
    incoming = LocalStore(tmp_path).begin(3)
    with pytest.raises(Refused):
        incoming.write(b"four")
    assert files_below(tmp_path) == []


def test_a_lock_ends_with_its_time(tmp_path):
    clock = Clock()
    store = LocalStore(tmp_path, clock)
    digest = put(store, b"kept for a year")
    store.lock(digest, clock() + timedelta(days=365))
    clock.advance(days=364)
    with pytest.raises(Refused):
        store.delete(digest)
    clock.advance(days=2)
    store.delete(digest)
    assert files_below(tmp_path) == []


def test_a_lock_is_remembered_by_the_next_process(tmp_path):
    until = datetime(2050, 1, 1, tzinfo=UTC)
    digest = put(LocalStore(tmp_path), b"kept")
    LocalStore(tmp_path).lock(digest, until)
    assert LocalStore(tmp_path).locked_until(digest) == until


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as refusal:
        put(LocalStore(tmp_path), b"too much")
    assert refusal.value.problems[0].key == "files.no_space"
    assert files_below(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_reported_not_raised(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    health = LocalStore(tmp_path / "taken").probe()
    assert (health.writable, health.retention, health.detail.key) == (False, "none", "files.local_not_writable")


def test_probing_leaves_nothing_behind(tmp_path):
    assert LocalStore(tmp_path).probe().writable
    assert files_below(tmp_path) == []


def test_what_a_killed_process_left_of_a_file_in_one_request_can_be_thrown_away(tmp_path):
    store = LocalStore(tmp_path)
    store.begin(1000).write(b"half a file")
    left = list(store.staging().left_over())
    assert len(left) == 1
    store.staging().discard(left[0].place)
    assert files_below(tmp_path) == []
