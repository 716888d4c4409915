"""Asking a layer at its owner's WFS: the features around a parcel, or the reason why there is no answer.

An empty answer is only a "no" when the service has shown that it looks where it was asked: it is asked for one of its
features, and then for what lies at that place.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from jointreview.domain.problems import Problem
from jointreview.geo.layer_file import read_layer
from jointreview.geo.layer_index import LayerIndex
from jointreview.geo.wkb import Box, bounding_box, boxes_meet
from jointreview.text import both

TIMEOUT_SECONDS = 8.0
MOST_FEATURES = 5_000
_LONGEST_ANSWER = 32 * 1024**2
_CRS84 = "urn:ogc:def:crs:OGC:1.3:CRS84"
"""Longitude first, whatever the service thinks of EPSG:4326."""
_MARGIN = 1e-4


class NoAnswer(Exception):
    """The service did not answer the question; `problem` says why."""

    def __init__(self, key: str, /, **params: object) -> None:
        super().__init__(key)
        self.problem = Problem(f"layers.service_{key}", params)


@dataclass(frozen=True)
class Said:
    """What a service answered: its features, ready to be asked, and the digest of the answer as it came."""

    index: LayerIndex
    digest: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A service that sends us elsewhere is a fault: other hosts were not allowed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def check_address(url: str, hosts: frozenset[str]) -> Problem | None:
    """None for an http(s) address on an allowed `host` or `host:port`, without a name and password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Problem("layers.not_an_address", {}, "url")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return Problem("layers.not_an_address", {}, "url")
    name = parts.hostname.lower()
    if {name, f"{name}:{port or (443 if parts.scheme == 'https' else 80)}"} & hosts:
        return None
    return Problem("layers.host_not_allowed", {"host": parts.netloc[:100]}, "url")


def ask(service: Mapping[str, Any], box: Box, hosts: frozenset[str], timeout: float = TIMEOUT_SECONDS) -> Said:
    """The features of the service whose boxes meet `box` (degrees). Raises NoAnswer."""
    end = time.monotonic() + timeout
    body, found = _get_feature(service, hosts, end, bbox=box)
    if not found["features"]:
        _prove_it_looks(service, hosts, end)
        empty = LayerIndex.of_wkb([], [])
        return Said(empty, hashlib.sha256(body).hexdigest())
    return Said(_index(body, service), hashlib.sha256(body).hexdigest())


def _index(body: bytes, service: Mapping[str, Any]) -> LayerIndex:
    reading = read_layer(body, "", region=None, name_field=str(service.get("name_field", "")))
    if not reading.accepted:
        first = reading.errors[0]
        raise NoAnswer("broken", fault=both(first.key, **first.params))
    return LayerIndex(reading.geometries, reading.names)


def _prove_it_looks(service: Mapping[str, Any], hosts: frozenset[str], end: float) -> None:
    """Does the service find a feature of its own at its place? Else its "nothing there" is worth nothing."""
    body, found = _get_feature(service, hosts, end, count=1)
    if not found["features"]:
        raise NoAnswer("empty")
    first = _index(body, service).geometries[0]
    west, south, east, north = bounding_box(first)
    around = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    body, found = _get_feature(service, hosts, end, bbox=around)
    if not found["features"]:
        raise NoAnswer("does_not_look")
    if not any(boxes_meet(bounding_box(g), around) for g in _index(body, service).geometries):
        raise NoAnswer("does_not_look")


def _get_feature(
    service: Mapping[str, Any], hosts: frozenset[str], end: float, bbox: Box | None = None, count: int = MOST_FEATURES
) -> tuple[bytes, dict[str, Any]]:
    url, type_name = str(service.get("url", "")), str(service.get("type_name", ""))
    if check_address(url, hosts) is not None:
        raise NoAnswer("not_allowed", host=urlsplit(url).netloc[:100])
    query = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": type_name,
        "typeName": type_name,
        "outputFormat": "application/json",
        "srsName": _CRS84,
        "count": str(count),
        "maxFeatures": str(count),
    }
    if bbox is not None:
        query["bbox"] = ",".join(f"{edge:.8f}" for edge in bbox) + f",{_CRS84}"
    body = _fetch(f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", end)
    found = _collection(body)
    more = [found.get(name) for name in ("numberMatched", "totalFeatures")]
    if bbox is not None and any(isinstance(n, int) and n > len(found["features"]) for n in more):
        raise NoAnswer("cut_off", most=len(found["features"]))
    if bbox is not None and len(found["features"]) >= count:
        raise NoAnswer("cut_off", most=count)
    return body, found


def _collection(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswer("no_geojson") from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise NoAnswer("no_geojson")
    if not isinstance(found.get("features"), list):
        raise NoAnswer("no_geojson")
    return found


def _fetch(url: str, end: float) -> bytes:
    left = end - time.monotonic()
    if left <= 0:
        raise NoAnswer("too_slow")
    order = urllib.request.Request(url, headers={"Accept": "application/json"})
    try:
        with urllib.request.build_opener(_NoRedirect).open(order, timeout=left) as answer:
            return _read(answer, end)
    except urllib.error.HTTPError as error:
        raise NoAnswer("refuses", status=error.code) from None
    except TimeoutError:
        raise NoAnswer("too_slow") from None
    except urllib.error.URLError as error:
        raise NoAnswer("too_slow" if isinstance(error.reason, TimeoutError) else "unreachable") from None
    except (OSError, http.client.HTTPException):
        raise NoAnswer("unreachable") from None


def _read(answer: Any, end: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(64 * 1024):
        parts.append(part)
        size += len(part)
        if time.monotonic() > end:
            raise NoAnswer("too_slow")
        if size > _LONGEST_ANSWER:
            raise NoAnswer("too_long", most=_LONGEST_ANSWER // 2**20)
    return b"".join(parts)
