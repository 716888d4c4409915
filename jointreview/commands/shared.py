"""What several workers share beside the database: Redis, where it is configured, one client for each process."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from jointreview.settings import settings

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

PREFIX = "jointreview:"
AWAY_SECONDS = 2.0
"""For so long a Redis that did not answer is not asked again: nobody should wait for a timeout twice."""
_OPTIONS: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 2, "socket_keepalive": True}
_away_until = 0.0


def shared() -> Redis | None:
    """The client of this process; None where everything is kept in the process, or while Redis is away."""
    if not settings().redis_url or time.monotonic() < _away_until:
        return None
    return _client(settings().redis_url, os.getpid())


def is_away() -> None:
    """Note that Redis did not answer just now."""
    global _away_until
    _away_until = time.monotonic() + AWAY_SECONDS


@cache
def _client(url: str, _process: int) -> Redis:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(url, retry=Retry(NoBackoff(), 1), **_OPTIONS)


def listening_client() -> AsyncRedis:
    """A client for waiting on an event loop, whose lost connection is an error and not hidden by a quiet retry."""
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    options = _OPTIONS | {"socket_timeout": None}
    return Redis.from_url(settings().redis_url, retry=Retry(NoBackoff(), 0), health_check_interval=5, **options)
