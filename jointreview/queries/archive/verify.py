"""Whether a bag of a case is whole: its files, the list of its documents, and the chain of its events."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointreview.commands.executor import event_hash
from jointreview.models.event import Event
from jointreview.storage.bag import faults, opened


@dataclass(frozen=True)
class Verified:
    """What was looked at, and every fault: (text key, parameters)."""

    number: str
    files: int
    events: int
    faults: tuple[tuple[str, dict[str, Any]], ...]


def verify(path: Path) -> Verified:
    """Check a bag in a folder or a zip. Raises Refused for what is none."""
    with contextmanager(opened)(path) as folder:
        found: list[tuple[str, dict[str, Any]]] = [("archive.bag_fault", {"why": why}) for why in faults(folder)]
        try:
            files = _read(folder, "files.json")
            cases, events = _read(folder, "records/case.json"), _read(folder, "records/event.json")
        except (OSError, ValueError):
            return Verified("", 0, 0, (*found, ("archive.not_ours", {})))
        listed = _manifest(folder)
        found += [
            ("archive.file_differs", {"path": one["path"]})
            for one in files
            if listed.get(one["path"]) != one["sha256"]
        ]
        found += _chain_faults(events, int(cases[0]["version"]))
        return Verified(str(cases[0]["number"]), len(files), len(events), tuple(found))


def _read(folder: Path, path: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads((folder / "data" / path).read_text(encoding="utf-8"))
    return content


def _manifest(folder: Path) -> dict[str, str]:
    lines = (folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def _chain_faults(rows: list[dict[str, Any]], version: int) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    previous = ""
    for n, row in enumerate(sorted(rows, key=lambda r: r["seq"]), start=1):
        event = Event.model_validate(row)
        if event.seq != n:
            found.append(("archive.event_missing", {"seq": n}))
            break
        if event.previous_hash != previous or event_hash(event) != event.hash:
            found.append(("archive.event_changed", {"seq": n}))
        previous = event.hash
    if not found and len(rows) != version:
        found.append(("archive.end_missing", {"seq": version}))
    return found
