"""The trip board in the browser: three stops of four departments, dragging, planning, two who want one officer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import _note_foreign
from tests.web.serving import PASSWORD, Server, start

MOMENT = "2026-05-19T10:00:00+08:00"
PLAY = """
from dataclasses import replace
from jointreview.commands.cars import KeepCar
from jointreview.demo import layers, reviews
from jointreview.demo.people import protect, stage_with_people
from jointreview.demo.story import workdays_before
from jointreview.settings import settings
stage = stage_with_people()
layers.load(stage)  # a river beside the sites brings the water bureau in
now = stage.now
school = reviews.REVIEWS[1]
for n, (name, corner) in enumerate((
    ("滨江小学", (3_522_900.0, 41_374_100.0)),
    ("城东幼儿园", (3_522_650.0, 41_374_100.0)),
    ("实验初中", (3_522_700.0, 41_374_010.0)),
    ("南阳小学", (3_522_820.0, 41_374_300.0)),
)):
    stage.now = workdays_before(now, 2)
    review = replace(school, code=f"2603-320681-89-01-51120{n}", name=name, corner=corner)
    case_id = reviews.accepted(stage, review)
    stage.later(1)
    stage.read_documents(case_id)
stage.now = now
for plate, seats in (("苏F8A061", 14), ("苏F2D917", 7)):
    stage.do("coordinator", KeepCar(plate=plate, name="中巴", seats=seats, driver="季卫国"))
"""
CARD = "[data-testid='trip-card']"
WAITING = "[data-testid='waiting-case']"
SECONDS_FOR_AN_ACT = 5
"""What a practised person needs to read, decide and act once."""
Open = Callable[..., Page]
expect.set_options(timeout=30_000)


def drag(source: Locator, target: Locator, seen: Locator, count: int) -> None:
    """Drag until `seen` is there `count` times: a browser driven faster than it draws may lose a drop."""
    for _ in range(3):
        source.drag_to(target)
        with contextlib.suppress(AssertionError):
            expect(seen).to_have_count(count, timeout=10_000)
            return
    expect(seen).to_have_count(count)


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Four reviews that wait for their survey by four departments, and two cars."""
    running, process = start(tmp_path_factory.mktemp("yard"), now=MOMENT, before=PLAY)
    try:
        running.account("second", "coordinator", title="协调岗")
        running.accounts["coordinator"] = 0
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def opened(yard: Server, browser: Browser) -> Iterator[Open]:
    """`opened(login, path)`: somebody's page; a script error or another host fails the test."""
    contexts, faults = [], []

    def open_page(login: str = "second", path: str = "/trips", **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: _note_foreign(yard, asked.url, faults))
        page.goto(f"{yard.url}/signin?next={path}")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button.primary")
        page.wait_for_selector(".jr-rail, .jr-bottom", state="attached")
        if path.startswith("/trips"):
            page.wait_for_selector("[data-testid='trip-board'][data-state='ready']")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def test_three_stops_of_four_departments_take_less_than_two_minutes(opened: Open, yard: Server) -> None:
    page = opened()
    acts = 0

    def click(what: str) -> None:
        nonlocal acts
        acts += 1
        page.click(what)

    expect(page.locator(WAITING)).to_have_count(4)
    for row in range(3):
        click(f"{WAITING} >> nth={row} >> input")
    click("[data-testid='waiting-make']")
    # the first half-day that everybody can come is chosen already
    expect(page.locator("#move-target option:checked")).to_contain_text("✓")
    click("[data-testid='move-send']")
    desk = page.get_by_test_id("trip-desk")
    expect(desk.get_by_test_id("desk-stop")).to_have_count(3)
    expect(desk.get_by_test_id("desk-seat")).to_have_count(4)
    expect(desk.get_by_test_id("desk-fine")).to_be_visible()
    expect(page.get_by_test_id("trip-map")).to_have_attribute("data-stops", "3")
    click("[data-testid='trip-confirm']")
    click("[data-testid='confirm-send']")
    expect(desk).to_have_attribute("data-status", "confirmed")
    expect(page.get_by_test_id("board-told")).to_have_text("行程已确认，通知已发出。")
    assert acts * SECONDS_FOR_AN_ACT < 120, acts
    assert acts <= 8
    with yard.client("second") as client:
        trip = desk.get_attribute("data-trip")
        assert client.get(f"/api/trips/{trip}/dispatch.docx").status_code == 200
    # and called off again, with the reason, every case waits
    page.click("[data-testid='trip-cancel']")
    expect(page.get_by_test_id("why-send")).to_be_disabled()
    page.fill("#why-text", "台风预警")
    page.click("[data-testid='why-send']")
    expect(page.locator(WAITING)).to_have_count(4)
    expect(page.locator(CARD)).to_have_count(0)


