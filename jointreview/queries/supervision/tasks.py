"""What supervision puts on the list of work: cards to be replied to, and cards to be ruled on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.registry import may
from jointreview.commands.supervision import ReplyToCard, UpholdCard, seat_of
from jointreview.domain.calendar import WorkCalendar
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.project import Project
from jointreview.models.supervision import Card
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.readers import cards_seen_by
from jointreview.queries.task import Task, lamp_of
from jointreview.settings import settings


def card_tasks(session: Session, actor: Actor, calendar: WorkCalendar, today: date) -> list[Task]:
    """The cards that wait for this person, in cases open and ended: late ones first."""
    rows = session.exec(
        select(Card, Case, col(Project.name))
        .join(Case, col(Case.id) == Card.case_id)
        .join(Project, col(Project.id) == Case.project_id)
        .where(cards_seen_by(actor), _waiting(actor, today))
        .order_by(col(Card.reply_due), col(Card.id))
    ).all()
    facts: dict[int, CaseFacts] = {}
    for card, case, _ in rows:
        if card.case_id not in facts:
            facts[card.case_id] = load_facts(session, case, today)
    found = [_task(actor, card, case, name, facts[card.case_id], calendar, today) for card, case, name in rows]
    return [task for tasks in found for task in tasks]


def _waiting(actor: Actor, today: date) -> ColumnElement[bool]:
    """The cards that may wait for this person, so that not every case has to be looked at."""
    if actor.role == "supervisor":
        unanswered = (col(Card.status) == "open") & (col(Card.reply_due) < today)
        return or_(col(Card.status) == "replied", unanswered, col(Card.groundless_since).is_not(None))
    return (col(Card.status) == "open") & (col(Card.unit) == seat_of(actor))


def _task(
    actor: Actor, card: Card, case: Case, project: str, facts: CaseFacts, calendar: WorkCalendar, today: date
) -> Iterator[Task]:
    replied = card.replied_at.astimezone(SHANGHAI).date() if card.replied_at else None
    if may(actor, ReplyToCard, facts, card.id) is None:
        what, action, due, since = "reply_card", "reply_card", card.reply_due, card.issued_on
    elif may(actor, UpholdCard, facts, card.id) is None:
        gone = card.groundless_since is not None
        what = "rule_groundless" if gone else "rule_card" if card.status == "replied" else "rule_silent"
        action, due = "rule_card", None
        since = replied or card.groundless_since or card.reply_due
    else:
        return
    catalog = load_catalog(settings().catalogue)
    rule = catalog.supervision_rule(card.rule)
    yield Task(
        case_id=card.case_id,
        number=case.number,
        project=project,
        what=what,
        params={"card": card.number, "rule": rule.name.model_dump()},
        action=action,
        href=CardFilters(card=card.id or 0).href(),
        since=since,
        due=due,
        lamp=lamp_of(due, today, calendar),
        kind=case.kind,
        stage=catalog.stage(case.stage).name.model_dump(),
    )
