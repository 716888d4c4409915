"""Supervision in the workspace: what the dialogs of cards start with."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.registry import may
from jointreview.commands.supervision import SEATS
from jointreview.commands.supervision_words import fact_words, unit_words
from jointreview.models.supervision import Card
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Act, CardStrip, Choice
from jointreview.queries.supervision.cards import cards_of_case
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.one import ACTS, TITLES
from jointreview.queries.words import day_words
from jointreview.settings import settings

ON_CARD = tuple(ACTS)


def cards_for(desk: Desk, act: str, only: int = 0) -> list[Card]:
    """The cards of the case with which the reader may do this now, the oldest first; or only the one of that id."""
    rows = desk.session.exec(select(Card).where(Card.case_id == desk.case_id).order_by(col(Card.id))).all()
    return [c for c in rows if only in (0, c.id) and may(desk.actor, ACTS[act], desk.facts, c.id) is None]


def card_choices(desk: Desk, act: str, only: int = 0) -> list[Choice]:
    """Each card with number, rule and addressee."""
    return [Choice(value=str(c.id), label=_label(desk, c)) for c in cards_for(desk, act, only)]


def card_lines(desk: Desk, act: str, only: int = 0) -> list[str]:
    """What each of these cards says, and what was replied."""
    catalog, lines = load_catalog(settings().catalogue), []
    for card in cards_for(desk, act, only):
        check = catalog.supervision_rule(card.rule).check
        said = [card.number, fact_words(desk.catalog, check, card.facts, card.reason, desk.lang)]
        if card.reply:
            said.append(desk.say("supervision.replied", reply=card.reply))
        if card.groundless_since is not None:
            said.append(desk.say("supervision.groundless"))
        lines.append(" · ".join(said))
    return lines


def open_cards(desk: Desk) -> list[CardStrip]:
    """The undecided cards of the case that the reader may see, the late ones first."""
    return [
        CardStrip(
            id=row.id,
            colour=row.colour,
            rule=f"{row.rule} {row.rule_name}",
            unit=row.unit_name,
            state=desk.say(f"supervision.status_{row.state}"),
            tone="bad" if row.state == "late" else "warn",
            due=desk.say("supervision.reply_by", day=day_words(desk.lang, row.reply_due)) if row.lamp else "",
            lamp=row.lamp,
            href=CardFilters(card=row.id).href(),
            acts=[
                Act(name=name, title=desk.say(TITLES[name]), target=0, grave=False, href="", beside="")
                for name, kind in ACTS.items()
                if may(desk.actor, kind, desk.facts, row.id) is None
            ],
        )
        for row in cards_of_case(desk.session, desk.actor, desk.case_id, desk.lang, desk.ctx.today)
        if row.state in ("late", "open", "replied")
    ]


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
