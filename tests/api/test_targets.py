"""The workbook of progress: who gets it, and that it says what the page says within the same filters."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from jointreview.paperwork.xlsx import MIME
from jointreview.text import tr
from tests.api.helpers import Browsers, problem_keys

PATH = "/api/targets.xlsx"


def test_only_those_who_see_the_page_get_the_workbook(shared: Browsers):
    assert shared.get("", PATH).status_code in (303, 401)
    for who in ("applicant", "clerk", "fire", "admin"):
        answer = shared.get(who, PATH)
        assert answer.status_code == 403 and problem_keys(answer) == ["progress.not_for_you"], who
    for who in ("coordinator", "supervisor", "fire-head"):
        answer = shared.get(who, PATH)
        assert answer.status_code == 200 and answer.headers["content-type"] == MIME, who
        assert answer.headers["cache-control"] == "no-store"


@pytest.fixture
def book(house: Browsers):
    case_id = house.world.accepted("school")
    house.world.later(12)

    def read(who: str = "coordinator", query: str = "", lang: str = "zh"):
        answer = house.get(who, f"{PATH}?{query}", headers={"accept-language": lang})
        found = load_workbook(io.BytesIO(answer.content))
        return case_id, {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in found}

    return read


def _sheet(sheets: dict, key: str) -> list:
    return sheets[tr("zh", f"targets.grid_{key}")]


def test_the_workbook_says_target_standing_and_formula(book):
    _, sheets = book()
    rows = _sheet(sheets, "headline")
    assert [row[0] for row in rows[4:]] == [
        tr("zh", f"targets.headline_{key}") for key in ("review", "acceptance", "project", "on_time")
    ]
    assert rows[1][0] == tr("zh", "targets.no_filters")
    assert rows[-1][1] == tr("zh", "targets.at_least", n="99.9%") and "÷" in rows[-1][4]
    units = _sheet(sheets, "units")
    assert "60" in units[3][0] and units[4][0] == tr("zh", "targets.head_unit")


def test_cases_and_outlooks_stand_in_the_workbook(book):
    _, sheets = book(query="show=running_over")
    cases = _sheet(sheets, "cases")
    assert cases[1][0] == tr("zh", "targets.list_title", what=tr("zh", "targets.show_running_over"))
    header, row = cases[4:]
    assert dict(zip(header, row, strict=True))[tr("zh", "targets.head_used")] == 12
    assert any("到期日" in str(row[-1]) for row in _sheet(sheets, "outlook"))


def test_filters_of_the_address_narrow_the_workbook(book):
    _, sheets = book(query="stage=1&since=2026-01")
    assert len(_sheet(sheets, "cases")) == 5
    assert "2026-01" in _sheet(sheets, "cases")[2][0]


def test_a_head_of_department_gets_its_own_unit_alone_whatever_is_asked(book):
    _, sheets = book("fire-head", "unit=planning")
    assert len(_sheet(sheets, "units")) == 6
    assert "消防" in _sheet(sheets, "units")[5][0]
    assert {row[2] for row in _sheet(sheets, "outlook")[5:]} <= {_sheet(sheets, "units")[5][0], "—"}
