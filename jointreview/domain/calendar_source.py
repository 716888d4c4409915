"""Where working days come from: the official notices, a provisional guess for later years, a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from jointreview.domain.calendar import CalendarDay, DayKind, DayStatus, WorkCalendar
from jointreview.domain.problems import Problem, Refused, refuse

NEW_YEAR, SPRING, QINGMING, LABOUR = "元旦", "春节", "清明节", "劳动节"
DRAGON_BOAT, MID_AUTUMN, NATIONAL, VICTORY = "端午节", "中秋节", "国庆节", "抗战胜利纪念日"

HOLIDAY_KEYS = {
    NEW_YEAR: "clock.holiday_new_year",
    SPRING: "clock.holiday_spring",
    QINGMING: "clock.holiday_qingming",
    LABOUR: "clock.holiday_labour",
    DRAGON_BOAT: "clock.holiday_dragon_boat",
    MID_AUTUMN: "clock.holiday_mid_autumn",
    NATIONAL: "clock.holiday_national",
    VICTORY: "clock.holiday_victory",
}
"""Text keys of the holidays known by name; a calendar file may bring other names."""

_NAMES = {
    chinese_calendar.Holiday.new_years_day.value: NEW_YEAR,
    chinese_calendar.Holiday.spring_festival.value: SPRING,
    chinese_calendar.Holiday.tomb_sweeping_day.value: QINGMING,
    chinese_calendar.Holiday.labour_day.value: LABOUR,
    chinese_calendar.Holiday.dragon_boat_festival.value: DRAGON_BOAT,
    chinese_calendar.Holiday.national_day.value: NATIONAL,
    chinese_calendar.Holiday.mid_autumn_festival.value: MID_AUTUMN,
    chinese_calendar.Holiday.anti_fascist_70th_day.value: VICTORY,
}
OFFICIAL_YEARS = range(
    min(chinese_calendar.holidays).year,
    max(chinese_calendar.holidays).year + 1,
)

_FIXED = {(1, 1): NEW_YEAR, (5, 1): LABOUR, (5, 2): LABOUR, **{(10, d): NATIONAL for d in (1, 2, 3)}}
# First day of the lunar year, Qingming, Dragon Boat and Mid-Autumn, from the almanac.
_LUNAR = {
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
}


@cache
def official_days(year: int) -> tuple[CalendarDay, ...]:
    """Every day of a year with a published notice, as the package chinesecalendar records it.

    Raises Refused (kind `missing`) for a year without one.
    """
    if year not in OFFICIAL_YEARS:
        raise refuse("clock.no_official_year", kind="missing", year=year, last=OFFICIAL_YEARS[-1])
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return tuple(_official_day(d, source) for d in _days_of(year))


def _official_day(d: date, source: str) -> CalendarDay:
    works = chinese_calendar.is_workday(d)
    _, english = chinese_calendar.get_holiday_detail(d)
    name = _NAMES.get(english or "", "")
    return CalendarDay(d, works, _kind(d, works, bool(name)), name, source)


@cache
def provisional_days(year: int) -> tuple[CalendarDay, ...]:
    """Every day of a year whose notice is not published: weekends and the statutory days, all provisional.

    No make-up days and no bridge days, for nobody knows them yet, and a statutory day that falls on a
    weekend is not moved. The festivals of the lunar calendar and Qingming are known here for 2027-2030
    only; other years have just the fixed dates (Regulation on public holidays, 2024 revision).
    """
    holidays = _statutory(year)
    return tuple(_provisional_day(d, holidays.get(d, "")) for d in _days_of(year))


def _statutory(year: int) -> dict[date, str]:
    found = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    if year in _LUNAR:
        spring, *others = (date(year, month, day) for month, day in _LUNAR[year])
        found |= {spring + timedelta(days=n): SPRING for n in (-1, 0, 1, 2)}
        found |= dict(zip(others, (QINGMING, DRAGON_BOAT, MID_AUTUMN), strict=True))
    return found


def _provisional_day(d: date, name: str) -> CalendarDay:
    works = not name and d.weekday() < 5
    return CalendarDay(d, works, _kind(d, works, bool(name)), name, status=DayStatus.PROVISIONAL)


def default_calendar(first_year: int, last_year: int) -> WorkCalendar:
    """The calendar of these years: official where a notice exists, provisional elsewhere."""
    return WorkCalendar.of(
        day
        for year in range(first_year, last_year + 1)
        for day in (official_days(year) if year in OFFICIAL_YEARS else provisional_days(year))
    )


def read_calendar_csv(text: str, source_doc: str) -> tuple[CalendarDay, ...]:
    """The days of a CSV table `date,is_workday[,name]`, as official days of the notice `source_doc`.

    `date` is YYYY-MM-DD; `is_workday` is 1/0, true/false, yes/no or 是/否. Raises Refused with every faulty
    line at once; a table with a fault is refused whole.
    """
    try:
        rows = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    except csv.Error:
        raise refuse("clock.csv_unreadable") from None
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if header not in (["date", "is_workday"], ["date", "is_workday", "name"]):
        raise refuse("clock.csv_header")
    lines = [(n, [cell.strip() for cell in row]) for n, row in enumerate(rows[1:], start=2) if any(row)]
    days, problems = _read_lines(lines, len(header), source_doc)
    if not lines:
        problems.append(Problem("clock.csv_empty"))
    if problems:
        raise Refused(*problems)
    return tuple(days.values())


def _read_lines(
    lines: Iterable[tuple[int, list[str]]], width: int, source_doc: str
) -> tuple[dict[date, CalendarDay], list[Problem]]:
    days: dict[date, CalendarDay] = {}
    problems: list[Problem] = []
    for n, cells in lines:
        faults = _faults(n, cells, width)
        if faults:
            problems += faults
            continue
        day = date.fromisoformat(cells[0])
        if day in days:
            problems.append(Problem("clock.csv_twice", {"line": n, "date": cells[0]}))
        works = _FLAGS[cells[1].lower()]
        name = cells[2] if len(cells) > 2 else ""
        days[day] = CalendarDay(day, works, _kind(day, works, bool(name)), name, source_doc)
    return days, problems


def _faults(n: int, cells: list[str], width: int) -> list[Problem]:
    if not 2 <= len(cells) <= width:
        return [Problem("clock.csv_width", {"line": n, "found": len(cells), "wanted": width})]
    faults = []
    if parse_day(cells[0]) is None:
        faults.append(Problem("clock.csv_date", {"line": n, "text": cells[0][:40]}))
    if cells[1].lower() not in _FLAGS:
        faults.append(Problem("clock.csv_flag", {"line": n, "text": cells[1][:40]}))
    return faults


_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "是"), True),
    **dict.fromkeys(("0", "false", "no", "否"), False),
}


def parse_day(text: str) -> date | None:
    """The date written YYYY-MM-DD, or None when the text is no such date."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _kind(d: date, works: bool, named: bool) -> DayKind:
    weekend = d.weekday() >= 5
    if works:
        return DayKind.MAKEUP if weekend else DayKind.WORKDAY
    return DayKind.WEEKEND if weekend and not named else DayKind.HOLIDAY


def _days_of(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
