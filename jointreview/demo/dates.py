"""Sample forms moved in time, so that a case played weeks ago holds nothing of its future."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def moved_back(part: Any, by: timedelta) -> Any:
    """The same values with every date moved back."""
    if isinstance(part, dict):
        return {key: moved_back(value, by) for key, value in part.items()}
    if isinstance(part, list):
        return [moved_back(value, by) for value in part]
    if isinstance(part, str) and _DATE.fullmatch(part):
        return (date.fromisoformat(part) - by).isoformat()
    return part
