"""Who may see what of a case: the one place that pages, files and exports ask before they show anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.form_views import visible_values
from jointreview.catalog.schema import Catalog
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.relations import filed_at_window, invited_party, only_consulted, own_case
from jointreview.commands.sight import may_see
from jointreview.domain.problems import Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.case import Case, Material, Upload
from jointreview.models.identity import UNIT_ROLES, Audit
from jointreview.models.outcome import IssuedDocument
from jointreview.models.pocket import SiteNote
from jointreview.models.review import ChecklistAnswer, Finding, Round
from jointreview.models.supervision import Card
from jointreview.queries.supervision.readers import cards_seen_by
from jointreview.queries.unsent import told_values, unsent
from jointreview.settings import settings

OPEN_TO_APPLICANT = frozenset(
    {
        *("receipt", "precheck", "supplement", "rectification", "visit", "record", "refusal", "opinion", "decision"),
        *("form", "pause", "extension", "lapse"),
    }
)

_CASES_LOOKED_AT = 20


def visible_case(session: Session, actor: Actor, case_id: int) -> tuple[Case, CaseFacts]:
    """The case with its facts; Refused (missing) alike for one that is not there and one the actor may not see."""
    case = session.get(Case, case_id)
    if case is None:
        raise refuse("commands.no_such_case", kind="missing")
    facts = load_facts(session, case)
    if not may_see(actor, facts) and not only_consulted(actor, facts):
        raise refuse("commands.no_such_case", kind="missing")
    return case, facts


def outside(actor: Actor, facts: CaseFacts) -> bool:
    """Whether the person sees only one part of the case: an invited party, or a unit asked for advice."""
    return only_party(actor, facts) or only_consulted(actor, facts)


def only_party(actor: Actor, facts: CaseFacts) -> bool:
    """Whether the person sees the case as an invited party alone: its own part of the form, no files."""
    return (
        actor.role == "applicant"
        and own_case(actor, facts, None) is not None
        and invited_party(actor, facts, None) is None
    )


def readable_values(
    actor: Actor, facts: CaseFacts, catalog: Catalog, values: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The answers of the form the actor may read.

    Whoever carries the application reads what it entered; everybody else reads an answer with named readers only in
    the post of one of them: where a shelter's entrances lie is for civil defence alone (requirements §2.9 S7).
    """
    relation = {"applicant": own_case, "clerk": filed_at_window}.get(actor.role)
    if relation is not None and relation(actor, facts, None) is None:
        return {section: dict(entered) for section, entered in values.items()}
    return visible_values(catalog, values, actor.unit)


def may_read_material(actor: Actor, facts: CaseFacts, catalog: Catalog, code: str) -> bool:
    """The sharing matrix: a unit reads what it needs or reads (requirements §2.10); supervision reads no files.

    A unit asked for advice reads what the unit that asks reads, as long as the question waits for its answer.
    """
    if actor.role == "supervisor":
        return False
    if actor.role in UNIT_ROLES:
        material = next((m for m in catalog.materials if m.code == code), None)
        units = {actor.unit}
        if only_consulted(actor, facts):
            units = {c.from_unit for c in facts.consultations if c.to_unit == actor.unit and not c.answered}
        return material is not None and bool(units & material.readers())
    return not only_party(actor, facts)


def material_file(session: Session, actor: Actor, case_id: int, material_id: int, today: date) -> Upload:
    """The file of one version of a material the actor may read."""
    case, facts = visible_case(session, actor, case_id)
    row = session.get(Material, material_id)
    if (
        row is None
        or row.case_id != case.id
        or not may_read_material(actor, facts, case_catalog(case, today), row.code)
        or unsent(session, actor, facts).file(row)
    ):
        raise refuse("commands.no_such_material", kind="missing")
    upload = session.get(Upload, row.upload_id)
    assert upload is not None
    return upload


