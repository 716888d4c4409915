"""The list of cards as an .xlsx file: the same cards for the same reader, with the filters and the rules in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.supervision_words import unit_words
from jointreview.models.actor import Actor
from jointreview.paperwork.xlsx import Table, Value, workbook
from jointreview.queries.supervision.cards import CardRow, all_cards, passing, stage_names
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.rules import RuleLine, rule_lines
from jointreview.settings import settings
from jointreview.text import tr

_CARD_HEADS = (
    *("number", "colour", "rule", "rule_name", "case", "project", "stage", "unit", "person", "facts"),
    *("happened", "issued", "reply_due", "state", "reply", "ruling"),
)
_RULE_HEADS = ("rule", "rule_name", "colour", "about", "trigger", "basis", "addressed", "reply_days", "how", "count")


@dataclass(frozen=True)
class Export:
    """A file with its name."""

    name: str
    content: bytes


def export(actor: Actor, filters: CardFilters, lang: str, now: datetime) -> Export:
    """All pages of the list with these filters; Refused for a role that sees no cards."""
    shown = passing(all_cards(actor, lang, now), filters)
    stages = dict(stage_names(lang))
    moment = f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    remarks = [
        tr(lang, "supervision.export_scope", filters=_filters_in_words(filters, lang), count=len(shown)),
        tr(lang, "supervision.export_made", who=actor.name, when=moment),
    ]
    cards = Table(
        name=tr(lang, "supervision.tab_cards"),
        title=tr(lang, "supervision.export_title"),
        heads=[tr(lang, f"supervision.head_{name}") for name in _CARD_HEADS],
        rows=[_card(row, stages, lang) for row in shown],
        remarks=remarks,
    )
    rules = Table(
        name=tr(lang, "supervision.tab_rules"),
        title=tr(lang, "supervision.rules_title"),
        heads=[tr(lang, f"supervision.head_{name}") for name in _RULE_HEADS],
        rows=[_rule(line, lang) for line in rule_lines(actor, lang, now)],
    )
    name = tr(lang, "supervision.export_name", day=now.astimezone(SHANGHAI).date().isoformat())
    return Export(f"{name}.xlsx", workbook(cards, rules))


def _card(row: CardRow, stages: dict[int, str], lang: str) -> list[Value]:
    return [
        row.number,
        tr(lang, f"supervision.colour_{row.colour}"),
        row.rule,
        row.rule_name,
        row.case_number,
        row.project,
        stages.get(row.stage, ""),
        row.unit_name,
        row.person,
        row.facts,
        row.happened_on,
        row.issued_on,
        row.reply_due,
        tr(lang, f"supervision.status_{row.state}"),
        row.reply,
        row.ruling,
    ]


def _rule(line: RuleLine, lang: str) -> list[Value]:
    colour = tr(lang, f"supervision.colour_{line.colour}")
    words: list[Value] = [line.number, line.name, colour, line.about, line.trigger, line.basis, line.addressed]
    return [*words, line.reply_days, line.how, line.count]


def _filters_in_words(filters: CardFilters, lang: str) -> str:
    """Each filter in force with its name; "all" without any."""
    catalog = load_catalog(settings().catalogue)
    colour = tr(lang, f"supervision.colour_{filters.colour}") if filters.colour else ""
    state = tr(lang, f"supervision.status_{filters.state}") if filters.state else ""
    given = {
        "colour": colour,
        "state": state,
        "rule": filters.rule,
        "unit": unit_words(catalog, filters.unit, lang) if filters.unit else "",
        "stage": dict(stage_names(lang)).get(filters.stage, ""),
        "month": filters.month,
        "text": filters.text,
    }
    said = [f"{tr(lang, f'supervision.filter_{name}')}: {value}" for name, value in given.items() if value]
    return "; ".join(said) or tr(lang, "supervision.everything")
