"""PDF files that ask for a password before they can be read."""

from __future__ import annotations

import re
from typing import BinaryIO

from pypdf import PasswordType, PdfReader

_END_BYTES = 1024
_END = re.compile(rb"startxref\s+\d+\s+%%EOF")


def ends_as_pdf(stream: BinaryIO, size: int) -> bool:
    """Whether the last bytes say where the table of contents is; to look for it further up could read everything."""
    stream.seek(max(0, size - _END_BYTES))
    return _END.search(stream.read(_END_BYTES)) is not None


def asks_for_password(stream: BinaryIO, size: int) -> bool:
    """Whether a PDF opens only with a password; restrictions on printing or copying alone are none.

    False for anything that cannot be told: a damaged file is no protected one. Never raises.
    """
    try:
        if not ends_as_pdf(stream, size):
            return False
        stream.seek(0)
        reader = PdfReader(stream, strict=True)
        return reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    # A hostile or damaged PDF makes a parser fail in any way; it is then judged by its other properties.
    except Exception:
        return False
