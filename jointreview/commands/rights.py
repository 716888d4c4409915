"""Rights, given and taken by the security officer: posts, sessions, second factors."""

from __future__ import annotations

from pydantic import Field

from jointreview.commands import second_factor
from jointreview.commands.administration import STAFF_ROLES, account_of, audit, check_post
from jointreview.commands.executor import Context
from jointreview.commands.identity import revoke_all
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import KEEPER_ROLES, Account, Post

ONLY_SECURITY = {"security": None}


class AddPost(Command):
    """One more post for a member of staff."""

    account_id: int
    role: str = Field(pattern=STAFF_ROLES)
    unit: str = ""
    title: str = Field("", max_length=64)


class GrantPost(Command):
    """The post the administrator asked for is given."""

    post_id: int


class EndPost(Command):
    """A post is no longer held, or not given at all; what was done in it stays."""

    post_id: int


class EndSessions(Command):
    """Every browser of a person is signed out."""

    account_id: int


class ResetSecondFactor(Command):
    """A device and its recovery codes are lost: the person sets up another at the next sign-in."""

    account_id: int


def _check(ctx: Context, account: Account, role: str, unit: str) -> None:
    assert account.id is not None
    problems = check_post(ctx, role, unit)
    if account.kind != "staff":
        problems.append(Problem("commands.not_staff", {}, "account_id"))
    if role in KEEPER_ROLES:
        problems.append(Problem("rights.keeper_by_command_line", {}, "role"))
    if account.id == ctx.actor.account_id:
        problems.append(Problem("rights.not_to_yourself"))
    if problems:
        raise Refused(*problems)


@command(title="cmd.add_post", grants=ONLY_SECURITY)
def add_post(ctx: Context, cmd: AddPost) -> None:
    account = account_of(ctx, cmd.account_id)
    _check(ctx, account, cmd.role, cmd.unit)
    ctx.session.add(Post(account_id=cmd.account_id, role=cmd.role, unit=cmd.unit, title=cmd.title))
    audit(ctx, "post.added", account, role=cmd.role, unit=cmd.unit)
    ctx.topics |= {f"account:{cmd.account_id}", "rights"}


def _post(ctx: Context, post_id: int) -> Post:
    post = ctx.session.get(Post, post_id)
    if post is None or not (post.active or post.asked):
        raise refuse("commands.no_such_post", kind="missing")
    return post


@command(title="cmd.grant_post", grants=ONLY_SECURITY)
def grant_post(ctx: Context, cmd: GrantPost) -> None:
    post = _post(ctx, cmd.post_id)
    if not post.asked:
        raise refuse("commands.no_such_post", kind="missing")
    account = account_of(ctx, post.account_id)
    _check(ctx, account, post.role, post.unit)
    post.active, post.asked = True, False
    ctx.session.add(post)
    audit(ctx, "post.granted", account, role=post.role, unit=post.unit)
    ctx.topics |= {f"account:{post.account_id}", "rights"}


@command(title="cmd.end_post", grants=ONLY_SECURITY)
def end_post(ctx: Context, cmd: EndPost) -> None:
    post = _post(ctx, cmd.post_id)
    if post.account_id == ctx.actor.account_id:
        raise refuse("commands.not_yourself", kind="state")
    if post.role in KEEPER_ROLES:
        raise refuse("rights.keeper_by_command_line", kind="state")
    action = "post.ended" if post.active else "post.refused"
    post.active = post.asked = False
    ctx.session.add(post)
    audit(ctx, action, account_of(ctx, post.account_id), role=post.role, unit=post.unit)
    ctx.topics |= {f"account:{post.account_id}", "rights"}


@command(title="cmd.end_sessions", grants=ONLY_SECURITY)
def end_sessions(ctx: Context, cmd: EndSessions) -> None:
    account = account_of(ctx, cmd.account_id)
    revoke_all(ctx.session, cmd.account_id)
    audit(ctx, "account.sessions_ended", account)
    ctx.topics.add(f"account:{cmd.account_id}")


@command(title="cmd.reset_second_factor", grants=ONLY_SECURITY)
def reset_second_factor(ctx: Context, cmd: ResetSecondFactor) -> None:
    if cmd.account_id == ctx.actor.account_id:
        raise refuse("commands.not_yourself", kind="state")
    account_of(ctx, cmd.account_id)
    second_factor.remove(ctx.session, cmd.account_id, ctx.actor.account_id, ctx.now)
    revoke_all(ctx.session, cmd.account_id)
    ctx.topics.add(f"account:{cmd.account_id}")
