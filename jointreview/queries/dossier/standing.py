"""How a case stands: its header, the days of its clock, the stages of its way, and what the reader may do."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from jointreview.commands.all import RULES
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.filing import SaveSection
from jointreview.commands.registry import Command
from jointreview.domain.case_states import BEFORE_ACCEPTANCE, ENDED, CaseState, Turn
from jointreview.domain.clock import Clock, Lamp
from jointreview.domain.explanation import note_text
from jointreview.models.event import Event
from jointreview.models.identity import Organisation
from jointreview.models.project import Project
from jointreview.queries.dossier.departments import outcome_key
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import DayLine, Head, Step
from jointreview.queries.turns import answer_due, since, turn_of

_TONES = {
    CaseState.RETURNED: "warn",
    CaseState.SUPPLEMENTING: "warn",
    CaseState.RECTIFYING: "warn",
    CaseState.REFUSED: "bad",
    CaseState.WITHDRAWN: "neutral",
    CaseState.DRAFT: "neutral",
}
_NAMED = 3
_OUTCOME_TONES = {"pass": "good", "conditional": "warn", "fail": "bad"}
_STAGES: tuple[tuple[str, frozenset[str], frozenset[CaseState]], ...] = (
    ("filed", frozenset({"drafted", "copied"}), frozenset({CaseState.DRAFT, CaseState.RETURNED})),
    ("submitted", frozenset({"submitted"}), frozenset({CaseState.SUBMITTED})),
    ("accepted", frozenset({"accepted"}), frozenset()),
    ("review", frozenset({"review_closed"}), frozenset({CaseState.REVIEWING, CaseState.SUPPLEMENTING})),
    ("visit", frozenset({"visit_held"}), frozenset({CaseState.VISITING})),
    (
        "rectify",
        frozenset({"rectification_given"}),
        frozenset({CaseState.RECTIFYING, CaseState.REINSPECTING}),
    ),
    ("concluded", frozenset({"concluded"}), frozenset()),
)

_REVIEW_STAGES = (
    *_STAGES[:3],
    ("decide", frozenset({"concluded"}), frozenset({CaseState.REVIEWING, CaseState.SUPPLEMENTING})),
    ("conclude", frozenset({"concluded"}), frozenset()),
)


def head(desk: Desk) -> Head:
    """The header in words."""
    case, clock = desk.case, desk.clock
    project = desk.session.get(Project, case.project_id)
    organisation = desk.session.get(Organisation, case.organisation_id)
    state = CaseState(case.state)
    filed = "case.paper" if case.paper else "case.walk_in" if case.walk_in else ""
    return Head(
        id=desk.case_id,
        version=case.version,
        number=case.number,
        project=project.name if project else "",
        code=project.code if project else "",
        kind=case.kind,
        stage=desk.catalog.stage(case.stage).name.in_(desk.lang),
        organisation=organisation.name if organisation else "",
        state=desk.say(f"case.state_{state.value}"),
        tone=_OUTCOME_TONES.get(case.outcome, _TONES.get(state, "accent")),
        outcome=desk.say(outcome_key(case.kind, case.outcome)) if case.outcome else "",
        lamp=clock.lamp.value if clock and clock.lamp is not Lamp.DONE else "",
        days=_days(desk, clock),
        due=_due(desk, clock),
        wanted=_wanted(desk),
        turn=turn(desk),
        since="" if state in ENDED else desk.say("case.since", day=desk.day(_since(desk))),
        form_href=f"/cases/{desk.case_id}/form" if desk.may(SaveSection) or desk.is_party else "",
        project_href="" if desk.is_consulted else f"/projects/{case.project_id}",
        filed=desk.say(filed) if filed else "",
    )


def _days(desk: Desk, clock: Clock | None) -> str:
    if clock is None or clock.lamp is Lamp.DONE:
        return ""
    if clock.paused:
        return desk.say("case.days_used", days=clock.used)
    if clock.remaining < 0:
        return desk.say("case.days_over", days=-clock.remaining)
    return desk.say("case.days_left", days=clock.remaining) if clock.remaining else desk.say("case.days_left_today")


def _due(desk: Desk, clock: Clock | None) -> str:
    if clock is None:
        return ""
    if clock.ended is not None:
        return desk.say("case.ended_on", day=desk.day(clock.ended))
    return desk.say("case.due_on", day=desk.day(clock.due)) if clock.due else desk.say("case.due_paused")


def _wanted(desk: Desk) -> str:
    """The last day for what a notice asks of the applicant."""
    due = answer_due(desk.session, desk.case)
    return desk.say(f"case.wanted_{desk.case.state}", day=desk.day(due)) if due else ""


def turn(desk: Desk) -> str:
    """Whose turn it is, in words; empty when the case has ended."""
    whose = turn_of(desk.facts)
    if whose is Turn.NOBODY:
        return ""
    if whose is not Turn.DEPARTMENTS:
        return desk.say(f"case.turn_{whose.value}")
    waiting = sorted(a.unit for a in desk.facts.assignments if a.open_round_id)
    names = list(dict.fromkeys(desk.unit_name(unit) for unit in waiting))
    shown = ("、" if desk.lang == "zh" else "; ").join(names[:_NAMED])
    if len(names) > _NAMED:
        return desk.say("case.turn_many", units=shown, count=len(names))
    return desk.say("case.turn_departments", units=shown)


def _since(desk: Desk) -> date:
    """The day from which it is this one's turn."""
    return since(desk.session, desk.case, turn_of(desk.facts)).astimezone(SHANGHAI).date()


