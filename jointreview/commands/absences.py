"""What an absence comes to: deemed no objection where the item allows it, and the way back (requirements §3.5)."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlmodel import Session, col, or_, select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.executor import SHANGHAI, Context
from jointreview.commands.facts import AssignmentFacts
from jointreview.commands.people import heads_of, officers_of, staff_with_role
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.rounds import close_round, open_round
from jointreview.commands.trip_leave import leave_for
from jointreview.commands.trip_seats import seat_of_member
from jointreview.commands.visits import SITE_STATES
from jointreview.domain.absence import may_be_deemed, not_deemed
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.problems import refuse
from jointreview.models.case import Case
from jointreview.models.event import Notification
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.text import tr

ABOUT_THE_VISIT = ("notify.visit", "notify.trip")
"""How the keys of messages begin that tell somebody of a visit; reading one is its receipt."""


class SettleAbsence(CaseCommand):
    """The rule says what an absence comes to, once a working day has passed since the visit was closed."""

    member_id: int


class ReverseAbsence(CaseCommand):
    """The coordinator lets the department have its say after all, with the reason on record."""

    member_id: int
    reason: str = Field(min_length=4, max_length=300)


def settled_on(case: Case, visit: Visit, calendar: WorkCalendar) -> date | None:
    """The day on which absences from a visit are settled; None before it was closed."""
    if visit.closed_at is None:
        return None
    closed = visit.closed_at.astimezone(SHANGHAI).date()
    days = case_catalog(case, closed).rules.survey.absence_workdays
    return calendar.nth_workday_after(closed, days)


@command(title="cmd.settle_absence", grants={"system": None}, states=SITE_STATES)
def settle_absence(ctx: Context, cmd: SettleAbsence) -> dict:
    """Effective on the rule's day, however late it is noticed. Raises Refused when it is settled or not yet due."""
    visit, member = _absence(ctx, cmd.member_id)
    day = settled_on(ctx.the_case, visit, ctx.calendar)
    if member.treatment or day is None or ctx.today < day:
        raise refuse("absence.nothing_to_settle", kind="state")
    lacking = _lacking(ctx, visit, member)
    items = [a for a in _missed_items(ctx, member.unit) if may_be_deemed(a.absence_policy, _unsettled(a))]
    if not lacking and not items:
        lacking = ("absence.safety",)
    member.treatment, member.treated_on = "kept" if lacking else "deemed", day
    member.treatment_reason = "；".join(tr("zh", key) for key in lacking)
    ctx.session.add(member)
    if lacking:
        ctx.event("absence_kept", effective_on=day, unit=member.unit, reason=member.treatment_reason)
        return {"treatment": "kept"}
    for mine in items:
        _deem(ctx, mine, day)
    ctx.event("absence_deemed", effective_on=day, unit=member.unit, items=[a.item for a in items], visit=visit.number)
    told = [member.account_id, *heads_of(ctx.session, member.unit), *staff_with_role(ctx.session, "coordinator")]
    unit = ctx.catalog.unit(member.unit).name.model_dump()
    ctx.notify(told, "notify.absence_deemed", number=ctx.the_case.number, unit=unit, day=visit.day.isoformat())
    return {"treatment": "deemed"}


def _absence(ctx: Context, member_id: int) -> tuple[Visit, VisitMember]:
    member = ctx.session.get(VisitMember, member_id)
    visit = ctx.session.get(Visit, member.visit_id) if member else None
    if member is None or visit is None or visit.case_id != ctx.case_id or member.attendance != "absent":
        raise refuse("absence.no_such_absence", kind="missing")
    return visit, member


def _missed_items(ctx: Context, unit: str) -> list[AssignmentFacts]:
    return [
        a for a in ctx.facts.assignments if a.unit == unit and a.needs_site and a.open_round_id and not a.attended
    ]


def _unsettled(mine: AssignmentFacts) -> int:
    return mine.open_findings + mine.rectified_findings


