"""The figures of progress: every number one page shows, within the filters, from times alone."""

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
    """Cases of one stage or month: how many were concluded, how fast, how many in time; how many run, some over."""

    key: str
    concluded: int
    running: int
    running_over: int
    days: Spread
    in_time: Rate


@dataclass(frozen=True)
class UnitFigures:
    """A handling unit: its cases, its rounds against their sub-deadlines, how it keeps visits, its score.

    `days` are those of the rounds it finished itself, `late` its counted rounds beyond their sub-deadline, `silent`
    those closed by silence, `open_over` open ones beyond it, `cut` those that the end of their case closed.
    """

    unit: str
    cases: int
    rounds: Rate
    days: Spread
    silent: int
    open_over: int
    cut: int
    signing: Rate
    attendance: Rate
    yellow: int
    red: int
    score: Score

    @property
    def late(self) -> int:
        """Counted rounds beyond their sub-deadline."""
        return self.rounds.of - self.rounds.good


@dataclass(frozen=True)
class Figures:
    """Everything one page shows, before words; `projects` in full, their spreads over whole roads alone."""

    cases: list[CaseTime]
    in_time: Rate
    days: Spread
    projects: list[ProjectTime]
    project_days: Spread
    project_span: Spread
    running_over: int
    by_days: list[tuple[int, int, int]]
    stages: list[Group]
    months: list[Group]
    round_months: list[tuple[str, Rate]]
    units: list[UnitFigures]
    time: dict[str, int]


def chosen_cases(all_: Loaded, filters: ProgressFilters) -> list[CaseTime]:
    """The cases within stage, unit, track, town and months; running ones only without a range of months."""
    return [
        c
        for c in all_.cases
        if filters.stage in (0, c.stage)
        and filters.track in ("", c.track)
        and filters.town in ("", all_.towns.get(c.case_id, ""))
        and (not filters.unit or filters.unit in all_.units.get(c.case_id, ()))
        and filters.includes(c.month)
    ]


def chosen_projects(all_: Loaded, filters: ProgressFilters) -> list[ProjectTime]:
    """The projects with a case within stage, unit, track and town, each with its whole road.

    A part of a road says nothing about the 45 days: the sum takes every case of the project the reader may see,
    whatever the filters. With a range of months those whose road ended in it.
    """
    touched = {c.project_id for c in chosen_cases(all_, filters.but(since="", until=""))}
    return [p for p in project_times(c for c in all_.cases if c.project_id in touched) if filters.includes(p.month)]


def figures(all_: Loaded, filters: ProgressFilters, catalog: Catalog) -> Figures:
    """All figures within the filters."""
    cases, rounds = chosen_cases(all_, filters), chosen_rounds(all_, filters)
    ended = [c for c in cases if c.concluded]
    projects = chosen_projects(all_, filters)
    whole = [p for p in projects if p.standing == "whole"]
    return Figures(
        cases=cases,
        in_time=on_time(cases),
        days=spread(c.used for c in ended),
        projects=projects,
        project_days=spread(p.used for p in whole),
        project_span=spread(p.span for p in whole),
        running_over=sum(c.over for c in cases if c.ended is None),
        by_days=_by_days(ended),
        stages=_groups(cases, lambda c: str(c.stage)),
        months=_groups(ended, lambda c: c.month),
        round_months=_round_months(rounds),
        units=_units(all_, rounds, filters, catalog),
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
            running_over=sum(c.over for c in mine if c.ended is None),
            days=spread(c.used for c in mine if c.concluded),
            in_time=on_time(mine),
        )
        for name, mine in sorted(by_key.items())
    ]


def chosen_rounds(all_: Loaded, filters: ProgressFilters) -> list[RoundTime]:
    """The rounds of the cases of the stage, track and town, closed in the months; open ones without a range alone."""
    allowed = within(all_, filters)
    return [
        r for r in all_.rounds if r.case_id in allowed and filters.unit in ("", r.unit) and filters.includes(r.month)
    ]


def within(all_: Loaded, filters: ProgressFilters) -> set[int]:
    """The cases of the stage, track and town, whoever takes part and whenever they end."""
    return {c.case_id for c in chosen_cases(all_, filters.but(unit="", since="", until=""))}


def _round_months(rounds: Iterable[RoundTime]) -> list[tuple[str, Rate]]:
    """On-time rate of the counted rounds by the month in which they were closed."""
    by_month: dict[str, list[RoundTime]] = {}
    for round_ in rounds:
        if round_.counted:
            by_month.setdefault(round_.month, []).append(round_)
    return [(month, rounds_on_time(mine)) for month, mine in sorted(by_month.items())]


def _units(
    all_: Loaded, rounds: Iterable[RoundTime], filters: ProgressFilters, catalog: Catalog
) -> list[UnitFigures]:
    allowed = within(all_, filters)
    by_unit: dict[str, list[RoundTime]] = {}
    for round_ in rounds:
        by_unit.setdefault(round_.unit, []).append(round_)
    signed, visits, cards = (_of_units(rows, allowed, filters) for rows in (all_.signed, all_.visits, all_.cards))
    return [
        _unit(unit.code, by_unit[unit.code], signed, visits, cards, catalog)
        for unit in catalog.units
        if unit.code in by_unit
    ]


def _of_units(
    rows: Iterable[tuple[str, int, str, object]], allowed: set[int], filters: ProgressFilters
) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for unit, case_id, month, what in rows:
        if case_id in allowed and filters.includes(month):
            found.setdefault(unit, []).append(what)
    return found


def _unit(
    unit: str,
    mine: list[RoundTime],
    signed: dict[str, list[object]],
    visits: dict[str, list[object]],
    cards: dict[str, list[object]],
    catalog: Catalog,
) -> UnitFigures:
    rule, kept = catalog.progress.score, rounds_on_time(mine)
    signing = Rate(sum(map(bool, signed.get(unit, []))), len(signed.get(unit, [])))
    came = Rate(sum(map(bool, visits.get(unit, []))), len(visits.get(unit, [])))
    yellow, red = cards.get(unit, []).count("yellow"), cards.get(unit, []).count("red")
    shares = {"on_time": kept.share, "signing": signing.share, "attendance": came.share}
    return UnitFigures(
        unit=unit,
        cases=len({r.case_id for r in mine}),
        rounds=kept,
        days=spread(r.used for r in mine if r.finished),
        silent=sum(r.status == "deemed" for r in mine if r.closed),
        open_over=sum(r.over for r in mine if not r.closed),
        cut=sum(r.cut for r in mine),
        signing=signing,
        attendance=came,
        yellow=yellow,
        red=red,
        score=score(shares, dict(rule.weights), yellow * rule.yellow_card + red * rule.red_card),  # type: ignore[arg-type]
    )
