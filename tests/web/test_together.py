"""Several people at once: a sign-off seen live, one section edited by two, a tab left behind, a lost connection."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.web.job.hall import Hall
from tests.web.job.office import Office, act

LIVE_MS = 1000
NOTE = "请补充二层东侧防火门的产品合格证"
GAP = {"kind": "field", "subject": "S2.address", "rule": "消防验收资料要点", "wanted": NOTE}


@pytest.fixture(scope="module")
def office(hall: Hall, browser: Browser) -> Office:
    return Office(hall.server, hall.process, browser)


def test_a_sign_off_is_seen_within_a_second_and_each_sees_only_their_own(office: Office, hall: Hall) -> None:
    case_id, heard = hall.cases["reading"], []
    path = f"/cases/{case_id}"
    number = assignment(office, case_id, "fire")["id"]
    office.command("fire", "RecordGap", case_id=case_id, assignment_id=number, **GAP)
    with ExitStack() as stack:
        coordinator = stack.enter_context(office.at("coordinator", path))
        applicant = stack.enter_context(office.at("applicant", path))
        listen(applicant, heard)
        applicant.reload()
        for watcher in (coordinator, applicant):
            expect(watcher.locator("#matrix")).to_be_visible()
        late = signed_off(office, stack, case_id, "fire", coordinator, applicant)
        if late:  # another deed, should the machine have been busy elsewhere
            late = signed_off(office, stack, case_id, "quality", coordinator, applicant)
        assert not late, late
        coordinator.click("#tab-review")
        expect(coordinator.locator("#panel")).to_contain_text(NOTE)
        expect(applicant.locator("body")).not_to_contain_text(NOTE)
        assert heard and not [frame for frame in heard if NOTE in frame]


def signed_off(office: Office, stack: ExitStack, case_id: int, unit: str, *watchers: Page) -> list[str]:
    """The unit finishes reading in its own browser; answers which watchers did not see it in time."""
    officer = stack.enter_context(office.at(unit, f"/cases/{case_id}?panel=review"))
    row = f"[data-testid='matrix-row-{assignment(office, case_id, unit)['item']}']"
    before = [watcher.locator(row).inner_text() for watcher in watchers]
    act(officer, "FinishDocumentReview")
    answered, late = time.monotonic(), []
    for watcher, text in zip(watchers, before, strict=True):
        left = max(1.0, LIVE_MS - (time.monotonic() - answered) * 1000)
        try:
            watcher.wait_for_function(
                "([row, text]) => document.querySelector(row).innerText !== text", arg=[row, text], timeout=left
            )
        except TooLate:
            late.append(f"{unit}: {watcher.url} after {time.monotonic() - answered:.2f} s")
    print(f"{unit}: seen by {len(watchers) - len(late)} others {time.monotonic() - answered:.2f} s after the answer")
    return late


def assignment(office: Office, case_id: int, unit: str) -> dict[str, Any]:
    return next(a for a in office.assignments(case_id) if a["unit"] == unit and a["round"] == "documents")


def listen(page: Page, heard: list[str]) -> None:
    """Everything the server sends to a page over its socket."""
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))


def test_two_people_in_one_section_choose_and_lose_nothing(office: Office, hall: Hall) -> None:
    path, address = f"/cases/{hall.cases['shared']}/form", "[id='S2.address']"
    first, second = "海洪路19号东门", "海洪路19号西门"
    with office.at("applicant", path) as one, office.at("builder", path) as two:
        for page in (one, two):
            page.click("#step-S2")
            expect(page.locator(address)).to_be_visible()
        # The second does not hear of the first's change, as after a lost socket, and works on.
        two.route("**/application", lambda route: route.abort())
        one.fill(address, first)
        saved(one)
        two.fill(address, second)
        two.fill("[id='S2.boundaries']", "东至林洋路")
        two.wait_for_timeout(1200)
        two.unroute("**/application")
        conflict = two.get_by_test_id("conflict")
        expect(conflict).to_be_visible()
        expect(conflict).to_contain_text("张敏")
        expect(conflict).to_contain_text(re.compile(r"2026/5/6 0?9:00"))
        expect(conflict).to_contain_text(first)
        expect(conflict).to_contain_text(second)
        expect(two.get_by_test_id("conflict-take")).to_be_disabled()
        expect(two.locator(address)).to_have_value(second)
        expect(one.locator(address)).to_have_value(first)
        two.get_by_label(re.compile(second)).check()
        two.get_by_test_id("conflict-take").click()
        saved(two)
        expect(one.locator(address)).to_have_value(second)
        expect(one.locator("[id='S2.boundaries']")).to_have_value("东至林洋路")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_attribute("data-state", "clean")
    expect(page.locator("#save-state")).to_contain_text("已保存")


def test_after_the_server_was_killed_the_page_shows_the_same_case_and_what_was_typed(
    office: Office, hall: Hall
) -> None:
    reasons, path = "项目不在本市行政区域内，请向所在地申请", f"/cases/{hall.cases['waiting']}"
    with office.at("clerk", path) as page:
        number = page.locator("h1").inner_text()
        page.click("#more-actions")
        page.get_by_test_id("act-RefuseCase").click()
        dialog = page.get_by_test_id("act-dialog")
        dialog.locator("#reasons").press_sequentially(reasons)
        hall.server.kill(hall.process)
        expect(page.locator(".jr-offline")).to_be_visible()
        hall.process = office.process = hall.server.start_process()
        expect(page.locator(".jr-offline")).to_be_hidden()
        expect(dialog.locator("#reasons")).to_have_value(reasons)
        assert page.url.startswith(f"{office.server.url}{path}")
        dialog.locator("#act-cancel").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("h1")).to_have_text(number)
        page.click("#more-actions")
        page.get_by_test_id("act-RefuseCase").click()
        expect(dialog.locator("#reasons")).to_have_value("")  # what was left is not kept
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_dialog_opened_before_the_case_moved_on_says_so_and_keeps_what_was_written(
    office: Office, hall: Hall
) -> None:
    case_id, reasons = hall.cases["waiting"], "项目不在本市行政区域内，请向所在地申请"
    with office.at("clerk", f"/cases/{case_id}") as page:
        page.click("#more-actions")
        page.get_by_test_id("act-RefuseCase").click()
        dialog = page.get_by_test_id("act-dialog")
        dialog.locator("#reasons").fill(reasons)
        office.command("clerk", "AcceptCase", case_id=case_id)
        expect(page.locator("#case-state")).to_contain_text("剩余")
        dialog.locator("#act-confirm").click()
        expect(dialog.get_by_role("alert")).to_be_visible()
        print("stale:", dialog.get_by_role("alert").inner_text())
        expect(dialog.locator("#reasons")).to_have_value(reasons)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.click("#more-actions")
        expect(page.get_by_test_id("act-RefuseCase")).to_have_count(0)
    assert office.case(case_id)["state"] == "reviewing"


def test_without_a_connection_typing_goes_on_and_is_saved_when_it_is_back(office: Office, hall: Hall) -> None:
    address = "[id='S2.address']"
    with office.at("coldchain", f"/cases/{hall.cases['draft']}/form") as page:
        page.click("#step-S2")
        expect(page.locator(address)).to_be_visible()
        page.context.set_offline(True)
        page.fill(address, "吕四港镇环抱港池东侧1号")
        expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
        expect(page.locator("#save-state")).to_contain_text("已存在本机")
        page.fill(address, "吕四港镇环抱港池东侧18号")
        page.fill("[id='S2.boundaries']", "南至环港路")
        expect(page.locator("[id='S2.boundaries']")).to_be_enabled()
        page.context.set_offline(False)
        saved(page)
        page.context.set_offline(True)
        page.fill(address, "吕四港镇环抱港池东侧88号")
        page.context.set_offline(False)
        page.reload()  # before the answer could be sent again
        expect(page.locator(address)).to_have_value("吕四港镇环抱港池东侧88号")
        expect(page.locator("[id='S2.boundaries']")).to_have_value("南至环港路")
        expect(page.locator("#save-state")).to_have_attribute("data-state", "clean")
    with office.client("coldchain") as client:
        kept = client.get(f"/api/cases/{hall.cases['draft']}/application").json()["sections"]["S2"]["values"]
    assert (kept["address"], kept["boundaries"]) == ("吕四港镇环抱港池东侧88号", "南至环港路")
