"""What the page of progress shows, by the filters of the address."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from jointreview.models.actor import Actor
from jointreview.queries.progress import OWN_UNIT, READERS, progress
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.words import day_words
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.targets import rows
from jointreview.ui.pages.targets.rows import Bar, HeadlineShown, OutlookShown, TableShown
from jointreview.ui.text import lang_of

__all__ = ["READERS", "TargetsState"]

NO_TABLE = TableShown(title="", formula="", heads=[], rows=[])
CHOICES = ("stage", "unit", "track", "town", "since", "until")
_IN_SIGHT = "document.getElementById('targets-list')?.scrollIntoView({block: 'start'})"


class TargetsState(rx.State):
    """One view of progress; `chosen` are the filters in force, `bars` the charts by their key."""

    loaded: bool = False
    own: bool = False
    as_of: str = ""
    chosen: dict[str, str] = {}
    options: dict[str, list[Option]] = {}
    narrowed: bool = False
    headlines: list[HeadlineShown] = []
    outlooks: list[OutlookShown] = []
    outlooks_more: str = ""
    tables: dict[str, TableShown] = {}
    bars: dict[str, list[Bar]] = {}
    projects_more: str = ""
    promised: int = 10
    on_time: float = 99.9
    export: str = "/api/targets.xlsx"
    with_tables: bool = False
    listing: bool = False
    list_title: str = ""
    list_counted: str = ""
    list_table: TableShown = NO_TABLE
    list_count: int = 0
    list_page: int = 1
    list_pages: int = 1
    list_close: str = "/targets"
    _filters: ProgressFilters = ProgressFilters()

    @event
    @allow(*READERS)
    async def load(self):
        """Read the filters of the address and what they show."""
        self._filters = self._in_address()
        lang, actor = await lang_of(self), await actor_of(self)
        for name, value in (await asyncio.to_thread(_view, actor, self._filters, lang)).items():
            setattr(self, name, value)
        self.loaded = True
        return rx.call_script(_IN_SIGHT) if self.listing else None

    @event
    @allow(*READERS)
    def narrow(self, name: str, value: str):
        """Set one filter; the list of another figure closes."""
        if name not in CHOICES:
            return None
        chosen: dict[str, Any] = {**vars(self._in_address().but(show="")), name: value}
        return rx.redirect(rows.address(ProgressFilters.from_address(chosen)))

    @event
    @allow(*READERS)
    def open_figure(self, show: str):
        """List the cases behind a bar."""
        asked = ProgressFilters.from_address({**vars(self._in_address()), "show": show, "page": 1})
        return rx.redirect(rows.address(asked)) if asked.show else None

    @event
    @allow(*READERS)
    def turn_to(self, page: int):
        """Another page of the list."""
        return rx.redirect(rows.address(self._in_address().but(page=min(max(page, 1), 9999))))

    def _in_address(self) -> ProgressFilters:
        """What the person sees in the address: it may be newer than what this page was last read with."""
        return ProgressFilters.from_address(self.router.url.query_parameters)

    @event
    @allow(*READERS)
    def switch_tables(self):
        """Show or hide the tables below the charts."""
        self.with_tables = not self.with_tables


def _view(actor: Actor, filters: ProgressFilters, lang: str) -> dict[str, Any]:
    """The state's vars by name."""
    found = progress(actor, filters, lang, settings().current_time())
    own = actor.role in OWN_UNIT
    table, title, counted, pages = rows.case_list(found, lang) if filters.show else (NO_TABLE, "", "", 1)
    everything = ProgressFilters(unit=found.filters.unit) if own else ProgressFilters()
    inside = filters.but(show="")
    projects, ahead = len(found.figures.projects), len(found.outlooks)
    return {
        "own": own,
        "as_of": tr(lang, "targets.as_of", day=day_words(lang, found.all.today)),
        "chosen": {name: str(getattr(found.filters, name) or "") for name in CHOICES},
        "options": rows.choices(found, lang),
        "narrowed": found.filters.but(show="") != everything,
        "headlines": rows.headlines_shown(found, lang),
        "outlooks": rows.outlooks_shown(found, lang),
        "outlooks_more": (
            tr(lang, "targets.outlooks_more", n=ahead, shown=rows.MOST_OUTLOOKS) if ahead > rows.MOST_OUTLOOKS else ""
        ),
        "tables": rows.tables_shown(found, lang),
        "bars": {
            "days": rows.day_bars(found, lang),
            "months": rows.month_bars(found),
            "round_months": rows.round_month_bars(found),
            "stages": rows.stage_bars(found, lang),
            "units": rows.unit_bars(found, lang),
            "time": rows.time_bars(found, lang),
        },
        "projects_more": (
            tr(lang, "targets.projects_more", n=projects, shown=rows.MOST_PROJECTS)
            if projects > rows.MOST_PROJECTS
            else ""
        ),
        "promised": found.catalog.stage(filters.stage).promised_days
        if filters.stage
        else found.catalog.promised_days,
        "on_time": round(100 * found.catalog.progress.on_time_share, 2),
        "export": f"/api/targets.xlsx?{filters.address()}",
        "listing": bool(filters.show),
        "list_title": title,
        "list_counted": counted,
        "list_table": table,
        "list_count": len(found.shown),
        "list_page": min(filters.page, pages),
        "list_pages": pages,
        "list_close": rows.address(inside),
    }
