"""Keeping what lists and the map know of each case in step with the case, the day and the working-day table."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from threading import Lock

from sqlalchemy import ColumnElement, and_, delete, or_, true
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from jointreview.commands.announce import EVERYTHING, listen
from jointreview.commands.case_clock import CASES_AT_ONCE
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.standings import Standing, load_standings
from jointreview.commands.working_days import calendar_revision
from jointreview.domain.case_states import OPEN
from jointreview.models.base import engine, reading, writing
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel

SQUARE = 2**30
"""Units along a side of the web map's square."""
LOOK_AGAIN_SECONDS = 20.0
"""What another process wrote is noticed this late; what this one wrote at once."""
_EDGE = 85.05112878

_lock = Lock()
_settled: tuple[str, date, float] = ("", date.min, 0.0)
_changed: set[int] = set()
_WHOLE = 0
"""Stands among the changed cases for all of them: something changed that names none."""


def settle_places(now: datetime) -> int:
    """Bring every row that no longer holds up to date; answers how many. Cheap when nothing changed.

    Asked before lists and the map are read, so that a reader sees what was committed before. A row no longer holds
    when its case has another version or one of its project's other cases has (their permits stand for its papers),
    and for open cases on another day or by another working-day table.
    """
    global _settled
    today = now.astimezone(SHANGHAI).date()
    with _lock:
        where, day, moment = _settled
        fresh = where == str(engine().url) and day == today and time.monotonic() - moment < LOOK_AGAIN_SECONDS
        if fresh and not _changed:
            return 0
        changed = _taken()
        everything = not fresh or _WHOLE in changed or len(changed) > CASES_AT_ONCE
        with reading() as session:
            stale = _stale(session, today, true() if everything else col(Case.id).in_(changed))
        for start in range(0, len(stale), CASES_AT_ONCE):
            _write(stale[start : start + CASES_AT_ONCE], today)
        if everything:
            _settled = (str(engine().url), today, time.monotonic())
    return len(stale)


def _taken() -> set[int]:
    """What changed since it was last asked; what comes meanwhile stays for the next time."""
    taken: set[int] = set()
    while _changed:
        taken.add(_changed.pop())
    return taken


def _stale(session: Session, today: date, among: ColumnElement[bool]) -> list[int]:
    aged = or_(col(CasePlace.day) != today, col(CasePlace.revision) != calendar_revision(session))
    is_open = col(Case.state).in_([s.value for s in OPEN])
    found = session.exec(
        select(Case.id, Case.project_id)
        .outerjoin(CasePlace, col(CasePlace.case_id) == Case.id)
        .where(
            among,
            or_(
                col(CasePlace.case_id).is_(None),
                col(CasePlace.version) != col(Case.version),
                and_(is_open, aged),
            ),
        )
    ).all()
    stale = {case_id for case_id, _ in found if case_id is not None}
    return sorted(stale | _of_projects(session, {project for _, project in found}, is_open))


def _of_projects(session: Session, projects: Collection[int], is_open: ColumnElement[bool]) -> set[int]:
    """The open cases of these projects."""
    ids, found = sorted(projects), set()
    for start in range(0, len(ids), CASES_AT_ONCE):
        some = ids[start : start + CASES_AT_ONCE]
        found |= set(session.exec(select(Case.id).where(is_open, col(Case.project_id).in_(some))).all())
    return {case_id for case_id in found if case_id is not None}


def _write(ids: Sequence[int], today: date) -> None:
    try:
        with writing() as session:
            revision, parcels = calendar_revision(session), _parcels(session, ids)
            rows = [
                _row(standing, today, revision) for standing in load_standings(session, col(Case.id).in_(ids), today)
            ]
            for row in rows:
                _put(row, parcels.get(row.case_id))
            session.execute(delete(CasePlace).where(col(CasePlace.case_id).in_(ids)))
            session.add_all(rows)
    except IntegrityError:
        _changed.add(_WHOLE)  # another process settles the same cases: look again at the next reading


def _parcels(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, float, float, float, float]]:
    rows = session.exec(
        select(Parcel.case_id, Parcel.id, Parcel.min_lon, Parcel.min_lat, Parcel.max_lon, Parcel.max_lat).where(  # type: ignore[call-overload]
            col(Parcel.current), col(Parcel.case_id).in_(ids)
        )
    ).all()
    return {case_id: tuple(rest) for case_id, *rest in rows}


def _row(standing: Standing, today: date, revision: int) -> CasePlace:
    return CasePlace(
        case_id=standing.id,
        version=standing.case.version,
        day=today,
        revision=revision,
        lamp=standing.lamp,
        due=standing.due,
        turn=standing.turn.value,
        since=standing.since,
        town=standing.town[:40],
    )


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


def _note(topics: Iterable[str]) -> None:
    named = {int(topic.removeprefix("case:")) for topic in topics if topic.startswith("case:")}
    _changed.update(named or ({_WHOLE} if {"board", EVERYTHING} & set(topics) else ()))


listen(_note)
