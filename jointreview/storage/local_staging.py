"""Large files arriving in a folder: one sparse file per place, and a journal of the parts that are whole.

The journal is written after the part's bytes. A power cut may keep a line and lose bytes: the digest of the whole,
which is checked before anything is published, notices that.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from jointreview.storage.base import CHUNK_BYTES
from jointreview.storage.disk import saying_when_full
from jointreview.storage.staging import LeftOver, PartWriter, Staging, gone

if TYPE_CHECKING:
    from jointreview.storage.local import LocalStore

_PLACE = re.compile(r"[0-9a-f]{32}")
# What a process that was killed leaves of a file in one request, and of trying the store.
_STRAY = re.compile(r"(tmp|probe-)[a-z0-9_]{8}")
_LINE = re.compile(r"(\d{1,6})\n")


class LocalStaging(Staging):
    """Places below the folder of unfinished content of a local store."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def begin(self) -> str:
        place = uuid.uuid4().hex
        with saying_when_full():
            folder = self._store.incoming_folder() / place
            folder.mkdir()
            (folder / "data").touch()
        return place

    def part(self, place: str, number: int, part_bytes: int, length: int) -> PartWriter:
        return _LocalPart(self._store, self._data(place), number, (number - 1) * part_bytes, length)

    def address(self, place: str, number: int, seconds: int) -> str | None:
        return None

    def received(self, place: str) -> frozenset[int]:
        journal = self._data(place).with_name("parts")
        if not journal.exists():
            return frozenset()
        return frozenset(int(n) for n in _LINE.findall(journal.read_text()))

    def finish(self, place: str) -> int:
        return self._data(place).stat().st_size

    def open(self, place: str) -> Iterator[bytes]:
        return _chunks(self.seekable(place))

    def seekable(self, place: str) -> BinaryIO:
        return self._data(place).open("rb")

    def publish(self, place: str, digest: str) -> None:
        data = self._data(place)
        self._store.take(data, digest)
        shutil.rmtree(data.parent, ignore_errors=True)

    def discard(self, place: str) -> None:
        if _STRAY.fullmatch(place):
            (self._store.incoming_folder() / place).unlink(missing_ok=True)
            return
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder(place))

    def left_over(self) -> Iterable[LeftOver]:
        for folder in self._store.incoming_folder().iterdir():
            if _PLACE.fullmatch(folder.name) and folder.is_dir():
                times = [path.stat().st_mtime for path in folder.iterdir()]
                yield LeftOver(folder.name, datetime.fromtimestamp(max(times, default=0.0), UTC))
            elif _STRAY.fullmatch(folder.name) and folder.is_file():
                yield LeftOver(folder.name, datetime.fromtimestamp(folder.stat().st_mtime, UTC))

    def _folder(self, place: str) -> Path:
        if not _PLACE.fullmatch(place):
            raise gone()
        return self._store.incoming_folder() / place

    def _data(self, place: str) -> Path:
        data = self._folder(place) / "data"
        if not data.is_file():
            raise gone()
        return data


class _LocalPart(PartWriter):
    def __init__(self, store: LocalStore, data: Path, number: int, offset: int, length: int) -> None:
        super().__init__(length)
        self._store, self._number = store, number
        self._journal = data.with_name("parts")
        self._file = os.open(data, os.O_WRONLY)
        self._at = offset

    def _accept(self, chunk: bytes) -> None:
        with saying_when_full():
            left = memoryview(chunk)
            while left:
                written = os.pwrite(self._file, left, self._at)
                self._at += written
                left = left[written:]

    def _finish(self) -> None:
        with saying_when_full():
            # One short write to a file opened for appending is never torn by another part's.
            journal = os.open(self._journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(journal, f"{self._number}\n".encode())
            finally:
                os.close(journal)

    def _release(self) -> None:
        os.close(self._file)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
