"""What is true of a case right now, in one immutable picture: all that relations and checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from jointreview.catalog.form_items import as_for
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import clock_of_round, coded_events
from jointreview.commands.files_read import Digests, papers_in_force, read_by
from jointreview.commands.form_values import form_values
from jointreview.commands.layer_answers import Unanswered, unanswered
from jointreview.commands.supervision_facts import CardFacts, card_facts
from jointreview.commands.time_facts import ExtensionFacts, PauseFacts, load_extensions, load_pauses
from jointreview.commands.visit_facts import VisitFacts, there, visit_facts
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import CaseState
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.staleness import changed_since
from jointreview.models.case import Case, Invitation, Material
from jointreview.models.consultation import Consultation
from jointreview.models.outcome import RESULT_DOCUMENTS, Certificate, IssuedDocument
from jointreview.models.project import Parcel
from jointreview.models.review import Assignment, Finding, Gap, Opinion, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.settings import settings


@dataclass(frozen=True)
class AssignmentFacts:
    """One department's assignment: its open round, its latest opinion, its findings.

    `reading_due` is the last day of the open reading of documents, `decision_due` that of the open decision; None
    without one, or while the clock stands still. `silent_after` is the last day on which saying nothing means nothing
    (requirements §3.5): the due day, for a decision at least the working day after the reading ended. `missed` tells
    that the unit was named for a survey that is over and did not come. `commitment_signed` is also true of a
    conditional pass that asks for no commitment; `stale` are the materials that changed since the latest opinion read
    them; `absence_policy` says what silence on the item means; `permit` is the number of the permit in force that the
    item ended in.
    """

    id: int
    item: str
    unit: str
    needs_site: bool
    open_round_id: int | None
    open_round_kind: str
    documents_done: bool
    reading_due: date | None
    decision_due: date | None
    silent_after: date | None
    absence_policy: str
    site_rounds: int
    opinion: str
    opinion_id: int | None
    commitment_signed: bool
    draft_gaps: int
    told_gaps: int
    open_findings: int
    rectified_findings: int
    untold_findings: int
    attended: bool
    missed: bool
    stale: tuple[str, ...] = ()
    permit: str = ""


@dataclass(frozen=True)
class ConsultationFacts:
    """A question of one unit to another that was not taken back."""

    id: int
    assignment_id: int
    from_unit: str
    to_unit: str
    answered: bool


@dataclass(frozen=True)
class CaseFacts:
    """A case as relations and checks see it on the day `today`.

    `submitted` tells whether it was ever handed in, `unit_names` are the names of the units that take part, by
    language, `files` counts the current uploads; `plan_keeper` is the unit that keeps permitted site plans;
    `unanswered_layers` are the layers of the map a decision waits for.
    """

    case_id: int
    today: date
    version: int
    kind: str
    stage: int
    lead: str
    state: CaseState
    outcome: str
    organisation_id: int
    filed_by: int
    filed_at_window: bool
    submitted: bool
    parties: frozenset[int]
    unsigned_parties: frozenset[int]
    parcel_read: bool
    parcel_confirmed: bool
    files: int
    unit_names: dict[str, dict[str, str]]
    assignments: tuple[AssignmentFacts, ...]
    visit: VisitFacts | None
    draft_gaps: int
    told_gaps: int
    answered_gaps: int
    supplement_used: bool
    unanswered_findings: int
    rounds_left: bool
    rectification_extended: bool
    rectification_over: bool
    opinion_documents: int
    valid_opinion_document: bool
    plan_keeper: str = ""
    unanswered_layers: tuple[Unanswered, ...] = ()
    consultations: tuple[ConsultationFacts, ...] = ()
    cards: tuple[CardFacts, ...] = ()
    pauses: tuple[PauseFacts, ...] = ()
    extensions: tuple[ExtensionFacts, ...] = ()

    def pause(self, pause_id: int | None) -> PauseFacts | None:
        """The pause with this id, if it belongs to this case."""
        return next((p for p in self.pauses if p.id == pause_id), None)

    def extension(self, extension_id: int | None) -> ExtensionFacts | None:
        """The extension with this id, if it belongs to this case."""
        return next((e for e in self.extensions if e.id == extension_id), None)

    def assignment(self, assignment_id: int | None) -> AssignmentFacts | None:
        """The assignment with this id, if it belongs to this case."""
        return next((a for a in self.assignments if a.id == assignment_id), None)

    @property
    def units(self) -> frozenset[str]:
        """The handling units that take part."""
        return frozenset(a.unit for a in self.assignments)

    @property
    def consulted(self) -> frozenset[str]:
        """The units that were asked something about the case."""
        return frozenset(c.to_unit for c in self.consultations)


def load_facts(session: Session, case: Case, today: date | None = None) -> CaseFacts:
    """The picture of `case` as of `today` (default: the date in Shanghai)."""
    assert case.id is not None
    today = today or settings().today()
    visit = session.exec(select(Visit).where(Visit.case_id == case.id, Visit.status == "planned")).first()
    gaps = session.exec(select(Gap).where(Gap.case_id == case.id)).all()
    findings = session.exec(select(Finding).where(Finding.case_id == case.id)).all()
    parties = session.exec(
        select(Invitation.account_id, Invitation.signature_id).where(
            Invitation.case_id == case.id, col(Invitation.account_id).is_not(None)
        )
    ).all()
    opinions = session.exec(
        select(IssuedDocument.status).where(
            IssuedDocument.case_id == case.id, col(IssuedDocument.kind).in_(RESULT_DOCUMENTS)
        )
    ).all()
    parcel = session.exec(
        select(Parcel.id, Parcel.confirmed_at).where(Parcel.case_id == case.id, col(Parcel.current))
    ).first()
    files = session.exec(select(Material.id).where(Material.case_id == case.id, col(Material.current))).all()
    assignments = _assignments(session, case, findings, gaps, today)
    catalog = case_catalog(case, today)
    items = [a.item for a in assignments]
    return CaseFacts(
        case_id=case.id,
        today=today,
        version=case.version,
        kind=case.kind,
        stage=case.stage,
        lead=catalog.stage(case.stage).lead,
        state=CaseState(case.state),
        outcome=case.outcome,
        organisation_id=case.organisation_id,
        filed_by=case.filed_by,
        filed_at_window=bool(case.walk_in),
        submitted=case.submitted_at is not None,
        parties=frozenset(p for p, _ in parties if p is not None),
        unsigned_parties=frozenset(p for p, signature in parties if p is not None and signature is None),
        parcel_read=parcel is not None,
        parcel_confirmed=parcel is not None and parcel[1] is not None,
        files=len(files),
        unit_names=_unit_names(case, assignments),
        assignments=assignments,
        visit=visit_facts(session, visit),
        draft_gaps=sum(g.status == "draft" for g in gaps),
        told_gaps=sum(g.status == "told" for g in gaps),
        answered_gaps=sum(g.status == "answered" for g in gaps),
        supplement_used=any(g.assignment_id is not None and g.status in ("told", "answered", "closed") for g in gaps),
        unanswered_findings=sum(f.status in ("open", "reopened") and not f.answer for f in findings),
        rounds_left=case.rectification_rounds < _max_rounds(case),
        rectification_extended=case.rectification_extended,
        rectification_over=_time_is_over(case, today),
        opinion_documents=len(opinions),
        valid_opinion_document="valid" in opinions,
        pauses=load_pauses(session, case.id),
        extensions=load_extensions(session, case.id),
        cards=card_facts(session, case.id, today),
        plan_keeper=catalog.rules.as_built.keeper,
        consultations=_consultations(session, case.id, assignments),
        unanswered_layers=unanswered(session, catalog, case.id, case.stage, items, today),
    )


def _consultations(
    session: Session, case_id: int, assignments: Sequence[AssignmentFacts]
) -> tuple[ConsultationFacts, ...]:
    units = {a.id: a.unit for a in assignments}
    rows = session.exec(
        select(Consultation)
        .where(Consultation.case_id == case_id, Consultation.status != "withdrawn")
        .order_by(col(Consultation.id))
    ).all()
    return tuple(
        ConsultationFacts(
            row.id or 0, row.assignment_id, units[row.assignment_id], row.to_unit, row.status == "answered"
        )
        for row in rows
    )


def _unit_names(case: Case, assignments: Sequence[AssignmentFacts]) -> dict[str, dict[str, str]]:
    if not assignments:
        return {}
    catalog = case_catalog(case, settings().today())
    return {a.unit: catalog.unit(a.unit).name.model_dump() for a in assignments}


def _time_is_over(case: Case, today: date) -> bool:
    """Whether the applicant's time to put things right has passed."""
    rectifying = case.state == CaseState.RECTIFYING.value and case.rectification_due is not None
    return rectifying and today > (case.rectification_due or today)


