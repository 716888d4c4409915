"""A case of each stage begins with its own form, with what the project knows, and with answers brought along."""

from __future__ import annotations

import pytest

from jointreview.catalog.loader import load_catalog, sample_values
from jointreview.commands.filing import CreateCase
from jointreview.commands.form_values import form_values
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.project import Project
from jointreview.queries.application import application
from tests.commands.world import World

CODE = "2101-320681-89-01-556677"


def begin(world: World, stage: int, who: str = "applicant", **answers) -> int:
    command = CreateCase(
        organisation_id=world.organisation_id,
        stage=stage,
        project_code=CODE,
        project_name="智能装备厂房一期",
        answers=answers,
    )
    return world.do(who, command).case_id


def values(case_id: int) -> dict:
    with base.reading() as session:
        return form_values(session, case_id)


def save(world: World, case_id: int, section: str, entered: dict) -> None:
    world.fill(case_id, {section: entered})


def known(world: World, case_id: int) -> dict:
    with base.reading() as session:
        return session.get(Project, world.case(case_id).project_id).values


@pytest.mark.parametrize(("stage", "kind", "days"), [(1, "review", 10), (2, "review", 10), (3, "review", 5)])
def test_a_case_of_a_stage_has_its_kind_and_promise(world: World, stage: int, kind: str, days: int):
    case = world.case(begin(world, stage))
    assert (case.stage, case.kind, case.promised_days) == (stage, kind, days)


def test_answers_are_in_the_form_and_the_applicant_stays_who_it_is(world: World):
    case_id = begin(
        world, 1, S2={"investment_source": "enterprise", "land_area": "39,000"}, S21={"hazardous": "no"},
        S1={"applicant_name": "另一家公司", "project_code": "2207-320681-89-01-123456"},
    )  # fmt: skip
    found = values(case_id)
    assert (found["S2"]["investment_source"], found["S2"]["land_area"]) == ("enterprise", 39000)
    assert found["S21"] == {"hazardous": False}
    assert (found["S1"]["applicant_name"], found["S1"]["project_code"]) == ("启东智能装备有限公司", CODE)


@pytest.mark.parametrize(
    "answers",
    [
        {"S99": {"x": 1}},
        {"S21": {"hazardous": "perhaps"}},
        {"S22": {"density": 5}},
        {"S2": {"completion_date": "2026-01-01"}},
        {"S2": {"land_area": {"$gt": 0}}},
    ],
)
def test_answers_the_form_does_not_take_are_refused_and_no_case_begins(world: World, answers: dict):
    with pytest.raises(Refused):
        begin(world, 1, **answers)
    with base.reading() as session:
        assert session.get(Project, 1) is None


def test_rows_the_project_knows_are_not_lost_to_a_few_answers(world: World):
    first = begin(world, 4)
    buildings = sample_values("factory")["S4"]
    save(world, first, "S4", buildings)
    again = begin(world, 4, S4={"buildings": [{"use": "workshop"}]})
    assert [b["name"] for b in values(again)["S4"]["buildings"]] == [b["name"] for b in buildings["buildings"]]


def test_what_an_earlier_stage_does_not_ask_stays_with_the_project(world: World):
    last = begin(world, 4)
    whole = sample_values("factory")["S2"]
    save(world, last, "S2", whole)
    first = begin(world, 1)
    mine = {k: v for k, v in values(first)["S2"].items() if k != "key_project"} | {"land_area": 40000}
    save(world, first, "S2", mine)
    kept = known(world, first)["S2"]
    assert kept["planning_permit_no"] == whole["planning_permit_no"] and kept["land_area"] == 40000


def test_an_answer_taken_away_is_forgotten_by_the_project(world: World):
    case_id = begin(world, 1)
    mine = values(case_id)["S2"]
    save(world, case_id, "S2", {**mine, "address": "海洪路"})
    save(world, case_id, "S2", mine)
    assert "address" not in known(world, case_id)["S2"]


def test_a_stranger_begins_no_case_for_another_organisation(world: World):
    with pytest.raises(Refused, match="commands.not_your_organisation"):
        begin(world, 1, who="stranger")


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
def test_the_form_of_each_stage_opens_with_its_sections_and_asks_parties_only_where_they_sign(
    world: World, stage: int
):
    shown = application(world.actors["applicant"], begin(world, stage), "zh")
    sections = [s["code"] for s in shown["schema"]["sections"]]
    assert sections == load_catalog("qidong", world.today).stage(stage).sections
    assert bool(shown["parties"]) == bool(shown["unsigned"]) == ("S3" in sections)
    assert shown["case"]["kind"] == ("acceptance" if stage == 4 else "review")
