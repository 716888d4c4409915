"""Opening an archive from a stranger: names, sizes and passwords are looked at before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from jointreview.geo.problems import ParcelProblem, error

MAX_ENTRIES = 200
MAX_UNPACKED_BYTES = 64 * 1024**2
MAX_RATIO = 200
_MOST_DIRECTORY_BYTES = 1024**2
_UTF8_NAME_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1


class Refusal(Exception):
    """The file is refused for one reason."""

    def __init__(self, problem: ParcelProblem) -> None:
        super().__init__(problem.key)
        self.problem = problem


Entries = list[tuple[PurePosixPath, zipfile.ZipInfo]]


@contextmanager
def opened(data: bytes, most_bytes: int = MAX_UNPACKED_BYTES) -> Iterator[tuple[zipfile.ZipFile, Entries]]:
    """An archive that passed the checks, with its files by true name; what Macs leave behind is overlooked.

    Raises Refusal for an archive that is broken, protected, or unpacks to more than `most_bytes`, also while it is
    read.
    """
    try:
        _check_directory(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if not all(info.filename for info in archive.infolist()):
                raise zipfile.BadZipFile("a member without a name")
            entries = [(_true_name(info), info) for info in archive.infolist() if not info.is_dir()]
            _check(entries, most_bytes)
            paths = [(PurePosixPath(name), info) for name, info in entries]
            yield archive, [(p, i) for p, i in paths if not p.name.startswith("._") and "__MACOSX" not in p.parts]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise Refusal(error("zip_unreadable")) from fault


def _check_directory(data: bytes) -> None:
    """The list of members is read whole: a list longer than any parcel's is not begun."""
    at = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[at + 12 : at + 16], "little") if at >= 0 else 0
    if size > _MOST_DIRECTORY_BYTES:
        raise Refusal(error("zip_too_many", None, most=MAX_ENTRIES))


def _true_name(info: zipfile.ZipInfo) -> str:
    """The entry's name; Windows writes CP936 bytes that zipfile reads as CP437."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check(entries: list[tuple[str, zipfile.ZipInfo]], most_bytes: int) -> None:
    """Refuse what a map never is: too many or too large entries, encryption, names that leave the folder."""
    if len(entries) > MAX_ENTRIES:
        raise Refusal(error("zip_too_many", None, most=MAX_ENTRIES))
    total = sum(info.file_size for _, info in entries)
    swollen = any(info.file_size > 2**20 and info.file_size > MAX_RATIO * info.compress_size for _, info in entries)
    if total > most_bytes or swollen:
        raise Refusal(error("zip_too_large", None, most=most_bytes // 2**20))
    for name, info in entries:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
            raise Refusal(error("zip_path", None, name=name[:80]))
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Refusal(error("zip_encrypted", None, name=name[:80]))


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most_bytes: int = MAX_UNPACKED_BYTES) -> bytes:
    """The content of one entry. Raises Refusal when it is larger than the directory claims."""
    with archive.open(info) as stream:
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise Refusal(error("zip_too_large", None, most=most_bytes // 2**20))
    return content
