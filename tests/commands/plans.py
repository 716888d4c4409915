"""Site plans and surveys of the example factory: three buildings on its plot, drawn by ezdxf and as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shapely import affinity
from shapely.geometry import Polygon, box, mapping

from jointreview.commands.plans import ConfirmAsBuilt, ConfirmPermittedPlan, ReadAsBuilt, ReadPermittedPlan
from tests.commands.world import World
from tests.geo import drawings

EAST, NORTH = 41371302.0, 3524204.0
"""South-west of the box around the plot of requirements §5.7, in zone 41."""

HALL = box(EAST + 140, NORTH + 15, EAST + 220, NORTH + 85)
OFFICE = box(EAST + 20, NORTH + 110, EAST + 60, NORTH + 140)
GATE = box(EAST + 190, NORTH + 120, EAST + 196, NORTH + 126)
NAMES = {"001": "1#厂房", "002": "2#研发楼", "003": "门卫"}
PERMITTED: dict[str, Polygon] = {"001": HALL, "002": OFFICE, "003": GATE}


def moved(by: Mapping[str, tuple[float, float]]) -> dict[str, Polygon]:
    """The permitted outlines with some carried east and north."""
    return {serial: affinity.translate(one, *by.get(serial, (0, 0))) for serial, one in PERMITTED.items()}


def plan_dxf(outlines: Mapping[str, Polygon], named: bool = True, layer: str = "建筑轮廓") -> bytes:
    """A drawing with each outline on one layer and its name written inside."""

    def draw(document: Any, space: Any) -> None:
        drawings.polylines([list(o.exterior.coords)[:-1] for o in outlines.values()], layer)(document, space)
        for serial, outline in outlines.items() if named else ():
            x, y = outline.centroid.coords[0]
            space.add_text(NAMES[serial], height=2, dxfattribs={"insert": (x, y), "layer": "文字"})

    return drawings.dxf(draw)


def plan_geojson(outlines: Mapping[str, Polygon], **properties: Any) -> bytes:
    """The outlines in zone 41 with their attributes, as planning software writes them."""
    features = [
        {"type": "Feature", "geometry": mapping(outline), "properties": {"楼号": serial, **properties}}
        for serial, outline in outlines.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4529"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def permitted(world: World, case_id: int, content: bytes, who: str = "applicant", confirm: bool = True) -> int:
    """The permitted plan, read and confirmed as proposed."""
    upload_id = world.upload(who, content, "总平面.dxf", "dxf")
    plan_id = world.do(who, ReadPermittedPlan(case_id=case_id, upload_id=upload_id)).value["plan_id"]
    if confirm:
        world.do(who, ConfirmPermittedPlan(case_id=case_id, plan_id=plan_id))
    return plan_id


def as_built(world: World, case_id: int, content: bytes, confirm: bool = True) -> int:
    """The survey, read and confirmed as proposed."""
    upload_id = world.upload("applicant", content, "竣工图.dxf", "dxf")
    plan_id = world.do("applicant", ReadAsBuilt(case_id=case_id, upload_id=upload_id)).value["plan_id"]
    if confirm:
        world.do("applicant", ConfirmAsBuilt(case_id=case_id, plan_id=plan_id))
    return plan_id
