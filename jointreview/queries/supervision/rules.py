"""The rules of supervision in force, in words, as the catalogue has them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_supervision import SupervisionRule
from jointreview.commands.executor import SHANGHAI
from jointreview.models.actor import Actor
from jointreview.queries.supervision.cards import all_cards
from jointreview.queries.supervision.filters import CardFilters
from jointreview.settings import settings
from jointreview.text import tr


@dataclass(frozen=True)
class RuleLine:
    """A rule: `trigger` says when a card is issued, `addressed` to whom, `how` whether by itself or by hand.

    `count` are the cards under it that the reader may see, `href` leads to them.
    """

    number: str
    name: str
    colour: str
    about: str
    trigger: str
    basis: str
    addressed: str
    reply_days: int
    how: str
    count: int
    href: str


def rule_lines(actor: Actor, lang: str, now: datetime) -> list[RuleLine]:
    """The rules of today; Refused for a role that sees no cards."""
    counts = Counter(row.rule for row in all_cards(actor, lang, now))
    today = now.astimezone(SHANGHAI).date()
    rules = load_catalog(settings().catalogue).supervision
    return [_line(rule, counts[rule.number], lang) for rule in rules if rule.counts_on(today)]


def _line(rule: SupervisionRule, count: int, lang: str) -> RuleLine:
    return RuleLine(
        number=rule.number,
        name=rule.name.in_(lang),
        colour=rule.colour,
        about=tr(lang, f"supervision.about_{rule.about}"),
        trigger=rule.formula_in(lang),
        basis=rule.basis.in_(lang),
        addressed=tr(lang, f"supervision.addressed_{rule.addressed}"),
        reply_days=rule.reply_workdays,
        how=tr(lang, "supervision.how_rule" if rule.check else "supervision.how_hand"),
        count=count,
        href=CardFilters(rule=rule.number).href(),
    )
