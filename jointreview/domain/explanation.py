"""Why a date is what it is, day by day, and how one such line reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from jointreview.domain.calendar import CalendarDay, DayKind, WorkCalendar, days_in
from jointreview.domain.calendar_source import HOLIDAY_KEYS
from jointreview.domain.pauses import Pause, pause_of
from jointreview.text import tr


@dataclass(frozen=True)
class DayNote:
    """What the clock did on one day: `reason` is a text key, read with note_text."""

    date: date
    counted: bool
    reason: str
    params: dict[str, object] = field(default_factory=dict)


def explain(
    accepted: date,
    days: int,
    pauses: Sequence[Pause],
    calendar: WorkCalendar,
    last: date,
    ended: date | None,
) -> tuple[DayNote, ...]:
    """One note for each day from acceptance to `last`; nothing counts after `ended`."""
    notes = [DayNote(accepted, False, "clock.day_acceptance")]
    n = 0
    for d in days_in(accepted, last):
        not_counted = _why_not_counted(calendar.day(d), pauses, ended)
        if not_counted is None:
            n += 1
            notes.append(_counted(calendar.day(d), n, days))
        else:
            reason, params = not_counted
            notes.append(DayNote(d, False, reason, params))
    return tuple(notes)


def _why_not_counted(
    day: CalendarDay, pauses: Sequence[Pause], ended: date | None
) -> tuple[str, dict[str, object]] | None:
    if ended is not None and day.date > ended:
        return "clock.day_ended", {}
    if not day.is_workday:
        if day.kind is DayKind.WEEKEND:
            return "clock.day_weekend", {}
        return ("clock.day_holiday", {"name": day.name}) if day.name else ("clock.day_rest", {})
    pause = pause_of(day.date, pauses)
    return _paused(pause) if pause else None


def _paused(pause: Pause) -> tuple[str, dict[str, object]]:
    """The kind of the pause, with who opened it and on what evidence where that is known."""
    params: dict[str, object] = {"kind": pause.kind}
    if not pause.reason:
        return "clock.day_paused", params
    return "clock.day_paused_because", params | {"opener": pause.opener, "evidence": pause.reason}


def _counted(day: CalendarDay, n: int, days: int) -> DayNote:
    if n > days:
        return DayNote(day.date, True, "clock.day_over", {"n": n, "over": n - days})
    reason = "clock.day_makeup" if day.kind is DayKind.MAKEUP else "clock.day_counted"
    return DayNote(day.date, True, reason, {"n": n, "days": days})


def note_text(lang: str, note: DayNote, name_of: Callable[[str], str] = str) -> str:
    """The line a person reads, with the holiday and the kind of pause named in `lang`; `name_of` names an opener."""
    params = dict(note.params)
    if "name" in params:
        name = str(params["name"])
        params["name"] = tr(lang, HOLIDAY_KEYS[name]) if name in HOLIDAY_KEYS else name
    if "opener" in params:
        params["opener"] = name_of(str(params["opener"]))
    if "kind" in params:
        params["kind"] = tr(lang, f"clock.pause_{params['kind']}")
    return tr(lang, note.reason, **params)
