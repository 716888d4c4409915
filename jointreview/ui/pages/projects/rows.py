"""Projects and roads in words, as the pages' states hold them."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from jointreview.domain.clock import Clock
from jointreview.queries.dossier.departments import outcome_key
from jointreview.queries.projects import ProjectRow, ProjectsPage, Road
from jointreview.queries.projects.road import RoadCase, RoadPermit, RoadStage, RoadUse
from jointreview.queries.words import day_words, days_words
from jointreview.text import tr
from jointreview.ui.components.filters import Option

TONES = {"passed": "good", "running": "accent", "draft": "neutral", "ended": "bad", "none": "neutral"}
_OUTCOMES = {"pass": "good", "conditional": "warn", "fail": "bad"}


class MarkShown(TypedDict):
    """How one stage stands: `mark` for its colour, `text` in words."""

    number: str
    mark: str
    text: str


class RowShown(TypedDict):
    """A project of the list."""

    id: str
    href: str
    name: str
    code: str
    organisation: str
    marks: list[MarkShown]
    stage: str
    used: str
    span: str
    permits: str


class CaseShown(TypedDict):
    """A case of a stage."""

    href: str
    number: str
    state: str
    tone: str
    lamp: str
    days: str
    dates: list[str]
    used: str
    over: bool
    span: str


class StageShown(TypedDict):
    """A stage of the road."""

    number: str
    name: str
    mark: str
    tone: str
    mark_text: str
    promised: str
    used: str
    nothing: str
    cases: list[CaseShown]


class PermitShown(TypedDict):
    """A permit."""

    name: str
    number: str
    unit: str
    issued: str
    status: str
    tone: str
    href: str
    case_number: str
    uses: list[str]


class RoadShown(TypedDict):
    """The head of a road: names, the two measures, and what its applicant may begin."""

    id: str
    name: str
    code: str
    organisation: str
    standing: str
    used: int
    used_text: str
    target: int
    over: bool
    span_text: str
    counted: bool
    start: str
    start_href: str


NO_ROAD = RoadShown(
    id="",
    name="",
    code="",
    organisation="",
    standing="",
    used=0,
    used_text="",
    target=45,
    over=False,
    span_text="",
    counted=False,
    start="",
    start_href="",
)


def project_rows(found: ProjectsPage, names: dict[int, str], lang: str) -> list[RowShown]:
    """The rows of one page; `names` are those of the stages."""
    return [_row(row, names, lang) for row in found.rows]


def _row(row: ProjectRow, names: dict[int, str], lang: str) -> RowShown:
    return RowShown(
        id=str(row.project_id),
        href=f"/projects/{row.project_id}",
        name=row.name,
        code=row.code,
        organisation=row.organisation,
        marks=[
            MarkShown(
                number=str(n),
                mark=mark,
                text=tr(lang, "projects.stage_mark", stage=names[n], mark=tr(lang, f"projects.mark_{mark}")),
            )
            for n, mark in enumerate(row.marks, start=1)
        ],
        stage=tr(
            lang,
            "projects.stage_mark",
            stage=names[row.reached],
            mark=tr(lang, f"projects.mark_{row.marks[row.reached - 1]}"),
        ),
        used=tr(lang, "projects.no_time") if row.used is None else tr(lang, "projects.days", n=row.used),
        span="" if row.span is None else tr(lang, "projects.span_days", n=row.span),
        permits=tr(lang, "projects.permits", n=row.permits) if row.permits else "—",
    )


def stage_options(found: ProjectsPage, names: dict[int, str], chosen: int, lang: str) -> list[Option]:
    """The stages that some project has reached, and the chosen one."""
    return [
        Option(value=str(n), name=tr(lang, "projects.counted", name=names[n], count=count))
        for n, count in found.stages
        if count or n == chosen
    ]


def road_shown(road: Road, lang: str) -> RoadShown:
    """The head of a road."""
    start, href = "", ""
    if road.next_stage:
        again = any(s.number == road.next_stage and s.cases for s in road.stages)
        stage = next(s.name for s in road.stages if s.number == road.next_stage)
        start = tr(lang, "projects.start_again" if again else "projects.start", stage=stage)
        href = f"/apply?stage={road.next_stage}&project={road.code}"
    time = road.time
    return RoadShown(
        id=str(road.project_id),
        name=road.name,
        code=road.code,
        organisation=road.organisation,
        standing=tr(lang, f"projects.standing_{time.standing}") if time else "",
        used=time.used if time else 0,
        used_text=tr(lang, "projects.used_of", n=time.used, target=road.target) if time else "",
        target=road.target,
        over=bool(time and time.used > road.target),
        span_text=tr(lang, "projects.span_value", n=time.span) if time else "",
        counted=time is not None,
        start=start,
        start_href=href,
    )


def stages_shown(road: Road, lang: str) -> list[StageShown]:
    """The four stages with their cases."""
    furthest = max((s.number for s in road.stages if s.cases), default=0)
    return [_stage(stage, stage.number < furthest, lang) for stage in road.stages]


def _stage(stage: RoadStage, before: bool, lang: str) -> StageShown:
    nothing = "projects.stage_none_before" if before else "projects.stage_none"
    return StageShown(
        number=str(stage.number),
        name=stage.name,
        mark=stage.mark,
        tone=TONES[stage.mark],
        mark_text=tr(lang, f"projects.mark_{stage.mark}"),
        promised=tr(lang, "projects.promised", n=stage.promised, former=stage.former),
        used="" if stage.used is None else tr(lang, "projects.stage_used", n=stage.used),
        nothing="" if stage.cases else tr(lang, nothing),
        cases=[_case(case, lang) for case in stage.cases],
    )


def _case(case: RoadCase, lang: str) -> CaseShown:
    time, state = case.time, tr(lang, f"state.{case.state}")
    if case.outcome:
        state = tr(lang, outcome_key(case.kind, case.outcome))
    days = [("submitted", case.submitted)]
    if time is not None:
        days += [("accepted", time.accepted), ("ended", time.ended)]
    if case.clock is not None:
        days.append(("due", case.clock.due))
    return CaseShown(
        href=case.href,
        number=case.number,
        state=state,
        tone=_OUTCOMES.get(case.outcome, "accent"),
        lamp=_lamp(case.clock),
        days="" if case.clock and case.clock.paused else days_words(lang, case.clock),
        dates=[tr(lang, f"projects.case_{name}", day=day_words(lang, day)) for name, day in days if day],
        used=tr(lang, "projects.case_used", used=time.used, promised=time.promised) if time else "",
        over=bool(time and time.over),
        span=tr(lang, "projects.case_span", n=time.span) if time else "",
    )


def _lamp(clock: Clock | None) -> str:
    return clock.lamp.value if clock else ""


def permits_shown(road: Road, today: date, lang: str) -> list[PermitShown]:
    """The permits with what later stages do with them."""
    return [_permit(permit, today, lang) for permit in road.permits]


def _permit(permit: RoadPermit, today: date, lang: str) -> PermitShown:
    expired = permit.status == "valid" and permit.valid_until is not None and permit.valid_until < today
    status = "expired" if expired else permit.status
    words = tr(lang, f"projects.permit_{status}")
    if permit.valid_until and not expired:
        words = tr(lang, "projects.permit_until", day=day_words(lang, permit.valid_until))
    unused = [tr(lang, "projects.use_none")] if status == "valid" else []
    return PermitShown(
        name=permit.name,
        number=permit.number,
        unit=permit.unit,
        issued=day_words(lang, permit.issued),
        status=words,
        tone="good" if status == "valid" else "bad",
        href=permit.href,
        case_number=permit.case_number,
        uses=[_use(use, lang) for use in permit.uses] or unused,
    )


def _use(use: RoadUse, lang: str) -> str:
    if not use.cases:
        return tr(lang, "projects.use_ready", stage=use.stage, material=use.material)
    cases = ("、" if lang == "zh" else ", ").join(number for number, _ in use.cases)
    return tr(lang, "projects.use_cases", stage=use.stage, material=use.material, cases=cases)
