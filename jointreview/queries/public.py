"""What anybody may know: whether a document is genuine, and how far a case is - with its code, and nothing more."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.commands.case_clock import case_clock
from jointreview.commands.facts import load_facts
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.outcome import IssuedDocument
from jointreview.models.project import Project
from jointreview.queries.turns import answer_due, turn_of
from jointreview.queries.words import stage_words

_LONGEST_CODE = 64
_NO_CODE = "-" * 8


@dataclass(frozen=True)
class Replacement:
    """The document that took the place of a void one."""

    number: str
    code: str
    issued_on: date


@dataclass(frozen=True)
class VerifiedDocument:
    """An issued document as the public page shows it: `title` is a text key that `stage` fills, `digest` SHA-256."""

    code: str
    number: str
    title: str
    stage: dict[str, str]
    version: int
    project: str
    works: str
    issuer: str
    issued_on: date
    valid: bool
    void_reason: str
    void_on: date | None
    replaced_by: Replacement | None
    digest: str


@dataclass(frozen=True)
class Progress:
    """How far a case is, for whoever holds its number and look-up code. `lamp` is empty before acceptance.

    `wanted_by` is the last day for what a notice asks of the applicant.
    """

    number: str
    project: str
    kind: str
    stage: dict[str, str]
    state: str
    turn: str
    accepted_on: date | None
    due: date | None
    wanted_by: date | None
    ended: bool
    lamp: str


def normalised(text: str) -> str:
    """A code or number as it is stored: capitals, without the spaces and hyphens people type."""
    return "".join(sign for sign in text[: 2 * _LONGEST_CODE].upper() if sign.isalnum())


def verified_document(code: str) -> VerifiedDocument | None:
    """The document with this verification code; None for a code nobody issued."""
    wanted = normalised(code)
    if not wanted or len(wanted) > _LONGEST_CODE:
        return None
    with reading() as session:
        found = session.exec(select(IssuedDocument).where(IssuedDocument.verify_code == wanted)).first()
        if found is None:
            return None
        return VerifiedDocument(
            code=found.verify_code,
            number=found.number,
            title=found.title,
            stage=stage_words(session.get_one(Case, found.case_id)),
            version=found.version,
            project=str(found.summary.get("project", "")),
            works=str(found.summary.get("works", "")),
            issuer=str(found.summary.get("issuer", "")),
            issued_on=found.issued_on,
            valid=found.status == "valid",
            void_reason=found.void_reason,
            void_on=found.void_on,
            replaced_by=_in_place_of(session, found),
            digest=found.digest,
        )


def _in_place_of(session: Session, document: IssuedDocument) -> Replacement | None:
    """The newest of the documents that followed this one; an old copy leads to the one in force at once."""
    newest, last = None, document.id
    while (
        row := session.exec(
            select(IssuedDocument).where(IssuedDocument.replaces_id == last).order_by(col(IssuedDocument.id).desc())
        ).first()
    ) is not None:
        newest, last = row, row.id
    return Replacement(newest.number, newest.verify_code, newest.issued_on) if newest else None


def progress(number: str, code: str, on: date) -> Progress | None:
    """How far the case is; None alike for a number that is not there and a code that is not its own.

    The codes are compared in constant time, with a stand-in where the number is unknown.
    """
    with reading() as session:
        case = session.exec(select(Case).where(Case.number == normalised(number))).first()
        known = case.lookup_code if case is not None else _NO_CODE
        same = hmac.compare_digest(known.encode(), normalised(code).encode())
        return _progress(session, case, on) if case is not None and same else None


def _progress(session: Session, case: Case, on: date) -> Progress:
    project = session.get_one(Project, case.project_id)
    clock = case_clock(session, case, on)
    ended = CaseState(case.state) in ENDED
    return Progress(
        number=case.number,
        project=project.name,
        kind=case.kind,
        stage=stage_words(case),
        state=case.state,
        turn=turn_of(load_facts(session, case, on)).value,
        accepted_on=case.accepted_on,
        due=clock.due if clock and not ended else None,
        wanted_by=answer_due(session, case),
        ended=ended,
        lamp=clock.lamp.value if clock else "",
    )
