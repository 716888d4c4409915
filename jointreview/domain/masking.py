"""Personal data made unreadable for lists, logs and the public (requirements §6.4)."""

from __future__ import annotations


def _middle_hidden(text: str, first: int, last: int) -> str:
    """Keep the ends; a text too short to hide anything between them keeps its first character only."""
    if len(text) <= first + last:
        return text[:1] + "*" * (len(text) - 1)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def mask_identity(number: str) -> str:
    """`320681********1234`: region and last four stay."""
    return _middle_hidden(number.strip(), 6, 4)


def mask_mobile(number: str) -> str:
    """`138****5678`: prefix and last four stay."""
    return _middle_hidden(number.strip(), 3, 4)


def mask_name(name: str) -> str:
    """`张**`: only the first character of each word stays; a one-character name is hidden whole."""
    words = name.split()
    return " ".join(word[:1] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in words)
