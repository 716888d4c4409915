"""The working-day table: which days work, what the rest days are called, and how firm that knowledge is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

CLOSING_TIME = time(17, 30)
LOCAL_TIME = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """What a day is, apart from whether it works."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class DayStatus(StrEnum):
    """Whether a notice of the State Council stands behind the day."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class CalendarDay:
    """One day of the table; `name` is the Chinese name of the holiday, empty for ordinary days."""

    date: date
    is_workday: bool
    kind: DayKind
    name: str = ""
    source_doc: str = ""
    status: DayStatus = DayStatus.OFFICIAL


@dataclass(frozen=True)
class WorkCalendar:
    """Answers every question about working days (requirements §4.2-4.3).

    A day that is not listed follows Monday to Friday. It is official in a year that has any official day;
    in other years it has the status `otherwise`.
    """

    days: Mapping[date, CalendarDay]
    otherwise: DayStatus = DayStatus.PROVISIONAL
    _official_years: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        official = {d.year for d, day in self.days.items() if day.status is DayStatus.OFFICIAL}
        object.__setattr__(self, "_official_years", frozenset(official))

    @classmethod
    def of(cls, days: Iterable[CalendarDay], otherwise: DayStatus = DayStatus.PROVISIONAL) -> WorkCalendar:
        """The calendar made of these days; of two entries for one date the later wins."""
        return cls({day.date: day for day in days}, otherwise)

    def day(self, d: date) -> CalendarDay:
        """The entry of `d`, made up by the Monday-to-Friday rule when none is listed."""
        listed = self.days.get(d)
        if listed is not None:
            return listed
        works = d.weekday() < _SATURDAY
        status = DayStatus.OFFICIAL if d.year in self._official_years else self.otherwise
        return CalendarDay(d, works, DayKind.WORKDAY if works else DayKind.WEEKEND, status=status)

    def is_workday(self, d: date) -> bool:
        """Whether offices work on `d`, make-up days included."""
        listed = self.days.get(d)
        return listed.is_workday if listed is not None else d.weekday() < _SATURDAY

    def is_provisional(self, d: date) -> bool:
        """Whether no official notice covers `d` yet, so that dates reaching it may still move."""
        return self.day(d).status is DayStatus.PROVISIONAL

    def next_workday(self, d: date) -> date:
        """The first working day on or after `d`."""
        while not self.is_workday(d):
            d += _ONE_DAY
        return d

    def nth_workday_after(self, a: date, n: int) -> date:
        """The n-th working day strictly after `a`; `a` itself for n = 0. Raises ValueError for a negative n."""
        if n < 0:
            raise ValueError("n must not be negative")
        d = a
        while n:
            d += _ONE_DAY
            n -= self.is_workday(d)
        return d

    def workdays_in(self, a: date, b: date) -> tuple[date, ...]:
        """The working days after `a` up to and including `b`; none when `b` is not after `a`."""
        return tuple(d for d in days_in(a, b) if self.is_workday(d))

    def receipt_day(self, submitted: datetime, closing: time = CLOSING_TIME) -> date:
        """The working day on which a submission counts as received (requirements §4.3).

        `submitted` is local time; a datetime with a zone is converted to Asia/Shanghai. After `closing`
        or on a rest day the next working day counts.
        """
        local = submitted.astimezone(LOCAL_TIME) if submitted.tzinfo else submitted
        day = local.date()
        late = local.time() > closing
        return self.next_workday(day + _ONE_DAY if late else day)


def days_in(a: date, b: date) -> tuple[date, ...]:
    """All days after `a` up to and including `b`."""
    return tuple(a + timedelta(days=n) for n in range(1, (b - a).days + 1))
