"""Responsible parties of an application: who was invited, joined and signed, and what a party sees itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import REQUIRED_PARTIES
from jointreview.models.case import Invitation, Signature
from jointreview.queries.application_files import minute

Values = Mapping[str, Mapping[str, Any]]


def parties_shown(session: Session, catalog: Catalog, case_id: int, values: Values) -> list[dict[str, Any]]:
    """The five responsible parties, and every other one that was invited; none in a stage that does not ask them."""
    if not any(section.code == "S3" for section in catalog.sections):
        return []
    invitations = _invitations(session, case_id)
    kinds = [*REQUIRED_PARTIES, *[kind for kind in invitations if kind not in REQUIRED_PARTIES]]
    return [_party(session, catalog, kind, invitations.get(kind), values) for kind in kinds]


def unsigned(session: Session, catalog: Catalog, case_id: int, values: Values) -> list[dict[str, str]]:
    """The names of the five kinds of party that have not signed yet."""
    shown = parties_shown(session, catalog, case_id, values)
    return [p["label"] for p in shown if p["kind"] in REQUIRED_PARTIES and not p["signed_at"]]


def own_parts(session: Session, catalog: Catalog, case_id: int, account_id: int) -> list[dict[str, Any]]:
    """What an invited party sees: its own rows of the form, and whether it signed them."""
    values = form_values(session, case_id)
    return [
        {
            **_party(session, catalog, invitation.party_kind, invitation, values),
            "rows": [row for row in _rows(values) if row.get("kind") == invitation.party_kind],
        }
        for invitation in _invitations(session, case_id).values()
        if invitation.account_id == account_id
    ]


def _invitations(session: Session, case_id: int) -> dict[str, Invitation]:
    rows = session.exec(select(Invitation).where(Invitation.case_id == case_id)).all()
    return {row.party_kind: row for row in rows}


def _rows(values: Values) -> list[Any]:
    rows = values.get("S3", {}).get("parties", [])
    return rows if isinstance(rows, list) else []


def _party(
    session: Session, catalog: Catalog, kind: str, invitation: Invitation | None, values: Values
) -> dict[str, Any]:
    row: dict[str, Any] = next((r for r in _rows(values) if r.get("kind") == kind), {})
    signature = session.get(Signature, invitation.signature_id) if invitation and invitation.signature_id else None
    return {
        "kind": kind,
        "label": _label(catalog, kind),
        "name": row.get("name", ""),
        "invited": invitation is not None,
        "joined": bool(invitation and invitation.account_id),
        "signer": signature.name if signature else "",
        "signed_at": minute(signature.signed_at) if signature else "",
        "opinion": invitation.opinion if invitation else "",
    }


def _label(catalog: Catalog, kind: str) -> dict[str, str]:
    table = catalog.section("S3").table_map["parties"]
    column = table.column("kind")
    option = next((o for o in column.options if o.code == kind), None) if column else None
    return {"zh": option.zh, "en": option.en} if option else {"zh": kind, "en": kind}
