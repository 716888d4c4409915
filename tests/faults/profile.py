"""The production profile in small: PostgreSQL, a Redis of its own, two hosts with one worker each."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import create_engine, text

from jointreview.demo.cast import DEMO_PASSWORD
from tests.web.job.hall import MOMENT
from tests.web.serving import Server, prepared

_PLAY = """
from jointreview.demo import story
from jointreview.demo.people import stage_with_people
stage = stage_with_people()
result = story.accepted(stage, next(e[0] for e in story.STORIES if e[0].who == 'applicant'))
"""
_COUNTED = """
from collections import Counter
from sqlmodel import col, select
from jointreview.commands.audit import verify_chains
from jointreview.models.base import reading
from jointreview.models.event import Event, Notification
from jointreview.models.review import Gap
with reading() as db:
    report = verify_chains(db)
    seqs = sorted(db.exec(select(Event.seq).where(Event.case_id == args[0])).all())
    gaps = [gap.wanted for gap in db.exec(select(Gap).where(Gap.case_id == args[0])).all()]
    rows = db.exec(select(Notification.account_id, Notification.key, Notification.params, Notification.case_id)).all()
    said = Counter((a, k, repr(sorted(p.items())), c) for a, k, p, c in rows)
result = {'faults': [str(f) for f in report.faults], 'gaps': len(gaps), 'doubled': len(gaps) - len(set(gaps)),
          'whole': seqs == list(range(1, len(seqs) + 1)), 'events': len(seqs),
          'twice': [k[1] for k, n in said.items() if n > 1], 'notices': len(rows)}
"""
_ASSIGNMENT = """
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.commands.facts import load_facts
with reading() as db:
    facts = load_facts(db, db.get(Case, args[0]))
result = next(a.id for a in facts.assignments if a.unit == args[1] and a.open_round_kind)
"""
PATIENCE = 90.0


class Redis:
    """A server of Redis that keeps nothing on disk, as deploy/ sets it up."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(self.folder))
        command = ["redis-server", "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
                asked.sendall(b"PING\r\n")
                return asked.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)


@dataclass
class Host:
    """One host of the product."""

    server: Server
    process: subprocess.Popen
    killed_at: float = 0.0

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def kill_worker(self) -> int:
        """End the worker by signal 9; its server begins another.

        A worker that ends twice within six seconds is hopeless to the server, which then ends itself.
        """
        until(lambda: time.monotonic() - self.killed_at > 6 and bool(self.workers()))
        pid, self.killed_at = self.workers()[0], time.monotonic()
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(pid)], check=True)
        return pid


@dataclass
class Profile:
    """Both hosts, what they share, and a case that is being read by its departments."""

    hosts: list[Host]
    redis: Redis
    admin_url: str
    database: str
    case_id: int
    cookies: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        return self.hosts[0].server

    def counted(self) -> dict[str, Any]:
        """What the database holds of the case, walked and counted."""
        return self.server.run(_COUNTED, self.case_id)

    def cookie(self, login: str) -> str:
        """A session of somebody, which is good on both hosts."""
        if login not in self.cookies:
            self.cookies[login] = f"jr_session={self._signed_in(login)}"
        return self.cookies[login]

    def _signed_in(self, login: str) -> str:
        with httpx.Client(base_url=self.server.url, headers={"origin": self.server.url}, timeout=30) as client:
            form = {"login": login, "password": DEMO_PASSWORD, "next": "/"}
            assert client.post("/signin", data=form).status_code == 303
            return str(client.cookies["jr_session"])

    def assignment(self, unit: str) -> int:
        if unit not in self.numbers:
            self.numbers[unit] = self.server.run(_ASSIGNMENT, self.case_id, unit)
        return self.numbers[unit]

    def insist(self, host: int, login: str, name: str, key: str, **args: Any) -> int:
        """A command with its key, sent again until somebody answers; answers how often it was sent.

        Every other try goes to the other host, as behind a proxy.
        """
        deadline, tries = time.monotonic() + PATIENCE, 0
        while time.monotonic() < deadline:
            url = self.hosts[(host + tries) % 2].server.url
            tries += 1
            try:
                answer = httpx.post(
                    f"{url}/api/commands/{name}",
                    json={"args": {"case_id": self.case_id, **args}, "idempotency_key": key},
                    headers={"origin": url, "cookie": self.cookie(login)},
                    timeout=20,
                )
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                return tries
            assert answer.status_code >= 500, (name, answer.status_code, answer.text)
        raise AssertionError(f"{name} was never answered")

    def record_gaps(self, keys: list[str]) -> int:
        """Note a gap for each key, four at once on both hosts; answers how many requests were sent."""
        ways = [("fire", self.assignment("fire")), ("quality", self.assignment("quality"))]

        def one(n: int) -> int:
            login, number = ways[n % 2]
            gap = {
                "kind": "field",
                "subject": "S2.address",
                "rule": "消防验收资料要点",
                "wanted": f"请补充资料 {keys[n]}",
            }
            return self.insist(n % 2, login, "RecordGap", keys[n], assignment_id=number, **gap)

        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(one, range(len(keys))))

    def cut_connections(self) -> int:
        """End every connection of the product to the database; answers how many there were."""
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid), state FROM pg_stat_activity"
                    " WHERE datname = :name AND pid <> pg_backend_pid()"
                ),
                {"name": self.database},
            ).all()
        engine.dispose()
        return len(rows)


@contextmanager
def open_profile(folder: Path, socket_folder: str) -> Iterator[Profile]:
    """Start everything and play the case."""
    name, place = "faults", quote(socket_folder, safe="")
    admin = f"postgresql+psycopg://postgres@/postgres?host={place}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    redis, hosts, started = Redis(folder), [], []
    try:
        for n in range(2):
            (folder / f"host{n}").mkdir()
            server = prepared(
                folder / f"host{n}",
                database_url=f"postgresql+psycopg://postgres@/{name}?host={place}",
                redis_url=redis.url,
                now=MOMENT,
            )
            server.environment["JOINTREVIEW_UPLOADS_DIR"] = str(folder / "host0" / "uploads")
            hosts.append(server)
        case_id = hosts[0].run(_PLAY)
        with ThreadPoolExecutor(2) as pool:
            started = list(pool.map(lambda server: Host(server, server.start_process()), hosts))
        yield Profile(started, redis, admin, name, case_id)
    finally:
        for host in started:
            host.process.terminate()
        for host in started:
            host.process.wait(timeout=30)
        redis.stop()
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


def until(happened: Any, patience: float = PATIENCE) -> None:
    """Wait for a state; raises AssertionError when it never comes."""
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
