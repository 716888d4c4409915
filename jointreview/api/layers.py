"""HTTP for layers of the map: what lies in a window, for those who may see the layer."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from jointreview.api.access import open_to_everybody
from jointreview.api.app import CurrentActor
from jointreview.api.language import language_of
from jointreview.api.requests import Id, PlainRoute
from jointreview.domain.problems import refuse
from jointreview.geo.wkb import Box
from jointreview.models.base import reading
from jointreview.queries.layers import MOST_FEATURES, layer_features, visible_layers

router = APIRouter(prefix="/api/layers", route_class=PlainRoute)
_Limit = Annotated[int, Query(ge=1, le=MOST_FEATURES)]
_Window = Annotated[str, Query(max_length=120)]


@router.get("")
@open_to_everybody
def layers(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """The layers the reader may see."""
    lang = language_of(request)
    with reading() as session:
        found = visible_layers(session, actor)
    return {
        "layers": [
            {
                "id": one.id,
                "code": one.code,
                "name": one.name(lang),
                "theme": one.theme,
                "kind": one.kind,
                "restricted": one.restricted,
                "dated": one.dated.isoformat() if one.dated else None,
                "source": one.source,
                "licence": one.licence,
                "count": one.count,
                "bbox": list(one.bbox),
                "tiles": one.tiles,
            }
            for one in found
        ]
    }


@router.get("/{layer_id}/features")
@open_to_everybody
def features(layer_id: Id, actor: CurrentActor, bbox: _Window, limit: _Limit = MOST_FEATURES) -> dict[str, Any]:
    """The features in `bbox` (west,south,east,north in degrees) as GeoJSON; `complete` tells whether that is all."""
    with reading() as session:
        return layer_features(session, actor, layer_id, box_of(bbox), most=limit)


def box_of(text: str) -> Box:
    """A window of the map from a query. Raises Refused for anything but four degrees in their order."""
    try:
        edges = [float(part) for part in text.split(",")]
        west, south, east, north = edges
    except ValueError:
        raise refuse("layers.no_window", where="bbox") from None
    if not all(map(math.isfinite, edges)) or west >= east or south >= north or abs(south) > 90 or abs(north) > 90:
        raise refuse("layers.no_window", where="bbox")
    return west, south, east, north
