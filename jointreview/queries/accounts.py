"""What pages show of accounts: posts to choose from, own sessions, the demonstration's accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from jointreview.models.base import reading
from jointreview.models.identity import AccessToken, Account, LoginSession, Post, RecoveryCode, SecondFactor
from jointreview.settings import settings


@dataclass(frozen=True)
class PostChoice:
    """A post one may act in; `holder` names whose it is when one stands in for somebody."""

    id: int
    role: str
    unit: str
    title: str
    holder: str = ""


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration, to be filled in by one click on the sign-in page."""

    login: str
    name: str
    role: str
    title: str


@dataclass(frozen=True)
class OwnSession:
    """A signed-in browser of the account."""

    digest: str
    user_agent: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class OwnToken:
    """A key for other programs; `post` is the title of the post it acts in."""

    id: int
    name: str
    post: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class OwnAccount:
    """What a person sees of the own account."""

    login: str
    name: str
    email: str
    mobile: str
    language: str


def post_choices(account_id: int) -> list[PostChoice]:
    """The active posts of an account, in the order they were given, and then those it stands in for today."""
    from jointreview.commands.people import lent_posts  # a start of the product does without the commands

    with reading() as db:
        rows = db.exec(select(Post).where(Post.account_id == account_id, col(Post.active)).order_by(col(Post.id)))
        own = [PostChoice(row.id or 0, row.role, row.unit, row.title) for row in rows]
        lent = lent_posts(db, account_id, settings().today())
        return own + [PostChoice(p.id or 0, p.role, p.unit, p.title, holder.name) for p, holder in lent]


def demo_accounts() -> list[DemoAccount]:
    """The active accounts made by the demo data, in the order they were made."""
    with reading() as db:
        wanted = select(Account).where(col(Account.demo), col(Account.active)).order_by(col(Account.id))
        accounts = db.exec(wanted).all()
        posts = {post.account_id: post for post in db.exec(select(Post).order_by(col(Post.id).desc()))}
    return [
        DemoAccount(
            account.login,
            account.name,
            posts[account.id].role if account.id in posts else "applicant",
            posts[account.id].title if account.id in posts else "",
        )
        for account in accounts
    ]


def any_account() -> bool:
    """Whether the database holds an account at all."""
    with reading() as db:
        return db.exec(select(Account.id).limit(1)).first() is not None


@dataclass(frozen=True)
class FactorStanding:
    """Whether the account has a second factor, how many recovery codes are left, and whether a post needs one."""

    confirmed: bool
    codes_left: int
    needed: bool


def second_factor_of(account_id: int) -> FactorStanding:
    """How the account stands with its second factor."""
    with reading() as db:
        found = db.get(SecondFactor, account_id)
        unused = col(RecoveryCode.used_at).is_(None)
        codes = db.exec(select(RecoveryCode.digest).where(RecoveryCode.account_id == account_id, unused)).all()
        roles = db.exec(select(Post.role).where(Post.account_id == account_id, col(Post.active))).all()
    needed = bool(settings().roles_with_second_factor & {*roles, *(() if roles else ("applicant",))})
    return FactorStanding(found is not None and found.confirmed_at is not None, len(codes), needed)


def own_tokens(account_id: int) -> list[OwnToken]:
    """The keys of the account that are still good, the newest first."""
    with reading() as db:
        rows = db.exec(
            select(AccessToken, Post.title)
            .outerjoin(Post, col(Post.id) == AccessToken.post_id)
            .where(
                AccessToken.account_id == account_id,
                col(AccessToken.revoked).is_(False),
                col(AccessToken.expires_at) > settings().current_time(),
            )
            .order_by(col(AccessToken.id).desc())
        ).all()
    return [
        OwnToken(row.id or 0, row.name, title or "", row.created_at, row.expires_at, row.used_at)
        for row, title in rows
    ]


def own_account(account_id: int) -> OwnAccount:
    """The account's own particulars; the id comes from a valid session."""
    with reading() as db:
        found = db.get_one(Account, account_id)
        return OwnAccount(found.login, found.name, found.email, found.mobile, found.language)


def own_sessions(account_id: int) -> list[OwnSession]:
    """The account's sessions that are still valid, the last used first."""
    now = settings().current_time()
    with reading() as db:
        rows = db.exec(
            select(LoginSession)
            .where(LoginSession.account_id == account_id, col(LoginSession.revoked).is_(False))
            .where(col(LoginSession.expires_at) > now)
            .order_by(col(LoginSession.seen_at).desc())
        )
        return [OwnSession(row.digest, row.user_agent, row.created_at, row.seen_at) for row in rows]
