"""A joint review in the workspace: what is told before signing, what counts as agreed, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jointreview.commands.consultations import Consult
from jointreview.commands.decisions import Decision, RecordSilence
from jointreview.demo.reviewing import conclude_review, decide, decide_the_rest, survey
from jointreview.queries import dossier
from jointreview.ui.pages.case.deciding import _entered, _statement
from tests.commands.world import World, fresh_database
from tests.ui.test_case import seen


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def of(world: World, case_id: int, item: str) -> Any:
    return next(a for a in world.facts(case_id).assignments if a.item == item)


def told(world: World, who: str, case_id: int, item: str, **decision: Any) -> list[str]:
    words = {"result": "PASS", "text": "同意", **decision}
    mine = of(world, case_id, item)
    made = Decision(case_id=case_id, assignment_id=mine.id, **words)
    return [p.key for p in dossier.objections(world.actors[who], world.now, made)]


def test_what_speaks_against_a_decision_is_told_before_it_is_signed(world: World) -> None:
    case_id = world.deciding()
    assert told(world, "water", case_id, "P109") == []
    assert told(world, "water", case_id, "P109", result="FAIL", text="不符合") == [
        "decisions.reasons_needed",
        "decisions.basis_needed",
    ]
    assert told(world, "water", case_id, "P109", result="PASS_COND") == ["decisions.condition_needed"]
    survey(world, case_id)
    assert told(world, "land", case_id, "P105") == ["decisions.number_needed"]
    assert told(world, "land", case_id, "P105", document_no="用字第1号") != []


def test_whoever_does_not_decide_is_told_nothing_of_it(world: World) -> None:
    case_id = world.deciding()
    for who in ("planning", "applicant", "stranger", "admin", "water-head"):
        assert told(world, who, case_id, "P109", result="FAIL", text="不符合") == []


def test_what_another_result_asks_for_does_not_go_into_the_decision(world: World) -> None:
    form = {"result": "FAIL", "text": "不予许可", "document_no": "X", "condition": "Y", "basis": "第二十五条"}
    entered = _entered(form)
    assert {name for name, value in entered.items() if value} == {"result", "text", "basis"}
    one = {"item": "P109", "number_label": "文号", "results": [{"value": "FAIL", "label": "不予许可"}]}
    assert _statement("zh", one, entered).splitlines() == ["P109：不予许可", "不予许可", "法律依据：第二十五条"]


def test_silence_stands_in_the_matrix_before_the_lead_and_in_the_conclusion(world: World) -> None:
    case_id = world.deciding()
    survey(world, case_id)
    decide(world, case_id, "P109", "PASS_COND", condition="落实弃渣处置协议")
    decide_the_rest(world, case_id, but=("P115",))
    world.later(8)
    world.do("system", RecordSilence(case_id=case_id, assignment_id=of(world, case_id, "P115").id))
    row = next(r for r in seen(world, "coordinator", case_id)["rows"] if r["key"] == "P115")
    assert "视为同意" in row["opinion"] and row["opinion_tone"] == "neutral"
    lead = seen(world, "planning", case_id)
    assert lead["leads"] and [r for r in lead["verdict"]["reasons"] if "P115" in r and "视为同意" in r]
    assert seen(world, "applicant", case_id)["concluded"]["outcome"] == ""
    conclude_review(world, case_id, text="综合各部门意见，附条件通过。")
    ended = seen(world, "applicant", case_id)["concluded"]
    assert ended["text"] == "综合各部门意见，附条件通过。" and ended["document"].endswith(".docx")
    assert [point[:4] for point in ended["points"]] == ["P109", "P115"]


def test_a_permit_stands_in_the_matrix_with_its_number(world: World) -> None:
    case_id = world.all_decided()
    rows = {r["key"]: r for r in seen(world, "applicant", case_id, "en")["rows"]}
    assert rows["P106"]["number"].startswith("地字第") and rows["P109"]["number"] == ""
    assert rows["P106"]["number"] not in rows["P106"]["opinion"]


def test_a_unit_that_was_only_asked_is_known_as_such(world: World) -> None:
    case_id = world.deciding()
    mine = of(world, case_id, "P109")
    question = {"to_unit": "heritage", "question": "是否涉及古河道？", "due_on": world.workday_after(1)}
    world.do("water", Consult(case_id=case_id, assignment_id=mine.id, **question))
    assert seen(world, "heritage", case_id)["consulted"] and not seen(world, "water", case_id)["consulted"]
