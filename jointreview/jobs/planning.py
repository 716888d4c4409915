"""Works off planning runs, one at a time, each in a process of its own: live pages never wait for the solver."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sys
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from jointreview.commands.executor import execute
from jointreview.commands.plan_runs import NoteProgress
from jointreview.domain.problems import Refused
from jointreview.jobs.leader import leading
from jointreview.jobs.plan_reasons import reasons
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading
from jointreview.models.trip import PlanRun
from jointreview.settings import ROOT, settings

LOOK_EVERY = 1.0
"""Seconds between looks for a new run, and between two signs of life of a running one."""
GRACE = 60.0
"""Seconds a search may take longer than it was given before it is ended by force."""
WAITED_FOR = timedelta(hours=1)
"""So long after a plan was asked for, a search that was interrupted is begun again; later nobody waits for it."""
_LINE = 1 << 22
_log = logging.getLogger(__name__)


async def plan_trips() -> None:
    """For the life of the server, in the worker that leads: take the oldest queued run and see it through."""
    came_to_lead = True
    while True:
        try:
            if leading():
                if came_to_lead:
                    await asyncio.to_thread(take_up_interrupted)
                came_to_lead = False
                run_id = await asyncio.to_thread(next_run)
                if run_id is not None:
                    await work_off(run_id)
            else:
                came_to_lead = True
        except Exception:
            _log.exception("planning failed and is tried again")
        await asyncio.sleep(LOOK_EVERY)


def take_up_interrupted() -> None:
    """A run that was going when its worker ended has no process any more: it begins anew while somebody waits."""
    now = settings().current_time()
    with reading() as session:
        rows = session.exec(select(PlanRun).where(PlanRun.status == "running")).all()
    for run in rows:
        if now - run.asked_at < WAITED_FOR:
            _note(run.id or 0, status="queued")
        else:
            _note(run.id or 0, status="failed", fault="trips.plan_interrupted")


def next_run() -> int | None:
    """The oldest run that waits."""
    with reading() as session:
        return session.exec(select(PlanRun.id).where(PlanRun.status == "queued").order_by(col(PlanRun.id))).first()


async def work_off(run_id: int) -> None:
    """Search until the time is over, somebody stops it, or nothing better can exist; the answer is kept."""
    with reading() as session:
        run = session.get_one(PlanRun, run_id)
    if not await asyncio.to_thread(_note, run_id, status="running"):
        return
    try:
        await _search(run)
    except Exception:
        _log.exception("plan %s ended before its search did", run_id)
        await asyncio.to_thread(_note, run_id, status="failed", fault="trips.plan_failed")


async def _search(run: PlanRun) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jointreview", "plan", "-", "--json", "--progress"),
        *("--seconds", str(run.seconds), "--lang", "zh"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=_LINE,
    )
    try:
        await _see_through(run, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _see_through(run: PlanRun, process: asyncio.subprocess.Process) -> None:
    heard: list[dict[str, Any]] = []
    words: list[str] = []
    assert process.stdin and process.stdout and process.stderr and run.id is not None
    process.stdin.write(json.dumps(run.question).encode())
    process.stdin.close()
    answer = asyncio.create_task(process.stdout.read())
    listener = asyncio.create_task(_listen(process.stderr, heard, words))
    watch = asyncio.create_task(_watch(run, process, heard))
    try:
        async with asyncio.timeout(run.seconds + GRACE):
            text = await answer
            await listener
            await process.wait()
    except TimeoutError:
        await asyncio.to_thread(_note, run.id, status="failed", fault="trips.plan_too_slow")
        return
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
    found = _plan_in(text)
    if found is not None:  # whole, whatever the process met with afterwards, such as a late wish to stop
        last = heard[-1] if heard else {}
        await asyncio.to_thread(_note, run.id, status="done", answer=found, progress=last)
    else:
        _log.warning("plan %s ended with %s: %s", run.id, process.returncode, " / ".join(words)[:300])
        fault, why = await asyncio.to_thread(reasons, run.question)
        told = {"faults": [{"key": p.key, "params": dict(p.params)} for p in why]}
        await asyncio.to_thread(_note, run.id, status="failed", fault=fault, answer=told)


def _plan_in(text: bytes) -> dict[str, Any] | None:
    """The plan that was printed; None when it was not, or is none."""
    try:
        answer: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return answer if answer["status"] != "infeasible-input" else None


async def _listen(stream: asyncio.StreamReader, heard: list[dict[str, Any]], words: list[str]) -> None:
    async for line in stream:
        try:
            heard.append(json.loads(line))
        except ValueError:
            words.append(line.decode(errors="replace").strip())


async def _watch(run: PlanRun, process: asyncio.subprocess.Process, heard: list[dict[str, Any]]) -> None:
    """Pass progress on, at most once a second, and the wish to stop."""
    told, stopped = 0, False
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if len(heard) > told:
            told = len(heard)
            await asyncio.to_thread(_note, run.id or 0, status="running", progress=heard[-1])
        # Before the search has said anything it may not be ready to be stopped: the signal would end the process.
        if heard and not stopped and await asyncio.to_thread(_stop_asked, run.id or 0):
            stopped = True
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)


def _stop_asked(run_id: int) -> bool:
    with reading() as session:
        run = session.get(PlanRun, run_id)
        return run is not None and run.stop_asked


def _note(run_id: int, **said: Any) -> bool:
    try:
        execute(SYSTEM, NoteProgress(run_id=run_id, **said))
    except Refused as refusal:
        _log.warning("progress of plan %s was refused: %s", run_id, [p.key for p in refusal.problems])
        return False
    return True
