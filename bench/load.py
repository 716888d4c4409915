"""Two hundred people at once: `python bench/load.py [people] [seconds]`, or `make bench-load`.

A server of its own with cases on the day of their visit. Everybody holds one page open over a socket and works as
their role does: open the workspace, save a section of the form, sign an opinion, search, read the board, with a few
seconds to think in between. Times are seen by the client, which takes part of the same two cores. Beside it, in the
same run, the bare framework's smallest application (bench/hello) answers its own event.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from bench.tables import table  # noqa: E402
from jointreview.demo.cast import DEMO_PASSWORD  # noqa: E402
from jointreview.demo.sample_files import signature_image  # noqa: E402
from tests.hostile.attacker import HYDRATE, Attacker  # noqa: E402
from tests.web.serving import Server, start  # noqa: E402

NOW = "2026-05-19T10:00:00+08:00"
CASES = 12
THINK_SECONDS = (2.0, 6.0)
CLOSED_LOOP = 50
CLOSED_SECONDS = 8
ANNOUNCEMENTS = 5
_STATES = "reflex___state____state.jointreview___ui___pages___"
CASE = f"{_STATES}case___state____case_state"
BOARD = f"{_STATES}board___state____board_state"
STANDING = f"{_STATES}standing____standing_state"
HELLO = "reflex___state____state.hello___hello____counter"
# What each role does, and how often.
WORK = {
    "officer": {"workspace": 45, "panel": 20, "search": 10, "board": 15, "sign": 10},
    "applicant": {"workspace": 35, "save": 50, "search": 15},
    "coordinator": {"board": 45, "workspace": 35, "search": 20},
}


@dataclass
class Person:
    """One page of somebody: a socket, an HTTP client and what is left to sign."""

    about: dict[str, Any]
    tab: Attacker
    http: httpx.AsyncClient
    version: int = 0
    signs: list[list[int]] = field(default_factory=list)


@dataclass
class Seen:
    """What was measured: seconds by kind of act, and what went wrong."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Measure and print every table."""
    people, seconds = (int(v) for v in (*sys.argv[1:], *("200", "60")[len(sys.argv) - 1 :]))
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}\n")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), people) as (server, world, process):
        asyncio.run(whole_day(server, world, process.pid, seconds))
        ours = asyncio.run(rates(server, world))
    with tempfile.TemporaryDirectory() as folder, hello(Path(folder)) as url:
        bare = asyncio.run(closed_loop(url, [""] * CLOSED_LOOP, HELLO, lambda n: ("more", {})))
    rows = [("bare framework: a counter", f"{bare:.0f}", "100 %")]
    rows += [(name, f"{rate:.0f}", f"{rate / bare:.0%}") for name, rate in ours]
    table(
        f"events a second, {CLOSED_LOOP} pages asking without pause", ("event", "a second", "of the bare one"), rows
    )


@contextmanager
def serving(folder: Path, people: int) -> Iterator[tuple[Server, dict[str, Any], subprocess.Popen]]:
    """A server over the prepared world."""
    begun = time.perf_counter()
    # Prepared before the server starts: its sweep would meet cases that are still being played.
    kept = folder / "world.json"
    before = (
        "import json\nfrom pathlib import Path\nfrom bench.load_world import prepare\n"
        f"Path({str(kept)!r}).write_text(json.dumps(prepare({people}, {CASES})))"
    )
    server, process = start(folder, before=before, now=NOW, **extra_settings())
    world = server.run(
        "import json\nfrom pathlib import Path\nresult = json.loads(Path(args[0]).read_text())", str(kept)
    )
    print(
        f"{len(world['people'])} people and {CASES} cases made in {time.perf_counter() - begun:.0f} s\n", flush=True
    )
    try:
        yield server, world, process
    finally:
        process.terminate()
        process.wait(timeout=60)


def extra_settings() -> dict[str, str]:
    """Settings of the environment that choose the profile: database, Redis, workers."""
    wanted = ("database_url", "redis_url", "workers")
    return {name: os.environ[f"BENCH_{name.upper()}"] for name in wanted if os.environ.get(f"BENCH_{name.upper()}")}


