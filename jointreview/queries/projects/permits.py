"""Permits of projects and who gets to see them."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.models.actor import Actor
from jointreview.models.identity import UNIT_ROLES
from jointreview.models.outcome import Certificate
from jointreview.models.project import Project
from jointreview.models.review import Assignment


def kinds_read_by(unit: str, catalog: Catalog) -> frozenset[str]:
    """The kinds of permit that stand for a material the unit reads in a later stage (requirements §2.10)."""
    return frozenset(m.certificate for m in catalog.materials if m.certificate and unit in m.readers())


def permits_seen(
    session: Session, actor: Actor, projects: Collection[int], cases: Collection[int], catalog: Catalog
) -> list[tuple[Certificate, str]]:
    """The permits of these projects that the actor may see, each with its item's code; the oldest first.

    `cases` are the cases of the projects that the actor may open. Who coordinates, receives or supervises sees all;
    a department those of its cases and those it reads as a material of a later stage; an applicant all of its own
    organisation's projects; an invited party none.
    """
    rows = session.exec(
        select(Certificate, Assignment.item, Project.organisation_id)
        .join(Project, col(Project.id) == Certificate.project_id)
        .outerjoin(Assignment, col(Assignment.id) == Certificate.assignment_id)
        .where(col(Certificate.project_id).in_(projects))
        .order_by(col(Certificate.issued_on), col(Certificate.id))
    ).all()
    if actor.role == "applicant":
        return [(c, item or "") for c, item, organisation in rows if organisation in actor.organisations]
    if actor.role in UNIT_ROLES:
        known, read = set(cases), kinds_read_by(actor.unit, catalog)
        return [(c, item or "") for c, item, _ in rows if c.case_id in known or c.kind in read]
    return [(c, item or "") for c, item, _ in rows]


def permit_name(certificate: Certificate, item: str, catalog: Catalog, lang: str) -> str:
    """What the permit is called: the result of the item that granted it."""
    found = next((i for i in catalog.items if i.code == item), None) or next(
        (i for i in catalog.items if i.permit == certificate.kind), None
    )
    return found.result_document.in_(lang) if found else certificate.kind
