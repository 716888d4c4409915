"""Benchmarks of the running product, each printing one table: `make bench`.

Start times, sign-in to workspace, and the round trip of an event with 1 and with 50 people at once. Numbers are of
the machine they run on; nothing here is a test.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.tables import table  # noqa: E402
from jointreview.demo.cast import DEMO_PASSWORD  # noqa: E402
from tests.hostile.attacker import HYDRATE, Attacker  # noqa: E402
from tests.web.conftest import CHROMIUM_ARGUMENTS  # noqa: E402

PORT = 8790
URL = f"http://127.0.0.1:{PORT}"


def main() -> None:
    """Run every benchmark on a fresh copy of the tree."""
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "jointreview"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        rows = [("`make run`, nothing installed (cold)", started(copy))]
        rows += [("`make run` again, nothing changed (warm)", started(copy)) for _ in range(2)]
        table("start", ("what", "seconds until the first answer"), [(name, f"{s:.1f}") for name, s in rows])
        server = serve(copy)
        try:
            table("sign-in to workspace", ("who", "seconds"), sign_in_times())
            table("event round trip", ("people at once", "events", "p50 ms", "p95 ms"), round_trips())
        finally:
            server.terminate()
            server.wait()


def serve(copy: Path) -> subprocess.Popen:
    """`make run` in the copy; answers when the server does."""
    quiet = {k: v for k, v in os.environ.items() if not k.startswith("JOINTREVIEW_")}
    process = subprocess.Popen(
        ["make", "run", f"PORT={PORT}"], cwd=copy, env=quiet, stdout=subprocess.DEVNULL, start_new_session=True
    )
    while True:
        try:
            if httpx.get(f"{URL}/ping", timeout=1).status_code == 200:
                return process
        except httpx.TransportError:
            if process.poll() is not None:
                raise SystemExit("make run failed") from None
            time.sleep(0.05)


def started(copy: Path) -> float:
    """Seconds from the command to the first answer; the server is stopped again."""
    begin = time.perf_counter()
    process = serve(copy)
    taken = time.perf_counter() - begin
    os.killpg(process.pid, 15)
    process.wait()
    time.sleep(1)
    return taken


def sign_in_times() -> list[tuple[str, str]]:
    """From pressing the button to a workspace that can be used, in Chromium."""
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=CHROMIUM_ARGUMENTS
        )
        for login in ("coordinator", "fire", "applicant"):
            page = browser.new_context().new_page()
            page.goto(f"{URL}/signin?next=/cases/4")
            page.fill("#login", login)
            page.fill("#password", DEMO_PASSWORD)
            begin = time.perf_counter()
            page.click("button.primary")
            page.wait_for_selector("#case-number")
            rows.append((login, f"{time.perf_counter() - begin:.2f}"))
        browser.close()
    return rows


def round_trips() -> list[tuple[str, ...]]:
    """A state asked anew over the socket by signed-in tabs, all events of all tabs together."""
    rows = []
    for people, events in ((1, 200), (50, 20)):
        taken = sorted(asyncio.run(_round_trips(people, events)))
        p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
        rows.append((str(people), str(len(taken)), f"{p50 * 1000:.0f}", f"{p95 * 1000:.0f}"))
    return rows


async def _round_trips(people: int, events: int) -> list[float]:
    cookies = [_cookie() for _ in range(min(people, 5))]
    tabs = [Attacker(URL, cookie=cookies[n % len(cookies)]) for n in range(people)]

    async def ask(tab: Attacker) -> list[float]:
        taken = []
        async with tab:
            for _ in range(events):
                begin = time.perf_counter()
                known = len(tab.updates)
                await tab.send(HYDRATE)
                await tab.until(lambda known=known: len(tab.updates) > known)
                taken.append(time.perf_counter() - begin)
                await asyncio.sleep(0.1 if people > 1 else 0)
        return taken

    return [t for answers in await asyncio.gather(*map(ask, tabs)) for t in answers]


def _cookie() -> str:
    with httpx.Client(base_url=URL, headers={"origin": URL}) as client:
        client.post("/signin", data={"login": "coordinator", "password": DEMO_PASSWORD, "next": "/"})
        return f"jr_session={client.cookies['jr_session']}"


if __name__ == "__main__":
    main()
