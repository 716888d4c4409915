"""Whether a backup is whole: every part is there, as long as it was and with its digest, and the database opens."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.jobs.backup.database import fault_of
from jointreview.jobs.backup.manifest import Manifest, Part, read_contents, read_manifest
from jointreview.jobs.backup.places import Source, chunks_of, content_name, source_at


@dataclass
class Checked:
    """One backup and what is wrong with it."""

    source: Source
    stamp: str
    manifest: Manifest
    faults: list[Problem] = field(default_factory=list)


def check_backup(place: Path, stamp: str = "") -> Checked:
    """Read all of one backup, the newest where none is named, without restoring anything.

    Raises Refused where there is no backup, or its manifest is not what was written.
    """
    source = source_at(place)
    if stamp and stamp not in source.stamps():
        raise refuse("backup.none_of", stamp=stamp, names=", ".join(source.stamps()))
    stamp = stamp or source.stamps()[-1]
    checked = Checked(source, stamp, read_manifest(source, stamp))
    checked.faults += _faults(checked)
    return checked


def _faults(checked: Checked) -> Iterator[Problem]:
    source, stamp, manifest = checked.source, checked.stamp, checked.manifest
    sound = True
    for part in (manifest.database, manifest.contents, *manifest.files):
        if fault := _fault(source, f"{stamp}/{part.name}", part.sha256, part.size):
            sound = False
            yield fault
    if not sound:
        return  # what the lists say cannot be relied on
    for digest, size in read_contents(source, stamp):
        if fault := _fault(source, content_name(digest), digest, size):
            yield fault
    with database_file(checked) as file:
        if why := fault_of(manifest.kind, file):
            yield Problem("backup.database_damaged", {"why": why})


def _fault(source: Source, name: str, digest: str, size: int) -> Problem | None:
    seen, length = hashlib.sha256(), 0
    try:
        with source.open(name) as file:
            for piece in chunks_of(file):
                seen.update(piece)
                length += len(piece)
    except Refused as refusal:
        return refusal.problems[0]
    except OSError as error:
        return Problem("backup.unreadable", {"name": name, "why": error.strerror or str(error)})
    if length != size or seen.hexdigest() != digest:
        return Problem("backup.part_changed", {"name": name})
    return None


@contextmanager
def database_file(checked: Checked) -> Iterator[Path]:
    """The database of a backup as a file, whatever the backup lies in."""
    part: Part = checked.manifest.database
    with tempfile.TemporaryDirectory(prefix="backup-") as folder:
        file = Path(folder) / part.name
        seen = hashlib.sha256()
        with (
            checked.source.open(f"{checked.stamp}/{part.name}") as stream,
            os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written,
        ):
            for piece in chunks_of(stream):
                seen.update(piece)
                written.write(piece)
        if seen.hexdigest() != part.sha256:
            raise refuse("backup.part_changed", name=part.name)
        yield file
