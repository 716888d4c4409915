"""Rounds of an assignment: opened and closed here, so that numbering and sub-deadlines are the same everywhere."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func
from sqlmodel import select

from jointreview.commands.executor import SHANGHAI, Context
from jointreview.models.review import Assignment, Round


def open_round(ctx: Context, assignment: Assignment, kind: str) -> Round:
    """A new round for the department, with its sub-deadline from the catalogue (working days)."""
    assert assignment.id is not None
    number = (
        1
        + ctx.session.exec(
            select(func.count()).select_from(Round).where(Round.assignment_id == assignment.id, Round.kind == kind)
        ).one()
    )
    days = ctx.catalog.unit(assignment.unit).sub_deadline_days
    promised = {
        "documents": days.documents,
        "decision": min(ctx.catalog.item(assignment.item).promised_days, ctx.catalog.promised_days),
        "site": days.site,
        "reinspection": days.reinspection,
    }[kind]
    round_ = Round(
        assignment_id=assignment.id,
        kind=kind,
        number=number,
        opened_on=_counts_from(ctx, assignment, kind, number),
        promised_days=promised,
        opened_at=ctx.now,
    )
    ctx.session.add(round_)
    ctx.session.flush()
    ctx.topics.add(f"unit:{assignment.unit}")
    return round_


def _counts_from(ctx: Context, assignment: Assignment, kind: str, number: int) -> date:
    """First rounds count from the day of acceptance, those of a late department from the day it was brought in.

    The first reading never counts from before the documents were there, as after a late acceptance.
    """
    accepted = ctx.the_case.accepted_on
    if kind == "reinspection" or number > 1 or accepted is None:
        return ctx.today
    if kind == "documents":
        return max(accepted, ctx.today)
    return assignment.dispatched_at.astimezone(SHANGHAI).date() if assignment.added_late else accepted


def close_round(ctx: Context, round_id: int | None, status: str, reason: str = "", on: date | None = None) -> Round:
    """Close a round as done, deemed (silence) or void; it ends on the day `on`, today unless a rule names one."""
    round_ = ctx.session.get(Round, round_id)
    assert round_ is not None
    round_.status, round_.closed_at, round_.closed_on, round_.reason = status, ctx.now, on or ctx.today, reason
    round_.closed_by = ctx.actor.account_id or None
    ctx.session.add(round_)
    ctx.session.flush()
    return round_
