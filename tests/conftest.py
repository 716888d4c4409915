"""Settings of every test: properties are judged by what they find, never by how fast the machine is.

With several workers (pytest-xdist) a module stays in one of them, for what its tests share; the long ones come first,
so that nobody waits for the last; and the workers share the worlds they have played (`commands/snapshots.py`).
"""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

from tests.commands.snapshots import SHARED

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

LONG_FIRST = ("tests/web/", "tests/hostile/", "tests/contracts/", "tests/cli/", "tests/commands/", "tests/api/")


def pytest_configure(config: pytest.Config) -> None:
    """A folder for the played worlds of this run, which its workers inherit."""
    if hasattr(config, "workerinput"):
        return
    os.environ[SHARED] = folder = tempfile.mkdtemp(prefix="worlds-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules whole and long ones first; a group of several modules stands where its first one does."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_module(item)))
    items.sort(key=_place)


def _module(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _place(item: pytest.Item) -> int:
    return next((n for n, folder in enumerate(LONG_FIRST) if item.nodeid.startswith(folder)), len(LONG_FIRST))
