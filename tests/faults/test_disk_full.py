"""The disk is full in the middle of an upload: the person is told, nothing is registered, afterwards it goes on."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from jointreview.commands import upload_sessions
from jointreview.commands.files import document_store
from jointreview.commands.upload_checks import check, keep
from jointreview.domain.problems import Refused
from jointreview.models.upload import CHECKING
from jointreview.storage import local, local_staging
from jointreview.storage.base import utc_now
from tests.commands.world import World
from tests.faults.conftest import PART, Tell, begun, nothing_is_lost_or_nobodys, pdf, send_part, sha, uploads

Full = Callable[[], AbstractContextManager[None]]
ROOM = 512 * 1024


@pytest.fixture(params=["a small disk", "an error of the file layer"])
def full(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Full]:
    """Makes the disk full for a while: a real one where tests may mount one; an injected fault always."""
    if request.param == "an error of the file layer":

        @contextmanager
        def failing() -> Iterator[None]:
            def no_space(*_: object, **__: object) -> int:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            with monkeypatch.context() as patch:
                patch.setattr(local_staging.os, "pwrite", no_space)
                patch.setattr(local.os, "fdopen", lambda handle, _: _NoSpace(handle))
                yield

        yield failing
        return
    disk = tmp_path / "uploads"
    disk.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")

    @contextmanager
    def filled() -> Iterator[None]:
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError as error:
                assert error.errno == errno.ENOSPC
        yield
        ballast.unlink()

    try:
        yield filled
    finally:
        subprocess.run(["umount", str(disk)], check=True)


class _NoSpace:
    """A file on a full disk."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        os.close(self._handle)


def test_a_part_that_finds_the_disk_full_does_not_count_and_is_sent_again(world: World, full: Full, tell: Tell):
    content = pdf(2 * PART + 1000)
    row = begun(world, content)
    actor = world.actors["applicant"]
    send_part(world, row, 2, content)
    with full():
        with pytest.raises(Refused) as refusal:
            send_part(world, row, 1, content)
        assert refusal.value.problems[0].key == "files.no_space"
        assert upload_sessions.received_parts(row) == [2] and uploads() == []
    for number in (1, 3):
        send_part(world, row, number, content)
    row = upload_sessions.finish_upload(actor, row.key, sha(content), utc_now())
    assert row.state == CHECKING
    check(row.key, utc_now)
    assert uploads() == [sha(content)]
    found = nothing_is_lost_or_nobodys()
    tell(f"disk full in part 1 of 3: refused, part 2 kept, then sent; {found.contents} content, 0 nobody's")


def test_a_small_file_that_finds_the_disk_full_leaves_nothing(world: World, full: Full, tell: Tell):
    content = pdf(100_000)
    account = world.actors["applicant"].account_id

    def send() -> None:
        with document_store().begin(10**7) as incoming:
            for at in range(0, len(content), 8192):
                incoming.write(content[at : at + 8192])
            keep(incoming, None, "竣工图.pdf", account, "", utc_now())

    with full():
        with pytest.raises(Refused) as refusal:
            send()
        assert refusal.value.problems[0].key == "files.no_space"
    assert uploads() == [] and list(document_store().contents()) == []
    send()
    found = nothing_is_lost_or_nobodys()
    assert uploads() == [sha(content)]
    tell(f"disk full under a small file: refused, sent again; {found.contents} content, {found.removed} removed")
