"""The page on site: what an officer is shown and offered at each moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jointreview.commands.onsite import AnswerChecklist, LineAnswer
from jointreview.commands.rectification import AnswerFinding, IssueRectification, SubmitRectification
from jointreview.commands.visits import CloseVisit
from jointreview.domain.problems import Refused
from jointreview.queries.onsite import onsite_page
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def page(world: World, case_id: int, who: str = "fire", lang: str = "zh") -> dict:
    return onsite_page(world.actors[who], case_id, lang, world.now)


def found(world: World, case_id: int) -> int:
    """The fire unit raises a finding."""
    return world.find(case_id, "fire", "防火门闭门器缺失", "GB 50016 第6.5.1条", "闭门器安装齐全并能自行关闭")


def own(world: World, case_id: int, who: str = "fire") -> dict:
    (assignment,) = page(world, case_id, who)["assignments"]
    return assignment


def test_a_unit_that_does_not_take_part_is_told_so(world: World) -> None:
    case_id = world.visiting()
    taking_part = {"", *world.facts(case_id).units}
    absent = next(who for who, actor in world.actors.items() if actor.unit not in taking_part)
    with pytest.raises(Refused) as refusal:
        page(world, case_id, absent)
    assert refusal.value.kind == "forbidden"


def test_an_applicant_learns_that_the_page_is_for_officers(world: World) -> None:
    case_id = world.visiting()
    with pytest.raises(Refused) as refusal:
        page(world, case_id, "applicant")
    assert refusal.value.problems[0].key == "onsite.officers_only"


def test_the_contact_is_masked(world: World) -> None:
    shown = page(world, world.visiting())
    assert shown["contact"]
    assert "*" in shown["mobile_masked"]


def test_before_the_day_nobody_signs_in_and_the_page_says_which_day(world: World) -> None:
    shown = page(world, world.visiting())
    assert not shown["may_sign_in"]
    assert "2026-" in shown["sign_in_reason"]


def test_on_the_day_the_named_officer_signs_in_and_the_checklist_waits_for_it(world: World) -> None:
    case_id = world.visiting()
    world.later(1)
    shown = page(world, case_id)
    assert shown["may_sign_in"]
    assert shown["assignments"][0]["waits_for_arrival"]
    assert not page(world, case_id, "fire-2")["may_sign_in"]


def test_those_who_are_there_are_shown_with_their_time_oneself_first(world: World) -> None:
    members = page(world, world.on_site())["visit"]["members"]
    assert members[0]["unit"] == "fire"
    assert all("09:00" in member["status"] for member in members)


def test_without_findings_a_failure_is_not_offered(world: World) -> None:
    assert "FAIL" not in own(world, world.on_site())["results"]


def test_with_an_open_finding_only_a_failure_is_offered(world: World) -> None:
    case_id = world.on_site()
    found(world, case_id)
    assignment = own(world, case_id)
    assert assignment["results"] == ["FAIL"]
    assert assignment["findings"][0]["may_withdraw"]


def test_a_conditional_pass_is_offered_only_where_the_item_of_this_case_can_be_deferred(world: World) -> None:
    case_id = world.on_site()
    for unit in sorted(world.facts(case_id).units):
        for assignment in page(world, case_id, unit)["assignments"]:
            assert ("PASS_COND" in assignment["results"]) <= bool(assignment["deferral"])
    assert "PASS_COND" in own(world, case_id)["results"]  # the fire filing of other works: signage may follow


def test_an_answer_comes_back_with_its_photographs_to_be_used_again(world: World) -> None:
    case_id = world.on_site()
    line = own(world, case_id)["lines"][0]["code"]
    answer = LineAnswer(line=line, result="ok", value="4.2", photos=[world.photo("fire")])
    world.do(
        "fire",
        AnswerChecklist(case_id=case_id, assignment_id=world.assignment(case_id, "fire"), lines=[answer]),
    )
    shown = own(world, case_id)["lines"][0]["answer"]
    assert (shown["result"], shown["value"], shown["mine"]) == ("ok", "4.2", True)
    assert shown["photos"][0]["upload_id"]
    assert shown["photos"][0]["url"].startswith(f"/api/cases/{case_id}/photos/")


def test_a_colleagues_photograph_is_shown_but_not_taken_for_ones_own(world: World) -> None:
    case_id = world.on_site()
    found(world, case_id)
    (finding,) = page(world, case_id, "fire-2")["assignments"][0]["findings"]
    assert finding["photos"][0]["upload_id"] is None


def test_after_the_opinion_the_page_shows_it_signed_and_asks_nothing_more(world: World) -> None:
    case_id = world.on_site()
    world.opine(case_id, "fire")
    assignment = own(world, case_id)
    assert assignment["opinion"]["result"] == "PASS"
    assert assignment["opinion"]["name"] == "fire·人"
    assert not assignment["asks_opinion"]
    assert not assignment["may_raise"]


def reinspecting(world: World) -> int:
    """Fire failed, everybody else passed, the repair is reported."""
    case_id = world.on_site()
    finding = found(world, case_id)
    world.opine(case_id, "fire", "FAIL")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.unit != "fire":
            world.opine(case_id, a.unit)
    world.do("coordinator", CloseVisit(case_id=case_id))
    world.do("coordinator", IssueRectification(case_id=case_id))
    answer = AnswerFinding(
        case_id=case_id, finding_id=finding, answer="已装闭门器", photos=[world.photo("applicant")]
    )
    world.do("applicant", answer)
    world.do("applicant", SubmitRectification(case_id=case_id))
    return case_id


def test_in_the_reinspection_each_rectified_finding_is_to_be_verified_first(world: World) -> None:
    case_id = reinspecting(world)
    assignment = own(world, case_id)
    (finding,) = assignment["findings"]
    assert finding["may_verify"]
    assert len(finding["photos"]) == len(finding["answer_photos"]) == 1
    assert assignment["results"] == []


def test_a_unit_that_passed_may_look_again_during_the_reinspection(world: World) -> None:
    case_id = reinspecting(world)
    assert own(world, case_id, "planning")["may_reopen"]


def test_the_page_reads_in_english(world: World) -> None:
    shown = page(world, world.on_site(), lang="en")
    assert shown["visit"]["when"].endswith("morning")
    assert shown["assignments"][0]["name"].isascii()
