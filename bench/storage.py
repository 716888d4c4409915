"""Benchmark of documents going in and out, beside plain clients on the same server: `python bench/storage.py`.

With JOINTREVIEW_TEST_S3 (set by `scripts/ceph.sh python bench/storage.py`, `make bench-storage`) an S3 server is
measured too: the product's ways beside minio's client and curl. Every figure is the best of five, taken in turns.
Not a test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import urllib3
from minio import Minio

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.tables import table  # noqa: E402
from jointreview.storage import make_store  # noqa: E402
from jointreview.storage.staging import PART_BYTES  # noqa: E402
from tests.web.serving import Server, start  # noqa: E402

MB = 1024 * 1024
SIZE = 128 * MB
PARTS = SIZE // PART_BYTES
TIMES = 5
ACCESS = os.environ.get("JOINTREVIEW_TEST_S3_ACCESS_KEY", "reviewtest")
SECRET = os.environ.get("JOINTREVIEW_TEST_S3_SECRET_KEY", "reviewtestsecret")


def best(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """MB/s of the best run of each way; the ways take turns, so that a busy machine is busy for all."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(TIMES):
        for way, work in ways.items():
            began = time.perf_counter()
            work()
            seconds[way].append(time.perf_counter() - began)
    return {way: SIZE / MB / min(taken) for way, taken in seconds.items()}


def curl(*arguments: str) -> None:
    subprocess.run(["curl", "-sSfk", *arguments], check=True, stdout=subprocess.DEVNULL)


def in_parts(send: Callable[[int], object]) -> None:
    """As the page does it: three parts at a time."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, range(1, PARTS + 1)))


def against_s3(address: str, file: Path) -> None:
    """The product's ways to a bucket beside minio's client and curl."""
    place = urlsplit(address)
    plain = Minio(place.netloc, ACCESS, SECRET, secure=place.scheme == "https")
    bucket = f"bench-{uuid.uuid4().hex[:8]}"
    store = make_store(
        address, local_root=file.parent, access_key=ACCESS, secret_key=SECRET, bucket=bucket, browser_url=address
    )
    store.staging().discard(store.staging().begin())  # makes the bucket
    content = file.read_bytes()
    pieces = [content[at : at + PART_BYTES] for at in range(0, SIZE, PART_BYTES)]
    web = urllib3.PoolManager(maxsize=4)
    folder, staged = file.parent, []

    def direct() -> None:
        staging = store.staging()
        staged.append(staging.begin())
        addresses = {n: staging.address(staged[-1], n, 3600) for n in range(1, PARTS + 1)}
        in_parts(lambda n: web.request("PUT", str(addresses[n]), body=pieces[n - 1]))
        staging.finish(staged[-1])

    def through() -> None:
        staging = store.staging()
        staged.append(staging.begin())

        def send(number: int) -> None:
            with staging.part(staged[-1], number, PART_BYTES, PART_BYTES) as part:
                part.write(pieces[number - 1])
                part.commit()

        in_parts(send)
        staging.finish(staged[-1])

    def put_curl() -> None:
        curl("-T", str(file), plain.presigned_put_object(bucket, "curl", timedelta(hours=1)))

    up = best(
        {
            "minio client, fput_object": lambda: plain.fput_object(bucket, "plain", str(file)),
            "curl, one presigned request": put_curl,
            "parts by the browser (presigned, 3 at a time)": direct,
            "parts through the program (3 at a time)": through,
        }
    )
    digest = store.put(file.open("rb"), SIZE).digest

    def get_curl() -> None:
        curl("-o", str(folder / "down"), plain.presigned_get_object(bucket, "plain", timedelta(hours=1)))

    def stream() -> None:
        with (folder / "down").open("wb") as out:
            out.writelines(store.open(digest))

    down = best(
        {
            "minio client, fget_object": lambda: plain.fget_object(bucket, "plain", str(folder / "down")),
            "curl, one presigned request": get_curl,
            "the program's stream": stream,
        }
    )
    for place_ in staged:
        store.staging().discard(place_)
    shown("S3, up", up, "minio client, fput_object")
    shown("S3, down", down, "minio client, fget_object")


def against_folder(server: Server, file: Path, beside: int) -> None:
    """The product over HTTP with a local folder beside curl, and beside a plain file server at a port."""
    account = server.account("bench")
    assert account
    content = file.read_bytes()
    cookie = server.cookie("bench")
    own = {"cookie": cookie, "origin": server.url}
    digest = subprocess.run(["sha256sum", str(file)], capture_output=True, text=True, check=True).stdout[:64]
    with httpx.Client(base_url=server.url, headers=own, timeout=60) as client:

        def parts() -> None:
            order = {"name": "bench.pdf", "size": SIZE}
            key = client.post("/api/upload-sessions", json=order).raise_for_status().json()["session"]

            def send(number: int) -> None:
                piece = content[(number - 1) * PART_BYTES : number * PART_BYTES]
                client.put(f"/api/upload-sessions/{key}/parts/{number}", content=piece).raise_for_status()

            in_parts(send)
            nonlocal sent
            sent = key

        sent = ""
        target = f"{server.url}/api/uploads?name=bench.pdf"
        headers = ("-H", f"cookie: {cookie}", "-H", f"origin: {server.url}")
        up = best(
            {
                "curl, one request (stored and checked)": lambda: curl(*headers, "-T", str(file), target),
                "parts as the page sends them (3 at a time)": parts,
            }
        )
        client.post(f"/api/upload-sessions/{sent}/finish", json={"digest": digest}).raise_for_status()
        while (state := client.get(f"/api/upload-sessions/{sent}").json())["state"] == "checking":
            time.sleep(0.1)
        upload = f"{server.url}/api/uploads/{state['upload']['upload_id']}"

        def stream() -> None:
            with client.stream("GET", upload) as answer, (file.parent / "down").open("wb") as out:
                out.writelines(answer.iter_raw(MB))

        plain = f"http://127.0.0.1:{beside}/bench.pdf"
        down = best(
            {
                "curl from a plain file server": lambda: curl("-o", str(file.parent / "down"), plain),
                "curl from the program": lambda: curl(*headers, "-o", str(file.parent / "down"), upload),
                "a stream by another client": stream,
            }
        )
    shown("Local folder over HTTP, up", up, "curl, one request (stored and checked)")
    shown("Local folder over HTTP, down", down, "curl from a plain file server")


def shown(title: str, speeds: dict[str, float], plain: str) -> None:
    """One table: the way, MB/s, and its share of the plain client."""
    rows = [(way, f"{speed:.0f}", f"{100 * speed / speeds[plain]:.0f} %") for way, speed in speeds.items()]
    table(f"{title}, {SIZE // MB} MB", ("way", "MB/s", f"of {plain}"), rows)


class _Quiet(SimpleHTTPRequestHandler):
    """A plain file server that prints nothing between the tables."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def main() -> None:
    """Measure what there is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "bench.pdf"
        file.write_bytes(b"%PDF-1.7\n" + os.urandom(SIZE - 9))
        if address := os.environ.get("JOINTREVIEW_TEST_S3"):
            against_s3(address if "://" in address else f"http://{address}", file)
        (folder / "server").mkdir()
        server, process = start(folder / "server")
        serve = partial(_Quiet, directory=str(folder))
        plain = ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        try:
            against_folder(server, file, plain.server_port)
        finally:
            plain.shutdown()
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    main()
