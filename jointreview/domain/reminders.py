"""Which reminders are due on a day: a pure rule over dates, whatever the sweep did on the days before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Dated(StrEnum):
    """What has a day that somebody is reminded of."""

    ROUND = "round"
    SUPPLEMENT = "supplement"
    RECTIFICATION = "rectification"
    PRECHECK = "precheck"
    VISIT = "visit"
    PAUSE = "pause"
    DEPUTY = "deputy"


@dataclass(frozen=True)
class Deadline:
    """One thing that is still open and its day; `subject` names the row, for example round:7."""

    subject: str
    what: Dated
    due: date


@dataclass(frozen=True, order=True)
class Reminder:
    """One reminder; sent once for this subject, kind and day, and anew when the day moves."""

    subject: str
    kind: str
    due: date


# kind, first and last day on which it is still true, counted from the deadline; None: for as long as it is open
_WHEN: dict[Dated, tuple[tuple[str, int, int | None], ...]] = {
    Dated.ROUND: (("round_due_tomorrow", -1, -1), ("round_due_today", 0, 0), ("round_overdue", 1, None)),
    Dated.SUPPLEMENT: (("supplement_ends_soon", -3, -2), ("supplement_ends_tomorrow", -1, -1)),
    Dated.RECTIFICATION: (("rectification_ends_soon", -3, -2), ("rectification_ends_tomorrow", -1, -1)),
    Dated.PRECHECK: (("precheck_ends", -1, 0),),
    Dated.VISIT: (("visit_tomorrow", -1, -1),),
    Dated.PAUSE: (("pause_planned_end", 0, None),),
    Dated.DEPUTY: (("deputy_begins", 0, 0),),
}
KINDS = frozenset(kind for rows in _WHEN.values() for kind, _, _ in rows)


def due_reminders(open_deadlines: Iterable[Deadline], sent: Collection[Reminder], today: date) -> list[Reminder]:
    """What is true today and was not said yet.

    A reminder whose day passed while nothing ran is not sent late: "tomorrow" would be a lie. What remains true
    (overdue, a pause beyond its planned end) is sent once, whenever the sweep comes back.
    """
    known = set(sent)
    found = [
        Reminder(deadline.subject, kind, deadline.due)
        for deadline in open_deadlines
        for kind, first, last in _WHEN[deadline.what]
        if deadline.due + timedelta(days=first) <= today
        and (last is None or today <= deadline.due + timedelta(days=last))
    ]
    return sorted({reminder for reminder in found if reminder not in known})
