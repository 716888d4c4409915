"""The clock of a case: due date, used and remaining working days, lamp, and why - from dates alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from jointreview.domain.calendar import WorkCalendar, days_in
from jointreview.domain.explanation import DayNote, explain
from jointreview.domain.pauses import Pause, PauseKind, is_running, pause_of
from jointreview.domain.problems import Problem, Refused
from jointreview.domain.status_codes import CAN_BE_OVERDUE, ENDING, StatusCode

NOTICE_WINDOW_DAYS = 5
LONGEST_PROMISE_DAYS = 3650
_ONE_DAY = timedelta(days=1)


class Lamp(StrEnum):
    """The warning level of a case or of one department's part in it."""

    GREEN = "green"
    NOTICE = "notice"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"
    DONE = "done"

    @property
    def text_key(self) -> str:
        """The key of the lamp's name."""
        return f"clock.lamp_{self.value}"


@dataclass(frozen=True)
class LampRule:
    """Remaining working days from which the notice and the yellow lamp show (requirements §4.5)."""

    notice: int = 3
    yellow: int = 1


@dataclass(frozen=True)
class Clock:
    """Where a period stands at the end of a day.

    `due` is None while an open pause keeps it unknown. `overdue` tells a late ending apart, which the lamp
    `done` does not. `paused_days_by_kind` are working days, each attributed to one kind.
    """

    accepted: date
    days: int
    due: date | None
    used: int
    remaining: int
    lamp: Lamp
    provisional: bool
    paused: bool
    overdue: bool
    ended: date | None
    paused_days_by_kind: Mapping[PauseKind, int]
    explanation: tuple[DayNote, ...]


def compute(
    accepted: date,
    days: int,
    pauses: Iterable[Pause],
    calendar: WorkCalendar,
    on: date,
    ended: date | None = None,
    lamps: LampRule = LampRule(),
) -> Clock:
    """The clock at the end of `on` for a promise of `days` working days from `accepted`.

    Counting starts the day after acceptance (Civil Code Art. 201). The day a pause opens still counts, the
    day it closes does not (requirements §4.3); overlapping pauses count once, and of a pause opened before
    `accepted` only the days after it matter, as when a department's own period begins inside one. An ending
    stops the count and closes any open pause. Raises Refused for a pause that ends before it starts and for
    `days` outside 0..3650.
    """
    given = tuple(pauses)
    problems = faults(days, given)
    if problems:
        raise Refused(*problems)
    until = on if ended is None else min(on, ended)
    spans = tuple(_closed_by(p, ended) for p in given)
    due = _due(accepted, days, spans, calendar)
    used = _count(accepted, until, spans, calendar)
    over = due is not None and until > due
    done = ended is not None and ended <= on
    paused = not done and any(is_running(p, on) for p in spans)
    last = max(due or until, until)
    return Clock(
        accepted=accepted,
        days=days,
        due=due,
        used=used,
        remaining=days - used,
        lamp=_lamp(done, over, paused, days - used, lamps),
        provisional=any(calendar.is_provisional(d) for d in days_in(accepted, due or until)),
        paused=paused,
        overdue=over,
        ended=ended,
        paused_days_by_kind=_paused_days(accepted, until, spans, calendar),
        explanation=explain(accepted, days, spans, calendar, last, ended),
    )


def faults(days: int, pauses: Iterable[Pause]) -> tuple[Problem, ...]:
    """Everything wrong with these inputs of a clock."""
    found = []
    if not 0 <= days <= LONGEST_PROMISE_DAYS:
        found.append(Problem("clock.bad_days", {"days": days, "most": LONGEST_PROMISE_DAYS}, "days"))
    for pause in pauses:
        if pause.end is not None and pause.end < pause.start:
            dates = {"start": pause.start.isoformat(), "end": pause.end.isoformat()}
            found.append(Problem("clock.pause_ends_before_start", dict(dates), "pause"))
    return tuple(found)


def _closed_by(pause: Pause, ended: date | None) -> Pause:
    if ended is None or (pause.end is not None and pause.end <= ended):
        return pause
    return replace(pause, end=max(pause.start, ended))


def _due(accepted: date, days: int, pauses: Sequence[Pause], calendar: WorkCalendar) -> date | None:
    """The first day on which `days` working days outside the pauses have passed; None if none can be named."""
    d, left = accepted, days
    opened = min((p.start for p in pauses if p.end is None), default=date.max)
    while left:
        if d >= opened:
            return None
        d += _ONE_DAY
        left -= calendar.is_workday(d) and pause_of(d, pauses) is None
    return d


def due_day(accepted: date, days: int, pauses: Iterable[Pause], calendar: WorkCalendar) -> date | None:
    """The due day alone, without the rest of the clock; None while an open pause keeps it unknown."""
    return _due(accepted, days, tuple(pauses), calendar)


def _count(a: date, b: date, pauses: Sequence[Pause], calendar: WorkCalendar) -> int:
    return sum(pause_of(d, pauses) is None for d in calendar.workdays_in(a, b))


