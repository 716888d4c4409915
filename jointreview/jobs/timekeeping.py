"""What time alone brings about: silence that accepts, supplements never given, pauses that end by themselves.

Work is found by its own state and dated by the rule, so that days without a sweep lose nothing and double nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session, col, select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.pauses import ClosePause
from jointreview.commands.registry import Command
from jointreview.commands.silence import DeemAccepted, LapseSupplement
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import IN_PROCESS, CaseState
from jointreview.domain.clock import deemed_accepted
from jointreview.domain.problems import Refused
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.review import Notice
from jointreview.models.timekeeping import PauseRequest
from jointreview.text import tr

_log = logging.getLogger(__name__)


def keep_time(now: datetime) -> int:
    """Do everything whose day has passed; answers how many acts that were. One refused holds up no other."""
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        due = [*_silent(session, today), *_unanswered(session, today), *_over(session, today)]
    done = 0
    for command in due:
        try:
            execute(SYSTEM, command, now=now)
            done += 1
        except Refused as refusal:
            _log.warning("%s was refused: %s", type(command).__name__, [p.key for p in refusal.problems])
    return done


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
