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
MOST_SECONDS, SECONDS_EACH = 180, 1.5
CODE = "204857"
SHOT = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo("offline")}
DONE = {"signed_in": "SignIn", "checklist_answered": "AnswerChecklist", "opinion_given": "GiveOpinion"}
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
    result.append([case_id, stage.assignment(case_id, 'fire'), stage.assignment(case_id, 'planning')])
"""
_RECORDED = """
from sqlmodel import select
from jointreview.models.base import reading
from jointreview.models.case import Signature
from jointreview.models.event import Event
from jointreview.models.review import ChecklistAnswer, Opinion, Round
said = lambda moment: moment.isoformat() if moment else ''
with reading() as db:
    answers = db.exec(select(ChecklistAnswer).join(Round).where(Round.assignment_id == args[1])).all()
    events = db.exec(select(Event).where(Event.case_id == args[0]).order_by(Event.seq)).all()
    opinions = db.exec(select(Opinion).where(Opinion.assignment_id == args[1])).all()
    result = {
        'answers': [[a.line, said(a.client_time), a.photos] for a in answers],
        'events': [[e.kind, said(e.client_time)] for e in events if e.actor_unit == 'fire'],
        'opinions': [[o.result, said(o.client_time), db.get(Signature, o.signature_id).permit_id] for o in opinions],
    }
"""
_REPLACED = """
from sqlmodel import select
from jointreview.commands.executor import execute
from jointreview.commands.visits import ReplaceOfficer
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.identity import Account, Post
with reading() as db:
    someone = db.exec(select(Account).where(Account.login == 'coordinator')).one()
    other = db.exec(select(Account).where(Account.login == 'planning2')).one()
actor = Actor(someone.id, someone.name, 'coordinator')
execute(actor, ReplaceOfficer(case_id=args[0], unit='planning', officer_id=other.id))
"""
_NOTES = """
from sqlmodel import select
from jointreview.models.base import reading
from jointreview.models.pocket import SiteNote
with reading() as db:
    result = [note.text for note in db.exec(select(SiteNote).where(SiteNote.case_id == args[0])).all()]
"""


@dataclass(frozen=True)
class Stop:
    """A case to visit today with the assignments of fire and planning."""

    case: int
    assignment: int
    planning: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[Stop]]]:
    """The running product on the day of two visits of the same officers."""
    server = prepared(tmp_path_factory.mktemp("pocket"), now=MOMENT)
    stops = [Stop(*ids) for ids in server.run(_TWO_VISITS)]
    process = server.start_process()
    yield server, stops
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserType]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def phone(chromium: BrowserType, folder: Path, *, offline: bool = False) -> Iterator[Page]:
    """A phone with its memory in `folder`; leaving it kills the browser."""
    context = chromium.launch_persistent_context(
        folder,
        executable_path="/usr/bin/chromium",
        args=CHROMIUM_ARGUMENTS,
        offline=offline,
        user_agent="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
        **PHONE,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context.pages[0]
    except BaseException:
        context.pages[0].screenshot(path=folder.parent / "pocket-failure.png", full_page=True)
        print(f"what the officer saw at {context.pages[0].url}: {folder.parent}/pocket-failure.png")
        raise
    finally:
        context.close()


def sign_in(page: Page, server: Server, path: str, login: str = "fire", lands: str = "") -> None:
    page.goto(f"{server.url}/signin?next={path}")
    page.fill("#login", login)
    page.fill("#password", DEMO_PASSWORD)
    page.click("button.primary")
    page.wait_for_url(re.compile(re.escape(server.url + (lands or path)) + "/?$"))


def lines_of(page: Page, assignment: int) -> list[str]:
    """The codes of the checklist's lines."""
    rows = page.locator(f"[id^='line-{assignment}-'].jr-site-line")
    expect(rows.first).to_be_visible()
    return [str(row.get_attribute("id")).removeprefix(f"line-{assignment}-") for row in rows.all()]


def memory(page: Page, store: str) -> list[dict[str, Any]]:
    """What lies in a store of the phone's memory."""
    return page.evaluate(
        """(store) => new Promise((done) => {
            const asked = indexedDB.open("jointreview-onsite");
            asked.onsuccess = () => {
                const rows = asked.result.transaction(store).objectStore(store).getAll();
                rows.onsuccess = () => {
                    asked.result.close();
                    done(JSON.parse(JSON.stringify(rows.result)));
                };
            };
        })""",
        store,
    )


