"""A populated world on a fresh SQLite database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()
