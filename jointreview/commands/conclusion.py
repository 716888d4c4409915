"""The end: the conclusion by rule, the joint opinion, its delivery, re-issue and voiding."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands import notices
from jointreview.commands.buildings import accept_buildings, release_buildings
from jointreview.commands.decision_paper import joint_decision
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import DrawnSignature, sign
from jointreview.commands.items import item_of
from jointreview.commands.onsite import unsigned_commitments
from jointreview.commands.people import applicants_of
from jointreview.commands.registry import ACCEPTANCE, CaseCommand, command
from jointreview.domain.case_states import CaseState
from jointreview.domain.conclusion import AbsencePolicy, Conclusion, ItemOutcome, ItemResult, conclude
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.actor import Actor
from jointreview.models.outcome import RESULT_DOCUMENTS, Delivery, IssuedDocument
from jointreview.models.review import Opinion
from jointreview.text import LANGUAGES, tr

CONCLUDED = frozenset({CaseState.CONCLUDED})
CAN_CONCLUDE = frozenset({CaseState.VISITING, CaseState.RECTIFYING, CaseState.REINSPECTING})


class Conclude(CaseCommand):
    """The coordinator issues what the rule concludes; the outcome is computed, never chosen."""

    signature: DrawnSignature


class VoidOpinion(CaseCommand):
    """The joint opinion is declared void, with its reason, visible on the public page."""

    reason: str = Field(min_length=4, max_length=300)


class ReissueOpinion(CaseCommand):
    """A corrected joint opinion replaces the one in force; the old one is marked void."""

    reason: str = Field(min_length=4, max_length=300)


class RecordDelivery(CaseCommand):
    """The result reached the applicant: collected, by post or electronically."""

    document_id: int
    way: str = Field(pattern="^(collected|post|electronic)$")
    receiver: str = Field("", max_length=64)
    tracking_no: str = Field("", max_length=60)
    delivered_on: date


def outcomes(ctx: Context) -> list[ItemOutcome]:
    """Each item's result as the rule of the conclusion sees it."""
    found = []
    for mine in ctx.facts.assignments:
        item = item_of(ctx, mine.item)
        opinion = ctx.session.get(Opinion, mine.opinion_id) if mine.opinion_id else None
        found.append(
            ItemOutcome(
                item=mine.item,
                unit=mine.unit,
                result=ItemResult(mine.opinion) if mine.opinion else None,
                absence_policy=AbsencePolicy(item.absence_policy),
                deferrable=item.deferrable,
                commitment_signed=mine.commitment_signed,
                commitment_until=opinion.commitment_until if opinion else None,
                conditions_only=ctx.the_case.kind == "review" and bool(opinion and not opinion.commitment_until),
            )
        )
    return found


def conclusion_now(ctx: Context) -> Conclusion:
    """What the rule concludes from the opinions as they stand (requirements §2.6)."""
    case = ctx.the_case
    overdue = (
        case.state == CaseState.RECTIFYING
        and case.rectification_due is not None
        and ctx.today > case.rectification_due
    )
    last = case.kind == "review" or case.rectification_rounds >= ctx.catalog.rules.rectification.max_rounds
    return conclude(outcomes(ctx), ctx.catalog.rules.conclusion.rule(), final_round=overdue or last)


def sign_conclusion(ctx: Context, drawn: DrawnSignature, **said: str) -> list[dict[str, Any]]:
    """Sign what the rule concludes, with what the signer says, and end the case with it; answers the reasons.

    Raises Refused with the reasons when the rule does not conclude.
    """
    conclusion = conclusion_now(ctx)
    if conclusion.code is None:
        raise Refused(*(Problem(r.key, dict(r.params), r.item) for r in conclusion.reasons), kind="state")
    outcome = conclusion.outcome.value
    reasons = [{"key": r.key, "params": dict(r.params), "item": r.item} for r in conclusion.reasons]
    content = {"outcome": outcome, **said, "opinions": [[o.item, o.result] for o in outcomes(ctx)]}
    signature = sign(ctx, "conclusion", drawn, content)
    ctx.the_case.outcome = outcome
    whose: dict[str, Any] = {**({"unit": ctx.actor.unit} if ctx.actor.unit else {}), **said}
    ctx.event(
        "concluded",
        StatusCode(conclusion.code),
        effective_on=ctx.today,
        outcome=outcome,
        reasons=reasons,
        signature=signature.content_digest,
        **whose,
    )
    ctx.move(CaseState.CONCLUDED)
    return reasons


