"""Projects over their stages: who sees which, how a stage stands, what was won, and what may begin next."""

from __future__ import annotations

import pytest

from jointreview.commands.filing import CreateCase
from jointreview.commands.intake import WithdrawCase
from jointreview.demo.reviewing import conclude_review
from jointreview.domain.problems import Refused
from jointreview.models.base import reading
from jointreview.models.project import Project
from jointreview.queries.projects import ProjectFilters, Road, project_road, projects
from jointreview.queries.projects.road import next_stage
from tests.commands.world import World
from tests.queries.test_board import accepted


def listed(world: World, who: str = "coordinator", **filters: object) -> list[str]:
    page = projects(world.actors[who], ProjectFilters(**filters), world.now)  # type: ignore[arg-type]
    return [row.name for row in page.rows]


def project_of(world: World, case_id: int) -> int:
    return world.case(case_id).project_id


def road(world: World, case_id: int, who: str = "coordinator", lang: str = "zh") -> Road:
    return project_road(world.actors[who], project_of(world, case_id), lang, world.now)


def passed_first_stage(world: World) -> int:
    case_id = world.all_decided()
    conclude_review(world, case_id)
    return case_id


def test_a_draft_is_its_applicants_own_and_shown_as_being_written(world: World):
    case_id = world.drafted()
    assert len(listed(world, "applicant")) == 1
    for who in ("coordinator", "fire", "stranger", "supervisor", "clerk"):
        assert listed(world, who) == [], who
        with pytest.raises(Refused) as refusal:
            road(world, case_id, who)
        assert refusal.value.kind == "missing"
    mine = road(world, case_id, "applicant")
    assert [s.mark for s in mine.stages] == ["none", "none", "none", "draft"]
    assert mine.time is None and mine.next_stage == 0
    assert mine.stages[3].cases[0].href == f"/cases/{case_id}/form"


def test_an_administrator_sees_no_projects(world: World):
    case_id = accepted(world)
    with pytest.raises(Refused):
        listed(world, "admin")
    with pytest.raises(Refused):
        road(world, case_id, "admin")
    with pytest.raises(Refused):
        project_road(world.actors["coordinator"], 99, "zh", world.now)


def test_a_department_sees_only_the_cases_it_takes_part_in(world: World):
    case_id = world.accepted("school")
    stranger = next(a.unit for a in world.actors.values() if a.unit and a.unit not in world.facts(case_id).units)
    assert listed(world, "fire") == listed(world, "coordinator") != [] == listed(world, stranger)
    with pytest.raises(Refused):
        road(world, case_id, stranger)


def test_a_passed_stage_leaves_permits_and_lets_its_applicant_begin_the_next(world: World):
    case_id = passed_first_stage(world)
    found = road(world, case_id, "applicant")
    assert [s.mark for s in found.stages] == ["passed", "none", "none", "none"]
    assert found.next_stage == 2 and found.time is not None and found.time.used == found.stages[0].used
    assert road(world, case_id).next_stage == 0
    permits = {p.number: p for p in found.permits}
    assert len(permits) == 3 and {p.status for p in permits.values()} == {"valid"}
    land = next(p for p in permits.values() if p.number.startswith("地字"))
    assert land.href == f"/cases/{case_id}" and [u.stage for u in land.uses] and not any(u.cases for u in land.uses)


def test_a_permit_names_the_later_case_that_uses_it(world: World):
    first = passed_first_stage(world)
    with reading() as session:
        project = session.get(Project, project_of(world, first))
    assert project is not None
    second = world.drafted_review("stage2_school", 2, S1={"project_code": project.code})
    assert road(world, first, "applicant").next_stage == 0
    world.submit(second)
    land = next(p for p in road(world, first).permits if p.number.startswith("地字"))
    number = world.case(second).number
    assert next((u.stage, u.cases) for u in land.uses) == ("工程建设许可", ((number, f"/cases/{second}"),))


def test_permits_are_for_those_who_open_their_case_or_read_them_later(world: World):
    case_id = passed_first_stage(world)
    everybody = {p.number for p in road(world, case_id).permits}
    assert {p.number for p in road(world, case_id, "supervisor").permits} == everybody
    assert {p.number for p in road(world, case_id, "planning").permits} == everybody


def test_a_stage_that_ended_without_passing_is_begun_again(world: World):
    case_id = accepted(world)
    world.do("applicant", WithdrawCase(case_id=case_id, reason="项目调整，不再申请"))
    found = road(world, case_id, "applicant")
    assert found.stages[3].mark == "ended" and found.next_stage == 4 and found.stages[3].used is None


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        (("none", "none", "none", "none"), 1),
        (("passed", "none", "none", "none"), 2),
        (("passed", "running", "none", "none"), 0),
        (("passed", "draft", "none", "none"), 0),
        (("passed", "ended", "none", "none"), 2),
        (("none", "none", "passed", "none"), 4),
        (("passed", "passed", "passed", "passed"), 0),
        (("none", "running", "none", "none"), 0),
        (("passed", "none", "none", "running"), 0),
    ],
)
def test_the_next_stage_follows_the_furthest_one(marks: tuple[str, ...], wanted: int):
    assert next_stage(marks) == wanted


def test_the_list_is_searched_and_narrowed_by_the_stage_reached(world: World):
    world.accepted("school")
    review = world.drafted_review(S1={"project_code": "2401-320681-04-01-900002"})
    world.submit(review)
    world.accept(review)
    new = {"project_code": "2401-320681-04-01-900001", "project_name": "百分100%厂房"}
    world.do("applicant", CreateCase(organisation_id=world.organisation_id, **new))
    assert len(listed(world, "applicant")) == 3 and len(listed(world)) == 2
    assert listed(world, "applicant", text="百分100%") == ["百分100%厂房"]
    assert listed(world, "applicant", text="%%") == []
    page = projects(world.actors["coordinator"], ProjectFilters(), world.now)
    assert dict(page.stages) == {1: 1, 2: 0, 3: 0, 4: 1}
    assert len(listed(world, stage=1)) == 1 and listed(world, stage=2) == []


def test_a_page_beyond_the_last_shows_the_last(world: World):
    accepted(world)
    page = projects(world.actors["coordinator"], ProjectFilters(page=9), world.now)
    assert (page.page, page.pages, len(page.rows)) == (1, 1, 1)
    odd = {"stage": "7", "page": "-1", "q": "x" * 200}
    assert ProjectFilters.from_address(odd) == ProjectFilters(text="x" * 80)
