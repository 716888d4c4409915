"""Counting pages for the list of materials."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NumberObject

from jointreview.storage.sniff import FileKind

# Mending a damaged PDF reads it whole into memory: only done below this size.
_MENDING_LIMIT_BYTES = 32 * 1024 * 1024
_MOST_PAGES = 100_000


def page_count(stream: BinaryIO, kind: FileKind) -> int | None:
    """Pages of a PDF, 1 for a picture, None where pages mean nothing or cannot be counted. Never raises.

    The stream must be seekable; of a PDF only its table of contents is read.
    """
    if kind.code in {"jpg", "png"}:
        return 1
    if kind.code != "pdf":
        return None
    try:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        reader = PdfReader(stream, strict=size > _MENDING_LIMIT_BYTES)
        tree = cast(DictionaryObject, reader.root_object["/Pages"].get_object())
        count = int(cast(NumberObject, tree["/Count"].get_object()))
    # A hostile or damaged PDF makes a parser fail in any way; the count is a convenience.
    except Exception:
        return None
    return count if 0 < count <= _MOST_PAGES else None
