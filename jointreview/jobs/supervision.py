"""The sweep of supervision: what the rules find in the cases becomes cards, one transaction each.

It works from the state alone: days on which it did not run are made up for, and what has a card gets no second one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_supervision import SupervisionRule
from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.supervision import IssueCard, NoteGround
from jointreview.commands.supervision_history import histories
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.problems import Refused
from jointreview.domain.supervision import Ground, grounds
from jointreview.domain.supervision_facts import CaseHistory
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading, writing
from jointreview.models.case import Case
from jointreview.models.supervision import Card, SweepMark
from jointreview.settings import settings

CASES_AT_ONCE = 200
_log = logging.getLogger(__name__)
Found = tuple[SupervisionRule, Ground]


def supervise(now: datetime) -> int:
    """Look at every case that changed, or saw a day pass, since the last sweep; answers how many cards it issued."""
    today = now.astimezone(SHANGHAI).date()
    rules = [rule for rule in load_catalog(settings().catalogue).supervision if rule.check]
    issued = 0
    with reading() as session:
        waiting = _waiting(session, today)
    for start in range(0, len(waiting), CASES_AT_ONCE):
        issued += _sweep(waiting[start : start + CASES_AT_ONCE], rules, now, today)
    return issued


def _waiting(session: Session, today: date) -> list[int]:
    """The cases not yet looked at in their present version through today."""
    return [
        case_id
        for case_id in session.exec(
            select(Case.id)
            .outerjoin(SweepMark, col(SweepMark.case_id) == Case.id)
            .where(
                Case.state != CaseState.DRAFT.value,
                or_(
                    col(SweepMark.version).is_(None),
                    col(SweepMark.version) != Case.version,
                    col(SweepMark.through) < today,
                ),
            )
            .order_by(col(Case.id))
        ).all()
        if case_id is not None
    ]


def _through(case: Case, today: date) -> date:
    """Through which day a case has been looked at; for good once its last day is over."""
    ended = CaseState(case.state) in ENDED and case.state_since.astimezone(SHANGHAI).date() < today
    return date.max if ended else today


def _sweep(ids: list[int], rules: list[SupervisionRule], now: datetime, today: date) -> int:
    with reading() as session:
        calendar = work_calendar(session)
        cases = list(session.exec(select(Case).where(col(Case.id).in_(ids)).order_by(col(Case.id))).all())
        known = _cards(session, ids)
        history = histories(session, cases, calendar)
    issued, marks = 0, []
    for case in cases:
        case_id = case.id or 0
        try:
            found = _found(history[case_id], rules, calendar, today)
            acts = _new(case_id, found, known.get(case_id, [])) + _moved(case_id, found, known.get(case_id, []))
            for act in acts:
                _run(act, now)
            issued += sum(isinstance(act, IssueCard) for act in acts)
            marks.append(SweepMark(case_id=case_id, version=case.version + len(acts), through=_through(case, today)))
        except Exception:
            # One case that cannot be judged must not hold up the others; it is tried again at the next sweep.
            _log.exception("supervision of case %s failed", case_id)
    _remember(marks)
    return issued


def _cards(session: Session, ids: list[int]) -> dict[int, list[Card]]:
    found: dict[int, list[Card]] = {}
    for card in session.exec(select(Card).where(col(Card.case_id).in_(ids))).all():
        found.setdefault(card.case_id, []).append(card)
    return found


def _found(history: CaseHistory, rules: list[SupervisionRule], calendar: WorkCalendar, today: date) -> list[Found]:
    return [
        (rule, ground)
        for rule in rules
        for ground in grounds(rule.check, history, rule.parameters, calendar, today)
        if rule.counts_on(ground.happened_on)
    ]


def _new(case_id: int, found: Iterable[Found], cards: Iterable[Card]) -> list[IssueCard | NoteGround]:
    """What has no card yet, in the order in which it happened."""
    have = {(card.rule, card.subject) for card in cards}
    fresh = [(rule, ground) for rule, ground in found if (rule.number, ground.subject) not in have]
    return [
        IssueCard(
            case_id=case_id,
            rule=rule.number,
            unit=ground.unit,
            happened_on=ground.happened_on,
            subject=ground.subject,
            facts=dict(ground.facts),
            part=ground.assignment_id,
            handler=ground.account_id,
        )
        for rule, ground in sorted(fresh, key=lambda pair: (pair[1].happened_on, pair[0].number, pair[1].subject))
    ]


def _moved(case_id: int, found: Iterable[Found], cards: Iterable[Card]) -> list[IssueCard | NoteGround]:
    """Undecided cards by rule whose ground is no longer found, or is found again."""
    there = {(rule.number, ground.subject) for rule, ground in found}
    return [
        NoteGround(case_id=case_id, card_id=card.id or 0, stands=stands)
        for card in cards
        if card.issued_by is None
        and card.status in ("open", "replied")
        and (stands := (card.rule, card.subject) in there) == (card.groundless_since is not None)
    ]


def _run(act: IssueCard | NoteGround, now: datetime) -> None:
    try:
        execute(SYSTEM, act, now=now)
    except Refused as refusal:
        if refusal.kind != "conflict":
            raise  # a card that another sweep has just issued is no fault


def _remember(marks: list[SweepMark]) -> None:
    if marks:
        with writing() as session:
            for mark in marks:
                session.merge(mark)
