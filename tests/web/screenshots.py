"""The pictures of the guides (`make screenshots`): every page of the demonstration at one fixed time.

In light and dark, Chinese and English, on a desk and on a phone.
`python tests/web/screenshots.py [--into FOLDER] [NAME ...]` takes all pictures, or those named.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from jointreview.demo.cast import DEMO_PASSWORD
from jointreview.settings import ROOT
from tests.web.conftest import CHROMIUM_ARGUMENTS
from tests.web.serving import Server, start

PICTURES = ROOT / "docs" / "pictures"
MOMENT = "2026-05-19T10:00:00+08:00"
LARGEST_BYTES = 300_000
TALLEST = 1500
DEVICES: dict[str, dict[str, Any]] = {
    "1440": {"viewport": {"width": 1440, "height": 900}},
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
# The demonstration's cases by where they stand, in the order in which jointreview.demo.story plays them.
PASSED, RECTIFYING, VISITING, REVIEWING, SUPPLEMENTING, DRAFT = 1, 3, 4, 5, 7, 12


@dataclass(frozen=True)
class Picture:
    """A page, who looks at it, what is clicked before, what must be there, and on which devices."""

    name: str
    login: str
    path: str
    shows: str
    click: tuple[str, ...] = ()
    lang: str = "zh"
    dark: bool = False
    devices: tuple[str, ...] = ("1440", "390")


FORM = f"/cases/{DRAFT}/form"
CASE = "#case-state"
PICTURES_TAKEN = (
    Picture("sign-in", "", "/signin", "#login"),
    Picture("work-applicant", "applicant", "/", ".jr-main h1"),
    Picture("work-clerk", "clerk", "/", ".jr-main h1"),
    Picture("work-officer", "fire", "/", ".jr-main h1"),
    Picture("work-coordinator", "coordinator", "/", ".jr-main h1"),
    Picture("apply", "applicant", "/apply", "#project-code"),
    Picture("form-project", "applicant", f"{FORM}#S2", "[id='S2.address']"),
    Picture("form-buildings", "applicant", f"{FORM}#S4", "[data-testid='S4.buildings-paste']"),
    Picture("form-indices", "applicant", f"{FORM}#S5", "#one-form h2"),
    Picture("form-materials", "applicant", f"{FORM}#S12", "[id^='material-']"),
    Picture("form-parcel", "applicant", f"{FORM}#parcel", "[data-testid='parcel-confirmed']"),
    Picture("form-submit", "applicant", f"{FORM}#finish", "[data-testid='finish-complete']"),
    Picture("case-overview", "coordinator", f"/cases/{REVIEWING}", CASE),
    Picture("case-why", "school", f"/cases/{RECTIFYING}", "#why-dialog", ("#why-date",)),
    Picture("case-review", "fire", f"/cases/{REVIEWING}?panel=review", CASE),
    Picture("case-survey", "coordinator", f"/cases/{VISITING}?panel=survey", CASE),
    Picture("case-findings", "school", f"/cases/{RECTIFYING}?panel=findings", CASE),
    Picture("case-documents", "applicant", f"/cases/{PASSED}?panel=documents", "[data-testid^='docx-']"),
    Picture("case-supplement", "coldchain", f"/cases/{SUPPLEMENTING}", CASE),
    Picture("case-dark", "coordinator", f"/cases/{REVIEWING}", CASE, dark=True),
    Picture("case-english", "coordinator", f"/cases/{REVIEWING}", CASE, lang="en"),
    Picture("pocket", "fire", "/onsite", "[data-testid='pocket']", devices=("390",)),
    Picture(
        "onsite",
        "fire",
        f"/cases/{VISITING}/onsite",
        "[id^='line-']",
        ("[data-testid='onsite-sign-in']",),
        devices=("390",),
    ),
    Picture("board", "coordinator", "/board", ".jr-main h1"),
    Picture(
        "trips",
        "coordinator",
        "/trips",
        "[data-testid='trip-map'] .jr-tb-pin",
        ("[data-testid='trip-card'][data-status='draft'] button",),
    ),
    Picture("calendar", "coordinator", "/calendar", ".jr-main h1"),
    Picture("organisation", "applicant", "/organisation", ".jr-main h1"),
    Picture("admin", "admin", "/admin", ".jr-main h1"),
    Picture("account", "quality", "/account", ".jr-main h1"),
    Picture("handover", "planning_head", "/handover", "[data-testid^='carrier-']"),
    Picture("verify", "", "/verify?code={verify_code}", "main"),
    Picture("progress", "", "/progress", "main"),
)
OPINION = "opinion"
NAMES = (*(picture.name for picture in PICTURES_TAKEN), OPINION)


def take_all(names: list[str], folder: Path) -> list[str]:
    """Start the product with the demonstration and take the pictures named (none: all); answers what went wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(names or NAMES)
    faults = []
    with running_demonstration() as server, sync_playwright() as playwright:
        facts = facts_of(server)
        if OPINION in wanted:
            keep(first_page_of_opinion(server, facts), folder / f"{OPINION}.png")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        for picture in PICTURES_TAKEN:
            if picture.name in wanted:
                for device in picture.devices:
                    fault = take(browser, server, facts, picture, device, folder)
                    faults += [f"{picture.name}-{device}: {fault}"] if fault else []
        browser.close()
    return faults