def _lacking(ctx: Context, visit: Visit, member: VisitMember) -> tuple[str, ...]:
    seat = seat_of_member(ctx.session, visit, member)
    leave = leave_for(ctx.session, seat, visit)
    told = member.asked_at.astimezone(SHANGHAI).date() if member.asked_at else None
    return not_deemed(
        told_on=told,
        visited_on=visit.day,
        received=seat.reply != "waiting" or _read(ctx.session, visit, member),
        excused=leave is not None and leave.status == "approved",
        notice_workdays=ctx.catalog.rules.visit_notice_workdays,
        calendar=ctx.calendar,
    )


def _read(session: Session, visit: Visit, member: VisitMember) -> bool:
    """Whether the officer read a message of this visit, or of its trip, before its day was over."""
    rows = session.exec(
        select(Notification).where(
            Notification.account_id == member.account_id,
            or_(Notification.case_id == visit.case_id, col(Notification.case_id).is_(None)),
            or_(*(col(Notification.key).startswith(key) for key in ABOUT_THE_VISIT)),
            col(Notification.read_at).is_not(None),
        )
    ).all()
    return any(
        row.at >= (member.asked_at or row.at) and row.read_at and row.read_at.astimezone(SHANGHAI).date() <= visit.day
        for row in rows
    )


def _deem(ctx: Context, mine: AssignmentFacts, day: date) -> None:
    """In an acceptance the item is agreed to; in a review the department still decides, without another trip."""
    if mine.open_round_kind not in ("site", "reinspection") or mine.open_round_id is None:
        return
    close_round(ctx, mine.open_round_id, "deemed", on=day)
    ctx.session.add(
        Opinion(
            case_id=ctx.case_id,
            assignment_id=mine.id,
            round_id=mine.open_round_id,
            result="DEEMED",
            text=tr("zh", "papers.absent_deemed"),
            given_on=day,
            given_at=ctx.now,
        )
    )
    ctx.session.flush()


@command(title="cmd.reverse_absence", grants={"coordinator": None}, states=SITE_STATES)
def reverse_absence(ctx: Context, cmd: ReverseAbsence) -> None:
    """The department's rounds open again, and the case asks for another survey. The card stays as it is."""
    visit, member = _absence(ctx, cmd.member_id)
    if member.treatment != "deemed":
        raise refuse("absence.not_deemed", kind="state")
    member.treatment, member.treatment_reason = "reversed", cmd.reason
    ctx.session.add(member)
    for assignment, kind in _deemed_rounds(ctx, member):
        open_round(ctx, assignment, kind)
    ctx.event("absence_reversed", unit=member.unit, reason=cmd.reason, visit=visit.number)
    told = [a.id for a in officers_of(ctx.session, member.unit) if a.id] + heads_of(ctx.session, member.unit)
    ctx.notify(told, "notify.absence_reversed", number=ctx.the_case.number, reason=cmd.reason)
    ctx.topics.add("trips")


def _deemed_rounds(ctx: Context, member: VisitMember) -> list[tuple[Assignment, str]]:
    """The items whose last word is the silence that this absence stood for, each with the kind of its round."""
    found = []
    for mine in [a for a in ctx.facts.assignments if a.unit == member.unit and a.opinion == "DEEMED"]:
        opinion = ctx.session.get_one(Opinion, mine.opinion_id)
        round_ = ctx.session.get_one(Round, opinion.round_id)
        if round_.kind in ("site", "reinspection") and opinion.given_on == member.treated_on:
            found.append((ctx.session.get_one(Assignment, mine.id), round_.kind))
    return found


def absences_to_settle(session: Session, today: date, calendar: WorkCalendar) -> list[SettleAbsence]:
    """The absences nobody settled whose day has come."""
    rows = session.exec(
        select(VisitMember, Visit, Case)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .join(Case, col(Case.id) == Visit.case_id)
        .where(
            Visit.status == "held",
            VisitMember.attendance == "absent",
            VisitMember.treatment == "",
            col(VisitMember.asked_at).is_not(None),
            col(Case.state).in_([s.value for s in SITE_STATES]),
        )
        .order_by(col(VisitMember.id))
    ).all()
    due = [(m, c, settled_on(c, v, calendar)) for m, v, c in rows]
    return [SettleAbsence(case_id=c.id or 0, member_id=m.id or 0) for m, c, day in due if day and day <= today]
