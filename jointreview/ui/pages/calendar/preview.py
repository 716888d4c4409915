"""What a change of the table would do, read before anybody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointreview.commands.calendar_admin import ImportCalendar
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import CalendarDay, DayKind, DayStatus
from jointreview.domain.calendar_source import provisional_days, read_calendar_csv
from jointreview.domain.problems import refuse
from jointreview.models.base import reading
from jointreview.queries.calendar import DueDateChange, changed_day, due_date_changes

_SATURDAY = 5


@dataclass(frozen=True)
class NoticeEffect:
    """What importing a notice would do: the year, how many of its days change, and the cases whose due day moves."""

    year: int
    changed: int
    moved: list[DueDateChange]


def effect_of_day(day: date, kind: DayKind, today: date) -> list[DueDateChange]:
    """The open cases whose due day moves when `day` becomes `kind`."""
    with reading() as session:
        return due_date_changes(session, [changed_day(day, kind)], today)


def effect_of_notice(notice: ImportCalendar, today: date) -> NoticeEffect:
    """What the notice would do; raises Refused naming every faulty line, or when it covers several years."""
    named = {day.date: day for day in read_calendar_csv(notice.csv, notice.source)}
    years = sorted({day.year for day in named})
    if len(years) != 1:
        raise refuse("commands.one_year_only", where="csv")
    # Days the notice does not list follow weekdays, as the import itself has it.
    whole = [named.get(plain.date) or _plain(plain.date) for plain in provisional_days(years[0])]
    with reading() as session:
        table = work_calendar(session)
        changed = [day for day in whole if _differs(table.day(day.date), day)]
        return NoticeEffect(years[0], len(changed), due_date_changes(session, whole, today))


def _plain(day: date) -> CalendarDay:
    works = day.weekday() < _SATURDAY
    return CalendarDay(day, works, DayKind.WORKDAY if works else DayKind.WEEKEND)


def _differs(before: CalendarDay, after: CalendarDay) -> bool:
    now = (after.is_workday, after.kind, after.name, DayStatus.OFFICIAL)
    return (before.is_workday, before.kind, before.name, before.status) != now