@contextmanager
def hello(folder: Path) -> Iterator[str]:
    """The bare application, without pages."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--workers", "1"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "hello.hello:app"),
    ]
    environment = os.environ | {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "REFLEX_WEB_WORKDIR": str(folder),
        "REFLEX_DIR": str(ROOT / ".build" / "reflex"),
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "PYTHONPATH": str(ROOT / "bench" / "hello"),
    }
    process = subprocess.Popen(command, cwd=ROOT / "bench" / "hello", env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/ping", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


async def whole_day(server: Server, world: dict[str, Any], pid: int, seconds: int) -> None:
    """Everybody opens a page, works for a while, and sees an announcement."""
    seen = Seen()
    async with AsyncExitStack() as pages:
        before = memory_mb(pid)
        people = [await arrive(pages, server, about) for about in world["people"]]
        opened = memory_mb(pid)
        begun = time.perf_counter()
        await asyncio.gather(*(work(one, seen, begun + seconds) for one in people))
        worked = memory_mb(pid)
        report(seen, time.perf_counter() - begun)
        table(
            "memory of the server",
            ("when", "MB", "KB a page"),
            [
                ("no page open", f"{before:.0f}", ""),
                (f"{len(people)} pages open", f"{opened:.0f}", f"{(opened - before) * 1024 / len(people):.0f}"),
                ("after the work", f"{worked:.0f}", f"{(worked - before) * 1024 / len(people):.0f}"),
            ],
        )
        await announced(server, people, world["shared"])


async def arrive(pages: AsyncExitStack, server: Server, about: dict[str, Any]) -> Person:
    """One page, opened at the workspace of the person's case."""
    tab = await pages.enter_async_context(Attacker(server.url, cookie=about["cookie"]))
    headers = {"origin": server.url, "cookie": about["cookie"]}
    http = await pages.enter_async_context(httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60))
    person = Person(about, tab, http, about.get("version", 0), list(about["signs"]))
    await ask(tab, HYDRATE, {}, f"/cases/{about['case']}", "reflex___state____state")
    await workspace(person)
    return person


async def work(person: Person, seen: Seen, until: float) -> None:
    """Act after act, with time to think."""
    acts = WORK[person.about["role"]]
    await asyncio.sleep(random.uniform(0, THINK_SECONDS[1]))
    while time.perf_counter() < until:
        name = random.choices(list(acts), list(acts.values()))[0]
        if name == "sign" and not person.signs:
            name = "workspace"
        begun = time.perf_counter()
        try:
            await ACTS[name](person)
            seen.taken.setdefault(name, []).append(time.perf_counter() - begun)
        except Exception as fault:
            seen.errors[f"{name}: {type(fault).__name__} {str(fault)[:80]}"] += 1
        await asyncio.sleep(random.uniform(*THINK_SECONDS))


async def ask(tab: Attacker, name: str, payload: dict[str, Any], path: str, state: str) -> None:
    """Send an event and wait until the server tells something of that state."""
    known = len(tab.updates)
    await tab.send(name, payload, path)
    await tab.until(lambda: any(state in (u.get("delta") or {}) for u in tab.updates[known:]))
    del tab.updates[:]


async def workspace(person: Person) -> None:
    """Open the workspace of the case."""
    await ask(person.tab, f"{CASE}.load", {}, f"/cases/{person.about['case']}", CASE)


async def panel(person: Person) -> None:
    """Turn to another panel and back."""
    for name in ("materials", "overview"):
        await ask(person.tab, f"{CASE}.show", {"panel": name}, f"/cases/{person.about['case']}", CASE)


async def read_board(person: Person) -> None:
    """Open the board."""
    await ask(person.tab, f"{BOARD}.load", {}, "/board", BOARD)


async def look(person: Person) -> None:
    """Search by a word."""
    fine(await person.http.get("/api/search", params={"q": random.choice(("水产", "压力测试", "吕四港", "QD2026"))}))


async def save(person: Person) -> None:
    """Save a section of the form, as it is while somebody types."""
    values = {"project_name": f"压力测试项目{random.randint(1, 999)}", "address": f"江海路{random.randint(1, 99)}号"}
    sent = {"values": values, "base_version": person.version}
    answer = fine(await person.http.put(f"/api/cases/{person.about['case']}/form/S2", json=sent))
    person.version = answer.json()["version"]


async def sign(person: Person) -> None:
    """Sign the unit's opinion, with a drawn signature and the password."""
    case_id, assignment_id = person.signs.pop()
    signature = {"image": signature_image("压力测试"), "password": DEMO_PASSWORD}
    args = {"case_id": case_id, "assignment_id": assignment_id, "result": "PASS", "text": "符合要求，同意通过。"}
    fine(await person.http.post("/api/commands/GiveOpinion", json={"args": {**args, "signature": signature}}))


ACTS: dict[str, Callable[[Person], Awaitable[None]]] = {
    "workspace": workspace,
    "panel": panel,
    "board": read_board,
    "search": look,
    "save": save,
    "sign": sign,
}


def fine(answer: httpx.Response) -> httpx.Response:
    """The answer; raises RuntimeError with what it says when it is a refusal."""
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} {answer.text[:120]}")
    return answer