def draw(page: Page, dialog: str) -> None:
    """One stroke of a finger."""
    canvas = page.locator(f"[id='{dialog}-canvas']")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    left, top = box["x"] + 30, box["y"] + box["height"] * 0.6
    page.mouse.move(left, top)
    page.mouse.down()
    for n in range(1, 12):
        page.mouse.move(left + n * 14, top - (18 if n % 2 else -12))
    page.mouse.up()


def moment(text: str) -> str:
    """A moment to the millisecond, however its zone is written."""
    return re.sub(r"\.0+(?=\+)", "", re.sub(r"(\.\d{3})\d*", r"\1", text.replace("Z", "+00:00")))


def inspect_off_line(page: Page, server: Server, stop: Stop) -> None:
    """Everything at one stop: arrival, every line, a photograph, the signed opinion."""
    page.goto(f"{server.url}/cases/{stop.case}/onsite")
    page.get_by_test_id("onsite-sign-in").click()
    for code in lines_of(page, stop.assignment):
        page.locator(f"label:has([data-testid='line-{stop.assignment}-{code}-ok'])").click()
    first = page.locator(f"[id^='line-{stop.assignment}-'].jr-site-line").first
    first.locator("input[type=file]").set_input_files(SHOT)
    expect(first.locator("img")).to_have_count(1)
    page.locator(f"label:has(#opinion-{stop.assignment}-PASS)").click()
    dialog = f"opinion-{stop.assignment}-sign"
    page.locator(f"[id='{dialog}']").click()
    draw(page, dialog)
    page.fill(f"[id='{dialog}-password']", CODE)
    page.locator(f"[id='{dialog}-confirm']").click()
    expect(page.get_by_test_id(f"opinion-waits-{stop.assignment}")).to_be_visible()


def test_two_stops_without_network_survive_a_killed_browser_and_arrive_once_as_they_were_done(
    site: tuple[Server, list[Stop]], chromium: BrowserType, tmp_path: Path
) -> None:
    server, stops = site
    ready = "[data-testid='pocket-ready']"
    with phone(chromium, tmp_path / "phone") as page:
        # An officer who holds a phone on a day with visits is led to them.
        sign_in(page, server, "/", lands="/onsite")
        expect(page.locator(ready)).to_have_attribute("data-shell", "ready")
        page.get_by_test_id("pocket-permit-open").click()
        page.fill("#permit-password", DEMO_PASSWORD)
        page.fill("#permit-code", CODE)
        page.click("#permit-go")
        expect(page.get_by_test_id("pocket-permit")).to_be_visible()
        expect(page.locator(ready)).to_have_attribute("data-ready", "true")
        page.context.set_offline(True)
        for stop in stops:
            inspect_off_line(page, server, stop)
        page.goto(f"{server.url}/onsite")
        expect(page.locator("[data-testid^='pocket-stop-']")).to_have_count(2)
        expect(page.locator("[data-testid^='paper-'][data-here='true']")).not_to_have_count(0)
    with phone(chromium, tmp_path / "phone", offline=True) as page:
        page.goto(server.url)
        expect(page.locator(ready)).not_to_have_attribute("data-waiting", "0")
        page.goto(f"{server.url}/cases/{stops[1].case}/onsite")
        page.reload()
        expect(page.get_by_test_id(f"opinion-waits-{stops[1].assignment}")).to_be_visible()
        jobs, drafts, photos = (memory(page, store) for store in ("jobs", "drafts", "photos"))
        page.goto(f"{server.url}/onsite")
        expect(page.locator("[data-testid^='pocket-stop-']")).to_have_count(2)
        page.context.set_offline(False)
        expect(page.locator(ready)).to_have_attribute("data-waiting", "0")
        for stop in stops:
            card = page.get_by_test_id(f"pocket-stop-{stop.case}")
            expect(card.get_by_test_id("onsite-receipts").locator("li")).to_have_count(3)
    for stop in stops:
        recorded = server.run(_RECORDED, stop.case, stop.assignment)
        own = f":{stop.case}:"
        at = {job["command"]: moment(job["at"]) for job in jobs if own in job["key"]}
        entered = {d["line"]: moment(d["at"]) for d in drafts if own in d["key"] and d.get("at")}
        assert {line: moment(when) for line, when, _ in recorded["answers"]} == entered
        events = [(kind, moment(when)) for kind, when in recorded["events"] if kind in DONE]
        assert events == [(kind, at[command]) for kind, command in DONE.items()]
        ((result, signed_at, permit),) = recorded["opinions"]
        assert (result, moment(signed_at)) == ("PASS", at["GiveOpinion"])
        assert permit
        (kept,) = [picture for row in recorded["answers"] for picture in row[2]]
        (taken,) = [row for row in photos if own in row["key"]]
        assert (kept["digest"], moment(kept["taken_at"])) == (taken["digest"], moment(taken["at"]))
        with server.client() as client:
            client.post("/signin", data={"login": "fire", "password": DEMO_PASSWORD, "next": "/"})
            content = client.get(f"/api/cases/{stop.case}/photos/{kept['digest']}").content
        assert hashlib.sha256(content).hexdigest() == taken["digest"]


