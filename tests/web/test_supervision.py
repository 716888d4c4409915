"""Supervision in the browser: the supervisor filters and opens a card, the unit replies, the card is cancelled."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.web.job.office import PATIENCE_MS, PHONE, Office, confirm
from tests.web.serving import start

ACCEPTED, SWEPT = "2026-05-06T09:00:00+08:00", "2026-05-09T10:00:00+08:00"
REPLY, RULING = "经办人外出培训，已指定代理人员接办。", "经核实属系统故障，不属于部门责任，予以撤销。"
_PLAY = """
from datetime import datetime
from jointreview.demo import story
from jointreview.demo.people import stage_with_people
from jointreview.jobs.supervision import supervise
stage = stage_with_people()
case_id = story.accepted(stage, story.STORIES[0][0])
supervise(datetime.fromisoformat(args[0]))
result = case_id
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Office, int]]:
    """A case accepted on Wednesday; on Saturday, a working day, the sweep finds that no department has read it."""
    server, process = start(tmp_path_factory.mktemp("supervision"), now=ACCEPTED)
    office = Office(server, process, browser)
    case_id = server.run(_PLAY, SWEPT)
    office.time_is(SWEPT)
    yield office, case_id
    office.process.terminate()
    office.process.wait(timeout=30)


@pytest.fixture
def office(played: tuple[Office, int]) -> Office:
    return played[0]


@pytest.fixture
def case_id(played: tuple[Office, int]) -> int:
    return played[1]


def rows(page: Page):
    return page.get_by_test_id("card-row")


def test_the_supervisor_filters_the_unit_replies_and_the_card_is_cancelled(office: Office, case_id: int) -> None:
    with office.at("supervisor", "/supervision") as supervisor, office.at("fire", "/") as officer:
        # A server that has just started reads the catalogue first.
        expect(rows(supervisor).first).to_be_visible(timeout=2 * PATIENCE_MS)
        assert rows(supervisor).count() > 3
        supervisor.select_option("#supervision-unit", "fire")
        expect(rows(supervisor)).to_have_count(1)
        expect(rows(supervisor)).to_contain_text("R03 部门环节超时")
        assert "unit=fire" in supervisor.url
        supervisor.get_by_test_id("tally-open").click()
        expect(supervisor.get_by_test_id("tally-open")).to_have_attribute("aria-current", "true")
        assert "state=open" in supervisor.url
        expect(rows(supervisor)).to_have_count(1)
        rows(supervisor).locator("a").click()
        card = supervisor.locator("#card-detail")
        expect(card).to_contain_text("环节时限 2 个工作日")
        expect(supervisor.locator("#card-waits")).to_contain_text("2026-05-11 前回复")
        expect(supervisor.locator("#card-acts")).to_have_count(0)

        officer.locator("[data-testid^='do-'][data-testid$='reply_card']").click()
        officer.get_by_test_id("act-ReplyToCard").click()
        expect(officer.get_by_test_id("act-dialog")).to_contain_text("环节时限 2 个工作日")
        confirm(officer, reply=REPLY)
        expect(officer.locator("#card-detail")).to_contain_text(REPLY)

        # The supervisor's page hears of it: the card has left the filter, its details say what was replied.
        expect(card).to_contain_text(REPLY, timeout=PATIENCE_MS)
        expect(rows(supervisor)).to_have_count(0)
        supervisor.get_by_test_id("act-CancelCard").click()
        confirm(supervisor, ruling=RULING)
        expect(supervisor.locator("#card-state")).to_contain_text("已撤销")
        expect(card).to_contain_text(RULING)
        expect(officer.locator("#card-detail")).to_contain_text(RULING, timeout=PATIENCE_MS)
        expect(officer.locator("#card-acts")).to_have_count(0)


def test_the_export_button_saves_what_the_filters_show(office: Office, case_id: int) -> None:
    with office.at("supervisor", "/supervision?unit=quality") as page:
        expect(rows(page)).to_have_count(1)
        with page.expect_download() as started:
            page.click("#supervision-export")
        file = started.value
        assert file.suggested_filename == "督办单 2026-05-09.xlsx"
        values = list(load_workbook(io.BytesIO(file.path().read_bytes())).worksheets[0].values)
        assert sum(str(row[0]).startswith("启效督") for row in values) == 1


def test_the_case_shows_its_open_cards_and_a_reply_is_given_there(office: Office, case_id: int) -> None:
    with office.at("quality", f"/cases/{case_id}", PHONE) as page:
        strip = page.locator("#card-strip li")
        expect(strip).to_have_count(1)
        expect(strip).to_contain_text("2026-05-11")
        page.get_by_test_id("card-act-ReplyToCard").click()
        confirm(page, reply=REPLY)
        expect(strip).to_contain_text("待核定")
        expect(page.get_by_test_id("card-act-ReplyToCard")).to_have_count(0)


def test_the_notice_is_saved_from_the_card_and_another_units_card_stays_closed(office: Office, case_id: int) -> None:
    with office.at("supervisor", "/supervision?unit=archives") as page:
        rows(page).locator("a").click()
        expect(page.locator("#card-detail")).to_be_visible()
        with page.expect_download() as started:
            page.click("#card-docx")
        assert started.value.suggested_filename.startswith("效能监督督办单 启效督")
        card = page.url.partition("card=")[2]
    with office.at("fire", f"/supervision?card={card}") as other:
        expect(other.locator("#card-missing")).to_be_visible()
        expect(other.locator("#card-detail")).to_have_count(0)


def test_the_rules_are_shown_in_words_and_their_counts_lead_to_the_cards(office: Office, case_id: int) -> None:
    with office.at("coordinator", "/supervision?view=rules") as page:
        rule = page.get_by_test_id("rule-R03")
        expect(rule).to_contain_text("部门环节时限届满")
        expect(page.get_by_test_id("rule-R91")).to_contain_text("人工发出")
        rule.locator("a").click()
        expect(rows(page).first).to_contain_text("R03")
        assert "rule=R03" in page.url


def test_an_applicant_finds_no_supervision(office: Office, case_id: int) -> None:
    with office.at("applicant", "/supervision") as page:
        expect(page.locator("#denied-back")).to_be_visible()
        expect(rows(page)).to_have_count(0)
