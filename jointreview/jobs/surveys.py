"""What follows a survey by itself: absences are settled by rule, and the record takes in the last opinion.

Work is found by its own state and dated by the rule, so that days without a sweep lose nothing and double nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from jointreview.commands.absences import absences_to_settle
from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.registry import Command
from jointreview.commands.survey_records import records_to_merge
from jointreview.commands.working_days import work_calendar
from jointreview.domain.problems import Refused
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading

_log = logging.getLogger(__name__)


def after_surveys(now: datetime) -> int:
    """Do everything whose day has come; answers how many acts that were. One refused holds up no other."""
    with reading() as session:
        absent = absences_to_settle(session, now.astimezone(SHANGHAI).date(), work_calendar(session))
    done = _run(absent, now)
    with reading() as session:
        complete = records_to_merge(session)
    return done + _run(complete, now)


def _run(commands: Iterable[Command], now: datetime) -> int:
    done = 0
    for command in commands:
        try:
            execute(SYSTEM, command, now=now)
            done += 1
        except Refused as refusal:
            _log.warning("%s was refused: %s", type(command).__name__, [p.key for p in refusal.problems])
    return done
