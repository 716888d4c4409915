"""Intake: submission, pre-check, acceptance with simultaneous dispatch, refusal, withdrawal, paper records."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlmodel import col, select

from jointreview.catalog.form_engine import check_form, items_for, materials_for, track_of
from jointreview.commands import notices
from jointreview.commands.batches import cumulative_checks
from jointreview.commands.bookings import drop_drafts, free, leave_trip
from jointreview.commands.buildings import claim_buildings, release_buildings
from jointreview.commands.certificates_held import held
from jointreview.commands.executor import Context
from jointreview.commands.files import DrawnSignature, own_upload, sign
from jointreview.commands.form_values import form_values, hand_in
from jointreview.commands.gap_marks import marked
from jointreview.commands.layer_answers import with_map
from jointreview.commands.layer_checks import ask_layers
from jointreview.commands.people import applicants_of, officers_of, staff_with_role
from jointreview.commands.permit_answers import write_permit_answers
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.relations import filed_at_window, handed_in_or_at_window, own_case
from jointreview.commands.review import WINDOW, GapInput
from jointreview.commands.rounds import open_round
from jointreview.commands.viruses import infected_materials
from jointreview.commands.visit_papers import withdraw_notices
from jointreview.commands.visits import ask_for_survey
from jointreview.domain.case_states import BEFORE_ACCEPTANCE, IN_PROCESS, OPEN, CaseState
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.case import Invitation, Material, Upload
from jointreview.models.identity import Organisation
from jointreview.models.project import Parcel
from jointreview.models.review import Assignment, Gap
from jointreview.models.visit import Visit, VisitMember

SUBMITTED = frozenset({CaseState.SUBMITTED})
REQUIRED_PARTIES = ("owner", "survey", "design", "contractor", "supervisor")


class SubmitCase(CaseCommand):
    """The applicant declares that everything is true, signs, and hands the application in."""

    signature: DrawnSignature


class ReturnCase(CaseCommand):
    """The window tells all gaps at once (Administrative Licensing Law, Art. 32)."""

    gaps: list[GapInput] = Field(min_length=1, max_length=60)


class AcceptCase(CaseCommand):
    """The window accepts; the clock counts from the working day after `effective_on`."""

    effective_on: date | None = None


class RefuseCase(CaseCommand):
    """The window does not accept, with reasons and remedy (Administrative Licensing Law, Art. 32, 38)."""

    reasons: str = Field(min_length=10, max_length=1000)
    competent_body: str = Field("", max_length=200)


class WithdrawCase(CaseCommand):
    """The applicant takes the application back."""

    reason: str = Field(min_length=2, max_length=500)


class EnterPaperRecord(CaseCommand):
    """A step that happened on paper is entered later, marked as such, with its business date."""

    business_date: date
    text: str = Field(min_length=4, max_length=1000)
    upload_id: int | None = None


def submission_problems(ctx: Context) -> list[Problem]:
    """Everything that still stands between the draft and its submission, each with its place."""
    values = form_values(ctx.session, ctx.case_id)
    problems = [
        Problem(c.key, dict(c.params), c.path)
        for c in check_form(ctx.catalog, values, ctx.today)
        if c.level == "error"
    ]
    organisation = ctx.session.get(Organisation, ctx.the_case.organisation_id)
    assert organisation is not None
    if values.get("S1", {}).get("applicant_credit_code") != organisation.credit_code:
        problems.append(Problem("commands.other_applicant", {"name": organisation.name}, "S1.applicant_credit_code"))
    asked = with_map(ctx.session, ctx.case_id, values)
    present = set(
        ctx.session.exec(select(Material.code).where(Material.case_id == ctx.case_id, col(Material.current))).all()
    )
    problems += [
        Problem(
            "commands.material_missing",
            {"material": n.material.name.model_dump()},
            f"material:{n.material.code}",
        )
        for n in materials_for(ctx.catalog, asked, held(ctx.session, ctx.the_case, ctx.today).kinds)
        if n.must_upload and n.material.code not in present
    ]
    problems += infected_materials(ctx.session, ctx.case_id)
    parcel = ctx.session.exec(select(Parcel).where(Parcel.case_id == ctx.case_id, col(Parcel.current))).first()
    if parcel is None or parcel.confirmed_at is None:
        problems.append(Problem("commands.parcel_not_confirmed", {}, "parcel"))
    return problems


@command(
    title="cmd.submit_case",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=frozenset({CaseState.DRAFT, CaseState.RETURNED}),
)
def submit_case(ctx: Context, cmd: SubmitCase) -> dict:
    """Raises Refused with every problem of the whole application at once."""
    write_permit_answers(ctx)
    ask_layers(ctx)
    problems = submission_problems(ctx)
    if problems:
        raise Refused(*problems)
    if ctx.the_case.kind == "acceptance":
        claim_buildings(ctx)
    signature = sign(ctx, "declaration", cmd.signature, application_content(ctx))
    hand_in(ctx.session, ctx.case_id)
    case = ctx.the_case
    case.submitted_at = ctx.now
    case.track = track_of(form_values(ctx.session, ctx.case_id))
    case.receipt_day = ctx.calendar.receipt_day(ctx.local_now.replace(tzinfo=None))
    for gap in ctx.session.exec(
        select(Gap).where(Gap.case_id == ctx.case_id, col(Gap.status).in_(["told", "answered"]))
    ).all():
        gap.status = "answered"
        ctx.session.add(gap)
    ctx.event(
        "submitted",
        StatusCode.RECEIVED,
        effective_on=case.receipt_day,
        declaration=signature.content_digest,
        unsigned_parties=unsigned_parties(ctx),
        indices=_index_remarks(ctx),
    )
    ctx.move(CaseState.SUBMITTED)
    ctx.notify(staff_with_role(ctx.session, "clerk"), "notify.submitted", number=case.number)
    return {"receipt_day": case.receipt_day}


def _index_remarks(ctx: Context) -> list[dict]:
    """What the batches of the project together make of its indices, for the planning department to judge."""
    values = form_values(ctx.session, ctx.case_id)
    checks = cumulative_checks(ctx.session, ctx.catalog, ctx.the_case, values)
    return [{"key": c.key, "params": dict(c.params)} for c in checks]


def application_content(ctx: Context) -> dict:
    """What the declaration is bound to: every value of the form and the digest of every file."""
    files = ctx.session.exec(
        select(Material.code, Upload.digest)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Material.case_id == ctx.case_id, col(Material.current))
        .order_by(Material.code, Upload.digest)
    ).all()
    permits = held(ctx.session, ctx.the_case, ctx.today)
    fetched = sorted([m.code, p.number] for m in ctx.catalog.materials if (p := permits.stands_for(m)) is not None)
    return {
        "form": form_values(ctx.session, ctx.case_id),
        "files": [list(f) for f in files],
        **({"permits": fetched} if fetched else {}),
    }


def unsigned_parties(ctx: Context) -> list[str]:
    """The five responsible parties who have not signed their own part yet; told to the window."""
    if not any(section.code == "S3" for section in ctx.catalog.sections):
        return []
    signed = ctx.session.exec(
        select(Invitation.party_kind).where(
            Invitation.case_id == ctx.case_id, col(Invitation.signature_id).is_not(None)
        )
    ).all()
    return [kind for kind in REQUIRED_PARTIES if kind not in signed]


@command(title="cmd.return_case", grants={"clerk": None, "coordinator": None}, states=SUBMITTED)
def return_case(ctx: Context, cmd: ReturnCase) -> dict:
    known = {m.code for m in ctx.catalog.materials}
    unknown = [g.subject for g in cmd.gaps if g.kind == "material" and g.subject not in known]
    if unknown:
        raise refuse("commands.no_such_material", where=", ".join(unknown))
    for gap in ctx.session.exec(
        select(Gap).where(Gap.case_id == ctx.case_id, Gap.unit == WINDOW, Gap.status == "answered")
    ).all():
        gap.status = "closed"
        ctx.session.add(gap)
    rows = [
        Gap(
            case_id=ctx.case_id,
            unit=WINDOW,
            target=f"{g.kind}:{g.subject}",
            page=g.page,
            rule=g.rule,
            wanted=g.wanted,
            **marked(ctx, g.kind, g.subject, g.mark),
        )
        for g in cmd.gaps
    ]
    ctx.session.add_all(rows)
    ctx.session.flush()
    notice = notices.gap_notice(ctx, "precheck", rows, None)
    for gap in rows:
        gap.status, gap.notice_id = "told", notice.id
        ctx.session.add(gap)
    ctx.event("returned", notice=notice.number, gaps=len(rows))
    release_buildings(ctx)
    ctx.move(CaseState.RETURNED)
    ctx.notify(
        applicants_of(ctx.session, ctx.the_case, ctx.today),
        "notify.returned",
        number=ctx.the_case.number,
        gaps=len(rows),
    )
    return {"notice_id": notice.id, "document_id": notice.document_id}


@command(title="cmd.accept_case", grants={"clerk": None, "coordinator": None}, states=SUBMITTED)
def accept_case(ctx: Context, cmd: AcceptCase) -> dict:
    """Accept with an effective working day and give every needed department its item at one instant."""
    day = cmd.effective_on or ctx.effective_day
    _check_acceptance_day(ctx, day)
    return accept_on(ctx, day)


def accept_on(ctx: Context, day: date, deemed: bool = False) -> dict:
    """Accept as of `day`, dispatch and issue the receipt; `deemed` when silence accepted, which the receipt says."""
    case = ctx.the_case
    case.accepted_on = day
    case.catalogue_version, case.promised_days = ctx.catalog.version, ctx.catalog.promised_days
    ctx.session.add(case)
    for gap in ctx.session.exec(
        select(Gap).where(Gap.case_id == ctx.case_id, Gap.unit == WINDOW, Gap.status == "answered")
    ).all():
        gap.status = "closed"
        ctx.session.add(gap)
    ctx.event("accepted", StatusCode.ACCEPTED, effective_on=day, days=case.promised_days, deemed=deemed)
    ctx.move(CaseState.REVIEWING)
    units = _dispatch(ctx)
    notice = notices.acceptance_receipt(ctx, deemed)
    ctx.notify(
        applicants_of(ctx.session, case, ctx.today),
        "notify.accepted",
        number=case.number,
        due=notice.due_on.isoformat() if notice.due_on else "",
    )
    return {"notice_id": notice.id, "document_id": notice.document_id, "units": units}


def _check_acceptance_day(ctx: Context, day: date) -> None:
    if not ctx.calendar.is_workday(day):
        raise refuse(
            "commands.not_a_working_day",
            where="effective_on",
            day=day.isoformat(),
            next=ctx.calendar.next_workday(day).isoformat(),
        )
    receipt = ctx.the_case.receipt_day
    if receipt is not None and day < receipt and not ctx.the_case.paper:
        raise refuse("commands.before_receipt", where="effective_on", receipt=receipt.isoformat())
    if day > ctx.effective_day:
        raise refuse("commands.in_the_future", where="effective_on", day=day.isoformat())


def _dispatch(ctx: Context) -> list[str]:
    """One assignment for each item that applies, all with the same instant of dispatch (requirements §2.3)."""
    ask_layers(ctx)
    values = with_map(ctx.session, ctx.case_id, form_values(ctx.session, ctx.case_id), restricted=True)
    units: list[str] = []
    travelling: list[str] = []
    for answer in items_for(ctx.catalog, values):
        if not answer.applies:
            continue
        assignment = Assignment(
            case_id=ctx.case_id,
            item=answer.item.code,
            unit=answer.item.unit,
            because=answer.because.model_dump(),
            needs_site=answer.item.needs_site,
            dispatched_at=ctx.now,
        )
        ctx.session.add(assignment)
        ctx.session.flush()
        open_round(ctx, assignment, "documents")
        units.append(answer.item.unit)
        if answer.item.needs_site:
            travelling.append(answer.item.unit)
    officers = [a.id for unit in sorted(set(units)) for a in officers_of(ctx.session, unit) if a.id]
    ask_layers(ctx)  # items that take part may need the answer of layers that nobody asked before
    ctx.event("dispatched", units=sorted(set(units)), items=len(units))
    ctx.notify(officers, "notify.dispatched", number=ctx.the_case.number)
    ask_for_survey(ctx, travelling)
    return units


@command(title="cmd.refuse_case", grants={"clerk": None, "coordinator": None}, states=SUBMITTED)
def refuse_case(ctx: Context, cmd: RefuseCase) -> dict:
    notice = notices.refusal_notice(ctx, cmd.reasons, cmd.competent_body)
    ctx.event("refused", StatusCode.ACCEPTANCE_REFUSED, effective_on=ctx.today, reasons=cmd.reasons)
    release_buildings(ctx)
    ctx.move(CaseState.REFUSED)
    ctx.notify(applicants_of(ctx.session, ctx.the_case, ctx.today), "notify.refused", number=ctx.the_case.number)
    return {"notice_id": notice.id, "document_id": notice.document_id}


@command(title="cmd.withdraw_case", grants={"applicant": own_case, "clerk": filed_at_window}, states=OPEN)
def withdraw_case(ctx: Context, cmd: WithdrawCase) -> None:
    """A withdrawn case stops counting at once and is never overdue (requirements §4.6)."""
    accepted = CaseState(ctx.the_case.state) in IN_PROCESS
    code = StatusCode.WITHDRAWN if accepted else StatusCode.RETRACTED
    end_withdrawn(ctx, "withdrawn", code, ctx.today, reason=cmd.reason)


def end_withdrawn(ctx: Context, kind: str, code: StatusCode, day: date, **said: Any) -> None:
    """The case ends without a result: buildings and planned visits are free again, everybody concerned is told."""
    accepted = CaseState(ctx.the_case.state) in IN_PROCESS
    ctx.event(kind, code, effective_on=day, **said)
    release_buildings(ctx)
    for visit in ctx.session.exec(select(Visit).where(Visit.case_id == ctx.case_id, Visit.status == "planned")).all():
        visit.status, visit.reason = "cancelled", str(said.get("reason") or said.get("notice") or "")
        ctx.session.add(visit)
        for member in ctx.session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all():
            free(ctx, visit, member.account_id)
        leave_trip(ctx, visit)
        withdraw_notices(ctx, visit, visit.reason)
    drop_drafts(ctx)
    told = staff_with_role(ctx.session, "coordinator") if accepted else []
    for unit in ctx.facts.units:
        told += [a.id for a in officers_of(ctx.session, unit) if a.id]
    ctx.move(CaseState.WITHDRAWN)
    ctx.notify(told, f"notify.{kind}", number=ctx.the_case.number, due=str(said.get("due", "")))


@command(
    title="cmd.enter_paper_record", grants={"clerk": handed_in_or_at_window}, states=BEFORE_ACCEPTANCE | IN_PROCESS
)
def enter_paper_record(ctx: Context, cmd: EnterPaperRecord) -> None:
    if cmd.business_date > ctx.today:
        raise refuse("commands.in_the_future", where="business_date", day=cmd.business_date.isoformat())
    upload = own_upload(ctx, cmd.upload_id) if cmd.upload_id else None
    ctx.event(
        "paper_record",
        effective_on=cmd.business_date,
        text=cmd.text,
        digest=upload.digest if upload else "",
        file=upload.name if upload else "",
    )
