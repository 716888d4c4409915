"""What checking a number yields, and how typed numbers are brought into one form first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from jointreview.domain.problems import Problem

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
SHOWN = 60
"""Longest part of what was typed that a message repeats."""


class CodeKind(StrEnum):
    """The kinds of number the product can check."""

    CREDIT = "credit"
    PROJECT = "project"
    PLANNING_PERMIT = "planning-permit"
    CONSTRUCTION_PERMIT = "construction-permit"
    MOBILE = "mobile"
    IDENTITY = "identity-number"

    @property
    def text_key(self) -> str:
        """The key of the kind's name."""
        return f"ids.kind_{self.name.lower()}"


@dataclass(frozen=True)
class CodeCheck:
    """The result: `normalised` is what to store, `problems` refuse it, `warnings` only ask to look again.

    `kind` is None when the kind was not given and cannot be guessed; `parts` are filled when valid.
    """

    kind: CodeKind | None
    normalised: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing speaks against the number."""
        return not self.problems


def normalise(text: str) -> str:
    """Half-width, without spaces, capitals, every dash a hyphen: what people mean when they type a code."""
    half = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).translate(_INVISIBLE)
    return re.sub(r"\s+", "", half).upper()