def test_cases_stops_and_trips_are_dragged_and_timed_anew(opened: Open) -> None:
    page, other = opened(), opened()
    free = page.locator("[data-testid^='cell-']")
    first = page.locator(WAITING).first
    name = first.locator("strong").inner_text()
    drag(first, free.nth(4), page.locator(CARD), 1)
    expect(page.get_by_test_id("card-stop")).to_have_text(re.compile(name))
    # the other coordinator sees it without doing anything
    expect(other.locator(CARD)).to_have_count(1)
    drag(page.locator(WAITING).first, page.locator(CARD), page.get_by_test_id("card-stop"), 2)
    stops = page.get_by_test_id("card-stop")
    order, times = stops.locator("span:last-child").all_inner_texts(), stops.locator(".jr-tb-time").all_inner_texts()
    stops.nth(1).drag_to(stops.nth(0))
    expect(stops.nth(0)).to_contain_text(order[1])
    assert stops.locator(".jr-tb-time").all_inner_texts() != times
    # the whole trip goes to another half-day; the keyboard can do the same
    page.locator(f"{CARD} .jr-tb-card-head").drag_to(page.locator("[data-testid^='cell-']").nth(7))
    expect(page.get_by_test_id("desk-sums")).to_contain_text(
        "13:30 出发" if "下午" in page.locator("#" + _name(page)).inner_text() else "08:30 出发"
    )
    expect(page.get_by_test_id("trip-move")).to_be_enabled()
    page.get_by_test_id("trip-move").focus()
    page.keyboard.press("Enter")
    page.select_option("#move-target", index=1)
    page.click("[data-testid='move-send']")
    expect(page.locator("#trip-move-dialog")).to_have_count(0)
    # a stop dropped on the waiting list is taken off; the last one takes the draft with it
    drag(stops.nth(0), page.get_by_test_id("waiting"), page.get_by_test_id("card-stop"), 1)
    page.get_by_test_id("trip-discard").click()
    expect(page.locator(CARD)).to_have_count(0)
    expect(other.locator(WAITING)).to_have_count(4)


def _name(page: Page) -> str:
    return page.locator("[data-testid='trip-desk'] h3").get_attribute("id") or ""


