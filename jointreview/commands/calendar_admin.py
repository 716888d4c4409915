"""The working-day table: single days changed, and the State Council's notice of a year imported."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.commands.working_days import raise_revision
from jointreview.domain.calendar import CalendarDay, DayKind, DayStatus
from jointreview.domain.calendar_source import provisional_days, read_calendar_csv
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.event import CalendarDayRow
from jointreview.models.identity import Audit

NAME_LIMIT = 40


class SetCalendarDay(Command):
    """One day is a working day, a holiday, a weekend or a make-up day, by the document named."""

    day: date
    kind: DayKind
    name: str = Field("", max_length=NAME_LIMIT)
    source: str = Field(min_length=2, max_length=120)


class ImportCalendar(Command):
    """The notice of a year as `date,is_workday[,name]`; the year becomes official."""

    csv: str = Field(max_length=200_000)
    source: str = Field(min_length=2, max_length=120)


def _store(ctx: Context, day: CalendarDay) -> bool:
    row = ctx.session.get(CalendarDayRow, day.date) or CalendarDayRow(
        day=day.date, is_workday=day.is_workday, kind=day.kind.value
    )
    before = (row.is_workday, row.kind, row.name, row.status)
    row.is_workday, row.kind, row.name = day.is_workday, day.kind.value, day.name
    row.source, row.status = day.source_doc, day.status.value
    ctx.session.add(row)
    return before != (row.is_workday, row.kind, row.name, row.status)


def _record(ctx: Context, action: str, **details: object) -> None:
    raise_revision(ctx.session)
    ctx.session.add(
        Audit(at=ctx.now, account_id=ctx.actor.account_id, action=action, subject="calendar", details=details)
    )
    ctx.topics |= {"calendar", "board"}


@command(title="cmd.set_calendar_day", grants={"coordinator": None})
def set_calendar_day(ctx: Context, cmd: SetCalendarDay) -> None:
    works = cmd.kind in (DayKind.WORKDAY, DayKind.MAKEUP)
    if cmd.kind == DayKind.MAKEUP and cmd.day.weekday() < 5:
        raise refuse("commands.makeup_on_weekend", where="kind", day=cmd.day.isoformat())
    if cmd.kind == DayKind.WEEKEND and cmd.day.weekday() < 5:
        raise refuse("commands.weekend_on_weekday", where="kind", day=cmd.day.isoformat())
    known = ctx.session.get(CalendarDayRow, cmd.day)
    status = DayStatus(known.status) if known else DayStatus.OFFICIAL
    _store(ctx, CalendarDay(cmd.day, works, cmd.kind, cmd.name, cmd.source, status))
    _record(ctx, "calendar.day", day=cmd.day.isoformat(), kind=cmd.kind.value, source=cmd.source)


@command(title="cmd.import_calendar", grants={"coordinator": None})
def import_calendar(ctx: Context, cmd: ImportCalendar) -> dict:
    """Days the notice does not list follow weekdays; raises Refused naming every faulty line."""
    named = {d.date: d for d in read_calendar_csv(cmd.csv, cmd.source)}
    long = [day for day, listed in named.items() if len(listed.name) > NAME_LIMIT]
    if long:
        raise Refused(*(Problem("errors.too_long", {"most": NAME_LIMIT}, day.isoformat()) for day in long))
    years = sorted({d.year for d in named})
    if len(years) != 1:
        raise refuse("commands.one_year_only", where="csv")
    changed = 0
    for plain in provisional_days(years[0]):
        weekend = plain.date.weekday() >= 5
        kind = DayKind.WEEKEND if weekend else DayKind.WORKDAY
        default = CalendarDay(plain.date, not weekend, kind, "", cmd.source, DayStatus.OFFICIAL)
        changed += _store(ctx, named.get(plain.date, default))
    _record(ctx, "calendar.year", year=years[0], changed=changed, source=cmd.source)
    return {"year": years[0], "changed": changed}
