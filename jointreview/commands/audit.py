"""Whether the record holds: the chain of each case, the one ledger over everything sealed, roots kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as plain_select
from sqlmodel import Session, col, select

from jointreview.commands.executor import event_hash
from jointreview.domain.retention import from_ranges
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.identity import Audit
from jointreview.models.ledger import SEALED, LedgerEntry, content_of, entry_hash

_AT_ONCE = 2_000
ERASED = "system.erased"
"""The act that names what was erased by the policy (commands.erasing)."""


@dataclass(frozen=True)
class ChainFault:
    """Where a chain does not hold: the case, the event's number, and the text key of what is wrong.

    For the ledger `case_number` is the kind of row (`audit`, `document` ...) and `seq` the row's id.
    """

    case_number: str
    seq: int
    key: str


@dataclass(frozen=True)
class ChainReport:
    """How much was walked and what was found; `sealed` are the entries of the ledger."""

    cases: int
    events: int
    faults: tuple[ChainFault, ...]
    sealed: int = 0


def verify_chains(session: Session) -> ChainReport:
    """Walk every case's chain and the ledger (requirements §6.2); names each row changed, removed or put in."""
    faults: list[ChainFault] = []
    cases = session.exec(select(Case).order_by(col(Case.id))).all()
    events = 0
    for case in cases:
        chain = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))).all()
        events += len(chain)
        faults += _faults(case, list(chain))
    faults += ledger_faults(session)
    sealed = session.exec(select(func.count(col(LedgerEntry.seq)))).one()
    return ChainReport(len(cases), events, tuple(faults), sealed)


def _faults(case: Case, chain: list[Event]) -> Iterator[ChainFault]:
    previous = ""
    for n, event in enumerate(chain, start=1):
        if event.seq != n:
            yield ChainFault(case.number, event.seq, "audit.number_missing")
        if event.previous_hash != previous:
            yield ChainFault(case.number, event.seq, "audit.link_broken")
        if event_hash(event) != event.hash:
            yield ChainFault(case.number, event.seq, "audit.content_changed")
        previous = event.hash
    if len(chain) != case.version:
        yield ChainFault(case.number, len(chain), "audit.end_missing")


def ledger_faults(session: Session) -> Iterator[ChainFault]:
    """What is wrong with the ledger itself, and with the rows it seals.

    A row may be missing where a sealed act names it as erased by the policy of retention.
    """
    contents = {kind: _contents(session, kind) for kind in SEALED}
    seen: dict[str, set[int]] = {kind: set() for kind in SEALED}
    erased = erased_rows(session)
    previous, expected = "", 1
    for entry in entries(session):
        if entry.seq != expected:
            yield ChainFault("ledger", expected, "audit.number_missing")
        elif entry.previous_hash != previous:
            yield ChainFault("ledger", entry.seq, "audit.link_broken")
        if entry_hash(entry.seq, entry.kind, entry.subject, entry.content, entry.previous_hash) != entry.hash:
            yield ChainFault("ledger", entry.seq, "audit.content_changed")
        previous, expected = entry.hash, entry.seq + 1
        there = contents.get(entry.kind, {}).get(entry.subject)
        if there is None and entry.subject in erased.get(entry.kind, ()):
            pass
        elif there is None:
            yield ChainFault(entry.kind, entry.subject, "audit.row_removed")
        elif there != entry.content:
            yield ChainFault(entry.kind, entry.subject, "audit.content_changed")
        seen.setdefault(entry.kind, set()).add(entry.subject)
    for kind, known in contents.items():
        for subject in sorted(set(known) - seen[kind]):
            yield ChainFault(kind, subject, "audit.row_put_in")


def erased_rows(session: Session) -> dict[str, set[int]]:
    """The rows that were erased because their time was over, by kind, as the record itself names them."""
    found: dict[str, set[int]] = {}
    for details in session.exec(select(Audit.details).where(Audit.action == ERASED)).all():
        for kind, ranges in dict(details.get("sealed", {})).items():
            found.setdefault(kind, set()).update(from_ranges(ranges))
    return found


def entries(session: Session, after: int = 0) -> Iterator[Any]:
    """The entries of the ledger in their order, as plain rows with the columns of LedgerEntry."""
    wanted = [getattr(LedgerEntry, name) for name in LedgerEntry.model_fields]
    asked = plain_select(*wanted).where(col(LedgerEntry.seq) > after).order_by(col(LedgerEntry.seq))
    yield from session.connection().execute(asked).yield_per(_AT_ONCE)


def _contents(session: Session, kind: str) -> dict[int, str]:
    """What every row of a kind says now, by id."""
    table, names = SEALED[kind]
    columns: list[Any] = [getattr(table, name) for name in ("id", *names)]
    rows = session.connection().execute(plain_select(*columns)).yield_per(_AT_ONCE)
    return {row[0]: content_of(kind, row[1:]) for row in rows}
