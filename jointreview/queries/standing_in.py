"""Who stands in for whom, as the person concerned sees it: own posts, deputies of them, and posts lent to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.domain.deputies import NEVER_LENT, HeldPost, fits
from jointreview.models.base import reading
from jointreview.models.identity import Account, Delegation, Post


@dataclass(frozen=True)
class Person:
    """Somebody who may be named as deputy."""

    account_id: int
    name: str


@dataclass(frozen=True)
class LendablePost:
    """An own post and who may stand in for its holder."""

    post_id: int
    role: str
    title: str
    deputies: tuple[Person, ...]


@dataclass(frozen=True)
class StandingIn:
    """A delegation that holds or is to come; both days are included. `mine` tells that the post is one's own."""

    delegation_id: int
    mine: bool
    other: str
    role: str
    title: str
    from_on: date
    until_on: date
    reason: str


def lendable_posts(account_id: int) -> list[LendablePost]:
    """The active posts of the account that may be lent, each with the open accounts that fit."""
    with reading() as session:
        mine = session.exec(
            select(Post).where(
                Post.account_id == account_id, col(Post.active), col(Post.role).not_in(sorted(NEVER_LENT))
            )
        ).all()
        staff = staff_posts(session)
    return [
        LendablePost(
            post.id or 0,
            post.role,
            post.title,
            fitting(HeldPost(account_id, post.role, post.unit), staff),
        )
        for post in mine
    ]


def fitting(post: HeldPost, staff: list[tuple[Account, list[HeldPost]]]) -> tuple[Person, ...]:
    """Who may stand in for the holder of the post, the people of its unit first."""
    found = [(other, theirs) for other, theirs in staff if fits(post, other.id or 0, theirs)]
    found.sort(key=lambda one: not post.unit or all(own.unit != post.unit for own in one[1]))
    return tuple(Person(other.id or 0, other.name) for other, _ in found)


def staff_posts(session: Session) -> list[tuple[Account, list[HeldPost]]]:
    """Open accounts of staff with the posts they hold, by name."""
    rows = session.exec(
        select(Account, Post)
        .join(Post, col(Post.account_id) == Account.id)
        .where(Account.kind == "staff", col(Account.active), col(Post.active))
        .order_by(col(Account.name), col(Post.id))
    ).all()
    found: dict[int, tuple[Account, list[HeldPost]]] = {}
    for account, post in rows:
        held = HeldPost(post.account_id, post.role, post.unit)
        found.setdefault(post.account_id, (account, []))[1].append(held)
    return list(found.values())


def standing_in(account_id: int, today: date) -> list[StandingIn]:
    """Delegations of one's posts and those by which one stands in, that hold today or later."""
    with reading() as session:
        rows = session.exec(
            select(Delegation, Post)
            .join(Post, col(Post.id) == Delegation.post_id)
            .where(
                (Post.account_id == account_id) | (Delegation.deputy_id == account_id),
                col(Delegation.ended_at).is_(None),
                Delegation.until_on >= today,
            )
            .order_by(col(Delegation.from_on), col(Delegation.id))
        ).all()
        people = {post.account_id for _, post in rows} | {row.deputy_id for row, _ in rows}
        names = {a.id: a.name for a in session.exec(select(Account).where(col(Account.id).in_(sorted(people)))).all()}
    return [
        StandingIn(
            row.id or 0,
            post.account_id == account_id,
            names[row.deputy_id if post.account_id == account_id else post.account_id],
            post.role,
            post.title,
            row.from_on,
            row.until_on,
            row.reason,
        )
        for row, post in rows
    ]
