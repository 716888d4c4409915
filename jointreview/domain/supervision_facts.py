"""What supervision looks at: the history of one case as plain dates and words, and what was known on which day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import StatusEvent, due_day, paired_pauses
from jointreview.domain.pauses import Pause, PauseKind
from jointreview.domain.status_codes import ENDING, StatusCode

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One event: `day` is the day it counts for, `recorded_on` the day it was entered, from when it was known.

    `days` are those an extension grants, `part` the assignment it concerns (None: the whole case), `text` the
    reasons it gives.
    """

    id: int
    kind: str
    day: date
    recorded_on: date
    code: StatusCode | None = None
    role: str = ""
    unit: str = ""
    account_id: int | None = None
    part: int | None = None
    pause: PauseKind | None = None
    ref: str = ""
    days: int = 0
    text: str = ""
    deemed: bool = False


@dataclass(frozen=True)
class RoundFacts:
    """A department's round; `days` are working days from `opened_on`, grants included."""

    id: int
    assignment_id: int
    unit: str
    item: str
    kind: str
    status: str
    opened_on: date
    days: int
    closed_on: date | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class PauseFacts:
    """A pause with its planned end."""

    id: int
    kind: PauseKind
    unit: str
    opened_on: date
    planned_end: date
    closed_on: date | None = None
    assignment_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class OpinionFacts:
    """An opinion; `basis` tells that it, or a finding under it, names a rule."""

    id: int
    assignment_id: int
    unit: str
    item: str
    result: str
    text: str
    given_on: date
    basis: bool = False
    account_id: int | None = None


@dataclass(frozen=True)
class AttendanceFacts:
    """An officer named for a visit that was held on `day`."""

    visit_id: int
    day: date
    unit: str
    present: bool
    account_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """What held from `first` to `last`, both included: the due day as known then, None in an open pause."""

    first: date
    last: date
    due: date | None
    warning: date | None


@dataclass(frozen=True)
class CaseHistory:
    """A case as recorded so far; `promised_days` are working days, grants included."""

    case_id: int
    promised_days: int
    entries: tuple[Entry, ...] = ()
    rounds: tuple[RoundFacts, ...] = ()
    pauses: tuple[PauseFacts, ...] = ()
    opinions: tuple[OpinionFacts, ...] = ()
    attendance: tuple[AttendanceFacts, ...] = ()

    @cached_property
    def accepted(self) -> Entry | None:
        """The acceptance."""
        return next((e for e in self.entries if e.code is StatusCode.ACCEPTED), None)

    @cached_property
    def ended(self) -> Entry | None:
        """The first ending, in whichever way."""
        return next((e for e in self.entries if e.code in ENDING), None)

    def last_day(self, on: date) -> date:
        """The last day to look at: the day the case ended, else `on`."""
        return min(on, self.ended.recorded_on) if self.ended else on

    def known(self, before: date) -> list[Entry]:
        """What had been entered when the day `before` began."""
        return [e for e in self.entries if e.recorded_on < before]

    def pauses_known(self, before: date, part: int | None = None) -> tuple[Pause, ...]:
        """The pauses of the case, and of one assignment, as far as they were known when the day began."""
        found = [e for e in self.known(before) if e.code is not None and e.part in (None, part)]
        start = next((n for n, e in enumerate(found) if e.code is StatusCode.ACCEPTED), None)
        if start is None:
            return ()
        log = sorted(found[start + 1 :], key=lambda e: e.day)
        return paired_pauses(StatusEvent(e.code, e.day, e.pause, e.ref) for e in log if e.code is not None)

    def standings(
        self, period: Period, calendar: WorkCalendar, on: date, warning_days: int = 0
    ) -> Iterator[Standing]:
        """How a period stood day by day, in stretches between two changes of what was known.

        A day is judged by what had been entered when it began, so that it does not matter when one looks.
        """
        last = min(period.last, self.last_day(on))
        changes = {e.recorded_on for e in self.entries if period.recorded_on < e.recorded_on < last and _moves(e)}
        starts = sorted({period.recorded_on, *changes})
        for n, start in enumerate(starts):
            end = starts[n + 1] if n + 1 < len(starts) else last
            if start >= end:
                continue
            first = start + _ONE_DAY
            pauses = self.pauses_known(first, period.part)
            days = period.days - sum(g.days for g in period.grants(self.entries) if g.recorded_on >= first)
            warned = max(days - warning_days, 0)
            yield Standing(
                first=first,
                last=end,
                due=due_day(period.opened_on, max(days, 0), pauses, calendar),
                warning=due_day(period.opened_on, warned, pauses, calendar),
            )


@dataclass(frozen=True)
class Period:
    """A promise of working days: of the case, or of one round (`part` its assignment)."""

    opened_on: date
    recorded_on: date
    days: int
    last: date = date.max
    part: int | None = None

    def grants(self, entries: tuple[Entry, ...]) -> list[Entry]:
        """The extensions that are contained in `days`."""
        return [
            e for e in entries if e.days and e.part == self.part and self.recorded_on <= e.recorded_on <= self.last
        ]


def case_period(history: CaseHistory) -> Period | None:
    """The promise to the applicant; None before acceptance."""
    accepted = history.accepted
    return Period(accepted.day, accepted.recorded_on, history.promised_days) if accepted else None


def round_period(round_: RoundFacts, history: CaseHistory) -> Period:
    """A department's own time; a round opened for an earlier day is known from the day of acceptance's entry."""
    recorded = max(round_.opened_on, history.accepted.recorded_on if history.accepted else round_.opened_on)
    return Period(round_.opened_on, recorded, round_.days, round_.closed_on or date.max, round_.assignment_id)


def _moves(entry: Entry) -> bool:
    """Whether an event can move a due day."""
    return entry.days != 0 or entry.code in (
        StatusCode.ACCEPTED,
        StatusCode.SUPPLEMENT_STARTED,
        StatusCode.SUPPLEMENT_ENDED,
        StatusCode.SPECIAL_STARTED,
        StatusCode.SPECIAL_ENDED,
    )


@dataclass(frozen=True)
class Ground:
    """A reason for a card: what it is about (each subject once), when it happened, whose it is, and the figures.

    `unit` is empty where the rule's own addressee is meant.
    """

    subject: str
    happened_on: date
    facts: Mapping[str, object] = field(default_factory=dict)
    unit: str = ""
    assignment_id: int | None = None
    account_id: int | None = None
