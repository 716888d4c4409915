"""What the list of projects and the road of one project show."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import reflex as rx

from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.queries.application_start import stages_offered
from jointreview.queries.projects import ProjectFilters, project_road, projects
from jointreview.queries.projects.list import READERS
from jointreview.settings import settings
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components.filters import Option
from jointreview.ui.me import actor_of
from jointreview.ui.pages.projects import rows
from jointreview.ui.pages.projects.rows import NO_ROAD, PermitShown, RoadShown, RowShown, StageShown
from jointreview.ui.text import lang_of

_PATH = re.compile(r"/projects/(\d{1,9})/?")


class ProjectsState(rx.State):
    """One view of the list."""

    loaded: bool = False
    rows: list[RowShown] = []
    stages: list[Option] = []
    text: str = ""
    stage: str = ""
    total: int = 0
    page: int = 1
    pages: int = 1
    narrowed: bool = False
    _filters: ProjectFilters = ProjectFilters()

    @event
    @allow(*READERS)
    async def load(self):
        """Read the filters of the address and what they show."""
        self._filters = self._in_address()
        lang, actor = await lang_of(self), await actor_of(self)
        shown = await asyncio.to_thread(_list, actor, self._filters, lang)
        for name, value in shown.items():
            setattr(self, name, value)
        self.loaded = True

    @event
    @allow(*READERS)
    def look_for(self, form: dict[str, Any]):
        """Show only what holds these words."""
        return _show(self._in_address().but(text=str(form.get("q", "")).strip()[:80]))

    @event
    @allow(*READERS)
    def choose_stage(self, stage: str):
        """Show only projects that have reached this stage."""
        return _show(self._in_address().but(stage=int(stage) if stage in ("1", "2", "3", "4") else 0))

    @event
    @allow(*READERS)
    def turn_to(self, page: int):
        """Another page."""
        return _show(self._in_address().but(page=min(max(page, 1), 9999)))

    def _in_address(self) -> ProjectFilters:
        """What the person sees in the address: it may be newer than what this page was last read with."""
        return ProjectFilters.from_address(self.router.url.query_parameters)


def _list(actor: Actor, filters: ProjectFilters, lang: str) -> dict[str, Any]:
    found = projects(actor, filters, settings().current_time())
    names = {s.number: s.name for s in stages_offered(lang, settings().today())}
    return {
        "rows": rows.project_rows(found, names, lang),
        "stages": rows.stage_options(found, names, filters.stage, lang),
        "text": filters.text,
        "stage": str(filters.stage or ""),
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "narrowed": filters.but() != ProjectFilters(),
    }


def _show(filters: ProjectFilters):
    """Event: the list with these filters in its address."""
    query = filters.address()
    return rx.redirect(f"/projects?{query}" if query else "/projects")


class RoadState(rx.State):
    """One project; `status` is loading, ready or missing."""

    status: str = "loading"
    road: RoadShown = NO_ROAD
    stages: list[StageShown] = []
    permits: list[PermitShown] = []

    @event
    @allow(*READERS)
    async def load(self):
        """Open the project of the address and follow its cases live."""
        self.reset()
        hub.subscribe(self, "board", refresh=RoadState.refresh, every=hub.OVERVIEW_SECONDS)
        await self._read()

    @event
    @allow(*READERS)
    async def refresh(self):
        """A case changed: read again."""
        await self._read()

    async def _read(self) -> None:
        found = _PATH.fullmatch(self.router.url.path)
        actor, lang = await actor_of(self), await lang_of(self)
        project_id, now = int(found[1]) if found else 0, settings().current_time()
        try:
            road = await asyncio.to_thread(project_road, actor, project_id, lang, now)
        except Refused:
            self.status, self.road, self.stages, self.permits = "missing", NO_ROAD, [], []
            return
        self.road = rows.road_shown(road, lang)
        self.stages = rows.stages_shown(road, lang)
        self.permits = rows.permits_shown(road, settings().today(), lang)
        self.status = "ready"
