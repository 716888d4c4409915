"""The client of the virus scanner: what it says is passed on, and silence is never taken for health."""

from __future__ import annotations

import socket

import pytest

from jointreview.storage.clamav import Scan, Scanner
from jointreview.storage.examine import pass_by
from tests.storage import clamd


def test_a_virus_is_found_in_the_middle_of_a_stream_and_healthy_content_is_clean():
    with clamd.running() as server:
        scanner = Scanner(server.address)
        assert pass_by([b"a" * 300_000, clamd.EICAR, b"b"], scanner).scan == Scan("infected", "Eicar-Test-Signature")
        assert pass_by([b"a" * 300_000, b"b"], scanner).scan == Scan("clean")
        assert pass_by([], scanner).scan == Scan("clean")
        assert server.scanned == [300_001 + len(clamd.EICAR), 300_001, 0]
        assert scanner.version().startswith("ClamAV 1.4.6")


def test_content_beyond_the_scanners_limit_is_not_scanned_and_says_why():
    with clamd.running(limit=1000) as server:
        scan = pass_by([b"a" * 900] * 3, Scanner(server.address)).scan
    assert scan is not None and scan.state == "failed" and "size limit" in scan.detail


def test_a_scanner_that_is_away_or_silent_leaves_content_unscanned_and_lets_it_pass():
    passed = pass_by([b"abc"], Scanner("/nonexistent/clamd.sock"))
    assert passed.size == 3 and passed.scan is not None and passed.scan.state == "failed"
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = Scanner(f"127.0.0.1:{mute.getsockname()[1]}", answer_seconds=0.2)
        assert pass_by([b"abc"], silent).scan == Scan("failed", "no answer")
        with pytest.raises(OSError):
            silent.version()
