"""The working-day table of the database as the domain's calendar, read once per change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from jointreview.domain.calendar import CalendarDay, DayKind, DayStatus, WorkCalendar
from jointreview.domain.calendar_source import default_calendar
from jointreview.models.event import CalendarDayRow, Counter

REVISION = "calendar-revision"
_FIRST_YEAR, _YEARS_AHEAD = 2024, 3
_known: dict[tuple[str, int, int], WorkCalendar] = {}


def work_calendar(session: Session) -> WorkCalendar:
    """The calendar in force; kept in memory until the table's revision changes."""
    count = session.exec(select(func.count(col(CalendarDayRow.day)))).one()
    key = (str(session.get_bind().engine.url), calendar_revision(session), count)
    if key not in _known:
        rows = session.exec(select(CalendarDayRow)).all()
        _known.clear()
        _known[key] = WorkCalendar({row.day: as_day(row) for row in rows})
    return _known[key]


def calendar_revision(session: Session) -> int:
    """How often the table was changed: what was computed with another number is to be computed again."""
    row = session.get(Counter, (REVISION, 0))
    return row.last if row else 0


def as_day(row: CalendarDayRow) -> CalendarDay:
    """A row of the table as the domain's day."""
    return CalendarDay(row.day, row.is_workday, DayKind(row.kind), row.name, row.source, DayStatus(row.status))


def seed_calendar(session: Session, now: datetime) -> int:
    """Fill the table for the years around now where it has no day yet; returns how many days were added."""
    existing = set(session.exec(select(col(CalendarDayRow.day))).all())
    missing = [
        {
            "day": day.date,
            "is_workday": day.is_workday,
            "kind": day.kind,
            "name": day.name,
            "source": day.source_doc,
            "status": day.status,
        }
        for day in default_calendar(_FIRST_YEAR, now.year + _YEARS_AHEAD).days.values()
        if day.date not in existing
    ]
    if missing:
        session.execute(insert(CalendarDayRow), missing)
        raise_revision(session)
    return len(missing)


def raise_revision(session: Session) -> None:
    """Tell every process that the table changed."""
    row = session.get(Counter, (REVISION, 0), with_for_update=True) or Counter(series=REVISION, year=0)
    row.last += 1
    session.add(row)
    session.flush()
