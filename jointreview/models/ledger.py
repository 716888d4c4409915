"""One chain over everything that must stay as it was: events, documents, materials and administrative acts.

A row of these tables is sealed at the commit that writes it: the entry carries the SHA-256 over what the row says and
over the entry before it. Nothing in the product changes or removes an entry (requirements §6.2).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Index, event, insert, text
from sqlmodel import Field, Session, SQLModel, col, select

from jointreview.models.case import Material, Upload
from jointreview.models.event import Event
from jointreview.models.identity import Audit
from jointreview.models.outcome import IssuedDocument

SEALED: dict[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "event": (Event, ("case_id", "seq", "hash")),
    "upload": (Upload, ("account_id", "digest", "size", "created_at")),
    "material": (Material, ("case_id", "code", "slot", "version", "upload_id", "added_by", "added_at")),
    "document": (
        IssuedDocument,
        (
            "case_id",
            "kind",
            "number",
            "title",
            "version",
            "digest",
            "verify_code",
            "issued_on",
            "issued_by",
            "issued_at",
        ),
    ),
    "audit": (Audit, ("at", "account_id", "action", "subject", "details")),
}
"""By kind: the table and those of its columns that never change."""
_KINDS = {table: kind for kind, (table, _) in SEALED.items()}
_WAITING = "unsealed"
_LOCK = 7_246_291
"""Any number of one's own: sealing is one at a time across processes on PostgreSQL."""


class LedgerEntry(SQLModel, table=True):
    """The seal of one row; `seq` counts without holes from 1."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_subject", "kind", "subject"),)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=12)
    subject: int = Field(description="the id of the row")
    content: str = Field(max_length=64)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def content_of(kind: str, values: Iterable[Any]) -> str:
    """SHA-256 over what a row says, the same whatever database it comes from."""
    said = json.dumps([kind, *map(_plain, values)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def entry_hash(seq: int, kind: str, subject: int, content: str, previous: str) -> str:
    """SHA-256 over an entry and the one before it."""
    return hashlib.sha256(json.dumps([seq, kind, subject, content, previous]).encode()).hexdigest()


def content_of_row(row: SQLModel) -> tuple[str, int, str]:
    """Kind, id and content of a row that is sealed."""
    kind = _KINDS[type(row)]
    columns = SEALED[kind][1]
    return kind, row.id, content_of(kind, (getattr(row, name) for name in columns))  # type: ignore[attr-defined]


def entries_after(seq: int, previous: str, rows: Iterable[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """The next entries of the chain for rows of (kind, id, content)."""
    entries: list[dict[str, Any]] = []
    for kind, subject, content in rows:
        seq += 1
        seal = entry_hash(seq, kind, subject, content, previous)
        entries.append(
            {
                "seq": seq,
                "kind": kind,
                "subject": subject,
                "content": content,
                "previous_hash": previous,
                "hash": seal,
            }
        )
        previous = seal
    return entries


def lock_chain(connection: Connection) -> None:
    """Let nobody else seal before this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _note(session: Session, _context: Any) -> None:
    """After a flush: what was written waits to be sealed at the end of the transaction."""
    session.info.setdefault(_WAITING, []).extend(row for row in session.new if type(row) in _KINDS)


def _seal(session: Session) -> None:
    """Before the commit, when nothing else is locked any more: no two transactions can wait for each other here."""
    session.flush()
    waiting = [row for row in session.info.pop(_WAITING, []) if row in session]
    if not waiting:
        return
    lock_chain(session.connection())
    last = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq).desc()).limit(1)).first()
    found = sorted(map(content_of_row, waiting), key=lambda row: (list(SEALED).index(row[0]), row[1]))
    seq, previous = (last.seq, last.hash) if last else (0, "")
    session.execute(insert(LedgerEntry), entries_after(seq, previous, found))


def _forget(session: Session, _transaction: Any = None) -> None:
    """What was rolled back is not sealed."""
    session.info.pop(_WAITING, None)


event.listen(Session, "after_flush", _note)
event.listen(Session, "before_commit", _seal)
event.listen(Session, "after_soft_rollback", _forget)
