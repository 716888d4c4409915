"""What changed, told after the change is committed to whoever listens, in this process and in the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Lock

from jointreview.commands.relay import pass_on

Listener = Callable[[frozenset[str]], None]

EVERYTHING = "everything"
"""The topic of somebody who may have missed what was announced: whatever is kept is to be read again."""
_log = logging.getLogger(__name__)
_lock = Lock()
_listeners: list[Listener] = []


def listen(callback: Listener) -> Callable[[], None]:
    """Call `callback` with the touched topics after each commit, from whatever thread committed or heard of it.

    Returns a function that ends the listening. A topic is `case:12`, `board`, `work:unit:fire`,
    `account:5` or `session:<digest>`, or EVERYTHING.
    """
    with _lock:
        _listeners.append(callback)

    def stop() -> None:
        with _lock:
            if callback in _listeners:
                _listeners.remove(callback)

    return stop


def announce(topics: Iterable[str]) -> None:
    """Tell every listener, here and in other processes, that the topics changed."""
    touched = frozenset(topics)
    if not touched:
        return
    tell(touched)
    pass_on(touched)


def tell(touched: frozenset[str]) -> None:
    """Tell the listeners of this process; a failing one never harms the change or the others."""
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        try:
            listener(touched)
        except Exception:
            _log.exception("a listener failed on %s", sorted(touched))
