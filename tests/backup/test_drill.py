"""The restore drill: a backup taken while people work comes back in another place, and everything is proven there."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from jointreview.__main__ import main
from jointreview.commands import files, second_factor
from jointreview.commands.audit_roots import write_root
from jointreview.commands.files import document_store
from jointreview.commands.locking import digests_of, lock_concluded
from jointreview.commands.storage_check import check_storage
from jointreview.domain.case_states import CaseState
from jointreview.jobs.backup.check import check_backup
from jointreview.jobs.backup.take import take_backup
from jointreview.jobs.retention import apply_policy
from jointreview.models import base
from jointreview.models.case import Case, Upload
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import Audit, LoginSession, SecondFactor
from jointreview.settings import settings
from jointreview.storage import S3Store
from jointreview.storage.base import utc_now
from tests.backup.conftest import empty, installation, mark_migrated
from tests.commands.world import PASSWORD, World
from tests.contracts.stores import new_bucket, s3_address, s3_client

__all__ = ["s3_address"]


def upload(world: World, content: bytes) -> str:
    """A file stored and registered, in the order the product does it."""
    stored = document_store().put(io.BytesIO(content), 10_000)
    with base.writing() as session:
        session.add(
            Upload(
                account_id=world.actors["applicant"].account_id,
                digest=stored.digest,
                name="图.pdf",
                kind="pdf",
                mime="application/pdf",
                size=stored.size,
                created_at=world.now,
            )
        )
    return stored.digest


@contextmanager
def people_writing(world: World) -> Iterator[list[str]]:
    """Somebody uploads file after file until the block ends; the first is there when it begins."""
    done, first, sent = threading.Event(), threading.Event(), []

    def write() -> None:
        while not done.is_set():
            sent.append(upload(world, f"file {len(sent)}".encode()))
            first.set()

    writer = threading.Thread(target=write)
    writer.start()
    first.wait()
    try:
        yield sent
    finally:
        done.set()
        writer.join()


def concluded_with_secrets(world: World) -> int:
    """A concluded case with locked files, a second factor, a root of the record, a session, a waiting message."""
    case_id = world.drafted()
    with base.writing() as session:
        session.get_one(Case, case_id).state = CaseState.CONCLUDED.value
        admin = world.actors["admin"].account_id
        session.add(
            LoginSession(
                digest="d" * 64,
                account_id=admin,
                created_at=world.now,
                seen_at=world.now,
                expires_at=world.now + timedelta(hours=1),
            )
        )
        message = Notification(account_id=admin, key="notify.test", at=world.now)
        session.add(message)
        session.flush()
        session.add(OutboxMessage(notification_id=message.id, channel="mail", next_try_at=world.now))
    lock_concluded(world.now)
    second_factor._seal.cache_clear()
    second_factor.begin(world.actors["admin"].account_id, PASSWORD)
    write_root(world.now)
    return case_id


def proven(world: World, case_id: int, early: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that was is there, and what must not come back did not."""
    assert main(["audit", "verify", "--against", str(settings().data_dir / "audit-roots")]) == 0
    assert main(["storage", "check"]) == 0
    assert "every document has its content" in capsys.readouterr().out
    assert early <= {held.digest for held in document_store().contents()}
    second_factor._seal.cache_clear()
    with base.reading() as session:
        assert session.get_one(Case, case_id).state == CaseState.CONCLUDED.value
        assert second_factor._opened(session.exec(select(SecondFactor)).one())
        assert session.get_one(LoginSession, "d" * 64).revoked
        assert session.exec(select(OutboxMessage.status)).all() == ["dead"]
        assert session.exec(select(Audit.action).order_by(col(Audit.id).desc())).first() == "system.restored"
        of_case = digests_of(session, case_id)
    for digest in of_case:
        assert document_store().locked_until(digest) is not None


def test_what_was_backed_up_while_people_wrote_comes_back_whole_in_another_place(
    database_url: str,
    clients: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moved_to: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
):
    place = tmp_path / "backups"
    with installation(database_url, tmp_path, monkeypatch) as world:
        case_id = concluded_with_secrets(world)
        mark_migrated(database_url)
        assert main(["backup", str(place)]) == 0
        with people_writing(world) as sent:
            early = set(sent)
            taken = take_backup(place, utc_now() + timedelta(seconds=1))
        assert taken.whole and 0 < taken.copied <= len(sent) < taken.manifest.count + len(sent)
        assert main(["backup", "verify", str(place)]) == 0
        moved_to(empty(database_url))
        assert main(["restore", str(place)]) == 0
        proven(world, case_id, early, capsys)
        # Work goes on where it was left.
        assert world.drafted("school") > case_id and main(["audit", "verify"]) == 0
        # So does the policy: what nobody used goes, and the record still holds.
        erased = {done.rule.kind: done.count for done in apply_policy(utc_now() + timedelta(days=1000))}
        assert erased["uploads"] > 0 and main(["audit", "verify"]) == 0 and main(["storage", "check"]) == 0


def test_a_store_on_s3_is_backed_up_and_filled_again(
    s3_address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moved_to: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
):
    bucket = new_bucket()
    monkeypatch.setattr(files, "make_store", lambda *_, **__: S3Store(s3_client(s3_address), bucket))
    place = tmp_path / "backup.tar"
    url = f"sqlite:///{tmp_path}/contract.db"
    with installation(url, tmp_path, monkeypatch) as world:
        upload(world, b"small")
        nobodys = document_store().put(io.BytesIO(b"nobody's"), 2**30)
        assert main(["backup", str(place)]) == 0
        held = {c.digest for c in document_store().contents()} - {nobodys.digest}
        bucket = new_bucket()
        moved_to(empty(url))
        assert main(["restore", str(place)]) == 0
        found = check_storage(utc_now())
        assert not found.lost and {c.digest for c in document_store().contents()} == held
        assert check_backup(place).faults == []
