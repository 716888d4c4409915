"""Keeping an opinion: signed, pinned to the files it was given on, and its round closed with it."""

from __future__ import annotations

from typing import Any

from jointreview.commands.executor import Context
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.files import DrawnSignature, sign
from jointreview.commands.rounds import close_round
from jointreview.models.case import Signature
from jointreview.models.review import Opinion


def keep_opinion(
    ctx: Context,
    mine: AssignmentFacts,
    round_id: int,
    words: dict[str, Any],
    drawn: DrawnSignature,
    content: dict[str, Any],
    read: dict[str, list[str]],
) -> tuple[Opinion, Signature]:
    """The opinion of a round with its `words` (columns of the table), signed over `content` and the files `read`."""
    signature = sign(ctx, "opinion", drawn, {**content, "read": read})
    opinion = Opinion(
        case_id=ctx.case_id,
        assignment_id=mine.id,
        round_id=round_id,
        **words,
        officer_id=ctx.actor.account_id,
        signature_id=signature.id,
        read_digests=read,
        given_on=ctx.today,
        given_at=ctx.now,
    )
    ctx.session.add(opinion)
    close_round(ctx, round_id, "done")
    return opinion, signature
