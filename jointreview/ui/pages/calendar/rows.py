"""A year, what a change moves and the history, as the page's state holds them."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TypedDict
from zoneinfo import ZoneInfo

from jointreview.domain.calendar import DayKind
from jointreview.queries.calendar import DueDateChange, TableChange, YearCovered, YearDay
from jointreview.queries.words import day_words
from jointreview.text import tr
from jointreview.ui.components.filters import Option

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SATURDAY = 5


class Cell(TypedDict):
    """One day: its number, its kind, the letter on it, and everything in words."""

    day: str
    n: str
    kind: str
    mark: str
    label: str
    today: bool


class Month(TypedDict):
    """One month; `gap` is how many days of its first week belong to the month before."""

    name: str
    gap: int
    days: list[Cell]


class YearRow(TypedDict):
    """A year of the table."""

    year: int
    text: str
    provisional: bool


class MovedRow(TypedDict):
    """A case whose due day moves."""

    href: str
    number: str
    project: str
    old: str
    new: str
    later: bool


class ChangeRow(TypedDict):
    """A change on record."""

    when: str
    who: str
    text: str


def months(days: list[YearDay], lang: str, today: date) -> list[Month]:
    """The twelve months of a year."""
    found = []
    for month, group in groupby(days, key=lambda d: d.day.month):
        of_month = list(group)
        found.append(
            Month(
                name=tr(lang, f"calendar.month_{month}"),
                gap=of_month[0].day.weekday(),
                days=[_cell(d, lang, today) for d in of_month],
            )
        )
    return found


def _cell(day: YearDay, lang: str, today: date) -> Cell:
    parts = [day_words(lang, day.day), day.kind_name, day.name]
    if day.provisional:
        parts.append(tr(lang, "calendar.provisional"))
    return Cell(
        day=day.day.isoformat(),
        n=str(day.day.day),
        kind=day.kind,
        mark=tr(lang, f"calendar.mark_{day.kind}") if day.kind != DayKind.WORKDAY else "",
        label=tr(lang, "calendar.joint").join(part for part in parts if part),
        today=day.day == today,
    )


def year_rows(years: list[YearCovered], lang: str) -> list[YearRow]:
    """The years to choose from."""
    return [
        YearRow(
            year=y.year,
            text=tr(lang, "calendar.year_provisional" if y.provisional else "calendar.year", year=y.year),
            provisional=y.provisional,
        )
        for y in years
    ]


def moved_rows(found: list[DueDateChange], lang: str) -> list[MovedRow]:
    """The cases a change moves, old and new day side by side."""
    return [
        MovedRow(
            href=f"/cases/{c.case_id}",
            number=c.number,
            project=c.project,
            old=day_words(lang, c.old_due),
            new=day_words(lang, c.new_due),
            later=c.new_due > c.old_due,
        )
        for c in found
    ]


def change_rows(found: list[TableChange]) -> list[ChangeRow]:
    """The history, newest first."""
    return [ChangeRow(when=f"{c.at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}", who=c.who, text=c.text) for c in found]


def kind_options(day: date, lang: str) -> list[Option]:
    """What a day may be made: on a weekend a rest, a holiday or a make-up day, else a working day or a holiday."""
    weekend = (DayKind.MAKEUP, DayKind.HOLIDAY, DayKind.WEEKEND)
    kinds = weekend if day.weekday() >= _SATURDAY else (DayKind.HOLIDAY, DayKind.WORKDAY)
    return [Option(value=k.value, name=tr(lang, f"views.kind_{k.value}")) for k in kinds]
