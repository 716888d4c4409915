"""The working-day table as people read it: the days of a year, years covered, what a change moves, who made it."""

from __future__ import annotations

from calendar import isleap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from jointreview.commands.case_clock import clock_of
from jointreview.commands.standings import grouped
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import CalendarDay, DayKind, WorkCalendar
from jointreview.domain.calendar_source import HOLIDAY_KEYS
from jointreview.domain.case_states import IN_PROCESS
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.event import CalendarDayRow, Event
from jointreview.models.identity import Account, Audit
from jointreview.models.project import Project
from jointreview.text import tr

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearDay:
    """One day for the year's view; `kind_name` and the name of a known holiday read in the asked language."""

    day: date
    works: bool
    kind: str
    kind_name: str
    name: str
    source: str
    provisional: bool


@dataclass(frozen=True)
class YearCovered:
    """A year of the table: how many working days it has, and whether the State Council's notice stands behind it."""

    year: int
    workdays: int
    provisional: bool


@dataclass(frozen=True)
class DueDateChange:
    """An open case whose due day a change of the table would move."""

    case_id: int
    number: str
    project: str
    old_due: date
    new_due: date


@dataclass(frozen=True)
class TableChange:
    """A change of the table on record."""

    at: datetime
    who: str
    text: str


def year_days(year: int, lang: str) -> list[YearDay]:
    """Every day of a year; days the table does not list follow Monday to Friday."""
    with reading() as session:
        table = work_calendar(session)
    first = date(year, 1, 1)
    return [_year_day(table, first + n * ONE_DAY, lang) for n in range(365 + isleap(year))]


def _year_day(table: WorkCalendar, day: date, lang: str) -> YearDay:
    known = table.day(day)
    return YearDay(
        day=day,
        works=known.is_workday,
        kind=known.kind.value,
        kind_name=tr(lang, f"views.kind_{known.kind.value}"),
        name=tr(lang, HOLIDAY_KEYS[known.name]) if known.name in HOLIDAY_KEYS else known.name,
        source=known.source_doc,
        provisional=table.is_provisional(day),
    )


def years_covered() -> list[YearCovered]:
    """The years of the table, the earliest first; a year is provisional while any of its days is."""
    with reading() as session:
        rows = session.exec(
            select(col(CalendarDayRow.day), col(CalendarDayRow.is_workday), col(CalendarDayRow.status))
        ).all()
    works = Counter(day.year for day, is_workday, _ in rows if is_workday)
    provisional = {day.year for day, _, status in rows if status == "provisional"}
    return [YearCovered(y, works[y], y in provisional) for y in sorted({day.year for day, _, _ in rows})]


def changed_day(day: date, kind: DayKind) -> CalendarDay:
    """The day as a change to `kind` would leave it, for `due_date_changes`."""
    return CalendarDay(day, kind in (DayKind.WORKDAY, DayKind.MAKEUP), kind)


def due_date_changes(session: Session, changed_days: Iterable[CalendarDay], on: date) -> list[DueDateChange]:
    """The open accepted cases whose due day would move, by their present due day.

    Cases in an open pause have no due day and are not listed. Three statements, whatever the number of cases.
    """
    before = work_calendar(session)
    after = WorkCalendar({**before.days, **{day.date: day for day in changed_days}}, before.otherwise)
    going = [s.value for s in IN_PROCESS]
    rows = session.exec(
        select(Case, col(Project.name))
        .join(Project, col(Project.id) == Case.project_id)
        .where(col(Case.state).in_(going))
    ).all()
    events = session.exec(
        select(Event)
        .where(
            col(Event.case_id).in_(select(Case.id).where(col(Case.state).in_(going))), col(Event.code).is_not(None)
        )
        .order_by(col(Event.seq))
    ).all()
    log = grouped((e.case_id, e) for e in events)
    found = []
    for case, project in rows:
        assert case.id is not None
        old, new = (clock_of(case, log[case.id], table, on) for table in (before, after))
        if old and new and old.due and new.due and old.due != new.due:
            found.append(DueDateChange(case.id, case.number, project, old.due, new.due))
    return sorted(found, key=lambda c: (c.old_due, c.number))


def table_history(lang: str, limit: int = 50) -> list[TableChange]:
    """Who changed the table and when, the newest first."""
    with reading() as session:
        rows = session.exec(
            select(Audit, Account)
            .outerjoin(Account, col(Account.id) == Audit.account_id)
            .where(Audit.subject == "calendar")
            .order_by(col(Audit.id).desc())
            .limit(limit)
        ).all()
    return [
        TableChange(audit.at, account.name if account else tr(lang, "views.system"), _change_text(audit, lang))
        for audit, account in rows
    ]


def _change_text(audit: Audit, lang: str) -> str:
    details = dict(audit.details)
    if audit.action == "calendar.day":
        kind = tr(lang, f"views.kind_{details['kind']}")
        return tr(lang, "views.change_day", day=details["day"], kind=kind, source=details["source"])
    return tr(lang, "views.change_year", year=details["year"], changed=details["changed"], source=details["source"])
