"""The joint record of a survey: issued again with every department's opinion once the last one is there (§3.4)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from jointreview.commands import notices
from jointreview.commands.executor import Context
from jointreview.commands.people import staff_with_role
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.visits import SITE_STATES
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import refuse
from jointreview.models.case import Case
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.text import tr

AFTER_A_SURVEY = SITE_STATES | {CaseState.RECTIFYING, CaseState.CONCLUDED}


class MergeRecord(CaseCommand):
    """The record of a visit takes in the departments' opinions and what absences came to; the first one is void."""

    visit_id: int


@command(title="cmd.merge_record", grants={"system": None, "coordinator": None}, states=AFTER_A_SURVEY)
def merge_record(ctx: Context, cmd: MergeRecord) -> dict:
    """Raises Refused: no such visit held, merged before, or somebody who was there has not spoken."""
    visit = ctx.session.get(Visit, cmd.visit_id, with_for_update=True)
    if visit is None or visit.case_id != ctx.case_id or visit.status != "held":
        raise refuse("trips.no_such_visit", kind="missing")
    if visit.merged_on is not None:
        raise refuse("trips.merged_already", kind="state")
    if waiting := waiting_units(ctx.session, visit):
        raise refuse("trips.opinions_wanted", kind="state", count=len(waiting))
    first = ctx.session.get(IssuedDocument, visit.record_id) if visit.record_id else None
    document = notices.survey_record(ctx, visit, replaces=first)
    if first is not None:
        first.status, first.void_on = "void", ctx.today
        first.void_reason = tr("zh", "trips.merged_into", number=document.number)
        ctx.session.add(first)
    visit.record_id, visit.merged_on = document.id, ctx.today
    ctx.session.add(visit)
    ctx.event("record_merged", day=visit.day, record=document.number)
    told = staff_with_role(ctx.session, "coordinator")
    ctx.notify(told, "notify.record_merged", number=ctx.the_case.number, record=document.number)
    return {"document_id": document.id, "number": document.number}


def waiting_units(session: Session, visit: Visit) -> set[str]:
    """Who was on the visit, or excused, and has not spoken on the items it looked at; absences not settled yet."""
    members = session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all()
    unsettled = {m.unit for m in members if m.attendance == "absent" and not m.treatment}
    spoke = [m.unit for m in members if m.attendance in ("present", "excused")]
    return unsettled | set(_open(session, visit, spoke))


def _open(session: Session, visit: Visit, units: Sequence[str]) -> Sequence[str]:
    """The units with a round that was open when the visit was and still is."""
    return session.exec(
        select(Assignment.unit)
        .join(Round, col(Round.assignment_id) == Assignment.id)
        .where(
            Assignment.case_id == visit.case_id,
            col(Assignment.needs_site),
            col(Assignment.unit).in_(units),
            Round.status == "open",
            Round.opened_on <= visit.day,
        )
    ).all()


def records_to_merge(session: Session) -> list[MergeRecord]:
    """The visits held whose record lacks nothing any more but being merged."""
    rows = session.exec(
        select(Visit)
        .join(Case, col(Case.id) == Visit.case_id)
        .where(
            Visit.status == "held",
            col(Visit.merged_on).is_(None),
            col(Visit.record_id).is_not(None),
            col(Case.state).in_([s.value for s in AFTER_A_SURVEY]),
        )
        .order_by(col(Visit.id))
    ).all()
    return [MergeRecord(case_id=v.case_id, visit_id=v.id or 0) for v in rows if not waiting_units(session, v)]
