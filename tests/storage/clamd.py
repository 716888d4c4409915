"""A virus scanner that speaks clamd's protocol over a real socket and knows one virus."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Line(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            if not (byte := self.rfile.read(1)):
                return
            command += byte
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.6/27450/Mon Nov 23 08:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            self._stream()
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _stream(self) -> None:
        seen = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            seen += self.rfile.read(size)
            if len(seen) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.scanned.append(len(seen))
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in seen else b"stream: OK\0"
        self.wfile.write(found)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running(limit: int = 10**9, port: int = 0) -> Iterator[Any]:
    """The scanner at `.address`; `.scanned` are the sizes it has seen, beyond `limit` bytes it gives up."""
    with _Server(("127.0.0.1", port), _Line) as server:
        server.limit, server.scanned = limit, []
        server.address = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
