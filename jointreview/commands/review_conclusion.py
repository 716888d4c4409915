"""The lead unit's conclusion of a joint review: computed from the decisions, worded and signed by the lead."""

from __future__ import annotations

from pydantic import Field

from jointreview.commands.conclusion import layers_answered, sign_conclusion
from jointreview.commands.decision_paper import joint_decision
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import DrawnSignature
from jointreview.commands.people import applicants_of, officers_of, staff_with_role
from jointreview.commands.registry import REVIEW, CaseCommand, command
from jointreview.commands.relations import lead_unit
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor


class ConcludeReview(CaseCommand):
    """The lead unit issues what the rule concludes, with a summary of its own; the outcome is never chosen."""

    text: str = Field(min_length=10, max_length=3000)
    signature: DrawnSignature


def every_item_decided(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every department has decided, or its silence counts; no gap waits to be told."""
    if facts.draft_gaps:
        return Problem("commands.gaps_wait")
    waiting = sum(bool(a.open_round_id) or not a.opinion for a in facts.assignments)
    return Problem("commands.opinions_missing", {"count": waiting}) if waiting else None


def nothing_stale(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No opinion rests on papers that were replaced since."""
    stale = {a.unit for a in facts.assignments if a.stale}
    return Problem("decisions.stale_left", {"count": len(stale)}) if stale else None


def nothing_unsigned(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every commitment a conditional decision asks for is signed, unless a refusal ends the stage anyway."""
    if any(a.opinion == "FAIL" for a in facts.assignments):
        return None
    count = sum(a.opinion == "PASS_COND" and not a.commitment_signed for a in facts.assignments)
    return Problem("commands.commitments_missing", {"count": count}) if count else None


def survey_over(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A survey that was planned is held or cancelled, so that its record is part of the case."""
    return Problem("decisions.survey_open") if facts.visit else None


@command(
    title="cmd.conclude_review",
    grants={"officer": lead_unit, "leader": lead_unit},
    states=frozenset({CaseState.REVIEWING}),
    checks=(every_item_decided, nothing_stale, nothing_unsigned, survey_over, layers_answered),
    kinds=REVIEW,
)
def conclude_review(ctx: Context, cmd: ConcludeReview) -> dict:
    """Raises Refused with the reasons when the rule does not conclude."""
    case, reasons = ctx.the_case, sign_conclusion(ctx, cmd.signature, text=cmd.text)
    document = joint_decision(ctx, reasons, version=1, replaces=None)
    ctx.event("decision_issued", number=document.number, digest=document.digest)
    told = applicants_of(ctx.session, case, ctx.today)
    ctx.notify(told, "notify.review_concluded", number=case.number, document=document.number)
    inside = [a.id for unit in sorted(ctx.facts.units) for a in officers_of(ctx.session, unit) if a.id]
    inside += staff_with_role(ctx.session, "clerk")
    ctx.notify(inside, "notify.review_concluded", number=case.number, document=document.number)
    return {"document_id": document.id, "outcome": case.outcome}
