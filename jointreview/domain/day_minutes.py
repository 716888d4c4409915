"""Times of a day as minutes after midnight, as trips are planned."""

from __future__ import annotations


def clock_time(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
