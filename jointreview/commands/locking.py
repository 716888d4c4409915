"""The lock of concluded cases: nothing a case was decided on can be deleted before its years are over.

A job does it, not the conclusion itself: a store that is away must not hold up a decision.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from jointreview.commands.files import document_store
from jointreview.domain.case_states import CaseState
from jointreview.models.base import reading, writing
from jointreview.models.case import Case, Material, Signature, Upload
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, ChecklistAnswer, Finding, Round
from jointreview.models.upload import CaseLock
from jointreview.settings import settings

AT_ONCE = 20


def lock_concluded(now: datetime) -> int:
    """Lock the files of concluded cases that are not locked yet, or got documents since; answers how many cases."""
    years = settings().lock_years
    if not years:
        return 0
    until = now + timedelta(days=365.25 * years)
    with reading() as session:
        due = [(case_id, digests_of(session, case_id)) for case_id in _due(session)]
    for case_id, digests in due:
        store = document_store()
        held = [digest for digest in sorted(digests) if store.exists(digest)]
        for digest in held:
            store.lock(digest, until)
        enforced = store.probe().retention == "enforced"
        with writing() as session:
            row = session.get(CaseLock, case_id)
            session.merge(
                CaseLock(
                    case_id=case_id,
                    until=max(until, row.until) if row else until,
                    contents=len(held),
                    enforced=enforced,
                    locked_at=now,
                )
            )
    return len(due)


def _due(session: Session) -> list[int]:
    later = (
        select(IssuedDocument.id)
        .where(IssuedDocument.case_id == Case.id, IssuedDocument.issued_at > CaseLock.locked_at)
        .exists()
    )
    found = session.exec(
        select(Case.id)
        .outerjoin(CaseLock, col(CaseLock.case_id) == Case.id)
        .where(Case.state == CaseState.CONCLUDED.value)
        .where(col(CaseLock.case_id).is_(None) | later)
        .order_by(col(Case.id))
        .limit(AT_ONCE)
    ).all()
    return [case_id for case_id in found if case_id is not None]


def digests_of(session: Session, case_id: int) -> set[str]:
    """Every content the case was decided on: all versions of materials, photographs, signatures, documents."""
    found: set[str] = set()
    for digests in (
        select(Upload.digest).join(Material, col(Material.upload_id) == Upload.id).where(Material.case_id == case_id),
        select(Signature.image_digest).where(Signature.case_id == case_id),
        select(IssuedDocument.digest).where(IssuedDocument.case_id == case_id),
    ):
        found |= set(session.exec(digests).all())
    for finding in session.exec(select(Finding).where(Finding.case_id == case_id)).all():
        found |= {photo["digest"] for photo in [*finding.photos, *finding.answer_photos]}
    answers = (
        select(ChecklistAnswer)
        .join(Round, col(Round.id) == ChecklistAnswer.round_id)
        .join(Assignment, col(Assignment.id) == Round.assignment_id)
        .where(Assignment.case_id == case_id)
    )
    for answer in session.exec(answers).all():
        found |= {photo["digest"] for photo in answer.photos}
    return found
