"""Map data of a case: its parcel in degrees, and the sheet that opens off line."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.commands.case_clock import case_clock
from jointreview.commands.relations import only_consulted
from jointreview.domain.problems import refuse
from jointreview.geo.layers_out import Exported, to_geopackage, to_shapefile_zip
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.project import Parcel, Project
from jointreview.queries.access import only_party, visible_case
from jointreview.queries.layer_shapes import shapes_around
from jointreview.queries.plans import outline_features
from jointreview.settings import ROOT
from jointreview.text import tr

LEAFLET = "node_modules/leaflet/dist"


def current_parcel(session: Session, case_id: int) -> Parcel | None:
    """The parcel in force of a case."""
    return session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).first()


def case_features(session: Session, actor: Actor, case_id: int, today: date) -> dict[str, Any]:
    """The case's parcel and the outlines of its buildings, permitted and as built; empty while there are none.

    Raises Refused (missing) for a case the actor may not see, or sees as an invited party alone.
    """
    case, facts = visible_case(session, actor, case_id)
    if only_party(actor, facts):
        raise refuse("commands.no_such_case", kind="missing")
    parcel = current_parcel(session, case_id)
    outlines = [] if only_consulted(actor, facts) else outline_features(session, case)
    if parcel is None:
        return {"type": "FeatureCollection", "features": outlines}
    clock = case_clock(session, case, today)
    project = session.get(Project, case.project_id)
    properties = {
        "kind": "parcel",
        "name": project.name if project else case.number,
        "number": case.number,
        "lamp": clock.lamp.value if clock else "",
        "area_m2": round(parcel.area_plane_m2, 2),
        "crs": parcel.crs,
    }
    feature = {
        "type": "Feature",
        "id": case.id,
        "properties": properties,
        "geometry": mapping(from_wkb(parcel.wkb)),
    }
    return {"type": "FeatureCollection", "features": [*_constraints(session, actor, parcel), feature, *outlines]}


def _constraints(session: Session, actor: Actor, parcel: Parcel) -> list[dict[str, Any]]:
    """Layers that the parcel touches lie under it; before its place is confirmed none was asked."""
    return shapes_around(session, actor, parcel) if parcel.confirmed_at is not None else []


PARCEL_FORMATS: dict[str, Callable[[Sequence[Exported]], bytes]] = {
    "gpkg": to_geopackage,
    "zip": to_shapefile_zip,
}
"""Formats a case's parcel is handed out in, by the ending of the file."""


def parcel_file(session: Session, actor: Actor, case_id: int, ending: str) -> bytes:
    """The case's parcel as a GeoPackage (`gpkg`) or zipped Shapefile (`zip`), in EPSG:4490 degrees.

    For whoever may see it on the map. Raises Refused: missing for other cases, other endings and before a parcel was
    read.
    """
    case, facts = visible_case(session, actor, case_id)
    if only_party(actor, facts):
        raise refuse("commands.no_such_case", kind="missing")
    parcel = current_parcel(session, case_id)
    write = PARCEL_FORMATS.get(ending)
    if parcel is None or write is None:
        raise refuse("commands.no_such_parcel", kind="missing")
    project = session.get(Project, case.project_id)
    parts = parcel.parts
    return write(
        [
            Exported(
                from_wkb(parcel.wkb),
                name=project.name if project else case.number,
                number="、".join(p.get("number", "") for p in parts if p.get("number")),
                land_use="、".join(sorted({p.get("land_use", "") for p in parts if p.get("land_use")})),
                case_number=case.number,
                source_crs=parcel.crs,
                area_plane_m2=parcel.area_plane_m2,
                area_geodesic_m2=parcel.area_geodesic_m2,
            )
        ]
    )


def map_sheet(session: Session, actor: Actor, case_id: int, lang: str, today: date) -> str:
    """One HTML file with the case's parcel that opens without any network."""
    from jointreview.geo.sheet import case_sheet  # with it comes folium, which no start should wait for

    features = _as_it_stands(case_features(session, actor, case_id, today))
    case = session.get(Case, case_id)
    assert case is not None
    project = session.get(Project, case.project_id)
    assert project is not None
    parcel = current_parcel(session, case_id)
    lines = [tr(lang, "sheet.number", number=case.number), tr(lang, "sheet.project_code", code=project.code)]
    if parcel is not None:
        lines += [
            tr(lang, "sheet.area", plane=f"{parcel.area_plane_m2:,.2f}", geodesic=f"{parcel.area_geodesic_m2:,.2f}"),
            tr(lang, "sheet.crs", crs=f"{parcel.crs} {parcel.crs_name}"),
        ]
    lines.append(tr(lang, "sheet.made_on", day=today.isoformat()))
    script, style = leaflet_assets()
    return case_sheet(project.name, lines, features, lang, script, style)


def _as_it_stands(features: dict[str, Any]) -> dict[str, Any]:
    """A sheet draws each building once: as it was built, and before that as it is permitted."""
    built = any(f["properties"]["kind"] == "as_built" for f in features["features"])
    shown = [f for f in features["features"] if not (built and f["properties"]["kind"] == "permitted")]
    return {**features, "features": shown}


def leaflet_assets() -> tuple[str, str]:
    """Leaflet's script and style as the front end was built with them."""
    folder = _leaflet_folder()
    return (folder / "leaflet.js").read_text("utf-8"), (folder / "leaflet.css").read_text("utf-8")


def _leaflet_folder() -> Path:
    """Where the build this server uses keeps Leaflet; without one, where npm put it."""
    built = Path(os.environ.get("REFLEX_WEB_WORKDIR", "")) / "leaflet"
    return built if built.is_dir() else ROOT / ".web" / LEAFLET
