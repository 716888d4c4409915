"""Issuing a document: number, verification code, the stored .docx and the row the public page reads."""

from __future__ import annotations

import io
import secrets
from decimal import Decimal
from typing import Any

from jointreview.commands.executor import Context
from jointreview.commands.files import document_store
from jointreview.commands.form_values import form_values
from jointreview.domain.masking import mask_mobile
from jointreview.models.outcome import IssuedDocument
from jointreview.models.project import Project
from jointreview.paperwork.data import BuildingLine, PersonLine, ProjectFacts
from jointreview.paperwork.numbering import format_number
from jointreview.settings import settings

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DOCX_LIMIT = 64 * 1024**2
SERIES = {
    "opinion": "acceptance_opinion",
    "decision": "review_decision",
    "receipt": "receipt",
    "refusal": "refusal",
    "precheck": "precheck_notice",
    "supplement": "supplement_notice",
    "rectification": "rectification_notice",
    "visit": "visit_notice",
    "visit_units": "visit_notice",
    "absence": "absence_notice",
    "record": "visit_record",
    "dispatch": "dispatch_sheet",
    "pause": "pause_notice",
    "extension": "extension_notice",
    "lapse": "lapse_notice",
    "supervision": "supervision_card",
}
_COUNTED_WITH = {"visit_units": "visit"}
"""Kinds that share the numbers of another."""
PARTY_FIELDS = ("owner", "survey", "design", "contractor", "supervisor")


def next_number(ctx: Context, kind: str) -> str:
    """The next official number of this kind of document."""
    series = SERIES[kind]
    year, n = ctx.number(f"document-{_COUNTED_WITH.get(kind, kind)}")
    return format_number(ctx.catalog.numbering[series], year, n)


def verify_code() -> str:
    """A code nobody can guess, for the public verification page."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def common(ctx: Context, number: str, code: str) -> dict[str, Any]:
    """What every document carries."""
    return {
        "number": number,
        "case_number": ctx.the_case.number,
        "project": project_facts(ctx),
        "issued_on": ctx.today,
        "issuer": settings().issuer_zh,
        "verify_url": f"{settings().address}/verify?code={code}",
        "verify_code": code,
        "stage": ctx.catalog.stage(ctx.the_case.stage).name.zh if ctx.the_case.kind == "review" else "",
    }


def store_document(
    ctx: Context,
    kind: str,
    title_key: str,
    number: str,
    code: str,
    content: bytes,
    summary: dict[str, Any] | None = None,
    version: int = 1,
    replaces: IssuedDocument | None = None,
) -> IssuedDocument:
    """Keep the .docx in the store and the document in the register."""
    stored = document_store().put(io.BytesIO(content), _DOCX_LIMIT)
    values = form_values(ctx.session, ctx.case_id)
    document = IssuedDocument(
        case_id=ctx.case_id,
        kind=kind,
        number=number,
        title=title_key,
        version=version,
        digest=stored.digest,
        verify_code=code,
        summary={
            "project": values.get("S2", {}).get("project_name", ""),
            "works": values.get("S2", {}).get("works_name", ""),
            "issuer": settings().issuer_zh,
            **(summary or {}),
        },
        replaces_id=replaces.id if replaces else None,
        issued_on=ctx.today,
        issued_by=ctx.actor.account_id or None,
        issued_at=ctx.now,
    )
    ctx.session.add(document)
    ctx.session.flush()
    return document


def project_facts(ctx: Context) -> ProjectFacts:
    """The project as documents print it, from the form; telephone numbers are masked."""
    values = form_values(ctx.session, ctx.case_id)
    project = ctx.session.get(Project, ctx.the_case.project_id)
    assert project is not None
    first, second = values.get("S1", {}), values.get("S2", {})
    firms = {p.get("kind"): p.get("name", "") for p in values.get("S3", {}).get("parties", [])}
    firms.setdefault("owner", first.get("applicant_name", ""))
    buildings = values.get("S4", {}).get("buildings", [])
    return ProjectFacts(
        code=project.code,
        name=second.get("project_name") or project.name,
        works_name=second.get("works_name") or project.name,
        address=second.get("address", ""),
        area_m2=_decimal(second.get("total_area")),
        storeys=_storeys(buildings),
        buildings=tuple(_building_line(b) for b in buildings),
        contact=PersonLine(name=first.get("contact_name", ""), phone=_masked(first.get("contact_mobile", ""))),
        **{kind: firms.get(kind, "") for kind in PARTY_FIELDS},
    )


def _masked(mobile: str) -> str:
    return mask_mobile(mobile) if mobile else ""


def _decimal(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value not in (None, "") else None


def _building_line(row: dict[str, Any]) -> BuildingLine:
    return BuildingLine(
        name=row.get("name", ""),
        use=str(row.get("use", "")),
        storeys=_floors(row.get("floors_above"), row.get("floors_below")),
        area_m2=_decimal(row.get("area")),
        height_m=_decimal(row.get("height")),
    )


def _floors(above: Any, below: Any) -> str:
    return "/".join(text for text in (f"地上{above}层" if above else "", f"地下{below}层" if below else "") if text)


def _storeys(buildings: list[dict[str, Any]]) -> str:
    above = max((int(b.get("floors_above") or 0) for b in buildings), default=0)
    below = max((int(b.get("floors_below") or 0) for b in buildings), default=0)
    return _floors(above, below)
