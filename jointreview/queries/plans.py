"""Permitted against built as people read it: plans with their outlines, the table for each building, the map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import document_store, own_upload_of
from jointreview.commands.plan_values import compared, form_buildings, outlines_of, plan_of
from jointreview.commands.plans import ConfirmAsBuilt, ConfirmPermittedPlan, ReadAsBuilt, ReadPermittedPlan
from jointreview.commands.registry import Command, may
from jointreview.domain.as_built import Measure, Standing
from jointreview.domain.problems import refuse
from jointreview.geo.as_built import BuildingCompared, Compared
from jointreview.geo.footprints import look_into
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Upload
from jointreview.models.identity import Account
from jointreview.models.project import BuildingPlan, Footprint, Parcel
from jointreview.queries.access import outside, visible_case
from jointreview.queries.application_files import minute
from jointreview.queries.unsent import told_values
from jointreview.text import tr

TONES = {
    Standing.WITHIN: "good",
    Standing.BEYOND: "bad",
    Standing.NOT_COMPARABLE: "warn",
    Standing.RECORDED: "neutral",
}
ROLES: dict[str, tuple[type[Command], type[Command]]] = {
    "permitted": (ReadPermittedPlan, ConfirmPermittedPlan),
    "as_built": (ReadAsBuilt, ConfirmAsBuilt),
}
_DECIMALS = {"m": 2, "m²": 2, "%": 1, "storeys": 0, "": 0}
_FINE = {"deviation", "shift"}
"""Told to the millimetre: the tolerance is a decimetre."""


def plans_shown(actor: Actor, case_id: int, lang: str, today: date) -> dict[str, Any]:
    """Both plans, what this reader may do with them, and the comparison, ready for JSON in the reader's language.

    Raises Refused (missing) for a case the actor may not see, or sees only one part of.
    """
    with reading() as session:
        case, facts = _inside(session, actor, case_id)
        catalog, values = case_catalog(case, today), told_values(session, actor, facts)
        found = compared(session, case, catalog, values, today)
        plans = {role: _plan(session, case, role, lang) for role in ROLES}
        return {
            "case_id": case_id,
            "roles": [_role(actor, facts, role, plans[role], lang) for role in ROLES],
            "buildings": [{"serial": serial, "name": name} for serial, name in form_buildings(values)],
            "comparison": comparison_shown(found, lang),
            "map_url": f"/api/cases/{case_id}/plans.geojson?v=" + "-".join(plan_mark(session, case)),
        }


def plan_contents(actor: Actor, case_id: int, upload_id: int, declared_epsg: int | None) -> dict[str, Any]:
    """What the sender may choose in a file just sent: layers, attributes. Raises Refused for another's upload."""
    with reading() as session:
        _inside(session, actor, case_id)
        upload = own_upload_of(session, actor, upload_id)
    offer = look_into(b"".join(document_store().open(upload.digest)), upload.name, declared_epsg)
    return {
        "layers": [{"name": name, "closed": closed} for name, closed in offer.layers],
        "layer": offer.layer,
        "fields": [{"name": name, "example": example} for name, example in offer.fields],
        "field": offer.field,
    }


def plan_features(actor: Actor, case_id: int) -> dict[str, Any]:
    """The parcel and the outlines of both plans in EPSG:4490 degrees."""
    with reading() as session:
        case, _ = _inside(session, actor, case_id)
        parcel = session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).first()
        land = [_feature(f"parcel-{parcel.id}", "parcel", "", parcel.wkb)] if parcel else []
        return {"type": "FeatureCollection", "features": [*land, *outline_features(session, case)]}


def outline_features(session: Session, case: Case) -> list[dict[str, Any]]:
    """The outlines of both plans as features of the kinds `as_built` and `permitted`, the dashed ones on top."""
    return [
        _feature(f"{role}-{one.id}", role, one.name or one.number, one.wkb)
        for role in reversed(ROLES)
        for one in outlines_of(session, plan_of(session, case, role))
    ]


def plan_mark(session: Session, case: Case) -> list[str]:
    """What changes in the address of a map when a plan changes."""
    plans = (plan_of(session, case, role) for role in ROLES)
    return [str(plan.id) if plan else "0" for plan in plans]


