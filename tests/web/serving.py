"""The running product for tests: own port, database and document store, accounts made by its own code."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from jointreview.cli._frontend import ensure_build, serving_environment
from jointreview.settings import ROOT
from tests.web.runner import run

PASSWORD = "Right-Password-1"
START_SECONDS = 60
DATABASE = "jointreview.db"


@dataclass
class Server:
    """A server process with its own data; `url` has no slash at its end."""

    url: str
    port: int
    folder: Path
    environment: dict[str, str]
    accounts: dict[str, int] = field(default_factory=dict)

    def start_process(self) -> subprocess.Popen:
        """Start the server's process and wait until it answers."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--workers", "1"),
            *(("--respawn-failed-workers",) if "JOINTREVIEW_REDIS_URL" in self.environment else ()),
            *("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"),
            *("--workers-kill-timeout", "10"),
            "jointreview.jointreview:app",
        ]
        with (self.folder / "server.log").open("a") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        _wait_until_ready(self, process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """End the server and its worker by signal 9, as when the machine loses its power."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        for pid in children:
            os.kill(int(pid), signal.SIGKILL)
        process.wait(timeout=30)

    def run(self, code: str, *args: Any) -> Any:
        """Run Python in the server's environment; `args` arrive as the list `args`, `result` comes back."""
        return run(code, self.environment, args)

    def account(self, login: str, role: str = "applicant", *, unit: str = "", title: str = "", name: str = "") -> int:
        """The account of that login, made at first use with PASSWORD; answers its id."""
        if login not in self.accounts:
            self.accounts[login] = self.run(
                "from jointreview.commands.identity import add_account\n"
                "result = add_account(args[0], args[1], args[2], args[3], unit=args[4], title=args[5])",
                *(login, name or f"Person {login}", role, PASSWORD, unit, title),
            )
        return self.accounts[login]

    @contextmanager
    def client(self, login: str = "") -> Iterator[httpx.Client]:
        """An HTTP client, signed in when a login is given."""
        with httpx.Client(base_url=self.url, headers={"origin": self.url}, timeout=30) as client:
            if login:
                answer = client.post("/signin", data={"login": login, "password": PASSWORD, "next": "/"})
                assert answer.status_code == 303, answer.text
            yield client

    def cookie(self, login: str) -> str:
        """The Cookie header of a fresh session."""
        with self.client(login) as client:
            return f"jr_session={client.cookies['jr_session']}"

    def log(self) -> str:
        """What the server has written so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def table_counts(self) -> dict[str, int]:
        """How many rows each table has, without sessions and sign-in records."""
        with closing(sqlite3.connect(self.folder / "data" / "jointreview.db")) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            left = ("loginsession", "audit", "ledger", "document_read")
            counted = [name for name in names if name not in left]
            return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in counted}


def start(folder: Path, *, before: str = "", **settings: str) -> tuple[Server, subprocess.Popen]:
    """Start a server on a free port; `settings` are JOINTREVIEW_ options in lower case.

    `before` is Python run on the fresh database while nothing else works on it: the sweep of a server that stands at
    a later time would act on cases that are still being played.
    """
    server = prepared(folder, **settings)
    if before:
        server.run(before)
    return server, server.start_process()


def prepared(folder: Path, **settings: str) -> Server:
    """A server not yet started, with an empty database."""
    build = ensure_build()
    port = _free_port()
    options = {
        "data_dir": str(folder / "data"),
        "uploads_dir": str(folder / "uploads"),
        "host": "127.0.0.1",
        "port": str(port),
        "mode": "demo",
        **settings,
    }
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JOINTREVIEW_")}
    environment |= {f"JOINTREVIEW_{key.upper()}": value for key, value in options.items()}
    environment |= serving_environment(build) | {"PYTHONPATH": str(ROOT)}
    (folder / "uploads").mkdir()
    server = Server(f"http://127.0.0.1:{port}", port, folder, environment)
    _empty_database(server)
    return server


_migrated: list[Path] = []


def _empty_database(server: Server) -> None:
    """The present tables without a row: migrated for the first server of a run, a copy for the others."""
    data = server.folder / "data"
    if _migrated and "JOINTREVIEW_DATABASE_URL" not in server.environment:
        data.mkdir()
        shutil.copyfile(_migrated[0], data / DATABASE)
        return
    server.run("from jointreview.cli.setup_db import migrate\nmigrate()")
    if (data / DATABASE).exists():
        kept = Path(tempfile.mkdtemp(prefix="migrated-")) / DATABASE
        atexit.register(shutil.rmtree, kept.parent, ignore_errors=True)
        with closing(sqlite3.connect(data / DATABASE)) as made, closing(sqlite3.connect(kept)) as copy:
            made.backup(copy)
        _migrated.append(kept)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(server: Server, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, server.log()
        try:
            if httpx.get(f"{server.url}/ping", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {server.log()}")
