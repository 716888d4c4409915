"""HTTP for maps: a case's parcel as GeoJSON, and its sheet as one file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.models.base import reading
from jointreview.queries.maps import case_features, map_sheet
from jointreview.settings import settings
from jointreview.storage.names import content_disposition

router = APIRouter(prefix="/api/cases/{case_id}", route_class=PlainRoute)


@router.get("/map.geojson")
def features(case_id: Id, actor: CurrentActor) -> dict[str, Any]:
    """The parcel in EPSG:4490 degrees."""
    with reading() as session:
        return case_features(session, actor, case_id, settings().today())


@router.get("/sheet.html")
def sheet(case_id: Id, request: Request, actor: CurrentActor) -> HTMLResponse:
    """The map sheet, to save and open anywhere. It carries its scripts inside, so it is only offered as a file."""
    with reading() as session:
        html = map_sheet(session, actor, case_id, language_of(request), settings().today())
    name = content_disposition(f"map-{case_id}.html", False)
    return HTMLResponse(html, headers={"Content-Disposition": name, "Cache-Control": "private, no-store"})
