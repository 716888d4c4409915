"""Documents: the store that keeps them, and recognising what they are."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import urllib3
from minio import Minio

from jointreview.storage.base import DocumentStore
from jointreview.storage.local import LocalStore
from jointreview.storage.s3 import S3Store

__all__ = ["DocumentStore", "LocalStore", "S3Store", "make_store"]

DEFAULT_REGION = "us-east-1"


def make_store(
    url: str,
    *,
    local_root: Path,
    access_key: str = "",
    secret_key: str = "",
    bucket: str = "jointreview",
    prefix: str = "",
    secure: bool = True,
    region: str = "",
    http_client: urllib3.PoolManager | None = None,
    browser_url: str = "",
) -> DocumentStore:
    """The store that a configuration asks for; nothing is contacted yet.

    An empty `url` is the folder `local_root`. Otherwise it is an S3 server as `host:port`, spoken to as `secure`
    says, or with its own http:// or https://. Certificates are checked against SSL_CERT_FILE or the usual
    authorities unless `http_client` brings its own rules. `browser_url` is the server's address for browsers, which
    put large files there themselves; empty: they do not. Raises ValueError for an address with a path.
    """
    if not url:
        return LocalStore(local_root)
    address = urlsplit(url if "://" in url else f"{'https' if secure else 'http'}://{url}")
    if address.scheme not in {"http", "https"} or not address.netloc or address.path not in {"", "/"}:
        raise ValueError(f"not the address of an S3 server: {url}")
    http_client = http_client or _http_client()

    def client(place: SplitResult, region: str) -> Minio:
        return Minio(
            place.netloc,
            access_key,
            secret_key,
            secure=place.scheme == "https",
            region=region or None,
            http_client=http_client,
        )

    # Signing an address must not ask a server that perhaps only browsers reach for its region.
    browsers = client(urlsplit(browser_url), region or DEFAULT_REGION) if browser_url else None
    return S3Store(client(address, region), bucket, prefix, browsers=browsers)


def _http_client() -> urllib3.PoolManager:
    """Connections that give up on a dead server in seconds: the client's own default waits for minutes."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=5, read=120),
        maxsize=16,
        retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )
