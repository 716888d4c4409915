"""The figures of progress: days used, in time or late, medians, where time goes, scores - from facts alone."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from jointreview.domain.calendar import WorkCalendar, days_in
from jointreview.domain.pauses import Pause, PauseKind, pause_of

STAGES = (1, 2, 3, 4)
"""The stages of a whole road, the last of them the joint acceptance (requirements §1.1)."""
_HIGH = 0.9


class WorkdayCounter:
    """Working days in many spans of the same years, counted by looking up; the same count as the clock's."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date) -> None:
        """Counts between `first` and `last`; spans outside raise ValueError."""
        self._calendar, self._first, self._last = calendar, first, last
        self._days = [d for d in (first, *days_in(first, last)) if calendar.is_workday(d)]

    def between(self, a: date, b: date) -> int:
        """The working days after `a` up to and including `b`; 0 when `b` is not after `a`."""
        if not (self._first <= a <= self._last and self._first <= b <= self._last):
            raise ValueError("outside of the counted years")
        return max(0, bisect_right(self._days, b) - bisect_right(self._days, a))

    def used(self, a: date, b: date, pauses: Sequence[Pause] = ()) -> int:
        """`between` without the days of a pause; overlapping pauses count once (requirements §4.6)."""
        return self.between(a, b) - sum(self.paused(a, b, pauses).values())

    def paused(self, a: date, b: date, pauses: Sequence[Pause]) -> dict[PauseKind, int]:
        """The working days of the span in pauses, each given to one kind, a supplement first."""
        if not pauses:
            return {}
        found: Counter[PauseKind] = Counter()
        from_day, to_day = bisect_right(self._days, a), bisect_right(self._days, b)
        for d in self._days[from_day:to_day]:
            pause = pause_of(d, pauses)
            if pause is not None:
                found[pause.kind] += 1
        return dict(found)


@dataclass(frozen=True)
class CaseTime:
    """The time of one accepted case; all days but `span` are working days.

    `used` is 审批用时, the government's own days (BJSPYS); `span` is 跨度用时 (BJKDYS), calendar days from the first
    receipt to `until`: the delivery, else the end, else today. `passed` tells an ending that can be late: by
    passing, also conditionally (§4.6).
    `before_window` and `before_applicant` are the days between receipt and acceptance by whose turn it was.
    """

    case_id: int
    project_id: int
    stage: int
    track: str
    received: date
    accepted: date
    ended: date | None
    until: date
    concluded: bool
    passed: bool
    promised: int
    used: int
    before_window: int
    before_applicant: int
    paused: Mapping[PauseKind, int]

    @property
    def span(self) -> int:
        """Calendar days from receipt to `until`."""
        return (self.until - self.received).days

    @property
    def over(self) -> bool:
        """是否超期 = 审批用时 > 办理时限; withdrawn, refused and failed cases are never late (requirements §4.6)."""
        return self.used > self.promised and (self.ended is None or self.passed)

    @property
    def month(self) -> str:
        """The month of its end, `2026-05`; empty while it runs."""
        return f"{self.ended:%Y-%m}" if self.ended else ""


@dataclass(frozen=True)
class RoundTime:
    """The time of one round of a unit: `used` and `promised` in working days, closed or until today.

    `cut` marks a round that was still open when its case ended: that end closed it, not the unit. The unit's delay
    up to that day stands, but the round tells nothing of how long the unit takes (`counted`, `finished`).
    """

    round_id: int
    case_id: int
    unit: str
    item: str
    kind: str
    stage: int
    status: str
    opened: date
    closed: date | None
    promised: int
    used: int
    cut: bool = False

    @property
    def over(self) -> bool:
        """Whether it took longer than its sub-deadline, or was closed by silence."""
        return self.used > self.promised or self.status == "deemed"

    @property
    def counted(self) -> bool:
        """Whether it enters the on-time rate: closed; one that its case's end closed only if it was late by then."""
        return self.closed is not None and (not self.cut or self.over)

    @property
    def finished(self) -> bool:
        """Whether the unit itself (or its silence) closed it, so that its days say how long the unit takes."""
        return self.closed is not None and not self.cut

    @property
    def month(self) -> str:
        """The month in which it was closed, empty while it is open."""
        return f"{self.closed:%Y-%m}" if self.closed else ""


@dataclass(frozen=True)
class Spread:
    """Average, median and the value nine tenths stay below or at; None without values."""

    count: int
    average: float | None
    median: float | None
    p90: float | None


