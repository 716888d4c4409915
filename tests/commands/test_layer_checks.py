"""The layers asked about a parcel: three answers, pinned; what a hit brings; what a decision waits for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, select

from jointreview.commands.layer_checks import CheckLayers
from jointreview.commands.layers import AddLayerService, RetireLayerVersion
from jointreview.commands.parcels import ReadParcel
from jointreview.commands.review_conclusion import ConcludeReview
from jointreview.domain.problems import Refused
from jointreview.jobs.layer_checks import recheck_layers
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.layer import LayerAnswer
from jointreview.models.review import Assignment
from jointreview.queries.application import application
from jointreview.settings import settings
from tests.commands.layer_world import load
from tests.commands.world import World
from tests.geo.layer_samples import FAR, OVER_PLOT, layer, line, square
from tests.geo.layer_service import Wfs

NEXT_TO_PLOT = square(121.6445, 31.8340)


def answers(case_id: int, current: bool = True) -> dict[str, LayerAnswer]:
    with base.reading() as session:
        rows = session.exec(
            select(LayerAnswer).where(LayerAnswer.case_id == case_id, col(LayerAnswer.current).is_(current))
        ).all()
    return {row.layer: row for row in rows}


def items(case_id: int) -> dict[str, str]:
    """The items that take part, with why in Chinese."""
    with base.reading() as session:
        rows = session.exec(select(Assignment).where(Assignment.case_id == case_id)).all()
    return {row.item: row.because["zh"] for row in rows}


def test_a_hit_has_area_and_share_and_a_clear_answer_has_its_distance(world: World):
    load(world, "control_green", OVER_PLOT)
    load(world, "control_blue", NEXT_TO_PLOT)
    found = answers(world.submitted())
    hit, clear = found["control_green"], found["control_blue"]
    assert (hit.answer, hit.names, hit.features, hit.distance_m) == ("hit", ["要素1"], 1, 0.0)
    assert 10_000 < hit.area_m2 < 39_000 and hit.percent == pytest.approx(hit.area_m2 / 390, abs=0.01)
    assert (clear.answer, clear.area_m2, clear.percent) == ("clear", 0, 0)
    assert clear.distance_m == pytest.approx(132, abs=5)
    assert found["ecological_red_line"].answer == "clear" and found["ecological_red_line"].distance_m is None
    assert len({a.parcel_digest for a in found.values()}) == 1 and hit.layer_date.isoformat() == "2026-03-01"


def test_a_hit_brings_its_items_with_the_reason_and_a_clear_answer_brings_none(world: World):
    quiet = set(items(world.reviewing("stage1_factory")))
    load(world, "flood_zone", OVER_PLOT)
    brought = items(world.reviewing("stage1_factory"))
    assert set(brought) - quiet == {"P110"}
    assert brought["P110"].startswith("用地涉及河道管理范围与行洪区 ") and "2026-03-01 版图层" in brought["P110"]


def test_a_hit_adds_lines_to_the_checklist_of_planning(world: World):
    load(world, "control_green", OVER_PLOT)
    case_id = world.on_site()
    world.check(case_id, "planning")
    with base.reading() as session:
        event = session.exec(select(Event).where(Event.case_id == case_id, Event.kind == "checklist_answered")).one()
    assert event.payload["lines"] == 11


def test_what_is_new_is_kept_and_what_stands_is_not_asked_twice(world: World):
    load(world, "control_green", OVER_PLOT)
    case_id = world.submitted()
    before = answers(case_id)
    world.do("coordinator", CheckLayers(case_id=case_id))
    assert {c: a.id for c, a in answers(case_id).items()} == {c: a.id for c, a in before.items()}
    load(world, "control_green", FAR, effective_from="2026-04-01")
    assert recheck_layers(world.now) == 1
    assert answers(case_id)["control_green"].answer == "clear"
    old = answers(case_id, current=False)["control_green"]
    assert (old.answer, old.id, old.replaced_at is not None) == ("hit", before["control_green"].id, True)
    assert recheck_layers(world.now) == 0


def test_another_parcel_is_asked_about_anew(world: World):
    load(world, "control_green", OVER_PLOT)
    case_id = world.drafted()
    assert answers(case_id)["control_green"].answer == "hit"
    elsewhere = layer(square(121.70, 31.80))
    upload = world.upload("applicant", elsewhere, "新范围.geojson", "geojson")
    world.do("applicant", ReadParcel(case_id=case_id, upload_id=upload))
    with pytest.raises(Refused, match="layers.no_parcel"):
        world.do("system", CheckLayers(case_id=case_id))
    world.add_parcel(case_id, elsewhere)
    assert answers(case_id)["control_green"].answer == "clear"


def conclude_review(world: World, case_id: int) -> str:
    sign = world.signature("investment")
    lead = world.facts(case_id).lead
    said = ConcludeReview(case_id=case_id, text="各部门意见一致，同意通过本阶段审查。", signature=sign)
    world.do(lead, said.model_copy(update={"signature": world.signature(lead)}))
    return world.case(case_id).outcome


def test_a_decision_waits_for_a_required_layer_and_says_which_and_what_to_do(world: World):
    case_id = world.all_decided()
    version = answers(case_id)["ecological_red_line"].version_id
    world.do("admin", RetireLayerVersion(version_id=version, reason="成果有误"))
    with pytest.raises(Refused, match="layers.decision_waits") as refusal:
        conclude_review(world, case_id)
    [problem] = refusal.value.problems
    assert problem.params["layers"]["zh"] == "生态保护红线（图层的版本都已停用）"
    recheck_layers(world.now)
    assert answers(case_id)["ecological_red_line"].answer == "not_answered"
    load(world, "ecological_red_line", FAR, effective_from="2026-04-01")
    with pytest.raises(Refused, match="layers.decision_waits") as refusal:
        conclude_review(world, case_id)
    assert "尚未重新检查" in refusal.value.problems[0].params["layers"]["zh"]
    recheck_layers(world.now)
    assert conclude_review(world, case_id) == "pass"


def test_an_expired_version_is_no_answer(world: World):
    load(world, "control_green", FAR, effective_to="2026-05-06")
    case_id = world.submitted()
    assert answers(case_id)["control_green"].answer == "clear"
    world.now += timedelta(days=1)
    recheck_layers(world.now)
    silent = answers(case_id)["control_green"]
    assert (silent.answer, silent.reason["key"]) == ("not_answered", "layers.run_out")


def test_new_hits_after_acceptance_are_told_and_draw_nobody_in_by_themselves(world: World):
    case_id = world.reviewing("stage1_factory")
    before = set(items(case_id))
    load(world, "flood_zone", OVER_PLOT)
    recheck_layers(world.now)
    assert set(items(case_id)) == before
    with base.reading() as session:
        told = session.exec(select(Notification).where(Notification.key == "notify.layers_bring")).all()
    assert {n.account_id for n in told} >= {world.actors["coordinator"].account_id}
    assert {n.params["items"] for n in told} == {"P110"}


def test_a_restricted_layer_brings_its_unit_and_tells_the_applicant_nothing(world: World):
    load(world, "civil_defence_works", OVER_PLOT, who="civil_defence")
    case_id = world.drafted_review("stage1_factory", 1)
    shown = json.dumps(application(world.actors["applicant"], case_id, "zh"), ensure_ascii=False)
    assert "civil_defence_works" not in shown and "人民防空工程及其安全" not in shown
    assert next(i for i in json.loads(shown)["items"] if i["code"] == "P111")["applies"] is False
    world.submit(case_id)
    world.accept(case_id)
    assert items(case_id)["P111"] == "地图检查涉及限定部门查看的图层"
    with base.reading() as session:
        events = session.exec(select(Event).where(Event.case_id == case_id, Event.kind == "layers_checked")).all()
    assert events and all(e.payload["hit"] == 0 for e in events)


@pytest.fixture
def wfs(monkeypatch: pytest.MonkeyPatch, world: World) -> Iterator[Wfs]:
    service = Wfs()
    monkeypatch.setenv("JOINTREVIEW_LAYER_HOSTS_ALLOWED", service.host)
    settings.cache_clear()
    said = {"code": "ecological_red_line", "effective_from": "2026-04-01", "source": "自然资源和规划局"}
    url = f"http://{service.host}/wfs"
    world.do("admin", AddLayerService(url=url, type_name="gis:red", name_field="名称", **said))
    yield service
    service.server.shutdown()


def asked(world: World, case_id: int) -> LayerAnswer:
    world.do("coordinator", CheckLayers(case_id=case_id))
    return answers(case_id)["ecological_red_line"]


def test_a_service_is_asked_for_what_lies_around_the_parcel(world: World, wfs: Wfs):
    case_id = world.submitted()
    assert answers(case_id)["ecological_red_line"].reason["key"] == "layers.service_waits"
    assert recheck_layers(world.now) == 1
    clear = answers(case_id)["ecological_red_line"]
    assert (clear.answer, len(clear.said_digest)) == ("clear", 64)
    wfs.features += json.loads(layer(OVER_PLOT))["features"]
    hit = asked(world, case_id)
    assert (hit.answer, hit.names) == ("hit", ["要素1"]) and hit.percent > 25


def test_a_service_that_fails_has_not_answered_and_never_says_no(world: World, wfs: Wfs):
    case_id = world.submitted()
    wfs.mode = "500"
    silent = asked(world, case_id)
    assert (silent.answer, silent.reason) == (
        "not_answered",
        {"key": "layers.service_refuses", "params": {"status": 500}},
    )


def test_a_silent_service_is_asked_again_later_and_not_at_once(world: World, wfs: Wfs):
    case_id = world.submitted()
    wfs.mode = "500"
    recheck_layers(world.now)
    count = wfs.asked
    recheck_layers(world.now)
    assert wfs.asked == count
    wfs.mode = "works"
    recheck_layers(world.now + timedelta(minutes=10))
    assert answers(case_id)["ecological_red_line"].answer == "clear"


def test_a_pipeline_within_its_distance_is_a_hit(world: World):
    load(world, "underground_pipelines", line((121.6, 31.83525), (121.7, 31.83525)))
    found = answers(world.submitted())["underground_pipelines"]
    assert found.answer == "hit" and found.length_m == 0 and 0 < found.distance_m <= 5.6
