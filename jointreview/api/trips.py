"""HTTP for the trip board: the board of some days, and one trip opened. What changes them are commands."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from jointreview.api.access import open_to
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.queries.trips.board import trip_board
from jointreview.queries.trips.opened import opened_trip
from jointreview.settings import settings

router = APIRouter(prefix="/api/trips", route_class=PlainRoute)
_PRIVATE = {"cache-control": "private, no-store"}


@router.get("/board")
@open_to("coordinator", instead="tripboard.not_for_you")
def board(request: Request, actor: CurrentActor, first: Annotated[date | None, Query()] = None) -> JSONResponse:
    """Half-days by cars from `first` (YYYY-MM-DD, today unless told) on."""
    found = trip_board(actor, language_of(request), settings().current_time(), first)
    return JSONResponse(found, headers=_PRIVATE)


@router.get("/{trip_id}/opened")
@open_to("coordinator", instead="tripboard.not_for_you")
def opened(trip_id: Id, request: Request, actor: CurrentActor) -> JSONResponse:
    """One trip with its way and the officers who could be sent."""
    found = opened_trip(actor, trip_id, language_of(request), settings().current_time())
    return JSONResponse(found, headers=_PRIVATE)
