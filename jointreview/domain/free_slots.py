"""Half-days on which one officer of every unit is free for a joint visit, and why others will not do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jointreview.domain.calendar import WorkCalendar


class Half(StrEnum):
    """Morning or afternoon."""

    AM = "am"
    PM = "pm"

    @property
    def text_key(self) -> str:
        """The key of the half-day's name."""
        return f"rules.half_{self.value}"


@dataclass(frozen=True, order=True)
class HalfDay:
    """A half-day; they sort by time."""

    date: date
    half: Half


@dataclass(frozen=True)
class SlotOption:
    """A possible half-day with exactly one officer of each unit."""

    slot: HalfDay
    officers: Mapping[str, str]


@dataclass(frozen=True)
class WhyNot:
    """Why a half-day will not do, as a text key; `units` are those without a free officer."""

    slot: HalfDay
    key: str
    units: tuple[str, ...] = ()


Units = Mapping[str, Collection[str]]
Busy = Mapping[str, Collection[HalfDay]]


def common_slots(
    candidates: Iterable[HalfDay],
    units: Units,
    busy: Busy,
    calendar: WorkCalendar,
    earliest: date,
    latest: date,
    familiar: Mapping[str, int] | None = None,
) -> list[SlotOption]:
    """The candidates that work, in order of time, each with the officers to send.

    Working days from `earliest` to `latest` only. Of a unit's free officers the one who knows most of the sites
    comes (`familiar`), then the one with the fewest busy half-days, then the lowest id; nobody stands for two units.
    No common half-day is an empty list, and so is a visit without units: neither ever means "any time".
    """
    found = []
    for slot in sorted(set(candidates)):
        if _refusal(slot, calendar, earliest, latest) is None:
            officers, lacking = _choose(slot, units, busy, familiar)
            if units and not lacking:
                found.append(SlotOption(slot, officers))
    return found


def why_not(
    candidates: Iterable[HalfDay],
    units: Units,
    busy: Busy,
    calendar: WorkCalendar,
    earliest: date,
    latest: date,
) -> list[WhyNot]:
    """For every candidate that will not do: the reason, and which units have nobody then."""
    found = []
    for slot in sorted(set(candidates)):
        key = _refusal(slot, calendar, earliest, latest)
        if key is None and not units:
            key = "rules.slot_no_units"
        if key is not None:
            found.append(WhyNot(slot, key))
            continue
        _, lacking = _choose(slot, units, busy)
        if lacking:
            found.append(WhyNot(slot, "rules.slot_nobody", lacking))
    return found


def _refusal(slot: HalfDay, calendar: WorkCalendar, earliest: date, latest: date) -> str | None:
    if slot.date < earliest:
        return "rules.slot_too_early"
    if slot.date > latest:
        return "rules.slot_too_late"
    return None if calendar.is_workday(slot.date) else "rules.slot_rest_day"


def _choose(
    slot: HalfDay, units: Units, busy: Busy, familiar: Mapping[str, int] | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """One free officer of each unit, and the units that get none.

    An officer listed under two units can serve one of them, so a unit may displace another to its next
    choice (augmenting paths of a bipartite matching).
    """
    free = {unit: _free(officers, slot, busy, familiar or {}) for unit, officers in units.items()}
    serves: dict[str, str] = {}

    def place(unit: str, tried: set[str]) -> bool:
        for officer in free[unit]:
            if officer in tried:
                continue
            tried.add(officer)
            if officer not in serves or place(serves[officer], tried):
                serves[officer] = unit
                return True
        return False

    lacking = tuple(unit for unit in sorted(free) if not place(unit, set()))
    return {unit: officer for officer, unit in sorted(serves.items(), key=lambda s: s[1])}, lacking


def _free(officers: Collection[str], slot: HalfDay, busy: Busy, familiar: Mapping[str, int]) -> list[str]:
    free = [o for o in set(officers) if slot not in busy.get(o, ())]
    return sorted(free, key=lambda o: (-familiar.get(o, 0), len(busy.get(o, ())), o))
