"""Permits of a project: written when an item is granted, used by later stages, never asked for again."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlmodel import Session, col, or_, select

from jointreview.catalog.schema import Item
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.people import applicants_of, officers_of
from jointreview.commands.registry import REVIEW, AssignmentCommand, command
from jointreview.commands.relations import own_unit
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.identifiers import CodeKind, check_code
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.outcome import Certificate
from jointreview.models.review import Assignment

_NUMBERED = {
    "land_permit": (CodeKind.PLANNING_PERMIT, "地"),
    "site_opinion": (CodeKind.PLANNING_PERMIT, "用选"),
    "planning_permit": (CodeKind.PLANNING_PERMIT, "建乡"),
    "construction_permit": (CodeKind.CONSTRUCTION_PERMIT, ""),
}
"""The kinds of permit whose numbers have a form laid down nationally, with the word they begin with."""


class RevokePermit(AssignmentCommand):
    """The head of the department that issued a permit revokes it, with the reason: it stands for nothing any more."""

    reason: str = Field(min_length=4, max_length=300)


def permit_in_force(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The item ended in a permit that is in force."""
    mine = facts.assignment(target)
    return None if mine is not None and mine.permit else Problem("decisions.no_permit")


@command(
    title="cmd.revoke_permit",
    grants={"leader": own_unit},
    states=frozenset({CaseState.CONCLUDED}),
    checks=(permit_in_force,),
    kinds=REVIEW,
)
def revoke_permit(ctx: Context, cmd: RevokePermit) -> None:
    """Opinions of later stages given on the permit go stale, and their departments are told."""
    permit = ctx.session.exec(
        select(Certificate).where(Certificate.assignment_id == cmd.assignment_id, Certificate.status == "valid")
    ).one()
    permit.status, permit.note = "revoked", cmd.reason
    ctx.session.add(permit)
    ctx.event("certificate_ended", permit=permit.kind, number=permit.number, status="revoked", reason=cmd.reason)
    told = applicants_of(ctx.session, ctx.the_case, ctx.today)
    ctx.notify(told, "notify.permit_revoked", number=ctx.the_case.number, permit=permit.number, reason=cmd.reason)
    tell_who_rested_on_it(ctx)


def tell_who_rested_on_it(ctx: Context) -> None:
    """The departments whose opinions in other open cases of the project are stale now."""
    ctx.session.flush()
    ended = [state.value for state in ENDED]
    others = ctx.session.exec(
        select(Case).where(
            Case.project_id == ctx.the_case.project_id, Case.id != ctx.case_id, col(Case.state).not_in(ended)
        )
    ).all()
    for other in others:
        stale = {a.unit for a in load_facts(ctx.session, other, ctx.today).assignments if a.stale}
        told = [a.id for unit in sorted(stale) for a in officers_of(ctx.session, unit) if a.id]
        ctx.notify_about(other, told, "notify.opinion_stale", number=other.number)
        ctx.topics |= {f"case:{other.id}", *(f"work:unit:{unit}" for unit in stale)}


def checked_number(kind: str, number: str) -> tuple[str, list[Problem]]:
    """The number of a permit as it is kept, and what speaks against it where its kind has a form of its own."""
    if kind not in _NUMBERED:
        return number, []
    form, words = _NUMBERED[kind]
    check = check_code(number, form)
    if not check.valid:
        return number, [Problem(p.key, dict(p.params), "document_no") for p in check.problems]
    if words and check.normalised[:1] not in words:
        return check.normalised, [Problem("decisions.other_permit", {"word": "、".join(words)}, "document_no")]
    return check.normalised, []


def taken_by_another(session: Session, kind: str, number: str, assignment_id: int) -> bool:
    """Whether another item was granted under this number."""
    found = session.exec(
        select(Certificate.id).where(
            Certificate.kind == kind,
            Certificate.number == number,
            Certificate.status == "valid",
            or_(col(Certificate.assignment_id).is_(None), Certificate.assignment_id != assignment_id),
        )
    ).first()
    return found is not None


def keep_certificate(
    ctx: Context, item: Item, assignment: Assignment, granted: bool, number: str, valid_until: date | None
) -> None:
    """Write the permit of a granted item; a decision given anew replaces it, or revokes it when it refuses."""
    if not item.permit:
        return
    now = ctx.session.exec(
        select(Certificate).where(Certificate.assignment_id == assignment.id, Certificate.status == "valid")
    ).first()
    if granted and now is not None and (now.number, now.valid_until) == (number, valid_until):
        return
    if now is not None:
        now.status = "replaced" if granted else "revoked"
        ctx.session.add(now)
        ctx.event("certificate_ended", permit=item.permit, number=now.number, status=now.status)
    if not granted:
        return
    ctx.session.add(
        Certificate(
            project_id=ctx.the_case.project_id,
            case_id=ctx.case_id,
            assignment_id=assignment.id,
            kind=item.permit,
            number=number,
            unit=assignment.unit,
            issued_on=ctx.today,
            valid_until=valid_until,
            recorded_at=ctx.now,
        )
    )
    ctx.event("certificate_issued", permit=item.permit, number=number, unit=assignment.unit)
