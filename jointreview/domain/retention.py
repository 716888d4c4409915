"""What may be erased after its time, and the least time each has to be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

LEAST_DAYS: dict[str, int] = {
    "drafts": 90,
    "uploads": 7,
    "sign_ins": 183,
    "readings": 183,
    "outbox": 30,
    "notices": 183,
    "requests": 7,
    "accounts": 183,
    "pages": 1,
}
"""Kinds in the order they are erased in. Logs are kept six months at least (Cybersecurity Law, Art. 21)."""


def erased_before(now: datetime, days: int) -> datetime:
    """What is older than this goes."""
    return now - timedelta(days=days)


def as_ranges(numbers: set[int]) -> str:
    """Numbers in few characters: `3-7,9`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in found)


def from_ranges(said: str) -> set[int]:
    """The numbers of `as_ranges`."""
    numbers: set[int] = set()
    for part in filter(None, said.split(",")):
        low, _, high = part.partition("-")
        numbers |= set(range(int(low), int(high or low) + 1))
    return numbers
