"""The clock of a case: its events and the working-day table put into the domain's pure function."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from jointreview.commands.working_days import work_calendar
from jointreview.domain.clock import Clock, Pause, PauseKind, compute
from jointreview.domain.status_codes import ENDING, StatusCode
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.review import Round

_OPENS = {StatusCode.SUPPLEMENT_STARTED, StatusCode.SPECIAL_STARTED}
_CLOSES = {StatusCode.SUPPLEMENT_ENDED, StatusCode.SPECIAL_ENDED}


def status_events(session: Session, case_id: int) -> list[Event]:
    """The events of a case that carry a national status code, in order."""
    return list(
        session.exec(
            select(Event).where(Event.case_id == case_id, col(Event.code).is_not(None)).order_by(col(Event.seq))
        ).all()
    )


def pauses_of(events: list[Event]) -> list[Pause]:
    """The intervals in which the clock stands still; one not yet closed has no end (requirements §4.6)."""
    pauses: list[Pause] = []
    open_pause: dict[int, tuple[PauseKind, date]] = {}
    for event in events:
        code = StatusCode(event.code or 0)
        if code in _OPENS:
            kind = PauseKind(event.payload.get("pause", PauseKind.SUPPLEMENT.value))
            open_pause[int(code)] = (kind, event.effective_on)
        elif code in _CLOSES:
            opened = open_pause.pop(int(code) - 1, None)
            if opened:
                pauses.append(Pause(opened[0], opened[1], event.effective_on))
    pauses.extend(Pause(kind, start, None) for kind, start in open_pause.values())
    return pauses


def ended_on(events: list[Event]) -> date | None:
    """The day the case ended, if it has."""
    return next((e.effective_on for e in events if StatusCode(e.code or 0) in ENDING), None)


def case_clock(session: Session, case: Case, on: date) -> Clock | None:
    """The clock of an accepted case as of the day `on`; None before acceptance."""
    if case.accepted_on is None or case.id is None:
        return None
    events = status_events(session, case.id)
    return compute(
        case.accepted_on,
        case.promised_days,
        pauses_of(events),
        work_calendar(session),
        on,
        ended=ended_on(events),
    )


def round_clock(session: Session, case: Case, round_: Round, on: date) -> Clock:
    """A department's own sub-deadline: the same function with the round's day and length."""
    assert case.id is not None
    events = status_events(session, case.id)
    ended = round_.closed_on or ended_on(events)
    return compute(round_.opened_on, round_.promised_days, pauses_of(events), work_calendar(session), on, ended=ended)