def decided(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every department has spoken; a failure ends the case only when it can no longer be put right."""
    if any(a.opinion == "FAIL" for a in facts.assignments):
        if facts.state == CaseState.RECTIFYING and not facts.rectification_over:
            return Problem("commands.rectification_runs")
        hopeless = facts.rectification_over or not facts.rounds_left
        return None if hopeless else Problem("commands.rectify_first")
    waiting = sum(bool(a.open_round_id) for a in facts.assignments)
    return Problem("commands.opinions_missing", {"count": waiting}) if waiting else None


def commitments_signed(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every conditional pass has its signed commitment, unless a failure ends the case (requirements §2.6)."""
    if any(a.opinion == "FAIL" for a in facts.assignments):
        return None
    count = len(unsigned_commitments(facts))
    return Problem("commands.commitments_missing", {"count": count}) if count else None


def layers_answered(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every layer of the map that the stage requires has answered; a failure needs no answer."""
    waiting = facts.unanswered_layers
    if not waiting or any(a.opinion == "FAIL" for a in facts.assignments):
        return None
    said = {
        lang: tr(lang, "layers.list_joint").join(
            tr(lang, "layers.silent_one", layer=one.name, why=tr(lang, one.key, **one.params)) for one in waiting
        )
        for lang in LANGUAGES
    }
    return Problem("layers.decision_waits", {"layers": said})


def opinion_there(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A joint opinion was issued, in force or void."""
    return None if facts.opinion_documents else Problem("commands.no_opinion_in_force")


def opinion_in_force(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A joint opinion is in force."""
    return None if facts.valid_opinion_document else Problem("commands.no_opinion_in_force")


@command(
    title="cmd.conclude",
    grants={"coordinator": None},
    states=CAN_CONCLUDE,
    checks=(decided, commitments_signed, layers_answered),
    kinds=ACCEPTANCE,
)
def conclude_case(ctx: Context, cmd: Conclude) -> dict:
    """Raises Refused with the reasons when the rule does not conclude yet."""
    case, reasons = ctx.the_case, sign_conclusion(ctx, cmd.signature)
    if case.outcome == "fail":
        release_buildings(ctx)
    else:
        accept_buildings(ctx)
    document = notices.joint_opinion(ctx, reasons, version=1, replaces=None)
    ctx.event("opinion_issued", number=document.number, digest=document.digest)
    ctx.notify(
        applicants_of(ctx.session, case, ctx.today),
        "notify.concluded",
        number=case.number,
        document=document.number,
    )
    return {"document_id": document.id, "outcome": case.outcome}


def _in_force(ctx: Context) -> IssuedDocument:
    return ctx.session.exec(
        select(IssuedDocument).where(
            IssuedDocument.case_id == ctx.case_id,
            col(IssuedDocument.kind).in_(RESULT_DOCUMENTS),
            IssuedDocument.status == "valid",
        )
    ).one()


def _void(ctx: Context, document: IssuedDocument, reason: str) -> None:
    document.status, document.void_reason, document.void_on = "void", reason, ctx.today
    ctx.session.add(document)


@command(
    title="cmd.void_opinion",
    grants={"coordinator": None},
    states=CONCLUDED,
    checks=(opinion_in_force,),
)
def void_opinion(ctx: Context, cmd: VoidOpinion) -> None:
    document = _in_force(ctx)
    _void(ctx, document, cmd.reason)
    ctx.event("opinion_voided", number=document.number, reason=cmd.reason)
    ctx.notify(applicants_of(ctx.session, ctx.the_case, ctx.today), "notify.opinion_voided", document=document.number)


@command(
    title="cmd.reissue_opinion",
    grants={"coordinator": None},
    states=CONCLUDED,
    checks=(opinion_there,),
)
def reissue_opinion(ctx: Context, cmd: ReissueOpinion) -> dict:
    earlier = ctx.session.exec(
        select(IssuedDocument)
        .where(IssuedDocument.case_id == ctx.case_id, col(IssuedDocument.kind).in_(RESULT_DOCUMENTS))
        .order_by(col(IssuedDocument.version).desc())
    ).first()
    assert earlier is not None
    if earlier.status == "valid":
        _void(ctx, earlier, cmd.reason)
    issue = joint_decision if ctx.the_case.kind == "review" else notices.joint_opinion
    document = issue(ctx, notices.conclusion_reasons(ctx), version=earlier.version + 1, replaces=earlier)
    ctx.event("opinion_reissued", number=document.number, replaces=earlier.number, reason=cmd.reason)
    ctx.notify(
        applicants_of(ctx.session, ctx.the_case, ctx.today),
        "notify.opinion_reissued",
        document=document.number,
        replaced=earlier.number,
    )
    return {"document_id": document.id}


@command(title="cmd.record_delivery", grants={"clerk": None, "coordinator": None}, states=CONCLUDED)
def record_delivery(ctx: Context, cmd: RecordDelivery) -> None:
    document = ctx.session.get(IssuedDocument, cmd.document_id)
    if document is None or document.case_id != ctx.case_id or document.status != "valid":
        raise refuse("commands.no_such_document", kind="missing")
    if cmd.delivered_on > ctx.today or cmd.delivered_on < document.issued_on:
        raise refuse("commands.delivery_day", where="delivered_on")
    if cmd.way == "post" and not cmd.tracking_no:
        raise refuse("commands.tracking_needed", where="tracking_no")
    if cmd.way == "collected" and not cmd.receiver:
        raise refuse("commands.receiver_needed", where="receiver")
    assert document.id is not None
    ctx.session.add(
        Delivery(
            case_id=ctx.case_id,
            document_id=document.id,
            way=cmd.way,
            receiver=cmd.receiver,
            tracking_no=cmd.tracking_no,
            delivered_on=cmd.delivered_on,
            recorded_by=ctx.actor.account_id,
            recorded_at=ctx.now,
        )
    )
    ctx.event("delivered", effective_on=cmd.delivered_on, way=cmd.way, document=document.number)
    ctx.notify(
        applicants_of(ctx.session, ctx.the_case, ctx.today),
        "notify.delivered",
        document=document.number,
        way=cmd.way,
    )