class Thumb:
    """Counts what an inspector does with one hand: a tap, a key, a stroke are one each."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def tap(self, where: str) -> None:
        self.count += 1
        self.page.locator(where).click()

    def type(self, where: str, text: str) -> None:
        self.count += 1 + len(text)
        self.page.locator(where).click()
        self.page.keyboard.type(text)

    def shoot(self, where: str) -> None:
        self.count += 2  # the button and the camera's trigger
        self.page.locator(where).set_input_files(SHOT)

    def sign(self, dialog: str) -> None:
        self.count += 3  # a name is two or three strokes
        draw(self.page, dialog)


def test_ten_lines_with_photograph_and_signature_take_less_than_three_minutes(
    site: tuple[Server, list[Stop]], chromium: BrowserType, tmp_path: Path
) -> None:
    server, (stop, _) = site
    with phone(chromium, tmp_path / "phone") as page:
        sign_in(page, server, "/onsite", login="planning")
        thumb = Thumb(page)
        thumb.tap(f"[data-testid='pocket-open-{stop.case}']")
        thumb.tap("[data-testid='onsite-sign-in']")
        line = f"line-{stop.planning}"
        lines = lines_of(page, stop.planning)
        assert len(lines) == 10
        for code in lines:
            thumb.tap(f"label:has([data-testid='{line}-{code}-ok'])")
        thumb.type(f"#{line}-{lines[0]}-value", "0.04")
        thumb.type(f"#{line}-{lines[2]}-value", "23.6")
        thumb.shoot(f"#{line}-{lines[0]}-photo")
        expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-waiting", "0")
        thumb.tap(f"label:has(#opinion-{stop.planning}-PASS)")
        dialog = f"opinion-{stop.planning}-sign"
        thumb.tap(f"[id='{dialog}']")
        thumb.sign(dialog)
        thumb.type(f"[id='{dialog}-password']", DEMO_PASSWORD)
        thumb.tap(f"[id='{dialog}-confirm']")
        expect(page.get_by_test_id(f"opinion-given-{stop.planning}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    assert thumb.count * SECONDS_EACH < MOST_SECONDS, thumb.count


def test_what_the_case_cannot_take_any_more_becomes_a_note_and_the_next_reader_finds_nothing(
    site: tuple[Server, list[Stop]], chromium: BrowserType, tmp_path: Path
) -> None:
    server, (_, stop) = site
    with phone(chromium, tmp_path / "phone") as page:
        sign_in(page, server, f"/cases/{stop.case}/onsite", login="planning")
        expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-shell", "ready")
        expect(page.get_by_test_id("onsite-sign-in")).to_be_visible()
        page.context.set_offline(True)
        page.get_by_test_id("onsite-sign-in").click()
        line = lines_of(page, stop.planning)[0]
        page.locator(f"label:has([data-testid='line-{stop.planning}-{line}-not_applicable'])").click()
        expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-waiting", "2")
        server.run(_REPLACED, stop.case)  # meanwhile somebody else goes
        page.context.set_offline(False)
        refused = page.get_by_test_id("refused-SignIn")
        expect(refused).to_be_visible()
        page.once("dialog", lambda dialog: dialog.accept())
        refused.get_by_test_id("refused-SignIn-drop").click()
        page.get_by_test_id("refused-AnswerChecklist-note").click()
        expect(page.get_by_test_id("onsite-refused")).to_have_count(0)
        expect(page.get_by_test_id("onsite-queue")).to_have_attribute("data-waiting", "0")
        assert memory(page, "pages")
        page.context.clear_cookies()  # signed out
        page.goto(f"{server.url}/signin")
        page.wait_for_function(
            """async () => !(await new Promise((done) => {
                const asked = indexedDB.open("jointreview-onsite");
                asked.onsuccess = () => {
                    const rows = asked.result.transaction("pages").objectStore("pages").count();
                    rows.onsuccess = () => { asked.result.close(); done(rows.result); };
                };
            }))"""
        )
    (note,) = server.run(_NOTES, stop.case)
    assert "不适用" in note
