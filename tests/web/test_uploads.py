"""A large file through the page: the tab is closed half-way, another goes on, and what arrives is what was sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.storage import samples
from tests.web.serving import PASSWORD, Server

MB = 1024**2
SIZE = 300 * MB
MOST_GROWTH = 64 * MB
PATIENCE_MS = 45_000
CASE = """
from datetime import date
from jointreview.commands.executor import execute
from jointreview.commands.filing import CreateCase
from jointreview.commands.working_days import seed_calendar
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.identity import Agent, Organisation
from jointreview.settings import settings
now = settings().current_time()
with writing() as session:
    organisation = Organisation(credit_code=args[1], name='启东智能装备有限公司')
    session.add(organisation)
    session.flush()
    session.add(Agent(organisation_id=organisation.id, status='active', account_id=args[0], owner=True,
                      created_at=now))
    firm = organisation.id
actor = Actor(args[0], 'Person sender', 'applicant', None, '', '', frozenset({firm}))
command = CreateCase(organisation_id=firm, project_code=args[2], project_name='启东厂房')
result = execute(actor, command, now=now).case_id
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 MB that take no room on the disk."""
    file = tmp_path_factory.mktemp("large") / "竣工图合集.pdf"
    with file.open("wb") as out:
        out.write(b"%PDF-1.7\n")
        out.truncate(SIZE)
    return file


def memory(server: Server, what: str = "VmHWM") -> int:
    """Bytes of the server's processes together: the peak since it was last forgotten, or what is used now."""
    total = 0
    for pid in processes(server):
        for line in (pid / "status").read_text().splitlines():
            total += 1024 * int(line.split()[1]) if line.startswith(what) else 0
    return total


def processes(server: Server) -> list[Path]:
    return [
        path
        for path in Path("/proc").glob("[0-9]*")
        if f"--port\0{server.port}\0".encode() in _bytes(path / "cmdline")
    ]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def materials(context: BrowserContext, server: Server, case: int) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{server.url}/cases/{case}/form")
    page.locator("#step-S12").click()
    expect(page.locator("#upload-authorisation")).to_be_attached()
    return page


def test_300_mb_go_on_after_the_tab_was_closed_and_the_server_stays_small(server: Server, browser, drawing: Path):
    case = server.run(CASE, server.account("sender"), "91320681MA1N0A1B3X", "2301-320681-89-01-100001")
    with browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{server.url}/signin?next=/")
        page.fill("#login", "sender")
        page.fill("#password", PASSWORD)
        page.click("button.primary")
        page.wait_for_url(f"{server.url}/")
        page.close()
        before = memory(server, "VmRSS")
        for pid in processes(server):
            (pid / "clear_refs").write_text("5")  # forget the peak so far

        page = materials(context, server, case)
        page.locator("#upload-authorisation").set_input_files(drawing)
        bar = page.locator("[data-testid=material-authorisation] progress[value]")
        bar.wait_for()
        page.wait_for_function("(p) => p.value > p.max * 0.4", arg=bar.element_handle(), polling=20)
        page.close()

        page = materials(context, server, case)
        row = page.locator("[data-testid=material-authorisation] .jr-up-file")
        expect(row).to_contain_text("上次未传完")
        there = float(row.locator("progress").get_attribute("value") or 0)
        assert 0.2 * SIZE < there < SIZE
        asked = []
        page.on("request", lambda request: asked.append(request.url) if "/parts/" in request.url else None)
        row.locator("input[type=file]").set_input_files(drawing)
        expect(page.locator("[data-testid=material-authorisation] .jr-file-name")).to_have_text(
            drawing.name, timeout=PATIENCE_MS
        )
        # What had arrived was not sent again.
        assert len(asked) * 8 * MB <= SIZE - there + 8 * MB
        grown = memory(server) - before
    digest = hashlib.sha256()
    with drawing.open("rb") as file:
        while chunk := file.read(MB):
            digest.update(chunk)
    assert stored(server) == [digest.hexdigest()]
    assert grown < MOST_GROWTH, f"the server grew by {grown / MB:.0f} MB"


def test_nothing_is_declared_while_this_browser_is_still_uploading(server: Server, browser_page):
    case = server.run(CASE, server.account("hasty"), "91320681MA1N0A1B4X", "2301-320681-89-01-100002")
    page = browser_page("hasty", path=f"/cases/{case}/form")
    page.locator("#step-S12").click()
    held: list[Route] = []
    page.route("**/api/uploads?*", lambda route: held.append(route))
    page.locator("#upload-authorisation").set_input_files(
        {"name": "授权书.pdf", "mimeType": "application/pdf", "buffer": samples.pdf(3)}
    )
    expect(page.locator(".jr-up-file")).to_have_count(1)
    other = page.context.new_page()
    other.goto(f"{server.url}/cases/{case}/form")
    for tab in (page, other):
        tab.locator("#step-finish").click()
        expect(tab.get_by_text("本浏览器还有1个文件正在上传")).to_be_visible()
        expect(tab.locator("#submit")).to_be_disabled()
    [route] = held
    route.continue_()
    for tab in (page, other):
        expect(tab.get_by_text("个文件正在上传")).to_have_count(0)


def stored(server: Server) -> list[str]:
    return server.run(
        "from sqlmodel import select\nfrom jointreview.models.base import reading\n"
        "from jointreview.models.case import Material, Upload\n"
        "with reading() as session:\n"
        "    result = list(session.exec(select(Upload.digest).join(Material, Material.upload_id == Upload.id)).all())"
    )
