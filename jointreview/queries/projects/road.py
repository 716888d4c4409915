"""The whole road of one project: four stages with their cases, the permits won, and time by two measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog, Stage
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.sight import visible_to
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.clock import Clock
from jointreview.domain.problems import refuse
from jointreview.domain.progress import STAGES, CaseTime, ProjectTime, project_times
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Organisation
from jointreview.models.outcome import Certificate
from jointreview.models.project import Project
from jointreview.queries.progress.load import Loaded, load_times
from jointreview.queries.projects.list import READERS, mark_of
from jointreview.queries.projects.permits import permit_name, permits_seen
from jointreview.settings import settings


@dataclass(frozen=True)
class RoadCase:
    """A case of a stage: `clock` while it runs, `time` from its acceptance on."""

    case_id: int
    number: str
    href: str
    kind: str
    state: str
    outcome: str
    submitted: date | None
    clock: Clock | None
    time: CaseTime | None


@dataclass(frozen=True)
class RoadStage:
    """One of the four stages; `used` sums the working days of its counted cases, None without any."""

    number: int
    name: str
    promised: int
    former: int
    mark: str
    used: int | None
    cases: tuple[RoadCase, ...]


@dataclass(frozen=True)
class RoadUse:
    """A later stage in which a permit stands for a material, with the cases that use it."""

    stage: str
    material: str
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RoadPermit:
    """A permit won on the road; `href` leads to its case where the reader may open it."""

    name: str
    number: str
    unit: str
    issued: date
    valid_until: date | None
    status: str
    href: str
    case_number: str
    uses: tuple[RoadUse, ...]


@dataclass(frozen=True)
class Road:
    """A project as one reader may see it; `next_stage` is what its applicant can begin now (0: nothing)."""

    project_id: int
    code: str
    name: str
    organisation: str
    time: ProjectTime | None
    target: int
    stages: tuple[RoadStage, ...]
    permits: tuple[RoadPermit, ...]
    next_stage: int


def project_road(actor: Actor, project_id: int, lang: str, now: datetime) -> Road:
    """The road; Refused (missing) alike for a project that is not there and one without a case the actor may open."""
    today = now.astimezone(SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    with reading() as session:
        project = session.get(Project, project_id) if actor.role in READERS else None
        cases = _cases(session, actor, project_id) if project else []
        if project is None or not cases:
            raise refuse("projects.missing", kind="missing")
        organisation = session.get(Organisation, project.organisation_id)
        loaded = load_times(session, actor, today, [project_id])
        permits = permits_seen(session, actor, [project_id], [c.id or 0 for c in cases], catalog)
    times = {c.case_id: c for c in loaded.cases}
    stages = tuple(_stage(catalog.stage(n), [c for c in cases if c.stage == n], times, loaded, lang) for n in STAGES)
    whole = project_times(loaded.cases)
    return Road(
        project_id=project_id,
        code=project.code,
        name=project.name,
        organisation=organisation.name if organisation else "",
        time=whole[0] if whole else None,
        target=catalog.progress.project_days,
        stages=stages,
        permits=tuple(_permit(c, item, cases, catalog, lang) for c, item in permits),
        next_stage=next_stage([s.mark for s in stages]) if project.organisation_id in actor.organisations else 0,
    )


def _cases(session: Session, actor: Actor, project_id: int) -> list[Case]:
    return list(
        session.exec(
            select(Case)
            .where(Case.project_id == project_id, visible_to(actor))
            .order_by(col(Case.stage), col(Case.id))
        ).all()
    )


def next_stage(marks: Sequence[str]) -> int:
    """The stage an applicant begins next: the one after the furthest with a case, or that again if it did not pass.

    0 while the furthest is open, and after the last. Earlier stages without a case were handled elsewhere.
    """
    furthest = max((n for n, mark in zip(STAGES, marks, strict=True) if mark != "none"), default=0)
    if not furthest:
        return STAGES[0]
    if marks[furthest - 1] == "passed":
        return furthest + 1 if furthest + 1 in STAGES else 0
    return furthest if marks[furthest - 1] == "ended" else 0


def _stage(stage: Stage, cases: list[Case], times: dict[int, CaseTime], loaded: Loaded, lang: str) -> RoadStage:
    counted = [t for c in cases if (t := times.get(c.id or 0)) and (t.ended is None or t.concluded)]
    return RoadStage(
        number=stage.number,
        name=stage.name.in_(lang),
        promised=stage.promised_days,
        former=stage.former_days,
        mark=mark_of(cases),
        used=sum(t.used for t in counted) if counted else None,
        cases=tuple(_case(c, times.get(c.id or 0), loaded) for c in cases),
    )


def _case(case: Case, time: CaseTime | None, loaded: Loaded) -> RoadCase:
    assert case.id is not None
    draft = case.state == CaseState.DRAFT
    return RoadCase(
        case_id=case.id,
        number=case.number,
        href=f"/cases/{case.id}/form" if draft else f"/cases/{case.id}",
        kind=case.kind,
        state=case.state,
        outcome=case.outcome,
        submitted=case.submitted_at.astimezone(SHANGHAI).date() if case.submitted_at else None,
        clock=loaded.clocks.get(case.id) if CaseState(case.state) not in ENDED else None,
        time=time,
    )


def _permit(found: Certificate, item: str, cases: Sequence[Case], catalog: Catalog, lang: str) -> RoadPermit:
    own: Any = next((c for c in cases if c.id == found.case_id), None)
    unit = next((u.name.in_(lang) for u in catalog.units if u.code == found.unit), found.unit)
    return RoadPermit(
        name=permit_name(found, item, catalog, lang),
        number=found.number,
        unit=unit,
        issued=found.issued_on,
        valid_until=found.valid_until,
        status=found.status,
        href=f"/cases/{own.id}" if own else "",
        case_number=own.number if own else "",
        uses=tuple(_uses(found, cases, catalog, lang)),
    )


def _uses(found: Certificate, cases: Sequence[Case], catalog: Catalog, lang: str) -> list[RoadUse]:
    """The later stages whose materials the permit stands for, with the visible cases of the project there.

    A permit that ended serves nobody any more.
    """
    if found.status != "valid":
        return []
    uses = []
    for material in catalog.materials:
        if material.certificate != found.kind:
            continue
        for number in material.stages:
            there = tuple(
                (c.number, f"/cases/{c.id}")
                for c in cases
                if c.stage == number and c.submitted_at and c.id != found.case_id
            )
            uses.append(RoadUse(catalog.stage(number).name.in_(lang), material.name.in_(lang), there))
    return uses
