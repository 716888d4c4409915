"""An officer's day on site: the visits of today in the order of the route, each whole, as a phone takes it along."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.form_base import asked_rows
from jointreview.commands.facts import load_facts
from jointreview.commands.visits import goes
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.on_site import SHANGHAI
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Material, Upload
from jointreview.models.review import Finding
from jointreview.models.visit import Visit, VisitMember
from jointreview.queries.access import may_read_material, readable_values
from jointreview.queries.onsite import Reader, page_of, reader_of
from jointreview.queries.onsite_visit import when
from jointreview.queries.unsent import told_values, unsent
from jointreview.queries.words import day_words
from jointreview.settings import settings

_SHOWN_ON_A_PHONE = frozenset({"pdf", "jpg", "png"})


def day_on_site(actor: Actor, lang: str, now: datetime) -> dict[str, Any]:
    """Everything a phone needs for the day: `stops` in order, and what the product's settings say.

    Raises Refused (forbidden) for whoever is no officer.
    """
    if actor.role != "officer":
        raise refuse("onsite.officers_only", kind="forbidden")
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        stops = [
            _stop(reader_of(session, actor, visit.case_id, lang, now), visit)
            for visit in _visits(session, actor, today)
        ]
    return {
        "account": str(actor.account_id),
        "name": actor.name,
        "day": today.isoformat(),
        "day_text": day_words(lang, today),
        "limit_bytes": settings().pocket_limit_mb * 1024**2,
        "stops": stops,
    }


def visits_today(actor: Actor, today: date) -> int:
    """How many visits the officer has today; none for anybody else."""
    if actor.role != "officer":
        return 0
    with reading() as session:
        return len(_visits(session, actor, today))


def _visits(session: Session, actor: Actor, today: date) -> list[Visit]:
    """The officer's visits of the day that stand, in the order of the trip, else by half-day."""
    own = select(VisitMember.visit_id).where(VisitMember.unit == actor.unit)
    rows = session.exec(
        select(Visit)
        .where(Visit.day == today, Visit.status != "cancelled", col(Visit.id).in_(own))
        .order_by(col(Visit.half), col(Visit.position), col(Visit.id))
    ).all()
    return [visit for visit in rows if _goes(session, actor, visit)]


def _goes(session: Session, actor: Actor, visit: Visit) -> bool:
    """Whether the officer is named for the visit, went there, or stands in for who is named."""
    member = session.exec(
        select(VisitMember).where(VisitMember.visit_id == visit.id, VisitMember.unit == actor.unit)
    ).first()
    if member is None or member.account_id == actor.account_id:
        return member is not None
    facts = load_facts(session, session.get_one(Case, visit.case_id))
    return facts.visit is not None and facts.visit.id == visit.id and goes(actor, facts.visit)


def _stop(r: Reader, visit: Visit) -> dict[str, Any]:
    findings = r.session.exec(
        select(Finding).where(Finding.case_id == r.case.id, col(Finding.status).in_(["open", "reopened"]))
    ).all()
    return {
        "visit_id": visit.id,
        "case_id": r.case.id,
        "when": when(r, visit.day, visit.half),
        "window": _window(visit),
        "page": page_of(r),
        "figures": _figures(r),
        "open_findings": len(findings),
        "papers": _papers(r),
    }


def _window(visit: Visit) -> str:
    """When the car is there, for a visit on a trip."""
    if visit.arrive is None or visit.leave is None:
        return ""
    return f"{clock_time(visit.arrive)}–{clock_time(visit.leave)}"


def _figures(r: Reader) -> list[dict[str, str]]:
    """The permitted figures the officer may read, with their units."""
    values = readable_values(r.actor, r.facts, r.catalog, told_values(r.session, r.actor, r.facts))
    table = next((s.table_map.get("indices") for s in r.catalog.sections if s.code == "S5"), None)
    if table is None:
        return []
    return [
        {
            "name": fixed.en if r.lang == "en" else fixed.zh,
            "value": f"{row['permitted']:g}" if row["permitted"] < 10**6 else f"{row['permitted']:,.2f}",
            "unit": fixed.unit.in_(r.lang) if fixed.unit else "",
        }
        for _, row, fixed in asked_rows(table, values.get("S5", {}), values)
        if fixed is not None and isinstance(row.get("permitted"), int | float)
    ]


def _papers(r: Reader) -> list[dict[str, Any]]:
    """The files in force that a phone can show and the officer may read; `along` marks what is taken by itself."""
    hidden = unsent(r.session, r.actor, r.facts)
    rows = r.session.exec(
        select(Material, Upload)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .where(Material.case_id == r.case.id, col(Material.current), col(Upload.kind).in_(_SHOWN_ON_A_PHONE))
        .order_by(col(Material.code), col(Material.slot))
    ).all()
    kinds = {m.code: m for m in r.catalog.materials}
    return [
        {
            "id": material.id,
            "name": upload.name,
            "material": kinds[material.code].name.in_(r.lang),
            "size": upload.size,
            "mime": upload.mime,
            "digest": upload.digest,
            "along": kinds[material.code].on_site,
            "url": f"/api/cases/{r.case.id}/materials/{material.id}",
        }
        for material, upload in rows
        if material.code in kinds
        and may_read_material(r.actor, r.facts, r.catalog, material.code)
        and not hidden.file(material)
    ]
