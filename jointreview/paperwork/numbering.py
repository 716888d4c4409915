"""Document numbers by year, such as 启联验〔2026〕0001号."""

from __future__ import annotations

import string


def format_number(pattern: str, year: int, n: int) -> str:
    """The number of the `n`-th document of `year`, for example `启联验〔{year}〕{n:04d}号` (requirements §3.7).

    Raises ValueError when the pattern does not use exactly `{year}` and `{n}` (two documents would then carry the
    same number), or when `n` is below 1.
    """
    used = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    if used != {"year", "n"}:
        raise ValueError(f"a number pattern needs {{year}} and {{n}} and nothing else: {pattern}")
    if n < 1:
        raise ValueError(f"documents are counted from 1, not {n}")
    return pattern.format(year=year, n=n)
