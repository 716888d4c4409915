"""Which layer of a drawing is the parcel, what its unit is and where it lies; refused where it cannot be told."""

import pytest

from jointreview.geo.dxf_layers import LayerCount, choose
from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import all_of, dxf, polylines
from tests.geo.samples import HOLE, OUTER, degrees, projected

AWAY = [(x + 5_000, y) for x, y in OUTER]


def read(data, **options):
    return read_parcel(data, "红线.dxf", **options)


def keys(reading):
    return [problem.key for problem in reading.problems]


COUNT = LayerCount(closed=1)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["0", "用地红线", "建筑轮廓"], "用地红线"),
        (["宗地", "标注", "建筑红线"], "宗地"),
        (["JZD", "DLSS", "0"], "JZD"),
        (["红线", "道路红线", "绿线"], "红线"),
        (["PLOT_BOUNDARY", "BLK_1_LVL_0_BLDG_FOOT_PRINT", "ROAD"], "PLOT_BOUNDARY"),
        (["Site Boundary", "Building Boundary"], "Site Boundary"),
        (["地形$0$用地红线", "0"], "地形$0$用地红线"),
        (["总图|ＪＺＸ", "0"], "总图|ＪＺＸ"),
        (["用地红线", "红线标注", "地块编号"], "用地红线"),
        (["用地红线", "用地红线标注"], "用地红线"),
    ],
)
def test_the_layer_whose_name_says_so_is_chosen(names, chosen):
    choice = choose(dict.fromkeys(names, COUNT), "")
    assert choice.layer == chosen
    assert choice.problems == []


def test_layers_between_which_the_name_does_not_decide_are_named():
    choice = choose({"用地红线": COUNT, "宗地": COUNT, "图框": COUNT}, "")
    assert choice.layer is None
    assert choice.problems[0].message("zh") == "有多个图层可能是用地红线，请指定图层。可选：用地红线、宗地"
    unnamed = choose({"图层1": COUNT, "图层2": COUNT, "线": LayerCount(lines=3)}, "").problems[0]
    assert unnamed.message("en") == (
        "Which layer is the parcel boundary cannot be told; name the layer. There are: 图层1、图层2"
    )


def test_of_two_such_names_the_one_with_an_outline_is_meant():
    assert choose({"用地红线": COUNT, "用地界线": LayerCount(lines=2)}, "").layer == "用地红线"


def test_the_only_layer_with_an_outline_is_taken_with_a_notice():
    choice = choose({"图层1": COUNT, "文字": LayerCount(lines=9)}, "")
    assert choice.layer == "图层1"
    assert [p.key for p in choice.problems] == ["geo.dxf_layer_assumed"]


def test_the_wanted_layer_is_taken_whatever_its_name():
    data = dxf(all_of(polylines([OUTER]), polylines([AWAY], "Layer 9")))
    assert read(data, layer="Layer 9").parts[0].name == "Layer 9"
    assert read(data, layer="layer 9").parts[0].name == "Layer 9"
    missing = read(data, layer="没有")
    assert missing.problems[0].message("zh") == "图纸中没有图层“没有”，或该层没有线。可选：用地红线、Layer 9"


def test_only_the_likeliest_of_many_layers_are_named():
    found = {f"图层{n}": COUNT for n in range(30)} | {"红线A": COUNT, "红线B": COUNT}
    shown = str(choose(found, "没有").problems[0].params["layers"])
    assert shown.startswith("红线A、红线B、")
    assert shown.endswith("……")
    assert shown.count("、") == 7


# Units and place


def scaled(factor):
    return [[(x * factor, y * factor) for x, y in ring] for ring in (OUTER, HOLE)]


@pytest.mark.parametrize(
    ("factor", "unit", "found"),
    [
        (1, 6, []),
        (1, 0, []),
        (1000, 4, []),
        (100, 5, []),
        (0.001, 7, []),
        (1000, 0, ["geo.dxf_unit_found"]),
        (1, 4, ["geo.dxf_unit_differs"]),
        (1, 1, ["geo.dxf_unit_differs"]),
        (1, 2, ["geo.dxf_unit_differs"]),
        (1000, 6, ["geo.dxf_unit_differs"]),
    ],
)
def test_units_are_as_stated_unless_the_numbers_say_otherwise(factor, unit, found):
    reading = read(dxf(polylines(scaled(factor)), units=unit))
    assert keys(reading) == found
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=0.01)
    assert reading.bbox == pytest.approx(read(dxf()).bbox, abs=1e-10)


@pytest.mark.parametrize("epsg", [4528, 4549, 4529, 4550])
def test_the_system_is_found_by_the_numbers_as_in_point_lists(epsg):
    reading = read(dxf(polylines([projected(r, epsg) for r in (OUTER, HOLE)])))
    assert reading.crs == f"EPSG:{epsg}"
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


def test_northings_drawn_to_the_right_are_noticed():
    reading = read(dxf(polylines([[(y, x) for x, y in ring] for ring in (OUTER, HOLE)])))
    assert keys(reading) == ["geo.swapped"]
    assert reading.area_plane_m2 == pytest.approx(39_000, abs=1e-6)


def test_degrees_are_read_as_degrees():
    reading = read(dxf(polylines([degrees(OUTER), degrees(HOLE)]), units=0))
    assert reading.crs == "EPSG:4490"
    assert reading.area_geodesic_m2 == pytest.approx(38_984.1, abs=0.1)


def test_a_drawing_with_coordinates_of_its_own_has_no_place():
    local = dxf(polylines([[(0.0, 0.0), (240.0, 0.0), (240.0, 180.0)]]))
    assert keys(read(local)) == ["geo.dxf_local"]
    assert "（240.000，0.000）" in read(local).problems[0].message("zh")
    declared = read(local, declared_epsg=32651)
    assert keys(declared) == ["geo.dxf_local_declared"]
    assert "WGS 84 / UTM zone 51N" in declared.problems[0].message("en")


def test_a_declared_system_abroad_in_millimetres():
    ring = [
        (530_000_000, 180_000_000),
        (530_100_000, 180_000_000),
        (530_100_000, 180_100_000),
        (530_000_000, 180_100_000),
    ]
    reading = read(dxf(polylines([ring]), units=4), declared_epsg=27700)
    assert reading.accepted
    assert reading.area_plane_m2 == pytest.approx(10_000, abs=1e-3)