def test_what_speaks_against_a_trip_is_told_and_only_what_can_be_agreed_is_asked(opened: Open, yard: Server) -> None:
    page = opened()
    # tomorrow was not offered: it wants an agreement with its reason
    drag(
        page.locator(WAITING).first, page.locator("[data-testid^='cell-2026-05-20-am']").first, page.locator(CARD), 1
    )
    expect(page.get_by_test_id("desk-problems")).to_have_attribute("data-hard", "0")
    page.click("[data-testid='trip-confirm']")
    send = page.get_by_test_id("confirm-send")
    expect(send).to_be_disabled()
    page.locator("[data-testid^='agree-']").first.check()
    expect(send).to_be_disabled()
    page.fill("#confirm-why", "与校方电话商定")
    expect(send).to_be_enabled()
    page.keyboard.press("Escape")
    # a second trip at the same time finds nobody of the four departments, and says so
    drag(
        page.locator(WAITING).first, page.locator("[data-testid^='cell-2026-05-20-am']").first, page.locator(CARD), 2
    )
    expect(page.get_by_test_id("desk-problems")).to_contain_text("没有空闲人员")
    page.click("[data-testid='trip-confirm']")
    expect(page.get_by_test_id("confirm-send")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_test_id("trip-discard").click()
    expect(page.locator(CARD)).to_have_count(1)
    page.locator(f"{CARD} button").first.click()
    page.get_by_test_id("trip-discard").click()
    expect(page.locator(CARD)).to_have_count(0)


def test_planning_runs_beside_the_page_and_becomes_drafts_when_taken_over(opened: Open) -> None:
    page = opened()
    page.click("[data-testid='board-plan']")
    page.select_option("#plan-seconds", "10")
    page.click("[data-testid='plan-start']")
    found = page.get_by_test_id("plan-found")
    expect(found).to_contain_text("已证明没有更好的安排")
    page.click("[data-testid='plan-adopt']")
    expect(page.get_by_test_id("board-told")).to_contain_text("新排入 4 件")
    expect(page.get_by_test_id("nothing-waits")).to_be_visible()
    planned = page.locator(CARD).count()
    assert planned >= 1
    for left in range(planned - 1, -1, -1):
        page.locator(f"{CARD} .jr-tb-card-head").first.click()
        page.get_by_test_id("trip-discard").click()
        expect(page.locator(CARD)).to_have_count(left)


def test_two_want_the_same_officers_at_once_and_one_is_refused_in_words(opened: Open, yard: Server) -> None:
    board = opened()
    ids = [board.locator(WAITING).nth(n).get_attribute("data-case") for n in range(2)]
    case = opened("second", f"/cases/{ids[1]}?panel=survey")
    slot = case.locator("[data-testid^='slot-']").first
    key = (slot.get_attribute("data-testid") or "").removeprefix("slot-")
    slot.click()
    case.wait_for_selector("#schedule")
    drag(
        board.locator(f"{WAITING}[data-case='{ids[0]}']"),
        board.locator(f"[data-testid^='cell-{_cell(key)}']").first,
        board.locator(CARD),
        1,
    )
    board.get_by_test_id("trip-confirm").click()
    for tick in board.locator("[data-testid^='agree-']").all():
        tick.check()
    if board.locator("#confirm-why").count():
        board.fill("#confirm-why", "电话商定")
    board.evaluate("document.querySelector(\"[data-testid='confirm-send']\").click()")
    case.evaluate("document.querySelector('#schedule').click()")
    board.wait_for_timeout(200)
    expect(board.locator("[data-testid='trip-desk'][data-status='confirmed'], dialog .jr-faults")).to_be_visible()
    expect(case.locator("[data-testid^='visit-'], .jr-faults, [data-sonner-toast]").first).to_be_visible()
    booked = yard.run(
        "from sqlmodel import select\n"
        "from jointreview.models.base import reading\n"
        "from jointreview.models.visit import BusyTime, Visit\n"
        "with reading() as db:\n"
        "    busy = [(b.account_id, str(b.day), b.half) for b in db.exec(select(BusyTime)).all()]\n"
        "    visits = [v.case_id for v in db.exec(select(Visit).where(Visit.status == 'planned')).all()]\n"
        "result = {'busy': busy, 'visits': visits}"
    )
    assert len(booked["visits"]) == 1 and str(booked["visits"][0]) in ids
    assert len({tuple(b) for b in booked["busy"]}) == len(booked["busy"]) == 4


def _cell(key: str) -> str:
    day, half = key[:10], "pm" if "pm" in key else "am"
    return f"{day}-{half}"


def test_a_phone_plans_without_dragging(opened: Open) -> None:
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(f"{WAITING} input").first.check()
    page.click("[data-testid='waiting-make']")
    page.click("[data-testid='move-send']")
    desk = page.get_by_test_id("trip-desk")
    expect(desk.get_by_test_id("desk-stop")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    desk.get_by_test_id("trip-discard").click()
    expect(page.get_by_test_id("trip-desk")).to_have_count(0)