def report(seen: Seen, seconds: float) -> None:
    """Print what people saw."""
    everything = [t for taken in seen.taken.values() for t in taken]
    rows = [(name, *row_of(taken)) for name, taken in sorted(seen.taken.items())] + [("all", *row_of(everything))]
    table("the mix of work", ("act", "count", "p50 ms", "p95 ms", "worst ms"), rows)
    print(f"{len(everything) / seconds:.0f} acts a second, {sum(seen.errors.values())} errors")
    for what, count in seen.errors.most_common(8):
        print(f"  {count} x {what}")
    print(flush=True)


def row_of(taken: list[float]) -> tuple[str, ...]:
    """Count, median, 95th percentile and worst, in milliseconds."""
    ordered = sorted(taken)
    shown = (statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])
    return (str(len(ordered)), *(f"{value * 1000:.0f}" for value in shown))


async def announced(server: Server, people: list[Person], shared: dict[str, Any]) -> None:
    """Everybody has one case open; an officer changes it; how long until each page has it."""
    for one in people:
        one.about["case"] = shared["case"]
        await workspace(one)
    until_middle, until_last = [], []
    headers = {"origin": server.url, "cookie": shared["cookie"]}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as officer:
        for n in range(ANNOUNCEMENTS):
            waits = [asyncio.create_task(told(one.tab)) for one in people]
            await asyncio.sleep(0.2)
            await change(officer, shared, n)
            answered = time.perf_counter()
            arrived = sorted(await asyncio.gather(*waits))
            until_middle.append((statistics.median(arrived) - answered) * 1000)
            until_last.append((arrived[-1] - answered) * 1000)
            await asyncio.sleep(1)
    rows = [
        (name, f"{statistics.median(taken):.0f}", f"{max(taken):.0f}")
        for name, taken in (("middle page", until_middle), ("last page", until_last))
    ]
    table(f"a change seen by {len(people)} open pages", ("after the command answered", "median ms", "worst"), rows)


async def told(tab: Attacker) -> float:
    """When the page was told something of the case."""
    del tab.updates[:]
    await tab.until(lambda: any(CASE in (u.get("delta") or {}) for u in tab.updates))
    return time.perf_counter()


async def change(officer: httpx.AsyncClient, shared: dict[str, Any], n: int) -> None:
    """A small change of a case: the answer to one line of a checklist."""
    lines = [{"line": shared["line"], "result": "ok", "note": f"第{n + 1}次查看"}]
    args = {"case_id": shared["case"], "assignment_id": shared["assignment"], "lines": lines}
    fine(await officer.post("/api/commands/AnswerChecklist", json={"args": args}))


async def rates(server: Server, world: dict[str, Any]) -> list[tuple[str, float]]:
    """Events a second of ours, asked for without pause."""
    officers = [p["cookie"] for p in world["people"] if p["role"] == "officer"]
    cookies = [officers[n % len(officers)] for n in range(CLOSED_LOOP)]
    names, wishes = itertools.cycle(("materials", "overview")), itertools.cycle(("daily", "at_once"))
    path = f"/cases/{world['shared']['case']}"
    shown = await closed_loop(
        server.url, cookies, CASE, lambda n: ("show", {"panel": next(names)}), first=f"{CASE}.load", path=path
    )
    commands = await closed_loop(
        server.url, cookies, STANDING, lambda n: ("choose_wish", {"channel": "mail", "wish": next(wishes)})
    )
    return [("guarded event: another panel", shown), ("guarded event with a command that commits", commands)]


async def closed_loop(
    url: str,
    cookies: list[str],
    state: str,
    make: Callable[[int], tuple[str, dict[str, Any]]],
    first: str = "",
    path: str = "/",
) -> float:
    """Events a second when each page sends the next as soon as the last is answered."""
    done = 0

    async def one(cookie: str) -> None:
        nonlocal done
        async with Attacker(url, cookie=cookie) as tab:
            await ask(tab, HYDRATE, {}, path, "reflex___state____state")
            if first:
                await ask(tab, first, {}, path, state)
            await ready.wait()
            while time.perf_counter() < until:
                name, payload = make(done)
                await ask(tab, f"{state}.{name}", payload, path, state)
                done += 1

    ready = asyncio.Barrier(len(cookies) + 1)
    until = float("inf")
    tasks = [asyncio.create_task(one(cookie)) for cookie in cookies]
    await ready.wait()
    begun, until = time.perf_counter(), time.perf_counter() + CLOSED_SECONDS
    await asyncio.gather(*tasks)
    return done / (time.perf_counter() - begun)


def memory_mb(pid: int) -> float:
    """Memory that the server's processes alone hold (PSS), in MB."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    total = 0
    for process in (str(pid), *children):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


if __name__ == "__main__":
    main()
