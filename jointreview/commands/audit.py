"""Walking the event chains: every hash, every link, every number, and that nothing was cut off at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from jointreview.commands.executor import event_hash
from jointreview.models.case import Case
from jointreview.models.event import Event


@dataclass(frozen=True)
class ChainFault:
    """Where a chain does not hold: the case, the event's number, and the text key of what is wrong."""

    case_number: str
    seq: int
    key: str


@dataclass(frozen=True)
class ChainReport:
    """How much was walked and what was found."""

    cases: int
    events: int
    faults: tuple[ChainFault, ...]


def verify_chains(session: Session) -> ChainReport:
    """Walk every case's chain (requirements §6.2)."""
    faults: list[ChainFault] = []
    cases = session.exec(select(Case).order_by(col(Case.id))).all()
    events = 0
    for case in cases:
        chain = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))).all()
        events += len(chain)
        faults += _faults(case, list(chain))
    return ChainReport(len(cases), events, tuple(faults))


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