@contextmanager
def running_demonstration() -> Iterator[Server]:
    """A server of its own, filled with the demonstration."""
    with tempfile.TemporaryDirectory(prefix="jointreview-pictures-") as name:
        server, process = start(Path(name), before="from jointreview import demo\ndemo.load()", now=MOMENT)
        try:
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def facts_of(server: Server) -> dict[str, Any]:
    """The joint opinion of the passed case, and the number and look-up code of the one being put right."""
    return server.run(
        "from sqlmodel import select\n"
        "from jointreview.models.base import reading\n"
        "from jointreview.models.case import Case\n"
        "from jointreview.models.outcome import IssuedDocument as D\n"
        "with reading() as db:\n"
        "    paper = db.exec(select(D).where(D.case_id == args[0], D.kind == 'opinion')).one()\n"
        "    case = db.get(Case, args[1])\n"
        "result = dict(opinion=paper.id, verify_code=paper.verify_code, number=case.number, code=case.lookup_code)",
        PASSED,
        RECTIFYING,
    )


def take(browser: Browser, server: Server, facts: dict[str, Any], picture: Picture, device: str, folder: Path) -> str:
    """One picture on one device; answers what went wrong, empty when the picture is there."""
    context = browser.new_context(
        **DEVICES[device],
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if picture.dark else "light",
    )
    context.add_cookies([{"name": "jr_lang", "value": picture.lang, "domain": "127.0.0.1", "path": "/"}])
    context.clock.set_fixed_time(MOMENT)
    page = context.new_page()
    path = folder / f"{picture.name}-{device}.png"
    try:
        open_page(page, server, picture.login, picture.path.format(**facts))
        if picture.name == "progress":
            look_up(page, facts)
        for selector in picture.click:
            page.locator(selector).first.click()
        page.locator(picture.shows).first.wait_for(state="visible")
        settle(page)
        keep(page.screenshot(), path)
    except PlaywrightError as error:
        return error.message.splitlines()[0]
    finally:
        context.close()
    print(path.name, flush=True)
    return ""


def open_page(page: Page, server: Server, login: str, path: str) -> None:
    """Go to the page, through the sign-in page when somebody signs in."""
    if not login:
        page.goto(server.url + path)
        return
    page.goto(f"{server.url}/signin")
    page.fill("#login", login)
    page.fill("#password", DEMO_PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{server.url}/")
    page.locator("header").first.wait_for(state="visible")
    page.goto(server.url + path)


def look_up(page: Page, facts: dict[str, Any]) -> None:
    """Ask for the progress of a case without signing in."""
    page.fill("[name=number]", facts["number"])
    page.fill("[name=code]", facts["code"])
    page.locator("main button[type=submit]").first.click()


def settle(page: Page) -> None:
    """Wait for placeholders and pictures, then make the window as tall as the page, within reason."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.jr-bone')")
    page.wait_for_timeout(800)
    height = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, TALLEST))})
    page.wait_for_timeout(400)


def first_page_of_opinion(server: Server, facts: dict[str, Any]) -> bytes:
    """The first page of the joint opinion's PDF."""
    with tempfile.TemporaryDirectory() as name, server.client() as client:
        form = {"login": "applicant", "password": DEMO_PASSWORD, "next": "/"}
        assert client.post("/signin", data=form).status_code == 303
        answer = client.get(f"/api/cases/{PASSED}/documents/{facts['opinion']}.pdf", timeout=120)
        assert answer.status_code == 200, answer.text
        paper = Path(name) / "opinion.pdf"
        paper.write_bytes(answer.content)
        made = ["pdftoppm", "-png", "-r", "90", "-f", "1", "-singlefile", str(paper), str(paper.with_suffix(""))]
        subprocess.run(made, check=True)
        return paper.with_suffix(".png").read_bytes()


def keep(png: bytes, path: Path) -> None:
    """Write a picture with a palette, with fewer colours while it is too large."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        written = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST_BYTES:
            break
    path.write_bytes(written.getvalue())


def main() -> int:
    """Read the arguments and take the pictures; 1 when some could not be taken."""
    parser = argparse.ArgumentParser(description="take the pictures of the guides")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"pictures to take: {', '.join(NAMES)}")
    parser.add_argument("--into", type=Path, default=PICTURES, help="folder of the pictures")
    args = parser.parse_args()
    unknown = set(args.names) - set(NAMES)
    if unknown:
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    faults = take_all(args.names, args.into)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
