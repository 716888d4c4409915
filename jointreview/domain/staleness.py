"""Whether an opinion still rests on what lies in the file: the digests it read against those of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def changed_since(read: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The materials that were added, replaced or removed since an opinion read them, by code.

    Both are digests of files by material; the order of files of one material means nothing.
    """
    return tuple(sorted(code for code in {*read, *now} if sorted(read.get(code, ())) != sorted(now.get(code, ()))))
