"""One HTTP request to a gateway, with a deadline for the whole answer and no other host than the one configured."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any

from jointreview.notify.channel import NotDelivered, Uncertain

TIMEOUT_SECONDS = 10.0
_LONGEST_ANSWER = 64 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere is a fault: tokens and numbers go nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def request(method: str, url: str, body: bytes, headers: dict[str, str], timeout: float = TIMEOUT_SECONDS) -> bytes:
    """The body of a 2xx answer.

    Raises NotDelivered when nothing was handed over or the gateway said no, Uncertain when it fell silent afterwards.
    """
    order = urllib.request.Request(url, data=body or None, headers=headers, method=method)
    end = time.monotonic() + timeout
    try:
        with urllib.request.build_opener(_NoRedirect).open(order, timeout=timeout) as answer:
            return _read(answer, end)
    except urllib.error.HTTPError as error:
        raise NotDelivered(f"HTTP {error.code}") from None
    except urllib.error.URLError as error:
        # Raised while connecting and sending; what comes later is no URLError.
        raise NotDelivered(str(error.reason)) from None
    except (OSError, http.client.HTTPException) as error:
        raise Uncertain(f"no answer: {type(error).__name__}") from None


def _read(answer: Any, end: float) -> bytes:
    parts: list[bytes] = []
    while part := answer.read1(4096):
        parts.append(part)
        if time.monotonic() > end or sum(map(len, parts)) > _LONGEST_ANSWER:
            raise Uncertain("no end of the answer")
    return b"".join(parts)


def json_object(body: bytes) -> dict[str, Any]:
    """The answer as a JSON object; raises NotDelivered for anything else."""
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise NotDelivered("the answer is no JSON object")
    return value
