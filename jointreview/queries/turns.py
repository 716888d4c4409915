"""Whose turn it is and since when: one answer for the workspace, the board and the public page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jointreview.commands.facts import CaseFacts
from jointreview.domain.case_states import ENDED, CaseState, Turn

_APPLICANT = frozenset({CaseState.DRAFT, CaseState.RETURNED, CaseState.SUPPLEMENTING, CaseState.RECTIFYING})


@dataclass(frozen=True)
class Part:
    """What decides about one department: its open round ("" for none), whether it travels and has been there."""

    open_round: str
    needs_site: bool
    attended: bool


def turn_of(facts: CaseFacts) -> Turn:
    """Whose turn it is in a case."""
    parts = [Part(a.open_round_kind, a.needs_site, a.attended) for a in facts.assignments]
    return turn_from(facts.state, parts, facts.visit is not None)


def turn_from(state: CaseState, parts: Iterable[Part], visit_planned: bool) -> Turn:
    """Whose turn it is, from what a list of many cases has at hand.

    On the way to the site the coordinator is waited for until a visit is planned, then every department that has
    not spoken; when all have, the coordinator concludes (requirements §2.3, §3.4).
    """
    if state in ENDED:
        return Turn.NOBODY
    if state in _APPLICANT:
        return Turn.APPLICANT
    if state is CaseState.SUBMITTED:
        return Turn.WINDOW
    waiting = [part for part in parts if part.open_round]
    stuck = state is not CaseState.REVIEWING and not visit_planned
    unplanned = stuck and any(part.needs_site and not part.attended for part in waiting)
    return Turn.DEPARTMENTS if waiting and not unplanned else Turn.COORDINATOR


def turn_since(
    turn: Turn, state_since: datetime, visit_planned_at: datetime | None, last_round_closed_at: datetime | None
) -> datetime:
    """Since when it is this one's turn: the state's beginning, or what passed the turn on within the state."""
    passed_on = {Turn.DEPARTMENTS: visit_planned_at, Turn.COORDINATOR: last_round_closed_at}.get(turn)
    return max(state_since, passed_on) if passed_on else state_since
