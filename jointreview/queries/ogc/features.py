"""The collections and their features, in degrees of EPSG:4490 (within centimetres of CRS84), for one reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from shapely.geometry import mapping
from sqlalchemy import func
from sqlmodel import col

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.places import from_square, settle_places
from jointreview.domain.problems import refuse
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import UtcDateTime, reading
from jointreview.models.case import Case
from jointreview.models.place import CasePlace
from jointreview.models.project import Parcel, Project
from jointreview.models.visit import Visit
from jointreview.queries.board import town_names
from jointreview.queries.board_filters import NOT_COUNTING, BoardFilters
from jointreview.queries.narrowing import conditions, mapped_to, of_cases, within
from jointreview.queries.ogc.asking import EVERY_CASE, Asked
from jointreview.settings import settings
from jointreview.text import tr

RECEIVED = func.coalesce(Case.submitted_at, Case.created_at, type_=UtcDateTime)
"""When a case was handed in; a draft, when it was begun."""
_CASE = (
    *(Case.number, Case.stage, Case.state, Case.outcome, Project.name, Project.code),
    *(CasePlace.lamp, CasePlace.due, CasePlace.town, Case.accepted_on, RECEIVED),
)


@dataclass(frozen=True)
class Collection:
    """A collection: its id, the kind of its geometry, the columns read after the id, and how a row becomes one."""

    id: str
    geometry: str
    key: Any
    columns: tuple[Any, ...]
    made: Callable[[Any, str], dict[str, Any]]
    moment: Any


@dataclass(frozen=True)
class Page:
    """Some features, how many match altogether, and the id after which the next page begins (0: there is none)."""

    features: tuple[dict[str, Any], ...]
    matched: int
    next: int


def _said(row: Any, lang: str) -> dict[str, Any]:
    number, stage, state, outcome, project, code, lamp, due, town, accepted, received = row
    catalog = load_catalog(settings().catalogue, settings().today())
    return {
        "number": number,
        "project": project,
        "project_code": code,
        "stage": stage,
        "stage_name": catalog.stage(stage).name.in_(lang),
        "state": state,
        "state_name": tr(lang, f"state.{state}"),
        "outcome": outcome,
        "lamp": lamp,
        "lamp_name": tr(lang, f"views.lamp_{lamp or NOT_COUNTING}"),
        "due": due.isoformat() if due else None,
        "town": town_names(catalog, lang).get(town, town),
        "accepted": accepted.isoformat() if accepted else None,
        "received": received.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _point(x: int, y: int) -> dict[str, Any]:
    lon, lat = from_square(x, y)
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}


def _case(row: Any, lang: str) -> dict[str, Any]:
    return {"geometry": _point(*row[:2]), "properties": _said(row[2:], lang)}


def _parcel(row: Any, lang: str) -> dict[str, Any]:
    wkb, crs, plane, ellipsoid, *case = row
    areas = {"area_plane_m2": round(plane, 2), "area_geodesic_m2": round(ellipsoid, 2), "crs": crs}
    return {"geometry": mapping(from_wkb(wkb)), "properties": _said(case, lang) | areas}


def _visit(row: Any, lang: str) -> dict[str, Any]:
    case_id, number, project, x, y, day, half, status, place = row
    return {
        "geometry": _point(x, y),
        "properties": {
            "case_id": case_id,
            "number": number,
            "project": project,
            "day": day.isoformat(),
            "half": half,
            "half_name": tr(lang, f"case.half_{half}"),
            "status": status,
            "meeting_point": place,
        },
    }


COLLECTIONS = {
    one.id: one
    for one in (
        Collection("cases", "Point", Case.id, (CasePlace.x, CasePlace.y, *_CASE), _case, RECEIVED),
        Collection(
            "parcels",
            "MultiPolygon",
            Case.id,
            (Parcel.wkb, Parcel.crs, Parcel.area_plane_m2, Parcel.area_geodesic_m2, *_CASE),
            _parcel,
            RECEIVED,
        ),
        Collection(
            "visits",
            "Point",
            Visit.id,
            (
                *(Case.id, Case.number, Project.name, CasePlace.x, CasePlace.y),
                *(Visit.day, Visit.half, Visit.status, Visit.meeting_point),
            ),
            _visit,
            Visit.day,
        ),
    )
}
"""What is offered: cases and parcels bear the id of the case, visits their own."""


def collection_of(name: str) -> Collection:
    """The collection of that id. Raises Refused (missing) for another."""
    if name not in COLLECTIONS:
        raise refuse("ogc.no_such_collection", kind="missing")
    return COLLECTIONS[name]


def _joined(kind: Collection, *columns: Any) -> Any:
    found = of_cases(*columns).join(Project, col(Project.id) == Case.project_id)
    if kind.id == "parcels":
        found = found.join(Parcel, col(Parcel.id) == CasePlace.parcel_id)
    if kind.id == "visits":
        found = found.join(Visit, col(Visit.case_id) == Case.id)
    return found


def items(actor: Actor, kind: Collection, wanted: Asked, lang: str, now: datetime) -> Page:
    """One page of a collection, by id, for whoever has these cases on the map."""
    settle_places(now)
    with reading() as session:
        let_through = [*_conditions(actor, kind, wanted.filters, now), within(wanted.box)]
        let_through += _when(kind, wanted)
        matched = int(session.execute(_joined(kind, func.count()).where(*let_through)).scalar_one())
        rows = session.execute(
            _joined(kind, kind.key, *kind.columns)
            .where(*let_through, kind.key > wanted.after)
            .order_by(kind.key)
            .limit(wanted.limit + 1)
        ).all()
    shown = rows[: wanted.limit]
    features = tuple(_feature(kind, row, lang) for row in shown)
    return Page(features, matched, shown[-1][0] if len(rows) > wanted.limit else 0)


def item(actor: Actor, kind: Collection, feature_id: int, lang: str, now: datetime) -> dict[str, Any]:
    """One feature. Raises Refused (missing) alike for one that is not there and one the reader may not see."""
    settle_places(now)
    with reading() as session:
        let_through = [*_conditions(actor, kind, EVERY_CASE, now), within(Asked().box)]
        row = session.execute(
            _joined(kind, kind.key, *kind.columns).where(*let_through, kind.key == feature_id)
        ).first()
    if row is None:
        raise refuse("ogc.no_such_feature", kind="missing")
    return _feature(kind, row, lang)


def extents(actor: Actor, now: datetime) -> tuple[list[float] | None, list[str | None]]:
    """The box around the reader's cases, and from when to when they were handed in."""
    settle_places(now)
    with reading() as session:
        row = session.execute(
            _joined(
                COLLECTIONS["cases"],
                *(func.min(CasePlace.west), func.min(CasePlace.south), func.max(CasePlace.east)),
                *(func.max(CasePlace.north), func.min(RECEIVED, type_=UtcDateTime)),
            ).where(*conditions(mapped_to(actor), EVERY_CASE, _day(now)), within(Asked().box))
        ).one()
    if row[0] is None:
        return None, [None, None]
    return [float(v) for v in row[:4]], [row[4].astimezone(UTC).isoformat().replace("+00:00", "Z"), None]


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _conditions(actor: Actor, kind: Collection, filters: BoardFilters, now: datetime) -> list[Any]:
    found = conditions(mapped_to(actor), filters, _day(now))
    if kind.id == "visits":
        found.append(Visit.status != "cancelled")  # type: ignore[arg-type]
    return found


def _when(kind: Collection, wanted: Asked) -> list[Any]:
    start, end = wanted.moments
    if kind.moment is not RECEIVED:  # a visit takes its day: whatever meets it counts
        start, end = (m and datetime.combine(_day(m), time()) for m in (start, end))
        return [kind.moment >= start.date() if start else True, kind.moment <= end.date() if end else True]
    return [start <= RECEIVED if start else True, end >= RECEIVED if end else True]


def _feature(kind: Collection, row: Any, lang: str) -> dict[str, Any]:
    return {"type": "Feature", "id": row[0], **kind.made(row[1:], lang)}
