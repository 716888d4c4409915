"""The figures of progress as tables in words: one source for the page's charts, its tables and the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jointreview.domain.progress import CaseTime, ProjectTime, Rate
from jointreview.queries.board import town_names
from jointreview.queries.progress import Progress
from jointreview.queries.progress.figures import Group, UnitFigures
from jointreview.queries.progress.words import kind_words, number_words, percent_words, rate_words
from jointreview.queries.words import day_words
from jointreview.text import tr

Value = str | int | float | date | None
PARTS = ("days", "months", "round_months", "stages", "units", "time", "outlook", "projects")
_KINDS = ("window", "applicant", "departments")


@dataclass(frozen=True)
class Cell:
    """A value as a number for the workbook, in words for people, and the figure that it opens (empty: none)."""

    value: Value
    text: str
    show: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: the first cell of a row names it. `formula` says in words how its numbers come about."""

    key: str
    title: str
    formula: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def grids(found: Progress, lang: str) -> dict[str, Grid]:
    """Every table of the page by its key, in its order."""
    return {key: _GRIDS[key](found, lang) for key in PARTS}


def _grid(lang: str, key: str, heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], formula: str) -> Grid:
    heading = tuple(tr(lang, f"targets.head_{name}") for name in heads)
    return Grid(key, tr(lang, f"targets.grid_{key}"), formula, heading, tuple(rows))


def _word(text: str, show: str = "") -> Cell:
    return Cell(text, text, show)


def _count(n: int, show: str = "") -> Cell:
    """A count; nothing to open behind a nought."""
    return Cell(n, str(n), show if n else "")


def _days(value: float | None, show: str = "") -> Cell:
    return Cell(None if value is None else round(value, 2), number_words(value), show if value is not None else "")


def _share(lang: str, rate: Rate, show: str = "") -> Cell:
    return Cell(None if rate.share is None else round(rate.share, 4), rate_words(lang, rate), show if rate.of else "")


def _by_days(found: Progress, lang: str) -> Grid:
    rows = [
        (
            _word(str(n)),
            _count(within + over, f"days:{n}"),
            _count(within, f"days_within:{n}"),
            _count(over, f"days_over:{n}"),
        )
        for n, within, over in found.figures.by_days
    ]
    return _grid(lang, "days", ("days", "concluded", "within", "over"), rows, tr(lang, "targets.formula_days"))


def _months(found: Progress, lang: str) -> Grid:
    rows = [
        (
            _word(g.key),
            _count(g.concluded, f"month_concluded:{g.key}"),
            _count(g.in_time.of, f"month_rated:{g.key}"),
            _count(g.in_time.of - g.in_time.good, f"month_late:{g.key}"),
            _share(lang, g.in_time, f"month_rated:{g.key}"),
            _days(g.days.average, f"month_concluded:{g.key}"),
        )
        for g in found.figures.months
    ]
    heads = ("month", "concluded", "rated", "late", "share", "average")
    return _grid(lang, "months", heads, rows, tr(lang, "targets.formula_months"))


def _round_months(found: Progress, lang: str) -> Grid:
    rows = [
        (
            _word(month),
            _count(rate.of, f"rounds_month:{month}"),
            _count(rate.of - rate.good, f"rounds_month_late:{month}"),
            _share(lang, rate, f"rounds_month:{month}"),
        )
        for month, rate in found.figures.round_months
    ]
    heads = ("month", "rounds", "late", "share")
    return _grid(lang, "round_months", heads, rows, tr(lang, "targets.formula_rounds"))


def _stages(found: Progress, lang: str) -> Grid:
    heads = ("stage", "promised", "concluded", "average", "median", "p90", "late", "share", "running", "running_over")
    rows = [_stage(found, lang, group) for group in found.figures.stages]
    return _grid(lang, "stages", heads, rows, tr(lang, "targets.formula_stages"))


def _stage(found: Progress, lang: str, g: Group) -> tuple[Cell, ...]:
    stage, ended = found.catalog.stage(int(g.key)), f"stage_concluded:{g.key}"
    return (
        _word(stage.name.in_(lang)),
        Cell(stage.promised_days, str(stage.promised_days)),
        _count(g.concluded, ended),
        _days(g.days.average, ended),
        _days(g.days.median, ended),
        _days(g.days.p90, ended),
        _count(g.in_time.of - g.in_time.good, f"stage_late:{g.key}"),
        _share(lang, g.in_time, f"stage_rated:{g.key}"),
        _count(g.running, f"stage_running:{g.key}"),
        _count(g.running_over, f"stage_running_over:{g.key}"),
    )


def _units(found: Progress, lang: str) -> Grid:
    rule = found.catalog.progress.score
    heads = (
        *("unit", "cases", "rounds", "share", "late", "silent", "cut", "open_over", "average"),
        *("signing", "attendance", "yellow", "red", "score"),
    )
    formula = (
        tr(lang, "targets.formula_rounds"),
        tr(lang, "targets.formula_score", **rule.weights, yellow=rule.yellow_card, red=rule.red_card),
    )
    names = {u.code: u.name.in_(lang) for u in found.catalog.units}
    rows = [_unit(lang, names[u.unit], u) for u in found.figures.units]
    return _grid(lang, "units", heads, rows, ("" if lang == "zh" else " ").join(formula))


