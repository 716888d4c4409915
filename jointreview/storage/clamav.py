"""The virus scanner: clamd's INSTREAM protocol over a Unix or TCP socket.

Content passes by while it is read for other reasons; a scanner that fails on the way never stops the reading, it
only leaves the content unscanned. Source of the protocol: clamd(8), commands INSTREAM, PING and VERSION.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 600.0
_TOO_LARGE = "INSTREAM size limit exceeded"
_ANSWER_BYTES = 4096


@dataclass(frozen=True)
class Scan:
    """What the scanner said of content: `detail` is the virus of an infected one, or why there was no answer."""

    state: Literal["clean", "infected", "failed"]
    detail: str = ""


class Scanner:
    """A clamd at `address`: the path of a Unix socket, or `host:port`."""

    def __init__(self, address: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._address = address
        self._answer_seconds = answer_seconds

    def begin(self) -> Scanning:
        """Start a scan; never raises."""
        return Scanning(self)

    def version(self) -> str:
        """Version of the program and its signatures, `ClamAV 1.4.6/27450/Mon Nov 23 ...`; raises OSError."""
        with self.connected() as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)

    def connected(self) -> socket.socket:
        """A fresh connection; raises OSError."""
        if self._address.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(CONNECT_SECONDS)
            try:
                line.connect(self._address)
            except OSError:
                line.close()
                raise
        else:
            host, _, port = self._address.rpartition(":")
            line = socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), CONNECT_SECONDS)
        line.settimeout(self._answer_seconds)
        return line


class Scanning:
    """One scan: feed the content, then ask for the result. Closing early gives it up."""

    def __init__(self, scanner: Scanner) -> None:
        self._line: socket.socket | None = None
        self._failed = ""
        with self._noticing():
            self._line = scanner.connected()
            self._line.sendall(b"zINSTREAM\0")

    def feed(self, chunk: bytes) -> None:
        """Hand on the next bytes; never raises."""
        if self._line is not None and not self._failed and chunk:
            with self._noticing():
                self._line.sendall(struct.pack(">I", len(chunk)) + chunk)

    def result(self) -> Scan:
        """The answer to all that was fed; never raises, waits as long as the scanner takes."""
        said = ""
        if self._line is not None:
            if not self._failed:
                with self._noticing():
                    self._line.sendall(struct.pack(">I", 0))
            # It says why before it hangs up on a stream that is too long.
            with contextlib.suppress(OSError):
                said = _answer(self._line)
            self.close()
        if said.endswith("FOUND"):
            return Scan("infected", said.removeprefix("stream:").removesuffix("FOUND").strip()[:200])
        if said == "stream: OK" and not self._failed:
            return Scan("clean")
        if said.startswith(_TOO_LARGE):
            return Scan("failed", _TOO_LARGE)
        return Scan("failed", said[:200] or self._failed or "no answer")

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _noticing(self):
        try:
            yield
        except (OSError, ValueError) as error:
            self._failed = str(error) or type(error).__name__


def _answer(line: socket.socket) -> str:
    """One answer, ended by a zero byte or the end of the connection."""
    said = b""
    while b"\0" not in said and len(said) < _ANSWER_BYTES and (more := line.recv(_ANSWER_BYTES)):
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
