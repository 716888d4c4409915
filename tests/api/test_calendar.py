"""The working-day table imported: faulty lines named, due days of open cases moved, the provisional mark gone."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select

from jointreview.commands.case_clock import case_clock
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import CalendarDayRow
from tests.api.helpers import Browsers, problem_keys, problem_texts

SOURCE = "国务院办公厅通知"
HEAD = "date,is_workday,name\n"


def clock(house: Browsers, case_id: int):
    with base.reading() as session:
        case = session.get(Case, case_id)
        assert case is not None
        return case_clock(session, case, house.world.today)


def imported(house: Browsers, csv: str, lang: str = "zh"):
    args = {"csv": csv, "source": SOURCE}
    return house.ask(
        "coordinator", "POST", "/api/commands/ImportCalendar", params={"lang": lang}, json={"args": args}
    )


def days() -> str:
    with base.reading() as session:
        rows = session.exec(select(CalendarDayRow).order_by(CalendarDayRow.day)).all()
    return json.dumps([row.model_dump(mode="json") for row in rows])


def test_every_faulty_line_is_named_and_nothing_is_changed(house: Browsers):
    before = days()
    csv = HEAD + "2027-01-01,0,元旦\n2027-02-30,0,x\n2027-01-04,maybe,x\n2027-01-05\n2027-01-01,1,\n"
    answer = imported(house, csv)
    assert answer.status_code == 422
    assert problem_keys(answer) == ["clock.csv_date", "clock.csv_flag", "clock.csv_width", "clock.csv_twice"]
    for text, line in zip(problem_texts(answer), (3, 4, 5, 6), strict=True):
        assert str(line) in text
    english = problem_texts(imported(house, csv, "en"))
    assert english[0].startswith('Line 3: "2027-02-30" is not a date') and all(t.isascii() for t in english)
    assert days() == before


@pytest.mark.parametrize(
    ("csv", "key"),
    [
        ("", "clock.csv_header"),
        ("day,works\n2027-01-01,0\n", "clock.csv_header"),
        (HEAD, "clock.csv_empty"),
        (HEAD + "2027-01-01,0,\n2028-01-01,0,\n", "commands.one_year_only"),
        (HEAD + f"2027-01-01,0,{'长' * 41}\n", "errors.too_long"),
        (HEAD + "2027-01-01,0,\n" * 20_000, "errors.too_long"),
    ],
)
def test_a_table_that_is_none_is_refused(house: Browsers, csv: str, key: str):
    before = days()
    answer = imported(house, csv)
    assert answer.status_code == 422 and set(problem_keys(answer)) == {key}
    assert days() == before


def test_a_new_rest_day_moves_the_due_day_of_every_open_case(house: Browsers):
    case_id = house.world.accepted()
    before = clock(house, case_id)
    rest = house.world.workday_after(2)
    args = {"day": rest.isoformat(), "kind": "holiday", "name": "地方节日", "source": SOURCE}
    assert house.send("coordinator", "SetCalendarDay", args).status_code == 200
    after = clock(house, case_id)
    assert after.due > before.due
    house.world.later(10)
    assert clock(house, case_id).used == 10 and clock(house, case_id).due == after.due


def test_a_year_without_a_notice_is_provisional_until_its_notice_is_imported(house: Browsers):
    world = house.world
    world.now = world.now.replace(year=2027, month=1, day=5)
    case_id = world.accepted()
    before = clock(house, case_id)
    assert before.provisional
    answer = imported(
        house, HEAD + "2027-01-01,0,元旦\n2027-01-08,0,调休\n2027-01-09,1,调休上班\n2027-01-11,0,调休\n"
    )
    assert answer.status_code == 200 and answer.json()["value"]["year"] == 2027
    after = clock(house, case_id)
    assert not after.provisional
    assert after.due > before.due
    assert not clock(house, case_id).overdue


def test_days_the_notice_does_not_list_follow_the_week(house: Browsers):
    assert imported(house, HEAD + "2027-01-01,0,元旦\n2027-01-02,1,调休上班\n").status_code == 200
    with base.reading() as session:
        found = {
            day: session.get(CalendarDayRow, day)
            for day in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4), date(2027, 10, 1))
        }
    kinds = [(row.kind, row.is_workday, row.status) for row in found.values() if row]
    assert kinds == [
        ("holiday", False, "official"),
        ("makeup", True, "official"),
        ("weekend", False, "official"),
        ("workday", True, "official"),
        ("workday", True, "official"),
    ]


@pytest.mark.parametrize(
    ("day", "kind", "key"),
    [
        ("2027-01-05", "makeup", "commands.makeup_on_weekend"),
        ("2027-01-05", "weekend", "commands.weekend_on_weekday"),
        ("2027-01-05", "feast", "errors.does_not_fit"),
        ("2027-02-30", "holiday", "errors.not_a_date"),
    ],
)
def test_a_day_that_cannot_be_is_refused(house: Browsers, day: str, kind: str, key: str):
    answer = house.send("coordinator", "SetCalendarDay", {"day": day, "kind": kind, "source": SOURCE})
    assert answer.status_code == 422 and problem_keys(answer) == [key]


@pytest.mark.parametrize("who", ["applicant", "clerk", "fire", "admin"])
def test_only_the_coordinator_changes_the_table(house: Browsers, who: str):
    assert house.send(who, "ImportCalendar", {"csv": HEAD + "2027-01-01,0,\n", "source": SOURCE}).status_code == 403
