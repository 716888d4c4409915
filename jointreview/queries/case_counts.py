"""How many cases each value of each filter would show, with all the other filters in force: one grouped statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col

from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.queries import board_filters as values
from jointreview.queries.board_filters import BoardFilters
from jointreview.queries.narrowing import of_cases


@dataclass(frozen=True)
class Group:
    """So many cases that are alike in everything one can choose by; `placed` of them have a parcel."""

    state: str
    stage: str
    lamp: str
    turn: str
    town: str
    count: int
    placed: int


@dataclass(frozen=True)
class CaseCounts:
    """The groups of all cases that a reader sees, and the filters to count them by."""

    groups: tuple[Group, ...]
    filters: BoardFilters

    @property
    def total(self) -> int:
        """How many cases the filters show."""
        return sum(group.count for group in self._shown())

    @property
    def placed(self) -> int:
        """How many of them have a parcel."""
        return sum(group.placed for group in self._shown())

    def by(self, name: str) -> Counter[str]:
        """Cases by value of one filter (`state`, `stage`, `lamp`, `turn`, `town`), that one not in force."""
        found: Counter[str] = Counter()
        for group in self._shown(but=name):
            found[getattr(group, name)] += group.count
        return found

    def _shown(self, but: str = "") -> Iterator[Group]:
        states = values.states_of(self.filters.state)
        wanted = {name: getattr(self.filters, name) for name in ("stage", "lamp", "turn", "town") if name != but}
        for group in self.groups:
            if (but == "state" or group.state in states) and all(
                value in ("", getattr(group, name)) for name, value in wanted.items()
            ):
                yield group


def free_of(filters: BoardFilters) -> BoardFilters:
    """The filters that hold for every count: those of one choice among several are taken off."""
    return filters.but(state=values.ALL, stage="", lamp="", turn="", town="")


def counts(session: Session, let_through: Sequence[ColumnElement[bool]], filters: BoardFilters) -> CaseCounts:
    """Count the cases that meet conditions made of `free_of(filters)`."""
    alike = (Case.state, Case.stage, CasePlace.lamp, CasePlace.turn, CasePlace.town)
    rows = session.execute(
        of_cases(*alike, func.count(), func.count(col(CasePlace.parcel_id))).where(*let_through).group_by(*alike)
    ).all()
    groups = (
        Group(state, str(stage), lamp or values.NOT_COUNTING, turn, town, count, placed)
        for state, stage, lamp, turn, town, count, placed in rows
    )
    return CaseCounts(tuple(groups), filters)
