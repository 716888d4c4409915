"""What went wrong, as data: a text key with parameters and a place, translated only where a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One fault in what somebody entered or asked for.

    `key` names a text (`area.name` of jointreview.text) that says what is wrong and what is wanted;
    `where` is the field path, file name or line it concerns, empty when it concerns the whole.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    where: str = ""


class Refused(Exception):
    """An input or action refused whole, with every problem found.

    `kind` tells the edges how to answer: `invalid` (bad input), `forbidden` (no right), `state` (not now),
    `conflict` (somebody else changed it), `missing` (no such thing), `often` (this person has had enough for a
    while), `busy` (the product has enough to do, for whoever asks).
    """

    def __init__(self, *problems: Problem, kind: str = "invalid") -> None:
        if not problems:
            raise ValueError("a refusal needs at least one problem")
        super().__init__("; ".join(p.key for p in problems))
        self.problems = problems
        self.kind = kind


def refuse(key: str, /, where: str = "", kind: str = "invalid", **params: object) -> Refused:
    """A refusal with a single problem, to be raised by the caller."""
    return Refused(Problem(key, dict(params), where), kind=kind)
