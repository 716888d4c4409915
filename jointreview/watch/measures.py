"""Measures for Prometheus, counted over all worker processes.

Labels are names of the program: routes, classes, commands. None holds what a person entered.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder where the processes of one server keep their counts."""
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_OF_A_PROCESS = re.compile(r"_live\w*_(\d+)\.db$")

REQUESTS = Counter("jointreview_requests", "HTTP requests", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("jointreview_request_seconds", "Time to an answer", ["route"], buckets=_SECONDS)
EVENT_SECONDS = Histogram("jointreview_event_seconds", "Time of events of pages", ["handler"], buckets=_SECONDS)
COMMANDS = Counter("jointreview_commands", "Commands by name and what came of them", ["command", "outcome"])
OPEN_PAGES = Gauge("jointreview_open_pages", "Tabs connected", multiprocess_mode="livesum")
LEADS = Gauge("jointreview_leading_workers", "Workers that do the jobs: 1", multiprocess_mode="livesum")


def prepare(folder: Path) -> dict[str, str]:
    """The environment in which the processes of a server count together; counts of an earlier server go."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink(missing_ok=True)
    return {FOLDER: str(folder)}


def forget_dead() -> None:
    """Take out what workers held that are no more; what they counted stays counted."""
    if not (folder := os.environ.get(FOLDER)):
        return
    for file in Path(folder).glob("gauge_live*.db"):
        found = _OF_A_PROCESS.search(file.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            file.unlink(missing_ok=True)


def exposition(*more: Collector) -> bytes:
    """Everything in the text format; `more` are collectors that read what is now."""
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    else:
        registry = REGISTRY
    now = CollectorRegistry()
    for collector in more:
        now.register(collector)
    return generate_latest(registry) + generate_latest(now)
