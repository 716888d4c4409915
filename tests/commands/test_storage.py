"""The store beside the database: what a check finds and mends, and the lock of concluded cases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.__main__ import main
from jointreview.commands.files import document_store
from jointreview.commands.locking import digests_of, lock_concluded
from jointreview.commands.storage_check import check_storage
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, Material, Upload
from jointreview.models.outcome import IssuedDocument
from jointreview.models.upload import CaseLock
from jointreview.storage.base import utc_now
from tests.commands.world import World, fresh_database

LATER = timedelta(hours=2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def put(content: bytes) -> str:
    return document_store().put(io.BytesIO(content), 1000).digest


def path_of(digest: str) -> Path:
    store = document_store()
    return store.path(digest)  # type: ignore[attr-defined]


def test_missing_damaged_and_orphaned_content_is_found_and_only_orphans_are_removed(
    world: World, capsys: pytest.CaptureFixture[str]
):
    case = world.drafted()
    with base.reading() as session:
        lost, broken, *_ = sorted(digests_of(session, case))
    path_of(lost).unlink()
    path_of(broken).chmod(0o640)
    path_of(broken).write_bytes(b"something else")
    orphan, kept = put(b"nobody's"), put(b"nobody's, but locked")
    document_store().lock(kept, utc_now() + timedelta(days=1))
    assert check_storage(utc_now()).orphans == []  # it may belong to somebody who has not committed yet
    found = check_storage(utc_now() + LATER)
    assert (found.missing, found.damaged, found.orphans) == ([lost], [broken], sorted([orphan, kept]))
    mended = check_storage(utc_now() + LATER, repair=True)
    assert (mended.removed, mended.locked, mended.missing) == (1, 1, [lost])
    assert not document_store().exists(orphan) and document_store().exists(kept)
    assert main(["storage", "check"]) == 1
    said = capsys.readouterr().out
    assert f"missing   {lost}" in said and f"damaged   {broken}" in said


def test_a_store_with_everything_in_it_is_in_order(world: World, capsys: pytest.CaptureFixture[str]):
    world.drafted()
    assert main(["storage", "check", "--repair"]) == 0
    assert "every document has its content" in capsys.readouterr().out
    assert check_storage(utc_now() + LATER).orphans == []


def conclude(case: int) -> None:
    with base.writing() as session:
        row = session.get_one(Case, case)
        row.state = CaseState.CONCLUDED.value
        session.add(row)


def issue(world: World, case: int, digest: str) -> None:
    with base.writing() as session:
        session.add(
            IssuedDocument(
                case_id=case,
                kind="opinion",
                number="1",
                title="t",
                digest=digest,
                verify_code="x",
                issued_on=world.today,
                issued_at=world.now,
            )
        )


def test_what_a_case_was_concluded_on_cannot_be_deleted_for_ten_years(world: World):
    case, other = world.drafted(), put(b"not of the case")
    assert lock_concluded(world.now) == 0
    conclude(case)
    assert lock_concluded(world.now) == 1
    assert lock_concluded(world.now) == 0
    with base.reading() as session:
        digests = digests_of(session, case)
        row = session.exec(select(CaseLock)).one()
        uploads = session.exec(select(Upload.digest).join(Material, Material.upload_id == Upload.id)).all()
    # A folder promises, it does not enforce: the row says so.
    assert (row.contents, row.enforced) == (len(digests), False)
    assert set(uploads) <= digests
    for digest in digests:
        with pytest.raises(Refused) as refusal:
            document_store().delete(digest)
        assert refusal.value.problems[0].key == "files.locked"
        assert path_of(digest).parent.stat().st_mode & 0o222 == 0
    until = document_store().locked_until(next(iter(digests)))
    assert until is not None and 3650 <= (until - world.now).days <= 3653
    document_store().delete(other)


def test_a_document_issued_after_the_conclusion_is_locked_too(world: World):
    case = world.drafted()
    conclude(case)
    lock_concluded(world.now)
    world.now += timedelta(days=3)
    again = put(b"the opinion, issued again")
    issue(world, case, again)
    assert lock_concluded(world.now + timedelta(minutes=1)) == 1
    assert document_store().locked_until(again) is not None
    # Beside locked content new content still finds room.
    assert document_store().exists(put(b"another"))
