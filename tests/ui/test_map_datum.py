"""Coordinates in the browser: GCJ-02 and the local grid against what was computed elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig

import pytest
from pyproj import Geod, Transformer

from jointreview.settings import ROOT

DATUM = ROOT / "jointreview/ui/components/map_datum.jsx"
# Pairs published with the eviltransform library: Shanghai, Shenzhen, Beijing.
SHIFTED = {
    (121.5272106, 31.1774276): (121.531541859215, 31.17530398364597),
    (113.912316, 22.543847): (113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954): (116.38404722455657, 39.91334545536069),
}
PLACES = [*SHIFTED, (121.66, 31.81), (121.45, 31.7), (121.9, 32.05), (103.8, 30.6), (87.6, 43.8), (113.3, 23.1)]
ABROAD = [(139.7, 35.7), (2.35, 48.86)]
GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """Every function of the browser part at every place, in one run of Node."""
    node = shutil.which("node", path=sysconfig.get_path("scripts")) or shutil.which("node")
    assert node, "Node comes with the requirements"
    folder = tmp_path_factory.mktemp("node")
    (folder / "datum.mjs").write_text(DATUM.read_text("utf-8"), "utf-8")
    program = (
        "import { toGcj, fromGcj, localGrid } from './datum.mjs';"
        f"const places = {json.dumps([*PLACES, *ABROAD])};"
        "const gcj = places.map((p) => toGcj(...p));"
        "const back = gcj.map((p) => fromGcj(...p)), grid = places.map((p) => localGrid(...p));"
        "console.log(JSON.stringify({ gcj, back, grid }));"
    )
    (folder / "run.mjs").write_text(program, "utf-8")
    done = subprocess.run([node, "run.mjs"], cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(GEOD.inv(a[0], a[1], b[0], b[1])[2])


def test_gcj02_shifts_by_hundreds_of_metres_inside_china_and_nothing_outside(computed: dict[str, list]) -> None:
    for place, shifted in zip(PLACES, computed["gcj"], strict=False):
        assert 200 < metres(place, tuple(shifted)) < 800
    assert computed["gcj"][-2:] == [list(place) for place in ABROAD]
    for place, known in SHIFTED.items():
        assert metres(tuple(computed["gcj"][PLACES.index(place)]), known) < 0.01


def test_the_way_back_from_gcj02_is_exact_within_a_millimetre(computed: dict[str, list]) -> None:
    for place, back in zip(PLACES, computed["back"], strict=False):
        assert metres(place, tuple(back)) < 0.001


def test_the_local_grid_agrees_with_proj_within_a_millimetre(computed: dict[str, list]) -> None:
    for (lon, lat), grid in zip(PLACES, computed["grid"], strict=False):
        zone = int((lon + 1.5) // 3)
        east, north = Transformer.from_crs(4490, 4513 + zone - 25, always_xy=True).transform(lon, lat)
        assert grid["zone"] == zone and grid["meridian"] == 3 * zone
        assert abs(grid["east"] - east) < 0.001 and abs(grid["north"] - north) < 0.001


def test_tiles_are_laid_by_the_conversion_and_by_nothing_else() -> None:
    """A map with tiles takes its system from their datum; every other map has none."""
    parts = {path.name: path.read_text("utf-8") for path in (ROOT / "jointreview/ui").rglob("*.jsx")}
    maps = {name: text for name, text in parts.items() if "L.map(" in text}
    tiled = {name for name, text in maps.items() if "addTiles(" in text}
    assert tiled >= {"case_map.jsx", "map_space.jsx"}
    assert all("crs: crsOf(tiles)" in maps[name] for name in tiled)
    assert not [name for name in maps.keys() - tiled if "tileLayer(" in maps[name]]
