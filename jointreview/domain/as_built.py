"""Permitted against built: each value of a building with its tolerance and its verdict (requirements §2.9 S5, §3.6).

What cannot be compared is said to be so, with the reason; it is never taken as fine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from jointreview.domain.tolerance import AreaResult, ToleranceTable, exact

_MILLIMETRE = 3
_Fine = Callable[[float], bool]


class Standing(StrEnum):
    """How a value stands. `recorded` is only told: no rule says how large it may be."""

    WITHIN = "within"
    BEYOND = "beyond"
    NOT_COMPARABLE = "not_comparable"
    RECORDED = "recorded"


class Reason(StrEnum):
    """Why nothing can be compared, in the order in which it is looked for."""

    NO_PERMITTED_PLAN = "no_permitted_plan"
    NO_AS_BUILT = "no_as_built"
    PERMITTED_NOT_CONFIRMED = "permitted_not_confirmed"
    AS_BUILT_NOT_CONFIRMED = "as_built_not_confirmed"
    NOT_ON_PERMITTED_PLAN = "not_on_permitted_plan"
    NOT_SURVEYED = "not_surveyed"
    NO_PARCEL = "no_parcel"
    NO_PERMITTED_VALUE = "no_permitted_value"
    NO_BUILT_VALUE = "no_built_value"


@dataclass(frozen=True)
class Measure:
    """One value; `diff` is built minus permitted, None where one is missing. `tolerance` is in the value's unit."""

    what: str
    unit: str
    permitted: float | None
    built: float | None
    diff: float | None
    tolerance: float | None
    standing: Standing
    reason: Reason | None = None


def not_comparable(what: str, unit: str, reason: Reason, permitted: float | None = None) -> Measure:
    """A value about which nothing can be said, and why."""
    return Measure(what, unit, permitted, None, None, None, Standing.NOT_COMPARABLE, reason)


def recorded(what: str, unit: str, built: float) -> Measure:
    """A value that is told and not judged."""
    return Measure(what, unit, None, built, None, None, Standing.RECORDED)


def limited(what: str, unit: str, built: float, most: float) -> Measure:
    """A deviation that may be as large as the tolerance and no larger."""
    standing = Standing.WITHIN if _mm(built) <= _mm(most) else Standing.BEYOND
    return Measure(what, unit, None, built, None, most, standing)


def at_least(what: str, unit: str, permitted: float | None, built: float | None, slack: float) -> Measure:
    """A distance that must be kept: it may fall short by `slack`, and be as much larger as it likes."""
    return _judged(what, unit, permitted, built, slack, lambda diff: diff >= -slack)


def at_most(what: str, unit: str, permitted: float | None, built: float | None, slack: float) -> Measure:
    """A height or number of storeys that must not be passed by more than `slack`."""
    return _judged(what, unit, permitted, built, slack, lambda diff: diff <= slack)


def area(what: str, permitted: float | None, built: float | None, table: ToleranceTable) -> Measure:
    """An area in m² under the progressive tolerance."""
    missing = _missing(permitted, built)
    if missing or permitted is None or built is None:
        return Measure(what, "m²", permitted, built, None, None, Standing.NOT_COMPARABLE, missing)
    verdict = table.verdict(round(permitted, 2), round(built, 2))
    standing = Standing.WITHIN if verdict.result is AreaResult.WITHIN else Standing.BEYOND
    return Measure(what, "m²", permitted, built, verdict.diff, verdict.tolerance, standing)


def worst(measures: Iterable[Measure]) -> Standing:
    """The standing of a whole: beyond if anything is, else not comparable if anything is; nothing at all neither.

    A value that was only recorded says nothing about the whole.
    """
    found = {m.standing for m in measures} - {Standing.RECORDED}
    if Standing.BEYOND in found:
        return Standing.BEYOND
    return Standing.WITHIN if found == {Standing.WITHIN} else Standing.NOT_COMPARABLE


def _judged(what: str, unit: str, permitted: float | None, built: float | None, slack: float, fine: _Fine) -> Measure:
    missing = _missing(permitted, built)
    if missing or permitted is None or built is None:
        return Measure(what, unit, permitted, built, None, slack, Standing.NOT_COMPARABLE, missing)
    diff = float(exact(_mm(built)) - exact(_mm(permitted)))
    return Measure(what, unit, permitted, built, diff, slack, Standing.WITHIN if fine(diff) else Standing.BEYOND)


def _missing(permitted: float | None, built: float | None) -> Reason | None:
    if permitted is None:
        return Reason.NO_PERMITTED_VALUE
    return Reason.NO_BUILT_VALUE if built is None else None


def _mm(number: float) -> float:
    """Files are written to the millimetre: what lies below is the rounding of the arithmetic."""
    return round(number, _MILLIMETRE)
