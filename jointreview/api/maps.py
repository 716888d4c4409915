"""HTTP for maps: a case's parcel as GeoJSON, GeoPackage and Shapefile, and its sheet as one file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.heavy import heavy
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.models.base import reading
from jointreview.queries.maps import case_features, map_sheet, parcel_file
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

router = APIRouter(prefix="/api/cases/{case_id}", route_class=PlainRoute)
_PARCEL_TYPES = {"gpkg": "application/geopackage+sqlite3", "zip": "application/zip"}


@router.get("/map.geojson")
@open_to(*CASE_READERS, hidden=True)
def features(case_id: Id, actor: CurrentActor) -> dict[str, Any]:
    """The parcel in EPSG:4490 degrees."""
    with reading() as session:
        return case_features(session, actor, case_id, settings().today())


@router.get("/parcel.{ending}")
@open_to(*CASE_READERS, hidden=True)
@heavy
def parcel(case_id: Id, ending: str, actor: CurrentActor) -> Response:
    """The parcel as a file of another program: `parcel.gpkg`, or `parcel.zip` with a Shapefile."""
    with reading() as session:
        content = parcel_file(session, actor, case_id, ending)
    name = content_disposition(f"parcel-{case_id}.{ending}", False)
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return Response(content, media_type=_PARCEL_TYPES[ending], headers=headers)


@router.get("/sheet.html")
@open_to(*CASE_READERS, hidden=True)
@heavy
def sheet(case_id: Id, request: Request, actor: CurrentActor) -> HTMLResponse:
    """The map sheet, to save and open anywhere. It carries its scripts inside, so it is only offered as a file."""
    with reading() as session:
        html = map_sheet(session, actor, case_id, language_of(request), settings().today())
    name = content_disposition(f"map-{case_id}.html", False)
    return HTMLResponse(html, headers={"Content-Disposition": name, "Cache-Control": "private, no-store"})
