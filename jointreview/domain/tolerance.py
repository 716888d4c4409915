"""How far a measured area may differ from the permitted one: progressive by segment, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from jointreview.domain.problems import refuse

Area = Decimal | float | int
_CENT = Decimal("0.01")
QIDONG_SEGMENTS: tuple[tuple[Area | None, Area], ...] = (
    (1000, 0.03),
    (5000, 0.02),
    (10000, 0.015),
    (None, 0.005),
)


class AreaResult(StrEnum):
    """Where the measured area lies. Over the tolerance, planning verification cannot pass."""

    WITHIN = "within"
    UNDER = "under"
    OVER = "over"

    @property
    def text_key(self) -> str:
        """The key of the verdict's name."""
        return f"rules.area_{self.value}"


@dataclass(frozen=True)
class Verdict:
    """Measured minus permitted and the tolerance, both in square metres to 0.01."""

    diff: float
    tolerance: float
    result: AreaResult


@dataclass(frozen=True)
class ToleranceTable:
    """Segments `(up to m², rate)`, the last without an end, and a cap in m² (requirements §2.9 S5).

    Which table is in force is configuration; raises ValueError for one that is not ascending or has a gap.
    """

    segments: tuple[tuple[Area | None, Area], ...] = QIDONG_SEGMENTS
    cap_m2: Area = 500

    def __post_init__(self) -> None:
        ends = [end for end, _ in self.segments[:-1]]
        known = [exact(end) for end in ends if end is not None]
        ascending = all(a < b for a, b in zip([Decimal(0), *known], known, strict=False))
        if not self.segments or self.segments[-1][0] is not None or len(known) < len(ends) or not ascending:
            raise ValueError("segments must ascend from 0 and the last must be open")
        if any(exact(rate) < 0 for _, rate in self.segments) or exact(self.cap_m2) < 0:
            raise ValueError("rates and cap must not be negative")

    def tolerance(self, area_m2: Area) -> float:
        """The allowed difference for a permitted area, in m² to 0.01; raises Refused for an impossible area."""
        return float(self._tolerance(_area(area_m2)))

    def _tolerance(self, area: Decimal) -> Decimal:
        total, start = Decimal(0), Decimal(0)
        for end, rate in self.segments:
            stop = area if end is None else min(area, exact(end))
            total += max(stop - start, Decimal(0)) * exact(rate)
            start = stop
        return min(total, exact(self.cap_m2)).quantize(_CENT, ROUND_HALF_UP)

    def verdict(self, permitted: Area, measured: Area) -> Verdict:
        """Compare two areas in m²; a difference exactly as large as the tolerance is within it."""
        allowed = self._tolerance(_area(permitted))
        diff = (_area(measured) - _area(permitted)).quantize(_CENT, ROUND_HALF_UP)
        if abs(diff) <= allowed:
            result = AreaResult.WITHIN
        else:
            result = AreaResult.OVER if diff > 0 else AreaResult.UNDER
        return Verdict(float(diff), float(allowed), result)


def exact(number: Area) -> Decimal:
    """The number as people wrote it: 0.1 is one tenth, not its nearest binary fraction."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _area(number: Area) -> Decimal:
    area = exact(number)
    if not area.is_finite() or not 0 <= area < 10**12:
        raise refuse("rules.bad_area", area=str(number))
    return area
