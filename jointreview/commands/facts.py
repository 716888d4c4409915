"""What is true of a case right now, in one immutable picture: all that relations and checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.domain.case_states import CaseState
from jointreview.models.case import Case, Invitation
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, Finding, Gap, Opinion, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.settings import settings


@dataclass(frozen=True)
class AssignmentFacts:
    """One department's assignment: its open round, its latest opinion, its findings."""

    id: int
    item: str
    unit: str
    needs_site: bool
    open_round_id: int | None
    open_round_kind: str
    documents_done: bool
    site_rounds: int
    opinion: str
    opinion_id: int | None
    commitment_signed: bool
    draft_gaps: int
    open_findings: int
    rectified_findings: int
    attended: bool


@dataclass(frozen=True)
class VisitFacts:
    """The planned visit of a case, where there is one."""

    id: int
    day: date
    half: str
    units: frozenset[str]
    officers: frozenset[int]
    signed_in: frozenset[int]


@dataclass(frozen=True)
class CaseFacts:
    """A case as relations and checks see it."""

    case_id: int
    version: int
    state: CaseState
    organisation_id: int
    filed_by: int
    filed_at_window: bool
    parties: frozenset[int]
    assignments: tuple[AssignmentFacts, ...]
    visit: VisitFacts | None
    draft_gaps: int
    told_gaps: int
    supplement_used: bool
    unanswered_findings: int
    rounds_left: bool
    rectification_extended: bool
    rectification_over: bool
    valid_opinion_document: bool

    def assignment(self, assignment_id: int | None) -> AssignmentFacts | None:
        """The assignment with this id, if it belongs to this case."""
        return next((a for a in self.assignments if a.id == assignment_id), None)

    @property
    def units(self) -> frozenset[str]:
        """The handling units that take part."""
        return frozenset(a.unit for a in self.assignments)


def load_facts(session: Session, case: Case, today: date | None = None) -> CaseFacts:
    """The picture of `case` as of `today` (default: the date in Shanghai)."""
    assert case.id is not None
    visit = session.exec(select(Visit).where(Visit.case_id == case.id, Visit.status == "planned")).first()
    gaps = session.exec(select(Gap).where(Gap.case_id == case.id)).all()
    findings = session.exec(select(Finding).where(Finding.case_id == case.id)).all()
    parties = session.exec(
        select(Invitation.account_id).where(Invitation.case_id == case.id, col(Invitation.account_id).is_not(None))
    ).all()
    valid = session.exec(
        select(IssuedDocument.id).where(
            IssuedDocument.case_id == case.id, IssuedDocument.kind == "opinion", IssuedDocument.status == "valid"
        )
    ).first()
    return CaseFacts(
        case_id=case.id,
        version=case.version,
        state=CaseState(case.state),
        organisation_id=case.organisation_id,
        filed_by=case.filed_by,
        filed_at_window=bool(case.walk_in),
        parties=frozenset(p for p in parties if p is not None),
        assignments=_assignments(session, case.id, findings, gaps),
        visit=_visit(session, visit),
        draft_gaps=sum(g.status == "draft" for g in gaps),
        told_gaps=sum(g.status == "told" for g in gaps),
        supplement_used=any(g.assignment_id is not None and g.status in ("told", "answered", "closed") for g in gaps),
        unanswered_findings=sum(f.status in ("open", "reopened") and not f.answer for f in findings),
        rounds_left=case.rectification_rounds < _max_rounds(case),
        rectification_extended=case.rectification_extended,
        rectification_over=_time_is_over(case, today or settings().today()),
        valid_opinion_document=valid is not None,
    )


def _time_is_over(case: Case, today: date) -> bool:
    """Whether the applicant's time to put things right has passed."""
    rectifying = case.state == CaseState.RECTIFYING.value and case.rectification_due is not None
    return rectifying and today > (case.rectification_due or today)


def _max_rounds(case: Case) -> int:
    """How often the catalogue the case was accepted under lets it be put right."""
    if case.accepted_on is None:
        return 1
    return load_catalog(case.catalogue, case.accepted_on).rules.rectification.max_rounds


def _visit(session: Session, visit: Visit | None) -> VisitFacts | None:
    if visit is None or visit.id is None:
        return None
    members = session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all()
    return VisitFacts(
        id=visit.id,
        day=visit.day,
        half=visit.half,
        units=frozenset(m.unit for m in members),
        officers=frozenset(m.account_id for m in members),
        signed_in=frozenset(m.account_id for m in members if m.signed_in_at),
    )


def _assignments(
    session: Session, case_id: int, findings: Sequence[Finding], gaps: Sequence[Gap]
) -> tuple[AssignmentFacts, ...]:
    rows = session.exec(select(Assignment).where(Assignment.case_id == case_id).order_by(col(Assignment.item))).all()
    if not rows:
        return ()
    ids = [a.id for a in rows]
    rounds = session.exec(select(Round).where(col(Round.assignment_id).in_(ids)).order_by(col(Round.id))).all()
    opinions = session.exec(select(Opinion).where(Opinion.case_id == case_id).order_by(col(Opinion.id))).all()
    present = session.exec(
        select(VisitMember.unit, Visit)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(Visit.case_id == case_id, Visit.status != "cancelled", VisitMember.attendance == "present")
    ).all()
    return tuple(_assignment(a, rounds, opinions, findings, gaps, present) for a in rows)


def _assignment(
    row: Assignment,
    rounds: Sequence[Round],
    opinions: Sequence[Opinion],
    findings: Sequence[Finding],
    gaps: Sequence[Gap],
    present: Sequence[tuple[str, Visit]],
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
        site_rounds=sum(r.kind != "documents" for r in mine),
        opinion=opinion.result if opinion else "",
        opinion_id=opinion.id if opinion else None,
        commitment_signed=bool(opinion and opinion.commitment_signature_id),
        draft_gaps=sum(g.assignment_id == row.id and g.status == "draft" for g in gaps),
        open_findings=sum(f.status in ("open", "reopened") for f in mine_findings),
        rectified_findings=sum(f.status == "rectified" for f in mine_findings),
        attended=any(unit == row.unit and _counts_for(visit, open_round) for unit, visit in present),
    )


def _counts_for(visit: Visit, open_round: Round | None) -> bool:
    """Whether having been on this visit counts for the open round: an earlier round's visit does not."""
    return open_round is None or visit.status == "planned" or visit.planned_at >= open_round.opened_at
