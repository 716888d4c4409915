"""A service that fails has not answered, whatever the failure; only one that was seen to look can say no."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shapely.geometry import box

from jointreview.domain.layers import Answer
from jointreview.geo.wfs import NoAnswer, ask
from tests.geo.layer_samples import OVER_PLOT, PLOT
from tests.geo.layer_service import Wfs

BOW_ON_PLOT = {
    "type": "Polygon",
    "coordinates": [[[121.64, 31.833], [121.644, 31.836], [121.644, 31.833], [121.64, 31.836], [121.64, 31.833]]],
}


@pytest.fixture
def wfs() -> Iterator[Wfs]:
    service = Wfs()
    yield service
    service.server.shutdown()


def say(wfs: Wfs, hosts: frozenset[str] | None = None, timeout: float = 3.0):
    service = {"url": f"http://{wfs.host}/wfs?map=a", "type_name": "gis:red", "name_field": "名称"}
    return ask(service, PLOT, frozenset({wfs.host}) if hosts is None else hosts, timeout)


def test_a_service_answers_hit_and_clear(wfs: Wfs):
    assert say(wfs).index.ask(box(*PLOT)).answer is Answer.CLEAR
    wfs.features.append({"type": "Feature", "properties": {"名称": "一号"}, "geometry": OVER_PLOT})
    found = say(wfs).index.ask(box(*PLOT))
    assert (found.answer, found.names) == (Answer.HIT, ("一号",))


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("500", "refuses"),
        ("302", "refuses"),
        ("xml", "no_geojson"),
        ("swapped", "does_not_look"),
        ("empty", "empty"),
        ("cut", "cut_off"),
        ("broken", "broken"),
        ("slow", "too_slow"),
        ("down", "unreachable"),
        ("forbidden", "not_allowed"),
    ],
)
def test_a_service_that_fails_has_not_answered(wfs: Wfs, mode: str, reason: str):
    wfs.mode = mode
    if mode == "empty":
        wfs.features = []
    if mode == "broken":
        wfs.features = [{"type": "Feature", "properties": {"名称": "x"}, "geometry": BOW_ON_PLOT}]
    if mode == "down":
        wfs.server.server_close()
    hosts = frozenset({"another.example"}) if mode == "forbidden" else None
    with pytest.raises(NoAnswer) as silent:
        say(wfs, hosts, timeout=0.3 if mode == "slow" else 3.0)
    assert silent.value.problem.key == f"layers.service_{reason}"
