"""Keeping what the map knows of each case in step with the case, the day and the working-day table."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import date, datetime
from threading import Event as Flag
from threading import Lock

from sqlalchemy import and_, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from jointreview.commands.announce import listen
from jointreview.commands.case_clock import CASES_AT_ONCE, clock_of, coded_events_of, lamp_of
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.working_days import calendar_revision, work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import OPEN
from jointreview.models.base import engine, reading, writing
from jointreview.models.case import Case, FormSection
from jointreview.models.event import Event
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel

SQUARE = 2**30
"""Units along a side of the web map's square."""
LOOK_AGAIN_SECONDS = 20.0
"""What another process wrote is noticed this late; what this one wrote at once."""
_EDGE = 85.05112878
_PLACE_SECTION = "S2"

_changed = Flag()
_lock = Lock()
_settled: tuple[str, date, float] = ("", date.min, 0.0)


def settle_places(now: datetime) -> int:
    """Bring every row that no longer holds up to date; answers how many. Cheap when nothing changed.

    Asked before a map is read, so that a reader sees what was committed before. A row no longer holds when its case
    has another version, and for open cases on another day or by another working-day table.
    """
    global _settled
    today = now.astimezone(SHANGHAI).date()
    with _lock:
        where, day, moment = _settled
        fresh = where == str(engine().url) and day == today and time.monotonic() - moment < LOOK_AGAIN_SECONDS
        if fresh and not _changed.is_set():
            return 0
        _changed.clear()
        with reading() as session:
            stale = _stale(session, today)
        for start in range(0, len(stale), CASES_AT_ONCE):
            _write(stale[start : start + CASES_AT_ONCE], today)
        _settled = (str(engine().url), today, time.monotonic())
    return len(stale)


def _stale(session: Session, today: date) -> list[int]:
    aged = or_(col(CasePlace.day) != today, col(CasePlace.revision) != calendar_revision(session))
    is_open = col(Case.state).in_([s.value for s in OPEN])
    found = session.exec(
        select(Case.id)
        .outerjoin(CasePlace, col(CasePlace.case_id) == Case.id)
        .where(
            or_(
                col(CasePlace.case_id).is_(None),
                col(CasePlace.version) != col(Case.version),
                and_(is_open, aged),
            )
        )
    ).all()
    return [case_id for case_id in found if case_id is not None]


def _write(ids: Sequence[int], today: date) -> None:
    try:
        with writing() as session:
            cases = session.exec(select(Case).where(col(Case.id).in_(ids))).all()
            events = coded_events_of(session, [c.id or 0 for c in cases if c.accepted_on])
            calendar, revision = work_calendar(session), calendar_revision(session)
            parcels = _parcels(session, ids)
            sections = session.exec(
                select(FormSection).where(FormSection.section == _PLACE_SECTION, col(FormSection.case_id).in_(ids))
            ).all()
            towns = {section.case_id: str(section.values.get("town") or "")[:40] for section in sections}
            for case in cases:
                row = _row(case, events.get(case.id or 0, []), calendar, today)
                row.revision, row.town = revision, towns.get(row.case_id, "")
                _put(row, parcels.get(row.case_id))
                session.merge(row)
    except IntegrityError:
        _changed.set()  # another process settles the same cases: look again at the next reading


def _parcels(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, float, float, float, float]]:
    rows = session.exec(
        select(Parcel.case_id, Parcel.id, Parcel.min_lon, Parcel.min_lat, Parcel.max_lon, Parcel.max_lat).where(  # type: ignore[call-overload]
            col(Parcel.current), col(Parcel.case_id).in_(ids)
        )
    ).all()
    return {case_id: tuple(rest) for case_id, *rest in rows}


def _row(case: Case, events: Sequence[Event], calendar: WorkCalendar, today: date) -> CasePlace:
    clock = clock_of(case, events, calendar, today) if case.accepted_on else None
    lamp, due = lamp_of(case, clock), clock.due if clock else None
    if case.state not in {s.value for s in OPEN}:
        due = None
    return CasePlace(case_id=case.id or 0, version=case.version, day=today, revision=0, lamp=lamp, due=due)


def _put(row: CasePlace, parcel: tuple[int, float, float, float, float] | None) -> None:
    if parcel is None:
        return
    row.parcel_id, row.west, row.south, row.east, row.north = parcel
    row.x, row.y = on_square((row.west + row.east) / 2, (row.south + row.north) / 2)


def on_square(lon: float, lat: float) -> tuple[int, int]:
    """The whole units of a place (degrees) on the web map's square, from its north-west corner."""
    lat = max(-_EDGE, min(_EDGE, lat))
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return _unit((lon + 180) / 360), _unit(y)


def from_square(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude in degrees of a place on the web map's square."""
    return x / SQUARE * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / SQUARE))))


def _unit(share: float) -> int:
    return max(0, min(SQUARE - 1, int(share * SQUARE)))


def _note(topics: frozenset[str]) -> None:
    if any(topic == "board" or topic.startswith("case:") for topic in topics):
        _changed.set()


listen(_note)
