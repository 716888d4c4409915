"""Who may stand in for whom, and when: posts are lent, never people (requirements §2, posts not persons)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = timedelta(days=366)
LENT_BY_ADMIN = frozenset({"coordinator", "clerk"})
NEVER_LENT = frozenset({"admin", "security", "auditor"})
"""The keys of who keeps the product are not lent: a second person is appointed instead."""


@dataclass(frozen=True)
class HeldPost:
    """A post as these rules see it."""

    holder: int
    role: str
    unit: str


def stands_in(from_on: date, until_on: date, ended: bool, today: date) -> bool:
    """Whether a delegation holds on the day: both days included, and not ended before."""
    return not ended and from_on <= today <= until_on


def fits(post: HeldPost, deputy: int, deputys: Iterable[HeldPost]) -> bool:
    """Whether somebody with these posts may stand in: another person of the same unit, or with the same role."""
    return deputy != post.holder and any(
        own.role == post.role or (own.unit != "" and own.unit == post.unit) for own in deputys
    )


def may_lend(post: HeldPost, who: int, role: str, unit: str, acts_for_another: bool) -> bool:
    """Whether a person acting in a role may name a deputy of the post, or end it.

    The holder, not somebody standing in for the holder; the head of the unit; the administrator for coordinators and
    the window.
    """
    if post.role in NEVER_LENT:
        return False
    if post.holder == who and not acts_for_another:
        return True
    if role == "leader":
        return post.unit == unit != ""
    return role == "admin" and post.role in LENT_BY_ADMIN
