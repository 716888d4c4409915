"""How often one address may try something: a sliding window in memory."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock

_ADDRESSES_KEPT = 10_000


class Limit:
    """At most `times` within `seconds` for each key; the rest is refused until the window moves on."""

    def __init__(self, times: int, seconds: float) -> None:
        self.times = times
        self.seconds = seconds
        self._lock = Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def allows(self, key: str) -> bool:
        """Count one attempt of `key` and answer whether it is within the limit."""
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
