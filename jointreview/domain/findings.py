"""The life of a finding, and the rounds of rectification and re-inspection around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.conclusion import ItemResult
from jointreview.domain.problems import refuse


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    RECTIFIED = "rectified"
    VERIFIED = "verified"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"  # the unit found that it was none

    @property
    def text_key(self) -> str:
        """The key of the state's name."""
        return f"rules.finding_{self.value}"


class FindingAction(StrEnum):
    """What can be done to a finding."""

    RECTIFY = "rectify"
    VERIFY = "verify"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"

    @property
    def text_key(self) -> str:
        """The key of the action's name."""
        return f"rules.action_{self.value}"


class Party(StrEnum):
    """Who may act on a finding: the applicant, or the very unit that raised it."""

    APPLICANT = "applicant"
    RAISING_UNIT = "raising_unit"


@dataclass(frozen=True)
class Step:
    """An action: from which states, by whom, to which state, and whether it needs a reason."""

    before: frozenset[FindingState]
    who: Party
    after: FindingState
    needs_reason: bool = False


_TO_RECTIFY = frozenset({FindingState.OPEN, FindingState.REOPENED})
SETTLED = frozenset({FindingState.VERIFIED, FindingState.WITHDRAWN})
STEPS: Mapping[FindingAction, Step] = {
    FindingAction.RECTIFY: Step(_TO_RECTIFY, Party.APPLICANT, FindingState.RECTIFIED),
    FindingAction.VERIFY: Step(frozenset({FindingState.RECTIFIED}), Party.RAISING_UNIT, FindingState.VERIFIED),
    FindingAction.REOPEN: Step(
        frozenset({FindingState.RECTIFIED, FindingState.VERIFIED}),
        Party.RAISING_UNIT,
        FindingState.REOPENED,
        needs_reason=True,
    ),
    FindingAction.WITHDRAW: Step(
        _TO_RECTIFY | {FindingState.RECTIFIED},
        Party.RAISING_UNIT,
        FindingState.WITHDRAWN,
        needs_reason=True,
    ),
}


@dataclass(frozen=True)
class Finding:
    """A numbered fault that a unit raised on one of its items."""

    number: int
    item: str
    unit: str
    state: FindingState = FindingState.OPEN


@dataclass(frozen=True)
class Actor:
    """Who acts: the applicant has no unit."""

    unit: str | None = None

    def is_party(self, who: Party, finding: Finding) -> bool:
        """Whether this actor is the named party of the finding."""
        return self.unit is None if who is Party.APPLICANT else self.unit == finding.unit


def act(finding: Finding, action: FindingAction, actor: Actor, reason: str = "") -> Finding:
    """The finding after the action (requirements §2.5).

    Raises Refused: `forbidden` for somebody else than the party, `state` when it is not the time,
    `invalid` for a missing reason.
    """
    step = STEPS[action]
    if not actor.is_party(step.who, finding):
        raise refuse(f"rules.only_{step.who.value}", kind="forbidden", number=finding.number, unit=finding.unit)
    if finding.state not in step.before:
        raise refuse("rules.finding_not_now", kind="state", number=finding.number)
    if step.needs_reason and not reason.strip():
        raise refuse("rules.reason_wanted", "reason")
    return replace(finding, state=step.after)


@dataclass(frozen=True)
class RoundRule:
    """The figures of the rectification loop (requirements §2.5)."""

    max_rounds: int = 2
    reinspection_floor_days: int = 3  # working days
    applicant_days: int = 30  # natural days
    extension_days: int = 30  # natural days
    max_extensions: int = 1


def open_next_round(rounds_so_far: int, rule: RoundRule = RoundRule()) -> int:
    """The number of the next rectification round; raises Refused (`state`) when all rounds are used."""
    if rounds_so_far >= rule.max_rounds:
        raise refuse("rules.no_more_rounds", kind="state", most=rule.max_rounds)
    return rounds_so_far + 1


def rectification_due(opened: date, extensions: int, calendar: WorkCalendar, rule: RoundRule = RoundRule()) -> date:
    """The applicant's last day: natural days from `opened`, moved on when it is a rest day.

    The last day of a period that is a rest day moves to the next working day (Civil Code Art. 203).
    Raises Refused (`state`) for more extensions than the rule grants.
    """
    if not 0 <= extensions <= rule.max_extensions:
        raise refuse("rules.no_more_extensions", kind="state", most=rule.max_extensions)
    days = rule.applicant_days + extensions * rule.extension_days
    return calendar.next_workday(opened + timedelta(days=days))


@dataclass(frozen=True)
class ReinspectionTime:
    """Working days left for the re-inspection; `granted` of them come on top of the promise."""

    days: int
    granted: int


def reinspection_time(promised: int, used: int, rule: RoundRule = RoundRule()) -> ReinspectionTime:
    """What remains of the promise, raised to the floor when less is left; the grant shows in statistics."""
    left = promised - used
    days = max(left, rule.reinspection_floor_days)
    return ReinspectionTime(days, days - left)


def ready_for_reinspection(findings: Iterable[Finding]) -> bool:
    """Whether the applicant has answered every finding, so that the rectification report can be filed."""
    return all(f.state not in _TO_RECTIFY for f in findings)


def units_to_return(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The units that must look again: only those with a finding that is neither verified nor withdrawn."""
    return tuple(sorted({f.unit for f in findings if f.state not in SETTLED}))


def items_to_decide(
    results: Mapping[str, ItemResult | None], findings: Iterable[Finding], reopened: Mapping[str, str]
) -> tuple[str, ...]:
    """The items open in the next round: failed, with an unsettled finding, undecided, or re-opened.

    What passed stays passed; `reopened` names items that the rectification touches, each with its reason.
    Raises Refused for one without a reason.
    """
    if any(not reason.strip() for reason in reopened.values()):
        raise refuse("rules.reason_wanted", "reason")
    unsettled = {f.item for f in findings if f.state not in SETTLED}
    again = {item for item, result in results.items() if result in (None, ItemResult.FAIL)}
    return tuple(sorted(again | unsettled | set(reopened)))
