"""Supervision cards: issued by rule or by hand, answered by who is addressed, upheld or cancelled with reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlmodel import select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_supervision import SupervisionRule
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.people import officers_of, staff_with_role
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.supervision_facts import CardFacts
from jointreview.commands.supervision_notice import card_notice
from jointreview.domain.case_states import ALL, CaseState
from jointreview.domain.problems import Problem, refuse
from jointreview.models.actor import Actor
from jointreview.models.identity import Account, Post
from jointreview.models.review import Assignment
from jointreview.models.supervision import Card
from jointreview.settings import settings

HANDED_IN = ALL - {CaseState.DRAFT}
SEATS = {"window": "clerk", "coordinator": "coordinator"}
"""The seats beside the handling units that a card can address, with the role that holds each."""


class IssueCard(CaseCommand):
    """A yellow or red card for the unit that a rule addresses: by the system, or by hand with a reason."""

    rule: str = Field(pattern=r"^R\d{2}$")
    unit: str = Field("", max_length=40)
    happened_on: date
    reason: str = Field("", max_length=1000)
    subject: str = Field("", max_length=80)
    facts: dict[str, Any] = Field(default_factory=dict)
    part: int | None = None
    handler: int | None = None


class _CardCommand(CaseCommand):
    card_id: int

    @property
    def target(self) -> int | None:
        return self.card_id


class ReplyToCard(_CardCommand):
    """The unit says how it came about and what it does about it, within one working day."""

    reply: str = Field(min_length=4, max_length=1000)


class UpholdCard(_CardCommand):
    """The supervisor lets the card stand, with reasons."""

    ruling: str = Field(min_length=4, max_length=1000)


class CancelCard(_CardCommand):
    """The supervisor cancels the card, with reasons; it stays on record as cancelled."""

    ruling: str = Field(min_length=4, max_length=1000)


class NoteGround(_CardCommand):
    """Recalculation no longer finds the ground of a card, or finds it again: nothing is cancelled by itself."""

    stands: bool


def _asked(facts: CaseFacts, target: int | None) -> tuple[CardFacts, ...]:
    """The card that is meant, or every card of the case when none is named."""
    return tuple(c for c in facts.cards if target in (None, c.id))


def seat_of(actor: Actor) -> str:
    """The handling unit or seat for which somebody answers cards; empty for everybody else."""
    return actor.unit or next((seat for seat, role in SEATS.items() if role == actor.role), "")


def addressed(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The card addresses the person's handling unit, the window or the coordinator."""
    mine = seat_of(actor)
    return None if any(c.unit == mine for c in _asked(facts, target)) else Problem("supervision.not_addressed")


