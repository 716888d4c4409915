"""What a change does to a due day before it is made: the same clock with and without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import StatusEvent, clock_from_events, compute, concerning, paired_pauses
from jointreview.domain.pauses import Pause
from jointreview.domain.status_codes import StatusCode


@dataclass(frozen=True)
class Shift:
    """A due day before and after a change; None while an open pause keeps it unknown, or before acceptance."""

    old: date | None
    new: date | None


def shift_of_case(
    log: Iterable[StatusEvent],
    days: int,
    calendar: WorkCalendar,
    on: date,
    added: Iterable[StatusEvent] = (),
    more_days: int = 0,
) -> Shift:
    """The due day of a case with `days` promised, as it is and with `added` events and `more_days`."""
    known = list(log)
    before = clock_from_events(known, days, calendar, on)
    after = clock_from_events([*known, *added], days + more_days, calendar, on)
    return Shift(before.due if before else None, after.due if after else None)


def shift_of_part(
    opened: date,
    days: int,
    log: Iterable[StatusEvent],
    part: int,
    calendar: WorkCalendar,
    on: date,
    added: Iterable[StatusEvent] = (),
    more_days: int = 0,
) -> Shift:
    """The same for one department's open round, which another's special procedure leaves alone."""
    known = list(log)
    before = compute(opened, days, _pauses(known, part), calendar, on)
    after = compute(opened, days + more_days, _pauses([*known, *added], part), calendar, on)
    return Shift(before.due, after.due)


def _pauses(log: list[StatusEvent], part: int) -> tuple[Pause, ...]:
    mine = concerning(log, part)
    accepted = next((n for n, e in enumerate(mine) if e.code is StatusCode.ACCEPTED), 0)
    return paired_pauses(mine[accepted + 1 :])
