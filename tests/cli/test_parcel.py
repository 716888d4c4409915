"""python -m jointreview parcel: the JSON other programs rely on, exit status, and the written GeoJSON."""

import json
import re

import geopandas
import pytest
from pyproj import CRS

from jointreview.__main__ import main
from tests.geo.drawings import all_of, csv_table, dxf, kml, packed, polylines, xlsx
from tests.geo.samples import HEADER, LONDON, OUTER, Plot, geojson, members_of, projected, shapefile_zip, txt

FIELDS = ["crs", "crs_found_by", "parts", "area_plane_m2", "area_geodesic_m2", "bbox", "problems"]


@pytest.fixture
def parcel(tmp_path):
    def write(data, name="地块.txt"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode("gbk"))
        return str(path)

    return write


def run(capsys, *arguments):
    status = main(["parcel", *arguments])
    return status, capsys.readouterr()


def test_json_of_an_accepted_file(parcel, capsys):
    status, out = run(capsys, parcel(txt()), "--json")
    answer = json.loads(out.out)
    assert status == 0
    assert list(answer) == FIELDS
    assert answer["crs"] == "EPSG:4529"
    assert answer["crs_found_by"] == "zone number in the file's header"
    assert answer["area_plane_m2"] == pytest.approx(39_000)
    assert answer["area_geodesic_m2"] == pytest.approx(38_984.1, abs=0.05)
    assert answer["bbox"] == pytest.approx([121.640501, 31.833584, 121.643059, 31.835227], abs=1e-6)
    assert answer["parts"][0]["name"] == "启东示例地块一"
    assert answer["problems"] == []


def test_json_of_a_refused_file_has_the_same_shape_and_exits_with_1(parcel, capsys, tmp_path):
    out_path = tmp_path / "out.geojson"
    faulty = parcel(txt(header={**HEADER, "坐标系": "1980西安坐标系"}))
    status, out = run(capsys, faulty, "--json", "--out", str(out_path))
    answer = json.loads(out.out)
    assert status == 1
    assert list(answer) == FIELDS
    assert [(p["line"], p["severity"]) for p in answer["problems"]] == [(5, "error")]
    assert "Xian 1980" in answer["problems"][0]["message"]
    assert not out_path.exists()


def test_a_notice_is_among_the_problems_but_the_file_passes(parcel, capsys):
    status, out = run(capsys, parcel(txt(header={})), "--json")
    assert status == 0
    assert [p["severity"] for p in json.loads(out.out)["problems"]] == ["warning"]


def test_a_file_that_is_no_parcel_still_answers_in_json(parcel, capsys):
    status, out = run(capsys, parcel(b"\x89PNG\x00\x00\xff"), "--json")
    answer = json.loads(out.out)
    assert status == 1
    assert [answer[f] for f in FIELDS[:6]] == [None, None, [], None, None, None]


def test_the_written_geojson_is_in_degrees_with_nine_decimals(parcel, capsys, tmp_path):
    path = tmp_path / "out.geojson"
    status, _ = run(capsys, parcel(shapefile_zip(), "地块.zip"), "--out", str(path))
    text = path.read_text(encoding="utf-8")
    numbers = re.findall(r"\d+\.\d+", text[text.index('"coordinates"') :])
    assert status == 0
    assert min(len(n.split(".")[1]) for n in numbers) >= 9
    lon, lat = json.loads(text)["features"][0]["geometry"]["coordinates"][0][0][0]
    assert 121.64 < lon < 121.65
    assert 31.83 < lat < 31.84
    assert run(capsys, str(path))[0] == 0


def test_the_summary_for_people_in_both_languages(parcel, capsys):
    path = parcel(txt(Plot(area_ha="4.5000")))
    status, english = run(capsys, path)
    assert status == 1
    assert "EPSG:4529" in english.out
    assert "39000.0 m²" in english.out
    assert "Error: line 13: The stated area" in english.out
    _, chinese = run(capsys, path, "--lang", "zh")
    assert "错误：第 13 行 填写面积" in chinese.out
    assert "不能使用" in chinese.out


def test_a_declared_system_abroad_passes_with_a_notice(parcel, capsys):
    path = parcel(geojson(rings=[LONDON]), "london.geojson")
    assert run(capsys, path, "--json")[0] == 1
    for given in ("EPSG:4326", "epsg:4326", "4326"):
        status, out = run(capsys, path, "--json", "--crs", given)
        assert status == 0
        assert json.loads(out.out)["crs"] == "EPSG:4326"


