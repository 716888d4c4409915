"""The workspace map in the browser, and its cases in another program: fifty cases, one story each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyogrio
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import _note_foreign
from tests.web.serving import PASSWORD, Server, start

MOMENT = "2026-05-19T10:00:00+08:00"
SPREAD = "(121.60, 31.80, 121.68, 31.85)"
_FILL = f"from bench.places import fill\nfill(50, spread={SPREAD})"
ROWS = "[data-testid='map-row'] .jr-mapspace-row"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product with fifty cases under way along the river."""
    running, process = start(tmp_path_factory.mktemp("harbour"), now=MOMENT, before=_FILL)
    try:
        running.account("coordinator", "coordinator", title="协调岗")
        running.account("newcomer", "applicant")
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def opened(harbour: Server, browser: Browser) -> Iterator[Open]:
    """`opened(login, path, **context)`: somebody's map once it is drawn; a script error or another host fails."""
    contexts, faults = [], []

    def open_page(login: str, path: str = "/map", **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: _note_foreign(harbour, asked.url, faults))
        page.goto(f"{harbour.url}/signin")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button.primary")
        page.wait_for_selector(".jr-rail, .jr-bottom", state="attached")
        page.goto(f"{harbour.url}{path}")
        page.wait_for_selector("[data-testid='map-space'][data-state='ready']")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def total(page: Page) -> Locator:
    return page.locator("[data-testid='map-list']")


def test_a_coordinator_finds_opens_and_gathers_cases(opened: Open) -> None:
    page = opened("coordinator")
    expect(total(page)).to_have_attribute("data-total", "50")
    expect(page.locator(ROWS)).to_have_count(50)
    # a lamp as a filter shows as many as it says, and the address can be sent
    chip = page.get_by_test_id("map-lamp-yellow")
    count = chip.inner_text().split()[-1]
    chip.click()
    expect(total(page)).to_have_attribute("data-total", count)
    expect(page).to_have_url(re.compile(r"\?lamp=yellow#"))
    expect(page.locator("[data-testid='map-row']:not([data-lamp='yellow'])")).to_have_count(0)
    page.click("#map-clear")
    # a search brings the one case found into sight; its outline opens it beside the map
    page.fill("#map-text", "QDX0000006")
    page.keyboard.press("Enter")
    expect(total(page)).to_have_attribute("data-total", "1")
    page.wait_for_function("Number(location.hash.slice(1).split('/')[0]) >= 16")
    page.wait_for_selector("[data-testid='map-canvas'][data-shown='1']")
    page.wait_for_timeout(300)
    box = page.get_by_test_id("map-canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 4, box["y"] + box["height"] / 2 + 4)
    brief = page.get_by_test_id("map-brief")
    expect(brief).to_contain_text("沿江产业园7号地块")
    expect(brief.get_by_test_id("map-open")).to_have_attribute("href", "/cases/1000006")
    expect(page).to_have_url(re.compile(r"/1000006$"))
    page.reload()
    expect(page.get_by_test_id("map-brief")).to_contain_text("沿江产业园7号地块")
    # a lasso around everything chooses what it holds
    page.click("#map-clear")
    page.get_by_test_id("map-fit").click()
    page.wait_for_selector("[data-testid='map-canvas'][data-shown='50']")
    page.get_by_test_id("map-lasso").click()
    box = page.get_by_test_id("map-canvas").bounding_box()
    left, top, right, bottom = box["x"] + 4, box["y"] + 4, box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(left, bottom)
    page.mouse.down()
    for x, y in ((left, top + 120), (left + 400, top + 80), (right, top + 80), (right, bottom)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    expect(page.get_by_test_id("map-chosen")).to_contain_text(re.compile("已圈选 \\d+ 件"))
    assert page.locator("[data-testid='map-chosen'] li").count() >= 40
    page.get_by_test_id("map-clear-chosen").click()
    expect(page.get_by_test_id("map-chosen")).to_have_count(0)


def test_the_keyboard_reaches_every_case_and_measures(opened: Open) -> None:
    page = opened("coordinator", "/map?lamp=yellow")
    expect(page.locator(ROWS).first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(ROWS).nth(1)
    expect(second).to_be_focused()
    name = second.locator(".jr-strong").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#map-brief-name")).to_have_text(name)
    expect(page.locator("#map-brief-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(ROWS).nth(1)).to_be_focused()
    page.get_by_test_id("map-measure").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("measure-length")).to_contain_text(re.compile(r"[1-9][\d,.]* k?m"))
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("measure")).to_have_count(0)
    expect(page.get_by_test_id("map-readout")).to_contain_text("CGCS2000 3° 带 41（中央经线 123°）")


def test_a_phone_shows_map_or_list_and_an_applicant_without_cases_reads_why(opened: Open) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = opened("coordinator", **phone)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.locator(ROWS).first).to_be_hidden()
    page.tap("#map-side-list")
    page.wait_for_timeout(1500)  # the map, which is hidden now, must not empty the list of what it shows
    expect(total(page)).to_have_attribute("data-total", "50")
    page.locator(ROWS).first.tap()
    expect(page.get_by_test_id("map-brief")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    empty = opened("newcomer")
    expect(empty.locator(".jr-map-note")).to_contain_text("还没有带用地范围的办件")
    expect(empty.get_by_test_id("map-lasso")).to_have_count(0)


def test_gdal_lists_pages_and_filters_with_a_key_from_the_account_page(opened: Open, harbour: Server) -> None:
    page = opened("coordinator")
    page.goto(f"{harbour.url}/account")
    page.fill("#map-key-name", "QGIS")
    page.click("#map-key-make")
    key = page.locator("#map-key-fresh").inner_text()
    page.click("#map-key-kept")
    expect(page.locator("#map-key-fresh")).to_have_count(0)
    address = f"OAPIF:{harbour.url}/ogc"
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": f"any:{key}"})
    try:
        assert {name for name, _ in pyogrio.list_layers(address)} == {"cases", "parcels", "visits"}
        whole = parcels(address)
        assert len(whole) == 50 and whole["number"].is_unique
        assert set(whole.geom_type) <= {"Polygon", "MultiPolygon"} and whole.crs is not None
        one = whole.iloc[7]
        near = parcels(address, bbox=tuple(one.geometry.bounds))
        assert one["number"] in set(near["number"]) and len(near) < 10
        assert list(parcels(address, where=f"number = '{one['number']}'")["number"]) == [one["number"]]
        pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": "any:jrk_wrong"})
        with pytest.raises(pyogrio.errors.DataSourceError):
            parcels(address)
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": None})


def parcels(address: str, **narrowed):
    return pyogrio.read_dataframe(address, layer="parcels", PAGE_SIZE="20", **narrowed)
