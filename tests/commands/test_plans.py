"""Permitted against built, from the files to the verdicts."""

from __future__ import annotations

import pytest
from shapely.geometry import MultiPolygon, Polygon, box, mapping
from sqlmodel import select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.filing import CopyCase
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.plan_values import compared, outlines_of, plan_of
from jointreview.commands.plans import ConfirmAsBuilt, ConfirmPermittedPlan, ReadAsBuilt, ReadPermittedPlan
from jointreview.domain.as_built import Reason, Standing
from jointreview.domain.problems import Refused
from jointreview.geo.as_built import Compared
from jointreview.geo.compare import frame_of_code
from jointreview.geo.placing import in_degrees
from jointreview.models import base
from jointreview.models.case import Case, Upload
from jointreview.models.project import BuildingPlan
from tests.commands.layer_world import load
from tests.commands.plans import PERMITTED, as_built, moved, permitted, plan_dxf, plan_geojson
from tests.commands.world import World


def seen(world: World, case_id: int) -> Compared:
    with base.reading() as session:
        case = session.get_one(Case, case_id)
        return compared(session, case, case_catalog(case, world.today), form_values(session, case_id), world.today)


def degrees(one: Polygon) -> dict:
    frame = frame_of_code("EPSG:4529")
    assert frame is not None
    return mapping(in_degrees(MultiPolygon([one]), frame))


def test_the_distance_from_a_control_line_is_compared_and_fills_the_form(world: World):
    """A water line ten metres south of where the hall was permitted; a line of another colour is told apart."""
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf(PERMITTED))
    as_built(world, case_id, plan_dxf(moved({"001": (0, -0.6)})))
    west, south, east, _ = PERMITTED["001"].bounds
    shores = box(west - 300, south - 60, east + 300, south - 10)
    load(world, "control_blue", degrees(shores))
    load(world, "control_red", degrees(box(west - 9000, south, west - 8900, south + 5)))
    hall = measures(seen(world, case_id), "1#厂房")
    assert hall["setback_blue"].permitted == pytest.approx(10, abs=1e-3)
    assert hall["setback_blue"].built == pytest.approx(9.4, abs=2e-3)
    assert hall["setback_blue"].standing is Standing.BEYOND
    assert "setback_road" not in hall  # kilometres away
    assert seen(world, case_id).indices["setback_blue"] == (10.0, 9.4)


def measures(found: Compared, name: str) -> dict:
    return {m.what: m for b in found.buildings if b.name == name for m in b.measures}


def indices(case_id: int) -> dict:
    with base.reading() as session:
        return {row["index"]: row for row in form_values(session, case_id)["S5"]["indices"]}


def test_a_building_moved_towards_the_boundary_is_beyond_and_the_others_are_not(world: World):
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf(PERMITTED))
    as_built(world, case_id, plan_dxf(moved({"001": (0, -0.6)})))
    found = seen(world, case_id)
    assert found.reason is None and "4529" not in found.plane and "zone 41" in found.plane
    assert [(b.name, b.standing) for b in found.buildings] == [
        ("1#厂房", Standing.BEYOND),
        ("2#研发楼", Standing.NOT_COMPARABLE),
        ("门卫", Standing.NOT_COMPARABLE),
    ]
    hall = measures(found, "1#厂房")
    assert hall["setback"].permitted == pytest.approx(15) and hall["setback"].built == pytest.approx(14.4)
    assert hall["setback"].diff == pytest.approx(-0.6) and hall["setback"].standing is Standing.BEYOND
    assert hall["deviation"].built == pytest.approx(0.6, abs=2e-3)
    office = measures(found, "2#研发楼")
    assert office["deviation"].standing is Standing.WITHIN
    # No permit of this project states heights: that is said, and is not fine.
    assert office["height"].reason is Reason.NO_PERMITTED_VALUE
    assert {(s.first, s.second) for s in found.spacings} >= {("001", "003")}


def test_what_the_permitted_plan_states_is_compared_with_the_form(world: World):
    case_id = world.drafted()
    states = {"建筑高度": 15.4, "层数": 1, "建筑面积": 12345.67}
    permitted(world, case_id, plan_geojson(PERMITTED, **states))
    as_built(world, case_id, plan_dxf(PERMITTED))
    found = seen(world, case_id)
    hall = measures(found, "1#厂房")
    assert (hall["height"].permitted, hall["height"].built) == (15.4, 15.6)
    assert hall["height"].standing is Standing.BEYOND and hall["floors"].standing is Standing.WITHIN
    assert hall["floor_area"].standing is Standing.WITHIN and hall["floor_area"].tolerance == 196.73
    assert measures(found, "2#研发楼")["floors"].standing is Standing.BEYOND


def test_without_a_permitted_plan_nothing_is_compared_and_nothing_is_fine(world: World):
    case_id = world.drafted()
    as_built(world, case_id, plan_dxf(PERMITTED))
    found = seen(world, case_id)
    assert found.reason is Reason.NO_PERMITTED_PLAN and found.standing is Standing.NOT_COMPARABLE
    assert {b.standing for b in found.buildings} == {Standing.NOT_COMPARABLE}


