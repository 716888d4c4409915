"""Layers loaded, replaced and retired: who may, what is kept, what is refused."""

from __future__ import annotations

import pytest
from sqlmodel import select

from jointreview.commands.layers import AddLayerService, DefineTiles, LoadLayer, RetireLayerVersion
from jointreview.domain.problems import Refused
from jointreview.geo.wkb import from_wkb
from jointreview.models import base
from jointreview.models.identity import Audit
from jointreview.models.layer import GeoLayer, LayerFeature, LayerVersion
from jointreview.settings import settings
from tests.commands.layer_world import load
from tests.commands.world import World
from tests.geo.layer_samples import BOW, FAR, OVER_PLOT, layer

SERVICE = {"code": "flood_zone", "effective_from": "2026-03-01", "source": "水务局", "type_name": "gis:flood"}


def rows(table):
    with base.reading() as session:
        return session.exec(select(table)).all()


def version_of(world: World, version_id: int) -> LayerVersion:
    with base.reading() as session:
        return session.get_one(LayerVersion, version_id)


def test_a_version_keeps_its_features_and_where_they_came_from(world: World):
    found = version_of(world, load(world, "control_green", OVER_PLOT, FAR, licence="内部使用"))
    assert (found.number, found.origin, found.count, found.crs) == (1, "file", 2, "EPSG:4490")
    assert (found.source, found.licence, len(found.digest)) == ("测试数据", "内部使用", 64)
    kept = [f for f in rows(LayerFeature) if f.version_id == found.id]
    assert [(f.number, f.name) for f in kept] == [(1, "要素1"), (2, "要素2")]
    assert from_wkb(kept[0].wkb).bounds == (kept[0].min_lon, kept[0].min_lat, kept[0].max_lon, kept[0].max_lat)
    [one] = [la for la in rows(GeoLayer) if la.code == "control_green"]
    assert (one.name_zh, one.theme, one.units) == ("城市绿线", "green_line", [])
    assert "layer.loaded" in {a.action for a in rows(Audit)}


def test_a_broken_file_leaves_nothing_and_repair_is_on_record(world: World):
    before = len(rows(LayerVersion))
    with pytest.raises(Refused) as refusal:
        load(world, "control_green", FAR, BOW)
    assert [(p.key, p.params["feature"], p.where) for p in refusal.value.problems] == [
        ("geo.layer_feature_invalid", 2, "control_green.geojson")
    ]
    assert len(rows(LayerVersion)) == before
    found = version_of(world, load(world, "control_green", FAR, BOW, repair=True))
    assert [(r["feature"], r["dropped"]) for r in found.repaired] == [(2, False)]


def test_the_same_file_for_the_same_day_is_one_version(world: World):
    load(world, "control_green", FAR)
    with pytest.raises(Refused, match="layers.loaded_already"):
        load(world, "control_green", FAR)
    assert version_of(world, load(world, "control_green", FAR, effective_from="2026-04-01")).number == 2


@pytest.mark.parametrize("who", ["applicant", "clerk", "supervisor", "heritage", "planning-head"])
def test_only_its_keepers_load_a_layer_for_everybody(world: World, who: str):
    with pytest.raises(Refused) as refusal:
        load(world, "control_green", FAR, who=who)
    assert refusal.value.kind == "forbidden"


def test_a_unit_loads_and_retires_the_layer_that_it_alone_sees(world: World):
    version_id = load(world, "civil_defence_works", FAR, who="civil_defence")
    with pytest.raises(Refused, match="layers.not_your_layer"):
        world.do("heritage", RetireLayerVersion(version_id=version_id, reason="不再使用"))
    world.do("civil_defence-head", RetireLayerVersion(version_id=version_id, reason="成果更新"))
    assert version_of(world, version_id).retired_reason == "成果更新"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"effective_to": "2026-02-28"}, "layers.ends_before"),
        ({"code": "local_thing"}, "layers.name_needed"),
        ({"code": "local_thing", "name_zh": "本地", "units": ["nobody"]}, "layers.no_such_unit"),
    ],
)
def test_what_is_said_of_a_version_has_to_fit(world: World, said: dict, key: str):
    upload = world.upload("admin", layer(FAR), "a.geojson", "geojson")
    given = {"code": "control_green", "effective_from": "2026-03-01", "source": "测试", **said}
    with pytest.raises(Refused, match=key):
        world.do("admin", LoadLayer(upload_id=upload, **given))


def test_a_layer_of_ones_own_has_the_name_and_readers_it_is_given(world: World):
    load(world, "local_thing", FAR, who="admin", name_zh="试验图层", theme="boundary", units=["heritage"])
    [one] = [la for la in rows(GeoLayer) if la.code == "local_thing"]
    assert (one.name_zh, one.name_en, one.theme, one.units) == ("试验图层", "试验图层", "boundary", ["heritage"])


def test_services_and_pictures_come_from_hosts_the_operator_allowed(world: World, monkeypatch: pytest.MonkeyPatch):
    for command in (
        AddLayerService(url="http://gis.example/wfs", **SERVICE),
        DefineTiles(code="aerial", name_zh="影像", name_en="Aerial", url="http://gis.example/{z}/{x}/{y}"),
    ):
        with pytest.raises(Refused, match="layers.host_not_allowed"):
            world.do("admin", command)
    monkeypatch.setenv("JOINTREVIEW_LAYER_HOSTS_ALLOWED", "gis.example, other.example:8080")
    settings.cache_clear()
    for url in ("ftp://gis.example/x", "http://user:secret@gis.example/wfs", "http://gis.example:99999/x"):
        with pytest.raises(Refused, match="layers.not_an_address"):
            world.do("admin", AddLayerService(url=url, **SERVICE))
    with pytest.raises(Refused, match="layers.host_not_allowed"):
        world.do("admin", AddLayerService(url="http://other.example/wfs", **SERVICE))
    world.do("admin", AddLayerService(url="http://gis.example/wfs", **SERVICE))
    world.do(
        "admin", DefineTiles(code="aerial", name_zh="影像", name_en="Aerial", url="http://gis.example/{z}/{x}/{y}")
    )
    with pytest.raises(Refused):
        world.do("coordinator", AddLayerService(url="http://gis.example/wfs", **SERVICE))
