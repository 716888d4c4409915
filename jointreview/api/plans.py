"""HTTP for permitted against built: both plans with the comparison, what a file offers, and the map."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from jointreview.api.access import CASE_READERS, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import LARGEST_ID, Id, PlainRoute
from jointreview.queries import plans as query
from jointreview.settings import settings

router = APIRouter(prefix="/api/cases/{case_id}", route_class=PlainRoute)
UploadId = Annotated[int, Query(ge=1, le=LARGEST_ID)]
Code = Annotated[int | None, Query(ge=1024, le=32767)]


@router.get("/plans")
@open_to(*CASE_READERS, hidden=True)
def plans(case_id: Id, request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Both plans, what the reader may do, and the table for each building."""
    return query.plans_shown(actor, case_id, language_of(request), settings().today())


@router.get("/plans/contents")
@open_to(*CASE_READERS, hidden=True)
async def contents(case_id: Id, upload_id: UploadId, actor: CurrentActor, epsg: Code = None) -> dict[str, Any]:
    """The layers and attributes that the sender of a file can choose."""
    return await asyncio.to_thread(query.plan_contents, actor, case_id, upload_id, epsg)


@router.get("/plans.geojson")
@open_to(*CASE_READERS, hidden=True)
def features(case_id: Id, actor: CurrentActor) -> dict[str, Any]:
    """The parcel and the outlines of both plans in EPSG:4490 degrees."""
    return query.plan_features(actor, case_id)
