"""Layers from files: every format, whole or not at all, repairs only where they are listed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from jointreview.geo.layer_file import read_layer
from tests.geo.layer_samples import BOW, FAR, layer, line, point, square
from tests.geo.samples import Plot, shapefile_zip, txt

RING_WITH_HOLE = {
    "type": "Polygon",
    "coordinates": [*square(121.65, 31.8, 0.01)["coordinates"], *square(121.652, 31.802, 0.002)["coordinates"]],
}


def written(
    folder: Path, driver: str, ending: str, *geometries: dict, crs: str = "EPSG:4490", **options: str
) -> bytes:
    """A layer as GDAL writes it."""
    shapes = [shapely.from_geojson(json.dumps(g)) for g in geometries]
    kinds = {s.geom_type for s in shapes}
    path = folder / f"layer{ending}"
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array([f"要素{n}" for n in range(1, len(shapes) + 1)], dtype=object)],
        fields=["名称"],
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        crs=crs,
        driver=driver,
        **options,
    )
    return path.read_bytes()


def keys(reading) -> list[str]:
    return [p.key.removeprefix("geo.") for p in reading.problems]


def test_points_lines_and_polygons_with_holes_are_read_from_geojson():
    found = read_layer(layer(RING_WITH_HOLE, line((121.6, 31.8), (121.7, 31.9)), point(121.66, 31.9)), "a.geojson")
    assert found.accepted and found.crs == "EPSG:4490"
    assert [g.geom_type for g in found.geometries] == ["Polygon", "LineString", "Point"]
    assert len(found.geometries[0].interiors) == 1
    assert (found.names, found.name_field) == (("要素1", "要素2", "要素3"), "名称")


@pytest.mark.parametrize("kind", ["Polygon", "LineString", "Point"])
def test_a_geopackage_of_any_kind_reads_the_same(tmp_path: Path, kind: str):
    geometry = {
        "Polygon": RING_WITH_HOLE,
        "LineString": line((121.6, 31.8), (121.7, 31.9)),
        "Point": point(121.6, 31.8),
    }
    found = read_layer(written(tmp_path, "GPKG", ".gpkg", geometry[kind]), "a.gpkg")
    assert (found.accepted, found.crs, found.names) == (True, "EPSG:4490", ("要素1",))
    assert found.geometries[0].geom_type == kind


def test_a_geopackage_in_another_system_lands_at_the_same_place(tmp_path: Path):
    zone = read_layer(layer(RING_WITH_HOLE), "a.geojson").geometries[0]
    to_zone = Transformer.from_crs(4490, 4529, always_xy=True)
    flat = shapely.transform(zone, lambda xy: np.column_stack(to_zone.transform(xy[:, 0], xy[:, 1])))
    found = read_layer(
        written(tmp_path, "GPKG", ".gpkg", json.loads(shapely.to_geojson(flat)), crs="EPSG:4529"), "a.gpkg"
    )
    assert (found.crs, found.crs_found_by) == ("EPSG:4529", "geo.found_by_gpkg")
    assert shapely.hausdorff_distance(found.geometries[0], zone) < 1e-9


def test_a_shapefile_with_gbk_names_and_no_prj_is_read_by_its_numbers():
    found = read_layer(shapefile_zip(Plot(), encoding="gbk", prj=""), "红线.zip")
    assert found.accepted and found.crs == "EPSG:4529"
    assert found.names == ("启东示例地块一",)


def test_a_parcels_format_serves_as_a_layer_of_polygons():
    found = read_layer(txt(Plot()).encode("gbk"), "红线.txt")
    assert found.accepted and found.names == ("启东示例地块一",) and len(found.geometries[0].geoms[0].interiors) == 1


@pytest.mark.parametrize(
    ("content", "wanted", "feature", "on_line"),
    [
        (b"", ["file_empty"], None, None),
        (b'{"type": "FeatureCollection",\n"features": [}', ["json_unreadable"], None, 2),
        (b'{"type": "FeatureCollection", "features": 3}', ["geojson_malformed"], 0, None),
        (layer(), ["layer_none"], None, None),
        (layer(FAR, BOW), ["layer_feature_invalid"], 2, None),
        (layer(FAR, None), ["layer_feature_empty"], 2, None),
        (
            layer({"type": "Polygon", "coordinates": [[[121.6, 31.8], [121.7, 31.8]]]}),
            ["layer_feature_broken"],
            1,
            None,
        ),
        (layer(FAR, {"type": "Polygon", "coordinates": [[["a", 1]]]}), ["layer_feature_broken"], 2, None),
        (
            layer({"type": "GeometryCollection", "geometries": [FAR, point(121.8, 31.7)]}),
            ["layer_feature_kind"],
            1,
            None,
        ),
        (layer(square(0, 51)), ["layer_elsewhere"], None, None),
        (layer(square(121.6, 31.8), crs="EPSG:2343"), ["datum_xian80"], None, None),
        (b"PK\x03\x04 no archive", ["zip_unreadable"], None, None),
        (b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(900), ["gpkg_unreadable"], None, None),
    ],
)
def test_a_broken_file_is_refused_whole_with_the_place_of_its_fault(content, wanted, feature, on_line):
    found = read_layer(content, "layer")
    errors = found.errors
    assert (found.accepted, len(found.geometries)) == (False, 0)
    assert [p.key.removeprefix("geo.") for p in errors] == wanted
    assert (errors[0].params.get("feature"), errors[0].line) == (feature, on_line)


def test_repair_lists_what_it_changed_and_by_how_much():
    found = read_layer(layer(FAR, BOW, None), "a.geojson", repair=True)
    assert found.accepted and found.numbers == (1, 2)
    changed, dropped = found.repairs
    assert (changed.feature, changed.dropped, dropped.feature, dropped.dropped) == (2, False, 3, True)
    assert "Self-intersection" in changed.reason and changed.change_m2 > 500_000
    assert bool(shapely.is_valid(found.geometries).all())


def test_all_of_many_faults_are_counted_and_the_first_are_named():
    found = read_layer(layer(*[BOW] * 70), "a.geojson")
    assert keys(found)[:50] == ["layer_feature_invalid"] * 50
    assert found.problems[-1].params == {"count": 20}


def test_the_name_is_the_attribute_asked_for_or_the_fault_names_those_there_are():
    assert read_layer(layer(FAR, BH="K7"), "a.geojson", name_field="BH").names == ("K7",)
    refused = read_layer(layer(FAR, BH="K7"), "a.geojson", name_field="DKMC")
    assert keys(refused) == ["layer_name_field"] and refused.errors[0].params["fields"] == "名称, BH"