def test_a_building_that_the_permit_does_not_show_is_beyond(world: World):
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf({s: PERMITTED[s] for s in ("001", "002")}))
    as_built(world, case_id, plan_dxf(PERMITTED))
    gate = next(b for b in seen(world, case_id).buildings if b.name == "门卫")
    assert gate.standing is Standing.BEYOND and gate.measures[0].reason is Reason.NOT_ON_PERMITTED_PLAN


def test_outlines_without_names_are_proposed_by_the_ground_they_share(world: World):
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf(PERMITTED))
    as_built(world, case_id, plan_dxf(moved({"002": (1, 1)}), named=False), confirm=False)
    with base.reading() as session:
        rows = outlines_of(session, plan_of(session, session.get_one(Case, case_id), "as_built"))
    assert {(r.serial, r.matched_by) for r in rows} == {("001", "overlap"), ("002", "overlap"), ("003", "overlap")}


def test_a_proposal_can_be_put_right_by_hand_but_only_to_buildings_of_the_form(world: World):
    case_id = world.drafted()
    plan_id = as_built(world, case_id, plan_dxf(PERMITTED, named=False), confirm=False)
    with pytest.raises(Refused) as refused:
        world.do("applicant", ConfirmAsBuilt(case_id=case_id, plan_id=plan_id, matches={0: "009", 7: "001"}))
    assert {(p.key, p.where) for p in refused.value.problems} == {
        ("commands.no_such_building", "matches.0"),
        ("commands.no_such_outline", "matches.7"),
    }
    world.do("applicant", ConfirmAsBuilt(case_id=case_id, plan_id=plan_id, matches={0: "001", 1: "002", 2: ""}))
    with base.reading() as session:
        rows = outlines_of(session, session.get_one(BuildingPlan, plan_id))
    assert [(r.serial, r.matched_by) for r in rows] == [("001", "hand"), ("002", "hand"), ("", "")]


def test_what_was_computed_stands_in_empty_cells_of_the_form_and_overwrites_nothing(world: World):
    rows = [
        {"index": "setback_red", "permitted": 12.0},
        {"index": "total_area", "permitted": 17350, "measured": 17361},
    ]
    case_id = world.drafted(S5={"indices": rows})
    permitted(world, case_id, plan_dxf(PERMITTED))
    as_built(world, case_id, plan_dxf(moved({"001": (0, -0.6)})))
    said = indices(case_id)
    assert said["setback_red"] == {"index": "setback_red", "permitted": 12.0, "measured": 14.4}
    assert said["footprint_area"]["measured"] == pytest.approx(80 * 70 + 40 * 30 + 36)
    assert said["spacing"]["permitted"] == pytest.approx(35) and said["total_area"]["measured"] == 17361
    assert said["density"]["measured"] == pytest.approx(6836 / 39000 * 100, abs=0.01)


def test_the_planning_department_may_bring_the_permitted_plan_and_nobody_else_of_the_departments(world: World):
    case_id = world.accepted()
    plan_id = permitted(world, case_id, plan_dxf(PERMITTED), who="planning", confirm=False)
    values = {0: {"height_m": 16, "floors": 1}}
    world.do("planning", ConfirmPermittedPlan(case_id=case_id, plan_id=plan_id, values=values))
    with base.reading() as session:
        plan = plan_of(session, session.get_one(Case, case_id), "permitted")
        assert plan is not None and outlines_of(session, plan)[0].facts == {"height_m": 16.0, "floors": 1}
        assert plan.digest == session.get_one(Upload, plan.upload_id).digest
    upload_id = world.upload("fire", plan_dxf(PERMITTED), "a.dxf", "dxf")
    with pytest.raises(Refused, match="commands.other_unit"):
        world.do("fire", ReadPermittedPlan(case_id=case_id, upload_id=upload_id))
    upload_id = world.upload("applicant", plan_dxf(PERMITTED), "a.dxf", "dxf")
    for late in (ReadPermittedPlan, ReadAsBuilt):
        with pytest.raises(Refused, match="commands.not_in_state"):
            world.do("applicant", late(case_id=case_id, upload_id=upload_id))


def test_a_newer_file_replaces_the_plan_and_the_older_cannot_be_confirmed(world: World):
    case_id = world.drafted()
    old = permitted(world, case_id, plan_dxf(PERMITTED), confirm=False)
    new = permitted(world, case_id, plan_dxf(PERMITTED), confirm=False)
    with pytest.raises(Refused, match="commands.no_such_plan"):
        world.do("applicant", ConfirmPermittedPlan(case_id=case_id, plan_id=old))
    with base.reading() as session:
        current = session.exec(select(BuildingPlan.id).where(BuildingPlan.current)).all()
    assert list(current) == [new]


def test_a_case_applied_for_again_keeps_its_plans(world: World):
    case_id = world.drafted()
    permitted(world, case_id, plan_dxf(PERMITTED))
    as_built(world, case_id, plan_dxf(PERMITTED))
    world.submit(case_id)
    world.do("applicant", WithdrawCase(case_id=case_id, reason="资料有误，重新申请"))
    again = world.do("applicant", CopyCase(case_id=case_id)).value["case_id"]
    assert seen(world, again).reason is None
