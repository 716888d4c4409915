"""The calendar page: days of a year, what a change would move before it is made, and who changed what."""

from __future__ import annotations

from datetime import date

from jointreview.commands.calendar_admin import ImportCalendar, SetCalendarDay
from jointreview.commands.case_clock import case_clock
from jointreview.commands.intake import WithdrawCase
from jointreview.domain.calendar import DayKind
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.queries.calendar import changed_day, due_date_changes, table_history, year_days, years_covered
from jointreview.text import LANGUAGES, texts
from tests.commands.world import World


def changes(world: World, *days: tuple[date, DayKind]):
    with base.reading() as session:
        return due_date_changes(session, [changed_day(d, kind) for d, kind in days], world.today)


def due(world: World, case_id: int) -> date | None:
    with base.reading() as session:
        clock = case_clock(session, session.get_one(Case, case_id), world.today)
    return clock.due if clock else None


def test_a_year_has_all_its_days_with_holidays_and_make_up_days(world: World):
    days = {d.day: d for d in year_days(2026, "en")}
    assert len(days) == 365 and sum(d.works for d in days.values()) == 248
    may_day = days[date(2026, 5, 1)]
    assert (may_day.kind, may_day.kind_name, may_day.name) == ("holiday", "Holiday", "Labour Day")
    assert {d.day: d for d in year_days(2026, "zh")}[date(2026, 5, 1)].name == "劳动节"
    assert days[date(2026, 5, 9)].works and days[date(2026, 5, 9)].kind == "makeup"
    assert len(year_days(2028, "zh")) == 366


def test_years_covered_tell_which_are_provisional(world: World):
    years = {y.year: y for y in years_covered()}
    assert years[2026].workdays == 248 and not years[2026].provisional
    assert years[2029].provisional


def test_the_preview_names_the_day_to_which_each_case_will_move(world: World):
    case_id = world.accepted()
    holiday = (date(2026, 5, 12), DayKind.HOLIDAY)
    (change,) = changes(world, holiday)
    assert (change.case_id, change.old_due, change.new_due) == (case_id, date(2026, 5, 19), date(2026, 5, 20))
    assert due(world, case_id) == date(2026, 5, 19)
    world.do("coordinator", SetCalendarDay(day=holiday[0], kind=holiday[1], name="", source="临时通知"))
    assert due(world, case_id) == change.new_due


def test_days_that_matter_to_no_open_case_move_nothing(world: World):
    case_id = world.accepted()
    assert changes(world, (date(2026, 8, 12), DayKind.HOLIDAY)) == []
    assert changes(world, (date(2026, 5, 12), DayKind.HOLIDAY), (date(2026, 5, 16), DayKind.MAKEUP)) == []
    world.do("applicant", WithdrawCase(case_id=case_id, reason="不再申请"))
    assert changes(world, (date(2026, 5, 12), DayKind.HOLIDAY)) == []


def test_every_change_stays_on_record_in_the_readers_words(world: World):
    world.do("coordinator", SetCalendarDay(day=date(2026, 5, 12), kind=DayKind.HOLIDAY, name="", source="临时通知"))
    world.do("coordinator", ImportCalendar(csv="date,is_workday,name\n2027-01-01,0,元旦\n", source="国办发明电"))
    newest, first = table_history("en")
    assert first.text == "2026-05-12 set to: Holiday (by 临时通知)"
    assert newest.text.startswith("Holiday notice of 2027 imported") and newest.at == world.now
    assert first.who == world.actors["coordinator"].name


def test_every_kind_of_day_has_its_words():
    assert all(f"views.kind_{kind.value}" in texts(lang) for lang in LANGUAGES for kind in DayKind)
