"""The figures of progress: each with the cases it counts, so that every number can be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jointreview.catalog.schema import Catalog
from jointreview.domain.progress import (
    CaseTime,
    ProjectTime,
    Rate,
    RoundTime,
    Score,
    Spread,
    on_time,
    project_times,
    rounds_on_time,
    score,
    spread,
    where_time_goes,
)
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.load import Loaded


@dataclass(frozen=True)
class Group:
    """Cases of one stage or month: how many were concluded, how fast, how many in time, how many run."""

    key: str
    concluded: int
    running: int
    over: int
    days: Spread
    in_time: Rate


@dataclass(frozen=True)
class UnitFigures:
    """A handling unit: its cases, its rounds against their sub-deadlines, how it keeps visits, its score.

    `open_over` counts open rounds beyond their sub-deadline; `silent` those closed by silence.
    """

    unit: str
    cases: int
    rounds: Rate
    days: Spread
    late: int
    silent: int
    open_over: int
    signing: Rate
    attendance: Rate
    absences: int
    yellow: int
    red: int
    score: Score


@dataclass(frozen=True)
class Figures:
    """Everything one page shows, before words; `chosen` are the ids of the cases within the filters."""

    cases: list[CaseTime]
    chosen: set[int]
    in_time: Rate
    days: Spread
    projects: list[ProjectTime]
    project_days: Spread
    project_span: Spread
    running_over: int
    by_days: list[tuple[int, int, int]]
    stages: list[Group]
    months: list[Group]
    units: list[UnitFigures]
    time: dict[str, int]


def chosen_cases(all_: Loaded, filters: ProgressFilters) -> list[CaseTime]:
    """The cases within stage, unit, track and months; running ones only without a range of months."""
    return [
        c
        for c in all_.cases
        if filters.stage in (0, c.stage)
        and filters.track in ("", c.track)
        and (not filters.unit or filters.unit in all_.units.get(c.case_id, ()))
        and filters.includes(c.month)
    ]


def figures(all_: Loaded, filters: ProgressFilters, catalog: Catalog) -> Figures:
    """All figures within the filters."""
    cases = chosen_cases(all_, filters)
    ended = [c for c in cases if c.concluded]
    projects = project_times(cases)
    return Figures(
        cases=cases,
        chosen={c.case_id for c in cases},
        in_time=on_time(cases),
        days=spread(c.used for c in ended),
        projects=projects,
        project_days=spread(p.used for p in projects),
        project_span=spread(p.span for p in projects),
        running_over=sum(c.over for c in cases if c.ended is None),
        by_days=_by_days(ended),
        stages=_groups(cases, lambda c: str(c.stage)),
        months=_groups([c for c in cases if c.ended], lambda c: c.month),
        units=_units(all_, cases, filters, catalog),
        time=where_time_goes(cases),
    )


def _by_days(ended: Iterable[CaseTime]) -> list[tuple[int, int, int]]:
    """(days used, concluded cases within their promise, beyond it), without gaps."""
    found: dict[int, list[int]] = {}
    for case in ended:
        found.setdefault(case.used, [0, 0])[case.used > case.promised] += 1
    return [(n, *found.get(n, [0, 0])) for n in range(min(found), max(found) + 1)] if found else []  # type: ignore[misc]


def _groups(cases: Iterable[CaseTime], key: Callable[[CaseTime], str]) -> list[Group]:
    by_key: dict[str, list[CaseTime]] = {}
    for case in cases:
        by_key.setdefault(key(case), []).append(case)
    return [
        Group(
            name,
            concluded=sum(c.concluded for c in mine),
            running=sum(c.ended is None for c in mine),
            over=sum(c.over for c in mine),
            days=spread(c.used for c in mine if c.concluded),
            in_time=on_time(mine),
        )
        for name, mine in sorted(by_key.items())
    ]


def unit_rounds(all_: Loaded, filters: ProgressFilters) -> list[RoundTime]:
    """The rounds of the cases of the stage and track, closed in the months; open ones only without a range."""
    of_case = {c.case_id: c for c in all_.cases}
    return [
        r
        for r in all_.rounds
        if filters.stage in (0, r.stage)
        and filters.track in ("", of_case[r.case_id].track)
        and filters.unit in ("", r.unit)
        and filters.includes(r.month)
    ]


def _units(all_: Loaded, cases: list[CaseTime], filters: ProgressFilters, catalog: Catalog) -> list[UnitFigures]:
    rule, allowed = catalog.progress.score, {c.case_id for c in all_.cases}
    if filters.stage or filters.track:
        allowed = {c.case_id for c in chosen_cases(all_, filters.but(unit="", since="", until=""))}
    rounds = unit_rounds(all_, filters)

    def share(rows: Iterable[tuple[str, int, str, bool]], unit: str) -> Rate:
        mine = [
            good for u, case_id, month, good in rows if u == unit and case_id in allowed and filters.includes(month)
        ]
        return Rate(sum(mine), len(mine))

    found = []
    for unit in [u.code for u in catalog.units]:
        mine = [r for r in rounds if r.unit == unit]
        if not mine:
            continue
        closed = [r for r in mine if r.closed]
        kept, signing, came = rounds_on_time(mine), share(all_.signed, unit), share(all_.visits, unit)
        cards = [c for u, case_id, m, c in all_.cards if u == unit and case_id in allowed and filters.includes(m)]
        yellow, red = cards.count("yellow"), cards.count("red")
        shares = {"on_time": kept.share, "signing": signing.share, "attendance": came.share}
        found.append(
            UnitFigures(
                unit=unit,
                cases=len({r.case_id for r in mine}),
                rounds=kept,
                days=spread(r.used for r in closed),
                late=sum(r.over for r in closed),
                silent=sum(r.status == "deemed" for r in closed),
                open_over=sum(r.over for r in mine if not r.closed),
                signing=signing,
                attendance=came,
                absences=came.of - came.good,
                yellow=yellow,
                red=red,
                score=score(shares, dict(rule.weights), yellow * rule.yellow_card + red * rule.red_card),  # type: ignore[arg-type]
            )
        )
    return found


def shown_cases(all_: Loaded, found: Figures, filters: ProgressFilters, expected: dict[int, bool]) -> list[CaseTime]:
    """The cases behind the figure named by `filters.show`; with none all within the filters.

    `expected` are the cases that will (true) or may be late.
    """
    name, _, value = filters.show.partition(":")
    rounds = unit_rounds(all_, filters) if name.startswith("unit") else []
    of_unit = [r for r in rounds if r.unit == value]
    wanted = {
        "unit": {r.case_id for r in of_unit},
        "unit_late": {r.case_id for r in of_unit if r.over},
        "unit_absent": {case for u, case, m, came in all_.visits if u == value and not came and filters.includes(m)},
    }.get(name)
    if wanted is not None:
        return [c for c in all_.cases if c.case_id in wanted]
    tests: dict[str, Callable[[CaseTime], bool]] = {
        "days": lambda c: c.concluded and str(c.used) == value,
        "in_time": lambda c: c.passed and not c.over,
        "late": lambda c: c.passed and c.over,
        "concluded": lambda c: c.concluded,
        "running": lambda c: c.ended is None,
        "running_over": lambda c: c.ended is None and c.over,
        "stage": lambda c: str(c.stage) == value,
        "stage_late": lambda c: str(c.stage) == value and c.over,
        "month": lambda c: c.month == value,
        "month_late": lambda c: c.month == value and c.over,
        "time": lambda c: where_time_goes([c]).get(value, 0) > 0,
        "expected": lambda c: c.case_id in expected,
        "project": lambda c: str(c.project_id) == value,
    }
    test = tests.get(name, lambda c: True)
    return [c for c in found.cases if test(c)]
