"""Document stores to test: a folder, and a bucket of a small S3 server started over TLS."""

import itertools
import os
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import urllib3
from minio import Minio

from jointreview.storage import LocalStore, S3Store

_numbers = itertools.count(1)


class Clock:
    """A clock that only moves when told to."""

    def __init__(self):
        self.offset = timedelta()

    def __call__(self):
        return datetime.now(UTC).replace(microsecond=0) + self.offset

    def advance(self, **span):
        self.offset += timedelta(**span)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port, process):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the S3 test server ended at once"
        time.sleep(0.1)
    raise AssertionError("the S3 test server does not answer")


@pytest.fixture(scope="session")
def s3_address():
    """The address of an S3 server with a self-signed certificate.

    TLS matters: only over TLS does the client send the checksums without which lock requests are refused.
    """
    port = _free_port()
    command = [sys.executable, "-m", "moto.server", "-s", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def trusting_context():
    """TLS without asking who signed; made once, for reading the machine's authorities anew costs each connection."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def s3_client(address):
    """A client of the test server, whose certificate nobody signed."""
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    trusting = urllib3.PoolManager(ssl_context=trusting_context(), retries=urllib3.Retry(1))
    return Minio(
        address.removeprefix("https://"), "reviewtest", "reviewtestsecret", secure=True, http_client=trusting
    )


def new_bucket():
    """A name no other test uses."""
    return f"contract-{os.getpid()}-{next(_numbers)}"


@pytest.fixture(params=["local", "s3"])
def store(request, tmp_path):
    """Every kind of store in turn, empty."""
    if request.param == "local":
        return LocalStore(tmp_path / "uploads")
    return S3Store(s3_client(request.getfixturevalue("s3_address")), new_bucket(), "审查")
