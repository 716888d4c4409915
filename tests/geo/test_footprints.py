"""Outlines of buildings from files: names, layers, attributes, what is written inside, and whose outline it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import box, mapping

from jointreview.geo.compare import deviation, frame_of_code, plane_of
from jointreview.geo.footprints import look_into, matched, read_footprints
from jointreview.geo.placing import in_degrees
from tests.geo import drawings
from tests.geo.drawings import polylines

E, N = 41371302.0, 3524204.0
HALL, OFFICE = box(E + 100, N + 60, E + 160, N + 100), box(E + 180, N + 60, E + 200, N + 100)


def ring(one: Any) -> list[tuple[float, float]]:
    return list(one.exterior.coords)[:-1]


def drawing(*texts: tuple[str, float, float, dict[str, Any]], layer: str = "建筑轮廓", **options: Any) -> bytes:
    def draw(document: Any, space: Any) -> None:
        polylines([ring(HALL), ring(OFFICE)], layer)(document, space)
        polylines([ring(box(E, N, E + 240, N + 180))], "用地红线")(document, space)
        for text, x, y, attributes in texts:
            if attributes.get("multi"):
                space.add_mtext(text, dxfattribs={"insert": (x, y)})
            else:
                space.add_text(text, height=2, dxfattribs={"insert": (x, y), **attributes})

    return drawings.dxf(draw, **options)


def features(**columns: list[Any]) -> bytes:
    rows = [
        {"type": "Feature", "geometry": mapping(one), "properties": {k: v[n] for k, v in columns.items()}}
        for n, one in enumerate((HALL, OFFICE))
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4529"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": rows}).encode()


def shapefile(tmp_path: Path, encoding: str) -> bytes:
    folder = tmp_path / "shp"
    folder.mkdir()
    pyogrio.raw.write(
        folder / "jz.shp",
        shapely.to_wkb(np.array([HALL, OFFICE], dtype=object)),
        [np.array(["1#厂房", "2#研发楼"], dtype=object), np.array([15.6, 23.9]), np.array([1, 6])],
        fields=["JZMC", "JZGD", "CS"],
        geometry_type="Polygon",
        crs="EPSG:4529",
        encoding=encoding,
    )
    members = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".cpg"}
    return drawings.packed(members)


def keys(reading: Any) -> set[str]:
    return {p.key for p in reading.problems}


def test_a_drawing_names_its_buildings_by_what_is_written_inside():
    read = read_footprints(
        drawing(
            ("1#厂房", E + 120, N + 80, {}),
            ("H=15.6m", E + 120, N + 75, {}),
            ("{\\fSimSun|b0;2#研发楼}\\P6F", E + 185, N + 80, {"multi": True}),
            ("路", E + 20, N + 20, {}),
        ),
        "总平面.dxf",
    )
    assert read.crs == "EPSG:4529" and not read.errors
    assert {(s.name, s.height_m, s.floors) for s in read.shapes} == {("1#厂房", 15.6, None), ("2#研发楼 6F", None, 6)}
    assert sorted(round(s.area_plane_m2, 3) for s in read.shapes) == [800, 2400]


def test_a_centred_text_stands_where_it_is_drawn_not_where_it_begins():
    centred = {"halign": 4, "align_point": (E + 190, N + 80)}
    read = read_footprints(drawing(("2#楼", E + 150, N + 80, centred)), "a.dxf")
    assert {s.name for s in read.shapes} == {"", "2#楼"}
    assert next(s for s in read.shapes if s.name).area_plane_m2 == pytest.approx(800)


def test_texts_of_older_drawings_are_gbk():
    read = read_footprints(drawing(("1#厂房", E + 120, N + 80, {}), version="R2000", encoding="gbk"), "a.dxf")
    assert "1#厂房" in {s.name for s in read.shapes}


def test_the_layer_of_the_buildings_is_found_and_another_can_be_chosen():
    offer = look_into(drawing(), "a.dxf")
    assert offer.layer == "建筑轮廓" and offer.layers[0] == ("建筑轮廓", 2) and ("用地红线", 1) in offer.layers
    land = read_footprints(drawing(), "a.dxf", layer="用地红线")
    assert [round(s.area_plane_m2) for s in land.shapes] == [43200]
    unnamed = look_into(drawing(layer="L7"), "a.dxf")
    assert unnamed.layer == "" and keys(read_footprints(drawing(layer="L7"), "a.dxf")) == {"geo.dxf_layer_needed"}
    assert keys(read_footprints(drawing(), "a.dxf", layer="没有")) == {"geo.dxf_layer_missing"}


def test_an_attribute_names_the_buildings_and_another_can_be_chosen():
    content = features(楼号=["001", "002"], 用途=["厂房", "研发"], 建筑高度=["15.6米", None], 层数=[1, 6])
    offer = look_into(content, "a.geojson")
    assert offer.field == "楼号" and ("用途", "厂房") in offer.fields
    first, second = read_footprints(content, "a.geojson").shapes
    assert (first.number, first.height_m, first.floors) == ("001", 15.6, 1)
    assert (second.number, second.height_m, second.floors) == ("002", None, 6)
    named = read_footprints(content, "a.geojson", name_field="用途").shapes
    assert [s.name for s in named] == ["厂房", "研发"]


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_shapefile_brings_names_heights_and_storeys(tmp_path: Path, encoding: str):
    read = read_footprints(shapefile(tmp_path, encoding), "jz.zip")
    assert [(s.name, s.height_m, s.floors) for s in read.shapes] == [("1#厂房", 15.6, 1), ("2#研发楼", 23.9, 6)]


def test_placemarks_are_buildings():
    frame = frame_of_code("EPSG:4529")
    assert frame is not None
    lon_lat = shapely.get_coordinates(in_degrees(shapely.MultiPolygon([HALL]), frame))
    line = " ".join(f"{x:.9f},{y:.9f},0" for x, y in lon_lat)
    body = (
        "<Placemark><name>1#厂房</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{line}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
    kml = f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">{body}</kml>'
    (shape,) = read_footprints(kml.encode(), "a.kml").shapes
    plane = plane_of("EPSG:4529", shape.geometry)
    assert shape.name == "1#厂房" and deviation(plane(shape.geometry), HALL) < 1e-3


def test_the_same_buildings_from_a_drawing_a_shapefile_and_geojson_are_the_same_ground(tmp_path: Path):
    found = [
        read_footprints(content, name).shapes
        for name, content in {
            "a.dxf": drawing(),
            "a.zip": shapefile(tmp_path, "GBK"),
            "a.geojson": features(name=["1", "2"]),
        }.items()
    ]
    plane = plane_of("EPSG:4529", found[0][0].geometry)
    for shapes in found:
        by_size = sorted(shapes, key=lambda s: -s.area_plane_m2)
        assert all(deviation(plane(s.geometry), b) < 1e-3 for s, b in zip(by_size, (HALL, OFFICE), strict=True))


def test_one_ground_under_two_outlines_is_pointed_out():
    def draw(document: Any, space: Any) -> None:
        polylines([ring(HALL)], "建筑轮廓")(document, space)
        polylines([ring(box(E + 150, N + 60, E + 200, N + 100))], "建筑轮廓")(document, space)

    read = read_footprints(drawings.dxf(draw), "a.dxf")
    assert not read.errors and "geo.buildings_overlap" in keys(read)


def test_broken_files_are_refused_as_parcels_are():
    assert keys(read_footprints(b"", "a.dxf")) == {"geo.file_empty"}
    assert "geo.dwg_not_readable" in keys(read_footprints(b"AC1032" + bytes(40), "a.dwg"))
    bow = shapely.Polygon([(E, N), (E + 50, N + 50), (E + 50, N), (E, N + 50)])
    content = json.dumps({"type": "Feature", "geometry": mapping(bow), "properties": {}}).encode()
    read = read_footprints(content, "a.geojson")
    assert read.errors and not read.shapes
    assert look_into(b"\x00\x01", "a.dxf").layers == ()


FORM = [("001", "1#厂房"), ("002", "2#研发楼"), ("003", "门卫"), ("004", "门卫")]


@pytest.mark.parametrize(
    ("name", "number", "serial", "by"),
    [
        ("1#厂房", "", "001", "name"),
        ("1＃ 厂房", "", "001", "name"),
        ("1号厂房", "", "001", "name"),
        ("", "2", "002", "number"),
        ("002", "", "002", "number"),
        ("2号研发楼", "001", "002", "name"),
        ("门卫", "", "", ""),
        ("锅炉房", "", "", ""),
    ],
)
def test_whose_outline_it_is_is_told_by_name_or_number(name, number, serial, by):
    assert matched(FORM, [(name, number)]) == [(serial, by)]


def test_the_ground_decides_only_where_nothing_is_written():
    found = matched(FORM, [("1#厂房", ""), ("", "")], lambda at: "003")
    assert found == [("001", "name"), ("003", "overlap")]
