"""Keeping an opinion: signed, pinned to the files it was given on, and its round closed with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.files import DrawnSignature, sign
from jointreview.commands.rounds import close_round
from jointreview.commands.visit_facts import there
from jointreview.models.case import Signature
from jointreview.models.review import Opinion
from jointreview.models.visit import Visit, VisitMember


def keep_opinion(
    ctx: Context,
    mine: AssignmentFacts,
    round_id: int,
    words: dict[str, Any],
    drawn: DrawnSignature,
    content: dict[str, Any],
    read: dict[str, list[str]],
    sealed_words: Sequence[object] | None = None,
) -> tuple[Opinion, Signature]:
    """The opinion of a round with its `words` (columns of the table), signed over `content` and the files `read`.

    Where the item needs the site it names the survey it rests on, and the signature covers that. `sealed_words` are
    what a device without network puts its seal on; None where opinions are given at the desk.
    """
    survey = survey_of_opinion(ctx, mine)
    surveyed = {"survey": survey.number} if survey else {}
    signature = sign(ctx, "opinion", drawn, {**content, **surveyed, "read": read}, sealed_words)
    opinion = Opinion(
        case_id=ctx.case_id,
        assignment_id=mine.id,
        round_id=round_id,
        **words,
        officer_id=ctx.actor.account_id,
        signature_id=signature.id,
        read_digests=read,
        visit_id=survey.id if survey else None,
        given_on=ctx.today,
        given_at=ctx.now,
        client_time=signature.client_time,
    )
    ctx.session.add(opinion)
    close_round(ctx, round_id, "done")
    return opinion, signature


def survey_of_opinion(ctx: Context, mine: AssignmentFacts) -> Visit | None:
    """The last survey the unit was on, or was excused from; None where the item needs none."""
    if not mine.needs_site:
        return None
    return ctx.session.exec(
        select(Visit)
        .join(VisitMember, col(VisitMember.visit_id) == Visit.id)
        .where(Visit.case_id == ctx.case_id, VisitMember.unit == mine.unit, there())
        .order_by(col(Visit.id).desc())
    ).first()
