"""The figures of progress as a workbook: one sheet for each table, the filters and formulas above the heads."""

from __future__ import annotations

from datetime import datetime

from jointreview.models.actor import Actor
from jointreview.paperwork.xlsx import Table, workbook
from jointreview.queries.progress import progress
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.grids import Grid, case_grid, grids
from jointreview.queries.progress.headline import headlines
from jointreview.queries.progress.words import figure_words, filter_words
from jointreview.queries.words import day_words
from jointreview.text import tr


def progress_workbook(actor: Actor, filters: ProgressFilters, lang: str, now: datetime) -> bytes:
    """The .xlsx of what the page shows to this reader; the last sheet lists the cases of the opened figure, or all.

    Raises Refused (forbidden) for those who do not see the page.
    """
    found = progress(actor, filters, lang, now)
    frame = (
        filter_words(lang, found.filters, found.catalog),
        tr(lang, "targets.as_of", day=day_words(lang, found.all.today)),
    )
    first = Table(
        name=tr(lang, "targets.grid_headline"),
        title=tr(lang, "targets.title"),
        heads=[tr(lang, f"targets.{key}") for key in ("grid_headline", "head_target", "head_value", "head_counted")]
        + [tr(lang, "targets.formula")],
        rows=[
            (
                h.title,
                h.target,
                None if h.value is None else round(h.value, 4),
                "; ".join((h.counted, *(t for t, _ in h.more))),
                h.formula,
            )
            for h in headlines(found, lang)
        ],
        remarks=frame,
    )
    cases = case_grid(found, found.shown, lang)
    what = figure_words(lang, found.filters.show, found.all, found.catalog)
    listed = tr(lang, "targets.list_title", what=what)
    return workbook(first, *(_sheet(g, frame) for g in grids(found, lang).values()), _sheet(cases, (listed, *frame)))


def _sheet(grid: Grid, frame: tuple[str, ...]) -> Table:
    return Table(
        name=grid.title,
        title=grid.title,
        heads=grid.heads,
        rows=[tuple(cell.value for cell in row) for row in grid.rows],
        remarks=(*frame, *((grid.formula,) if grid.formula else ())),
    )
