"""Layers of the map for one reader: which there are, and their features in a window of the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.commands.layer_sight import index_of, sees, version_in_force
from jointreview.domain.problems import Refused, refuse
from jointreview.geo.layer_index import LayerIndex
from jointreview.geo.wfs import NoAnswer, ask
from jointreview.geo.wkb import Box
from jointreview.models.actor import Actor
from jointreview.models.layer import GeoLayer, LayerVersion
from jointreview.settings import settings

MOST_FEATURES = 2_000
"""What one window of the map shows at most; of more the answer says that it is not everything."""
_STEPS = 1_500
"""A window is drawn on so many pixels: what is finer than one is left out."""


@dataclass(frozen=True)
class VisibleLayer:
    """A layer the reader may see, with its version in force; a picture (`tiles`) has none.

    `version_id` is None while no version is in force; `restricted` tells that only some units see it. `tiles` is
    `{"url", "attribution", "max_zoom"}` of a picture, empty otherwise.
    """

    id: int
    code: str
    name_zh: str
    name_en: str
    theme: str
    kind: str
    restricted: bool
    version_id: int | None
    dated: date | None
    source: str
    licence: str
    count: int
    bbox: tuple[float, ...]
    tiles: dict[str, Any]

    def name(self, lang: str) -> str:
        """Its name in the reader's language."""
        return self.name_en if lang == "en" else self.name_zh


def visible_layers(session: Session, actor: Actor, today: date | None = None) -> list[VisibleLayer]:
    """Every layer the reader may see on the map, by name; features by `/api/layers/{id}/features`."""
    day = today or settings().today()
    layers = session.exec(select(GeoLayer).where(col(GeoLayer.retired_at).is_(None)).order_by(GeoLayer.code)).all()
    versions = session.exec(select(LayerVersion)).all()
    return [
        _visible(layer, version_in_force([v for v in versions if v.layer_id == layer.id], day))
        for layer in layers
        if sees(actor, layer.units) or (layer.kind == "tiles" and not layer.units)
    ]


def _visible(layer: GeoLayer, version: LayerVersion | None) -> VisibleLayer:
    return VisibleLayer(
        id=layer.id or 0,
        code=layer.code,
        name_zh=layer.name_zh,
        name_en=layer.name_en,
        theme=layer.theme,
        kind=layer.kind,
        restricted=bool(layer.units),
        version_id=version.id if version else None,
        dated=version.effective_from if version else None,
        source=version.source if version else "",
        licence=version.licence if version else "",
        count=version.count if version else 0,
        bbox=tuple(version.bbox) if version else (),
        tiles=dict(layer.tiles),
    )


def layer_features(
    session: Session, actor: Actor, layer_id: int, box: Box, today: date | None = None, most: int = MOST_FEATURES
) -> dict[str, Any]:
    """The features of a layer in a window of the map, as a FeatureCollection.

    `complete` is false when there are more than `most`. Raises Refused: missing for a layer the reader may not see,
    for a picture and while no version is in force; state when a service does not answer.
    """
    layer = session.get(GeoLayer, layer_id)
    if layer is None or layer.kind != "features" or layer.retired_at is not None or not sees(actor, layer.units):
        raise refuse("layers.no_such_layer", kind="missing")
    versions = session.exec(select(LayerVersion).where(LayerVersion.layer_id == layer_id)).all()
    version = version_in_force(versions, today or settings().today())
    if version is None:
        raise refuse("layers.no_version_in_force", kind="missing", layer={"zh": layer.name_zh, "en": layer.name_en})
    return window(_index(session, version, box), layer, version, box, min(most, MOST_FEATURES))


def _index(session: Session, version: LayerVersion, box: Box) -> LayerIndex:
    if version.origin == "file":
        return index_of(session, version)
    try:
        return ask(version.service, box, settings().layer_hosts).index
    except NoAnswer as silent:
        raise Refused(silent.problem, kind="state") from None


def window(index: LayerIndex, layer: GeoLayer, version: LayerVersion, box: Box, most: int) -> dict[str, Any]:
    """The features of an index in a window, as GeoJSON no finer than it can be drawn."""
    found = index.within(box, most + 1)
    tolerance = (box[2] - box[0]) / _STEPS
    shapes = shapely.set_precision(
        shapely.simplify(index.geometries[found[:most]], tolerance), 1e-7, mode="pointwise"
    )
    features = [
        {
            "type": "Feature",
            "id": f"{layer.code}.{int(place) + 1}",
            "properties": {
                "kind": "constraint",
                "theme": layer.theme,
                "layer": layer.code,
                "name": index.names[place],
            },
            "geometry": mapping(shape),
        }
        for place, shape in zip(found[:most], shapes, strict=True)
        if not shape.is_empty
    ]
    about = {"code": layer.code, "theme": layer.theme, "dated": version.effective_from.isoformat()}
    return {"type": "FeatureCollection", "features": features, "layer": about, "complete": len(found) <= most}