def _max_rounds(case: Case) -> int:
    """How often the catalogue the case was accepted under lets it be put right."""
    if case.accepted_on is None:
        return 1
    return case_catalog(case, case.accepted_on).rules.rectification.max_rounds


def _assignments(
    session: Session, case: Case, findings: Sequence[Finding], gaps: Sequence[Gap], today: date
) -> tuple[AssignmentFacts, ...]:
    assert case.id is not None
    case_id = case.id
    rows = session.exec(select(Assignment).where(Assignment.case_id == case_id).order_by(col(Assignment.item))).all()
    if not rows:
        return ()
    ids = [a.id for a in rows]
    rounds = session.exec(select(Round).where(col(Round.assignment_id).in_(ids)).order_by(col(Round.id))).all()
    opinions = session.exec(select(Opinion).where(Opinion.case_id == case_id).order_by(col(Opinion.id))).all()
    visited = session.exec(
        select(VisitMember, Visit)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(Visit.case_id == case_id, or_(there(), col(VisitMember.attendance) == "absent"))
        .order_by(col(VisitMember.id))
    ).all()
    due = _due(session, case_id, rounds, today)
    whole = case_catalog(case, today)
    files = papers_in_force(session, case, today) if opinions else {}
    values = form_values(session, case_id)
    permits = dict(
        session.exec(
            select(Certificate.assignment_id, Certificate.number).where(
                Certificate.case_id == case_id, Certificate.status == "valid"
            )
        ).all()
    )
    return tuple(
        _assignment(
            a,
            rounds,
            opinions,
            findings,
            gaps,
            [(m, visit) for m, visit in visited if m.unit == a.unit],
            due.get(a.id or 0, _NO_DUE),
            read_by(whole, a.unit, files),
            as_for(whole.item(a.item), values).absence_policy,
            permits.get(a.id, ""),
        )
        for a in rows
    )