def _unit(lang: str, name: str, u: UnitFigures) -> tuple[Cell, ...]:
    return (
        _word(name),
        _count(u.cases, f"unit:{u.unit}"),
        _count(u.rounds.of, f"unit_rounds:{u.unit}"),
        _share(lang, u.rounds, f"unit_rounds:{u.unit}"),
        _count(u.late, f"unit_late:{u.unit}"),
        _count(u.silent, f"unit_silent:{u.unit}"),
        _count(u.cut, f"unit_cut:{u.unit}"),
        _count(u.open_over, f"unit_open_over:{u.unit}"),
        _days(u.days.average, f"unit_finished:{u.unit}"),
        _share(lang, u.signing, f"unit_signing:{u.unit}"),
        _share(lang, u.attendance, f"unit_visits:{u.unit}"),
        _count(u.yellow, f"unit_yellow:{u.unit}"),
        _count(u.red, f"unit_red:{u.unit}"),
        Cell(u.score.points, number_words(u.score.points)),
    )


def _time(found: Progress, lang: str) -> Grid:
    time = found.figures.time
    kinds = [*_KINDS, *sorted(kind for kind in time if kind not in _KINDS)]
    whole = sum(time.values())
    rows = [
        (
            _word(kind_words(lang, kind)),
            _count(time[kind], f"time:{kind}"),
            Cell(round(time[kind] / whole, 4), percent_words(time[kind] / whole), f"time:{kind}"),
        )
        for kind in kinds
        if time.get(kind)
    ]
    return _grid(lang, "time", ("kind", "workdays", "part"), rows, tr(lang, "targets.formula_time"))


def _outlook(found: Progress, lang: str) -> Grid:
    rule = found.catalog.progress.forecast
    units = {u.code: u.name.in_(lang) for u in found.catalog.units}
    rows = []
    for o in found.outlooks:
        number, project, _ = found.all.names[o.case_id]
        rows.append(
            (
                Cell(number, number, f"case:{o.case_id}"),
                _word(project),
                _word(units.get(o.unit, "—")),
                _word(o.what),
                Cell(o.due, day_words(lang, o.due)),
                Cell(o.expected.middle, day_words(lang, o.expected.middle)),
                Cell(o.expected.high, day_words(lang, o.expected.high)),
                _word(tr(lang, "targets.sure" if o.sure else "targets.maybe")),
                _word(o.reason),
            )
        )
    heads = ("number", "project", "unit", "what", "due", "middle", "high", "sure", "reason")
    share = percent_words(rule.slow_share).replace(".0", "")
    return _grid(lang, "outlook", heads, rows, tr(lang, "targets.formula_outlook", least=rule.least, share=share))


_ORDER = {"whole": 0, "running": 1, "part": 2}


def _projects(found: Progress, lang: str) -> Grid:
    names = {c.project_id: found.all.names[c.case_id][1] for c in found.all.cases}
    ordered = sorted(found.figures.projects, key=lambda p: (_ORDER[p.standing], -p.used, p.project_id))
    rows = [_project(found, lang, names[p.project_id], p) for p in ordered]
    heads = ("project", "standing", "passed", "used", "span")
    formula = (tr(lang, "targets.formula_project"), tr(lang, "targets.formula_projects"))
    return _grid(lang, "projects", heads, rows, ("" if lang == "zh" else " ").join(formula))


def _project(found: Progress, lang: str, name: str, p: ProjectTime) -> tuple[Cell, ...]:
    show = f"project:{p.project_id}"
    passed = ("、" if lang == "zh" else ", ").join(found.catalog.stage(n).name.in_(lang) for n in sorted(p.stages))
    return (
        Cell(name, name, show),
        _word(tr(lang, f"targets.standing_{p.standing}", n=p.used)),
        _word(passed or "—"),
        Cell(p.used, str(p.used), show),
        Cell(p.span, str(p.span), show),
    )


_GRIDS = {
    "days": _by_days,
    "months": _months,
    "round_months": _round_months,
    "stages": _stages,
    "units": _units,
    "time": _time,
    "outlook": _outlook,
    "projects": _projects,
}


def case_grid(found: Progress, cases: Sequence[CaseTime], lang: str) -> Grid:
    """A list of cases: the worst first, then those that ended last."""
    towns = town_names(found.catalog, lang)
    heads = ("number", "project", "stage", "state", "town", "accepted", "ended", "used", "promised", "over")
    ordered = sorted(cases, key=lambda c: (-max(0, c.used - c.promised) * c.over, -(c.ended or date.max).toordinal()))
    rows = []
    for c in ordered:
        number, project, state = found.all.names[c.case_id]
        town = found.all.towns.get(c.case_id, "")
        late = c.used - c.promised if c.over else 0
        rows.append(
            (
                Cell(number, number, f"case:{c.case_id}"),
                Cell(project, project, f"project:{c.project_id}"),
                _word(found.catalog.stage(c.stage).name.in_(lang)),
                _word(tr(lang, f"state.{state}")),
                _word(towns.get(town, town)),
                Cell(c.accepted, day_words(lang, c.accepted)),
                Cell(c.ended, day_words(lang, c.ended)),
                Cell(c.used, str(c.used)),
                Cell(c.promised, str(c.promised)),
                Cell(late, tr(lang, "targets.over_by", n=late) if late else ""),
            )
        )
    return _grid(lang, "cases", heads, rows, "")
