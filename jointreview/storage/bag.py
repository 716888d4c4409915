"""BagIt bags (RFC 8493): files with their SHA-256 in a folder or one zip, and whether a bag is what it says."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import bagit

from jointreview.domain.problems import refuse

_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_UNPACKED_MOST = 1 << 40
_STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file in a zip: the same case gives the same bytes."""
logging.getLogger("bagit").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Piece:
    """A file of the payload: its path below `data/`, and its bytes, read once."""

    path: str
    chunks: Iterable[bytes]


def write_zip(target: Path, name: str, pieces: Iterable[Piece], info: Mapping[str, str]) -> str:
    """Write the bag `name` as one zip; answers the SHA-256 of its manifest, which stands for every file in it."""
    manifest: dict[str, str] = {}
    size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for piece in pieces:
            path = f"data/{checked(piece.path)}"
            if path in manifest:
                raise ValueError(f"two files of a bag have the path {path}")
            seen = hashlib.sha256()
            with archive.open(_entry(f"{name}/{path}"), "w", force_zip64=True) as file:
                for chunk in piece.chunks:
                    seen.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            manifest[path] = seen.hexdigest()
        tags = _tags(manifest, size, info)
        for path, text in tags.items():
            archive.writestr(_entry(f"{name}/{path}"), text)
    return hashlib.sha256(tags["manifest-sha256.txt"].encode()).hexdigest()


def _entry(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, _STAMP)


def _tags(manifest: Mapping[str, str], size: int, info: Mapping[str, str]) -> dict[str, str]:
    facts = {**info, "Payload-Oxum": f"{size}.{len(manifest)}"}
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{key}: {' '.join(value.split())}\n" for key, value in facts.items()),
        "manifest-sha256.txt": "".join(f"{digest}  {path}\n" for path, digest in sorted(manifest.items())),
    }
    lines = (f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n" for path, text in sorted(tags.items()))
    return {**tags, "tagmanifest-sha256.txt": "".join(lines)}


def checked(path: str) -> str:
    """A relative path without steps upward; raises ValueError for another, and for line ends and percent signs."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or any(c in path for c in "\r\n%\\\0"):
        raise ValueError(f"no path of a bag: {path!r}")
    return path


def opened(path: Path) -> Iterator[Path]:
    """The folder of a bag, unpacked first when it is a zip. Use as `with contextmanager(opened)(path)`.

    Raises Refused for what is neither, or a zip that leads out of its folder.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise refuse("archive.no_bag", where=str(path), kind="missing")
    with tempfile.TemporaryDirectory(prefix="jointreview-bag-") as folder, zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        try:
            for entry in entries:
                checked(entry.filename.rstrip("/"))
        except ValueError:
            raise refuse("archive.leads_out", where=str(path)) from None
        if sum(entry.file_size for entry in entries) > _UNPACKED_MOST:
            raise refuse("archive.too_large", where=str(path))
        archive.extractall(folder)
        tops = [one for one in Path(folder).iterdir() if one.is_dir()]
        yield tops[0] if len(tops) == 1 else Path(folder)


def faults(folder: Path) -> list[str]:
    """What the BagIt library of the Library of Congress finds wrong, in its own words; empty for a sound bag."""
    try:
        bagit.Bag(str(folder)).validate(processes=1)
    except bagit.BagValidationError as found:
        return [str(detail) for detail in found.details] or [str(found)]
    except (bagit.BagError, OSError, UnicodeDecodeError) as found:
        return [str(found)]
    return []
