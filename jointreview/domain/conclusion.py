"""From the departments' results to the conclusion of a case, by a rule that is data, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jointreview.domain.status_codes import StatusCode


class ItemResult(StrEnum):
    """What a unit concluded on its item (requirements §2.6)."""

    PASS = "PASS"
    PASS_COND = "PASS_COND"
    FAIL = "FAIL"
    NA = "NA"
    SELF = "SELF"  # accepted by the owner itself and reported 自主验收已报备
    DEEMED = "DEEMED"  # the unit was silent or absent

    @property
    def text_key(self) -> str:
        """The key of the result's name."""
        return f"rules.result_{self.value.lower()}"


class AbsencePolicy(StrEnum):
    """What silence on an item means (requirements §3.5)."""

    DEEMED_OK = "deemed_ok"
    NEVER = "never"  # safety-critical: silence never closes it, the item escalates


class Outcome(StrEnum):
    """The conclusion of a case."""

    PASS = "pass"
    CONDITIONAL = "conditional"
    FAIL = "fail"
    UNDECIDED = "undecided"

    @property
    def text_key(self) -> str:
        """The key of the conclusion's name."""
        return f"rules.outcome_{self.value}"


class Need(StrEnum):
    """What a conditional pass can require; its value is the last part of the text that says it is missing."""

    DEFERRABLE = "not_deferrable"
    SIGNED = "not_signed"
    DATED = "not_dated"


@dataclass(frozen=True)
class ItemOutcome:
    """One required item as it stands; `result` is None until its unit has concluded.

    `conditions_only`: the conditional pass sets conditions and asks for nothing to be promised or brought later.
    """

    item: str
    unit: str
    result: ItemResult | None = None
    absence_policy: AbsencePolicy = AbsencePolicy.NEVER
    deferrable: bool = False
    commitment_signed: bool = False
    commitment_until: date | None = None
    conditions_only: bool = False


@dataclass(frozen=True)
class ConclusionRule:
    """Which results close an item, which veto, which need a commitment; the default is requirements §2.6."""

    closing: frozenset[ItemResult] = frozenset({ItemResult.PASS, ItemResult.NA, ItemResult.SELF})
    conditional: frozenset[ItemResult] = frozenset({ItemResult.PASS_COND})
    veto: frozenset[ItemResult] = frozenset({ItemResult.FAIL})
    deemed_closes: frozenset[AbsencePolicy] = frozenset({AbsencePolicy.DEEMED_OK})
    conditional_needs: frozenset[Need] = frozenset(Need)


@dataclass(frozen=True)
class Reason:
    """Why, as a text key with parameters; `item` is empty for a reason that concerns the whole case."""

    key: str
    params: dict[str, object] = field(default_factory=dict)
    item: str = ""


@dataclass(frozen=True)
class Conclusion:
    """The conclusion, its national status code when it ends the case, and a reason for every item."""

    outcome: Outcome
    code: StatusCode | None
    reasons: tuple[Reason, ...]


CODES = {
    Outcome.PASS: StatusCode.PASSED,
    Outcome.CONDITIONAL: StatusCode.PASSED_CONDITIONALLY,
    Outcome.FAIL: StatusCode.FAILED,
}


class _Standing(StrEnum):
    """What one item means for the whole."""

    CLOSED = "closed"
    CONDITIONAL = "conditional"
    VETO = "veto"
    OPEN = "open"


def conclude(outcomes: Iterable[ItemOutcome], rule: ConclusionRule, final_round: bool) -> Conclusion:
    """The conclusion that follows from the results of all required items (requirements §2.6).

    A failed item fails the case only in the final round; before, the case stays undecided while it is
    rectified. A conditional pass must be deferrable, signed for and dated. Silence on a safety-critical
    item keeps the case undecided. The first reason speaks of the case, the others of one item each.
    """
    judged = [_judge(o, rule) for o in outcomes]
    standings = {standing for standing, _ in judged}
    outcome, key = _whole(standings, final_round)
    reasons = (Reason(key), *(reason for _, reason in judged))
    return Conclusion(outcome, CODES.get(outcome), reasons)


def _whole(standings: set[_Standing], final_round: bool) -> tuple[Outcome, str]:
    if not standings:
        return Outcome.UNDECIDED, "rules.case_no_items"
    if _Standing.VETO in standings:
        if final_round:
            return Outcome.FAIL, "rules.case_failed"
        return Outcome.UNDECIDED, "rules.case_to_rectify"
    if _Standing.OPEN in standings:
        return Outcome.UNDECIDED, "rules.case_open_items"
    if _Standing.CONDITIONAL in standings:
        return Outcome.CONDITIONAL, "rules.case_conditional"
    return Outcome.PASS, "rules.case_passed"


def _judge(o: ItemOutcome, rule: ConclusionRule) -> tuple[_Standing, Reason]:
    def found(standing: _Standing, name: str, **params: object) -> tuple[_Standing, Reason]:
        return standing, Reason(f"rules.item_{name}", {"item": o.item, "unit": o.unit, **params}, o.item)

    if o.result is None:
        return found(_Standing.OPEN, "missing")
    if o.result == ItemResult.DEEMED:
        if o.absence_policy in rule.deemed_closes:
            return found(_Standing.CLOSED, "deemed")
        return found(_Standing.OPEN, "deemed_not_enough")
    if o.result in rule.veto:
        return found(_Standing.VETO, "failed")
    if o.result in rule.conditional and o.conditions_only:
        return found(_Standing.CONDITIONAL, "with_conditions")
    if o.result in rule.conditional:
        lacking = _lacking(o, rule)
        if lacking:
            return found(_Standing.OPEN, lacking.value)
        until = o.commitment_until.isoformat() if o.commitment_until else "—"
        return found(_Standing.CONDITIONAL, "conditional", until=until)
    if o.result in rule.closing:
        return found(_Standing.CLOSED, o.result.lower())
    return found(_Standing.OPEN, "missing")


def _lacking(o: ItemOutcome, rule: ConclusionRule) -> Need | None:
    """The first thing this conditional pass needs and does not have."""
    met = {
        Need.DEFERRABLE: o.deferrable,
        Need.SIGNED: o.commitment_signed,
        Need.DATED: o.commitment_until is not None,
    }
    return next((need for need in Need if need in rule.conditional_needs and not met[need]), None)