def spread(values: Iterable[float]) -> Spread:
    """The spread of some durations."""
    given = sorted(values)
    if not given:
        return Spread(0, None, None, None)
    return Spread(len(given), fmean(given), float(median(given)), float(percentile(given, _HIGH)))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); raises without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Rate:
    """So many of all; `share` is None where there is nothing to count."""

    good: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1."""
        return self.good / self.of if self.of else None


def on_time(cases: Iterable[CaseTime]) -> Rate:
    """On-time rate: of the cases that ended by passing, those whose used days stayed within the promise."""
    ended = [c for c in cases if c.ended is not None and c.passed]
    return Rate(sum(not c.over for c in ended), len(ended))


def rounds_on_time(rounds: Iterable[RoundTime]) -> Rate:
    """Of the rounds closed by the unit or by its silence, those within their sub-deadline.

    A round left open in an ended case is closed by that end: late if it was late by then, else not counted at all.
    """
    closed = [r for r in rounds if r.counted]
    return Rate(sum(not r.over for r in closed), len(closed))


@dataclass(frozen=True)
class ProjectTime:
    """A project's road so far: promised stage clocks consumed, and calendar days from first to last.

    `stages` are those passed, `running` tells of an open case, `last` is the latest end of a counted case.
    """

    project_id: int
    used: int
    span: int
    stages: frozenset[int]
    running: bool
    last: date | None

    @property
    def standing(self) -> str:
        """`whole`: passed in all four stages and nothing open; only these make up the average against 45.

        `part`: the last stage passed and nothing open, but earlier stages were never handled here: its sum is not
        that of a whole road. `running`: everything else, "running, N days so far".
        """
        if self.running or STAGES[-1] not in self.stages:
            return "running"
        return "whole" if self.stages.issuperset(STAGES) else "part"

    @property
    def month(self) -> str:
        """The month in which the road ended, `2026-05`; empty while it has not."""
        return f"{self.last:%Y-%m}" if self.last and self.standing != "running" else ""


def project_times(cases: Iterable[CaseTime]) -> list[ProjectTime]:
    """Each project's sum of used days over its stages, and its span (requirements §1.1).

    Cases that ended without a conclusion (withdrawn) are left out. Of several cases of one stage at a time, as with
    buildings accepted one after another, each counts. What is not finished is told apart by `standing`, so that no
    average mixes half roads with whole ones.
    """
    by_project: dict[int, list[CaseTime]] = {}
    for case in cases:
        if case.ended is None or case.concluded:
            by_project.setdefault(case.project_id, []).append(case)
    return [
        ProjectTime(
            project_id,
            sum(c.used for c in mine),
            (max(c.until for c in mine) - min(c.received for c in mine)).days,
            frozenset(c.stage for c in mine if c.passed),
            running=any(c.ended is None for c in mine),
            last=max((c.ended for c in mine if c.ended), default=None),
        )
        for project_id, mine in by_project.items()
    ]


def where_time_goes(cases: Iterable[CaseTime]) -> dict[str, int]:
    """Working days by who had them: `departments`, `window` and `applicant` before acceptance, and kinds of pause."""
    found: Counter[str] = Counter()
    for case in cases:
        found["window"] += case.before_window
        found["applicant"] += case.before_applicant
        found["departments"] += case.used
        for kind, days in case.paused.items():
            found[kind.value] += days
    return dict(found)


@dataclass(frozen=True)
class Usual:
    """How long something usually takes in working days, and on how many closed ones that rests.

    With fewer than the least number the promise stands for both and `from_promise` says so.
    """

    middle: int
    high: int
    rests_on: int
    from_promise: bool


def usual(past: Sequence[int], promised: int, least: int, share: float) -> Usual:
    """Median (rounded up) and the `share` percentile of past durations, or the promise with too few of them."""
    if len(past) < least:
        return Usual(promised, promised, len(past), True)
    return Usual(math.ceil(median(past)), int(percentile(past, share)), len(past), False)


@dataclass(frozen=True)
class Expected:
    """When something will be finished if nothing changes: by the median, and in slow cases."""

    middle: date
    high: date


def expected(used: int, usually: Usual, today: date, calendar: WorkCalendar) -> Expected:
    """The days the usual duration still leaves, from today; what takes longer already ends today at the earliest."""
    return Expected(
        calendar.nth_workday_after(today, max(0, usually.middle - used)),
        calendar.nth_workday_after(today, max(0, usually.high - used)),
    )


@dataclass(frozen=True)
class Score:
    """Points of a unit, `parts` as (name, share, weight); None when there is nothing to score."""

    points: float | None
    parts: tuple[tuple[str, float, int], ...]
    deducted: float


def score(shares: Mapping[str, float | None], weights: Mapping[str, int], deducted: float = 0) -> Score:
    """100 x sum(share x weight) / sum(weights of what could be counted) - deductions, never below 0."""
    parts = tuple((name, share, weights[name]) for name, share in shares.items() if share is not None)
    total = sum(weight for *_, weight in parts)
    if not total:
        return Score(None, (), deducted)
    points = 100 * sum(share * weight for _, share, weight in parts) / total - deducted
    return Score(max(0.0, round(points, 1)), parts, deducted)
