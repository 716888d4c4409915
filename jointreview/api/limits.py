"""How often one address may try something: a sliding window, shared by every worker where there are several."""

from __future__ import annotations

import hashlib
import sys
import time
import uuid
from collections import defaultdict, deque
from threading import Lock

from jointreview.commands.shared import PREFIX, is_away, shared

_ADDRESSES_KEPT = 10_000
# Counts one attempt unless the window is full; Redis runs it undivided and by its own clock.
_COUNT = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], ms, ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""


class Limit:
    """At most `times` within `seconds` for each key; the rest is refused until the window moves on.

    Workers know a limit by the place in the sources where it is made. While Redis is away each counts for itself.
    """

    def __init__(self, times: int, seconds: float) -> None:
        self.times = times
        self.seconds = seconds
        self._lock = Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        made = sys._getframe(1)
        self._name = f"{made.f_globals.get('__name__', '')}:{made.f_lineno}"

    def allows(self, key: str) -> bool:
        """Count one attempt of `key` and answer whether it is within the limit."""
        here = self._allows_here(key)
        together = self._allows_together(key)
        return here if together is None else together

    def _allows_together(self, key: str) -> bool | None:
        """What all workers together have counted; None where there is nobody to ask."""
        client = shared()
        if client is None:
            return None
        # An address is personal data: Redis gets a digest of it.
        place = f"{PREFIX}limit:{self._name}:{hashlib.sha256(key.encode()).hexdigest()[:24]}"
        try:
            said = client.eval(_COUNT, 1, place, self.times, int(self.seconds * 1000), uuid.uuid4().hex)
        except Exception:
            is_away()
            return None
        return bool(said)

    def _allows_here(self, key: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if len(self._seen) > _ADDRESSES_KEPT:
                self._seen = defaultdict(deque, {k: v for k, v in self._seen.items() if v[-1] > now - self.seconds})
            seen = self._seen[key]
            while seen and seen[0] <= now - self.seconds:
                seen.popleft()
            if len(seen) >= self.times:
                return False
            seen.append(now)
            return True
