"""Uploads becoming documents: checked whole, stored under their digest, registered for their sender.

The order is what makes a killed process harmless. A session with the digest is written first, then the content gets
its address, then the upload and the end of the session are written in one transaction. Whoever dies in between
leaves a session that the sweep takes up again, whether or not the content has its address already.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from jointreview.commands.files import document_store
from jointreview.commands.scans import note_known, note_scan, scanner
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.base import reading, writing
from jointreview.models.case import Upload
from jointreview.models.upload import CHECKING, DONE, REFUSED, UploadSession
from jointreview.settings import settings
from jointreview.storage.base import Incoming
from jointreview.storage.clamav import Scan, Scanning
from jointreview.storage.examine import Judged, Passed, judge, pass_by
from jointreview.storage.reader import open_seekable

LEASE = timedelta(minutes=30)
RETRY_SECONDS = (10, 60, 300, 1800)
_KEPT_AFTER_THE_END = timedelta(days=1)
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class _Checked:
    """Accepted content with its address: ready to be written down."""

    digest: str
    size: int
    judged: Judged
    scan: Scan | None


def answer(upload: Upload) -> dict[str, Any]:
    """What a browser is told about its file."""
    return {
        "upload_id": upload.id,
        "name": upload.name,
        "size": upload.size,
        "kind": upload.kind,
        "pages": upload.pages,
        "digest": upload.digest,
    }


def keep(
    incoming: Incoming, scanning: Scanning | None, name: str, account_id: int, declared: str, now: datetime
) -> dict[str, Any]:
    """Store a file that arrived in one request; `declared` is its SHA-256 by the sender, or empty.

    Raises Refused for what is not accepted; nothing of it stays.
    """
    scan = scanning.result() if scanning else None
    passed = Passed(incoming.digest, incoming.size, incoming.head, incoming.ends(), scan)
    refuse_other_digest(declared, passed.digest, name)
    note_known(passed.digest, scan, now)
    with closing(incoming.whole()) as whole:
        checked = _Checked(passed.digest, passed.size, judge(passed, name, whole), scan)
    row = UploadSession(
        key=uuid.uuid4().hex,
        account_id=account_id,
        name=name,
        size=passed.size,
        part_bytes=passed.size,
        digest=passed.digest,
        state=CHECKING,
        next_at=now + LEASE,
        created_at=now,
        expires_at=now + _KEPT_AFTER_THE_END,
    )
    with writing() as session:
        session.add(row)
    try:
        incoming.commit()
    except Refused:
        with writing() as session:
            session.delete(session.get_one(UploadSession, row.key))
        raise
    with writing() as session:
        intent = session.get_one(UploadSession, row.key)
        taken = answer(_register(session, intent, checked, now))
        session.delete(intent)
    return taken


def refuse_other_digest(declared: str, found: str, name: str) -> None:
    """Raises Refused(files.digest_differs) when what arrived is not what the sender declared."""
    if declared and declared != found:
        raise refuse("files.digest_differs", where=name, name=name)


def due_checks(now: datetime) -> list[str]:
    """The sessions whose check is due: never begun, paused long enough, or left by a process that died."""
    with reading() as session:
        return list(
            session.exec(
                select(UploadSession.key)
                .where(UploadSession.state == CHECKING)
                .where((col(UploadSession.next_at).is_(None)) | (col(UploadSession.next_at) <= now))
                .order_by(col(UploadSession.created_at))
            ).all()
        )


def check(key: str, clock: Clock) -> None:
    """Check one finished upload and settle it; does nothing when somebody else is at it. Never raises."""
    row = _claim(key, clock())
    if row is None:
        return
    try:
        checked = _checked(row, clock())
    except Refused as refusal:
        if refusal.kind == "state":
            _try_later(key, clock())
        else:
            _settle_refused(row, refusal.problems, clock())
        return
    except Exception:
        _log.exception("an upload could not be checked and is tried again")
        _try_later(key, clock())
        return
    with writing() as session:
        found = session.get(UploadSession, key)
        if found is not None:
            _register(session, found, checked, clock())


def _claim(key: str, now: datetime) -> UploadSession | None:
    """Take a due check for half an hour, so that a second sweep leaves it alone."""
    with writing() as session:
        row = session.exec(select(UploadSession).where(UploadSession.key == key).with_for_update()).first()
        if row is None or row.state != CHECKING or (row.next_at is not None and row.next_at > now):
            return None
        row.next_at = now + LEASE
        session.add(row)
    return row


def _checked(row: UploadSession, now: datetime) -> _Checked:
    """Look at the content where it lies and give it its address.

    Raises Refused: kind state when the store is away, else with what is wrong with the content.
    """
    store = document_store()
    staging = store.staging()
    if not row.place or (store.exists(row.digest) and _place_is_gone(row)):
        return _stored_before(row)
    if staging.finish(row.place) != row.size:
        raise refuse("files.digest_differs", where=row.name, name=row.name)
    passed = pass_by(staging.open(row.place), scanner())
    refuse_other_digest(row.digest, passed.digest, row.name)
    note_known(passed.digest, passed.scan, now)
    with closing(staging.seekable(row.place)) as whole:
        judged = judge(passed, row.name, whole)
    staging.publish(row.place, passed.digest)
    return _Checked(passed.digest, passed.size, judged, passed.scan)


def _place_is_gone(row: UploadSession) -> bool:
    try:
        document_store().staging().finish(row.place)
    except Refused as refusal:
        return refusal.kind == "missing"
    return False


def _stored_before(row: UploadSession) -> _Checked:
    """Content whose process died after it got its address; nobody may read it before it is looked at again."""
    store = document_store()
    passed = pass_by(store.open(row.digest), scanner())
    with closing(open_seekable(store, row.digest)) as whole:
        return _Checked(row.digest, passed.size, judge(passed, row.name, whole), passed.scan)


def _register(session: Session, row: UploadSession, checked: _Checked, now: datetime) -> Upload:
    """The upload, what the scan said of its content and the end of the session: all of it or nothing."""
    upload = Upload(
        account_id=row.account_id,
        digest=checked.digest,
        name=row.name,
        kind=checked.judged.kind.code,
        mime=checked.judged.kind.mime,
        size=checked.size,
        pages=checked.judged.pages,
        created_at=settings().current_time(),
    )
    session.add(upload)
    session.flush()
    note_scan(session, checked.digest, checked.scan, now)
    row.state, row.upload_id, row.place, row.next_at = DONE, upload.id, "", None
    row.expires_at = now + _KEPT_AFTER_THE_END
    session.add(row)
    return upload


def _settle_refused(row: UploadSession, problems: tuple[Problem, ...], now: datetime) -> None:
    """Keep why, for the page that asks; the bytes go."""
    if row.place:
        try:
            document_store().staging().discard(row.place)
        except Refused:
            _log.warning("a refused upload stays in the staging place until the sweep finds it")
    with writing() as session:
        found = session.get(UploadSession, row.key)
        if found is not None:
            found.state, found.next_at, found.place = REFUSED, None, ""
            found.problems = [{"key": p.key, "params": p.params, "where": p.where} for p in problems]
            found.expires_at = now + _KEPT_AFTER_THE_END
            session.add(found)


def _try_later(key: str, now: datetime) -> None:
    with writing() as session:
        found = session.get(UploadSession, key)
        if found is not None and found.state == CHECKING:
            found.next_at = now + timedelta(seconds=RETRY_SECONDS[min(found.tries, len(RETRY_SECONDS) - 1)])
            found.tries += 1
            session.add(found)
