"""What waits for a person, by due date: one task for each thing to do, with the page where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from jointreview.catalog.form_items import as_for
from jointreview.catalog.schema import Catalog
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import clock_of, clock_of_round, coded_events
from jointreview.commands.conclusion import Conclude
from jointreview.commands.decisions import waits_for
from jointreview.commands.facts import AssignmentFacts, CaseFacts, load_facts
from jointreview.commands.form_values import form_values
from jointreview.commands.onsite import GiveOpinion, unsigned_commitments, was_on_site
from jointreview.commands.rectification import IssueRectification
from jointreview.commands.registry import may
from jointreview.commands.relations import only_consulted, unit_consulted
from jointreview.commands.review import CloseDocumentReview, IssueSupplementNotice
from jointreview.commands.review_conclusion import ConcludeReview
from jointreview.commands.sight import may_see
from jointreview.commands.visits import CloseVisit, ScheduleVisit, goes, site_units
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import ENDED, CaseState, Turn
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Invitation
from jointreview.models.event import Event
from jointreview.models.outcome import RESULT_DOCUMENTS, Delivery, IssuedDocument
from jointreview.models.project import Project
from jointreview.models.review import Round
from jointreview.queries.supervision.tasks import card_tasks
from jointreview.queries.task import Task, lamp_of
from jointreview.queries.time_tasks import time_tasks
from jointreview.queries.turns import answer_due, turn_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WITH_APPLICANT = (CaseState.RETURNED, CaseState.SUPPLEMENTING, CaseState.RECTIFYING)


@dataclass(frozen=True)
class _Case:
    """A case with everything its tasks are made of."""

    session: Session
    actor: Actor
    case: Case
    project: str
    facts: CaseFacts
    catalog: Catalog
    calendar: WorkCalendar
    today: date
    events: list[Event] = field(default_factory=list)

    def task(self, what: str, action: str, place: str, due: date | None, **more: object) -> Task:
        params = more.pop("params", {})
        lamp = more.pop("lamp", None)
        since = more.pop("since", self.case.state_since)
        assert isinstance(params, dict) and isinstance(since, datetime)
        return Task(
            case_id=self.facts.case_id,
            number=self.case.number,
            project=self.project,
            what=what,
            params=params,
            action=action,
            href=f"/cases/{self.facts.case_id}{place}",
            since=since.astimezone(SHANGHAI).date(),
            due=due,
            lamp=lamp if isinstance(lamp, str) else lamp_of(due, self.today, self.calendar),
            waiting=bool(more.pop("waiting", False)),
            kind=self.case.kind,
            stage=self.catalog.stage(self.case.stage).name.model_dump(),
        )

    def item_name(self, code: str) -> dict[str, str]:
        """The name of an item as it is for this case, in both languages."""
        name: dict[str, str] = as_for(
            self.catalog.item(code), form_values(self.session, self.facts.case_id)
        ).name.model_dump()
        return name

    def clock(self) -> tuple[date | None, str]:
        """The due day of the case and its lamp."""
        clock = clock_of(self.case, self.events, self.calendar, self.today)
        return (clock.due, clock.lamp.value) if clock else (None, "")


def my_work(actor: Actor, now: datetime) -> list[Task]:
    """The actor's tasks: the late and the soonest due first, then those without a day, then what waits for others."""
    today = now.astimezone(SHANGHAI).date()
    tasks: list[Task] = []
    makers: dict[str, Callable[[_Case], Iterable[Task]]] = {
        "applicant": _applicant,
        "clerk": _clerk,
        "officer": _officer,
        "leader": _leader,
        "coordinator": _coordinator,
    }
    maker = makers.get(actor.role)
    with reading() as session:
        calendar = work_calendar(session)
        tasks += card_tasks(session, actor, calendar, today)
        if maker is None:
            return tasks
        for case, project in session.exec(_cases(actor)).all():
            facts = load_facts(session, case, today)
            if not may_see(actor, facts) and not only_consulted(actor, facts):
                continue
            catalog = case_catalog(case, today)
            events = coded_events(session, facts.case_id)
            seen = _Case(session, actor, case, project, facts, catalog, calendar, today, events)
            tasks += [*maker(seen), *time_tasks(seen)]
    return sorted(tasks, key=lambda t: (t.waiting, t.due or date.max, t.case_id, t.what))


