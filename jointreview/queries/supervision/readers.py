"""Who may see which supervision card: the one rule for pages, documents, the history of a case and the export."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col

from jointreview.commands.supervision import seat_of
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.supervision import Card

ALL_CARDS = ("supervisor", "coordinator")
OWN_CARDS = ("leader", "officer", "clerk")
READERS = (*ALL_CARDS, *OWN_CARDS)


def may_see_card(actor: Actor, unit: str) -> bool:
    """Whether the actor sees the cards of a unit or seat: supervision and the coordinator all, others their own."""
    return actor.role in ALL_CARDS or (actor.role in OWN_CARDS and seat_of(actor) == unit != "")


def cards_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same as a condition on `Card`."""
    if actor.role in ALL_CARDS:
        return true()
    return col(Card.unit) == seat_of(actor) if actor.role in OWN_CARDS and seat_of(actor) else false()


def must_read_cards(actor: Actor) -> None:
    """Raises Refused (forbidden) for a role that has nothing to do with supervision."""
    if actor.role not in READERS:
        raise refuse("supervision.not_for_you", kind="forbidden")
