"""An applicant's cases as cards: how far each has come, whose turn it is and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from jointreview.commands.case_clock import case_clock
from jointreview.commands.facts import load_facts
from jointreview.domain.case_states import CaseState, Turn
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Invitation
from jointreview.models.outcome import Delivery
from jointreview.models.project import Project
from jointreview.queries.turns import since, turn_of

_SHANGHAI = ZoneInfo("Asia/Shanghai")

STEPS = ("fill", "precheck", "accept", "review", "site", "rectify", "conclude", "deliver")
"""The way of a case as an applicant sees it."""

_AT: dict[CaseState, str] = {
    CaseState.DRAFT: "fill",
    CaseState.SUBMITTED: "precheck",
    CaseState.RETURNED: "precheck",
    CaseState.REVIEWING: "review",
    CaseState.SUPPLEMENTING: "review",
    CaseState.VISITING: "site",
    CaseState.RECTIFYING: "rectify",
    CaseState.REINSPECTING: "rectify",
    CaseState.CONCLUDED: "deliver",
    CaseState.WITHDRAWN: "",
    CaseState.REFUSED: "",
}


@dataclass(frozen=True)
class Step:
    """One step: `done`, `now`, `todo` or `skipped` (no rectification was needed)."""

    name: str
    standing: str


@dataclass(frozen=True)
class CaseCard:
    """A case of the applicant."""

    case_id: int
    number: str
    project: str
    state: str
    outcome: str
    turn: str
    since: date
    due: date | None
    lamp: str
    steps: tuple[Step, ...]
    href: str


def my_cases(actor: Actor, now: datetime) -> list[CaseCard]:
    """The cases of the actor's organisations and those the actor is invited to; the newest change first."""
    today = now.astimezone(_SHANGHAI).date()
    with reading() as session:
        invited = select(Invitation.case_id).where(Invitation.account_id == actor.account_id)
        rows = session.exec(
            select(Case, Project.name)
            .join(Project, col(Project.id) == Case.project_id)
            .where(or_(col(Case.organisation_id).in_(actor.organisations), col(Case.id).in_(invited)))
            .order_by(col(Case.state_since).desc(), col(Case.id).desc())
        ).all()
        return [_card(session, case, project, today) for case, project in rows]


def _card(session: Session, case: Case, project: str, today: date) -> CaseCard:
    assert case.id is not None
    state = CaseState(case.state)
    delivered = (
        state is CaseState.CONCLUDED
        and session.exec(select(Delivery.id).where(Delivery.case_id == case.id)).first() is not None
    )
    undelivered = state is CaseState.CONCLUDED and not delivered
    turn = Turn.WINDOW if undelivered else turn_of(load_facts(session, case, today))
    clock = case_clock(session, case, today)
    running = clock is not None and state is not CaseState.CONCLUDED
    return CaseCard(
        case_id=case.id,
        number=case.number,
        project=project,
        state=state.value,
        outcome=case.outcome,
        turn=turn.value,
        since=since(session, case, turn).astimezone(_SHANGHAI).date(),
        due=clock.due if clock and running else None,
        lamp=clock.lamp.value if clock and running else "",
        steps=steps_of(_AT[state], delivered, case.rectification_rounds > 0),
        href=f"/cases/{case.id}/form" if state is CaseState.DRAFT else f"/cases/{case.id}",
    )


def steps_of(at: str, delivered: bool, rectified: bool) -> tuple[Step, ...]:
    """How each step stands when the case is at `at` (empty: it ended without a result)."""
    if not at:
        return tuple(Step(name, "todo") for name in STEPS)
    here = len(STEPS) if delivered else STEPS.index(at)
    found = []
    for n, name in enumerate(STEPS):
        standing = "done" if n < here else "now" if n == here else "todo"
        if name == "rectify" and not rectified and standing == "done":
            standing = "skipped"
        found.append(Step(name, standing))
    return tuple(found)