def _cases(actor: Actor) -> Any:
    """The cases that can hold a task of the actor, each with its project's name."""
    ended = [s.value for s in ENDED - {CaseState.CONCLUDED}]
    joined = select(Case, Project.name).join(Project, col(Project.id) == Case.project_id)
    rows = joined.where(col(Case.state).not_in(ended))
    if actor.role == "applicant":
        invited = select(Invitation.case_id).where(Invitation.account_id == actor.account_id)
        return rows.where(or_(col(Case.organisation_id).in_(actor.organisations), col(Case.id).in_(invited)))
    if actor.role != "clerk":
        rows = rows.where(Case.state != CaseState.CONCLUDED.value)
    return rows


def _applicant(c: _Case) -> Iterator[Task]:
    state = c.facts.state
    party = c.facts.organisation_id not in c.actor.organisations
    if party:
        signed = c.session.exec(
            select(Invitation.signature_id).where(
                Invitation.case_id == c.facts.case_id, Invitation.account_id == c.actor.account_id
            )
        ).all()
        if None in signed and state in (CaseState.DRAFT, CaseState.SUBMITTED, CaseState.RETURNED):
            yield c.task("sign_party", "sign", "/form", None)
        return
    if state is CaseState.CONCLUDED:
        return
    if state is CaseState.DRAFT:
        yield c.task("fill_form", "continue", "/form", None)
    elif state in (CaseState.RETURNED, CaseState.SUPPLEMENTING):
        due = answer_due(c.session, c.case)
        yield c.task("answer_gaps", "supplement", "/form", due, params={"count": c.facts.told_gaps})
    elif state is CaseState.RECTIFYING:
        yield c.task(
            "rectify", "rectify", "?panel=findings", c.case.rectification_due, params={"count": _open_findings(c)}
        )
    for mine in unsigned_commitments(c.facts):
        item = c.item_name(mine.item)
        yield c.task("sign_commitment", "sign", "", None, params={"item": item})
    if turn_of(c.facts) is not Turn.APPLICANT and state not in (CaseState.DRAFT, *_WITH_APPLICANT):
        due, lamp = c.clock()
        yield c.task(f"others_{state.value}", "open", "", due, lamp=lamp, waiting=True)


def _open_findings(c: _Case) -> int:
    return sum(a.open_findings for a in c.facts.assignments)


def _clerk(c: _Case) -> Iterator[Task]:
    state = c.facts.state
    if state is CaseState.SUBMITTED:
        yield c.task("precheck", "precheck", "?panel=materials", _precheck_due(c))
    elif state is CaseState.CONCLUDED:
        yield from _undelivered(c)
    elif state is CaseState.REVIEWING and may(c.actor, IssueSupplementNotice, c.facts) is None:
        due, lamp = c.clock()
        yield c.task("issue_supplement", "issue", "", due, lamp=lamp, params={"count": c.facts.draft_gaps})
    elif c.facts.filed_at_window and state is CaseState.DRAFT:
        yield c.task("fill_for_walk_in", "continue", "/form", None)
    elif c.facts.filed_at_window and state in _WITH_APPLICANT:
        yield c.task("walk_in_turn", "open", "", answer_due(c.session, c.case), waiting=True)
    elif state is CaseState.RETURNED:
        yield c.task("others_returned", "open", "", answer_due(c.session, c.case), waiting=True)


def _precheck_due(c: _Case) -> date:
    return c.calendar.nth_workday_after(c.case.receipt_day or c.today, c.catalog.rules.precheck_workdays)


def _undelivered(c: _Case) -> Iterator[Task]:
    document = c.session.exec(
        select(IssuedDocument).where(
            IssuedDocument.case_id == c.facts.case_id,
            col(IssuedDocument.kind).in_(RESULT_DOCUMENTS),
            IssuedDocument.status == "valid",
        )
    ).first()
    if document is None:
        return
    given = c.session.exec(select(Delivery.id).where(Delivery.document_id == document.id)).first()
    if given is None:
        yield c.task("deliver", "deliver", "?panel=documents", c.calendar.nth_workday_after(document.issued_on, 1))


def _officer(c: _Case) -> Iterator[Task]:
    for mine in c.facts.assignments:
        if mine.unit == c.actor.unit and mine.open_round_id:
            yield _assignment(c, mine)
        elif mine.unit == c.actor.unit and mine.stale:
            item = c.item_name(mine.item)
            yield c.task("confirm_opinion", "decide", "?panel=review", None, params={"item": item})
    if unit_consulted(c.actor, c.facts, None) is None:
        yield c.task("answer_question", "answer", "?panel=review", None)
    yield from _leader(c)


