"""Making previews in a process of its own, with a clock, a ceiling of memory and nothing of the server's secrets."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from jointreview.preview import limits
from jointreview.settings import ROOT

_log = logging.getLogger(__name__)
_lock = Lock()
_running: set[subprocess.Popen[bytes]] = set()
_MOST_SAID = 20_000


def work(way: str, order: list[str], folder: Path) -> dict[str, Any]:
    """Run the worker with an order; `folder` is its home, and all it writes goes there.

    Answers what it found, or `{"problem": key}`; never raises for what a file contains.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "jointreview.preview.worker", way, *order],
        cwd=ROOT,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with _lock:
        _running.add(process)
    try:
        said, _ = process.communicate(timeout=limits.SECONDS[way])
    except subprocess.TimeoutExpired:
        _kill(process)
        process.communicate()
        return {"problem": "preview.too_slow"}
    finally:
        with _lock:
            _running.discard(process)
    return _understood(way, process.returncode, said)


def _understood(way: str, code: int, said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said[:_MOST_SAID]) if said else {}
    except ValueError:
        found = {}
    if "fault" in found:
        _log.warning("a preview (%s) failed: %s", way, found.pop("fault"))
    if not found:
        # Killed for its memory, or by the clock that the kernel keeps.
        key = "preview.too_slow" if code == -signal.SIGXCPU else "preview.too_much"
        return {"problem": key}
    return dict(found)


def end_all() -> None:
    """End what still runs: the server stops."""
    with _lock:
        running = list(_running)
    for process in running:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
