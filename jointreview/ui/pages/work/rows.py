"""What the start page shows, as its state holds it, made from the read models in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from jointreview.queries.inbox import Message
from jointreview.queries.my_cases import CaseCard
from jointreview.queries.own_days import OwnHalfDay
from jointreview.queries.task import Task
from jointreview.text import for_kind, tr
from jointreview.ui.components.slots import SlotDay, SlotHalf

_SHANGHAI = ZoneInfo("Asia/Shanghai")

GROUPS = ("today", "week", "later", "others")


class TaskRow(TypedDict):
    """A task in words."""

    key: str
    what: str
    project: str
    stage: str
    number: str
    due: str
    since: str
    lamp: str
    late: bool
    waiting: bool
    action: str
    href: str


class TaskGroup(TypedDict):
    """Tasks of one time."""

    name: str
    title: str
    count: int
    tasks: list[TaskRow]


class StepMark(TypedDict):
    """A step of a case: name and standing."""

    name: str
    standing: str
    label: str


class CardRow(TypedDict):
    """A case of an applicant in words."""

    case_id: str
    project: str
    number: str
    state: str
    turn: str
    since: str
    due: str
    lamp: str
    mine: bool
    href: str
    steps: list[StepMark]


class MessageRow(TypedDict):
    """A message in words."""

    key: str
    text: str
    when: str
    href: str
    unread: bool


def day_text(lang: str, day: date | None) -> str:
    """A date as people read it: `2026-05-19 (周二)`; empty without one."""
    return f"{day.isoformat()} ({tr(lang, f'onsite.weekday_{day.isoweekday()}')})" if day else ""


def group_of(task: Task, today: date) -> str:
    """Where a task stands: today (late ones too), this week, later, or waiting for others."""
    if task.waiting:
        return "others"
    if task.due is None:
        return "later" if task.what in ("fill_form", "fill_for_walk_in") else "week"
    if task.due <= today:
        return "today"
    sunday = today + timedelta(days=7 - today.isoweekday())
    return "week" if task.due <= sunday else "later"


def task_groups(tasks: list[Task], lang: str, today: date) -> list[TaskGroup]:
    """The groups that have tasks, in order."""
    found = []
    for name in GROUPS:
        rows = [_task(task, lang, today) for task in tasks if group_of(task, today) == name]
        if rows:
            found.append(TaskGroup(name=name, title=tr(lang, f"work.group_{name}"), count=len(rows), tasks=rows))
    return found


def _task(task: Task, lang: str, today: date) -> TaskRow:
    params = {"count": "", "item": "", "day": "", **task.params}
    if "half" in params:
        params["half"] = tr(lang, f"rules.half_{params['half']}")
    return TaskRow(
        key=f"{task.case_id}-{task.what}",
        what=tr(lang, for_kind(f"work.{task.what}", task.kind), **params),
        project=task.project,
        stage=task.stage.get(lang, ""),
        number=task.number,
        due=tr(lang, "work.due", day=day_text(lang, task.due)) if task.due else "",
        since=tr(lang, "work.since", day=task.since.isoformat()),
        lamp=task.lamp,
        late=task.lamp == "red" or bool(task.due and task.due < today and not task.waiting),
        waiting=task.waiting,
        action=tr(lang, for_kind(f"work.do_{task.action}", task.kind)),
        href=task.href,
    )


def card_rows(cards: list[CaseCard], lang: str) -> list[CardRow]:
    """The applicant's cases in words."""
    return [_card(card, lang) for card in cards]


def _card(card: CaseCard, lang: str) -> CardRow:
    state = f"work.outcome_{card.outcome}" if card.outcome else f"work.state_{card.state}"
    return CardRow(
        case_id=str(card.case_id),
        project=card.project,
        number=card.number,
        state=tr(lang, state),
        turn=tr(lang, f"work.turn_{card.turn}"),
        since=tr(lang, "work.since", day=card.since.isoformat()),
        due=tr(lang, "work.promised", day=day_text(lang, card.due)) if card.due else "",
        lamp=card.lamp,
        mine=card.turn == "applicant",
        href=card.href,
        steps=[
            StepMark(
                name=tr(lang, f"work.step_{step.name}"),
                standing=step.standing,
                label=tr(lang, f"work.standing_{step.standing}"),
            )
            for step in card.steps
        ],
    )


def slot_days(halves: list[OwnHalfDay], lang: str) -> list[SlotDay]:
    """The own half-days, two to a day."""
    days = []
    for morning, afternoon in zip(halves[::2], halves[1::2], strict=True):
        days.append(
            SlotDay(
                title=f"{morning.day:%m-%d}",
                weekday=tr(lang, f"onsite.weekday_{morning.day.isoweekday()}"),
                am=_half(morning, lang),
                pm=_half(afternoon, lang),
            )
        )
    return days


def _half(half: OwnHalfDay, lang: str) -> SlotHalf:
    when = f"{day_text(lang, half.day)} {tr(lang, f'rules.half_{half.half}')}"
    return SlotHalf(
        day=half.day.isoformat(),
        half=half.half,
        kind=half.kind,
        note=half.note,
        href=f"/cases/{half.case_id}/onsite" if half.case_id else "",
        label=tr(lang, for_kind(f"work.slot_{half.kind}_label", half.case_kind), when=when, note=half.note),
    )


def message_rows(found: list[Message], lang: str) -> list[MessageRow]:
    """Messages in words, each leading to its case."""
    return [
        MessageRow(
            key=str(message.id),
            text=tr(lang, message.key, **message.params),
            when=f"{message.at.astimezone(_SHANGHAI):%m-%d %H:%M}",
            href=f"/cases/{message.case_id}" if message.case_id else "/account",
            unread=message.unread,
        )
        for message in found
    ]
