"""Layers on the command line: loaded whole or refused, listed, and a parcel file checked against them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jointreview.__main__ import main
from tests.commands.world import PARCEL, fresh_database
from tests.geo.layer_samples import BOW, FAR, OVER_PLOT, layer

SAID = ["--from", "2026-03-01", "--source", "自然资源和规划局"]


@pytest.fixture(autouse=True)
def empty(tmp_path: Path) -> Iterator[None]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield


def test_a_layer_is_loaded_listed_and_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "绿线.geojson"
    file.write_bytes(layer(OVER_PLOT, FAR))
    assert main(["layer", "load", "control_green", str(file), *SAID]) == 0
    assert "control_green loaded as version 1: 2 features, EPSG:4490" in capsys.readouterr().out
    assert main(["layer", "list", "--lang", "zh"]) == 0
    assert "城市绿线" in capsys.readouterr().out
    assert main(["layer", "check", str(PARCEL)]) == 0
    assert "Green line: Hit, " in capsys.readouterr().out


def test_a_broken_layer_is_refused_with_its_feature_and_repair_lists_the_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "green.geojson"
    file.write_bytes(layer(FAR, BOW))
    assert main(["layer", "load", "control_green", str(file), *SAID]) == 1
    assert "green.geojson: The geometry of feature 2 is wrong (Self-intersection" in capsys.readouterr().err
    assert main(["layer", "load", "control_green", str(file), *SAID, "--repair"]) == 0
    assert "Feature 2 was repaired: Self-intersection" in capsys.readouterr().out
    assert main(["layer", "load", "control_green", str(tmp_path / "no.zip"), *SAID]) == 1
    assert main(["layer", "load", "Not A Code", str(file), *SAID]) == 1
