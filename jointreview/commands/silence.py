"""What the rules do by themselves: a silent window has accepted, a supplement never given ends the case."""

from __future__ import annotations

from sqlmodel import col, select

from jointreview.commands import time_notices
from jointreview.commands.executor import Context
from jointreview.commands.intake import accept_on, end_withdrawn
from jointreview.commands.people import applicants_of, staff_with_role
from jointreview.commands.registry import CaseCommand, command
from jointreview.domain.case_states import CaseState
from jointreview.domain.clock import deemed_accepted
from jointreview.domain.problems import refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.review import Notice


class DeemAccepted(CaseCommand):
    """Nobody told of gaps in time: accepted on the day of receipt (Administrative Licensing Law, Art. 32)."""


class LapseSupplement(CaseCommand):
    """The supplement was not given in its time: the application counts as withdrawn (requirements §4.4)."""


@command(title="cmd.deem_accepted", grants={"system": None}, states=frozenset({CaseState.SUBMITTED}))
def deem_accepted(ctx: Context, cmd: DeemAccepted) -> dict:
    """Effective on the day of receipt, however late the silence is noticed."""
    receipt = ctx.the_case.receipt_day
    day = deemed_accepted(receipt, None, ctx.calendar, ctx.today) if receipt else None
    if day is None:
        raise refuse("timing.window_has_time", kind="state")
    value = accept_on(ctx, day, deemed=True)
    told = staff_with_role(ctx.session, "clerk") + staff_with_role(ctx.session, "coordinator")
    ctx.notify(told, "notify.deemed_accepted", number=ctx.the_case.number, day=day.isoformat())
    return value


@command(title="cmd.lapse_supplement", grants={"system": None}, states=frozenset({CaseState.SUPPLEMENTING}))
def lapse_supplement(ctx: Context, cmd: LapseSupplement) -> dict:
    """Effective on the first working day after the limit, however late that is noticed."""
    asked = ctx.session.exec(
        select(Notice)
        .where(Notice.case_id == ctx.case_id, Notice.kind == "supplement")
        .order_by(col(Notice.id).desc())
    ).first()
    if asked is None or asked.due_on is None or asked.due_on >= ctx.today:
        raise refuse("timing.applicant_has_time", kind="state")
    notice = time_notices.lapse_notice(ctx, asked)
    day = min(ctx.calendar.nth_workday_after(asked.due_on, 1), ctx.today)
    end_withdrawn(ctx, "supplement_lapsed", StatusCode.WITHDRAWN, day, notice=notice.number, due=asked.due_on)
    ctx.notify(
        applicants_of(ctx.session, ctx.the_case, ctx.today),
        "notify.supplement_lapsed",
        number=ctx.the_case.number,
        due=asked.due_on.isoformat(),
    )
    return {"notice_id": notice.id, "document_id": notice.document_id}
