"""The board's read model as the page's state holds it."""

from __future__ import annotations

from typing import TypedDict

from jointreview.domain.clock import Lamp
from jointreview.queries.board import Board, BoardRow, Choice
from jointreview.queries.board_departments import DepartmentLamp
from jointreview.queries.board_filters import ALL, ENDED, OPEN
from jointreview.text import tr
from jointreview.ui.components.filters import Option

_MARKS = {"PASS": "yes", "SELF": "yes", "DEEMED": "yes", "PASS_COND": "with", "FAIL": "no", "NA": "none"}


class Dot(TypedDict):
    """A department of a case: `mark` is its lamp while it works, afterwards what it said."""

    unit: str
    mark: str
    label: str


class Row(TypedDict):
    """A case in words."""

    id: str
    href: str
    number: str
    project: str
    organisation: str
    town: str
    stage: str
    state: str
    lamp: str
    lamp_name: str
    days: str
    due: str
    turn: str
    since: str
    late: bool
    spoken: str
    dots: list[Dot]


class LampChip(TypedDict):
    """A lamp as a filter with how many cases show it."""

    value: str
    text: str


def board_rows(found: Board, lang: str) -> list[Row]:
    """The rows of one page."""
    return [_row(row, lang) for row in found.rows]


def _row(row: BoardRow, lang: str) -> Row:
    spoken = sum(bool(d.opinion) for d in row.departments)
    due = tr(lang, "board.provisional", day=row.due_words) if row.due and row.provisional else row.due_words
    return Row(
        id=str(row.case_id),
        href=row.href,
        number=row.number,
        project=row.project,
        organisation=row.organisation,
        town=row.town,
        stage=row.stage_name,
        state=row.state_name,
        lamp=row.lamp,
        lamp_name=row.lamp_name,
        days=row.days,
        due=due,
        turn=row.turn_name,
        since=tr(lang, "board.since", day=row.since),
        late=row.lamp == Lamp.RED,
        spoken=tr(lang, "board.spoken", n=spoken, of=len(row.departments)) if row.departments else "",
        dots=[_dot(d, lang) for d in row.departments],
    )


def _dot(department: DepartmentLamp, lang: str) -> Dot:
    done = department.lamp == Lamp.DONE
    mark = _MARKS.get(department.opinion, "silent") if done else department.lamp
    said = department.opinion_name if done else department.lamp_name
    return Dot(
        unit=department.unit, mark=mark, label=tr(lang, "board.department", unit=department.name, standing=said)
    )


def stage_chips(found: Board, lang: str) -> list[Option]:
    """The four stages in their order, each with its count, also those that show nothing now."""
    return [Option(value=c.value, name=tr(lang, "board.counted", name=c.name, count=c.count)) for c in found.stages]


def lamp_chips(found: Board, chosen: str, lang: str) -> list[LampChip]:
    """The lamps that some case shows, and the chosen one."""
    return [
        LampChip(value=c.value, text=tr(lang, "board.counted", name=c.name, count=c.count))
        for c in found.lamps
        if c.count or c.value == chosen
    ]


def options(choices: tuple[Choice, ...], chosen: str, lang: str) -> list[Option]:
    """The values of a filter that show something, and the chosen one."""
    return [
        Option(value=c.value, name=tr(lang, "board.counted", name=c.name, count=c.count))
        for c in choices
        if c.count or c.value == chosen
    ]


def state_options(found: Board, chosen: str, lang: str) -> list[Option]:
    """Open, ended, all, then each state by itself."""
    sets = [Option(value=v, name=tr(lang, f"board.state_{v}")) for v in (OPEN, ENDED, ALL)]
    return sets + options(found.states, chosen, lang)
