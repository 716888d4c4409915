"""Failure and repair: ONE rectification notice, evidence for each finding, and only failing departments return."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands import notices
from jointreview.commands.case_clock import case_clock
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import photo_list
from jointreview.commands.onsite import act_on, site_round_open, was_on_site
from jointreview.commands.people import applicants_of, officers_of
from jointreview.commands.registry import ACCEPTANCE, AssignmentCommand, CaseCommand, command
from jointreview.commands.relations import filed_at_window, own_case, own_unit
from jointreview.commands.rounds import open_round
from jointreview.commands.visits import VISIT_STATES
from jointreview.domain import findings as domain
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import PauseKind
from jointreview.domain.findings import (
    FindingAction,
    RoundRule,
    open_next_round,
    rectification_due,
    reinspection_time,
)
from jointreview.domain.problems import Problem, refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.actor import Actor
from jointreview.models.review import Assignment, Finding, Notice

RECTIFYING = frozenset({CaseState.RECTIFYING})


class IssueRectification(CaseCommand):
    """All findings of all failing departments leave in one notice; the clock pauses (requirements §2.5)."""


class ExtendRectification(CaseCommand):
    """One extension of the applicant's time, with its reason."""

    reason: str = Field(min_length=2, max_length=300)


class AnswerFinding(CaseCommand):
    """The applicant shows how a finding was put right."""

    finding_id: int
    answer: str = Field(min_length=2, max_length=1000)
    photos: list[int] = Field(default_factory=list, max_length=12)


class SubmitRectification(CaseCommand):
    """Every finding is answered; the clock goes on and the failing departments look again."""


class VerifyFinding(AssignmentCommand):
    """The department that raised it says whether a finding is put right."""

    finding_id: int
    verified: bool
    note: str = Field("", max_length=500)


class ReopenAssignment(AssignmentCommand):
    """A repair touches something already passed: the department looks again, with its reason on record."""

    reason: str = Field(min_length=4, max_length=500)


def failing(facts: CaseFacts) -> list[int]:
    """Assignments whose latest opinion is a failure."""
    return [a.id for a in facts.assignments if a.opinion == "FAIL"]


