"""Supervision in the workspace: what the dialogs of cards start with."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.registry import CaseCommand, may
from jointreview.commands.supervision import SEATS, CancelCard, ReplyToCard, UpholdCard
from jointreview.commands.supervision_words import fact_words, unit_words
from jointreview.models.supervision import Card
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Choice
from jointreview.settings import settings

_KINDS: dict[str, type[CaseCommand]] = {
    "ReplyToCard": ReplyToCard,
    "UpholdCard": UpholdCard,
    "CancelCard": CancelCard,
}


def cards_for(desk: Desk, act: str) -> list[Card]:
    """The cards of the case with which the reader may do this now, the oldest first."""
    rows = desk.session.exec(select(Card).where(Card.case_id == desk.case_id).order_by(col(Card.id))).all()
    return [c for c in rows if may(desk.actor, _KINDS[act], desk.facts, c.id) is None]


def card_choices(desk: Desk, act: str) -> list[Choice]:
    """Each card with number, rule and addressee."""
    return [Choice(value=str(c.id), label=_label(desk, c)) for c in cards_for(desk, act)]


def card_lines(desk: Desk, act: str) -> list[str]:
    """What each of these cards says, and what was replied."""
    catalog, lines = load_catalog(settings().catalogue), []
    for card in cards_for(desk, act):
        check = catalog.supervision_rule(card.rule).check
        said = [card.number, fact_words(desk.catalog, check, card.facts, card.reason, desk.lang)]
        if card.reply:
            said.append(desk.say("supervision.replied", reply=card.reply))
        if card.groundless_since is not None:
            said.append(desk.say("supervision.groundless"))
        lines.append(" · ".join(said))
    return lines


def rule_choices(desk: Desk) -> list[Choice]:
    """The rules in force today, those issued by hand only first."""
    rules = [r for r in load_catalog(settings().catalogue).supervision if r.counts_on(desk.ctx.today)]
    return [
        Choice(value=r.number, label=f"{r.number} {r.name.in_(desk.lang)}")
        for r in sorted(rules, key=lambda r: (bool(r.check), r.number))
    ]


def unit_choices(desk: Desk) -> list[Choice]:
    """The units of the case and the two seats."""
    return [
        Choice(value=code, label=unit_words(desk.catalog, code, desk.lang))
        for code in (*sorted(desk.facts.units), *SEATS)
    ]


def _label(desk: Desk, card: Card) -> str:
    rule = load_catalog(settings().catalogue).supervision_rule(card.rule)
    return f"{card.number} · {rule.name.in_(desk.lang)} · {unit_words(desk.catalog, card.unit, desk.lang)}"
