"""Permitted against built as the joint opinion prints it."""

from __future__ import annotations

from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.form_values import handed_in_values
from jointreview.commands.plan_values import compared, outlines_of, plan_of
from jointreview.domain.as_built import Measure
from jointreview.geo.as_built import BuildingCompared
from jointreview.geo.compare import Plane, plane_of
from jointreview.geo.wkb import from_wkb
from jointreview.models.case import Case
from jointreview.models.project import Footprint, Parcel
from jointreview.paperwork.data import PlanComparison, PlanLine, Ring
from jointreview.text import tr


def plan_comparison(session: Session, case: Case, catalog: Catalog, lang: str, day: date) -> PlanComparison | None:
    """The comparison for the annex as it stands on `day`; None for a case without any drawing of its buildings."""
    permitted, built = plan_of(session, case, "permitted"), plan_of(session, case, "as_built")
    if case.id is None or (permitted is None and built is None):
        return None
    found = compared(session, case, catalog, handed_in_values(session, case.id), day)
    if found.reason is not None or built is None:
        return PlanComparison(verdict=tr(lang, f"asbuilt.reason_{found.reason.value}") if found.reason else "")
    before, after = outlines_of(session, permitted), outlines_of(session, built)
    parcel = session.exec(select(Parcel).where(Parcel.case_id == case.id, col(Parcel.current))).first()
    plane = plane_of(built.crs, from_wkb(after[0].wkb))
    return PlanComparison(
        verdict=tr(lang, f"asbuilt.standing_{found.standing.value}"),
        plane=found.plane or tr(lang, "asbuilt.plane_local"),
        land=_rings(plane, from_wkb(parcel.wkb)) if parcel else (),
        lines=tuple(_line(b, before, after, plane, lang) for b in found.buildings if b.in_form),
    )


def _line(
    one: BuildingCompared, before: list[Footprint], after: list[Footprint], plane: Plane, lang: str
) -> PlanLine:
    known = {m.what: m for m in one.measures}
    return PlanLine(
        name=one.name,
        deviation=_single(known.get("deviation")),
        setback=_pair(known.get("setback"), 2),
        height=_pair(known.get("height"), 2),
        floors=_pair(known.get("floors"), 0),
        verdict=tr(lang, f"asbuilt.standing_{one.standing.value}"),
        permitted=_outline(one.serial, before, plane),
        built=_outline(one.serial, after, plane),
    )


def _outline(serial: str, outlines: list[Footprint], plane: Plane) -> tuple[Ring, ...]:
    return tuple(ring for o in outlines if o.serial == serial for ring in _rings(plane, from_wkb(o.wkb)))


def _rings(plane: Plane, geometry: BaseGeometry) -> tuple[Ring, ...]:
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(ring))
        for polygon in shapely.get_parts(plane(geometry))
        for ring in (polygon.exterior, *polygon.interiors)
    )


def _single(m: Measure | None) -> str:
    return f"{m.built:.3f}" if m is not None and m.built is not None else ""


def _pair(m: Measure | None, decimals: int) -> str:
    """Permitted and built with a stroke between; a dash for the one that nobody stated."""
    if m is None or (m.permitted is None and m.built is None):
        return ""
    return " / ".join("–" if v is None else f"{v:,.{decimals}f}" for v in (m.permitted, m.built))
