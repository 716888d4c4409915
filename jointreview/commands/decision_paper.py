"""The joint decision document of a review (联合审查决定书), filled from the case as it was concluded."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from jointreview.commands.case_clock import case_clock
from jointreview.commands.executor import Context
from jointreview.commands.issuing import common, next_number, store_document, verify_code
from jointreview.commands.items import item_of
from jointreview.commands.notices import PAPER_LANGUAGE, drawn_signature, given_opinions
from jointreview.models.case import Signature
from jointreview.models.event import Event
from jointreview.models.outcome import Certificate, IssuedDocument
from jointreview.models.review import Assignment, Opinion
from jointreview.paperwork import build, data
from jointreview.text import tr


def result_label(lang: str, kind: str, result: str) -> str:
    """A decision in words: what a permission grants or refuses, what another item agrees to or not."""
    family = "permission" if kind == "permission" and result in ("PASS", "PASS_COND", "FAIL") else "opinion"
    return tr(lang, f"decisions.{family}_{result.lower()}")


def joint_decision(
    ctx: Context, reasons: list[dict[str, Any]], version: int, replaces: IssuedDocument | None
) -> IssuedDocument:
    """Issue the decision, new or anew, with every item's result and the lead unit's summary."""
    number, code = next_number(ctx, "decision"), verify_code()
    case = ctx.the_case
    clock = case_clock(ctx.session, case, ctx.today)
    assert clock is not None
    stage = ctx.catalog.stage(case.stage)
    latest = given_opinions(ctx)
    paper = data.JointDecision(
        **common(ctx, number, code),
        lead=ctx.catalog.unit(stage.lead).name.zh,
        items=tuple(_item(ctx, assignment, opinion) for assignment, opinion in latest),
        conclusion_label=tr(PAPER_LANGUAGE, f"decisions.outcome_{case.outcome}"),
        summary=str(_concluded(ctx).payload.get("text", "")),
        reasons=tuple(reason_words(ctx, r) for r in reasons[:1]),
        signature=_lead_signature(ctx),
        clock=data.ClockLine(accepted=clock.accepted, due=clock.due or ctx.today, used_days=clock.used),
        remedy=_remedy() if case.outcome == "fail" else None,
        version=version,
        replaces=replaces.number if replaces else "",
    )
    summary = {"outcome": case.outcome, "accepted": clock.accepted.isoformat(), "units": len(latest)}
    content = build.joint_decision(paper)
    return store_document(ctx, "decision", build.title_key(paper), number, code, content, summary, version, replaces)


def reason_words(ctx: Context, reason: dict[str, Any]) -> str:
    """A reason of the conclusion in a review's words."""
    return tr(PAPER_LANGUAGE, str(reason["key"]).replace("rules.", "decisions."), **reason["params"])


def _remedy() -> data.Remedy:
    return data.Remedy(review_body=tr(PAPER_LANGUAGE, "papers.review_body"), court=tr(PAPER_LANGUAGE, "papers.court"))


def _concluded(ctx: Context) -> Event:
    return ctx.session.exec(select(Event).where(Event.case_id == ctx.case_id, Event.kind == "concluded")).one()


def _lead_signature(ctx: Context) -> data.Signature:
    row = ctx.session.exec(
        select(Signature)
        .where(Signature.case_id == ctx.case_id, Signature.purpose == "conclusion")
        .order_by(col(Signature.id).desc())
    ).first()
    return drawn_signature(ctx, row.id if row else None)


def _item(ctx: Context, assignment: Assignment, opinion: Opinion) -> data.ItemDecision:
    item = item_of(ctx, assignment.item)
    permit = ctx.session.exec(
        select(Certificate).where(Certificate.assignment_id == assignment.id, Certificate.status == "valid")
    ).first()
    return data.ItemDecision(
        unit_name=ctx.catalog.unit(assignment.unit).name.zh,
        item_name=item.name.zh,
        result_label=result_label(PAPER_LANGUAGE, item.kind, opinion.result),
        text=opinion.text,
        result_document=item.result_document.zh,
        number=opinion.document_no,
        valid_until=permit.valid_until if permit else None,
        condition=opinion.condition,
        due=opinion.commitment_until,
        basis=opinion.basis,
        signature=drawn_signature(ctx, opinion.signature_id),
    )
