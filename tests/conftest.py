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

# The browser's stories take one worker from beginning to end; the other does all the rest meanwhile.
LONG_FIRST = ("tests/web/", "tests/hostile/", "tests/contracts/", "tests/cli/", "tests/commands/", "tests/api/")


# Tests ask as fast as they can and sign the same people in again and again; limits have tests of their own.
for _limit in ("API_CALLS_PER_MINUTE", "SESSIONS_AT_ONCE"):
    os.environ.setdefault(f"JOINTREVIEW_{_limit}", "0")


def pytest_configure(config: pytest.Config) -> None:
    """A folder for the played worlds of this run, which its workers inherit."""
    if hasattr(config, "workerinput"):
        return
    os.environ[SHARED] = folder = tempfile.mkdtemp(prefix="worlds-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


TOGETHER = (
    # One running product at a time: two browsers beside each other are slow enough to lose a drop.
    (
        "web",
        ("tests/web/", "tests/hostile/test_events.py", "tests/hostile/test_front_gate.py", "tests/cli/test_start.py"),
    ),
    # One server of PostgreSQL at a time on a machine.
    (
        "databases",
        (
            "tests/contracts/test_database.py",
            "tests/contracts/test_trip_locks.py",
            "tests/faults/test_profile_faults.py",
        ),
    ),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long modules first."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((n for n, folder in enumerate(LONG_FIRST) if item.nodeid.startswith(folder)), len(LONG_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Modules whole, and those of TOGETHER in one worker. (Marks of xdist_group do nothing under pytest 9.)"""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return next((name for name, modules in TOGETHER if module.startswith(modules)), module)

    return ByModule(config, log)
