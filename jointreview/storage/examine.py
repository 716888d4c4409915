"""One look at content that passes by: digest, kind, pages, viruses. What is not accepted is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from jointreview.domain.problems import refuse
from jointreview.storage.clamav import Scan, Scanner, Scanning
from jointreview.storage.ends import Ends
from jointreview.storage.pages import page_count
from jointreview.storage.protection import asks_for_password, ends_as_pdf
from jointreview.storage.sniff import FileKind, recognise


@dataclass(frozen=True)
class Passed:
    """Content that went by once: `scan` is None where no scanner is configured."""

    digest: str
    size: int
    head: bytes
    tail: BinaryIO
    scan: Scan | None


@dataclass(frozen=True)
class Judged:
    """What accepted content is."""

    kind: FileKind
    pages: int | None


def pass_by(chunks: Iterable[bytes], scanner: Scanner | None) -> Passed:
    """Read content once for everything that wants to see it whole; memory stays flat."""
    digest, ends = hashlib.sha256(), Ends()
    scanning = scanner.begin() if scanner else None
    try:
        for chunk in chunks:
            digest.update(chunk)
            ends.add(chunk)
            if scanning:
                scanning.feed(chunk)
        return Passed(digest.hexdigest(), ends.size, ends.head, ends.as_file(), _result(scanning))
    finally:
        if scanning:
            scanning.close()


def judge(passed: Passed, name: str, whole: BinaryIO) -> Judged:
    """The kind and the pages of content called `name`; `whole` is the content as a seekable file.

    Raises Refused: what `recognise` refuses, files.infected with the virus, files.refused_protected for a PDF that
    asks for a password.
    """
    if passed.scan is not None and passed.scan.state == "infected":
        raise refuse("files.infected", where=name, name=name, virus=passed.scan.detail)
    kind = recognise(passed.head, name, passed.tail)
    if kind.code != "pdf":
        return Judged(kind, page_count(whole, kind))
    if asks_for_password(whole, passed.size):
        raise refuse("files.refused_protected", where=name, name=name)
    return Judged(kind, page_count(whole, kind) if ends_as_pdf(whole, passed.size) else None)


def _result(scanning: Scanning | None) -> Scan | None:
    return scanning.result() if scanning else None
