"""Who is told and who can be chosen: accounts by case, unit and role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from jointreview.models.case import Case
from jointreview.models.identity import Account, Agent, Delegation, Post


def agents_of(session: Session, organisation_id: int, on: date) -> list[int]:
    """Accounts with valid written authority for the organisation on that day."""
    return list(
        session.exec(
            select(Agent.account_id).where(
                Agent.organisation_id == organisation_id,
                Agent.status == "active",
                or_(col(Agent.valid_until).is_(None), col(Agent.valid_until) >= on),
            )
        ).all()
    )


def applicants_of(session: Session, case: Case, on: date) -> list[int]:
    """Who is told on the applicant's side: its agents, and the clerk who filed for a walk-in applicant."""
    told = agents_of(session, case.organisation_id, on)
    if case.walk_in:
        told.append(case.filed_by)
    return told


def officers_of(session: Session, unit: str) -> list[Account]:
    """Active officers of a handling unit, by id."""
    return list(
        session.exec(
            select(Account)
            .join(Post, col(Post.account_id) == Account.id)
            .where(Post.unit == unit, Post.role == "officer", col(Post.active), col(Account.active))
            .order_by(col(Account.id))
        ).all()
    )


def heads_of(session: Session, unit: str) -> list[int]:
    """Active accounts that head a handling unit."""
    return list(
        session.exec(
            select(Post.account_id)
            .join(Account, col(Account.id) == Post.account_id)
            .where(Post.unit == unit, Post.role == "leader", col(Post.active), col(Account.active))
        ).all()
    )


def staff_with_role(session: Session, role: str) -> list[int]:
    """Active accounts holding a role."""
    return list(
        session.exec(
            select(Post.account_id)
            .join(Account, col(Account.id) == Post.account_id)
            .where(Post.role == role, col(Post.active), col(Account.active))
        ).all()
    )


def _in_force(on: date) -> tuple[Any, ...]:
    """Delegations that hold on the day, as domain.deputies.stands_in has it."""
    return (
        col(Delegation.ended_at).is_(None),
        col(Delegation.from_on) <= on,
        col(Delegation.until_on) >= on,
        col(Post.active),
    )


def lent_posts(session: Session, deputy_id: int, on: date) -> list[tuple[Post, Account]]:
    """The posts somebody stands in for on that day, each with its holder."""
    rows = session.exec(
        select(Post, Account)
        .join(Delegation, col(Delegation.post_id) == Post.id)
        .join(Account, col(Account.id) == Post.account_id)
        .where(Delegation.deputy_id == deputy_id, col(Account.active), *_in_force(on))
        .order_by(col(Post.id))
        .distinct()
    ).all()
    return [(post, holder) for post, holder in rows]


def deputies_of(session: Session, holders: Iterable[int], on: date) -> set[int]:
    """Who stands in for one of these people on that day, and is told what they are told."""
    return set(
        session.exec(
            select(Delegation.deputy_id)
            .join(Post, col(Post.id) == Delegation.post_id)
            .join(Account, col(Account.id) == Delegation.deputy_id)
            .where(col(Post.account_id).in_(list(holders)), col(Account.active), *_in_force(on))
        ).all()
    )
