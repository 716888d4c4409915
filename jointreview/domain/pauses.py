"""Intervals in which the clock stands still, and which of them claims a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jointreview.domain.calendar import WorkCalendar


class PauseKind(StrEnum):
    """Why the clock stands still (requirements §4.4); of overlapping pauses the earlier kind claims the day."""

    SUPPLEMENT = "supplement"  # 补正
    SPECIAL = "special"  # 特别程序 (Administrative Licensing Law, Art. 45)
    PUBLICITY = "publicity"  # 公示
    RECTIFICATION = "rectification"  # 整改
    APPLICANT_DELAY = "applicant_delay"  # 申请人原因延期
    HIGHER_REVIEW = "higher_review"  # 上级审批/外部征询
    FORCE_MAJEURE = "force_majeure"  # 不可抗力/系统故障

    @property
    def text_key(self) -> str:
        """The key of the kind's name."""
        return f"clock.pause_{self.value}"


_ORDER = {kind: n for n, kind in enumerate(PauseKind)}


@dataclass(frozen=True)
class Pause:
    """A pause from `start` (still counted) to `end` (not counted); an open one has no end.

    `reason` is the number of its evidence, `opener` the unit or role that opened it, both "" where unknown.
    """

    kind: PauseKind
    start: date
    end: date | None = None
    reason: str = ""
    opener: str = ""


def covers(pause: Pause, d: date) -> bool:
    """Whether the pause takes `d` off the clock: (start, end]."""
    return pause.start < d and (pause.end is None or d <= pause.end)


def is_running(pause: Pause, on: date) -> bool:
    """Whether the pause is open at the end of `on`: opened that day or before, and not yet closed."""
    return pause.start <= on and (pause.end is None or on < pause.end)


def pause_of(d: date, pauses: Iterable[Pause]) -> Pause | None:
    """The one pause that claims `d`, a supplement first, or None."""
    return min((p for p in pauses if covers(p, d)), key=lambda p: _ORDER[p.kind], default=None)


class LengthUnit(StrEnum):
    """What the planned length of a pause is counted in (exchange standard v3.0, TBCXSXLX)."""

    WORKDAY = "workday"
    NATURAL = "natural"


def planned_end(opened: date, days: int, unit: LengthUnit, calendar: WorkCalendar) -> date:
    """The last day of a pause of `days` days opened on `opened`: the day of opening is not one of them.

    Natural days end on any day, a rest day too: the clock goes on with the next working day anyway.
    """
    if unit is LengthUnit.WORKDAY:
        return calendar.nth_workday_after(opened, days)
    return opened + timedelta(days=days)


def overrun(planned: date | None, closed: date | None, on: date) -> int:
    """By how many natural days a pause lasts, or lasted, longer than planned; 0 while it keeps to its plan."""
    return 0 if planned is None else max(0, ((closed or on) - planned).days)
