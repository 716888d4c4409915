"""Permitted against built in the browser: a survey is sent, matched, compared; a parcel is drawn by its corners."""

from __future__ import annotations

from playwright.sync_api import Browser, FilePayload, expect

from jointreview.demo.cast import DEMO_PASSWORD
from jointreview.demo.projects import LVSI
from jointreview.demo.sample_files import plan_geojson
from tests.web.job.hall import Hall
from tests.web.job.office import DESK, PATIENCE_MS


def test_a_survey_is_sent_matched_and_compared_and_a_parcel_drawn(hall: Hall, browser: Browser) -> None:
    faults: list[str] = []
    context = browser.new_context(**DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    path = f"/cases/{hall.cases['draft']}/form"
    page.goto(f"{hall.server.url}/signin?next={path}")
    page.fill("#login", "coldchain")
    page.fill("#password", DEMO_PASSWORD)
    page.click("button.primary")
    page.click("#step-plans")
    comparison = page.get_by_test_id("comparison")
    expect(comparison).to_have_attribute("data-standing", "within")
    expect(page.get_by_test_id("map-legend")).to_contain_text("许可")

    page.get_by_test_id("plan-again-as_built").click()
    survey = FilePayload(name="竣工图.geojson", mimeType="application/geo+json", buffer=plan_geojson(*LVSI, 0.5))
    page.set_input_files("#plan-file-as_built", [survey])
    page.select_option("#plan-field-as_built", "建筑名称")
    page.get_by_test_id("plan-read-as_built").click()
    # Before somebody confirmed whose outlines they are nothing is compared, and nothing is fine.
    expect(comparison).to_have_attribute("data-standing", "not_comparable")
    expect(page.get_by_test_id("match-as_built-1")).to_have_value("002")
    page.get_by_test_id("plan-confirm-as_built").click()
    expect(comparison).to_have_attribute("data-standing", "beyond")
    office = page.get_by_test_id("compared-002").locator("tr[data-what=deviation]")
    expect(office).to_have_attribute("data-standing", "beyond")
    expect(office).to_contain_text("0.500 m")
    page.click("#step-S5")
    expect(page.get_by_text("图形计算").first).to_be_visible()

    page.click("#step-parcel")
    page.click("#parcel-again")
    page.select_option("#parcel-system", "other")
    expect(page.locator("#parcel-system-code")).to_be_visible()
    page.select_option("#parcel-system", "")
    page.click("#parcel-draw")
    page.fill("#draw-points", "121.601, 32.061\n121.604, 32.061\n121.604")
    expect(page.locator("#draw-done")).to_be_disabled()
    page.fill("#draw-points", "121.601, 32.061\n121.604, 32.061\n121.604, 32.063")
    page.click("#draw-done")
    expect(page.get_by_test_id("parcel-drawing")).to_be_hidden()
    expect(page.get_by_text("drawn-on-map.geojson")).to_be_visible()
    page.get_by_test_id("parcel-confirm").click()
    expect(page.get_by_test_id("parcel-confirmed")).to_be_visible()
    context.close()
    assert faults == []
