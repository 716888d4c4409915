"""Who carries what, for whoever hands work over: open work of each person, who could take it, and posts lent now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.deputies import held
from jointreview.commands.handover import named_on, posts_to_hand_over, visits_to_come
from jointreview.domain.deputies import may_lend
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.identity import Account, Delegation, Post
from jointreview.queries.standing_in import Person, fitting, staff_posts
from jointreview.settings import settings


@dataclass(frozen=True)
class PostHeld:
    """A post in plain data; `unit` is the unit's name, empty for posts without one."""

    role: str
    unit: str
    title: str


@dataclass(frozen=True)
class Taker:
    """Somebody who could take over; `same_posts` tells that no post has to move with the work."""

    account_id: int
    name: str
    same_posts: bool


@dataclass(frozen=True)
class Carrier:
    """A person with posts that may be handed over, visits to come and open cases the person is named on."""

    account_id: int
    login: str
    name: str
    active: bool
    posts: tuple[PostHeld, ...]
    visits: int
    cases: int
    takers: tuple[Taker, ...]


@dataclass(frozen=True)
class LentPost:
    """A delegation that holds or is to come, both days included; `endable` by this reader."""

    delegation_id: int
    holder: str
    deputy: str
    post: PostHeld
    from_on: date
    until_on: date
    reason: str
    endable: bool


@dataclass(frozen=True)
class Lendable:
    """Somebody's post this reader may lend, and who may stand in for its holder."""

    post_id: int
    holder: str
    post: PostHeld
    deputies: tuple[Person, ...]


def carriers(actor: Actor, lang: str) -> list[Carrier]:
    """Staff whose posts the actor may hand over, those with most open work first; nobody for other roles."""
    if actor.role not in ("admin", "leader"):
        return []
    names = _unit_names(lang)
    with reading() as session:
        people = session.exec(select(Account).where(Account.kind == "staff").order_by(col(Account.id))).all()
        posts = {a.id or 0: posts_to_hand_over(session, actor, a.id or 0) for a in people}
        takers = {a.id or 0: {(p.role, p.unit) for p in posts[a.id or 0]} for a in people if a.active}
        called = {a.id or 0: a.name for a in people}
        found = [_carrier(session, a, posts[a.id or 0], takers, called, actor, names) for a in people]
    return sorted((c for c in found if c.posts), key=lambda c: (-c.visits - c.cases, c.account_id))


def _carrier(
    session: Session,
    account: Account,
    posts: list[Post],
    holding: dict[int, set[tuple[str, str]]],
    called: dict[int, str],
    actor: Actor,
    names: dict[str, str],
) -> Carrier:
    mine = account.id or 0
    units = {post.unit for post in posts if post.role == "officer"}
    needed = {(post.role, post.unit) for post in posts if post.role == "officer"}
    cases = {a.case_id for a in named_on(session, mine, units)} if units else set()
    takers = [
        Taker(other, called[other], needed <= theirs)
        for other, theirs in holding.items()
        if other != mine and (theirs or actor.role == "admin") and (needed <= theirs or actor.role == "admin")
    ]
    return Carrier(
        account_id=mine,
        login=account.login,
        name=account.name,
        active=account.active,
        posts=tuple(_post(post, names) for post in posts),
        visits=len(visits_to_come(session, mine, units)) if units else 0,
        cases=len(cases),
        takers=tuple(sorted(takers, key=lambda t: (not t.same_posts, t.account_id))),
    )


def _post(post: Post, names: dict[str, str]) -> PostHeld:
    return PostHeld(post.role, names.get(post.unit, post.unit), post.title)


def _unit_names(lang: str) -> dict[str, str]:
    return {u.code: u.name.in_(lang) for u in load_catalog(settings().catalogue, settings().today()).units}


def lendable(actor: Actor, lang: str) -> list[Lendable]:
    """Posts of others the actor may name a deputy for: a head those of the unit, the administrator by the rule."""
    names = _unit_names(lang)
    with reading() as session:
        people = staff_posts(session)
        rows = session.exec(
            select(Post, Account)
            .join(Account, col(Account.id) == Post.account_id)
            .where(col(Post.active), col(Account.active), Post.account_id != actor.account_id)
            .order_by(col(Post.id))
        ).all()
    me = (actor.account_id, actor.role, actor.unit, bool(actor.acting_for))
    return [
        Lendable(
            post.id or 0,
            holder.name,
            _post(post, names),
            fitting(held(post), people),
        )
        for post, holder in rows
        if may_lend(held(post), *me)
    ]


def lent_posts(actor: Actor, lang: str, today: date) -> list[LentPost]:
    """Posts that are lent today or later: a head those of the own unit, the administrator all; by day."""
    if actor.role not in ("admin", "leader"):
        return []
    names = _unit_names(lang)
    with reading() as session:
        rows = session.exec(
            select(Delegation, Post)
            .join(Post, col(Post.id) == Delegation.post_id)
            .where(col(Delegation.ended_at).is_(None), Delegation.until_on >= today)
            .order_by(col(Delegation.from_on), col(Delegation.id))
        ).all()
        shown = [(row, post) for row, post in rows if actor.role == "admin" or post.unit == actor.unit != ""]
        people = {post.account_id for _, post in shown} | {row.deputy_id for row, _ in shown}
        called = {
            a.id: a.name for a in session.exec(select(Account).where(col(Account.id).in_(sorted(people)))).all()
        }
    acts_for_another = bool(actor.acting_for)
    return [
        LentPost(
            delegation_id=row.id or 0,
            holder=called[post.account_id],
            deputy=called[row.deputy_id],
            post=_post(post, names),
            from_on=row.from_on,
            until_on=row.until_on,
            reason=row.reason,
            endable=may_lend(held(post), actor.account_id, actor.role, actor.unit, acts_for_another)
            or row.deputy_id == actor.account_id,
        )
        for row, post in shown
    ]