def drawn_indices(
    session: Session, case: Case, catalog: Catalog, values: Mapping[str, Mapping[str, Any]], today: date
) -> dict[str, dict[str, float]]:
    """What the drawings say of the planning indices, by index and column; only values that were computed."""
    if case.kind != "acceptance" or not any(plan_of(session, case, role) for role in ROLES):
        return {}
    found = compared(session, case, catalog, values, today).indices
    return {
        index: {
            column: value for column, value in zip(("permitted", "measured"), pair, strict=True) if value is not None
        }
        for index, pair in found.items()
    }


def line_facts(
    session: Session,
    case: Case,
    catalog: Catalog,
    values: Mapping[str, Mapping[str, Any]],
    lang: str,
    today: date,
) -> dict[str, str]:
    """For each line of a checklist that the comparison answers, what it found, in words."""
    wanted = catalog.rules.as_built.lines
    if not wanted or plan_of(session, case, "as_built") is None:
        return {}
    found = compared(session, case, catalog, values, today)
    return {line: _line_fact(found, kinds, lang) for line, kinds in wanted.items()}


def _line_fact(found: Compared, kinds: list[str], lang: str) -> str:
    """What is beyond, building by building; else that all is within, or why nothing can be said."""
    head = tr(lang, "asbuilt.fact")
    if found.reason is not None:
        return f"{head}{tr(lang, f'asbuilt.reason_{found.reason.value}')}"
    measured = found.answering(kinds)
    beyond = [(name, m) for name, m in measured if m.standing is Standing.BEYOND]
    if beyond:
        return head + tr(lang, "asbuilt.joint").join(_said(name, m, lang) for name, m in beyond)
    open_ = [(name, m) for name, m in measured if m.standing is Standing.NOT_COMPARABLE]
    if open_:
        return head + tr(lang, "asbuilt.joint").join(_said(name, m, lang) for name, m in open_[:3])
    judged = [(name, m) for name, m in measured if m.standing is Standing.WITHIN]
    if not judged:
        return head + tr(lang, "asbuilt.fact_all_shown")
    return head + tr(lang, "asbuilt.joint").join(_said(name, m, lang) for name, m in judged[:6])


def _said(name: str, m: Measure, lang: str) -> str:
    label = tr(lang, f"asbuilt.what_{m.what}")
    if m.reason is not None:
        return tr(
            lang, "asbuilt.said_reason", name=name, what=label, why=tr(lang, f"asbuilt.reason_{m.reason.value}")
        )
    key = "asbuilt.said_pair" if m.permitted is not None else "asbuilt.said_one"
    return tr(
        lang,
        key,
        name=name,
        what=label,
        permitted=number(m.permitted, m, lang),
        built=number(m.built, m, lang),
        tolerance=number(m.tolerance, m, lang),
        verdict=tr(lang, f"asbuilt.standing_{m.standing.value}"),
    )


def comparison_shown(found: Compared, lang: str) -> dict[str, Any]:
    """The comparison in words and figures of the reader's language."""
    names = {b.serial: b.name for b in found.buildings if b.in_form}
    return {
        **_verdict(found.standing, lang),
        "reason": tr(lang, f"asbuilt.reason_{found.reason.value}") if found.reason else "",
        "plane": tr(lang, "asbuilt.plane", name=found.plane) if found.plane else tr(lang, "asbuilt.plane_local"),
        "compared": found.reason is None,
        "rows": [_row(b, lang) for b in found.buildings] if found.reason is None else [],
        "spacings": [
            {**measure(s.measure, lang), "label": f"{names.get(s.first, s.first)} – {names.get(s.second, s.second)}"}
            for s in found.spacings
        ],
        "indices": {index: {"permitted": pair[0], "measured": pair[1]} for index, pair in found.indices.items()},
    }


def _row(b: BuildingCompared, lang: str) -> dict[str, Any]:
    return {
        "serial": b.serial,
        "name": b.name,
        "in_form": b.in_form,
        **_verdict(b.standing, lang),
        "measures": [measure(m, lang) for m in b.measures],
        "sides": [
            {**measure(s.measure, lang), "label": tr(lang, "asbuilt.side", first=s.first, last=s.last)}
            for s in b.sides
        ],
    }