def waits_for_reply(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The card has no reply yet."""
    waiting = any(c.status == "open" and not addressed(actor, facts, c.id) for c in _asked(facts, target))
    return None if waiting else Problem("supervision.no_reply_wanted")


def waits_for_ruling(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The card was answered, its time to be answered has passed, or its ground is gone."""
    if any(c.status == "replied" or c.unanswered_late or c.groundless for c in _undecided(facts, target)):
        return None
    return Problem("supervision.no_ruling_wanted")


def not_the_issuer(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Who issued a card by hand does not decide about it (four eyes)."""
    found = _undecided(facts, target)
    own = bool(found) and all(c.issued_by == actor.account_id for c in found)
    return Problem("supervision.own_card") if own else None


def not_the_answerer(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Who answered a card, in whichever post, does not decide about it (four eyes)."""
    found = _undecided(facts, target)
    own = bool(found) and all(c.replied_by == actor.account_id for c in found)
    return Problem("supervision.own_reply") if own else None


def _undecided(facts: CaseFacts, target: int | None) -> tuple[CardFacts, ...]:
    return tuple(c for c in _asked(facts, target) if c.status in ("open", "replied"))


def rule_of(number: str) -> SupervisionRule:
    """The rule of that number in the newest catalogue; a rule that ended still explains its cards."""
    rule = next((r for r in load_catalog(settings().catalogue).supervision if r.number == number), None)
    if rule is None:
        raise refuse("supervision.no_such_rule", where="rule", kind="missing")
    return rule


@command(title="cmd.issue_card", grants={"system": None, "supervisor": None}, states=HANDED_IN)
def issue_card(ctx: Context, cmd: IssueCard) -> dict:
    """Raises Refused for a card that exists, a day outside the rule's dates, and a card by hand without a reason."""
    rule = rule_of(cmd.rule)
    by_hand = ctx.actor.role != "system"
    unit = _addressee(ctx, cmd, rule, by_hand)
    if by_hand and len(cmd.reason) < 10:
        raise refuse("supervision.reason_needed", where="reason", least=10)
    if cmd.happened_on > ctx.today or not rule.counts_on(cmd.happened_on):
        raise refuse("supervision.bad_day", where="happened_on")
    subject = f"hand:{ctx.case_id}:{unit}:{cmd.happened_on}" if by_hand else cmd.subject
    if ctx.session.exec(select(Card.id).where(Card.rule == rule.number, Card.subject == subject)).first():
        raise refuse("supervision.exists", kind="conflict")
    card = Card(
        case_id=ctx.case_id,
        assignment_id=None if by_hand else cmd.part,
        unit=unit,
        account_id=None if by_hand else cmd.handler,
        rule=rule.number,
        colour=rule.colour,
        subject=subject,
        facts={} if by_hand else cmd.facts,
        reason=cmd.reason if by_hand else "",
        happened_on=cmd.happened_on,
        issued_on=ctx.today,
        issued_at=ctx.now,
        issued_by=ctx.actor.account_id or None,
        reply_due=ctx.calendar.nth_workday_after(ctx.today, rule.reply_workdays),
    )
    ctx.session.add(card)
    ctx.session.flush()
    notice = card_notice(ctx, card, rule)
    card.number, card.document_id = notice.number, notice.document_id
    ctx.session.add(card)
    ctx.event("card_issued", **_said(card), colour=card.colour, happened=card.happened_on, reason=card.reason)
    ctx.notify(
        people_of(ctx, unit),
        "notify.card_issued",
        number=ctx.the_case.number,
        card=card.number,
        rule=rule.name.model_dump(),
        due=card.reply_due.isoformat(),
    )
    ctx.topics.add("supervision")
    return {"card_id": card.id, "number": card.number}


def _addressee(ctx: Context, cmd: IssueCard, rule: SupervisionRule, by_hand: bool) -> str:
    """By rule the seat it names, or the unit it found; by hand any unit of the case or a seat."""
    if not by_hand:
        return cmd.unit or "coordinator" if rule.addressed == "unit" else rule.addressed
    units = set(ctx.session.exec(select(Assignment.unit).where(Assignment.case_id == ctx.case_id)).all())
    if cmd.unit not in units | set(SEATS):
        raise refuse("supervision.no_such_unit", where="unit")
    return cmd.unit


def people_of(ctx: Context, unit: str) -> list[int]:
    """Who answers for a unit: its officers and its head, or the holders of a seat."""
    if unit in SEATS:
        return staff_with_role(ctx.session, SEATS[unit])
    heads = ctx.session.exec(
        select(Post.account_id)
        .join(Account, Account.id == Post.account_id)  # type: ignore[arg-type]
        .where(Post.unit == unit, Post.role == "leader", Post.active, Account.active)
    ).all()
    return [a.id for a in officers_of(ctx.session, unit) if a.id] + list(heads)


def _said(card: Card) -> dict[str, Any]:
    return {"card": card.id, "number": card.number, "rule": card.rule, "unit": card.unit}


def _card(ctx: Context, card_id: int) -> Card:
    card = ctx.session.get(Card, card_id)
    if card is None or card.case_id != ctx.case_id:
        raise refuse("supervision.no_such_card", kind="missing")
    return card


@command(
    title="cmd.reply_to_card",
    grants={"officer": addressed, "leader": addressed, "clerk": addressed, "coordinator": addressed},
    states=HANDED_IN,
    checks=(waits_for_reply,),
)
def reply_to_card(ctx: Context, cmd: ReplyToCard) -> None:
    card = _card(ctx, cmd.card_id)
    card.status, card.reply, card.replied_by, card.replied_at = "replied", cmd.reply, ctx.actor.account_id, ctx.now
    ctx.session.add(card)
    ctx.event("card_replied", **_said(card), text=cmd.reply, late=ctx.today > card.reply_due)
    ctx.notify(
        staff_with_role(ctx.session, "supervisor"),
        "notify.card_replied",
        number=ctx.the_case.number,
        card=card.number,
    )
    ctx.topics.add("supervision")


def _rule_on(ctx: Context, card: Card, status: str, ruling: str) -> None:
    card.status, card.ruling, card.ruled_by, card.ruled_at = status, ruling, ctx.actor.account_id, ctx.now
    ctx.session.add(card)
    ctx.event(f"card_{status}", **_said(card), reason=ruling)
    ctx.notify(
        people_of(ctx, card.unit),
        f"notify.card_{status}",
        number=ctx.the_case.number,
        card=card.number,
        reason=ruling,
    )
    ctx.topics.add("supervision")


@command(
    title="cmd.uphold_card",
    grants={"supervisor": None},
    states=HANDED_IN,
    checks=(waits_for_ruling, not_the_issuer, not_the_answerer),
)
def uphold_card(ctx: Context, cmd: UpholdCard) -> None:
    _rule_on(ctx, _card(ctx, cmd.card_id), "upheld", cmd.ruling)


@command(
    title="cmd.cancel_card",
    grants={"supervisor": None},
    states=HANDED_IN,
    checks=(waits_for_ruling, not_the_issuer, not_the_answerer),
)
def cancel_card(ctx: Context, cmd: CancelCard) -> None:
    _rule_on(ctx, _card(ctx, cmd.card_id), "cancelled", cmd.ruling)


@command(title="cmd.note_ground", grants={"system": None}, states=HANDED_IN)
def note_ground(ctx: Context, cmd: NoteGround) -> None:
    """Tells the supervisor; the card stays as it is until somebody decides."""
    card = _card(ctx, cmd.card_id)
    card.groundless_since = None if cmd.stands else ctx.today
    ctx.session.add(card)
    ctx.event("card_ground_found" if cmd.stands else "card_ground_gone", **_said(card))
    if not cmd.stands:
        ctx.notify(
            staff_with_role(ctx.session, "supervisor"),
            "notify.card_ground_gone",
            number=ctx.the_case.number,
            card=card.number,
        )
    ctx.topics.add("supervision")
