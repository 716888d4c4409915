"""Whose turn it is in a case and since when, from what is known of its departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jointreview.domain.case_states import ENDED, CaseState, Turn

_APPLICANT = frozenset({CaseState.DRAFT, CaseState.RETURNED, CaseState.SUPPLEMENTING, CaseState.RECTIFYING})


@dataclass(frozen=True)
class Part:
    """What decides about one department.

    Its open round ("" for none), whether it travels and has been there, and its latest word ("" for none) with
    whether the applicant signed the commitment a conditional pass needs.
    """

    open_round: str
    needs_site: bool
    attended: bool
    opinion: str = ""
    commitment_signed: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Moments:
    """What passed the turn on within a state: a visit planned, the latest round closed, a commitment signed."""

    visit_planned: datetime | None = None
    round_closed: datetime | None = None
    commitment_signed: datetime | None = None


def turn_from(state: CaseState, parts: Iterable[Part], visit_planned: bool) -> Turn:
    """Whose turn it is, from what a list of many cases has at hand.

    On the way to the site the coordinator is waited for until a visit is planned, then every department that has
    not spoken; when all have, the applicant while a commitment is not signed, then the coordinator, who concludes
    or asks for rectification (requirements §2.3, §2.6, §3.4).
    """
    if state in ENDED:
        return Turn.NOBODY
    if state in _APPLICANT:
        return Turn.APPLICANT
    if state is CaseState.SUBMITTED:
        return Turn.WINDOW
    listed = list(parts)
    waiting = [part for part in listed if part.open_round]
    if waiting:
        stuck = state is not CaseState.REVIEWING and not visit_planned
        unplanned = stuck and any(part.needs_site and not part.attended for part in waiting)
        return Turn.COORDINATOR if unplanned else Turn.DEPARTMENTS
    failed = any(part.opinion == "FAIL" for part in listed)
    unsigned = any(part.opinion == "PASS_COND" and not part.commitment_signed for part in listed)
    return Turn.APPLICANT if unsigned and not failed else Turn.COORDINATOR


def review_turn(state: CaseState, parts: Iterable[Part], visit_planned: bool) -> Turn:
    """Whose turn it is in a joint review.

    The departments', until all have decided and none on papers that changed since; the coordinator's when nobody
    but those who have to travel without a visit planned, or gaps nobody told yet, hold it up; then the applicant's
    while a commitment is not signed, and the lead unit's, who concludes.
    """
    if state is not CaseState.REVIEWING:
        return turn_from(state, (), visit_planned)
    listed = list(parts)
    if any(part.open_round and (visit_planned or not part.needs_site or part.attended) for part in listed):
        return Turn.DEPARTMENTS
    if any(not part.opinion for part in listed):
        return Turn.COORDINATOR
    if any(part.stale for part in listed):
        return Turn.DEPARTMENTS
    failed = any(part.opinion == "FAIL" for part in listed)
    unsigned = any(part.opinion == "PASS_COND" and not part.commitment_signed for part in listed)
    return Turn.APPLICANT if unsigned and not failed else Turn.LEAD


def turn_since(turn: Turn, state_since: datetime, passed_on: Moments) -> datetime:
    """Since when it is this one's turn: the state's beginning, or what passed the turn on within the state."""
    moments = {
        Turn.DEPARTMENTS: [passed_on.visit_planned],
        Turn.APPLICANT: [passed_on.round_closed],
        Turn.COORDINATOR: [passed_on.round_closed, passed_on.commitment_signed],
        Turn.LEAD: [passed_on.round_closed, passed_on.commitment_signed],
    }.get(turn, [])
    return max([state_since, *(moment for moment in moments if moment)])
