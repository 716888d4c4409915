"""The keyboard alone, large text and paper: from signing in to an act, with the focus in sight all the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from jointreview.demo.cast import DEMO_PASSWORD
from tests.web.job.hall import Hall
from tests.web.job.office import DESK, PHONE, Office

FOCUS = """() => {
  const at = document.activeElement, shown = (e) => e && getComputedStyle(e).outlineStyle !== "none";
  const box = at.getBoundingClientRect();
  return {
    what: `${at.tagName.toLowerCase()}#${at.id}.${at.className} ${(at.innerText || "").slice(0, 30)}`,
    href: at.getAttribute("href") || "", test: at.dataset.testid || "", id: at.id,
    visible: (shown(at) || shown(at.closest("form")) || at.id === "content" || at === document.body) && box.width > 0,
  };
}"""


@pytest.fixture(scope="module")
def office(hall: Hall, browser: Browser) -> Office:
    return Office(hall.server, hall.process, browser)


def tab_to(page: Page, wanted: str, most: int = 80) -> None:
    """Press Tab until the focus stands on something whose id, test id or address is `wanted`, always in sight."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["visible"], f"the focus is out of sight on {focus['what']}"
        if any(re.fullmatch(wanted, focus[name]) for name in ("id", "test", "href")):
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


def test_an_act_is_done_by_the_keyboard_alone(office: Office, hall: Hall) -> None:
    context = office.browser.new_context(**DESK)
    page = context.new_page()
    try:
        page.goto(f"{hall.server.url}/signin")
        tab_to(page, "login")
        page.keyboard.type("quality")
        tab_to(page, "password")
        page.keyboard.type(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{hall.server.url}/")
        way = rf"/cases/{hall.cases['reading']}(\?.*)?"
        expect(page.locator(f"a[href^='/cases/{hall.cases['reading']}']").first).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(".jr-skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
        tab_to(page, way)
        page.keyboard.press("Enter")
        act = page.get_by_test_id("act-FinishDocumentReview").first
        expect(act).to_be_visible()
        tab_to(page, "act-FinishDocumentReview")
        page.keyboard.press("Enter")
        dialog = page.get_by_test_id("act-dialog")
        expect(dialog).to_be_visible()
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(act).to_be_focused()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        tab_to(page, "act-confirm", most=6)
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(page.get_by_test_id("act-FinishDocumentReview")).to_have_count(0)
    finally:
        context.close()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_large_text_is_one_press_away_and_stays(office: Office, hall: Hall, device: dict) -> None:
    with office.at("coordinator", f"/cases/{hall.cases['reading']}", device) as page:
        lead = page.locator("#matrix .jr-soft").first
        before = size_of(page, "#matrix .jr-soft")
        switch(page, device)
        expect(page.locator("html")).to_have_attribute("data-text", "large")
        assert size_of(page, "#matrix .jr-soft") > before * 1.2
        page.reload()
        expect(lead).to_be_visible()
        assert size_of(page, "#matrix .jr-soft") > before * 1.2
        width = page.viewport_size["width"]  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        switch(page, device)
        expect(page.locator("html")).not_to_have_attribute("data-text", "large")
        assert size_of(page, "#matrix .jr-soft") == before


def switch(page: Page, device: dict) -> None:
    if device is DESK:
        page.click("#text-size")
    else:
        page.get_by_role("button", name="个人菜单").click()
        page.get_by_role("menuitem", name=re.compile("大字版|标准字号")).click()


def size_of(page: Page, selector: str) -> float:
    page.locator(selector).first.wait_for()
    return page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")


def test_on_paper_the_matrix_stands_without_the_controls_of_the_page(office: Office, hall: Hall) -> None:
    with office.at("coordinator", f"/cases/{hall.cases['reading']}") as page:
        expect(page.locator("#matrix")).to_be_visible()
        page.emulate_media(media="print")
        for gone in (".jr-bar", ".jr-rail", "#case-actions", "[role=tablist]"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(page.locator("#matrix tbody tr").first).to_be_visible()
        expect(page.locator("#case-number")).to_be_visible()


def test_an_act_of_the_header_leads_into_the_form_of_the_open_panel(office: Office, hall: Hall) -> None:
    with office.at("clerk", f"/cases/{hall.cases['waiting']}?panel=review") as page:
        expect(page.locator("#precheck")).to_be_visible()
        page.get_by_test_id("act-ReturnCase").first.click()
        expect(page.locator("#precheck :focus")).to_be_in_viewport()
