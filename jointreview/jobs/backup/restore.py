"""A backup put into an installation: everything is verified before anything is changed, the database comes last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlmodel import col, select

from jointreview.commands.files import document_store
from jointreview.commands.locking import digests_of
from jointreview.commands.storage_check import needed_digests
from jointreview.domain.problems import Refused, refuse
from jointreview.jobs.backup.check import Checked, check_backup, database_file
from jointreview.jobs.backup.database import holds_anything, kind_in_use, load, refuse_in_use, set_aside
from jointreview.jobs.backup.manifest import read_contents
from jointreview.jobs.backup.outside import KEYS, other_key, place_of
from jointreview.jobs.backup.places import content_name
from jointreview.models.base import reading, writing
from jointreview.models.event import OutboxMessage
from jointreview.models.identity import Audit, LoginSession, PasswordReset
from jointreview.models.upload import RECEIVING, CaseLock, UploadSession
from jointreview.settings import ROOT
from jointreview.storage.base import CHUNK_BYTES


@dataclass
class Restored:
    """What a restore did."""

    stamp: str
    contents: int = 0
    there: int = 0
    kept: list[Path] = field(default_factory=list)
    settings_beside: Path | None = None
    key_differs: bool = False
    locked: int = 0
    sessions: int = 0
    messages: int = 0
    uploads: int = 0
    unmended: list[str] = field(default_factory=list)


def restore(
    place: Path, now: datetime, migrate: Callable[[], None], stamp: str = "", replace: bool = False
) -> Restored:
    """Bring back one backup, the newest where none is named.

    With `replace` an installation that holds something gives way; what it had is kept beside. Raises Refused before
    anything is changed: a backup with faults, of another kind of database or a newer version, a running product, an
    installation that holds something.
    """
    checked = _verified(place, stamp)
    _fits(checked)
    refuse_in_use()
    if not replace:
        _refuse_occupied(checked)
    done = Restored(checked.stamp)
    for digest, _ in read_contents(checked.source, checked.stamp):
        _bring(checked, digest, done)
    _files(checked, done, f"{now:%Y%m%dT%H%M%SZ}")
    with database_file(checked) as file:
        if kept := set_aside(f"{now:%Y%m%dT%H%M%SZ}"):
            done.kept.append(kept)
        load(file)
    migrate()
    _settle(checked, done, now)
    return done


def restore_content(place: Path, now: datetime, stamp: str = "") -> Restored:
    """Give a living installation back the content it has lost or that is damaged, and nothing else."""
    checked = _verified(place, stamp)
    done = Restored(checked.stamp)
    there = dict(read_contents(checked.source, checked.stamp))
    with reading() as session:
        needed = needed_digests(session)
    for digest in sorted(needed):
        if digest in there:
            _bring(checked, digest, done)
        elif not document_store().exists(digest):
            done.unmended.append(digest)
    with writing() as session:
        session.add(
            Audit(at=now, action="system.content_restored", subject=done.stamp, details={"contents": done.contents})
        )
    return done


def _verified(place: Path, stamp: str) -> Checked:
    checked = check_backup(place, stamp)
    if checked.faults:
        raise Refused(*checked.faults, kind="state")
    return checked


def _fits(checked: Checked) -> None:
    manifest = checked.manifest
    if manifest.kind != kind_in_use():
        raise refuse("backup.other_database", there=manifest.kind, here=kind_in_use())
    try:
        ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_revisions(manifest.schema_version)
    except CommandError:
        raise refuse("backup.newer", version=manifest.schema_version) from None


def _refuse_occupied(checked: Checked) -> None:
    keys = [
        p for part in checked.manifest.files if part.name.startswith(f"files/{KEYS}/") for p in [_place(part.name)]
    ]
    if holds_anything() or next(iter(document_store().contents()), None) or any(p.exists() for p in keys):
        raise refuse("backup.occupied", kind="state")


def _place(name: str, stamp: str = "") -> Path:
    return place_of(name.removeprefix("files/"), stamp)


def _bring(checked: Checked, digest: str, done: Restored) -> None:
    """Put content into the store; what is there already is read and, where it is damaged, replaced."""
    store = document_store()
    if store.exists(digest):
        if _digest(store.open(digest)) == digest:
            done.there += 1
            return
        try:
            store.delete(digest)
        except Refused:
            done.unmended.append(digest)  # locked content nobody may replace
            return
    with checked.source.open(content_name(digest)) as stream:
        _put(stream, digest)
    done.contents += 1


def _put(stream: IO[bytes], digest: str) -> None:
    with document_store().begin(2**62) as incoming:
        while piece := stream.read(CHUNK_BYTES):
            incoming.write(piece)
        if incoming.digest != digest:
            raise refuse("backup.part_changed", name=content_name(digest))
        incoming.commit()


def _digest(chunks: Iterable[bytes]) -> str:
    seen = hashlib.sha256()
    for piece in chunks:
        seen.update(piece)
    return seen.hexdigest()


def _files(checked: Checked, done: Restored, moment: str) -> None:
    for part in checked.manifest.files:
        name = part.name.removeprefix("files/")
        target = place_of(name, checked.stamp)
        with checked.source.open(f"{checked.stamp}/{part.name}") as file:
            said = file.read()
        done.key_differs |= other_key(name, said)
        if target.exists() and target.read_bytes() != said:
            kept = target.with_name(f"{target.name}.before-{moment}")
            target.replace(kept)
            done.kept.append(kept)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                written.write(said)
        if name.startswith("settings/"):
            done.settings_beside = target


def _settle(checked: Checked, done: Restored, now: datetime) -> None:
    """What was true at the moment of the backup and is not any more; it goes on record.

    Sessions end, for some were ended since; links to set a password are used up; messages that waited are the
    administrator's, for nobody knows whether they left since; unfinished uploads have lost their parts.
    """
    with writing() as session:
        for login in session.exec(select(LoginSession).where(col(LoginSession.revoked).is_(False))):
            login.revoked = True
            done.sessions += 1
        for link in session.exec(select(PasswordReset).where(col(PasswordReset.used).is_(False))):
            link.used = True
        for message in session.exec(
            select(OutboxMessage).where(col(OutboxMessage.status).in_(("waiting", "sending")))
        ):
            message.status, message.last_error = "dead", "uncertain: restored from a backup"
            done.messages += 1
        for upload in session.exec(select(UploadSession).where(UploadSession.state == RECEIVING)).all():
            session.delete(upload)
            done.uploads += 1
        details = {
            "made_at": checked.manifest.made_at.isoformat(),
            "ledger_seq": checked.manifest.ledger_seq,
            "sessions": done.sessions,
            "messages": done.messages,
            "uploads": done.uploads,
        }
        session.add(Audit(at=now, action="system.restored", subject=checked.stamp, details=details))
    with reading() as session:
        locks = [(row.until, digests_of(session, row.case_id)) for row in session.exec(select(CaseLock)).all()]
    done.locked = _lock(locks)


def _lock(locks: list[tuple[datetime, set[str]]]) -> int:
    """The store forgot what was locked: the database tells it again."""
    store, locked = document_store(), set()
    store.probe()
    for until, digests in locks:
        for digest in digests:
            if store.exists(digest):
                store.lock(digest, until)
                locked.add(digest)
    return len(locked)
