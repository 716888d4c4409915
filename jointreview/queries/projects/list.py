"""The projects a person may see, with the stage each has reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import or_
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.sight import visible_to
from jointreview.commands.standings import grouped
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.problems import refuse
from jointreview.domain.progress import STAGES, ProjectTime, project_times
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Organisation
from jointreview.models.project import Project
from jointreview.queries.patterns import containing
from jointreview.queries.progress.load import load_times
from jointreview.queries.projects.permits import permits_seen
from jointreview.settings import settings

READERS = ("applicant", "coordinator", "clerk", "officer", "leader", "supervisor")
PAGE_ROWS = 30
_MOST_TEXT = 80
_PASSED = ("pass", "conditional")


@dataclass(frozen=True)
class ProjectFilters:
    """The filters of the list: words in code, name or organisation, and the stage a project has reached."""

    text: str = ""
    stage: int = 0
    page: int = 1

    @classmethod
    def from_address(cls, params: Mapping[str, Any]) -> ProjectFilters:
        """The filters of a query string; what nobody knows is passed over."""
        stage, page = str(params.get("stage", "")), str(params.get("page", ""))
        return cls(
            text=str(params.get("q", "")).strip()[:_MOST_TEXT],
            stage=int(stage) if stage in map(str, STAGES) else 0,
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
        )

    def address(self) -> str:
        """The query string of these filters; empty without any."""
        usual, names = ProjectFilters(), {"text": "q"}
        given = {names.get(n, n): v for n, v in vars(self).items() if v != getattr(usual, n)}
        return urlencode(given)

    def but(self, **changes: Any) -> ProjectFilters:
        """These filters with some changed, from the first page."""
        return replace(self, **{"page": 1, **changes})


@dataclass(frozen=True)
class ProjectRow:
    """A project; `marks` tell of each stage `passed`, `running`, `draft`, `ended` (without passing) or `none`.

    `used` are government working days so far, `span` calendar days; None before anything was accepted.
    """

    project_id: int
    code: str
    name: str
    organisation: str
    marks: tuple[str, ...]
    reached: int
    standing: str
    used: int | None
    span: int | None
    permits: int


@dataclass(frozen=True)
class ProjectsPage:
    """One page of the list; `stages` count the projects that have reached each stage."""

    rows: tuple[ProjectRow, ...]
    total: int
    page: int
    pages: int
    stages: tuple[tuple[int, int], ...]


def projects(actor: Actor, filters: ProjectFilters, now: datetime) -> ProjectsPage:
    """The projects of the cases the actor may open; those with something open and the newest first."""
    if actor.role not in READERS:
        raise refuse("projects.not_for_you", kind="forbidden")
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        found = _by_project(session, actor, filters.text)
        reached = {project_id: _reached(cases) for project_id, (_, cases) in found.items()}
        shown = [p for p in found if filters.stage in (0, reached[p])]
        pages = max(1, -(-len(shown) // PAGE_ROWS))
        page = min(filters.page, pages)
        here = shown[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        times = {t.project_id: t for t in project_times(load_times(session, actor, today, here).cases)}
        visible = [case.id for p in here for case in found[p][1]]
        catalog = load_catalog(settings().catalogue, today)
        permits = grouped(
            (c.project_id, c) for c, _ in permits_seen(session, actor, here, visible, catalog) if c.status == "valid"
        )
    return ProjectsPage(
        rows=tuple(_row(p, *found[p], reached[p], times.get(p), len(permits[p])) for p in here),
        total=len(shown),
        page=page,
        pages=pages,
        stages=tuple((n, list(reached.values()).count(n)) for n in STAGES),
    )


def _by_project(session: Session, actor: Actor, text: str) -> dict[int, tuple[Any, list[Any]]]:
    """The projects with their visible cases in order: something open first, the newest case first."""
    places = (col(Project.code), col(Project.name), col(Organisation.name))
    holds = [or_(*(p.ilike(containing(word), escape="!") for p in places)) for word in text.split()[:6]]
    columns: tuple[Any, ...] = (
        *(Case.id, Case.project_id, Case.stage, Case.state, Case.outcome, Project.code, Project.name),
        col(Organisation.name).label("organisation"),
    )
    rows = session.execute(
        select(*columns)
        .join(Project, col(Project.id) == Case.project_id)
        .join(Organisation, col(Organisation.id) == Project.organisation_id)
        .where(visible_to(actor), *holds)
        .order_by(col(Case.id))
    ).all()
    cases = grouped((row.project_id, row) for row in rows)
    order = sorted(cases, key=lambda p: (all(_ended(c) for c in cases[p]), -cases[p][-1].id))
    return {p: (cases[p][-1], cases[p]) for p in order}


def _ended(case: Any) -> bool:
    return CaseState(case.state) in ENDED


def mark_of(cases: Sequence[Any]) -> str:
    """How a stage with these cases stands; of several the one that has come furthest."""
    if any(c.outcome in _PASSED for c in cases):
        return "passed" if all(_ended(c) for c in cases) else "running"
    if any(c.state == CaseState.DRAFT for c in cases) and all(_ended(c) or c.state == CaseState.DRAFT for c in cases):
        return "draft"
    if any(not _ended(c) for c in cases):
        return "running"
    return "ended" if cases else "none"


def _reached(cases: Sequence[Any]) -> int:
    """The stage a project is in: the latest with something open, else the latest with a case."""
    return max((c.stage for c in cases if not _ended(c)), default=max(c.stage for c in cases))


def _row(
    project_id: int, project: Any, cases: list[Any], reached: int, time: ProjectTime | None, permits: int
) -> ProjectRow:
    return ProjectRow(
        project_id=project_id,
        code=project.code,
        name=project.name,
        organisation=project.organisation,
        marks=tuple(mark_of([c for c in cases if c.stage == n]) for n in STAGES),
        reached=reached,
        standing=time.standing if time else "",
        used=time.used if time else None,
        span=time.span if time else None,
        permits=permits,
    )
