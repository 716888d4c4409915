"""What the layers drew around a parcel: for staff the features nearby, for the applicant only what is touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.commands.layer_answers import answers_now
from jointreview.commands.layer_sight import index_of, sees
from jointreview.domain.layers import Answer
from jointreview.geo.layer_index import LayerIndex
from jointreview.geo.wkb import Box, from_wkb
from jointreview.models.actor import Actor
from jointreview.models.layer import GeoLayer, LayerVersion
from jointreview.models.project import Parcel

MOST_OF_A_LAYER = 60
_MARGIN = 0.8
"""The window drawn: the parcel's box, larger by this share of its size on each side."""


def shapes_around(session: Session, actor: Actor, parcel: Parcel) -> list[dict[str, Any]]:
    """The features of the layers that the parcel touches, as GeoJSON features of the kind `constraint`.

    Of a service only its answer is kept, so it draws nothing.
    """
    hits = {a.layer: a.version_id for a in answers_now(session, parcel.case_id) if a.answer == Answer.HIT}
    layers = session.exec(select(GeoLayer).where(col(GeoLayer.code).in_(list(hits)))).all() if hits else []
    found: list[dict[str, Any]] = []
    for layer in layers:
        version = session.get(LayerVersion, hits[layer.code])
        if version is None or version.origin != "file":
            continue
        if sees(actor, layer.units):
            found += _near(layer, index_of(session, version), _window(parcel))
        elif not actor.is_staff and not layer.units:
            found += _touched(layer, index_of(session, version), parcel)
    return found


def _window(parcel: Parcel) -> Box:
    across, along = (parcel.max_lon - parcel.min_lon) * _MARGIN, (parcel.max_lat - parcel.min_lat) * _MARGIN
    return parcel.min_lon - across, parcel.min_lat - along, parcel.max_lon + across, parcel.max_lat + along


def _near(layer: GeoLayer, index: LayerIndex, window: Box) -> list[dict[str, Any]]:
    places = index.within(window, MOST_OF_A_LAYER)
    return _features(layer, index, places, shapely.intersection(index.geometries[places], shapely.box(*window)))


def _touched(layer: GeoLayer, index: LayerIndex, parcel: Parcel) -> list[dict[str, Any]]:
    ground = from_wkb(parcel.wkb)
    places = index.within(ground.bounds, MOST_OF_A_LAYER)
    return _features(layer, index, places, shapely.intersection(index.geometries[places], ground))


def _features(
    layer: GeoLayer, index: LayerIndex, places: Iterable[int], shapes: Iterable[Any]
) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": f"{layer.code}.{int(place) + 1}",
            "properties": {
                "kind": "constraint",
                "layer": layer.code,
                "theme": layer.theme,
                "name": " · ".join(part for part in (layer.name_zh, index.names[place]) if part),
            },
            "geometry": mapping(shape),
        }
        for place, shape in zip(places, shapes, strict=True)
        if not shape.is_empty
    ]
