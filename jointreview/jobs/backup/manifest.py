"""What belongs to a backup: the list with its digests, written last and read first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from jointreview.domain.problems import refuse
from jointreview.jobs.backup.places import Source
from jointreview.storage.base import is_digest

MANIFEST, MANIFEST_DIGEST, CONTENTS = "manifest.json", "manifest.sha256", "contents.txt"


class Part(BaseModel):
    """A file of a backup, by its name within it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """A backup: when, of which schema, and every part of it.

    `ledger` is the last seal of the record, `missing` and `damaged` the content that the store itself had lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["jointreview-backup/1"] = "jointreview-backup/1"
    made_at: datetime
    schema_version: str
    kind: Literal["sqlite", "postgresql"]
    database: Part
    contents: Part
    count: int
    total_bytes: int
    files: tuple[Part, ...] = ()
    ledger_seq: int = 0
    ledger_hash: str = ""
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def written(self) -> bytes:
        """The manifest as bytes, for a person to read as well."""
        said: dict[str, Any] = self.model_dump(mode="json")
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(source: Source, stamp: str) -> Manifest:
    """The manifest of a backup, whose own digest fits; raises Refused otherwise."""
    with source.open(f"{stamp}/{MANIFEST}") as file, source.open(f"{stamp}/{MANIFEST_DIGEST}") as digest:
        said, expected = file.read(), digest.read().decode("ascii", "replace").split()[:1]
    if [hashlib.sha256(said).hexdigest()] != expected:
        raise refuse("backup.part_changed", name=f"{stamp}/{MANIFEST}")
    try:
        return Manifest.model_validate_json(said)
    except ValidationError:
        raise refuse("backup.other_format", name=f"{stamp}/{MANIFEST}") from None


def content_lines(found: dict[str, int]) -> bytes:
    """Digest and size of each content, one a line."""
    return "".join(f"{digest} {size}\n" for digest, size in sorted(found.items())).encode()


def read_contents(source: Source, stamp: str) -> Iterator[tuple[str, int]]:
    """Digest and size of each content of a backup."""
    with source.open(f"{stamp}/{CONTENTS}") as file:
        for line in file.read().decode("ascii").splitlines():
            digest, _, size = line.partition(" ")
            if not is_digest(digest):
                raise refuse("backup.part_changed", name=f"{stamp}/{CONTENTS}")
            yield digest, int(size)
