"""Layers of the demonstration: a handful of made-up zones near its projects, so that hits and clear answers show."""

from __future__ import annotations

import json
from datetime import date

from sqlmodel import select

from jointreview.commands.layers import LoadLayer
from jointreview.demo.stage import Stage
from jointreview.models.base import reading
from jointreview.models.layer import GeoLayer

SOURCE = "演示数据（虚构，不代表真实红线）"
LICENCE = "仅供演示"
YEARS_IN_EFFECT = 4
_ZONE_41 = "EPSG:4529"
Corners = tuple[float, float, float, float]
"""North, east of the south-west corner, width, depth in metres of zone 41."""

ZONES: dict[str, list[tuple[str, Corners]]] = {
    "ecological_red_line": [("吕四渔场海岸带（演示）", (3_551_200.0, 41_367_200.0, 5_200.0, 900.0))],
    "permanent_farmland": [
        ("南阳镇基本农田一片（演示）", (3_531_900.0, 41_368_100.0, 900.0, 600.0)),
        ("汇龙镇城东农田（演示）", (3_523_095.0, 41_374_000.0, 500.0, 300.0)),
    ],
    "heritage_zone": [("古闸遗址建设控制地带（演示）", (3_522_800.0, 41_373_900.0, 90.0, 60.0))],
    "control_blue": [("头兴港河蓝线（演示）", (3_522_780.0, 41_374_080.0, 260.0, 128.0))],
    "control_green": [("环港路防护绿带（演示）", (3_549_290.0, 41_367_860.0, 52.0, 180.0))],
    "civil_defence_works": [("汇龙一号人防工程（演示）", (3_521_445.0, 41_372_930.0, 60.0, 40.0))],
}
LINES = {
    "underground_pipelines": [("DN300 供水管（演示）", [(3_522_894.0, 41_373_800.0), (3_522_896.0, 41_374_600.0)])]
}


def load(stage: Stage) -> None:
    """Load every layer as its keeper would, in effect since before the first project of the demonstration."""
    with reading() as session:
        there = set(session.exec(select(GeoLayer.code)).all())
    for code in sorted({*ZONES, *LINES} - there):
        who = "civil_defence" if code == "civil_defence_works" else "coordinator"
        upload = stage.upload(who, layer_file(code), f"{code}（演示）.geojson", "geojson")
        since = date(stage.today.year - YEARS_IN_EFFECT, 1, 1)
        stage.do(who, LoadLayer(code=code, upload_id=upload, effective_from=since, source=SOURCE, licence=LICENCE))


def layer_file(code: str) -> bytes:
    """The layer as GeoJSON in zone 41."""
    shapes = [(name, _ring(corners)) for name, corners in ZONES.get(code, [])]
    features = [_feature(name, {"type": "Polygon", "coordinates": [ring]}) for name, ring in shapes]
    for name, points in LINES.get(code, []):
        along = [[east, north] for north, east in points]
        features.append(_feature(name, {"type": "LineString", "coordinates": along}))
    crs = {"type": "name", "properties": {"name": _ZONE_41}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False).encode()


def _feature(name: str, geometry: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": {"名称": name}, "geometry": geometry}


def _ring(corners: Corners) -> list[list[float]]:
    north, east, width, depth = corners
    west, south = east, north
    return [
        [west, south],
        [west + width, south],
        [west + width, south + depth],
        [west, south + depth],
        [west, south],
    ]
