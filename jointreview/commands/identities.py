"""Accounts and the organisations' own sign-ins: the administrator says who is whom there, and takes it back."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.administration import ONLY_ADMIN, account_of, audit
from jointreview.commands.executor import Context
from jointreview.commands.providers import provider
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.identity import KEEPER_ROLES, LinkedIdentity, LoginSession, Post


class LinkIdentity(Command):
    """From now on the organisation's sign-in opens this account for the person it knows as `subject`."""

    account_id: int
    provider: str = Field(max_length=40)
    subject: str = Field(min_length=1, max_length=255)


class UnlinkIdentity(Command):
    """The organisation's sign-in opens the account no more; sessions it opened end."""

    identity_id: int


@command(title="cmd.link_identity", grants=ONLY_ADMIN)
def link_identity(ctx: Context, cmd: LinkIdentity) -> dict:
    account = account_of(ctx, cmd.account_id)
    held = ctx.session.exec(select(Post.role).where(Post.account_id == cmd.account_id, col(Post.active))).all()
    if set(held) & set(KEEPER_ROLES):
        raise refuse("admin.identity_no_keeper", kind="state")
    known = provider(cmd.provider)
    problems = [] if known else [Problem("admin.identity_no_provider", {}, "provider")]
    if any(ord(letter) < 32 for letter in cmd.subject):
        problems.append(Problem("errors.control_characters", {}, "subject"))
    if known is None or problems:
        raise Refused(*problems)
    there = select(LinkedIdentity).where(LinkedIdentity.issuer == known.issuer)
    if ctx.session.exec(there.where(LinkedIdentity.subject == cmd.subject)).first():
        raise refuse("admin.identity_taken", where="subject")
    if ctx.session.exec(there.where(LinkedIdentity.account_id == cmd.account_id)).first():
        raise refuse("admin.identity_there", where="provider")
    linked = LinkedIdentity(
        account_id=cmd.account_id,
        issuer=known.issuer,
        subject=cmd.subject,
        linked_by=ctx.actor.account_id,
        linked_at=ctx.now,
    )
    ctx.session.add(linked)
    ctx.session.flush()
    audit(ctx, "account.identity_linked", account, provider=known.key)
    ctx.topics.add(f"account:{cmd.account_id}")
    return {"identity_id": linked.id}


@command(title="cmd.unlink_identity", grants=ONLY_ADMIN)
def unlink_identity(ctx: Context, cmd: UnlinkIdentity) -> None:
    linked = ctx.session.get(LinkedIdentity, cmd.identity_id)
    if linked is None:
        raise refuse("admin.no_such_identity", kind="missing")
    account = account_of(ctx, linked.account_id)
    ctx.session.delete(linked)
    opened = select(LoginSession).where(LoginSession.account_id == account.id, col(LoginSession.provider) != "")
    for session in ctx.session.exec(opened):
        session.revoked = True
        ctx.session.add(session)
    audit(ctx, "account.identity_unlinked", account)
    ctx.topics.add(f"account:{account.id}")