@pytest.mark.parametrize("crs", ["nonsense", "EPSG:999999", "EPSG:5773", "EPSG:", "EPSG:4529; rm", ""])
def test_a_nonsense_system_is_a_message_and_1(parcel, capsys, crs):
    status, out = run(capsys, parcel(txt()), "--crs", crs)
    assert status == 1
    assert out.out == ""
    assert "--crs" in out.err


def test_a_missing_file_or_a_folder_is_a_message_and_1(capsys, tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        status, out = run(capsys, str(path))
        assert status == 1
        assert str(path) in out.err


def test_a_place_that_cannot_be_written_is_a_message_and_1(parcel, capsys, tmp_path):
    status, out = run(capsys, parcel(txt()), "--out", str(tmp_path / "no" / "out.geojson"))
    assert status == 1
    assert "cannot be written" in out.err


def test_every_format_and_the_layer_of_a_drawing(parcel, capsys):
    files = {"a.dxf": dxf(), "a.kml": kml().encode(), "a.csv": csv_table().encode("gbk"), "a.xlsx": xlsx()}
    for name, data in files.items():
        status, out = run(capsys, parcel(data, name), "--json")
        assert status == 0, name
        assert json.loads(out.out)["area_geodesic_m2"] == pytest.approx(38_984.1, abs=0.1)
    two = parcel(dxf(all_of(polylines(), polylines([OUTER], "宗地"))), "two.dxf")
    status, out = run(capsys, two, "--json", "--lang", "zh")
    assert status == 1
    assert json.loads(out.out)["problems"] == [
        {
            "line": None,
            "entity": None,
            "message": "有多个图层可能是用地红线，请指定图层。可选：用地红线、宗地",
            "severity": "error",
        }
    ]
    status, out = run(capsys, two, "--json", "--layer", "宗地")
    assert status == 0
    assert json.loads(out.out)["parts"][0]["name"] == "宗地"


def test_a_fault_of_a_drawing_has_line_and_handle(parcel, capsys):
    path = parcel(dxf(polylines([OUTER], close=False)), "open.dxf")
    status, out = run(capsys, path, "--json")
    problem = json.loads(out.out)["problems"][0]
    assert status == 1
    assert problem["line"] > 100
    assert problem["entity"] in problem["message"]
    _, people = run(capsys, path)
    assert f"Error: line {problem['line']}: {problem['entity']}: The boundary does not close" in people.out


def test_names_that_no_terminal_can_print_are_printed_all_the_same(parcel, capsys):
    data = geojson().replace("启东示例地块一".encode(), rb"\ud800\u0007x")
    for options in (["--json"], []):
        status, out = run(capsys, parcel(data, "a.geojson"), *options)
        assert status == 0
        assert out.out.encode("utf-8")


def test_a_file_without_end_is_too_large_and_no_more_is_read_of_it(capsys):
    status, out = run(capsys, "/dev/zero", "--json")
    assert status == 1
    assert "larger than 32 MB" in json.loads(out.out)["problems"][0]["message"]


def test_a_system_with_a_name_as_long_as_a_book(parcel, capsys):
    prj = CRS.from_epsg(4549).to_wkt("WKT1_ESRI").replace("CGCS2000_3_Degree_GK_CM_120E", "很长的名字" * 60)
    rings = members_of(shapefile_zip(epsg=4549, rings=[projected(OUTER, 4549)]))
    data = packed({f"a{ending}": content for ending, content in rings.items()} | {"a.prj": prj})
    status, out = run(capsys, parcel(data, "a.zip"), "--json")
    assert status == 0
    assert len(json.loads(out.out)["crs"]) <= 40


@pytest.mark.parametrize("ending", ["gpkg", "zip"])
def test_the_parcel_is_written_for_other_programs(parcel, capsys, tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    assert run(capsys, parcel(txt()), "--out", str(path))[0] == 0
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4490
    assert "启东示例地块一" in set(frame.iloc[0].astype(str))
    assert len(frame.geometry[0].interiors if ending == "zip" else frame.geometry[0].geoms[0].interiors) == 1


def test_a_shapefile_that_was_written_is_read_again(parcel, capsys, tmp_path):
    path = tmp_path / "out.zip"
    name = "启东市近海镇特别长的地块名称" * 10
    run(capsys, parcel(txt(Plot(name=name))), "--out", str(path))
    status, out = run(capsys, str(path), "--json")
    answer = json.loads(out.out)
    assert status == 0
    assert answer["crs"] == "EPSG:4490"
    assert answer["parts"][0]["name"] == name[:80]
    assert answer["area_geodesic_m2"] == pytest.approx(38_984.1, abs=0.05)
