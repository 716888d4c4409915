"""A document read in the browser: an officer frames a place on page 2, the notice leaves, the applicant sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.job.hall import Hall
from tests.web.job.office import PHONE, Office

FRAME = (0.2, 0.1, 0.6, 0.3)
READY = ".jv-sheet[data-ready='true']"


@pytest.fixture(scope="module")
def office(hall: Hall, browser: Browser) -> Office:
    return Office(hall.server, hall.process, browser)


def test_an_officer_frames_a_place_and_the_applicant_is_led_to_it(office: Office, hall: Hall) -> None:
    case_id = hall.cases["marked"]
    with office.at("fire", f"/cases/{case_id}?panel=materials") as page:
        page.locator("#material-drawings [data-testid^='view-']").click()
        expect(page.locator(READY)).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id("viewer-page")).to_have_value("2")
        expect(page.locator(READY)).to_be_visible()
        page.get_by_test_id("viewer-mark").click()
        draw(page)
        page.get_by_test_id("mark-save").click()
        expect(page.locator(".jv-fault").first).to_be_visible()
        page.get_by_test_id("mark-rule").fill("竣工图编制要求")
        page.get_by_test_id("mark-wanted").fill("图签没有盖竣工图章")
        page.get_by_test_id("mark-save").click()
        expect(page.get_by_test_id("mark-done")).to_be_visible()
        place = page.url
    for one in office.assignments(case_id):
        office.command(one["unit"], "FinishDocumentReview", case_id=case_id, assignment_id=one["id"])
    office.command("coordinator", "IssueSupplementNotice", case_id=case_id)
    with office.at("coldchain", f"/cases/{case_id}/form", PHONE) as page:
        link = page.locator("[id^='gap-see-']").get_attribute("href") or ""
        assert f"{office.server.url}{link}".startswith(f"{place}&gap=")
        page.goto(office.server.url + link)
        expect(page.locator(READY)).to_be_visible()
        mark = page.locator("[data-testid^='mark-'][data-chosen='true']")
        expect(mark).to_be_in_viewport()
        sheet, frame = page.locator(".jv-sheet").bounding_box(), mark.bounding_box()
        assert sheet and frame
        seen = (
            (frame["x"] - sheet["x"]) / sheet["width"],
            (frame["y"] - sheet["y"]) / sheet["height"],
            (frame["x"] + frame["width"] - sheet["x"]) / sheet["width"],
            (frame["y"] + frame["height"] - sheet["y"]) / sheet["height"],
        )
        assert seen == pytest.approx(FRAME, abs=0.02)
        assert page.get_by_test_id("viewer-picture").evaluate("picture => picture.naturalWidth") >= 1000
        expect(page.locator("[data-testid^='marked-']")).to_contain_text("图签没有盖竣工图章")
        expect(page.get_by_test_id("viewer-mark")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def draw(page: Page) -> None:
    """Press, drag and let go."""
    layer = page.get_by_test_id("viewer-marks").bounding_box()
    assert layer
    left, top, right, bottom = FRAME
    page.mouse.move(layer["x"] + left * layer["width"], layer["y"] + top * layer["height"])
    page.mouse.down()
    page.mouse.move(layer["x"] + right * layer["width"], layer["y"] + bottom * layer["height"], steps=4)
    page.mouse.up()
    expect(page.get_by_test_id("mark-form")).to_be_visible()
