"""The store goes away in the middle of an upload and comes back: an S3 server behind a line that is cut."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

import pytest

from jointreview.commands import files, upload_checks, upload_sessions
from jointreview.commands.files import document_store
from jointreview.commands.storage_check import check_storage
from jointreview.commands.upload_checks import check, due_checks
from jointreview.domain.problems import Refused
from jointreview.storage import S3Store
from jointreview.storage.base import utc_now
from tests.commands.world import World
from tests.contracts.stores import new_bucket, s3_address, s3_client
from tests.faults.conftest import LATER, Tell, begun, nothing_is_lost_or_nobodys, pdf, send_part, sha, uploads

__all__ = ["s3_address"]

S3_PART = 5 * 1024**2
"""The least a part may have but for the last."""


class Line:
    """A line between the product and its store that can be cut in the middle of a request."""

    def __init__(self, port: int) -> None:
        self._to, self._open = port, True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.cut_after: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """From now on requests get through again."""
        self._open, self.cut_after = True, None

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        self._open = False
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """No line any more."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._open:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._pairs.append((near, far))
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError), near, far:
            while True:
                for end in select.select([near, far], [], [])[0]:
                    said = end.recv(64 * 1024)
                    if not said:
                        return
                    (far if end is near else near).sendall(said)
                    if end is near and self.cut_after is not None:
                        self.cut_after -= len(said)
                        if self.cut_after <= 0:
                            self.cut()
                            return


@pytest.fixture
def line(s3_address: str, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The world's documents lie in that server, at the end of a line."""
    line = Line(int(s3_address.rpartition(":")[2]))
    client = s3_client(f"https://127.0.0.1:{line.port}")
    store = S3Store(client, new_bucket(), "")
    monkeypatch.setattr(files, "make_store", lambda *_, **__: store)
    monkeypatch.setattr(upload_sessions, "PART_BYTES", S3_PART)
    document_store.cache_clear()
    yield line
    line.close()


def test_a_store_that_goes_away_in_the_middle_of_a_part_costs_that_part_alone(world: World, line: Line, tell: Tell):
    content = pdf(S3_PART + 50_000)
    actor = world.actors["applicant"]
    row = begun(world, content)
    send_part(world, row, 2, content)
    line.cut_after = S3_PART // 2
    for broken in (lambda: send_part(world, row, 1, content), lambda: upload_sessions.received_parts(row)):
        with pytest.raises(Refused) as refusal:
            broken()
        assert refusal.value.problems[0].key == "files.store_unavailable"
    with pytest.raises(Refused):
        check_storage(utc_now())  # a store that is away is no store without content
    line.mend()
    assert upload_sessions.received_parts(row) == [2]
    send_part(world, row, 1, content)
    upload_sessions.finish_upload(actor, row.key, sha(content), utc_now())
    line.cut()
    check(row.key, utc_now)
    with pytest.raises(Refused):
        upload_sessions.begin_upload(actor, "a.pdf", 10, "", utc_now(), lambda *_: None)
    assert uploads() == [] and due_checks(utc_now()) == [] and len(due_checks(utc_now() + LATER)) == 1
    line.mend()
    check(row.key, lambda: utc_now() + LATER)
    assert uploads() == [sha(content)]
    found = nothing_is_lost_or_nobodys()
    tell(f"store away in a part and in the check: 1 part sent again, {found.contents} content, 0 nobody's")


def test_a_store_that_goes_away_before_the_answer_leaves_content_that_is_taken_up_again(
    world: World, line: Line, tell: Tell, monkeypatch: pytest.MonkeyPatch
):
    content = pdf(50_000, seed=3)
    account = world.actors["applicant"].account_id
    real = S3Store.put_small

    def put_and_lose_the_answer(store: S3Store, digest: str, said: bytes) -> None:
        real(store, digest, said)
        raise OSError("the connection broke before the answer")

    monkeypatch.setattr(S3Store, "put_small", put_and_lose_the_answer)
    with document_store().begin(10**7) as incoming:
        incoming.write(content)
        with pytest.raises(OSError):
            upload_checks.keep(incoming, None, "竣工图.pdf", account, "", utc_now())
    assert document_store().exists(sha(content)) and uploads() == []
    mended = nothing_is_lost_or_nobodys()
    assert mended.settled == 1 and uploads() == [sha(content)]
    tell(f"the answer of the store was lost: {mended.settled} upload settled, 0 nobody's")
