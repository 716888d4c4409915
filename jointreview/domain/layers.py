"""Layers of the map as rules see them: their themes, the three answers, which version counts, what is waited for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

THEMES = (
    *("red_line", "yellow_line", "blue_line", "green_line", "purple_line", "ecological", "farmland"),
    *("civil_defence", "heritage", "pipeline", "flood", "airport", "boundary", "other"),
)
"""What a layer is about: the planning control lines by colour, protected land, limits of other departments."""


class Answer(StrEnum):
    """What a layer says of a parcel. A question that failed is never a no."""

    HIT = "hit"
    CLEAR = "clear"
    NOT_ANSWERED = "not_answered"


ANSWERS = tuple(a.value for a in Answer)


@dataclass(frozen=True)
class Dates:
    """A version by its number, its days (both included) and whether it was retired."""

    number: int
    effective_from: date
    effective_to: date | None = None
    retired: bool = False


def in_force(versions: Iterable[Dates], day: date) -> Dates | None:
    """The version that counts on a day: of those in effect the one that began last, of one day the newer."""
    begun = [v for v in versions if not v.retired and v.effective_from <= day]
    lasting = [v for v in begun if v.effective_to is None or day <= v.effective_to]
    return max(lasting, key=lambda v: (v.effective_from, v.number), default=None)


def why_none(versions: Sequence[Dates], day: date) -> str:
    """The text that says why no version counts: none was ever loaded, all were retired, to come, or run out."""
    kept = [v for v in versions if not v.retired]
    if not versions:
        return "layers.no_data"
    if not kept:
        return "layers.all_retired"
    if all(v.effective_from > day for v in kept):
        return "layers.not_yet"
    return "layers.run_out"
