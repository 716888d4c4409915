"""The clock of a case: its events and the working-day table put into the domain's pure function."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlmodel import Session, col, select

from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.clock import Clock, Lamp, StatusEvent, clock_from_events, compute, concerning, paired_pauses
from jointreview.domain.pauses import Pause, PauseKind
from jointreview.domain.status_codes import ENDING, StatusCode
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.review import Round

CASES_AT_ONCE = 500  # in one statement; databases limit how many values it may hold


def status_log(events: Iterable[Event]) -> list[StatusEvent]:
    """The events that carry a national status code, as the domain reads them."""
    return [
        StatusEvent(
            code=StatusCode(event.code),
            effective_day=event.effective_on,
            kind=PauseKind(event.payload["pause"]) if event.payload.get("pause") else None,
            ref=str(event.payload.get("ref", "")),
            reason=str(event.payload.get("evidence") or event.payload.get("notice") or ""),
            opener=event.actor_unit or event.actor_role,
            part=event.payload.get("part"),
        )
        for event in events
        if event.code is not None
    ]


def coded_events(session: Session, case_id: int) -> list[Event]:
    """The events of a case that carry a national status code, in order."""
    return list(
        session.exec(
            select(Event).where(Event.case_id == case_id, col(Event.code).is_not(None)).order_by(col(Event.seq))
        ).all()
    )


def coded_events_of(session: Session, case_ids: Collection[int]) -> dict[int, list[Event]]:
    """The same for many cases at once; every case has its list, be it empty."""
    found: dict[int, list[Event]] = {case_id: [] for case_id in case_ids}
    ids = sorted(found)
    for start in range(0, len(ids), CASES_AT_ONCE):
        some = ids[start : start + CASES_AT_ONCE]
        rows = session.exec(
            select(Event).where(col(Event.case_id).in_(some), col(Event.code).is_not(None)).order_by(col(Event.seq))
        ).all()
        for event in rows:
            found[event.case_id].append(event)
    return found


def case_clock(session: Session, case: Case, on: date) -> Clock | None:
    """The clock of an accepted case as of the day `on`; None before acceptance."""
    if case.id is None or case.accepted_on is None:
        return None
    return clock_of(case, coded_events(session, case.id), work_calendar(session), on)


def clock_of(case: Case, events: Iterable[Event], calendar: WorkCalendar, on: date) -> Clock | None:
    """The clock of a case whose events are at hand (for lists of many cases)."""
    return clock_from_events(status_log(events), case.promised_days, calendar, on)


def lamp_of(case: Case, clock: Clock | None) -> str:
    """The lamp a case shows: its clock's while it runs, `done` once it ended after acceptance, else empty."""
    if CaseState(case.state) in ENDED:
        return Lamp.DONE.value if case.accepted_on else ""
    return clock.lamp.value if clock else ""


def round_clock(session: Session, case: Case, round_: Round, on: date) -> Clock:
    """A department's own sub-deadline: the same function with the round's day and length."""
    assert case.id is not None
    return clock_of_round(round_, coded_events(session, case.id), work_calendar(session), on)


def clock_of_round(round_: Round, events: Iterable[Event], calendar: WorkCalendar, on: date) -> Clock:
    """The clock of a round whose case's events are at hand; it ends with the round or with the case.

    It stands still with the whole case and in a special procedure of its own department, not in another's.
    """
    log = status_log(events)
    case_ended = next((e.effective_day for e in concerning(log, round_.assignment_id) if e.code in ENDING), None)
    return compute(
        round_.opened_on,
        round_.promised_days,
        pauses_of_part(log, round_.assignment_id),
        calendar,
        on,
        ended=round_.closed_on or case_ended,
    )


def pauses_of_part(log: Iterable[StatusEvent], part: int) -> tuple[Pause, ...]:
    """The pauses of one assignment's rounds: those of the whole case, and its own special procedures."""
    mine = concerning(log, part)
    accepted = next((n for n, e in enumerate(mine) if e.code is StatusCode.ACCEPTED), 0)
    return paired_pauses(mine[accepted + 1 :])
