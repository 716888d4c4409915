"""A permit that stands for a material, as applicant and departments are shown it: issuer, number, validity."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from sqlmodel import Session, select

from jointreview.catalog.schema import Catalog, Material
from jointreview.commands.certificates_held import Held
from jointreview.models.outcome import Certificate, IssuedDocument
from jointreview.queries.words import day_words
from jointreview.text import tr


class PermitCard(TypedDict):
    """A permit in words, all empty where none stands for the material; `href` leads to the public verification."""

    number: str
    issuer: str
    issued: str
    valid: str
    status: str
    tone: str
    href: str


NO_PERMIT = PermitCard(number="", issuer="", issued="", valid="", status="", tone="neutral", href="")


def permit_card(session: Session, lang: str, catalog: Catalog, permits: Held, material: Material) -> PermitCard:
    """The permit the system fetched for a material, or the one that ended and stands for it no longer."""
    usable, ended = permits.stands_for(material), permits.lapsed_for(material)
    if usable is not None:
        return _card(session, lang, catalog, usable, "fetched", "good")
    if ended is not None:
        return _card(session, lang, catalog, ended, ended.status if ended.status != "valid" else "expired", "bad")
    return NO_PERMIT


def _card(session: Session, lang: str, catalog: Catalog, permit: Certificate, status: str, tone: str) -> PermitCard:
    until: date | None = permit.valid_until
    return PermitCard(
        number=permit.number,
        issuer=tr(lang, "permits.issuer", unit=catalog.unit(permit.unit).name.model_dump()),
        issued=tr(lang, "permits.issued", day=day_words(lang, permit.issued_on)),
        valid=tr(lang, "permits.valid_until", day=day_words(lang, until)) if until else tr(lang, "permits.no_end"),
        status=tr(lang, f"permits.{status}"),
        tone=tone,
        href=_verification(session, permit),
    )


def _verification(session: Session, permit: Certificate) -> str:
    """The public page of the decision by which the permit was issued; empty before the stage was concluded."""
    code = session.exec(
        select(IssuedDocument.verify_code).where(
            IssuedDocument.case_id == permit.case_id,
            IssuedDocument.kind == "decision",
            IssuedDocument.status == "valid",
        )
    ).first()
    return f"/verify?code={code}" if code else ""
