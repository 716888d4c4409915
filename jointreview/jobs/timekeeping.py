"""What time alone brings about: silence of window or department, supplements never given, pauses that just end.

Work is found by its own state and dated by the rule, so that days without a sweep lose nothing and double nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.decisions import silences
from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.facts import load_facts
from jointreview.commands.pauses import ClosePause
from jointreview.commands.registry import Command
from jointreview.commands.silence import DeemAccepted, LapseSupplement
from jointreview.commands.visits import DECIDING
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import IN_PROCESS, CaseState
from jointreview.domain.clock import deemed_accepted
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.problems import Refused
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.review import Assignment, Notice, Round
from jointreview.models.timekeeping import PauseRequest
from jointreview.text import tr

_log = logging.getLogger(__name__)


def keep_time(now: datetime) -> int:
    """Do everything whose day has passed; answers how many acts that were. One refused holds up no other."""
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        due = [*_silent(session, today), *_unanswered(session, today), *_over(session, today)]
    done = _run(due, now)
    # A reading that ends in silence opens the decision, whose time may be over as well: until nothing more follows.
    while recorded := _run(_silences(today), now):
        done += recorded
    return done


def _run(commands: Iterable[Command], now: datetime) -> int:
    done = 0
    for command in commands:
        try:
            execute(SYSTEM, command, now=now)
            done += 1
        except Refused as refusal:
            _log.warning("%s was refused: %s", type(command).__name__, [p.key for p in refusal.problems])
    return done


def _silences(today: date) -> list[Command]:
    """The departments of reviews whose time is over and whose silence means something."""
    found: list[Command] = []
    with reading() as session:
        rows = session.exec(
            select(Case, Assignment.item, Round)
            .join(Assignment, col(Assignment.case_id) == Case.id)
            .join(Round, col(Round.assignment_id) == Assignment.id)
            .where(
                Case.kind == "review",
                col(Case.state).in_([s.value for s in DECIDING]),
                Round.status == "open",
                col(Round.opened_on) < today,
            )
            .order_by(col(Case.id))
        ).all()
        late = {
            case.id: case
            for case, item, round_ in rows
            if round_.opened_on + timedelta(days=round_.promised_days) < today
            and (round_.kind == "documents" or _may_be_silent(case, item, today))
        }
        for case in late.values():
            found += silences(load_facts(session, case, today))
    return found


def _may_be_silent(case: Case, code: str, today: date) -> bool:
    """Whether silence can mean anything on an item, or on one of its variants."""
    item = case_catalog(case, today).item(code)
    policies = {item.absence_policy, *(variant.absence_policy for variant in item.variants)}
    return AbsencePolicy.DEEMED_OK in policies


def _silent(session: Session, today: date) -> Iterator[Command]:
    calendar = work_calendar(session)
    for case in session.exec(select(Case).where(Case.state == CaseState.SUBMITTED.value)).all():
        if case.id and case.receipt_day and deemed_accepted(case.receipt_day, None, calendar, today):
            yield DeemAccepted(case_id=case.id)


def _unanswered(session: Session, today: date) -> Iterator[Command]:
    rows = session.exec(
        select(Case.id)
        .join(Notice, col(Notice.case_id) == Case.id)
        .where(Case.state == CaseState.SUPPLEMENTING.value, Notice.kind == "supplement", col(Notice.due_on) < today)
        .distinct()
    ).all()
    for case_id in rows:
        if case_id:
            yield LapseSupplement(case_id=case_id)


def _over(session: Session, today: date) -> Iterator[Command]:
    rows = session.exec(
        select(PauseRequest, Case)
        .join(Case, col(Case.id) == PauseRequest.case_id)
        .where(
            PauseRequest.status == "open",
            col(PauseRequest.planned_end) < today,
            col(Case.state).in_([s.value for s in IN_PROCESS]),
        )
        .order_by(col(PauseRequest.id))
    ).all()
    for pause, case in rows:
        rule = case_catalog(case, today).rules.pause(pause.kind)
        if rule and rule.ends_by_itself and case.id and pause.id:
            result = tr("zh", "timing.ended_as_planned")
            yield ClosePause(case_id=case.id, pause_id=pause.id, result=result)
