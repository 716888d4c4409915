"""The clock while the applicant has to offer another time: a survey failed for the applicant's cause (§3.5, §4.4)."""

from __future__ import annotations

from sqlmodel import select

from jointreview.commands.executor import Context
from jointreview.commands.pauses import end_pause, open_pause
from jointreview.domain.pauses import LengthUnit, PauseKind
from jointreview.models.timekeeping import PauseRequest
from jointreview.models.visit import Visit
from jointreview.text import tr

FAILED_VISIT = "failed_visit"
"""What marks the pause among those of its kind."""


def wait_for_applicant(ctx: Context, visit: Visit, reason: str) -> PauseRequest | None:
    """The clock stands still from today until the applicant offers half-days or a survey is booked.

    The evidence is the record of the failed survey under its notice's number. It ends by itself at the limit of its
    kind. None when the applicant's own postponement runs already.
    """
    rule = ctx.catalog.rules.pause(PauseKind.APPLICANT_DELAY.value)
    running = any(p.kind == PauseKind.APPLICANT_DELAY and p.status == "open" for p in ctx.facts.pauses)
    if rule is None or running:
        return None
    row = PauseRequest(
        case_id=ctx.case_id,
        kind=PauseKind.APPLICANT_DELAY.value,
        procedure=FAILED_VISIT,
        reason=reason,
        evidence_no=visit.number,
        planned_days=rule.limit_workdays or rule.usual_days or 1,
        planned_unit=LengthUnit(rule.unit).value,
        requested_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    open_pause(ctx, row, "")
    return row


def end_waiting(ctx: Context) -> None:
    """The applicant has offered half-days, or the survey is booked: the clock goes on."""
    rows = ctx.session.exec(
        select(PauseRequest).where(
            PauseRequest.case_id == ctx.case_id,
            PauseRequest.procedure == FAILED_VISIT,
            PauseRequest.status == "open",
        )
    ).all()
    for row in rows:
        end_pause(ctx, row, tr("zh", "trips.rebooked"), ctx.today)
