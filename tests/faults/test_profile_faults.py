"""Parts of the production profile are killed while people work: afterwards nothing is lost, doubled or broken."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest
import socketio

from tests.contracts.databases import postgresql_server
from tests.faults.profile import Profile, open_profile, until
from tests.hostile.attacker import Attacker

__all__ = ["postgresql_server"]
LEADER = "from jointreview.jobs.leader import holder_now\nfound = holder_now()\nresult = found[0] if found else ''"
CASE = "reflex___state____state.jointreview___ui___pages___case___state____case_state"
LOAD = "reflex___state____state.hydrate_and_load"


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[Profile]:
    with open_profile(tmp_path_factory.mktemp("profile"), postgresql_server) as running:
        yield running


def shown(page: Attacker) -> bool:
    """Whether the page of a case has been loaded into the tab."""
    return page.told().get(CASE, {}).get("status_rx_state_") == "ready"


def keys(count: int) -> list[str]:
    return [uuid.uuid4().hex for _ in range(count)]


def sound(profile: Profile, gaps: int, sent: int, what: str) -> None:
    """Assert that everything asked for is there once, and tell what was done."""
    now = profile.counted()
    print(f"{what}: {sent} requests, {now['gaps']} gaps, {now['events']} events, {now['notices']} notices")
    assert (now["gaps"], now["doubled"]) == (gaps, 0)
    assert (now["faults"], now["whole"], now["twice"]) == ([], True, [])


async def test_a_deed_on_one_host_is_seen_at_once_by_a_page_of_the_other(profile: Profile) -> None:
    path, cookie = f"/cases/{profile.case_id}", profile.cookie("fire")
    async with Attacker(profile.hosts[1].server.url, cookie) as page:
        await page.send(LOAD, pathname=path)
        await page.until(lambda: shown(page))
        page.updates.clear()
        before = profile.counted()["gaps"]
        await asyncio.to_thread(profile.record_gaps, keys(1))
        await page.until(lambda: "请补充资料" in str(page.updates))
    assert profile.counted()["gaps"] == before + 1


async def test_a_token_of_somebody_elses_tab_is_worth_nothing_on_the_other_host(profile: Profile) -> None:
    path, token = f"/cases/{profile.case_id}", str(uuid.uuid4())
    async with Attacker(profile.hosts[0].server.url, profile.cookie("fire"), token) as page:
        await page.send(LOAD, pathname=path)
        await page.until(lambda: shown(page))
        assert "请补充资料" in str(page.told())
    async with Attacker(profile.hosts[1].server.url, profile.cookie("coldchain"), token) as thief:
        # From Redis this handler gets its own part of the page alone: the rest must be emptied all the same.
        await thief.send("reflex___state____state.jointreview___ui___pages___account____account_state.load")
        told = await thief.snapshot()
    assert "请补充资料" not in str(told) and not shown(thief)


def test_two_hosts_on_one_case_lose_and_double_nothing(profile: Profile) -> None:
    before = profile.counted()["gaps"]
    sent = profile.record_gaps(keys(16))
    sound(profile, before + 16, sent, "two hosts")


def test_a_worker_killed_while_commands_run_loses_nothing(profile: Profile) -> None:
    before, killed = profile.counted()["gaps"], []
    first = profile.record_gaps(keys(1))  # knows its way
    killer = threading.Thread(target=lambda: killed.append(profile.hosts[0].kill_worker()))
    killer.start()
    sent = first + profile.record_gaps(keys(20))
    killer.join()
    sound(profile, before + 21, sent, f"worker {killed} killed")


def test_connections_to_the_database_cut_while_commands_run_lose_nothing(profile: Profile) -> None:
    before, cut, done = profile.counted()["gaps"], [], threading.Event()

    def cutting() -> None:
        while not done.is_set() and len(cut) < 6:
            cut.append(profile.cut_connections())
            done.wait(0.25)

    cutter = threading.Thread(target=cutting)
    cutter.start()
    try:
        sent = profile.record_gaps(keys(16))
    finally:
        done.set()
        cutter.join()
    sound(profile, before + 16, sent, f"{sum(cut)} connections cut")


def test_another_worker_leads_when_the_leader_was_killed(profile: Profile) -> None:
    until(lambda: bool(profile.server.run(LEADER)))
    first = profile.server.run(LEADER)
    led = next(h for h in profile.hosts if first.split(":")[1] in map(str, h.workers()))
    began = time.monotonic()
    led.kill_worker()
    until(lambda: profile.server.run(LEADER) not in ("", first))
    print(f"{first} was killed, {profile.server.run(LEADER)} leads after {time.monotonic() - began:.1f} s")
    until(lambda: all(h.workers() for h in profile.hosts))


async def test_after_redis_came_back_empty_pages_load_again_and_show_what_happened(profile: Profile) -> None:
    path, cookie, url = f"/cases/{profile.case_id}", profile.cookie("fire"), profile.hosts[1].server.url
    await asyncio.to_thread(until, lambda: ready(url))
    before = profile.counted()["gaps"]
    async with Attacker(url, cookie) as page:
        await page.send(LOAD, pathname=path)
        await page.until(lambda: shown(page))
        left = asyncio.Event()
        page._client.on("disconnect", lambda *_: left.set(), namespace="/_event")
        profile.redis.stop()
        sent = await asyncio.to_thread(profile.record_gaps, keys(6))
        profile.redis.start()
        async with asyncio.timeout(60):  # the page is told to connect anew, and does
            await left.wait()
    await asyncio.to_thread(until, lambda: ready(url))
    async with Attacker(url, cookie) as page:
        await page.send(LOAD, pathname=path)
        await page.until(lambda: shown(page))
        page.updates.clear()
        sent += await asyncio.to_thread(profile.record_gaps, keys(1))
        await page.until(lambda: "请补充资料" in str(page.updates))
    sound(profile, before + 7, sent, "Redis restarted")


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


async def test_a_session_ended_on_one_host_is_over_on_the_other(profile: Profile) -> None:
    cookie = f"jr_session={profile._signed_in('clerk')}"
    urls = [host.server.url for host in profile.hosts]
    await asyncio.to_thread(until, lambda: all(map(ready, urls)))
    for url in urls:
        assert httpx.get(f"{url}/account/", headers={"cookie": cookie, "accept": "text/html"}).status_code == 200
    httpx.post(f"{urls[0]}/signout", headers={"cookie": cookie, "origin": urls[0]})
    await asyncio.to_thread(
        until, lambda: httpx.get(f"{urls[1]}/account/", headers={"cookie": cookie}).status_code == 401, 10
    )
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with Attacker(urls[1], cookie):
            pass


def test_who_looks_up_too_often_is_counted_by_both_hosts_together(profile: Profile) -> None:
    urls = [host.server.url for host in profile.hosts]
    until(lambda: all(map(ready, urls)))
    asked = {"number": "no number", "code": "no code"}
    answers = [
        httpx.post(f"{urls[n % 2]}/progress", data=asked, headers={"origin": urls[n % 2]}).status_code
        for n in range(24)
    ]
    assert (answers.count(404), answers.count(429)) == (20, 4)