def days(desk: Desk) -> list[DayLine]:
    """Every day of the clock with what it did."""
    if desk.clock is None:
        return []
    today = desk.ctx.today
    return [
        DayLine(
            day=desk.day(note.date),
            text=note_text(desk.lang, note, desk.opener_name),
            mark="today" if note.date == today else "counted" if note.counted else "rest",
        )
        for note in desk.clock.explanation
    ]


def steps(desk: Desk) -> list[Step]:
    """The stages behind, now and ahead; rectification only where there was any."""
    events = desk.session.exec(select(Event).where(Event.case_id == desk.case_id)).all()
    reached: dict[str, date] = {}
    for event in events:
        reached[event.kind] = event.effective_on
    state = CaseState(desk.case.state)
    way = _REVIEW_STAGES if desk.case.kind == "review" else _STAGES
    here = next((n for n, stage in enumerate(way) if state in stage[2]), len(way))
    found = []
    for n, (name, kinds, _) in enumerate(way):
        if name == "rectify" and not (desk.case.rectification_rounds or n == here):
            continue
        day = next((reached[kind] for kind in kinds if kind in reached), None)
        ended_without = state in ENDED and day is None
        if ended_without:
            continue
        mark = "now" if n == here else "done" if n < here else "next"
        found.append(
            Step(
                title=desk.say(f"case.stage_{name}"),
                when=day.isoformat() if day and mark == "done" else "",
                mark=mark,
            )
        )
    if state in (CaseState.WITHDRAWN, CaseState.REFUSED):
        ended = desk.case.state_since.astimezone(SHANGHAI).date().isoformat()
        found.append(Step(title=desk.say(f"case.state_{state.value}"), when=ended, mark="ended"))
    return found


def possible(desk: Desk) -> list[tuple[str, int]]:
    """The commands on this case the reader may run now, with the assignment where they have one."""
    found: list[tuple[str, int]] = []
    for kind, rule in RULES.items():
        if not rule.on_case:
            continue
        targets = _targets(desk, kind)
        found += [(kind.__name__, target) for target in targets if desk.may(kind, target or None)]
    return found


def _targets(desk: Desk, kind: type[Command]) -> list[int]:
    """What of the case a command can be about."""
    facts, fields = desk.facts, kind.model_fields
    if "assignment_id" in fields:
        return [a.id for a in facts.assignments]
    if "pause_id" in fields:
        return [p.id for p in facts.pauses]
    return [e.id for e in facts.extensions] if "extension_id" in fields else [0]


def accepted(desk: Desk) -> bool:
    """Whether departments were given their parts."""
    return CaseState(desk.case.state) not in BEFORE_ACCEPTANCE and bool(desk.facts.assignments)
