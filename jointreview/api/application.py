"""HTTP for the form page: the application with everything that follows from it, and its parcel for the map."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.queries import application as query

router = APIRouter(prefix="/api/cases/{case_id}/application", route_class=PlainRoute)


@router.get("")
@open_to(*CASE_READERS, hidden=True)
def application(case_id: Id, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Everything the form page shows."""
    return query.application(actor, case_id, language_of(request))


@router.get("/parcel.geojson")
@open_to(*CASE_READERS, hidden=True)
def parcel(case_id: Id, actor: CurrentActor) -> dict[str, Any]:
    """The parcel in degrees."""
    return query.application_parcel(actor, case_id)
