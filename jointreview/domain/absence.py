"""What an absence from a joint survey comes to: deemed no objection, or not, and why not (requirements §3.5)."""

from __future__ import annotations

from datetime import date

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.conclusion import AbsencePolicy


def not_deemed(
    told_on: date | None,
    visited_on: date,
    received: bool,
    excused: bool,
    notice_workdays: int,
    calendar: WorkCalendar,
) -> tuple[str, ...]:
    """What of the preconditions is lacking, as text keys; nothing lacking: the absence counts as no objection.

    The notice was there `notice_workdays` before the survey, its receipt is on record, and no leave was granted.
    """
    found = []
    if told_on is None or len(calendar.workdays_in(told_on, visited_on)) < notice_workdays:
        found.append("absence.told_late")
    if not received:
        found.append("absence.not_received")
    if excused:
        found.append("absence.excused")
    return tuple(found)


def may_be_deemed(policy: str, unsettled_findings: int) -> bool:
    """Whether absence can mean anything on an item: never for safety, nor while its findings are not settled."""
    return policy == AbsencePolicy.DEEMED_OK and unsettled_findings == 0
