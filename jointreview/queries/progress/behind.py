"""The cases behind a figure, so that every number and bar opens exactly what it counts."""

from __future__ import annotations

from collections.abc import Callable

from jointreview.domain.progress import CaseTime, RoundTime, where_time_goes
from jointreview.queries.progress.figures import Figures, chosen_rounds, within
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.load import Loaded

Test = Callable[[CaseTime, str], bool]
RoundTest = Callable[[RoundTime, str], bool]

CASES: dict[str, Test] = {
    "days": lambda c, value: c.concluded and str(c.used) == value,
    "days_within": lambda c, value: c.concluded and str(c.used) == value and c.used <= c.promised,
    "days_over": lambda c, value: c.concluded and str(c.used) == value and c.used > c.promised,
    "rated": lambda c, _: _rated(c),
    "in_time": lambda c, _: _rated(c) and not c.over,
    "late": lambda c, _: _rated(c) and c.over,
    "concluded": lambda c, _: c.concluded,
    "running": lambda c, _: c.ended is None,
    "running_over": lambda c, _: c.ended is None and c.over,
    "stage": lambda c, value: str(c.stage) == value,
    "stage_concluded": lambda c, value: str(c.stage) == value and c.concluded,
    "stage_rated": lambda c, value: str(c.stage) == value and _rated(c),
    "stage_late": lambda c, value: str(c.stage) == value and _rated(c) and c.over,
    "stage_running": lambda c, value: str(c.stage) == value and c.ended is None,
    "stage_running_over": lambda c, value: str(c.stage) == value and c.ended is None and c.over,
    "month_concluded": lambda c, value: c.month == value and c.concluded,
    "month_rated": lambda c, value: c.month == value and _rated(c),
    "month_late": lambda c, value: c.month == value and _rated(c) and c.over,
    "time": lambda c, value: where_time_goes([c]).get(value, 0) > 0,
}
"""What is asked of a case within the filters, by the name of the figure; the value stands behind its colon."""

ROUNDS: dict[str, RoundTest] = {
    "unit": lambda r, unit: r.unit == unit,
    "unit_rounds": lambda r, unit: r.unit == unit and r.counted,
    "unit_finished": lambda r, unit: r.unit == unit and r.finished,
    "unit_late": lambda r, unit: r.unit == unit and r.counted and r.over,
    "unit_silent": lambda r, unit: r.unit == unit and r.closed is not None and r.status == "deemed",
    "unit_open_over": lambda r, unit: r.unit == unit and r.closed is None and r.over,
    "unit_cut": lambda r, unit: r.unit == unit and r.cut,
    "rounds_month": lambda r, month: r.month == month and r.counted,
    "rounds_month_late": lambda r, month: r.month == month and r.counted and r.over,
}
"""What is asked of a round within the filters; the list shows the cases these rounds belong to."""

CONDUCT = ("unit_signing", "unit_unsigned", "unit_visits", "unit_absent", "unit_yellow", "unit_red")
PROJECTS = ("project", "projects_whole", "projects_part", "projects_running")
NAMES = (*CASES, *ROUNDS, *CONDUCT, *PROJECTS, "expected")


def _rated(case: CaseTime) -> bool:
    """Whether the case enters the on-time rate."""
    return case.ended is not None and case.passed


def shown_cases(all_: Loaded, found: Figures, filters: ProgressFilters, expected: set[int]) -> list[CaseTime]:
    """The cases behind the figure named by `filters.show`; none for a name nobody knows, all without a name.

    `expected` are the cases that will or may be late.
    """
    name, _, value = filters.show.partition(":")
    if not name:
        return found.cases
    if name == "expected":
        return [c for c in found.cases if c.case_id in expected]
    if test := CASES.get(name):
        return [c for c in found.cases if test(c, value)]
    if name in PROJECTS:
        return _of_projects(all_, found, name, value)
    if asked := ROUNDS.get(name):
        wanted = {r.case_id for r in chosen_rounds(all_, filters) if asked(r, value)}
    else:
        wanted = _by_conduct(all_, filters, name, value) if name in CONDUCT else set()
    return [c for c in all_.cases if c.case_id in wanted]


def shown_rounds(all_: Loaded, filters: ProgressFilters) -> int | None:
    """How many rounds the figure counts; None for figures that count cases."""
    name, _, value = filters.show.partition(":")
    asked = ROUNDS.get(name)
    if asked is None or name == "unit":
        return None
    return sum(asked(r, value) for r in chosen_rounds(all_, filters))


def _of_projects(all_: Loaded, found: Figures, name: str, value: str) -> list[CaseTime]:
    """The cases that the sums of these projects are made of."""
    if name == "project":
        wanted = {p.project_id for p in found.projects if str(p.project_id) == value}
    else:
        wanted = {p.project_id for p in found.projects if p.standing == name.removeprefix("projects_")}
    return [c for c in all_.cases if c.project_id in wanted and (c.ended is None or c.concluded)]


def _by_conduct(all_: Loaded, filters: ProgressFilters, name: str, unit: str) -> set[int]:
    """The cases of a unit's signatures, visits or cards."""
    rows: list[tuple[str, int, str, object]]
    asked: Callable[[object], bool]
    if name in ("unit_signing", "unit_unsigned"):
        rows, asked = [*all_.signed], (lambda good: True) if name == "unit_signing" else (lambda good: not good)
    elif name in ("unit_visits", "unit_absent"):
        rows, asked = [*all_.visits], (lambda came: True) if name == "unit_visits" else (lambda came: not came)
    else:
        rows, asked = [*all_.cards], lambda colour: colour == name.removeprefix("unit_")
    allowed = within(all_, filters)
    return {
        case_id
        for who, case_id, month, what in rows
        if who == unit and case_id in allowed and filters.includes(month) and asked(what)
    }
