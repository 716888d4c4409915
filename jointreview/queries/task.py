"""One thing to do on somebody's list, and the lamp of a day by which something is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jointreview.domain.calendar import WorkCalendar


@dataclass(frozen=True)
class Task:
    """One thing on somebody's list.

    `what` and `action` are names in the text area `work`; `params` fill `what` (words in both languages allowed);
    `waiting` tells that others have to act first; `lamp` is a level of the clock or empty; `kind` and `stage` are
    of the case, the stage by its name in both languages.
    """

    case_id: int
    number: str
    project: str
    what: str
    params: dict[str, object]
    action: str
    href: str
    since: date
    due: date | None
    lamp: str
    waiting: bool = False
    kind: str = "acceptance"
    stage: dict[str, str] = field(default_factory=dict)


def lamp_of(due: date | None, today: date, calendar: WorkCalendar) -> str:
    """The level of a day by which something is wanted, as the case's own clock would show it (requirements §4.5)."""
    if due is None:
        return ""
    if due < today:
        return "red"
    left = len(calendar.workdays_in(today, due))
    return "yellow" if left <= 1 else "notice" if left <= 3 else "green"
