"""Progress and projects in the browser: numbers open what they count, views keep, readers see their own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from jointreview.demo.cast import DEMO_PASSWORD
from tests.web.serving import Server, start

MOMENT = "2026-05-19T10:00:00+08:00"
LIST_ROWS = "#targets-table-cases tbody tr"
# Three reviews and the acceptance of one project, a review that took two days too long, an acceptance running late.
_PLAY = """
from jointreview.demo import earlier, layers, story
from jointreview.demo.people import stage_with_people
stage = stage_with_people()
now, result = stage.now, {}
stage.now = story.workdays_before(now, story.LAYERS_SINCE)
layers.load(stage)
for review in [*earlier.ROADS[:3], earlier.ROADS[4]]:
    stage.now = story.workdays_before(now, review.workdays_ago)
    review.play(stage, review)
for project, ago, play in (story.STORIES[0], story.STORIES[5]):
    stage.now = story.workdays_before(now, ago)
    play(stage, project)
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product with six cases of three projects."""
    running, process = start(tmp_path_factory.mktemp("town"), before=_PLAY, now=MOMENT)
    try:
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


Open = Callable[..., Page]


@pytest.fixture
def opened(town: Server, browser: Browser) -> Iterator[Open]:
    """`opened(login, path, **context)`: somebody's page; a script error fails the test."""
    contexts, faults = [], []

    def open_page(login: str, path: str, lang: str = "zh", **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        context.add_cookies([{"name": "jr_lang", "value": lang, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{town.url}/signin")
        page.fill("#login", login)
        page.fill("#password", DEMO_PASSWORD)
        page.click("button.primary")
        page.wait_for_selector(".jr-rail, .jr-bottom", state="attached")
        page.goto(f"{town.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def shown(page: Page) -> Page:
    """The page once its figures are there."""
    expect(page.locator("[data-testid='headline-on_time']")).to_be_visible(timeout=30_000)
    return page


def test_a_headline_opens_exactly_the_cases_it_counts(opened: Open) -> None:
    page = shown(opened("coordinator", "/targets"))
    headline = page.locator("[data-testid='headline-on_time']")
    expect(headline).to_contain_text("80.0%")
    headline.get_by_role("link", name="4/5 件按时").click()
    expect(page.locator(LIST_ROWS)).to_have_count(5)
    expect(page.locator("#targets-list-counted")).to_have_text("5 件")
    expect(page).to_have_url(re.compile("show=rated"))
    headline.get_by_role("link", name="在办已超期 1 件").click()
    expect(page.locator(LIST_ROWS)).to_have_count(1)
    expect(page.locator(LIST_ROWS)).to_contain_text("新材料中试基地")
    page.click("#targets-list-close")
    expect(page.locator("#targets-list")).to_have_count(0)


def test_a_bar_opens_its_cases_and_the_address_can_be_sent(opened: Open) -> None:
    page = shown(opened("coordinator", "/targets"))
    bars = page.locator("[data-testid='chart-days'] .recharts-bar-rectangle path")
    expect(bars.first).to_be_visible()
    bars.last.click()  # the longest: twelve days, beyond the promise
    expect(page.locator(LIST_ROWS)).to_have_count(1)
    expect(page.locator(LIST_ROWS)).to_contain_text("超期 2 个工作日")
    sent = page.url
    assert "show=days%3A12" in sent or "show=days:12" in sent
    other = shown(opened("supervisor", "/" + sent.split("/", 3)[3]))
    expect(other.locator(LIST_ROWS)).to_have_count(1)
    expect(other.locator("#targets-list-title")).to_contain_text("12 个工作日")


def test_the_table_beside_a_chart_shows_as_soon_as_the_focus_is_in_it(opened: Open) -> None:
    page = shown(opened("coordinator", "/targets"))
    wrap = page.locator("[data-testid='chart-stages'] .jr-chart-table")
    assert wrap.bounding_box()["height"] <= 2
    wrap.get_by_role("link").first.focus()
    assert wrap.bounding_box()["height"] > 50
    page.click("#targets-tables")
    expect(page.locator("[data-testid='chart-days'] .jr-chart-table")).to_have_attribute("data-open", "true")
    cell = page.locator("#targets-table-days tbody tr").last.get_by_role("link").first
    cell.click()
    expect(page.locator(LIST_ROWS)).to_have_count(1)


def test_filters_survive_a_reload_and_go_into_the_workbook(opened: Open, town: Server) -> None:
    page = shown(opened("coordinator", "/targets"))
    page.select_option("#targets-stage", "2")
    expect(page).to_have_url(re.compile("stage=2"))
    expect(page.locator("[data-testid='headline-on_time']")).to_contain_text("1/2 件按时")
    shown(page).reload()
    expect(shown(page).locator("#targets-stage")).to_have_value("2")
    expect(page.locator("[data-testid='headline-on_time']")).to_contain_text("1/2 件按时")
    href = page.get_attribute("#targets-export", "href")
    answer = page.request.get(f"{town.url}{href}")
    assert answer.ok
    cases = load_workbook(io.BytesIO(answer.body()))["办件清单"]
    numbers = [row[0].value for row in cases.iter_rows(min_row=6)]
    assert len(numbers) == 2 and all(str(n).startswith("QD") for n in numbers)
    page.click("#targets-clear")
    expect(page.locator("[data-testid='headline-on_time']")).to_contain_text("4/5 件按时")


def test_a_head_sees_its_own_department_alone_whatever_the_address_asks(opened: Open) -> None:
    page = shown(opened("planning_head", "/targets?unit=fire"))
    expect(page.locator("#targets-unit")).to_have_count(0)
    page.click("#targets-tables")
    rows = page.locator("#targets-table-units tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("规划科")
    for login in ("applicant", "clerk"):
        other = opened(login, "/targets")
        expect(other.locator("#denied-back")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("path", ["/targets?show=rated", "/projects", "/projects/1"])
def test_a_phone_scrolls_in_one_direction(opened: Open, path: str) -> None:
    page = opened("coordinator", path, viewport={"width": 390, "height": 844})
    ready = {"/projects": "[data-testid='project-row']", "/projects/1": "#road"}.get(path, "#targets-list")
    expect(page.locator(ready).first).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_case_leads_to_its_road_with_permits_and_both_measures(opened: Open) -> None:
    page = opened("applicant", "/cases/1")
    page.click("#to-project")
    expect(page.locator("#road-used")).to_have_text("23 / 45 个工作日")
    expect(page.locator("#road-span")).to_contain_text("个自然日")
    expect(page.locator(".jr-road-stage[data-mark='passed']")).to_have_count(4)
    expect(page.locator("[data-testid='permit-row']")).to_have_count(6)
    expect(page.locator("#start-next")).to_have_count(0)
    page.locator("[data-testid='road-stage-4'] a").click()
    expect(page.locator("#case-number")).to_be_visible()


def test_the_applicant_begins_the_next_stage_from_the_road(opened: Open) -> None:
    page = opened("coldchain", "/projects")
    page.get_by_role("link", name="吕四港冷链物流中心一期").click()
    page.click("#start-next")
    expect(page.locator("#stage-3")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#project-code")).to_have_value("2204-320681-89-01-402218")
    expect(page.locator("#project-code-says")).to_have_attribute("data-kind", "own")


def test_a_strangers_project_is_not_there(opened: Open) -> None:
    page = opened("school", "/projects/1")
    expect(page.locator("#missing-back")).to_be_visible(timeout=30_000)
    expect(page.locator("body")).not_to_contain_text("精密铸造")
