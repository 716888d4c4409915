"""Which cases a person may see, as a condition of SQL: the same answer as `relations.may_see`, for lists."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, false, or_
from sqlmodel import col, select

from jointreview.models.actor import Actor
from jointreview.models.case import Case, Invitation
from jointreview.models.review import Assignment


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` under which the actor may open it."""
    match actor.role:
        case "coordinator":
            return col(Case.submitted_at).is_not(None)
        case "clerk":
            return or_(col(Case.submitted_at).is_not(None), cast(col(Case.walk_in), String) != "{}")
        case "supervisor":
            return col(Case.submitted_at).is_not(None)
        case "officer" | "leader":
            return col(Case.id).in_(select(Assignment.case_id).where(Assignment.unit == actor.unit))
        case "applicant":
            invited = select(Invitation.case_id).where(Invitation.account_id == actor.account_id)
            return or_(col(Case.organisation_id).in_(actor.organisations), col(Case.id).in_(invited))
    return false()


def containing(text: str) -> str:
    """The LIKE pattern (escape character `!`) of a text somewhere inside; its own wildcards mean themselves."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
