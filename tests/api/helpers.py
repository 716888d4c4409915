"""The people of a world at their browsers: every request with the world's time and a session of its own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from jointreview.api.app import build_api
from jointreview.api.gate import COOKIE, FrontGate
from jointreview.models import base
from jointreview.models.identity import LoginSession
from jointreview.settings import settings
from tests.commands.world import World, fresh_database

HOST = "http://127.0.0.1:8000"


class Browsers:
    """HTTP as somebody: `browsers.get("clerk", path)`. A fault of the program raises instead of answering 500."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self._patch = patch
        self._secrets: dict[tuple[str, str], str] = {}
        self._client = TestClient(FrontGate(build_api()), base_url=HOST, follow_redirects=False)

    def ask(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; `who` is a login of the world, "" for somebody who is not signed in."""
        self.on_time()
        headers = dict(options.pop("headers", {}))
        if who:
            headers["cookie"] = f"{COOKIE}={self.secret(who)}"
        return self._client.request(method, path, headers=headers, **options)

    def get(self, who: str, path: str, **options: Any) -> httpx.Response:
        return self.ask(who, "GET", path, **options)

    def put(self, who: str, path: str, **options: Any) -> httpx.Response:
        return self.ask(who, "PUT", path, **options)

    def send(self, who: str, name: str, args: dict[str, Any] | None = None, **order: Any) -> httpx.Response:
        """Run a command through its route."""
        return self.ask(who, "POST", f"/api/commands/{name}", json={"args": args or {}, **order})

    def upload(self, who: str, name: str, content: Any, **options: Any) -> httpx.Response:
        """Send a file."""
        return self.put(who, "/api/uploads", params={"name": name}, content=content, **options)

    def on_time(self) -> None:
        """Let the server's clock show the world's time."""
        self._patch.setenv("JOINTREVIEW_NOW", self.world.now.isoformat())
        settings.cache_clear()

    def secret(self, who: str) -> str:
        """A session of the person begun at the world's time."""
        key = (who, self.world.now.isoformat())
        if key not in self._secrets:
            actor = self.world.actors[who]
            self._secrets[key] = secrets.token_urlsafe(16)
            with base.writing() as session:
                session.add(
                    LoginSession(
                        digest=hashlib.sha256(self._secrets[key].encode()).hexdigest(),
                        account_id=actor.account_id,
                        post_id=actor.post_id,
                        created_at=self.world.now,
                        seen_at=self.world.now,
                        expires_at=self.world.now + timedelta(hours=12),
                    )
                )
        return self._secrets[key]


@contextmanager
def open_house(folder: Path) -> Iterator[Browsers]:
    """A populated world with everything it keeps below `folder`, and browsers to reach it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOINTREVIEW_DATA_DIR", str(folder / "data"))
        with fresh_database(f"sqlite:///{folder}/test.db", folder / "uploads"):
            browsers = Browsers(World().populate(), patch, folder)
            browsers.on_time()
            yield browsers


def problem_keys(answer: httpx.Response) -> list[str]:
    """The text keys of the problems of a refusal."""
    return [problem["key"] for problem in answer.json()["problems"]]


def problem_texts(answer: httpx.Response) -> list[str]:
    """What a person reads of a refusal."""
    return [problem["text"] for problem in answer.json()["problems"]]


def kept_files(house: Browsers) -> list[Path]:
    """Every file in the document store of the house, finished or not."""
    return [path for path in (house.folder / "uploads").rglob("*") if path.is_file()]
