"""Words somebody looks for, as a pattern of SQL."""

from __future__ import annotations


def containing(text: str) -> str:
    """The LIKE pattern (escape character `!`) of a text somewhere inside; its own wildcards mean themselves."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