@dataclass(frozen=True)
class _Due:
    """The last day of an open reading or decision, and the last day on which silence on it means nothing."""

    day: date | None = None
    silent_after: date | None = None


_NO_DUE = _Due()


def _due(session: Session, case_id: int, rounds: Sequence[Round], today: date) -> dict[int, _Due]:
    """The last days of every open reading of documents and of every open decision, by assignment."""
    reading = [r for r in rounds if r.kind in ("documents", "decision") and r.status == "open"]
    if not reading:
        return {}
    events, calendar = coded_events(session, case_id), work_calendar(session)
    read_on = {r.assignment_id: r.closed_on for r in rounds if r.kind == "documents" and r.status != "void"}
    found = {}
    for round_ in reading:
        day = clock_of_round(round_, events, calendar, today).due
        last, read = day, read_on.get(round_.assignment_id)
        if day is not None and round_.kind == "decision" and read is not None:
            # Nobody is silent on what could not be decided yet: a reading that ended late leaves one working day.
            last = max(day, calendar.nth_workday_after(read, 1))
        found[round_.assignment_id] = _Due(day, last)
    return found


def _assignment(
    row: Assignment,
    rounds: Sequence[Round],
    opinions: Sequence[Opinion],
    findings: Sequence[Finding],
    gaps: Sequence[Gap],
    visited: Sequence[tuple[VisitMember, Visit]],
    due: _Due,
    files: Digests,
    absence_policy: str,
    permit: str,
) -> AssignmentFacts:
    mine = [r for r in rounds if r.assignment_id == row.id and r.status != "void"]
    open_round = next((r for r in mine if r.status == "open"), None)
    given = {o.round_id: o for o in opinions if o.assignment_id == row.id}
    # a newly opened re-inspection sets the earlier opinion aside until the unit speaks again
    last_site = next((r for r in reversed(mine) if r.kind != "documents"), None)
    opinion = given.get(last_site.id or 0) if last_site else None
    mine_findings = [f for f in findings if f.assignment_id == row.id]
    assert row.id is not None
    return AssignmentFacts(
        id=row.id,
        item=row.item,
        unit=row.unit,
        needs_site=row.needs_site,
        open_round_id=open_round.id if open_round else None,
        open_round_kind=open_round.kind if open_round else "",
        documents_done=any(r.kind == "documents" for r in mine)
        and all(r.status != "open" for r in mine if r.kind == "documents"),
        reading_due=due.day if open_round and open_round.kind == "documents" else None,
        decision_due=due.day if open_round and open_round.kind == "decision" else None,
        silent_after=due.silent_after,
        absence_policy=absence_policy,
        site_rounds=sum(r.kind != "documents" for r in mine),
        opinion=opinion.result if opinion else "",
        opinion_id=opinion.id if opinion else None,
        commitment_signed=bool(opinion and (opinion.commitment_signature_id or not opinion.commitment_until)),
        draft_gaps=sum(g.assignment_id == row.id and g.status == "draft" for g in gaps),
        told_gaps=sum(g.assignment_id == row.id and g.status in ("told", "answered") for g in gaps),
        open_findings=sum(f.status in ("open", "reopened") for f in mine_findings),
        rectified_findings=sum(f.status == "rectified" for f in mine_findings),
        untold_findings=sum(f.status in ("open", "reopened") and f.notice_id is None for f in mine_findings),
        attended=any(_was_there(m, absence_policy) and _counts_for(visit, open_round) for m, visit in visited),
        missed=any(m.attendance == "absent" for m, _ in visited),
        stale=changed_since(opinion.read_digests, files) if opinion and opinion.officer_id else (),
        permit=permit,
    )


def _was_there(member: VisitMember, absence_policy: str) -> bool:
    """Whether the unit needs no other visit for the item; a missed one never serves an item of safety."""
    return member.attendance != "absent" or (
        member.treatment == "deemed" and absence_policy == AbsencePolicy.DEEMED_OK.value
    )


def _counts_for(visit: Visit, open_round: Round | None) -> bool:
    """Whether having been on this visit counts for the open round.

    A re-inspection wants a visit of its own; a review is decided on whatever visit the unit was on.
    """
    if open_round is not None and open_round.kind in ("documents", "decision"):
        return True
    return open_round is None or visit.status == "planned" or visit.planned_at >= open_round.opened_at
