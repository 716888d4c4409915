"""One supervision card in full: the rule in words, what happened to it, its document, and what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import load_facts
from jointreview.commands.registry import RULES, CaseCommand, may
from jointreview.commands.supervision import CancelCard, ReplyToCard, UpholdCard
from jointreview.commands.supervision_words import unit_words
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.identity import ROLES
from jointreview.models.supervision import Card
from jointreview.queries.supervision.cards import CardRow, all_cards
from jointreview.settings import settings
from jointreview.text import tr

ACTS: dict[str, type[CaseCommand]] = {
    "ReplyToCard": ReplyToCard,
    "UpholdCard": UpholdCard,
    "CancelCard": CancelCard,
}


TITLES = {name: RULES[kind].title for name, kind in ACTS.items()}


@dataclass(frozen=True)
class CardStep:
    """Something that happened to the card: what, by whom in which post, when, and the words said."""

    title: str
    who: str
    when: datetime
    text: str
    late: bool


@dataclass(frozen=True)
class CardDetail:
    """One card. `acts` are the commands the reader may run now, `waits` says in words what comes next otherwise.

    `document` is the address of the supervision notice without its ending, empty without one.
    """

    row: CardRow
    formula: str
    basis: str
    issued: str
    steps: tuple[CardStep, ...]
    acts: tuple[str, ...]
    waits: str
    document: str


def card_detail(actor: Actor, card_id: int, lang: str, now: datetime) -> CardDetail | None:
    """The card; None alike for one that is not there and one the actor may not see."""
    row = next(iter(all_cards(actor, lang, now, only=card_id)), None) if card_id else None
    if row is None:
        return None
    rule = load_catalog(settings().catalogue).supervision_rule(row.rule)
    with reading() as session:
        card = session.get_one(Card, row.id)
        facts = load_facts(session, session.get_one(Case, row.case_id), now.astimezone(SHANGHAI).date())
        acts = tuple(name for name, kind in ACTS.items() if may(actor, kind, facts, row.id) is None)
        return CardDetail(
            row=row,
            formula=rule.formula_in(lang),
            basis=rule.basis.in_(lang),
            issued=tr(lang, f"supervision.issued_by_{'rule' if card.issued_by is None else 'hand'}"),
            steps=_steps(session, row, lang),
            acts=acts,
            waits="" if acts else _waits(actor, row, card, lang),
            document=f"/api/cases/{row.case_id}/documents/{card.document_id}" if card.document_id else "",
        )


def _waits(actor: Actor, row: CardRow, card: Card, lang: str) -> str:
    """Why there is nothing to do for this reader now."""
    if row.state in ("upheld", "cancelled"):
        return tr(lang, f"supervision.waits_{row.state}")
    if actor.role == "supervisor" and card.issued_by == actor.account_id and row.state != "open":
        return tr(lang, "supervision.own_card")
    key = "reply" if row.state == "open" else "ruling"
    return tr(lang, f"supervision.waits_{key}", unit=row.unit_name, day=row.reply_due.isoformat())


def _steps(session: Session, row: CardRow, lang: str) -> tuple[CardStep, ...]:
    """The card's own events, the oldest first."""
    events = session.exec(
        select(Event)
        .where(Event.case_id == row.case_id, col(Event.kind).startswith("card_", autoescape=True))
        .order_by(col(Event.seq))
    ).all()
    return tuple(_step(event, lang) for event in events if event.payload.get("card") == row.id)


def _step(event: Event, lang: str) -> CardStep:
    catalog = load_catalog(settings().catalogue)
    said = event.payload
    posts = (
        tr(lang, f"account.role_{event.actor_role}") if event.actor_role in ROLES else "",
        unit_words(catalog, event.actor_unit, lang) if event.actor_unit else "",
    )
    name = event.actor_name or tr(lang, "case.by_system")
    return CardStep(
        title=tr(lang, f"case.event_{event.kind}"),
        who=" · ".join(part for part in (name, *posts) if part),
        when=event.at,
        text=str(said.get("text") or said.get("reason") or ""),
        late=bool(said.get("late")),
    )