def _paused_days(a: date, b: date, pauses: Sequence[Pause], calendar: WorkCalendar) -> dict[PauseKind, int]:
    found: dict[PauseKind, int] = {}
    for d in calendar.workdays_in(a, b):
        pause = pause_of(d, pauses)
        if pause is not None:
            found[pause.kind] = found.get(pause.kind, 0) + 1
    return found


def _lamp(done: bool, over: bool, paused: bool, remaining: int, rule: LampRule) -> Lamp:
    if done:
        return Lamp.DONE
    if over:
        return Lamp.RED
    if paused:
        return Lamp.PAUSED
    if remaining <= rule.yellow:
        return Lamp.YELLOW
    return Lamp.NOTICE if remaining <= rule.notice else Lamp.GREEN


def due_national(accepted: date, days: int, pauses: Iterable[Pause], calendar: WorkCalendar) -> date | None:
    """The due date as the national platform computes it (requirements §4.3): from the next working day.

    The same as ours when acceptance falls on a working day, a day later when its stamp does not.
    """
    start = calendar.next_workday(accepted)
    return _due(start, days, tuple(pauses), calendar)


@dataclass(frozen=True)
class StatusEvent:
    """A dated status of a case, oldest first in its log.

    `kind` refines a special procedure (9/10), for example rectification; `ref` tells two pauses of one kind
    apart when they overlap; `part` is the one assignment a pause belongs to, None for the whole case.
    """

    code: StatusCode
    effective_day: date
    kind: PauseKind | None = None
    ref: str = ""
    reason: str = ""
    opener: str = ""
    part: int | None = None


def clock_from_events(
    events: Iterable[StatusEvent],
    days: int,
    calendar: WorkCalendar,
    on: date,
    lamps: LampRule = LampRule(),
) -> Clock | None:
    """The clock of a case from its log (requirements §4.6); None for a case that was never accepted.

    `days` is the promise with its extensions. Counting runs from the first acceptance to the first ending.
    Supplements and special procedures before acceptance do not count as pauses. A case that ended in
    another way than by passing is never overdue.
    """
    log = sorted(events, key=lambda e: e.effective_day)
    end = next((n for n, e in enumerate(log) if e.code in ENDING), None)
    ending = None if end is None else log[end]
    active = log[:end]
    start = next((n for n, e in enumerate(active) if e.code is StatusCode.ACCEPTED), None)
    if start is None:
        return None
    ended = ending.effective_day if ending else None
    accepted = active[start].effective_day
    clock = compute(accepted, days, paired_pauses(active[start + 1 :]), calendar, on, ended, lamps)
    if clock.lamp is Lamp.DONE and ending and ending.code not in CAN_BE_OVERDUE:
        return replace(clock, overdue=False)
    return clock


_OPENS = {
    StatusCode.SUPPLEMENT_STARTED: PauseKind.SUPPLEMENT,
    StatusCode.SPECIAL_STARTED: PauseKind.SPECIAL,
}
_CLOSES = {
    StatusCode.SUPPLEMENT_ENDED: PauseKind.SUPPLEMENT,
    StatusCode.SPECIAL_ENDED: PauseKind.SPECIAL,
}


def concerning(events: Iterable[StatusEvent], part: int) -> list[StatusEvent]:
    """The events that touch one assignment's own clock: a special procedure of another stops only that one's."""
    return [e for e in events if e.part is None or e.part == part]


def paired_pauses(events: Iterable[StatusEvent]) -> tuple[Pause, ...]:
    """The pauses that the start and end codes enclose; one without its end stays open."""
    running: dict[tuple[PauseKind, str], StatusEvent] = {}
    pauses = []
    for event in events:
        if event.code in _OPENS:
            running.setdefault((event.kind or _OPENS[event.code], event.ref), event)
        elif event.code in _CLOSES:
            kind = event.kind or _CLOSES[event.code]
            opened = running.pop((kind, event.ref), None)
            if opened is not None:
                pauses.append(_between(kind, opened, event.effective_day))
    return (*pauses, *(_between(kind, e, None) for (kind, _), e in running.items()))


def _between(kind: PauseKind, opened: StatusEvent, end: date | None) -> Pause:
    return Pause(kind, opened.effective_day, end, opened.reason, opened.opener)


def notice_window(received: date, calendar: WorkCalendar) -> date:
    """The last day to tell the applicant, once, everything that is missing.

    Five working days after receipt (Administrative Licensing Law, Art. 32).
    """
    return calendar.nth_workday_after(received, NOTICE_WINDOW_DAYS)


def deemed_accepted(received: date, told: date | None, calendar: WorkCalendar, on: date) -> date | None:
    """The day of receipt when it counts as acceptance because nobody told the applicant in time, else None.

    `told` is the day the gaps were told, None if never (Administrative Licensing Law, Art. 32).
    """
    last = notice_window(received, calendar)
    in_time = told is not None and told <= last
    return received if on > last and not in_time else None
