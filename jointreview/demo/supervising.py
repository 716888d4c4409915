"""Supervision in the demonstration: the daily sweep over its last weeks, with the units' replies and the rulings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from jointreview.commands.supervision import SEATS, CancelCard, ReplyToCard, UpholdCard
from jointreview.commands.working_days import work_calendar
from jointreview.demo.stage import SHANGHAI, Stage
from jointreview.domain.case_states import ENDED
from jointreview.jobs.supervision import supervise
from jointreview.models.base import reading, writing
from jointreview.models.case import Case
from jointreview.models.supervision import Card, SweepMark

SWEPT_AT, ANSWERED_AT, RULED_AT = time(8, 30), time(10, 0), time(15, 30)
SILENT = ("building_energy", "environment")
"""Who has not answered the cards of the last week."""
OTHERWISE = "已核实情况，说明如下：承办环节衔接不畅，已指定专人跟进，并调整了内部流程。"
REPLIES = {
    "R01": "消防环节未完成影响办结，已当面催办并上报分管领导，预计两个工作日内办结。",
    "R02": "已提示消防审验科尽快反馈，并安排专人每日跟进。",
    "R03": "经办人外出培训，工作交接不及时。已指定代理人员接办，今后提前一天提醒。",
    "R16": "现场数据需要内业复核，出具意见迟了。已补出意见，并调整了内部复核流程。",
}
RULINGS = {
    "R02": (CancelCard, "临期预警后已及时跟进，予以撤销。"),
    "R03": (UpholdCard, "情况属实，交接不及时不属于免责情形，予以维持。"),
    "R16": (UpholdCard, "情况属实，予以维持；整改措施可行，请按流程执行。"),
}


def watch(stage: Stage, since: datetime) -> None:
    """Sweep every day from `since` to the stage's now; units reply on the next working day, rulings come after that.

    What was issued or answered in the last two days still waits. What had ended before is not looked at.
    """
    _introduce(since)
    now = stage.now
    last, day = now.astimezone(SHANGHAI).date(), since.astimezone(SHANGHAI).date()
    with reading() as session:
        calendar = work_calendar(session)
    while day < last:
        supervise(_at(day, SWEPT_AT))
        if calendar.is_workday(day):
            _answer(stage, day, last - timedelta(days=7))
            if day < last - timedelta(days=2):
                _rule(stage, day)
        day += timedelta(days=1)
    stage.now = now
    supervise(now)


def _introduce(since: datetime) -> None:
    """Supervision begins on that day: cases that had ended by then count as looked at for good."""
    over = [state.value for state in ENDED]
    with writing() as session:
        for case in session.exec(select(Case).where(col(Case.state).in_(over), col(Case.state_since) < since)).all():
            session.add(SweepMark(case_id=case.id or 0, version=case.version, through=date.max))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


def _cards(status: str) -> list[Card]:
    with reading() as session:
        return list(session.exec(select(Card).where(Card.status == status).order_by(col(Card.id))).all())


def _answer(stage: Stage, day: date, silent_since: date) -> None:
    """Each unit answers what was issued before today."""
    stage.now = _at(day, ANSWERED_AT)
    for card in _cards("open"):
        silent = card.unit in SILENT and card.issued_on >= silent_since
        if card.issued_on < day and not silent:
            who, reply = SEATS.get(card.unit, card.unit), REPLIES.get(card.rule, OTHERWISE)
            stage.do(who, ReplyToCard(case_id=card.case_id, card_id=card.id or 0, reply=reply))


def _rule(stage: Stage, day: date) -> None:
    """The supervisor rules on what was answered before today."""
    stage.now = _at(day, RULED_AT)
    for card in _cards("replied"):
        answered = card.replied_at is not None and card.replied_at.astimezone(SHANGHAI).date() < day
        if answered and card.rule in RULINGS:
            kind, ruling = RULINGS[card.rule]
            stage.do("supervisor", kind(case_id=card.case_id, card_id=card.id or 0, ruling=ruling))
