"""A virus found late: in content that was attached before it was scanned, or that the scanner knows only now.

The content is closed to everybody at once (`scans`). Here people are told: who attached it and the applicant what to
do, who opened it that a copy may lie on their machine, and the window and the coordinator of a case under way, for a
clean version has to be asked for. Each material is told of once, which stands on record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.commands.announce import announce
from jointreview.commands.people import applicants_of, deputies_of, staff_with_role
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import EDITABLE, IN_PROCESS, CaseState
from jointreview.domain.problems import Problem
from jointreview.models.base import reading, writing
from jointreview.models.case import Case, Material, Upload
from jointreview.models.document_read import DocumentRead
from jointreview.models.identity import Audit
from jointreview.models.upload import INFECTED, ContentScan
from jointreview.notify.queueing import enqueue
from jointreview.settings import SHANGHAI

FOUND = "file.virus_found"


def tell_of_viruses(now: datetime) -> int:
    """Tell of every material with a virus that nobody was told of yet; answers how many."""
    with reading() as session:
        told = {
            (subject, details.get("material"))
            for subject, details in session.exec(select(Audit.subject, Audit.details).where(Audit.action == FOUND))
        }
        due = [
            material_id
            for material_id, case_id in session.exec(_infected().order_by(col(Material.id))).all()
            if (f"case:{case_id}", material_id) not in told
        ]
    for material_id in due:
        with writing() as session:
            topics = _tell(session, material_id, now)
        announce(topics)
    return len(due)


def _infected() -> Any:
    return (
        select(Material.id, Material.case_id)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .join(ContentScan, col(ContentScan.digest) == Upload.digest)
        .where(ContentScan.state == INFECTED)
    )


def _tell(session: Session, material_id: int | None, now: datetime) -> set[str]:
    material = session.get_one(Material, material_id)
    upload, case = session.get_one(Upload, material.upload_id), session.get_one(Case, material.case_id)
    virus = session.get_one(ContentScan, upload.digest).detail
    details = {"material": material.id, "code": material.code, "version": material.version, "virus": virus}
    session.add(Audit(at=now, action=FOUND, subject=f"case:{case.id}", details=details))
    state, today = CaseState(case.state), now.astimezone(SHANGHAI).date()
    owners = {upload.account_id, material.added_by, *applicants_of(session, case, today)}
    readers = _readers(session, case, upload.digest) - owners
    keepers: set[int] = set()
    if state == CaseState.SUBMITTED:
        keepers = set(staff_with_role(session, "clerk"))
    elif state in IN_PROCESS:
        keepers = set(staff_with_role(session, "coordinator"))
    said = {"number": case.number, "file": upload.name, "virus": virus}
    replace = material.current and state in EDITABLE
    reached: set[int] = set()
    for people, key in (
        (owners, "notify.virus_replace" if replace else "notify.virus_wait"),
        (readers, "notify.virus_read"),
        (keepers - owners if material.current else set(), "notify.virus_case"),
    ):
        for account_id in sorted(people | deputies_of(session, people, today)):
            enqueue(session, account_id, key, said, now, lambda: work_calendar(session), case.id)
            reached.add(account_id)
    return {f"case:{case.id}", *(f"account:{account_id}" for account_id in reached)}


def _readers(session: Session, case: Case, digest: str) -> set[int]:
    read = select(DocumentRead.account_id).where(DocumentRead.case_id == case.id, DocumentRead.digest == digest)
    return set(session.exec(read.distinct()).all())


def infected_materials(session: Session, case_id: int) -> list[Problem]:
    """What stands between a case and its submission because a virus was found in a file in force."""
    rows = session.exec(
        select(Material.code, Upload.name, ContentScan.detail)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .join(ContentScan, col(ContentScan.digest) == Upload.digest)
        .where(Material.case_id == case_id, col(Material.current), ContentScan.state == INFECTED)
        .order_by(Material.code, Upload.name)
    ).all()
    return [
        Problem("commands.material_infected", {"file": name, "virus": virus}, f"material:{code}")
        for code, name, virus in rows
    ]