def measure(m: Measure, lang: str) -> dict[str, Any]:
    """One value with its figures, verdict and reason."""
    return {
        "what": m.what,
        "label": tr(lang, f"asbuilt.what_{m.what}"),
        "permitted": number(m.permitted, m, lang),
        "built": number(m.built, m, lang),
        "diff": signed(m, lang),
        "tolerance": number(m.tolerance, m, lang),
        "reason": tr(lang, f"asbuilt.reason_{m.reason.value}") if m.reason else "",
        **_verdict(m.standing, lang),
    }


def _verdict(standing: Standing, lang: str) -> dict[str, str]:
    said = tr(lang, f"asbuilt.standing_{standing.value}")
    return {"standing": standing.value, "verdict": said, "tone": TONES[standing]}


def number(value: float | None, m: Measure, lang: str) -> str:
    """A figure with its unit; empty without one."""
    if value is None:
        return ""
    decimals = 3 if m.what in _FINE and m.tolerance != value else _DECIMALS.get(m.unit, 2)
    unit = tr(lang, "asbuilt.storeys") if m.unit == "storeys" else m.unit
    return f"{value:,.{decimals}f} {unit}".strip()


def signed(m: Measure, lang: str) -> str:
    """The difference with its sign; empty without one."""
    if m.diff is None:
        return ""
    plain = number(abs(m.diff), m, lang)
    return plain if m.diff == 0 else f"{'+' if m.diff > 0 else '−'}{plain}"


def _inside(session: Session, actor: Actor, case_id: int) -> tuple[Case, CaseFacts]:
    case, facts = visible_case(session, actor, case_id)
    if outside(actor, facts):
        raise refuse("commands.no_such_case", kind="missing")
    return case, facts


def _role(actor: Actor, facts: CaseFacts, role: str, plan: dict[str, Any] | None, lang: str) -> dict[str, Any]:
    read, confirm = ROLES[role]
    why = may(actor, read, facts)
    own = plan is not None and not plan["from_case"]
    return {
        "role": role,
        "title": tr(lang, f"asbuilt.role_{role}"),
        "plan": plan,
        "read": read.__name__ if why is None else "",
        "confirm": confirm.__name__ if own and may(actor, confirm, facts) is None else "",
        "why": tr(lang, why.key, **why.params) if why else "",
    }


def _plan(session: Session, case: Case, role: str, lang: str) -> dict[str, Any] | None:
    plan = plan_of(session, case, role)
    if plan is None:
        return None
    upload = session.get(Upload, plan.upload_id)
    other = session.get(Case, plan.case_id) if plan.case_id != case.id else None
    return {
        "id": plan.id,
        "file": upload.name if upload else "",
        "digest": plan.digest,
        "crs": plan.crs,
        "crs_name": plan.crs_name,
        "found_by": tr(lang, plan.crs_found_by) if plan.crs_found_by else "",
        "layer": plan.layer,
        "notes": [
            {"text": tr(lang, n["key"], **n.get("params", {})), "line": n.get("line"), "entity": n.get("entity", "")}
            for n in plan.notes
        ],
        "read": _who_when(session, plan.read_by, minute(plan.created_at), lang),
        "confirmed": _confirmed(session, plan, lang),
        "from_case": other.number if other else "",
        "outlines": [_outline(one, lang) for one in outlines_of(session, plan)],
    }


def _confirmed(session: Session, plan: BuildingPlan, lang: str) -> str:
    if plan.confirmed_at is None or plan.confirmed_by is None:
        return ""
    return _who_when(session, plan.confirmed_by, minute(plan.confirmed_at), lang)


def _who_when(session: Session, account_id: int, when: str, lang: str) -> str:
    account = session.get(Account, account_id)
    return tr(lang, "asbuilt.who_when", who=account.name if account else "", when=when)


def _outline(one: Footprint, lang: str) -> dict[str, Any]:
    return {
        "position": one.position,
        "name": one.name or one.number,
        "serial": one.serial,
        "matched_by": tr(lang, f"asbuilt.by_{one.matched_by}") if one.matched_by else "",
        "area": f"{one.area_plane_m2:,.2f} m²",
        "height_m": one.facts.get("height_m"),
        "floors": one.facts.get("floors"),
        "floor_area_m2": one.facts.get("floor_area_m2"),
    }


def _feature(key: str, kind: str, name: str, wkb: bytes) -> dict[str, Any]:
    properties = {"kind": kind, "name": name}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": mapping(from_wkb(wkb))}
