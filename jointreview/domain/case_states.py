"""The states of a case at a glance, and the named sets that commands refer to."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a joint acceptance stands (requirements §2.3)."""

    DRAFT = "draft"  # the applicant writes
    SUBMITTED = "submitted"  # the window pre-checks
    RETURNED = "returned"  # one list of gaps is with the applicant, not yet accepted
    REVIEWING = "reviewing"  # accepted; departments read the documents
    SUPPLEMENTING = "supplementing"  # the one merged supplement notice is out; the clock pauses
    VISITING = "visiting"  # documents done; the joint visit is arranged and held
    RECTIFYING = "rectifying"  # the one rectification notice is out; the clock pauses
    REINSPECTING = "reinspecting"  # only the failing departments look again
    CONCLUDED = "concluded"  # the joint opinion (or the failure) is issued
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"  # not accepted, with reasons


EDITABLE = frozenset({CaseState.DRAFT, CaseState.RETURNED, CaseState.SUPPLEMENTING})
BEFORE_ACCEPTANCE = frozenset({CaseState.DRAFT, CaseState.SUBMITTED, CaseState.RETURNED})
IN_PROCESS = frozenset(
    {
        CaseState.REVIEWING,
        CaseState.SUPPLEMENTING,
        CaseState.VISITING,
        CaseState.RECTIFYING,
        CaseState.REINSPECTING,
    }
)
OPEN = BEFORE_ACCEPTANCE | IN_PROCESS
ENDED = frozenset({CaseState.CONCLUDED, CaseState.WITHDRAWN, CaseState.REFUSED})
ALL = OPEN | ENDED

_NEXT: dict[CaseState, frozenset[CaseState]] = {
    CaseState.DRAFT: frozenset({CaseState.SUBMITTED, CaseState.WITHDRAWN}),
    CaseState.SUBMITTED: frozenset({CaseState.RETURNED, CaseState.REVIEWING, CaseState.REFUSED, CaseState.WITHDRAWN}),
    CaseState.RETURNED: frozenset({CaseState.SUBMITTED, CaseState.WITHDRAWN}),
    CaseState.REVIEWING: frozenset(
        {CaseState.SUPPLEMENTING, CaseState.VISITING, CaseState.CONCLUDED, CaseState.WITHDRAWN}
    ),
    CaseState.SUPPLEMENTING: frozenset({CaseState.REVIEWING, CaseState.WITHDRAWN}),
    CaseState.VISITING: frozenset({CaseState.RECTIFYING, CaseState.CONCLUDED, CaseState.WITHDRAWN}),
    CaseState.RECTIFYING: frozenset({CaseState.REINSPECTING, CaseState.CONCLUDED, CaseState.WITHDRAWN}),
    CaseState.REINSPECTING: frozenset({CaseState.RECTIFYING, CaseState.CONCLUDED, CaseState.WITHDRAWN}),
    CaseState.CONCLUDED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
    CaseState.REFUSED: frozenset(),
}


def may_follow(now: CaseState, then: CaseState) -> bool:
    """Whether a case in state `now` can pass to `then` in one step."""
    return then in _NEXT[now]


class Turn(StrEnum):
    """Whose turn it is."""

    APPLICANT = "applicant"
    WINDOW = "window"
    DEPARTMENTS = "departments"
    COORDINATOR = "coordinator"
    LEAD = "lead"  # the unit that leads the stage of a review draws the conclusion
    NOBODY = "nobody"
