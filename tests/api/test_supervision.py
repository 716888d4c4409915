"""HTTP for supervision: the export for its readers, by the filters of the page, and notices for who may see them."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from jointreview.commands.supervision import IssueCard
from jointreview.models import base
from jointreview.models.supervision import Card
from tests.api.helpers import Browsers

REASON = "经查，部门在系统外先行出具了书面意见。"
PATH = "/api/supervision.xlsx"


@pytest.fixture
def card(house: Browsers) -> Card:
    world = house.world
    case_id = world.accepted()
    command = IssueCard(case_id=case_id, rule="R90", unit="fire", happened_on=world.today, reason=REASON)
    card_id = world.do("supervisor", command).value["card_id"]
    with base.reading() as session:
        return session.get_one(Card, card_id)


def numbers(content: bytes) -> list[object]:
    return [row[0] for row in load_workbook(io.BytesIO(content)).worksheets[0].values]


def test_the_export_is_a_named_workbook_of_the_readers_cards(house: Browsers, card: Card) -> None:
    answer = house.get("supervisor", PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert quote("督办单 2026-05-06.xlsx", safe="") in answer.headers["content-disposition"]
    assert card.number in numbers(answer.content)
    assert card.number in numbers(house.get("fire", PATH).content)
    for who, path in (("planning", PATH), ("clerk", PATH), ("supervisor", f"{PATH}?colour=yellow")):
        answer = house.get(who, path)
        assert answer.status_code == 200 and card.number not in numbers(answer.content), who


@pytest.mark.parametrize(("who", "status"), [("applicant", 403), ("admin", 403), ("", 303)])
def test_who_has_nothing_to_do_with_supervision_gets_no_file(
    house: Browsers, card: Card, who: str, status: int
) -> None:
    answer = house.get(who, PATH)
    assert answer.status_code in (status, 401)
    assert "spreadsheet" not in answer.headers.get("content-type", "") and card.number not in answer.text


def test_a_notice_is_sent_to_its_readers_and_is_missing_for_others(house: Browsers, card: Card) -> None:
    path = f"/api/cases/{card.case_id}/documents/{card.document_id}.docx"
    for who in ("supervisor", "coordinator", "fire"):
        assert house.get(who, path).status_code == 200, who
    for who in ("planning", "clerk", "applicant", "admin"):
        assert house.get(who, path).status_code == 404, who


def test_strange_filters_are_passed_over(house: Browsers, card: Card) -> None:
    answer = house.get("supervisor", f"{PATH}?rule=%27%20OR%201&page=-1&card=99999999999999&stage=x&q=%00")
    assert answer.status_code == 200
