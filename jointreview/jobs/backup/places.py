"""Where backups lie: a folder that grows by what is new, or one tar file. Everything in it is for its owner alone."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from jointreview.domain.problems import refuse

_STAMP = re.compile(r"\d{8}T\d{6}Z")
_CHUNK = 1024 * 1024


def content_name(digest: str) -> str:
    """Where content lies in a backup."""
    return f"content/{digest[:2]}/{digest[2:4]}/{digest}"


def is_stamp(name: str) -> bool:
    """Is it the name of one backup in a target?"""
    return _STAMP.fullmatch(name) is not None


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces."""
    while piece := stream.read(_CHUNK):
        yield piece


class Target(Protocol):
    """Where a backup is written. Nothing counts as a backup before `finish`."""

    def size(self, name: str) -> int | None:
        """Bytes of what lies there already under a name; None when there is nothing."""
        ...

    def put(self, name: str, chunks: Iterable[bytes], size: int) -> str:
        """Write something of known size whole or not at all; answers its SHA-256.

        Raises ValueError when it is not as long as was said.
        """
        ...

    def drop(self, name: str) -> None:
        """Forget something written just now."""
        ...

    def finish(self, stamp: str) -> None:
        """Everything is there: from now on it is a backup."""
        ...


class Source(Protocol):
    """Where backups are read."""

    def stamps(self) -> list[str]:
        """The backups in it, oldest first."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """What lies under a name; raises Refused(backup.part_missing)."""
        ...


class Folder(Target, Source):
    """A folder of backups. What is being written lies in `.<time>.part` until it is whole."""

    def __init__(self, root: Path, stamp: str = "") -> None:
        self._root, self._stamp = root, stamp

    def size(self, name: str) -> int | None:
        path = self._path(name)
        return path.stat().st_size if path.is_file() else None

    def put(self, name: str, chunks: Iterable[bytes], size: int) -> str:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        seen, written = hashlib.sha256(), 0
        part = path.with_name(f".{path.name}.new")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in chunks:
                file.write(piece)
                seen.update(piece)
                written += len(piece)
            file.flush()
            os.fsync(file.fileno())
        if written != size:
            part.unlink()
            raise ValueError(f"{name}: {written} bytes instead of {size}")
        part.replace(path)
        return seen.hexdigest()

    def drop(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def finish(self, stamp: str) -> None:
        self._part(stamp).replace(self._root / stamp)
        self._stamp = ""
        handle = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def stamps(self) -> list[str]:
        if not self._root.is_dir():
            return []
        return sorted(p.name for p in self._root.iterdir() if is_stamp(p.name) and (p / "manifest.json").is_file())

    def open(self, name: str) -> IO[bytes]:
        try:
            return self._path(name).open("rb")
        except OSError:
            raise refuse("backup.part_missing", name=name) from None

    def clean(self) -> None:
        """Throw away what a backup left that was interrupted."""
        for path in self._root.glob(".*.part"):
            shutil.rmtree(path, ignore_errors=True)

    def forget(self, stamp: str) -> None:
        """Remove one backup; its content stays until `sweep`."""
        shutil.rmtree(self._root / stamp)

    def sweep(self, wanted: set[str]) -> int:
        """Remove content that belongs to none of the backups left; answers how many."""
        gone = 0
        for path in self._root.glob("content/??/??/*"):
            if path.name not in wanted:
                path.unlink()
                gone += 1
        return gone

    def _part(self, stamp: str) -> Path:
        return self._root / f".{stamp}.part"

    def _path(self, name: str) -> Path:
        first, _, rest = name.partition("/")
        return self._part(first) / rest if first == self._stamp else self._root / name


class TarTarget(Target):
    """One tar file, written under another name until it is whole."""

    def __init__(self, file: Path) -> None:
        self._file, self._new = file, file.with_name(f".{file.name}.part")
        handle = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._raw = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._raw, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._sizes: dict[str, int] = {}

    def size(self, name: str) -> int | None:
        return self._sizes.get(name)

    def put(self, name: str, chunks: Iterable[bytes], size: int) -> str:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        reader, start = _Hashing(chunks), self._tar.offset
        try:
            self._tar.addfile(told, reader)
        except Exception as error:
            # A header without its bytes would spoil everything after it.
            self._raw.seek(start)
            self._raw.truncate()
            self._tar.offset = start
            if isinstance(error, OSError) and "unexpected end of data" in str(error):
                raise ValueError(f"{name}: shorter than {size} bytes") from error
            raise
        self._sizes[name] = size
        return reader.digest()

    def drop(self, name: str) -> None:
        self._sizes.pop(name, None)  # what a tar has taken stays in it; no list names it

    def finish(self, stamp: str) -> None:
        self._tar.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        self._new.replace(self._file)

    def abandon(self) -> None:
        """Throw away what was written."""
        self._raw.close()
        self._new.unlink(missing_ok=True)


class TarSource(Source):
    """A tar file that a backup was written to."""

    def __init__(self, file: Path) -> None:
        try:
            self._tar = tarfile.open(file, "r:")  # noqa: SIM115
            self._members = {m.name: m for m in self._tar.getmembers() if m.isfile()}
        except (OSError, tarfile.TarError):
            raise refuse("backup.none", where=str(file)) from None

    def stamps(self) -> list[str]:
        found = (name.partition("/") for name in self._members)
        return sorted(first for first, _, rest in found if is_stamp(first) and rest == "manifest.json")

    def open(self, name: str) -> IO[bytes]:
        member = self._members.get(name)
        stream = self._tar.extractfile(member) if member else None
        if stream is None:
            raise refuse("backup.part_missing", name=name)
        return stream


class _Hashing(io.RawIOBase):
    """Pieces as a stream that knows its digest."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._rest, self._seen = iter(chunks), b"", hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._chunks, None)) is not None:
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        self._seen.update(given)
        return given

    def digest(self) -> str:
        return self._seen.hexdigest()


def is_tar(place: Path) -> bool:
    """Whether a target is one file: its name says so."""
    return place.suffix == ".tar"


def source_at(place: Path) -> Source:
    """Backups at a place; raises Refused(backup.none) where there are none."""
    source: Source = TarSource(place) if is_tar(place) else Folder(place)
    if not source.stamps():
        raise refuse("backup.none", where=str(place))
    return source


@contextlib.contextmanager
def target_at(place: Path, stamp: str) -> Iterator[Target]:
    """A place to write one backup to, which nobody else writes to at the same time."""
    if is_tar(place):
        if place.exists():
            raise refuse("backup.there_already", where=str(place))
        place.parent.mkdir(parents=True, exist_ok=True)
        tar = TarTarget(place)
        try:
            yield tar
        finally:
            tar.abandon()
        return
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.chmod(0o700)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise refuse("backup.busy", where=str(place), kind="state") from None
        folder = Folder(place, stamp)
        folder.clean()
        yield folder
