"""The read model of progress as the page's state holds it; every number carries the address it opens."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from jointreview.domain.progress import Rate
from jointreview.queries.board import town_names
from jointreview.queries.progress import Progress
from jointreview.queries.progress.behind import shown_rounds
from jointreview.queries.progress.filters import TRACKS, ProgressFilters
from jointreview.queries.progress.grids import Cell, Grid, case_grid, grids
from jointreview.queries.progress.headline import headlines
from jointreview.queries.progress.words import figure_words, kind_words, percent_words
from jointreview.queries.words import day_words
from jointreview.text import tr
from jointreview.ui.components.filters import Option

PAGE_ROWS = 50
MOST_PROJECTS = 40
MOST_OUTLOOKS = 50
_PLACE = "/targets"


class Shown(TypedDict):
    """A cell: its text and where it leads (empty: nowhere)."""

    text: str
    href: str


class TableShown(TypedDict):
    """A table in words."""

    title: str
    formula: str
    heads: list[str]
    rows: list[list[Shown]]


class Remark(TypedDict):
    """A remark below a figure."""

    text: str
    href: str


class HeadlineShown(TypedDict):
    """One of the four figures; `met` is yes, no or none."""

    key: str
    title: str
    value: str
    unit: str
    target: str
    met: str
    counted: str
    href: str
    more: list[Remark]
    formula: str


class Bar(TypedDict):
    """A bar of a chart; `show` names the figure it opens, `said` is its value in words."""

    name: str
    value: float
    over: float
    show: str
    said: str


class OutlookShown(TypedDict):
    """Something that will or may be late."""

    sure: bool
    verdict: str
    who: str
    case: str
    href: str
    due: str
    expected: str
    reason: str


def outlooks_shown(found: Progress, lang: str) -> list[OutlookShown]:
    """What will be late if nothing changes, at most so many lines; the rest is in the workbook."""
    units = {u.code: u.name.in_(lang) for u in found.catalog.units}
    lines = []
    for o in found.outlooks[:MOST_OUTLOOKS]:
        number, project, _ = found.all.names[o.case_id]
        lines.append(
            OutlookShown(
                sure=o.sure,
                verdict=tr(lang, "targets.sure" if o.sure else "targets.maybe"),
                who=f"{units[o.unit]} · {o.what}" if o.unit in units else o.what,
                case=f"{project} · {number}",
                href=f"/cases/{o.case_id}",
                due=day_words(lang, o.due),
                expected=day_words(lang, o.expected.middle if o.sure else o.expected.high),
                reason=o.reason,
            )
        )
    return lines


def address(filters: ProgressFilters) -> str:
    """The page with these filters."""
    query = filters.address()
    return f"{_PLACE}?{query}" if query else _PLACE


def opening(filters: ProgressFilters, show: str) -> str:
    """Where a figure leads: a case, or this page with the list of its cases."""
    if not show:
        return ""
    name, _, value = show.partition(":")
    return f"/cases/{value}" if name == "case" else address(filters.but(show=show))


def table_shown(grid: Grid, filters: ProgressFilters, most: int = 0) -> TableShown:
    """A grid in words, of which at most so many rows."""
    rows = grid.rows[:most] if most else grid.rows
    return TableShown(
        title=grid.title,
        formula=grid.formula,
        heads=list(grid.heads),
        rows=[[_cell(cell, filters) for cell in row] for row in rows],
    )


def _cell(cell: Cell, filters: ProgressFilters) -> Shown:
    return Shown(text=cell.text, href=opening(filters, cell.show))


def tables_shown(found: Progress, lang: str) -> dict[str, TableShown]:
    """Every table of the page by its key."""
    most = {"projects": MOST_PROJECTS, "outlook": 1}
    return {key: table_shown(g, found.filters, most.get(key, 0)) for key, g in grids(found, lang).items()}


def headlines_shown(found: Progress, lang: str) -> list[HeadlineShown]:
    """The four figures."""
    met = {True: "yes", False: "no", None: "none"}
    return [
        HeadlineShown(
            key=h.key,
            title=h.title,
            value=h.text,
            unit=h.unit if h.value is not None else "",
            target=h.target,
            met=met[h.met],
            counted=h.counted,
            href=opening(found.filters, h.show),
            more=[Remark(text=text, href=opening(found.filters, show)) for text, show in h.more],
            formula=h.formula,
        )
        for h in headlines(found, lang)
    ]


def day_bars(found: Progress, lang: str) -> list[Bar]:
    """Concluded cases by days used, from 1 to the target and beyond it as far as there are cases."""
    known = {n: (within, over) for n, within, over in found.figures.by_days}
    if not known:
        return []
    return [
        Bar(
            name=str(n),
            value=known.get(n, (0, 0))[0],
            over=known.get(n, (0, 0))[1],
            show=f"days:{n}",
            said=tr(lang, "targets.chart_cases", n=sum(known.get(n, (0, 0)))),
        )
        for n in range(min(1, *known), max(found.catalog.promised_days + 1, *known) + 1)
    ]


def _rate_bar(name: str, rate: Rate, show: str) -> Bar:
    return Bar(
        name=name,
        value=round(100 * (rate.share or 0), 1),
        over=0,
        show=show,
        said=f"{percent_words(rate.share)} ({rate.good}/{rate.of})",
    )


def month_bars(found: Progress) -> list[Bar]:
    """On-time rate of cases by month."""
    return [_rate_bar(g.key, g.in_time, f"month_rated:{g.key}") for g in found.figures.months if g.in_time.of]


def round_month_bars(found: Progress) -> list[Bar]:
    """On-time rate of rounds by month."""
    return [_rate_bar(month, rate, f"rounds_month:{month}") for month, rate in found.figures.round_months]


def unit_bars(found: Progress, lang: str) -> list[Bar]:
    """On-time rate of rounds by department, the worst first."""
    names = {u.code: u.name.in_(lang) for u in found.catalog.units}
    known = [u for u in found.figures.units if u.rounds.of]
    known.sort(key=lambda u: u.rounds.share or 0)
    return [_rate_bar(names[u.unit], u.rounds, f"unit_rounds:{u.unit}") for u in known]


def stage_bars(found: Progress, lang: str) -> list[Bar]:
    """Average days by stage beside the promised ones (`over`)."""
    return [
        Bar(
            name=found.catalog.stage(int(g.key)).name.in_(lang),
            value=round(g.days.average, 1),
            over=found.catalog.stage(int(g.key)).promised_days,
            show=f"stage_concluded:{g.key}",
            said=tr(lang, "targets.of_cases", n=g.days.count),
        )
        for g in found.figures.stages
        if g.days.average is not None
    ]


def time_bars(found: Progress, lang: str) -> list[Bar]:
    """Working days by who had them, the most first."""
    time = sorted(found.figures.time.items(), key=lambda pair: -pair[1])
    return [
        Bar(
            name=kind_words(lang, kind),
            value=days,
            over=0,
            show=f"time:{kind}",
            said=tr(lang, "targets.days_value", n=days),
        )
        for kind, days in time
        if days
    ]


def case_list(found: Progress, lang: str) -> tuple[TableShown, str, str, int]:
    """One page of the cases behind the opened figure, its title, how many it counts, and how many pages there are."""
    filters, count = found.filters, len(found.shown)
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(filters.page, pages)
    grid = case_grid(found, found.shown, lang)
    here = Grid(grid.key, grid.title, grid.formula, grid.heads, grid.rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS])
    title = tr(lang, "targets.list_title", what=figure_words(lang, filters.show, found.all, found.catalog))
    rounds = shown_rounds(found.all, filters)
    counted = (
        tr(lang, "targets.list_cases", n=count)
        if rounds is None
        else tr(lang, "targets.list_rounds", rounds=rounds, n=count)
    )
    return table_shown(here, filters), title, counted, pages


def choices(found: Progress, lang: str) -> dict[str, list[Option]]:
    """The values of each filter: what occurs among the cases the reader may see."""
    cases = found.all.cases
    stages = {c.stage for c in cases}
    units = {unit for mine in found.all.units.values() for unit in mine}
    towns = town_names(found.catalog, lang)
    lying = set(found.all.towns.values())
    months = _months(sorted({c.month for c in cases if c.month}), found.all.today)
    return {
        "stage": [
            Option(value=str(s.number), name=s.name.in_(lang)) for s in found.catalog.stages if s.number in stages
        ],
        "unit": [Option(value=u.code, name=u.name.in_(lang)) for u in found.catalog.units if u.code in units],
        "town": [Option(value=code, name=name) for code, name in towns.items() if code in lying],
        "track": [Option(value=t, name=tr(lang, f"targets.track_{t}")) for t in TRACKS],
        "months": [Option(value=m, name=m) for m in months],
    }


def _months(known: list[str], today: date) -> list[str]:
    """Every month from the first with a concluded case to this one, the latest first."""
    if not known:
        return [f"{today:%Y-%m}"]
    year, month = map(int, known[0].split("-"))
    found = []
    while (year, month) <= (today.year, today.month):
        found.append(f"{year}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found[::-1]
