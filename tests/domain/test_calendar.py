"""The working-day table: official years, provisional years, files, receipt."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointreview.domain.calendar import CalendarDay, DayKind, DayStatus, WorkCalendar
from jointreview.domain.calendar_source import (
    OFFICIAL_YEARS,
    default_calendar,
    official_days,
    provisional_days,
    read_calendar_csv,
)
from jointreview.domain.problems import Refused

VECTORS = json.loads((Path(__file__).parent / "clock_vectors.json").read_text(encoding="utf-8"))
KNOWN = default_calendar(2024, 2028)


@pytest.mark.parametrize(("year", "expected"), [(2024, 251), (2025, 248), (2026, 248)])
def test_official_years_have_the_published_number_of_working_days(year, expected):
    assert sum(day.is_workday for day in official_days(year)) == expected


def test_the_notice_for_2026_is_kept_day_by_day():
    rest = {d.date for d in official_days(2026) if d.kind is DayKind.HOLIDAY and d.name == "春节"}
    assert rest == {date(2026, 2, 15) + timedelta(days=n) for n in range(9)}
    makeup = {d.date.strftime("%m-%d") for d in official_days(2026) if d.kind is DayKind.MAKEUP}
    assert makeup == {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}


@pytest.mark.parametrize("year", range(2020, OFFICIAL_YEARS.stop))
def test_official_rest_days_agree_with_an_independent_package(year):
    other = holidays.China(years=year)
    for day in official_days(year):
        assert day.is_workday == other.is_working_day(day.date), day


@pytest.mark.parametrize("year", range(2027, 2031))
def test_provisional_festivals_agree_with_an_independent_almanac(year):
    other = holidays.China(years=year, observed=False)
    ours = {day.date for day in provisional_days(year) if day.name}
    assert ours == set(other)


def test_provisional_year_has_no_makeup_days_and_says_what_it_is():
    days = provisional_days(2027)
    assert len(days) == 365
    assert all(d.status is DayStatus.PROVISIONAL and d.kind is not DayKind.MAKEUP for d in days)
    assert KNOWN.is_provisional(date(2027, 3, 1)) and not KNOWN.is_provisional(date(2026, 12, 31))


def test_a_year_without_a_notice_is_refused_as_official():
    with pytest.raises(Refused) as refused:
        official_days(OFFICIAL_YEARS.stop)
    assert refused.value.kind == "missing"


def test_days_not_listed_follow_the_week_and_are_official_in_a_year_with_an_official_day():
    calendar = WorkCalendar.of([CalendarDay(date(2031, 10, 1), False, DayKind.HOLIDAY, "国庆节")])
    assert calendar.day(date(2031, 10, 4)).kind is DayKind.WEEKEND
    assert calendar.is_workday(date(2031, 10, 6)) and not calendar.is_provisional(date(2031, 10, 6))
    assert calendar.is_provisional(date(2032, 1, 5))


@pytest.mark.parametrize("vector", VECTORS["receipt"], ids=lambda v: v["submitted"])
def test_receipt_day(vector):
    submitted = datetime.fromisoformat(vector["submitted"])
    assert KNOWN.receipt_day(submitted) == date.fromisoformat(vector["receipt_day"])


def test_receipt_at_closing_time_is_in_time_and_zones_are_converted():
    assert KNOWN.receipt_day(datetime(2025, 9, 30, 17, 30)) == date(2025, 9, 30)
    assert KNOWN.receipt_day(datetime(2025, 9, 29, 23, 0, tzinfo=ZoneInfo("UTC"))) == date(2025, 9, 30)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_the_nth_working_day_has_n_working_days_up_to_it(start, n):
    end = KNOWN.nth_workday_after(start, n)
    assert len(KNOWN.workdays_in(start, end)) == n
    assert n == 0 or KNOWN.is_workday(end)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_the_next_working_day_skips_no_working_day(d):
    found = KNOWN.next_workday(d)
    assert KNOWN.is_workday(found)
    assert KNOWN.workdays_in(d - timedelta(days=1), found) == (found,)


def test_csv_becomes_official_days():
    days = read_calendar_csv(
        "\ufeffdate,is_workday,name\r\n2027-02-06,0,春节\r\n2027-02-14,是\r\n\r\n2027-02-08,no,春节\n", "通知"
    )
    assert [(d.date.day, d.is_workday, d.kind, d.name) for d in days] == [
        (6, False, DayKind.HOLIDAY, "春节"),
        (14, True, DayKind.MAKEUP, ""),
        (8, False, DayKind.HOLIDAY, "春节"),
    ]
    assert {d.source_doc for d in days} == {"通知"}


def test_csv_names_every_faulty_line_at_once():
    table = "date,is_workday\n2027-02-30,0\n2027-02-06,maybe\n2027-02-07\n2027-02-08,0\n2027-02-08,1\n"
    with pytest.raises(Refused) as refused:
        read_calendar_csv(table, "")
    assert [(p.key, p.params["line"]) for p in refused.value.problems] == [
        ("clock.csv_date", 2),
        ("clock.csv_flag", 3),
        ("clock.csv_width", 4),
        ("clock.csv_twice", 6),
    ]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("", "clock.csv_header"),
        ("day,work\n2027-01-01,0", "clock.csv_header"),
        ("date,is_workday\n", "clock.csv_empty"),
        ("date,is_workday\n" + "9" * 200_000 + ",1", "clock.csv_unreadable"),
    ],
)
def test_csv_that_is_no_calendar_is_refused(table, key):
    with pytest.raises(Refused) as refused:
        read_calendar_csv(table, "")
    assert [p.key for p in refused.value.problems] == [key]
