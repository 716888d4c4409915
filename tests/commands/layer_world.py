"""Layers in a world of tests: loaded by its people, from files made up on the spot."""

from __future__ import annotations

from typing import Any

from jointreview.commands.layers import LoadLayer
from tests.commands.world import World
from tests.geo.layer_samples import layer


def load(world: World, code: str, *geometries: dict[str, Any] | None, who: str = "coordinator", **said: Any) -> int:
    """Load a GeoJSON of these geometries as a version of the layer; answers the version's id."""
    upload = world.upload(who, layer(*geometries), f"{code}.geojson", "geojson")
    said = {"effective_from": "2026-03-01", "source": "测试数据", **said}
    return int(world.do(who, LoadLayer(code=code, upload_id=upload, **said)).value["version_id"])
