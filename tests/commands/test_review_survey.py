"""The survey of a review: asked for by itself, held at a common free half-day, in sight of who decides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from jointreview.commands.consultations import AddDepartment
from jointreview.commands.onsite import AnswerChecklist, LineAnswer, RaiseFinding
from jointreview.commands.visits import MarkBusy, ScheduleVisit, SignIn
from jointreview.demo.reviewing import decide
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.project import Parcel
from jointreview.models.visit import VisitMember
from jointreview.queries.my_work import my_work
from jointreview.queries.onsite import onsite_page
from jointreview.ui.pages.case import present
from tests.commands.test_review import documents, text_of
from tests.commands.world import World

SITE = {"land", "planning", "environment"}


def seen(world: World, who: str, case_id: int) -> dict[str, Any]:
    found = present.workspace(world.actors[who], case_id, "zh", world.now)
    assert found is not None
    return found


def deciding(world: World, who: str, case_id: int) -> dict[str, Any]:
    (one,) = [d for d in seen(world, who, case_id)["deciding"] if d["assignment"] == item(world, case_id, who)]
    return one


def item(world: World, case_id: int, unit: str) -> int:
    return next(a.id for a in world.facts(case_id).assignments if a.unit == unit and a.needs_site)


def messages(world: World, who: str, key: str) -> list[dict[str, Any]]:
    with base.reading() as session:
        wanted = select(Notification.params).where(
            Notification.account_id == world.actors[who].account_id, Notification.key == key
        )
        return list(session.exec(wanted).all())


def wanted(case_id: int) -> list[list[str]]:
    with base.reading() as session:
        rows = session.exec(select(Event).where(Event.case_id == case_id, Event.kind == "survey_wanted")).all()
        return [row.payload["units"] for row in rows]


def test_a_review_whose_items_need_the_site_asks_for_its_survey_at_acceptance(world: World):
    case_id = world.reviewing()
    assert wanted(case_id) == [sorted(SITE)]
    assert [m["count"] for m in messages(world, "coordinator", "notify.survey_wanted")] == [3]
    (task,) = [t for t in my_work(world.actors["coordinator"], world.now) if t.case_id == case_id]
    assert (task.what, task.action, task.params) == ("schedule", "schedule", {"count": 3})
    assert seen(world, "coordinator", case_id)["may_schedule"]


def test_a_department_added_late_asks_for_its_own_and_an_acceptance_for_none(world: World):
    case_id = world.reviewing()
    late = AddDepartment(case_id=case_id, item="P110", reason="用地临近河道管理范围")
    world.do("coordinator", late)
    assert wanted(case_id)[1:] == [["water"]]
    acceptance = world.accepted()
    assert wanted(acceptance) == []


def test_the_survey_is_held_on_a_half_day_on_which_every_unit_has_somebody(world: World):
    case_id = world.reviewing()
    day = world.workday_after(1)
    for who in ("environment", "environment-2"):
        world.do(who, MarkBusy(day=day, half="am", note="执法检查"))
    slots = {slot["key"]: slot for slot in seen(world, "coordinator", case_id)["slots"]}
    taken, free = slots[f"{day}-am"], slots[f"{day}-pm"]
    assert not taken["possible"] and "生态环境" in taken["why"]
    assert free["possible"] and {one["unit"] for one in free["officers"]} == SITE
    officers = {one["unit"]: int(one["officer"]) for one in free["officers"]}
    world.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="pm", officers=officers))
    assert text_of(documents(case_id, "visit")[0].digest).startswith("联合踏勘告知书")
    assert text_of(documents(case_id, "visit_units")[0].digest).startswith("联合踏勘通知书")
    with pytest.raises(Refused, match="commands.visit_planned_already"):
        world.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="am", officers=officers))


def test_what_is_found_on_site_stands_beside_the_form_of_who_decides(world: World):
    case_id = world.reviewing()
    world.plan_visit(case_id)
    world.arrive(case_id)
    mine = item(world, case_id, "environment")
    page = onsite_page(world.actors["environment"], case_id, "zh", world.now)
    (shown,) = page["assignments"]
    assert shown["id"] == mine and [line["code"] for line in shown["lines"]] == [
        "eia_targets", "eia_outfall", "eia_early",
    ] and shown["decide_href"] and not shown["asks_opinion"]  # fmt: skip
    answers = [
        LineAnswer(line="eia_targets", result="ok", value="420", note="东侧居民点"),
        LineAnswer(line="eia_early", result="not_ok", note="已有围挡"),
    ]
    world.do("environment", AnswerChecklist(case_id=case_id, assignment_id=mine, lines=answers))
    world.do(
        "environment",
        RaiseFinding(case_id=case_id, assignment_id=mine, text="排水口位置与图不符", criterion="按图核实排水口"),
    )
    world.close_visit(case_id)
    record = text_of(documents(case_id, "record")[0].digest)
    assert all(text in record for text in ("420", "东侧居民点", "踏勘发现的问题", "排水口位置与图不符"))
    world.read_documents(case_id)
    found = deciding(world, "environment", case_id)
    assert found["why_not"] == "" and found["results"]
    survey = found["survey"]
    assert "environment·人" in survey["head"] and survey["record"].endswith(".docx")
    assert [(n["result"], n["note"]) for n in survey["notes"]] == [
        ("符合", "420 m · 东侧居民点"),
        ("不符合", "已有围挡"),
        ("问题 1", "按图核实排水口"),
    ]
    decide(world, case_id, "P108")
    assert deciding(world, "land", case_id)["survey"]["notes"] == []


def test_an_answer_corrected_after_the_reading_is_the_same_answer(world: World):
    case_id = world.reviewing()
    world.plan_visit(case_id)
    world.arrive(case_id)
    mine = item(world, case_id, "environment")
    for result in ("not_ok", "ok"):
        line = LineAnswer(line="eia_early", result=result)
        world.do("environment", AnswerChecklist(case_id=case_id, assignment_id=mine, lines=[line]))
        world.read_documents(case_id) if result == "not_ok" else None
    notes = deciding(world, "environment", case_id)["survey"]["notes"]
    assert [n["result"] for n in notes] == ["符合"]


def test_before_anybody_was_there_the_form_waits_for_the_survey(world: World):
    case_id = world.deciding()
    found = deciding(world, "environment", case_id)
    assert found["results"] == [] and found["survey"]["head"] == "" and found["why_not"]
    rows = {row["key"]: row["site"] for row in seen(world, "coordinator", case_id)["rows"]}
    assert rows["P108"] == "待踏勘" and rows["P109"] == "不需现场"


def test_nobody_signs_in_for_another_unit_and_the_place_is_kept_at_that_moment_alone(world: World):
    case_id = world.reviewing()
    world.plan_visit(case_id)
    with pytest.raises(Refused, match="commands.visit_not_today"):
        world.do("land", SignIn(case_id=case_id, lon=121.65, lat=31.81))
    world.later(1)
    for who in ("land-2", "water"):
        with pytest.raises(Refused, match="commands.not_on_visit"):
            world.do(who, SignIn(case_id=case_id))
    with base.reading() as session:
        assert {m.signed_in_at for m in session.exec(select(VisitMember)).all()} == {None}
    with base.reading() as session:
        land = session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).one()
    lon, lat = (land.min_lon + land.max_lon) / 2, (land.min_lat + land.max_lat) / 2
    world.do("land", SignIn(case_id=case_id, lon=lon, lat=lat))
    with base.reading() as session:
        assert {m.lon for m in session.exec(select(VisitMember)).all()} == {None, lon}


def test_once_everybody_has_decided_the_coordinator_waits_for_the_lead(world: World):
    case_id = world.all_decided("stage2_factory", 2)
    (task,) = [t for t in my_work(world.actors["coordinator"], world.now) if t.case_id == case_id]
    assert (task.what, task.waiting) == ("others_lead", True)