def somebody_failed(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """At least one department found it wanting."""
    return None if failing(facts) else Problem("commands.nobody_failed")


def site_round_finished(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Every department that travels has spoken, so that the notice is the only one."""
    waiting = [a for a in facts.assignments if a.open_round_id and a.needs_site]
    return Problem("commands.opinions_missing", {"count": len(waiting)}) if waiting else None


def rounds_left(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The number of rectification rounds is limited; after the last the case ends (requirements §2.5)."""
    return Problem("commands.no_rounds_left") if not facts.rounds_left else None


def every_finding_answered(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """No finding is left without an answer."""
    count = facts.unanswered_findings
    return Problem("commands.findings_unanswered", {"count": count}) if count else None


def finding_to_answer(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A finding is still open; its answer can be changed until it is handed in."""
    return None if any(a.open_findings for a in facts.assignments) else Problem("commands.no_such_finding")


def finding_to_verify(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The applicant put right a finding of the department that nobody judged yet."""
    mine = facts.assignment(target)
    return None if mine and mine.rectified_findings else Problem("commands.no_such_finding")


def not_extended(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The time was not extended before."""
    return Problem("commands.extended_already") if facts.rectification_extended else None


def has_passed(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The department has passed its item."""
    mine = facts.assignment(target)
    passed = mine is not None and mine.opinion not in ("", "FAIL")
    return None if passed else Problem("commands.nothing_to_reopen")


def round_rule(ctx: Context) -> RoundRule:
    """The figures of the rectification loop in the catalogue the case was accepted under."""
    data = ctx.catalog.rules.rectification
    return RoundRule(data.max_rounds, data.floor_workdays, data.days, data.extension_days, data.max_extensions)


def _grant_time(ctx: Context) -> None:
    """Too little time left for the re-inspection is raised to the floor, on record (requirements §2.5)."""
    clock = case_clock(ctx.session, ctx.the_case, ctx.today)
    assert clock is not None
    time = reinspection_time(clock.days, clock.used, round_rule(ctx))
    if time.granted:
        ctx.the_case.promised_days += time.granted
        ctx.session.add(ctx.the_case)
        ctx.event("time_granted", days=time.granted)


@command(
    title="cmd.issue_rectification",
    grants={"coordinator": None},
    states=VISIT_STATES,
    checks=(somebody_failed, site_round_finished, rounds_left),
    kinds=ACCEPTANCE,
)
def issue_rectification(ctx: Context, cmd: IssueRectification) -> dict:
    findings = list(
        ctx.session.exec(
            select(Finding)
            .where(Finding.case_id == ctx.case_id, col(Finding.status).in_(["open", "reopened"]))
            .order_by(col(Finding.number))
        ).all()
    )
    case = ctx.the_case
    rule = round_rule(ctx)
    due = rectification_due(ctx.today, 0, ctx.calendar, rule)
    case.rectification_rounds = open_next_round(case.rectification_rounds, rule)
    case.rectification_due, case.rectification_extended = due, False
    notice = notices.rectification_notice(ctx, findings, due, case.rectification_rounds)
    for finding in findings:
        finding.notice_id, finding.answer, finding.answer_photos = notice.id, "", []
        ctx.session.add(finding)
    ctx.event(
        "rectification_asked",
        StatusCode.SPECIAL_STARTED,
        effective_on=ctx.today,
        pause=PauseKind.RECTIFICATION.value,
        notice=notice.number,
        findings=[f.number for f in findings],
        round=case.rectification_rounds,
        due=due,
    )
    ctx.move(CaseState.RECTIFYING)
    ctx.notify(
        applicants_of(ctx.session, case, ctx.today),
        "notify.rectification",
        number=case.number,
        findings=len(findings),
        due=due.isoformat(),
    )
    return {"notice_id": notice.id, "document_id": notice.document_id}


@command(
    title="cmd.extend_rectification",
    grants={"coordinator": None},
    states=RECTIFYING,
    checks=(not_extended,),
    kinds=ACCEPTANCE,
)
def extend_rectification(ctx: Context, cmd: ExtendRectification) -> None:
    case = ctx.the_case
    assert case.rectification_due is not None
    opened = ctx.session.exec(
        select(col(Notice.issued_on))
        .where(Notice.case_id == ctx.case_id, Notice.kind == "rectification")
        .order_by(col(Notice.id).desc())
    ).first()
    assert opened is not None
    case.rectification_due = rectification_due(opened, 1, ctx.calendar, round_rule(ctx))
    case.rectification_extended = True
    ctx.session.add(case)
    ctx.event("rectification_extended", due=case.rectification_due, reason=cmd.reason)
    ctx.notify(
        applicants_of(ctx.session, case, ctx.today),
        "notify.rectification_extended",
        number=case.number,
        due=case.rectification_due.isoformat(),
    )


@command(
    title="cmd.answer_finding",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=RECTIFYING,
    checks=(finding_to_answer,),
    kinds=ACCEPTANCE,
)
def answer_finding(ctx: Context, cmd: AnswerFinding) -> None:
    finding = ctx.session.get(Finding, cmd.finding_id)
    if finding is None or finding.case_id != ctx.case_id or finding.status not in ("open", "reopened"):
        raise refuse("commands.no_such_finding", kind="missing")
    photos = photo_list(ctx, cmd.photos) or list(finding.answer_photos)
    if not photos:
        raise refuse("commands.evidence_needed", where="photos")
    finding.answer, finding.answer_photos, finding.answered_at = cmd.answer, photos, ctx.now
    ctx.session.add(finding)
    ctx.event("finding_answered", finding=finding.number, photos=len(photos))


@command(
    title="cmd.submit_rectification",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=RECTIFYING,
    checks=(every_finding_answered,),
    kinds=ACCEPTANCE,
)
def submit_rectification(ctx: Context, cmd: SubmitRectification) -> None:
    for finding in ctx.session.exec(
        select(Finding).where(Finding.case_id == ctx.case_id, col(Finding.status).in_(["open", "reopened"]))
    ).all():
        act_on(ctx, finding, FindingAction.RECTIFY, domain.Actor())
    again = failing(ctx.facts)
    ctx.event(
        "rectification_given",
        StatusCode.SPECIAL_ENDED,
        effective_on=ctx.today,
        pause=PauseKind.RECTIFICATION.value,
    )
    _grant_time(ctx)
    ctx.move(CaseState.REINSPECTING)
    told: list[int] = []
    for assignment in ctx.session.exec(select(Assignment).where(col(Assignment.id).in_(again))).all():
        open_round(ctx, assignment, "reinspection")
        told += [a.id for a in officers_of(ctx.session, assignment.unit) if a.id]
    ctx.notify(told, "notify.reinspection", number=ctx.the_case.number)


@command(
    title="cmd.verify_finding",
    grants={"officer": own_unit},
    states=frozenset({CaseState.REINSPECTING}),
    checks=(site_round_open, was_on_site, finding_to_verify),
    kinds=ACCEPTANCE,
)
def verify_finding(ctx: Context, cmd: VerifyFinding) -> None:
    finding = ctx.session.get(Finding, cmd.finding_id)
    if finding is None or finding.assignment_id != cmd.assignment_id or finding.status != "rectified":
        raise refuse("commands.no_such_finding", kind="missing")
    action = FindingAction.VERIFY if cmd.verified else FindingAction.REOPEN
    finding.verified_note = cmd.note
    act_on(ctx, finding, action, domain.Actor(ctx.actor.unit), cmd.note)
    ctx.event("finding_verified" if cmd.verified else "finding_reopened", finding=finding.number)


@command(
    title="cmd.reopen_assignment",
    grants={"officer": own_unit},
    states=frozenset({CaseState.REINSPECTING}),
    checks=(has_passed,),
    kinds=ACCEPTANCE,
)
def reopen_assignment(ctx: Context, cmd: ReopenAssignment) -> None:
    assignment = ctx.session.get(Assignment, cmd.assignment_id)
    assert assignment is not None
    open_round(ctx, assignment, "reinspection")
    ctx.event("assignment_reopened", unit=assignment.unit, item=assignment.item, reason=cmd.reason)
