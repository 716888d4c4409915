"""File names: what a person called a file made safe to store, show and send in a header."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

# A name of 200 bytes fits every file system also after a prefix or a number is added.
NAME_LIMIT_BYTES = 200
_FALLBACK = "file"
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe_name(name: str) -> str:
    """The last part of a path without control or direction-changing characters, at most 200 bytes of UTF-8.

    Chinese and the ending are kept; characters and device names that Windows refuses are replaced.
    A name of which nothing is left becomes `file`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    shown = _RESERVED.sub("_", shown).strip(" .")
    if _DEVICE.match(shown):
        shown = f"_{shown}"
    return _shortened(shown).strip(" .") or _FALLBACK


def _shortened(name: str) -> str:
    if len(name.encode()) <= NAME_LIMIT_BYTES:
        return name
    ending = PurePosixPath(name).suffix
    if len(ending.encode()) > 20:
        ending = ""
    stem = name.removesuffix(ending)
    room = NAME_LIMIT_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def content_disposition(name: str, inline: bool) -> str:
    """The Content-Disposition header for a download under `name` (RFC 6266, RFC 5987).

    `inline` opens the file in the browser, otherwise it is saved; the name is made safe first.
    """
    safe = safe_name(name)
    plain = "".join(c if 32 <= ord(c) < 127 and c not in '"\\%' else "_" for c in safe)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
