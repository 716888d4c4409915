"""What changed, told to whoever listens in this process, after the change is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Lock

Listener = Callable[[frozenset[str]], None]

_log = logging.getLogger(__name__)
_lock = Lock()
_listeners: list[Listener] = []


def listen(callback: Listener) -> Callable[[], None]:
    """Call `callback` with the touched topics after each commit, from whatever thread committed.

    Returns a function that ends the listening. A topic is `case:12`, `board`, `work:unit:fire`,
    `account:5` or `session:<digest>`.
    """
    with _lock:
        _listeners.append(callback)

    def stop() -> None:
        with _lock:
            if callback in _listeners:
                _listeners.remove(callback)

    return stop


def announce(topics: Iterable[str]) -> None:
    """Tell every listener that the topics changed; a failing listener never harms the change or the others."""
    touched = frozenset(topics)
    if not touched:
        return
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        try:
            listener(touched)
        except Exception:
            _log.exception("a listener failed on %s", sorted(touched))
