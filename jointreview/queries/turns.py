"""Whose turn it is, since when and until when: one answer for the workspace and the public page."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands.facts import CaseFacts
from jointreview.domain.case_states import CaseState, Turn
from jointreview.domain.turns import Moments, Part, review_turn, turn_from, turn_since
from jointreview.models.case import Case, Signature
from jointreview.models.review import Assignment, Notice, Opinion, Round
from jointreview.models.visit import Visit


def turn_of(facts: CaseFacts) -> Turn:
    """Whose turn it is in a case."""
    parts = [
        Part(a.open_round_kind, a.needs_site, a.attended, a.opinion, a.commitment_signed, bool(a.stale))
        for a in facts.assignments
    ]
    if facts.kind == "review":
        return review_turn(facts.state, parts, facts.visit is not None)
    return turn_from(facts.state, parts, facts.visit is not None)


def since(session: Session, case: Case, turn: Turn) -> datetime:
    """Since when it is this one's turn in one case."""
    planned = session.exec(
        select(Visit.planned_at).where(Visit.case_id == case.id, Visit.status == "planned")
    ).first()
    closed = session.exec(
        select(func.max(col(Round.closed_at)))
        .join(Assignment, col(Assignment.id) == Round.assignment_id)
        .where(Assignment.case_id == case.id)
    ).one()
    signed = session.exec(
        select(func.max(col(Signature.signed_at)))
        .join(Opinion, col(Opinion.commitment_signature_id) == Signature.id)
        .where(Opinion.case_id == case.id)
    ).one()
    return turn_since(turn, case.state_since, Moments(planned, closed, signed))


def answer_due(session: Session, case: Case) -> date | None:
    """The last day for what a notice asks of the applicant now: to complete the papers or to put things right."""
    state = CaseState(case.state)
    if state is CaseState.RECTIFYING:
        return case.rectification_due
    if state is not CaseState.SUPPLEMENTING:
        return None
    return session.exec(
        select(col(Notice.due_on))
        .where(Notice.case_id == case.id, Notice.kind == "supplement")
        .order_by(col(Notice.id).desc())
    ).first()
