"""The plans of a case with what the form and earlier permits say of its buildings, ready to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.form_values import form_values
from jointreview.commands.layer_answers import standings
from jointreview.commands.layer_sight import index_of
from jointreview.geo.as_built import LINE_WITHIN_M, Compared, Drawn, Plan, Values, compare_buildings
from jointreview.geo.wkb import from_wkb
from jointreview.models.case import Case
from jointreview.models.project import BuildingPlan, Footprint, Parcel

Form = Mapping[str, Mapping[str, Any]]
_PERMIT_STAGE = 2
_METRES_OF_A_DEGREE = 60_000.0
"""Fewer than a degree of longitude has anywhere in China: the box is never too small."""
_MOST_FEATURES = 2000


def form_buildings(values: Form) -> list[tuple[str, str]]:
    """Serial and name of each building of the form; a row without a serial goes by its place."""
    rows = values.get("S4", {}).get("buildings", [])
    return [(str(row.get("serial") or f"{n + 1:03d}"), str(row.get("name") or "")) for n, row in enumerate(rows)]


def plan_of(session: Session, case: Case, role: str) -> BuildingPlan | None:
    """The plan in force: the case's own; of permitted ones else the latest confirmed for the same project."""
    own = select(BuildingPlan).where(BuildingPlan.case_id == case.id, BuildingPlan.role == role)
    found = session.exec(own.where(col(BuildingPlan.current))).first()
    if found is not None or role != "permitted":
        return found
    return session.exec(
        select(BuildingPlan)
        .join(Case, col(Case.id) == BuildingPlan.case_id)
        .where(
            Case.project_id == case.project_id,
            BuildingPlan.role == role,
            col(BuildingPlan.current),
            col(BuildingPlan.confirmed_at).is_not(None),
        )
        .order_by(col(BuildingPlan.confirmed_at).desc())
    ).first()


def outlines_of(session: Session, plan: BuildingPlan | None) -> list[Footprint]:
    """The outlines of a plan in the order of its file."""
    if plan is None:
        return []
    return list(
        session.exec(select(Footprint).where(Footprint.plan_id == plan.id).order_by(col(Footprint.position))).all()
    )


def copy_plans(session: Session, old_case: int, new_case: int) -> None:
    """The plans of a case that is applied for again go with it, to be confirmed as before."""
    for plan in session.exec(
        select(BuildingPlan).where(BuildingPlan.case_id == old_case, col(BuildingPlan.current))
    ).all():
        copy = BuildingPlan(**(plan.model_dump(exclude={"id"}) | {"case_id": new_case}))
        session.add(copy)
        session.flush()
        for one in outlines_of(session, plan):
            session.add(Footprint(**(one.model_dump(exclude={"id"}) | {"plan_id": copy.id})))


def compared(session: Session, case: Case, catalog: Catalog, values: Form, day: date) -> Compared:
    """Permitted against built for a case whose form says `values`, beside the control lines in force on `day`."""
    permitted, built = plan_of(session, case, "permitted"), plan_of(session, case, "as_built")
    before, after = outlines_of(session, permitted), outlines_of(session, built)
    buildings = form_buildings(values)
    parcel = session.exec(select(Parcel).where(Parcel.case_id == case.id, col(Parcel.current))).first()
    known = {serial for serial, _ in buildings}
    ground = from_wkb(parcel.wkb) if parcel else None
    return compare_buildings(
        buildings,
        _plan(permitted, before, known),
        _plan(built, after, known),
        ground,
        parcel.crs if parcel else "",
        _values(session, case, values, before, after),
        catalog.rules.as_built,
        catalog.rules.tolerance.table(),
        _control_lines(session, catalog, ground, day) if ground is not None else {},
    )


def _control_lines(session: Session, catalog: Catalog, ground: BaseGeometry, day: date) -> dict[str, BaseGeometry]:
    """The features near the land of the layers that buildings keep away from, those of one kind as one geometry."""
    edge = LINE_WITHIN_M / _METRES_OF_A_DEGREE
    west, south, east, north = ground.bounds
    box = (west - edge, south - edge, east + edge, north + edge)
    known = standings(session, catalog, day)
    found: dict[str, list[BaseGeometry]] = {}
    for code, kind in catalog.rules.as_built.control_lines.items():
        standing = known.get(code)
        if standing is None or standing.version is None or standing.units or standing.version.service:
            continue
        index = index_of(session, standing.version)
        found.setdefault(kind, []).extend(index.geometries[index.within(box, _MOST_FEATURES)])
    return {kind: shapely.union_all(parts) for kind, parts in found.items() if parts}


def _plan(plan: BuildingPlan | None, outlines: list[Footprint], known: set[str]) -> Plan | None:
    """A building that left the form since the outlines were matched is none of its buildings any more."""
    if plan is None:
        return None
    drawn = tuple(
        Drawn(o.name or o.number or str(o.position + 1), o.serial if o.serial in known else "", from_wkb(o.wkb))
        for o in outlines
    )
    return Plan(drawn, plan.confirmed_at is not None, plan.crs)


def _values(
    session: Session, case: Case, values: Form, before: list[Footprint], after: list[Footprint]
) -> dict[str, tuple[Values, Values]]:
    """Permitted and built values by serial.

    Permitted: what the plan or its keeper states, else the form of the project's planning permit. Built: the form,
    else what the survey states.
    """
    earlier = _permitted_form(session, case)
    plan, survey = _stated(before), _stated(after)
    found = {}
    for n, row in enumerate(values.get("S4", {}).get("buildings", [])):
        serial = str(row.get("serial") or f"{n + 1:03d}")
        found[serial] = (
            _first(plan.get(serial, Values()), _of_row(earlier.get(serial, {}))),
            _first(_of_row(row), survey.get(serial, Values())),
        )
    return found


def _permitted_form(session: Session, case: Case) -> dict[str, dict[str, Any]]:
    """The buildings as the planning permit of the project was granted for them, by serial."""
    granted = session.exec(
        select(Case)
        .where(
            Case.project_id == case.project_id,
            Case.stage == _PERMIT_STAGE,
            col(Case.outcome).in_(("pass", "conditional")),
            Case.id != case.id,
        )
        .order_by(col(Case.id).desc())
    ).first()
    if granted is None or granted.id is None:
        return {}
    rows = form_values(session, granted.id).get("S4", {}).get("buildings", [])
    return {str(row.get("serial") or f"{n + 1:03d}"): row for n, row in enumerate(rows)}


def _stated(outlines: list[Footprint]) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for one in outlines:
        if one.serial:
            mine = Values(one.facts.get("height_m"), one.facts.get("floors"), one.facts.get("floor_area_m2"))
            found[one.serial] = _first(found.get(one.serial, Values()), mine)
    return found


def _of_row(row: Mapping[str, Any]) -> Values:
    return Values(_number(row.get("height")), _number(row.get("floors_above")), _number(row.get("area")))


def _number(value: Any) -> float | None:
    ordinary = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**9
    return float(value) if ordinary else None


def _first(one: Values, other: Values) -> Values:
    return Values(
        one.height if one.height is not None else other.height,
        one.floors if one.floors is not None else other.floors,
        one.floor_area if one.floor_area is not None else other.floor_area,
    )
