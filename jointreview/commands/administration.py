"""Staff, posts and accounts, kept by the administrator, who sees no case."""

from __future__ import annotations

import secrets

from pydantic import Field

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import Context
from jointreview.commands.identity import account_problems, insert_account, revoke_all
from jointreview.commands.passwords import hash_password
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import ROLES, UNIT_ROLES, Account, Audit, Post
from jointreview.settings import settings

ONLY_ADMIN = {"admin": None}
STAFF_ROLES = f"^({'|'.join(role for role in ROLES if role != 'applicant')})$"


class AddStaff(Command):
    """A new member of staff with a first post; answers a password that must be changed at once."""

    login: str
    name: str
    email: str = ""
    mobile: str = ""
    role: str = Field(pattern=STAFF_ROLES)
    unit: str = ""
    title: str = Field("", max_length=64)


class AddPost(Command):
    """One more post for a member of staff."""

    account_id: int
    role: str = Field(pattern=STAFF_ROLES)
    unit: str = ""
    title: str = Field("", max_length=64)


class EndPost(Command):
    """A post is no longer held; what was done in it stays."""

    post_id: int


class SetAccountActive(Command):
    """Close or reopen an account; closing ends its sessions."""

    account_id: int
    active: bool


class GiveOneTimePassword(Command):
    """A forgotten password is replaced by one that must be changed at once."""

    account_id: int


def _check_post(ctx: Context, role: str, unit: str) -> list[Problem]:
    if role not in UNIT_ROLES:
        return [Problem("account.unit_superfluous", {}, "unit")] if unit else []
    if not unit:
        return [Problem("account.unit_missing", {}, "unit")]
    known = {u.code for u in load_catalog(settings().catalogue, ctx.today).units}
    return [] if unit in known else [Problem("account.unit_missing", {}, "unit")]


def _audit(ctx: Context, action: str, account: Account, **details: object) -> None:
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action=action,
            subject=account.login,
            details=details,
        )
    )


def _account(ctx: Context, account_id: int) -> Account:
    account = ctx.session.get(Account, account_id)
    if account is None:
        raise refuse("account.unknown", kind="missing")
    return account


@command(title="cmd.add_staff", grants=ONLY_ADMIN)
def add_staff(ctx: Context, cmd: AddStaff) -> dict:
    problems = account_problems(ctx.session, cmd.login, cmd.name, cmd.email, cmd.mobile)
    problems += _check_post(ctx, cmd.role, cmd.unit)
    if problems:
        raise Refused(*problems)
    password = secrets.token_urlsafe(12)
    account = Account(
        login=cmd.login.lower(),
        name=cmd.name,
        kind="staff",
        email=cmd.email,
        mobile=cmd.mobile,
        password_hash=hash_password(password),
        must_change_password=True,
        created_at=ctx.now,
    )
    account_id = insert_account(ctx.session, account, "account.added", by=ctx.actor.account_id)
    ctx.session.add(Post(account_id=account_id, role=cmd.role, unit=cmd.unit, title=cmd.title))
    return {"account_id": account_id, "one_time_password": password}


@command(title="cmd.add_post", grants=ONLY_ADMIN)
def add_post(ctx: Context, cmd: AddPost) -> None:
    account = _account(ctx, cmd.account_id)
    problems = _check_post(ctx, cmd.role, cmd.unit)
    if account.kind != "staff":
        problems.append(Problem("commands.not_staff", {}, "account_id"))
    if problems:
        raise Refused(*problems)
    ctx.session.add(Post(account_id=cmd.account_id, role=cmd.role, unit=cmd.unit, title=cmd.title))
    _audit(ctx, "post.added", account, role=cmd.role, unit=cmd.unit)
    ctx.topics.add(f"account:{cmd.account_id}")


@command(title="cmd.end_post", grants=ONLY_ADMIN)
def end_post(ctx: Context, cmd: EndPost) -> None:
    post = ctx.session.get(Post, cmd.post_id)
    if post is None or not post.active:
        raise refuse("commands.no_such_post", kind="missing")
    if post.account_id == ctx.actor.account_id and post.role == "admin":
        raise refuse("commands.not_yourself", kind="state")
    post.active = False
    ctx.session.add(post)
    _audit(ctx, "post.ended", _account(ctx, post.account_id), role=post.role, unit=post.unit)
    ctx.topics.add(f"account:{post.account_id}")


@command(title="cmd.set_account_active", grants=ONLY_ADMIN)
def set_account_active(ctx: Context, cmd: SetAccountActive) -> None:
    account = _account(ctx, cmd.account_id)
    if account.id == ctx.actor.account_id:
        raise refuse("commands.not_yourself", kind="state")
    account.active = cmd.active
    ctx.session.add(account)
    if not cmd.active:
        revoke_all(ctx.session, cmd.account_id)
    _audit(ctx, "account.opened" if cmd.active else "account.closed", account)
    ctx.topics.add(f"account:{cmd.account_id}")


@command(title="cmd.give_one_time_password", grants=ONLY_ADMIN)
def give_one_time_password(ctx: Context, cmd: GiveOneTimePassword) -> dict:
    account = _account(ctx, cmd.account_id)
    password = secrets.token_urlsafe(12)
    account.password_hash, account.must_change_password = hash_password(password), True
    account.failed_logins, account.locked_until = 0, None
    ctx.session.add(account)
    revoke_all(ctx.session, cmd.account_id)
    _audit(ctx, "account.password_given", account)
    ctx.topics.add(f"account:{cmd.account_id}")
    return {"one_time_password": password}