def readable_upload(session: Session, actor: Actor, digest: str, today: date) -> Upload | None:
    """An upload with that content which lies in a case as a material the actor may read; None without one."""
    rows = session.exec(
        select(Material)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Upload.digest == digest)
        .order_by(col(Material.id).desc())
        .limit(_CASES_LOOKED_AT)
    ).all()
    for row in rows:
        try:
            return material_file(session, actor, row.case_id, row.id or 0, today)
        except Refused:
            continue
    return None


def photo_file(session: Session, actor: Actor, case_id: int, digest: str) -> str:
    """The name of a photograph of the case the actor may see: checklist, findings, evidence.

    Until a finding is told to the applicant its photographs are the administration's own.
    """
    case, facts = visible_case(session, actor, case_id)
    if outside(actor, facts):
        raise refuse("commands.no_such_upload", kind="missing")
    hidden = unsent(session, actor, facts)
    for finding in session.exec(select(Finding).where(Finding.case_id == case.id)).all():
        told = actor.is_staff or finding.notice_id is not None
        for picture in [
            *(finding.photos if told else []),
            *([] if hidden.finding(finding) else finding.answer_photos),
        ]:
            if picture["digest"] == digest:
                return str(picture["name"])
    if actor.is_staff:
        for note in session.exec(select(SiteNote).where(SiteNote.case_id == case.id)).all():
            for picture in note.photos:
                if picture["digest"] == digest:
                    return str(picture["name"])
        answers = session.exec(
            select(ChecklistAnswer)
            .join(Round, col(Round.id) == ChecklistAnswer.round_id)
            .where(col(Round.assignment_id).in_([a.id for a in facts.assignments]))
        ).all()
        for answer in answers:
            for picture in answer.photos:
                if picture["digest"] == digest:
                    return str(picture["name"])
    raise refuse("commands.no_such_upload", kind="missing")


def document_file(session: Session, actor: Actor, case_id: int, document_id: int) -> IssuedDocument:
    """An issued document of the case the actor may see."""
    case, facts = visible_case(session, actor, case_id)
    document = session.get(IssuedDocument, document_id)
    hidden = outside(actor, facts) or (not actor.is_staff and document and document.kind not in OPEN_TO_APPLICANT)
    if document is None or document.case_id != case.id or hidden or not _notice_seen(session, actor, document):
        raise refuse("commands.no_such_document", kind="missing")
    return document


def _notice_seen(session: Session, actor: Actor, document: IssuedDocument) -> bool:
    """A supervision notice is for those who may see its card; every other document for the staff of the case."""
    return document.kind != "supervision" or document.id in notices_seen(session, actor, document.case_id)


def notices_seen(session: Session, actor: Actor, case_id: int) -> set[int]:
    """The documents of the case that are supervision notices and that the actor may read."""
    seen = select(Card.document_id).where(Card.case_id == case_id, cards_seen_by(actor))
    return {document_id for document_id in session.exec(seen).all() if document_id is not None}


def may_unmask(actor: Actor, facts: CaseFacts) -> bool:
    """Whether the person may ask to see masked data in full: who works on the case, not who watches its clock."""
    return actor.role != "supervisor" and not outside(actor, facts)


def reveal(actor: Actor, case_id: int, path: str) -> str:
    """A masked value of the form in clear, for staff of the case; who asked is written down (requirements §6.4)."""
    with writing() as session:
        case, facts = visible_case(session, actor, case_id)
        if not may_unmask(actor, facts):
            raise refuse("commands.no_such_case", kind="missing")
        now = settings().current_time()
        catalog = case_catalog(case, settings().today())
        value = value_at(readable_values(actor, facts, catalog, told_values(session, actor, facts)), path)
        if value is None:
            raise refuse("commands.no_such_value", where=path, kind="missing")
        session.add(
            Audit(
                at=now,
                account_id=actor.account_id,
                action="personal_data.shown",
                subject=f"case:{case_id}",
                details={"path": path},
            )
        )
        return str(value)


def value_at(values: dict[str, dict], path: str) -> object | None:
    """What the form holds at `S2.address` or `S3.parties[1].leader_mobile`."""
    found: object = values
    for part in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return None
    return found
