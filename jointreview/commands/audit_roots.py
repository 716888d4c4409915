"""Roots of the ledger as files that another system keeps: day by day, each with its entries and its predecessor.

Together they are a copy of the chain. Who changes the database and recomputes every hash in it cannot change them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from jointreview.commands.audit import ChainFault, entries
from jointreview.domain.problems import refuse
from jointreview.models.base import reading
from jointreview.models.ledger import LedgerEntry, entry_hash
from jointreview.settings import SHANGHAI, settings

FORMAT = "jointreview-audit-root/1"


@dataclass(frozen=True)
class Root:
    """A root: the last entry it covers, its hash, and the file it lies in."""

    seq: int
    hash: str
    file: Path


def roots_folder() -> Path:
    """Where roots are written; best a folder of another system."""
    return settings().audit_roots_dir or settings().data_dir / "audit-roots"


def write_root(now: datetime, folder: Path | None = None) -> Root:
    """Write what was sealed since the last root as a file named after the time; nothing new writes nothing new."""
    folder = folder or roots_folder()
    folder.mkdir(parents=True, exist_ok=True)
    last = max(_files(folder), default=None)
    known: dict[str, Any] = _read(last) if last else {"until": 0, "root": ""}
    with reading() as session:
        found = [[e.seq, e.kind, e.subject, e.content, e.hash] for e in entries(session, known["until"])]
    if not found and last is not None:
        return Root(known["until"], known["root"], last)
    newest: list[Any] = found[-1] if found else [0, "", 0, "", ""]
    until, root = newest[0], newest[4]
    made = now.astimezone(SHANGHAI)
    content = {
        "format": FORMAT,
        "made_at": made.isoformat(),
        "after": known["until"],
        "previous_root": known["root"],
        "until": until,
        "root": root,
        "entries": [entry[:4] for entry in found],
    }
    file = folder / f"{until:012d}-{made:%Y-%m-%d}.json"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    part.replace(file)
    return Root(until, root, file)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*-*.json"))


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] == FORMAT:
            return content
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise refuse("audit.no_root", file=str(file))


def against_roots(session: Session, where: Path) -> Iterator[ChainFault]:
    """What the ledger says otherwise than a root, or a folder of roots: each entry changed, removed or exchanged.

    Raises Refused for a file that is none.
    """
    files = _files(where) if where.is_dir() else [where]
    if not files:
        raise refuse("audit.no_root", file=str(where))
    for file in files:
        yield from _against(session, _read(file))


def _against(session: Session, root: dict[str, Any]) -> Iterator[ChainFault]:
    previous, broken = root["previous_root"], False
    for seq, kind, subject, content in root["entries"]:
        expected = entry_hash(seq, kind, subject, content, previous)
        entry = session.get(LedgerEntry, seq)
        if entry is None:
            yield ChainFault(kind, subject, "audit.removed_since_root")
        elif (entry.kind, entry.subject, entry.content) != (kind, subject, content):
            yield ChainFault(kind, subject, "audit.changed_since_root")
        elif entry.hash != expected and not broken:
            broken = True  # every later hash differs as well: told once
            yield ChainFault("ledger", seq, "audit.changed_since_root")
        previous = expected
    if previous != root["root"]:
        yield ChainFault("ledger", root["until"], "audit.root_contradicts_itself")
