"""The inspector's pocket: what is done on site without network arrives once, as it was done."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page, expect, sync_playwright

from jointreview.demo.cast import DEMO_PASSWORD
from jointreview.demo.sample_files import photo
from tests.web.conftest import CHROMIUM_ARGUMENTS
from tests.web.job.hall import MOMENT
from tests.web.job.office import PHONE
from tests.web.serving import Server, prepared

PATIENCE_MS = 20_000
SHOT = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo("offline")}
_TWO_VISITS = """
from jointreview.demo import projects, story
from jointreview.demo.people import stage_with_people
stage = stage_with_people()
result = []
for half, project in (('am', projects.FOUNDRY), ('pm', projects.SCHOOL)):
    case_id = story.accepted(stage, project)
    stage.read_documents(case_id)
    stage.end_review(case_id)
    stage.plan_visit(case_id, after=0, half=half)
    result.append([case_id, stage.assignment(case_id, 'fire')])
"""
_RECORDED = """
from sqlmodel import select
from jointreview.models.base import reading
from jointreview.models.event import Event
from jointreview.models.review import ChecklistAnswer, Round
with reading() as db:
    answers = db.exec(select(ChecklistAnswer).join(Round).where(Round.assignment_id == args[1])).all()
    events = db.exec(select(Event).where(Event.case_id == args[0]).order_by(Event.seq)).all()
    result = {
        'answers': [[a.line, a.result, a.client_time.isoformat(), [p['digest'] for p in a.photos]] for a in answers],
        'events': [e.kind for e in events],
    }
"""


@dataclass(frozen=True)
class Stop:
    """A case to visit today and the fire unit's assignment in it."""

    case: int
    assignment: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[Stop]]]:
    """The running product on the day of two visits of one fire officer."""
    server = prepared(tmp_path_factory.mktemp("pocket"), now=MOMENT)
    stops = [Stop(*ids) for ids in server.run(_TWO_VISITS)]
    process = server.start_process()
    yield server, stops
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def phone(chromium: BrowserType, folder: Path, *, offline: bool = False) -> Iterator[Page]:
    """A phone with its memory in `folder`; leaving it kills the browser."""
    context = chromium.launch_persistent_context(
        folder, executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS, offline=offline, **PHONE
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context.pages[0]
    finally:
        context.close()


def sign_in(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.url}/signin?next={path}")
    page.fill("#login", "fire")
    page.fill("#password", DEMO_PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{server.url}{path}")


def lines_of(page: Page, assignment: int) -> list[str]:
    """The codes of the checklist's lines."""
    rows = page.locator(f"[id^='line-{assignment}-'].jr-site-line")
    expect(rows.first).to_be_visible()
    return [str(row.get_attribute("id")).removeprefix(f"line-{assignment}-") for row in rows.all()]


def drafts(page: Page) -> dict[str, dict[str, Any]]:
    """What lies in the phone's memory, by line."""
    rows = page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("jointreview-onsite");
            asked.onsuccess = () => {
                const rows = asked.result.transaction("drafts").objectStore("drafts").getAll();
                rows.onsuccess = () => done(rows.result);
            };
        })"""
    )
    return {row["line"]: row for row in rows}


def test_photographs_taken_without_network_survive_a_killed_browser_and_arrive_once(
    site: tuple[Server, list[Stop]], chromium: BrowserType, tmp_path: Path
) -> None:
    server, (stop, _) = site
    path = f"/cases/{stop.case}/onsite"
    queue = "[data-testid='onsite-queue']"
    with phone(chromium, tmp_path) as page:
        sign_in(page, server, path)
        page.get_by_test_id("onsite-sign-in").click()
        lines = lines_of(page, stop.assignment)
        expect(page.locator(queue)).to_have_attribute("data-shell", "ready")
        page.context.set_offline(True)
        for code in lines[:3]:
            line = page.locator(f"#line-{stop.assignment}-{code}")
            line.locator("label:has([data-testid$='-ok'])").click()
            line.locator("input[type=file]").set_input_files(SHOT)
            expect(line.locator("img")).to_have_count(1)
        entered = drafts(page)
    with phone(chromium, tmp_path, offline=True) as page:
        page.goto(server.url + path)
        expect(page.locator(queue)).to_have_attribute("data-waiting", "3")
        page.reload()
        expect(page.locator(f"#line-{stop.assignment}-{lines[2]} img")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator(queue)).to_have_attribute("data-waiting", "0")
        taken = page.evaluate(
            """(keys) => new Promise((done) => {
                const asked = indexedDB.open("jointreview-onsite");
                asked.onsuccess = () => {
                    const rows = asked.result.transaction("photos").objectStore("photos").getAll();
                    rows.onsuccess = () => done(rows.result.map((row) => row.digest));
                };
            })""",
        )
    recorded = server.run(_RECORDED, stop.case, stop.assignment)
    assert recorded["events"].count("checklist_answered") == 1
    assert sorted(row[0] for row in recorded["answers"]) == sorted(lines[:3])
    for code, result, at, digests in recorded["answers"]:
        assert result == "ok"
        assert _moment(at) == _moment(entered[code]["at"])
        assert len(digests) == 1
        assert digests[0] in taken
        with server.client() as client:
            client.post("/signin", data={"login": "fire", "password": DEMO_PASSWORD, "next": "/"})
            kept = client.get(f"/api/cases/{stop.case}/photos/{digests[0]}").content
        assert hashlib.sha256(kept).hexdigest() == digests[0]


def _moment(text: str) -> str:
    """A moment to the millisecond, however its zone is written."""
    return re.sub(r"(\.\d{3})\d*", r"\1", text.replace("Z", "+00:00"))
