"""A process is killed (SIGKILL) between the store and the database: the next one finds and settles what it left."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import select

from jointreview.commands import upload_checks, upload_sessions
from jointreview.commands.files import document_store
from jointreview.commands.upload_checks import check
from jointreview.models import base
from jointreview.models.upload import DONE, RECEIVING, UploadSession
from jointreview.storage.base import utc_now
from tests.commands.world import World
from tests.faults.conftest import PART, Tell, begun, nothing_is_lost_or_nobodys, pdf, send_part, sha, uploads


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def one_request(account: int, content: bytes) -> None:
    upload_checks._register = die  # type: ignore[assignment]
    with document_store().begin(10**7) as incoming:
        incoming.write(content)
        upload_checks.keep(incoming, None, "竣工图.pdf", account, "", utc_now())


def checked(key: str) -> None:
    upload_checks._register = die  # type: ignore[assignment]
    check(key, utc_now)


def document(content: bytes) -> None:
    with base.writing():
        document_store().put(io.BytesIO(content), 10**7)
        die()


def part_of(place: str, content: bytes) -> None:
    with document_store().staging().part(place, 1, PART, PART) as part:
        part.write(content[:30_000])
        die()


def killed(step: Callable[[], None]) -> None:
    """Run one step of the product in a process of its own, which is killed in the middle of it."""
    base.engine().dispose()
    child = os.fork()
    if child == 0:
        try:
            step()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def state_of_the_session() -> str:
    with base.reading() as session:
        return session.exec(select(UploadSession.state)).one()


@pytest.mark.parametrize("where", ["one request", "check"])
def test_content_stored_by_a_process_that_was_killed_becomes_the_upload_it_was_to_be(
    world: World, where: str, tell: Tell
):
    content = pdf(PART + 500)
    account = world.actors["applicant"].account_id
    step = partial(one_request, account, content)
    if where == "check":
        row = begun(world, content)
        for number in (1, 2):
            send_part(world, row, number, content)
        upload_sessions.finish_upload(world.actors["applicant"], row.key, sha(content), utc_now())
        step = partial(checked, row.key)
    killed(step)
    assert document_store().exists(sha(content)) and uploads() == []
    mended = nothing_is_lost_or_nobodys()
    assert mended.settled == 1 and mended.removed == 0
    assert uploads() == [sha(content)] and state_of_the_session() == DONE
    tell(f"killed in the {where} after the content was stored: {mended.settled} settled, {mended.removed} removed")


def test_a_document_whose_transaction_died_with_its_process_is_removed(world: World, tell: Tell):
    content = b"an opinion nobody signed"
    killed(partial(document, content))
    assert document_store().exists(sha(content))
    mended = nothing_is_lost_or_nobodys()
    assert mended.removed == 1 and not document_store().exists(sha(content))
    tell(f"killed between a document and its row: {mended.removed} content removed that nobody names")


def test_a_part_cut_off_by_a_kill_does_not_count_and_the_upload_goes_on(world: World, tell: Tell):
    content = pdf(PART + 500)
    row = begun(world, content)
    send_part(world, row, 2, content)
    killed(partial(part_of, row.place, content))
    assert upload_sessions.received_parts(row) == [2] and state_of_the_session() == RECEIVING
    nothing_is_lost_or_nobodys()  # a repair leaves an unfinished upload alone
    send_part(world, row, 1, content)
    upload_sessions.finish_upload(world.actors["applicant"], row.key, sha(content), utc_now())
    check(row.key, utc_now)
    assert uploads() == [sha(content)]
    nothing_is_lost_or_nobodys()
    tell("killed in the middle of a part: 1 of 2 parts kept, the other sent again, 1 upload")
