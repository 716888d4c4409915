"""HTTP for the board's map: the parcels of the cases that the filters in the address show."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from jointreview.api.access import STAFF_OF_CASES, open_to
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.queries.board import board_features
from jointreview.queries.board_filters import BoardFilters
from jointreview.settings import settings

router = APIRouter()


@router.get("/api/board.geojson")
@open_to(*STAFF_OF_CASES)
def features(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """The cases of all pages, by the filters of the board's address: `state`, `stage`, `lamp`, `unit` and so on."""
    filters = BoardFilters.from_address(request.query_params)
    return board_features(actor, filters, language_of(request), settings().current_time())
