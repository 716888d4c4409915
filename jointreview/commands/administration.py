"""Accounts of staff, kept by the administrator, who sees no case and gives no rights (commands.rights)."""

from __future__ import annotations

import secrets

from pydantic import Field
from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import Context
from jointreview.commands.identity import account_problems, insert_account, revoke_all
from jointreview.commands.passwords import hash_password
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import KEEPER_ROLES, ROLES, UNIT_ROLES, Account, Audit, Post
from jointreview.settings import settings

ONLY_ADMIN = {"admin": None}
STAFF_ROLES = f"^({'|'.join(role for role in ROLES if role != 'applicant')})$"


class AddStaff(Command):
    """A new member of staff, for whom a post is asked; answers a password that must be changed at once."""

    login: str
    name: str
    email: str = ""
    mobile: str = ""
    role: str = Field(pattern=STAFF_ROLES)
    unit: str = ""
    title: str = Field("", max_length=64)


class SetAccountActive(Command):
    """Close or reopen an account; closing ends its sessions."""

    account_id: int
    active: bool


class GiveOneTimePassword(Command):
    """A forgotten password is replaced by one that must be changed at once."""

    account_id: int


def check_post(ctx: Context, role: str, unit: str) -> list[Problem]:
    """What is wrong with a post of this role in this unit."""
    if role not in UNIT_ROLES:
        return [Problem("account.unit_superfluous", {}, "unit")] if unit else []
    if not unit:
        return [Problem("account.unit_missing", {}, "unit")]
    known = {u.code for u in load_catalog(settings().catalogue, ctx.today).units}
    return [] if unit in known else [Problem("account.unit_missing", {}, "unit")]


def audit(ctx: Context, action: str, account: Account, **details: object) -> None:
    """Write down what was done to an account."""
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action=action,
            subject=account.login,
            details=details,
        )
    )


def account_of(ctx: Context, account_id: int) -> Account:
    """The account; raises Refused for none."""
    account = ctx.session.get(Account, account_id)
    if account is None:
        raise refuse("account.unknown", kind="missing")
    return account


def refuse_other_keepers(ctx: Context, account_id: int) -> None:
    """Who keeps the product keeps off the accounts of the other two: theirs are kept at the command line."""
    held = ctx.session.exec(select(Post.role).where(Post.account_id == account_id, col(Post.active))).all()
    if set(held) & set(KEEPER_ROLES) - {ctx.actor.role}:
        raise refuse("rights.keepers_account", kind="state")


@command(title="cmd.add_staff", grants=ONLY_ADMIN)
def add_staff(ctx: Context, cmd: AddStaff) -> dict:
    problems = account_problems(ctx.session, cmd.login, cmd.name, cmd.email, cmd.mobile)
    problems += check_post(ctx, cmd.role, cmd.unit)
    if cmd.role in KEEPER_ROLES:
        problems.append(Problem("rights.keeper_by_command_line", {}, "role"))
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
    post = Post(account_id=account_id, role=cmd.role, unit=cmd.unit, title=cmd.title, active=False, asked=True)
    ctx.session.add(post)
    ctx.topics.add("rights")
    return {"account_id": account_id, "one_time_password": password}


@command(title="cmd.set_account_active", grants=ONLY_ADMIN)
def set_account_active(ctx: Context, cmd: SetAccountActive) -> None:
    account = account_of(ctx, cmd.account_id)
    if account.id == ctx.actor.account_id:
        raise refuse("commands.not_yourself", kind="state")
    refuse_other_keepers(ctx, cmd.account_id)
    account.active = cmd.active
    ctx.session.add(account)
    if not cmd.active:
        revoke_all(ctx.session, cmd.account_id)
    audit(ctx, "account.opened" if cmd.active else "account.closed", account)
    ctx.topics.add(f"account:{cmd.account_id}")


@command(title="cmd.give_one_time_password", grants=ONLY_ADMIN)
def give_one_time_password(ctx: Context, cmd: GiveOneTimePassword) -> dict:
    account = account_of(ctx, cmd.account_id)
    refuse_other_keepers(ctx, cmd.account_id)
    password = secrets.token_urlsafe(12)
    account.password_hash, account.must_change_password = hash_password(password), True
    account.failed_logins, account.locked_until = 0, None
    ctx.session.add(account)
    revoke_all(ctx.session, cmd.account_id)
    audit(ctx, "account.password_given", account)
    ctx.topics.add(f"account:{cmd.account_id}")
    return {"one_time_password": password}