def _leader(c: _Case) -> Iterator[Task]:
    if may(c.actor, ConcludeReview, c.facts) is None:
        due, lamp = c.clock()
        yield c.task("conclude_review", "conclude", "?panel=review", due, lamp=lamp)


def _decision(c: _Case, mine: AssignmentFacts, clock_due: date | None, common: dict[str, object]) -> Task | None:
    """An item of a review to be decided, or waiting for items before it; None while it needs the survey first."""
    if mine.needs_site and not mine.attended:
        return None
    if waits_for(c.facts, c.catalog.item(mine.item).after):
        return c.task("others_items", "open", "?panel=review", clock_due, waiting=True, **common)
    return c.task("decide", "decide", "?panel=review", clock_due, **common)


def _assignment(c: _Case, mine: AssignmentFacts) -> Task:
    round_ = c.session.get_one(Round, mine.open_round_id)
    clock = clock_of_round(round_, c.events, c.calendar, c.today)
    item = {"item": c.item_name(mine.item)}
    common: dict[str, object] = {"lamp": clock.lamp.value, "since": round_.opened_at, "params": item}
    if mine.open_round_kind == "documents":
        if c.facts.state is CaseState.SUPPLEMENTING:
            return c.task("others_supplementing", "open", "", clock.due, waiting=True, **common)
        return c.task("read_documents", "read", "?panel=materials", clock.due, **common)
    if mine.open_round_kind == "decision" and (task := _decision(c, mine, clock.due, common)):
        return task
    again = "reinspect" if mine.open_round_kind == "reinspection" else "inspect"
    if was_on_site(c.actor, c.facts, mine.id) is None and may(c.actor, GiveOpinion, c.facts, mine.id) is None:
        what = "verify" if mine.rectified_findings else "give_opinion"
        return c.task(what, "opinion", "/onsite", clock.due, **common)
    visit = c.facts.visit
    if visit is None:
        return c.task("others_visit", "open", "", clock.due, waiting=True, **common)
    mine_to_go = goes(c.actor, visit)
    common["params"] = {**item, "day": visit.day.isoformat(), "half": visit.half}
    del common["lamp"]  # what counts now is the day of the visit
    if not mine_to_go:
        return c.task("colleague_goes", "open", "", visit.day, waiting=True, **common)
    return c.task(again, "onsite", "/onsite", visit.day, **common)


def _coordinator(c: _Case) -> Iterator[Task]:
    facts = c.facts
    due, lamp = c.clock()
    if facts.state is CaseState.SUBMITTED:
        yield c.task("others_submitted", "open", "", _precheck_due(c), waiting=True)
        return
    if facts.state in (CaseState.DRAFT, CaseState.RETURNED):
        return
    what, action, params = _next_step(c)
    if what:
        place = {"schedule": "?panel=survey", "conclude": "?panel=documents"}.get(action, "")
        yield c.task(what, action, place, due, lamp=lamp, params=params)
        return
    if turn_of(facts) is Turn.APPLICANT and facts.state not in _WITH_APPLICANT:
        params = {"count": len(unsigned_commitments(facts))}
        yield c.task("others_commitment", "open", "", due, lamp=lamp, params=params, waiting=True)
        return
    if turn_of(facts) is Turn.LEAD:
        yield c.task("others_lead", "open", "?panel=review", due, lamp=lamp, waiting=True)
        return
    missing = sum(bool(a.open_round_id) for a in facts.assignments)
    yield c.task(
        f"others_{facts.state.value}", "open", "", due, lamp=lamp, params={"count": missing}, waiting=lamp != "red"
    )


def _next_step(c: _Case) -> tuple[str, str, dict[str, object]]:
    """The coordinator's one next step: name of the task, of the action, and what fills it."""
    facts, actor = c.facts, c.actor
    if may(actor, Conclude, facts) is None:
        return "conclude", "conclude", {}
    if may(actor, IssueRectification, facts) is None:
        return "issue_rectification", "issue", {"count": _open_findings(c)}
    if may(actor, IssueSupplementNotice, facts) is None:
        return "issue_supplement", "issue", {"count": facts.draft_gaps}
    if may(actor, CloseDocumentReview, facts) is None:
        return "close_documents", "next", {}
    if may(actor, ScheduleVisit, facts) is None:
        return "schedule", "schedule", {"count": len(site_units(facts))}
    visit = facts.visit
    if may(actor, CloseVisit, facts) is None and visit and (visit.day < c.today or visit.officers == visit.signed_in):
        return "close_visit", "close", {}
    return "", "", {}
