"""Whether store and database agree: content that is missing, damaged or nobody's, uploads that were left behind."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary
from sqlmodel import Session, SQLModel, col, select

from jointreview.commands.files import document_store
from jointreview.commands.upload_checks import check, due_checks
from jointreview.commands.upload_sessions import discard_left_over
from jointreview.domain.problems import Refused
from jointreview.models.base import reading
from jointreview.models.case import Signature, Upload
from jointreview.models.identity import Agent
from jointreview.models.outcome import IssuedDocument

# Younger content may belong to a transaction that is not committed yet.
GRACE = timedelta(hours=1)
_ANY_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass
class Found:
    """What a check found. `missing` and `damaged` are losses nobody can repair here; the rest `repaired` mends."""

    contents: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    removed: int = 0
    locked: int = 0
    settled: int = 0
    discarded: int = 0

    @property
    def lost(self) -> bool:
        """Whether a document is without its content."""
        return bool(self.missing or self.damaged)


def check_storage(now: datetime, *, repair: bool = False, quick: bool = False) -> Found:
    """Compare store and database; `quick` does not read the content itself.

    `repair` settles uploads whose process died, throws away staging places of no session, and removes content that
    no row of any table names. Locked content stays. Raises Refused when the store is away.
    """
    found = Found()
    if repair:
        for key in due_checks(now):
            check(key, lambda: now)
            found.settled += 1
        found.discarded = discard_left_over(now)
    store = document_store()
    held = {content.digest: content for content in store.contents()}
    found.contents, found.size = len(held), sum(content.size for content in held.values())
    with reading() as session:
        found.missing = sorted(needed_digests(session) - held.keys())
        named = named_digests(session)
    if not quick:
        found.damaged = [digest for digest in sorted(held) if _damaged(digest)]
    for digest, content in sorted(held.items()):
        if digest not in named and content.stored_at < now - GRACE:
            found.orphans.append(digest)
    if repair:
        for digest in found.orphans:
            try:
                store.delete(digest)
                found.removed += 1
            except Refused as refusal:
                if refusal.problems[0].key != "files.locked":
                    raise
                found.locked += 1
    return found


def _damaged(digest: str) -> bool:
    seen = hashlib.sha256()
    for chunk in document_store().open(digest):
        seen.update(chunk)
    return seen.hexdigest() != digest


def needed_digests(session: Session) -> set[str]:
    """The content that documents cannot do without."""
    found: set[str] = set()
    for column in (Upload.digest, Signature.image_digest, IssuedDocument.digest, Agent.letter_digest):
        found |= set(session.exec(select(column).where(col(column) != "").distinct()).all())
    return found


def named_digests(session: Session, but: frozenset[str] = frozenset()) -> set[str]:
    """Every digest that stands anywhere in the database, but for some tables.

    What a row names in any way is never taken for nobody's.
    """
    found: set[str] = set()
    for table in SQLModel.metadata.sorted_tables:
        if table.name in but:
            continue
        columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
        for row in session.connection().execute(select(*columns)).yield_per(1000):
            for value in row:
                if isinstance(value, dict | list):
                    found |= set(_ANY_DIGEST.findall(json.dumps(value)))
                elif isinstance(value, str):
                    found |= set(_ANY_DIGEST.findall(value))
    return found
