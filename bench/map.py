"""How fast the workspace map is: `python bench/map.py [visits]`, or `make bench-map`.

A server of its own for each number of cases, all of them under way with a clock and a parcel of 14 corners. Times in
the browser are from asking for the page to the map drawn with its list, in headless Chromium with a warm cache;
frames are counted while the pointer drags the map. Numbers are of the machine they run on and of what else it does.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from bench.tables import table  # noqa: E402
from tests.web.conftest import CHROMIUM_ARGUMENTS  # noqa: E402
from tests.web.serving import PASSWORD, Server, start  # noqa: E402

NOW = "2026-05-19T10:00:00+08:00"
TOWN = (121.45, 31.70, 121.90, 32.05)
NEAR = (121.60, 31.80, 121.68, 31.85)
"""A box that one screen shows at zoom 14: with everything inside, each outline is drawn at once."""
OVERVIEW, OUTLINES = "/map", "/map#14.00/31.825/121.64"
CROWD = 100_000
ANSWERS = 15
# Notes when the map was first drawn with its list, as the page itself sees it.
_WATCH = """
new MutationObserver(() => {
  const map = document.querySelector('[data-testid=map-canvas]')?.dataset.shown;
  const list = document.querySelector('[data-testid=map-list]')?.dataset.total;
  if (!window.__ready && map && list) window.__ready = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
_COUNT = """
window.__frames = [];
const frame = (now) => { window.__frames.push(now); window.__stop || requestAnimationFrame(frame); };
requestAnimationFrame(frame);
"""


def main() -> None:
    """Measure and print the tables of docs/map.md."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}\n")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        for count in (500, 5000):
            for name, spread, path in (("heaps", TOWN, OVERVIEW), ("every outline", NEAR, OUTLINES)):
                with serving(count, spread) as server:
                    rows.append(in_browser(browser, server, f"{count:,} cases, {name}", path, visits))
        browser.close()
    heads = ("view", "interactive, median ms", "best", "worst", "pan, frames/s median", "worst")
    table("in the browser", heads, rows)
    with serving(CROWD, TOWN) as server:
        table(f"the server's answer with {CROWD:,} cases", ("asked", "median ms", "best", "worst"), answers(server))


@contextmanager
def serving(count: int, spread: tuple[float, ...]) -> Iterator[Server]:
    """A server over so many cases, its places settled."""
    fill = (
        "from bench.places import fill, at, TODAY\n"
        f"fill({count}, spread={spread})\n"
        # the jobs rest: what they would first do for so many new cases is not what is measured
        "from datetime import timedelta\n"
        "from jointreview.jobs.leader import JOBS, take\n"
        "take(JOBS, 'bench', timedelta(hours=2))\n"
        "from jointreview.commands.places import settle_places\n"
        "settle_places(at(TODAY))"
    )
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        server, process = start(Path(folder), before=fill, now=NOW)
        print(f"{count:,} cases written and settled in {time.perf_counter() - begun:.0f} s", flush=True)
        try:
            server.account("bench", "coordinator")
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def in_browser(browser: Browser, server: Server, name: str, path: str, visits: int) -> tuple[str, ...]:
    """One view: how long until it can be used, and how smoothly it moves."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server.url}/signin")
    page.fill("#login", "bench")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_selector(".jr-rail", state="attached")
    page.close()
    taken, frames = [], []
    for visit in range(visits + 1):
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(server.url + path)
        page.wait_for_function("window.__ready", timeout=180_000)
        if visit:  # the first one fills the browser's cache
            taken.append(float(page.evaluate("window.__ready")))
            frames.append(panned(page))
        page.close()
    context.close()
    middle = statistics.median(taken)
    return (
        name,
        *(f"{value:.0f}" for value in (middle, min(taken), max(taken))),
        *(f"{value:.0f}" for value in (statistics.median(frames), min(frames))),
    )


def panned(page: Page) -> float:
    """Frames a second while the map is dragged over half its width and back."""
    page.wait_for_timeout(400)
    box = page.locator("[data-testid=map-canvas]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 37
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_COUNT)
    for step in range(60):
        page.mouse.move(x + (step if step < 30 else 60 - step) * 7, y + step * 2)
    times: list[float] = page.evaluate("() => { window.__stop = true; return window.__frames; }")
    page.mouse.up()
    return (len(times) - 1) / (times[-1] - times[0]) * 1000


def answers(server: Server) -> list[tuple[str, ...]]:
    """How long the server takes to answer for views of a crowd."""
    whole = ",".join(map(str, TOWN))
    asked = (
        ("whole town, zoom 11", f"view?bbox={whole}&zoom=11"),
        ("whole town, zoom 12, filtered by stage and town", f"view?bbox={whole}&zoom=12&stage=2&town=huilong"),
        ("whole town, as a department's officer sees it", f"view?bbox={whole}&zoom=11"),
        ("a quarter, zoom 14", "view?bbox=121.62,31.80,121.70,31.84&zoom=14"),
        ("the list beside the whole town", f"cases?bbox={whole}"),
    )
    server.account("officer", "officer", unit="fire")
    rows = []
    for name, path in asked:
        login = "officer" if "officer" in name else "bench"
        with server.client(login) as client:
            taken = sorted(_seconds(client, f"/api/map/{path}") for _ in range(ANSWERS))
        rows.append((name, *(f"{v * 1000:.0f}" for v in (statistics.median(taken), taken[0], taken[-1]))))
    return rows


def _seconds(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer: Any = client.get(path)
    answer.raise_for_status()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
