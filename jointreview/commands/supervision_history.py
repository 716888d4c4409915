"""Reads the histories of many cases at once, as the rules of supervision look at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from jointreview.commands.executor import SHANGHAI
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.pauses import PauseKind
from jointreview.domain.status_codes import StatusCode
from jointreview.domain.supervision import names_a_basis
from jointreview.domain.supervision_facts import (
    AttendanceFacts,
    CaseHistory,
    Entry,
    OpinionFacts,
    PauseFacts,
    RoundFacts,
)
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.review import Assignment, Finding, Opinion, Round
from jointreview.models.timekeeping import PauseRequest
from jointreview.models.visit import Visit, VisitMember

_GRANTS = ("time_granted", "extension_approved")


def histories(session: Session, cases: Sequence[Case], calendar: WorkCalendar) -> dict[int, CaseHistory]:
    """The history of each case; the number of statements does not grow with their number."""
    ids = [case.id or 0 for case in cases]
    entries: dict[int, list[Entry]] = defaultdict(list)
    for event in session.exec(select(Event).where(col(Event.case_id).in_(ids)).order_by(col(Event.seq))).all():
        if not event.kind.startswith("card_"):
            entries[event.case_id].append(_entry(event))
    rounds, opinions = _rounds(session, ids), _opinions(session, ids)
    pauses, attendance = _pauses(session, ids, calendar), _attendance(session, ids)
    return {
        case_id: CaseHistory(
            case_id=case_id,
            promised_days=case.promised_days,
            entries=tuple(entries[case_id]),
            rounds=tuple(rounds[case_id]),
            pauses=tuple(pauses[case_id]),
            opinions=tuple(opinions[case_id]),
            attendance=tuple(attendance[case_id]),
        )
        for case_id, case in zip(ids, cases, strict=True)
    }


def _entry(event: Event) -> Entry:
    said = event.payload
    return Entry(
        id=event.id or 0,
        kind=event.kind,
        day=event.effective_on,
        recorded_on=max(
            event.at.astimezone(SHANGHAI).date(), event.effective_on if not event.backfilled else date.min
        ),
        code=StatusCode(event.code) if event.code is not None else None,
        role=event.actor_role,
        unit=event.actor_unit,
        account_id=event.account_id,
        part=said.get("part") if isinstance(said.get("part"), int) else None,
        pause=PauseKind(said["pause"]) if said.get("pause") and event.code is not None else None,
        ref=str(said.get("ref", "")),
        days=int(said.get("days") or 0) if event.kind in _GRANTS else 0,
        text=str(said.get("reasons", "")) if event.kind == "refused" else "",
        deemed=bool(said.get("deemed")),
    )


def _rounds(session: Session, ids: Iterable[int]) -> dict[int, list[RoundFacts]]:
    rows = session.exec(
        select(Assignment, Round)
        .join(Round, col(Round.assignment_id) == Assignment.id)
        .where(col(Assignment.case_id).in_(ids))
        .order_by(col(Round.id))
    ).all()
    found: dict[int, list[RoundFacts]] = defaultdict(list)
    for part, one in rows:
        found[part.case_id].append(
            RoundFacts(
                id=one.id or 0,
                assignment_id=one.assignment_id,
                unit=part.unit,
                item=part.item,
                kind=one.kind,
                status=one.status,
                opened_on=one.opened_on,
                days=one.promised_days,
                closed_on=one.closed_on,
                account_id=part.officer_id or (one.closed_by if one.status == "done" else None),
            )
        )
    return found


def _opinions(session: Session, ids: Iterable[int]) -> dict[int, list[OpinionFacts]]:
    rows = session.exec(
        select(Opinion, Assignment)
        .join(Assignment, col(Assignment.id) == Opinion.assignment_id)
        .where(col(Opinion.case_id).in_(ids), Opinion.result == "FAIL")
    ).all()
    named: dict[int, list[Any]] = defaultdict(list)
    if rows:
        for finding in session.exec(select(Finding).where(col(Finding.case_id).in_(ids))).all():
            named[finding.assignment_id].append(finding)
    found: dict[int, list[OpinionFacts]] = defaultdict(list)
    for opinion, part in rows:
        under = [f for f in named[opinion.assignment_id] if f.raised_at <= opinion.given_at]
        found[opinion.case_id].append(
            OpinionFacts(
                id=opinion.id or 0,
                assignment_id=opinion.assignment_id,
                unit=part.unit,
                item=part.item,
                result=opinion.result,
                text=opinion.text,
                given_on=opinion.given_on,
                basis=any(names_a_basis(f.rule) for f in under),
                account_id=opinion.officer_id,
            )
        )
    return found


def _pauses(session: Session, ids: Iterable[int], calendar: WorkCalendar) -> dict[int, list[PauseFacts]]:
    rows = session.exec(
        select(PauseRequest, Assignment.unit)
        .outerjoin(Assignment, col(Assignment.id) == PauseRequest.assignment_id)
        .where(col(PauseRequest.case_id).in_(ids), col(PauseRequest.opened_on).is_not(None))
    ).all()
    found: dict[int, list[PauseFacts]] = defaultdict(list)
    for pause, unit in rows:
        assert pause.opened_on is not None
        planned = pause.planned_end or calendar.nth_workday_after(pause.opened_on, pause.planned_days)
        found[pause.case_id].append(
            PauseFacts(
                id=pause.id or 0,
                kind=PauseKind(pause.kind),
                unit=unit or "",
                opened_on=pause.opened_on,
                planned_end=planned,
                closed_on=pause.closed_on,
                assignment_id=pause.assignment_id,
                account_id=pause.requested_by,
            )
        )
    return found


def _attendance(session: Session, ids: Iterable[int]) -> dict[int, list[AttendanceFacts]]:
    rows = session.exec(
        select(Visit, VisitMember)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(
            col(Visit.case_id).in_(ids),
            col(Visit.status).in_(["planned", "held"]),
            VisitMember.attendance != "expected",
        )
        .order_by(col(VisitMember.id))
    ).all()
    found: dict[int, list[AttendanceFacts]] = defaultdict(list)
    for visit, member in rows:
        present = member.attendance != "absent"  # who was excused owes the opinion as if there
        found[visit.case_id].append(
            AttendanceFacts(visit.id or 0, visit.day, member.unit, present, member.account_id)
        )
    return found
