"""An installation whose store is about to fail, and what has to hold afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.commands import upload_sessions
from jointreview.commands.files import document_store
from jointreview.commands.storage_check import Found, check_storage
from jointreview.models import base
from jointreview.models.case import Upload
from jointreview.models.upload import UploadSession
from jointreview.storage.base import utc_now
from tests.commands.world import World, fresh_database
from tests.storage import samples

PART = 64 * 1024
LATER = timedelta(hours=2)
"""By then a check that died may be taken up again, and content nobody named is nobody's."""

Tell = Callable[[str], None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Print what was done and counted, whatever pytest captures."""

    def said(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}", end="")

    return said


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(upload_sessions, "PART_BYTES", PART)
    with fresh_database(f"sqlite:///{tmp_path}/jr.db", tmp_path / "uploads"):
        yield World().populate()


def pdf(size: int, seed: int = 0) -> bytes:
    """A PDF of about that size; another seed is another content."""
    filler = bytes((n * 7 + seed) % 251 for n in range(256)).replace(b"\n", b" ") * (size // 256)
    head = samples.pdf()
    at = head.rindex(b"startxref")
    return head[:at] + b"%" + filler + b"\n" + head[at:]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begun(world: World, content: bytes) -> UploadSession:
    """A session of the applicant for this content."""
    actor = world.actors["applicant"]
    row, _ = upload_sessions.begin_upload(actor, "竣工图.pdf", len(content), "", utc_now(), lambda *_: None)
    assert row is not None
    return row


def send_part(world: World, row: UploadSession, number: int, content: bytes) -> None:
    """One part as the route takes it."""
    start = (number - 1) * row.part_bytes
    with upload_sessions.begin_part(world.actors["applicant"], row.key, number, utc_now()) as part:
        for at in range(start, min(start + row.part_bytes, len(content)), 16 * 1024):
            part.write(content[at : min(at + 16 * 1024, start + row.part_bytes)])
        part.commit()


def uploads() -> list[str]:
    """The content of every registered upload."""
    with base.reading() as session:
        return list(session.exec(select(Upload.digest)).all())


def nothing_is_lost_or_nobodys() -> Found:
    """Repair, then prove: no document is without its content, no content is charged to nobody, no place is left."""
    mended = check_storage(utc_now() + LATER, repair=True)
    left = check_storage(utc_now() + LATER)
    assert not left.lost and left.orphans == []
    assert {held.digest for held in document_store().contents()} == set(uploads())
    assert [place.place for place in document_store().staging().left_over() if place.place not in _known()] == []
    return mended


def _known() -> set[str]:
    """The places of unfinished uploads, which wait for the rest of their parts."""
    with base.reading() as session:
        return set(session.exec(select(UploadSession.place)).all())
