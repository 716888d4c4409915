"""The town hall for a browser test: one server whose time can move, people signed in, requests in their name."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from jointreview.demo.cast import DEMO_PASSWORD
from jointreview.demo.sample_files import signature_image
from jointreview.settings import ROOT
from jointreview.text import tr
from tests.web.screenshots import keep
from tests.web.serving import Server, prepared

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
PICTURES = os.environ.get("JOINTREVIEW_PICTURES", "")
PATIENCE_MS = 30_000
PEOPLE = """
from jointreview.demo import layers
from jointreview.demo.people import stage_with_people
layers.load(stage_with_people())
"""
# Of the pictures the job takes those the guides show; JOINTREVIEW_PICTURES=docs/pictures takes them anew.
JOB_PICTURES = (
    *("declaration", "returned", "accepted", "gap-noted", "supplement", "slots"),
    *("finding", "failed", "rectification", "answer", "verdict", "documents"),
)


class Office:
    """A server with the demonstration's people, at a time of one's choosing."""

    def __init__(self, server: Server, process: subprocess.Popen, browser: Browser) -> None:
        self.server, self.process, self.browser = server, process, browser
        self.faults: list[str] = []
        self.cases: dict[str, int] = {}

    def time_is(self, moment: str) -> None:
        """Stop the server and start it at another time on the same data."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.server.environment["JOINTREVIEW_NOW"] = moment
        self.process = self.server.start_process()

    @contextmanager
    def at(self, login: str, path: str, device: dict[str, Any] = DESK) -> Iterator[Page]:
        """Somebody signed in, looking at a page."""
        context = self.browser.new_context(**device, accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(f"{login} {path}: {error}"))
        page.goto(f"{self.server.url}/signin?next={path}")
        page.fill("#login", login)
        page.fill("#password", DEMO_PASSWORD)
        page.click("button.primary")
        page.wait_for_url(re.compile(re.escape(self.server.url + path.partition("?")[0])))
        try:
            yield page
        except BaseException:
            page.screenshot(path=self.server.folder / "failure.png", full_page=True)
            print(f"what {login} saw at {page.url}: {self.server.folder}/failure.png")
            raise
        finally:
            context.close()
        assert not self.faults, self.faults

    @contextmanager
    def client(self, login: str = "") -> Iterator[httpx.Client]:
        """An HTTP client in somebody's name."""
        with httpx.Client(base_url=self.server.url, headers={"origin": self.server.url}, timeout=60) as client:
            if login:
                form = {"login": login, "password": DEMO_PASSWORD, "next": "/"}
                assert client.post("/signin", data=form).status_code == 303
            yield client

    def command(self, login: str, name: str, **args: Any) -> dict[str, Any]:
        """A command over HTTP, for the departments that are not looked at in the browser."""
        with self.client(login) as client:
            answer = client.post(f"/api/commands/{name}", json={"args": args})
        assert answer.status_code == 200, (login, name, answer.text)
        return answer.json()["value"]

    def fill(self, login: str, case_id: int, values: dict[str, Any]) -> None:
        """Save sections of the form as the form page does."""
        with self.client(login) as client:
            known = client.get(f"/api/cases/{case_id}/application").json()["sections"]
            for section, entered in values.items():
                body = {"values": entered, "base_version": known.get(section, {}).get("version", 0)}
                answer = client.put(f"/api/cases/{case_id}/form/{section}", json=body)
                assert answer.status_code == 200, (section, answer.text)

    def upload(self, login: str, name: str, content: bytes) -> int:
        """A file sent in somebody's name."""
        with self.client(login) as client:
            answer = client.put("/api/uploads", params={"name": name}, content=content)
        assert answer.status_code == 200, answer.text
        return answer.json()["upload_id"]

    def assignments(self, case_id: int) -> list[dict[str, Any]]:
        """The departments of a case: id, unit, item, open round, opinion."""
        return self.server.run(
            "from jointreview.models.base import reading\n"
            "from jointreview.models.case import Case\n"
            "from jointreview.commands.facts import load_facts\n"
            "with reading() as db:\n"
            "    facts = load_facts(db, db.get(Case, args[0]))\n"
            "result = [dict(id=a.id, unit=a.unit, item=a.item, round=a.open_round_kind, opinion=a.opinion,"
            " site=a.needs_site) for a in facts.assignments]",
            case_id,
        )

    def case(self, case_id: int) -> dict[str, Any]:
        """State and numbers of a case."""
        return self.server.run(
            "from jointreview.models.base import reading\n"
            "from jointreview.models.case import Case\n"
            "with reading() as db:\n"
            "    case = db.get(Case, args[0])\n"
            "result = dict(state=case.state, outcome=case.outcome, number=case.number, code=case.lookup_code)",
            case_id,
        )


@contextmanager
def open_office(folder: Path, browser: Browser, moment: str, people: str = PEOPLE) -> Iterator[Office]:
    """An office of its own for a test; `people` is what fills it, its result is kept as `cases`."""
    expect.set_options(timeout=PATIENCE_MS)
    server = prepared(folder, now=moment)
    cases = server.run(people) or {}
    office = Office(server, server.start_process(), browser)
    office.cases = cases
    yield office
    office.process.terminate()
    office.process.wait(timeout=30)


def picture(page: Page, name: str) -> None:
    """Keep what the page shows, when the run is asked for pictures."""
    if PICTURES and name in JOB_PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(400)
        keep(page.screenshot(), folder / f"job-{name}.png")


def draw_and_sign(page: Page, dialog: str) -> None:
    """Draw a line with the mouse, type the password, confirm; the dialog closes when the server took it."""
    page.locator(f"[id='{dialog}']").click()
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
    page.fill(f"[id='{dialog}-password']", DEMO_PASSWORD)
    page.locator(f"[id='{dialog}-confirm']").click()
    expect(canvas).to_be_hidden(timeout=PATIENCE_MS)


def signature(name: str) -> dict[str, str]:
    """A signature for commands over HTTP."""
    return {"image": signature_image(name), "password": DEMO_PASSWORD}


def act(page: Page, name: str, **fields: str) -> None:
    """Press the button of an act, fill its dialog and confirm; the dialog closes when the server took it."""
    page.get_by_test_id(f"act-{name}").first.click()
    confirm(page, **fields)


def act_in_menu(page: Page, name: str, **fields: str) -> None:
    """The same for an act in the menu."""
    page.click("#more-actions")
    page.get_by_test_id(f"act-{name}").first.click()
    confirm(page, **fields)


_ANSWERED = """() => {
    const dialog = document.querySelector("[data-testid=act-dialog]");
    return !dialog || dialog.querySelector("[role=alert] li");
}"""
CHANGED_MEANWHILE = tr("zh", "commands.changed_meanwhile")


def confirm(page: Page, **fields: str) -> None:
    """Fill the open dialog of an act and confirm it."""
    dialog = page.get_by_test_id("act-dialog")
    expect(dialog).to_be_visible()
    for name, value in fields.items():
        field = dialog.locator(f"#{name}")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    dialog.locator("#act-confirm").click()
    page.wait_for_function(_ANSWERED)
    if dialog.is_visible() and CHANGED_MEANWHILE in dialog.inner_text():
        # The sweep noted something of the case meanwhile. Who reads what is new presses again.
        dialog.locator("#act-confirm").click()
    expect(dialog).to_be_hidden()


SAMPLES = ROOT / "docs" / "samples"
