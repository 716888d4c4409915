"""Taking a backup while people work: first the database of one moment, then all content it names.

Content never changes and lies under its digest, so that whatever the database names is there afterwards in the state
it named. Content that was erased in between is noticed; then a newer moment is taken.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, text
from sqlmodel import Session, col, select

from jointreview.commands.files import document_store
from jointreview.commands.storage_check import named_digests, needed_digests
from jointreview.domain.problems import Refused, refuse
from jointreview.jobs.backup.database import FILES, Snapshot, snapshot
from jointreview.jobs.backup.manifest import (
    CONTENTS,
    MANIFEST,
    MANIFEST_DIGEST,
    Manifest,
    Part,
    content_lines,
    read_contents,
)
from jointreview.jobs.backup.outside import outside
from jointreview.jobs.backup.places import Folder, Target, chunks_of, content_name, target_at
from jointreview.models.base import writing
from jointreview.models.identity import Audit
from jointreview.models.ledger import LedgerEntry

_MOMENTS = 3
_PART_BYTES = 1024 * 1024


@dataclass
class Taken:
    """What a backup brought: its name, its manifest with its digest; `copied` contents were new to the target."""

    stamp: str
    manifest: Manifest
    digest: str
    copied: int
    copied_bytes: int
    forgotten: list[str] = field(default_factory=list)
    swept: int = 0

    @property
    def whole(self) -> bool:
        """Whether the store had everything the database cannot do without."""
        return not (self.manifest.missing or self.manifest.damaged)


@dataclass
class _Contents:
    """Content on its way into a target."""

    target: Target
    sizes: dict[str, int] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    copied: int = 0
    copied_bytes: int = 0

    def copy(self, digest: str) -> None:
        """Take content along, unless it is there already. Content the store has not got is left out."""
        store = document_store()
        try:
            size = store.size(digest)
            if self.target.size(content_name(digest)) != size:
                if self.target.put(content_name(digest), store.open(digest), size) != digest:
                    self.target.drop(content_name(digest))
                    self.damaged.add(digest)
                    return
                self.copied, self.copied_bytes = self.copied + 1, self.copied_bytes + size
        except Refused as refusal:
            if refusal.kind != "missing":
                raise
            return
        except (FileNotFoundError, ValueError):
            return  # removed, or cut short, while it was read
        self.sizes[digest] = size


def take_backup(place: Path, now: datetime, keep: int = 0) -> Taken:
    """Write a backup to a folder or a `.tar` file. With `keep` only so many backups stay in the folder.

    That it was made goes on record. Raises Refused for a place in use, a tar file that is there already, a database
    that was not migrated, a store that is away.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    with target_at(place, stamp) as target:
        if isinstance(target, Folder) and stamp in target.stamps():
            raise refuse("backup.there_already", where=str(place / stamp))
        beside = place if isinstance(target, Folder) else place.parent
        with tempfile.TemporaryDirectory(dir=beside, prefix=".", suffix=".part") as folder:
            taken = _written(target, stamp, Path(folder), now)
        target.finish(stamp)
        if keep and isinstance(target, Folder):
            taken.forgotten, taken.swept = _forget(target, keep)
    _record(taken, now)
    return taken


def _written(target: Target, stamp: str, folder: Path, now: datetime) -> Taken:
    contents = _Contents(target)
    for moment in range(1, _MOMENTS + 1):
        with snapshot(folder) as shot:
            needed = needed_digests(shot.session)
            for digest in sorted(named_digests(shot.session)):
                if digest not in contents.sizes:
                    contents.copy(digest)
            missing = needed - contents.sizes.keys() - contents.damaged
            if missing and moment < _MOMENTS:
                continue  # perhaps erased since: a newer database does not name it any more
            return _finished(contents, stamp, shot, missing, now)
    raise AssertionError


def _finished(contents: _Contents, stamp: str, shot: Snapshot, missing: set[str], now: datetime) -> Taken:
    target, session = contents.target, shot.session
    wanted = named_digests(session)
    sizes = {digest: size for digest, size in contents.sizes.items() if digest in wanted}
    seq, root = _last_seal(session)
    database = FILES[shot.kind]
    size = shot.file.stat().st_size
    with shot.file.open("rb") as file:
        digest = target.put(f"{stamp}/{database}", chunks_of(file), size)
    manifest = Manifest(
        made_at=now,
        schema_version=_schema(session),
        kind=shot.kind,
        database=Part(name=database, size=size, sha256=digest),
        contents=_put(target, stamp, CONTENTS, content_lines(sizes)),
        count=len(sizes),
        total_bytes=sum(sizes.values()),
        files=tuple(_put(target, stamp, f"files/{name}", said) for name, said in outside()),
        ledger_seq=seq,
        ledger_hash=root,
        missing=tuple(sorted(missing)),
        damaged=tuple(sorted(contents.damaged & wanted)),
    )
    part = _put(target, stamp, MANIFEST, manifest.written())
    _put(target, stamp, MANIFEST_DIGEST, f"{part.sha256}  {MANIFEST}\n".encode())
    return Taken(stamp, manifest, part.sha256, contents.copied, contents.copied_bytes)


def _put(target: Target, stamp: str, name: str, said: bytes) -> Part:
    def pieces() -> Iterator[bytes]:
        for start in range(0, len(said), _PART_BYTES):
            yield said[start : start + _PART_BYTES]

    digest = target.put(f"{stamp}/{name}", pieces(), len(said))
    assert digest == hashlib.sha256(said).hexdigest()
    return Part(name=name, size=len(said), sha256=digest)


def _schema(session: Session) -> str:
    """The revision of the tables; raises Refused where `migrate` never ran."""
    if inspect(session.connection()).has_table("alembic_version"):
        found = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found:
            return str(found)
    raise refuse("backup.not_migrated", kind="state")


def _last_seal(session: Session) -> tuple[int, str]:
    last = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq).desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, "")


def _forget(folder: Folder, keep: int) -> tuple[list[str], int]:
    """Remove the oldest backups, and content that only they named."""
    stamps = folder.stamps()
    old = stamps[:-keep]
    for stamp in old:
        folder.forget(stamp)
    if not old:
        return [], 0
    wanted = {digest for stamp in stamps[-keep:] for digest, _ in read_contents(folder, stamp)}
    return old, folder.sweep(wanted)


def _record(taken: Taken, now: datetime) -> None:
    details = {"contents": taken.manifest.count, "bytes": taken.manifest.total_bytes, "manifest": taken.digest}
    with writing() as session:
        session.add(Audit(at=now, action="system.backup_made", subject=taken.stamp, details=details))
