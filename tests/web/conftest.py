"""Fixtures of the browser tests: one server and one Chromium for the whole run of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.job.hall import Hall, open_hall
from tests.web.serving import PASSWORD, Server, start

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The running product with an empty database of its own."""
    running, process = start(tmp_path_factory.mktemp("server"))
    yield running
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The running product with the demonstration's people and a few of their cases, at a fixed time."""
    with open_hall(tmp_path_factory.mktemp("hall")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module; every page gets a context of its own.

    It ends with the module because Playwright keeps an event loop running, and asynchronous tests need their own:
    keep the two kinds in separate modules.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def browser_page(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`browser_page(login="", lang="zh", path="/", **context)`: a page, signed in when a login is given.

    A script error in any page, or a request to another host, fails the test at its end.
    """
    contexts, faults = [], []

    def open_page(login: str = "", lang: str = "zh", path: str = "/", **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.add_cookies([{"name": "jr_lang", "value": lang, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: _note_foreign(server, asked.url, faults))
        if login:
            page.goto(f"{server.url}/signin?next={path}")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("button.primary")
            page.wait_for_url(f"{server.url}{path}")
        else:
            page.goto(f"{server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def _note_foreign(server: Server, url: str, faults: list[str]) -> None:
    own = server.url.removeprefix("http")
    if not url.startswith((f"http{own}", f"ws{own}", "data:", "blob:")):
        faults.append(f"asked another host: {url}")
