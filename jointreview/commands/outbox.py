"""What people and the administrator do about messages outside the product."""

from __future__ import annotations

from typing import Literal

from jointreview.commands.administration import ONLY_ADMIN
from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.domain.problems import refuse
from jointreview.models.event import Notification, OutboxMessage
from jointreview.models.identity import ROLES, Account, Audit

Wish = Literal["at_once", "daily", "product"]


class ChooseNotices(Command):
    """What a person wants of each channel: every message, one digest a working day, or nothing outside."""

    mail: Wish = "at_once"
    sms: Wish = "at_once"
    robot: Wish = "at_once"


class SendAgain(Command):
    """A message that was given up is tried anew."""

    message_id: int


class GiveUpMessage(Command):
    """A message that did not leave is closed; the person still has it in the product."""

    message_id: int


@command(title="cmd.choose_notices", grants=dict.fromkeys(ROLES))
def choose_notices(ctx: Context, cmd: ChooseNotices) -> None:
    account = ctx.session.get_one(Account, ctx.actor.account_id)
    account.notices = cmd.model_dump()
    ctx.session.add(account)
    ctx.topics.add(f"account:{ctx.actor.account_id}")


def _dead(ctx: Context, message_id: int) -> OutboxMessage:
    row = ctx.session.get(OutboxMessage, message_id, with_for_update=True)
    if row is None:
        raise refuse("people.no_such_message", kind="missing")
    if row.status != "dead":
        raise refuse("people.message_not_dead", kind="state")
    return row


def _record(ctx: Context, row: OutboxMessage, action: str) -> None:
    message = ctx.session.get_one(Notification, row.notification_id)
    account = ctx.session.get_one(Account, message.account_id)
    ctx.session.add(
        Audit(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            action=action,
            subject=account.login,
            details={"channel": row.channel, "error": row.last_error},
        )
    )


@command(title="cmd.send_again", grants=ONLY_ADMIN)
def send_again(ctx: Context, cmd: SendAgain) -> None:
    row = _dead(ctx, cmd.message_id)
    _record(ctx, row, "outbox.sent_again")
    row.status, row.tries, row.next_try_at, row.last_error = "waiting", 0, ctx.now, ""
    ctx.session.add(row)


@command(title="cmd.give_up_message", grants=ONLY_ADMIN)
def give_up_message(ctx: Context, cmd: GiveUpMessage) -> None:
    row = _dead(ctx, cmd.message_id)
    _record(ctx, row, "outbox.given_up")
    row.status = "given_up"
    ctx.session.add(row)
