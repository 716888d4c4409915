"""Log lines: for people, or one JSON object each; with the request and the case they belong to, without secrets.

Reflex reports whole events, with cookies and what people typed: these are cut off wherever they are logged.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request or connection being served; passed on from X-Request-ID or made here."""
CASE: ContextVar[int] = ContextVar("case", default=0)
"""The id of the case being worked on; 0 for none."""

_EVENTS = ("Event(", "Event data:", "event data:")
_SECRETS = (
    (re.compile(r"(jr_session=)[^;\s'\"]+"), r"\1..."),
    (re.compile(r"([?&]token=)[^&\s'\"]+"), r"\1..."),
    (re.compile(r"((?:rediss?|postgresql)(?:\+\w+)?://[^:/@\s]*:)[^@\s]+@"), r"\1...@"),
)


class WithoutEvents(logging.Filter):
    """Keeps whole events, which carry cookies and payloads, and secrets in addresses out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for marker in _EVENTS:
            if marker in text:
                text = text.split(marker, 1)[0] + f"{marker}..."
                record.exc_info = record.exc_text = None
                break
        clean = without_secrets(text)
        if clean != record.getMessage():
            record.msg, record.args = clean, ()
        return True


def without_secrets(text: str) -> str:
    """The text with cookies of sessions, tokens of tabs and passwords of addresses struck out."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object for each record: time in UTC, level, logger, message, request, case, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "process": record.process,
        }
        if REQUEST.get():
            said["request"] = REQUEST.get()
        if CASE.get():
            said["case"] = CASE.get()
        if record.exc_info:
            said["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


class Lines(logging.Formatter):
    """A line for people, with the request and the case at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = without_secrets(super().format(record))
        head, line, rest = text.partition("\n")
        place = (f" request={REQUEST.get()}" if REQUEST.get() else "") + (f" case={CASE.get()}" if CASE.get() else "")
        return f"{head}{place}{line}{rest}"


def set_up(style: str) -> None:
    """Let every logger of this process write by the one handler, as `text` or `json`; once is enough."""
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _OurHandler):
            return
    handler = _OurHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else Lines())
    handler.addFilter(WithoutEvents())
    handler.setLevel(logging.WARNING)
    root.addHandler(handler)


class _OurHandler(logging.StreamHandler):
    """Known by its class, so that it is added once."""


def server_configuration(style: str) -> dict[str, object]:
    """The logging of the server that keeps the workers, in the same style."""
    formatter = "JsonLines" if style == "json" else "Lines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"jointreview.watch.logs.{formatter}"}},
        "handlers": {"ours": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stderr"}},
        "loggers": {"_granian": {"handlers": ["ours"], "level": "WARNING", "propagate": False}},
    }
