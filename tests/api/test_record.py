"""The record as a file: for the auditor alone, by the filters of the page, and taking it out is on record itself."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from jointreview.models import base
from jointreview.models.identity import Audit
from jointreview.paperwork.xlsx import MIME
from jointreview.queries.record import checked
from tests.api.helpers import Browsers, problem_keys

FILES = ("/api/record.xlsx", "/api/record.csv")


def note(house: Browsers, subject: str, days: int = 0, action: str = "account.opened") -> None:
    with base.writing() as session:
        at = house.world.now + timedelta(days=days)
        session.add(Audit(at=at, account_id=house.world.actors["admin"].account_id, action=action, subject=subject))


def lines(house: Browsers, **asked: str) -> list[list[str]]:
    answer = house.get("auditor", "/api/record.csv", params=asked)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", FILES)
def test_nobody_but_the_auditor_takes_it_out(house: Browsers, path: str) -> None:
    for who in ("admin", "security", "coordinator", "supervisor", "applicant"):
        assert house.get(who, path).status_code == 403, who
    assert house.get("", path).status_code == 401
    assert house.get("auditor", path).status_code == 200
    with base.reading() as session:
        taken = session.exec(select(Audit).where(Audit.action == "record.taken_out")).all()
    assert [row.account_id for row in taken] == [house.world.actors["auditor"].account_id]


def test_the_filters_of_the_page_are_those_of_the_file(house: Browsers) -> None:
    note(house, "early", days=-3)
    note(house, "today")
    note(house, "calendar", action="calendar.day")
    day = f"{house.world.today:%Y-%m-%d}"
    assert [row[3] for row in lines(house, group="accounts")[1:]] == ["today", "early"]
    assert [row[3] for row in lines(house, group="accounts", since=day, until=day)[1:]] == ["today"]
    assert [row[3] for row in lines(house, q="early")[1:]] == ["early"]
    assert problem_keys(house.get("auditor", "/api/record.csv", params={"since": "yesterday"})) == [
        "errors.not_a_date"
    ]


def test_what_people_entered_is_no_formula_in_either_file(house: Browsers) -> None:
    note(house, "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in [row[3] for row in lines(house)]
    answer = house.get("auditor", "/api/record.xlsx")
    assert answer.headers["content-type"] == MIME
    cells = [cell for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells) and "=HYPERLINK(1)" in [cell.value for cell in cells]


def test_the_check_says_in_words_what_does_not_hold(house: Browsers) -> None:
    house.world.accepted()
    note(house, "somebody")
    assert checked("zh").faults == () and "总账" in checked("zh").words
    with base.writing() as session:
        row = session.exec(select(Audit).where(Audit.subject == "somebody")).one()
        row.subject = "nobody"
        session.add(row)
    (fault,) = checked("zh").faults
    assert fault == f"操作记录 #{row.id}: 记录内容被改动"
