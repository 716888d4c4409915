"""The list of supervision cards one person may see: what waits first, narrowed by filters, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.supervision import SEATS
from jointreview.commands.supervision_words import fact_words, unit_words
from jointreview.commands.working_days import work_calendar
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Account, Post
from jointreview.models.project import Project
from jointreview.models.supervision import Card
from jointreview.queries.supervision.filters import COLOURS, STATES, CardFilters
from jointreview.queries.supervision.readers import cards_seen_by, must_read_cards
from jointreview.queries.task import lamp_of
from jointreview.settings import settings
from jointreview.text import tr

PAGE_ROWS = 50


@dataclass(frozen=True)
class CardRow:
    """One card. Codes are for filters and colours, the words beside them for people.

    `state` is one of `filters.STATES`; `lamp` that of the day of reply, empty once there is a reply or a ruling.
    `person` is the handler with the post, where the rule found one.
    """

    id: int
    number: str
    colour: str
    rule: str
    rule_name: str
    case_id: int
    case_number: str
    project: str
    stage: int
    unit: str
    unit_name: str
    person: str
    facts: str
    happened_on: date
    issued_on: date
    reply_due: date
    state: str
    lamp: str
    groundless: bool
    reply: str
    ruling: str


@dataclass(frozen=True)
class Count:
    """One value of a filter: its name, how many cards it shows beside the other filters, and the address."""

    value: str
    name: str
    count: int
    href: str


@dataclass(frozen=True)
class CardList:
    """One page of the list with the values of its filters; `total` counts the cards of all pages."""

    rows: tuple[CardRow, ...]
    total: int
    page: int
    pages: int
    states: tuple[Count, ...]
    colours: tuple[Count, ...]
    rules: tuple[Count, ...]
    units: tuple[Count, ...]
    stages: tuple[Count, ...]
    months: tuple[Count, ...]


def card_list(actor: Actor, filters: CardFilters, lang: str, now: datetime) -> CardList:
    """The cards the actor may see, narrowed and in order; Refused for a role that sees none."""
    everything = all_cards(actor, lang, now)
    shown = passing(everything, filters)
    pages = max(1, -(-len(shown) // PAGE_ROWS))
    page = min(filters.page, pages)
    return CardList(
        rows=tuple(shown[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]),
        total=len(shown),
        page=page,
        pages=pages,
        **_counts(everything, filters, lang),
    )


def all_cards(actor: Actor, lang: str, now: datetime, only: int = 0) -> list[CardRow]:
    """Every card the actor may see, or only that of one id: late replies first, then what waits, then the rest.

    Raises Refused (forbidden) for a role that has nothing to do with supervision.
    """
    must_read_cards(actor)
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        return _cards(session, actor, lang, today, *([col(Card.id) == only] if only else []))


def cards_of_case(session: Session, actor: Actor, case_id: int, lang: str, today: date) -> list[CardRow]:
    """The cards of one case that the actor may see; none for who sees no cards."""
    return _cards(session, actor, lang, today, col(Card.case_id) == case_id)


def _cards(session: Session, actor: Actor, lang: str, today: date, *conditions: ColumnElement[bool]) -> list[CardRow]:
    found = session.exec(
        select(Card, Case, col(Project.name))
        .join(Case, col(Case.id) == Card.case_id)
        .join(Project, col(Project.id) == Case.project_id)
        .where(cards_seen_by(actor), *conditions)
    ).all()
    if not found:
        return []
    calendar, catalog = work_calendar(session), load_catalog(settings().catalogue)
    people = _people(session, {card.account_id for card, _, _ in found if card.account_id})
    rows = [
        _row(card, case, project, people, catalog, lang, today, lambda d: lamp_of(d, today, calendar))
        for card, case, project in found
    ]
    return sorted(rows, key=_urgency)


def _people(session: Session, ids: set[int]) -> dict[tuple[int, str], str]:
    """Names with their post, by account and unit; the window and the coordinator have no unit."""
    rows = session.exec(
        select(Account, Post)
        .outerjoin(Post, (col(Post.account_id) == Account.id) & col(Post.active))
        .where(col(Account.id).in_(ids))
    ).all()
    found: dict[tuple[int, str], str] = {}
    for account, post in rows:
        title = post.title if post else ""
        found[account.id or 0, post.unit if post else ""] = " · ".join(part for part in (account.name, title) if part)
        found.setdefault((account.id or 0, "*"), account.name)
    return found


def _row(
    card: Card,
    case: Case,
    project: str,
    people: dict[tuple[int, str], str],
    catalog: Catalog,
    lang: str,
    today: date,
    lamp: Callable[[date], str],
) -> CardRow:
    rule = catalog.supervision_rule(card.rule)
    who = card.account_id or 0
    late = card.status == "open" and today > card.reply_due
    return CardRow(
        id=card.id or 0,
        number=card.number,
        colour=card.colour,
        rule=card.rule,
        rule_name=rule.name.in_(lang),
        case_id=card.case_id,
        case_number=case.number,
        project=project,
        stage=case.stage,
        unit=card.unit,
        unit_name=unit_words(catalog, card.unit, lang),
        person=people.get((who, "" if card.unit in SEATS else card.unit)) or people.get((who, "*"), ""),
        facts=fact_words(catalog, rule.check, card.facts, card.reason, lang),
        happened_on=card.happened_on,
        issued_on=card.issued_on,
        reply_due=card.reply_due,
        state="late" if late else card.status,
        lamp=lamp(card.reply_due) if card.status == "open" else "",
        groundless=card.groundless_since is not None and card.status in ("open", "replied"),
        reply=card.reply,
        ruling=card.ruling,
    )


def _urgency(row: CardRow) -> tuple[Any, ...]:
    """What waits by its day, what is decided with the newest first."""
    place = STATES.index(row.state)
    if row.state in ("upheld", "cancelled"):
        return len(STATES), -row.issued_on.toordinal(), -row.id
    return place, row.reply_due.toordinal(), row.id


def passing(everything: Iterable[CardRow], filters: CardFilters) -> list[CardRow]:
    """The cards that every filter lets through."""
    words = filters.text.casefold().split()
    return [
        row
        for row in everything
        if filters.colour in ("", row.colour)
        and filters.rule in ("", row.rule)
        and filters.unit in ("", row.unit)
        and filters.state in ("", row.state)
        and filters.stage in (0, row.stage)
        and filters.month in ("", f"{row.issued_on:%Y-%m}")
        and all(word in f"{row.number}\n{row.case_number}\n{row.project}".casefold() for word in words)
    ]


def _counts(everything: list[CardRow], filters: CardFilters, lang: str) -> dict[str, tuple[Count, ...]]:
    """Each filter's values, counted with all the other filters in force; a link takes a chosen value off again."""

    def counted(name: str, value_of: Callable[[CardRow], Any], names: Iterable[tuple[Any, str]]) -> tuple[Count, ...]:
        empty = getattr(CardFilters(), name)
        found = Counter(value_of(row) for row in passing(everything, filters.but(**{name: empty})))
        chosen = getattr(filters, name)
        return tuple(
            Count(
                value=str(value),
                name=words,
                count=found[value],
                href=filters.but(**{name: empty if value == chosen else value}).href(),
            )
            for value, words in names
        )

    rules = {row.rule: f"{row.rule} {row.rule_name}" for row in everything}
    units = {row.unit: row.unit_name for row in everything}
    months = sorted({f"{row.issued_on:%Y-%m}" for row in everything}, reverse=True)
    return {
        "states": counted("state", lambda r: r.state, [(s, tr(lang, f"supervision.status_{s}")) for s in STATES]),
        "colours": counted("colour", lambda r: r.colour, [(c, tr(lang, f"supervision.colour_{c}")) for c in COLOURS]),
        "rules": counted("rule", lambda r: r.rule, sorted(rules.items())),
        "units": counted("unit", lambda r: r.unit, sorted(units.items(), key=lambda u: u[1])),
        "stages": counted("stage", lambda r: r.stage, stage_names(lang)),
        "months": counted("month", lambda r: f"{r.issued_on:%Y-%m}", [(m, m) for m in months]),
    }


def stage_names(lang: str) -> list[tuple[int, str]]:
    """The four stages of the catalogue."""
    return [(s.number, s.name.in_(lang)) for s in load_catalog(settings().catalogue).stages]
