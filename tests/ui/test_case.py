"""The workspace of a case: who sees what, what is offered to whom, and from a dialog to its command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pydantic
import pytest
from sqlmodel import select

from jointreview.commands.all import RULES
from jointreview.commands.conclusion import Conclude
from jointreview.commands.intake import AcceptCase, WithdrawCase
from jointreview.commands.rectification import AnswerFinding, IssueRectification
from jointreview.commands.review import IssueSupplementNotice, RecordGap
from jointreview.domain.problems import Refused
from jointreview.models.base import reading
from jointreview.models.identity import Audit
from jointreview.queries import dossier
from jointreview.text import LANGUAGES, texts
from jointreview.ui.pages.case import present
from jointreview.ui.pages.case.acts import DIALOGS, ELSEWHERE, FORMS, FORWARD, IN_PANEL, MOST_FORWARD, QUIET, snake
from jointreview.ui.pages.case.asking import COMMANDS, NOT_ENTERED, built, dialog_of, faults_in
from jointreview.ui.pages.case.state import PANELS, _marked
from tests.commands.test_job import failed_once
from tests.commands.world import World, fresh_database


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fresh_database(f"sqlite:///{tmp_path}/test.db", tmp_path / "uploads"):
        yield World().populate()


def seen(world: World, who: str, case_id: int, lang: str = "zh", revealed: tuple[str, ...] = ()) -> dict[str, Any]:
    found = present.workspace(world.actors[who], case_id, lang, world.now, revealed)
    assert found is not None
    return found


def named(acts: list[Any]) -> list[str]:
    return [act["name"] for act in acts]


def record_gap(world: World, case_id: int, unit: str = "fire") -> None:
    target = world.assignment(case_id, unit)
    world.do(
        unit,
        RecordGap(
            case_id=case_id,
            assignment_id=target,
            kind="material",
            subject="authorisation",
            rule="《消防法》第十三条",
            wanted="请补充加盖公章的委托书",
        ),
    )


# who sees the case at all


@pytest.mark.parametrize("who", ["stranger", "admin", "fire"])
def test_who_has_no_part_in_a_case_is_answered_as_if_there_were_none(world: World, who: str) -> None:
    case_id = world.drafted()
    assert present.workspace(world.actors[who], case_id, "zh", world.now) is None
    assert present.workspace(world.actors[who], case_id + 1, "zh", world.now) is None


def test_the_administration_does_not_read_a_draft_but_its_applicant_does(world: World) -> None:
    case_id = world.drafted()
    assert present.workspace(world.actors["clerk"], case_id, "zh", world.now) is None
    assert seen(world, "applicant", case_id)["head"]["form_href"] == f"/cases/{case_id}/form"


# what is offered


def test_every_command_on_a_case_has_its_place_and_only_one() -> None:
    on_case = {kind.__name__ for kind, rule in RULES.items() if rule.on_case}
    places = [*DIALOGS, *IN_PANEL, *ELSEWHERE]
    assert len(places) == len(set(places))
    assert on_case <= {*places, *QUIET}
    assert {*places, *QUIET} <= on_case


def test_what_is_done_in_a_panel_leads_to_a_form_there() -> None:
    assert set(FORMS) == set(IN_PANEL)


def test_the_header_leaves_an_act_to_the_panel_that_has_its_button(world: World) -> None:
    case_id = world.accepted()
    offered = {act["name"]: act["beside"] for act in seen(world, "fire", case_id)["forward"]}
    assert offered == {"FinishDocumentReview": "review", "RecordGap": ""}


def test_every_dialog_asks_for_fields_of_its_command_and_says_what_will_happen() -> None:
    for name, spec in DIALOGS.items():
        assert {ask.name for ask in spec.fields} <= set(COMMANDS[name].model_fields), name
        for lang in LANGUAGES:
            assert f"case.confirm_{snake(name)}" in texts(lang), name
            assert {f"case.field_{ask.name}" for ask in spec.fields} <= set(texts(lang)), name


def test_what_a_dialog_requires_is_what_the_command_requires() -> None:
    for name, spec in DIALOGS.items():
        required = {n for n, f in COMMANDS[name].model_fields.items() if f.is_required()}
        asked = {ask.name for ask in spec.fields if ask.required}
        assert required - {"case_id", "assignment_id", *NOT_ENTERED} <= asked, name


def test_at_most_two_acts_come_forward_and_none_that_ends_the_case(world: World) -> None:
    case_id = world.submitted()
    found = seen(world, "clerk", case_id)
    assert named(found["forward"]) == ["AcceptCase", "ReturnCase"]
    assert set(named(found["rest"])) == {"RefuseCase", "EnterPaperRecord"}
    assert not any(act["grave"] for act in found["forward"])
    assert len(found["forward"]) <= MOST_FORWARD
    assert not {name for name in FORWARD if name in DIALOGS and DIALOGS[name].grave}


def test_an_applicant_waits_while_the_window_looks_and_may_still_withdraw(world: World) -> None:
    found = seen(world, "applicant", world.submitted())
    assert named(found["forward"]) == []
    assert named(found["rest"]) == ["WithdrawCase"]
    assert found["head"]["turn"] == "等待窗口"


def test_an_officer_on_site_is_led_to_the_page_for_the_site(world: World) -> None:
    case_id = world.visiting()
    (act, *_) = seen(world, "fire", case_id)["forward"]
    assert (act["name"], act["href"]) == ("SignIn", f"/cases/{case_id}/onsite")


def test_every_panel_has_a_name_in_both_languages() -> None:
    for lang in LANGUAGES:
        assert {f"case.panel_{panel}" for panel in PANELS} <= set(texts(lang))


def test_a_withdrawn_case_can_be_applied_for_again_and_shows_where_it_ended(world: World) -> None:
    case_id = world.submitted()
    world.do("applicant", WithdrawCase(case_id=case_id, reason="资料有误"))
    found = seen(world, "applicant", case_id)
    assert named(found["forward"]) == ["CopyCase"]
    assert found["steps"][-1]["mark"] == "ended"
    assert found["head"]["turn"] == ""


# the clock and whose turn it is


def test_the_header_and_the_explanation_name_the_same_day(world: World) -> None:
    found = seen(world, "applicant", world.accepted())
    assert found["head"]["due"] == "到期 2026-05-19 (周二)"  # Saturday the 9th is worked in place of a holiday
    assert found["head"]["days"] == "剩余 10 个工作日"
    counted = [line["day"] for line in found["days"] if "个工作日（共 10 个）" in line["text"]]
    assert counted[-1] == "2026-05-19 (周二)"
    assert len(counted) == 10


def test_until_a_visit_is_planned_the_coordinator_is_waited_for(world: World) -> None:
    case_id = world.documents_read()
    world.end_review(case_id)
    assert seen(world, "applicant", case_id)["head"]["turn"] == "等待联审协调员"
    world.plan_visit(case_id)
    assert seen(world, "applicant", case_id)["head"]["turn"].startswith("等待部门")


def test_the_header_names_the_day_by_which_the_applicant_has_to_put_things_right(world: World) -> None:
    case_id, _ = failed_once(world)
    due = world.case(case_id).rectification_due
    assert seen(world, "applicant", case_id)["head"]["wanted"].startswith(f"整改期限 {due}")


def test_the_header_names_the_day_by_which_the_papers_have_to_be_completed(world: World) -> None:
    case_id = world.accepted()
    assert seen(world, "applicant", case_id)["head"]["wanted"] == ""
    record_gap(world, case_id)
    world.read_documents(case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    day = world.workday_after(10).isoformat()
    for lang, words in (("zh", "补正期限"), ("en", "Supplement wanted by")):
        assert seen(world, "applicant", case_id, lang)["head"]["wanted"].startswith(f"{words} {day}")


def test_every_department_has_a_row_with_why_it_takes_part(world: World) -> None:
    case_id = world.accepted()
    rows = seen(world, "applicant", case_id)["rows"]
    assert {row["key"] for row in rows} == {a.item for a in world.facts(case_id).assignments}
    assert all(row["because"] for row in rows)
    assert all(row["documents"] == "审查中" and row["opinion"] == "未给出" for row in rows)


# what only some read


def test_an_officer_reads_the_materials_of_the_unit_alone(world: World) -> None:
    case_id = world.accepted()
    everything = {group["code"] for group in seen(world, "coordinator", case_id)["groups"]}
    fire = {group["code"] for group in seen(world, "fire", case_id)["groups"]}
    assert fire < everything


def test_a_gap_not_told_yet_is_for_the_unit_and_the_coordinator(world: World) -> None:
    case_id = world.accepted()
    record_gap(world, case_id)
    assert [gap["droppable"] for gap in seen(world, "fire", case_id)["gaps"]] == [True]
    assert [gap["droppable"] for gap in seen(world, "coordinator", case_id)["gaps"]] == [False]
    assert seen(world, "applicant", case_id)["gaps"] == seen(world, "quality", case_id)["gaps"] == []


def test_a_finding_reaches_the_applicant_with_the_notice(world: World) -> None:
    case_id = world.on_site()
    world.fail(case_id, "fire")
    for mine in world.facts(case_id).assignments:
        if mine.needs_site and mine.open_round_kind == "site":
            world.check(case_id, mine.unit, item=mine.item)
            world.opine(case_id, mine.unit, item=mine.item)
    world.close_visit(case_id)
    assert len(seen(world, "coordinator", case_id)["findings"]) == 1
    assert seen(world, "applicant", case_id)["findings"] == []
    world.do("coordinator", IssueRectification(case_id=case_id))
    (finding,) = seen(world, "applicant", case_id)["findings"]
    assert finding["answerable"]
    assert not seen(world, "coordinator", case_id)["findings"][0]["answerable"]


def test_identity_numbers_are_masked_until_asked_for_and_asking_is_written_down(world: World) -> None:
    case_id = world.accepted()
    masked = [p for part in seen(world, "coordinator", case_id)["parts"] for p in part["pairs"] if p["masked"]]
    assert masked
    assert all("*" in pair["value"] for pair in masked)
    path = masked[0]["path"]
    present.reveal(world.actors["coordinator"], case_id, world.now, path)
    with reading() as session:
        assert [
            row.details["path"] for row in session.exec(select(Audit).where(Audit.subject == f"case:{case_id}"))
        ] == [path]
    shown = [p for part in seen(world, "coordinator", case_id, "zh", (path,))["parts"] for p in part["pairs"]]
    (pair,) = [p for p in shown if p["path"] == path]
    assert "*" not in pair["value"]


@pytest.mark.parametrize(("who", "path"), [("stranger", "S1.contact_mobile"), ("coordinator", "S2.address")])
def test_nothing_is_revealed_to_strangers_nor_recorded_for_what_is_open(world: World, who: str, path: str) -> None:
    with pytest.raises(Refused):
        present.reveal(world.actors[who], world.accepted(), world.now, path)


# the visit


def test_half_days_are_working_days_with_one_officer_of_every_department(world: World) -> None:
    case_id = world.documents_read()
    world.end_review(case_id)
    found = seen(world, "coordinator", case_id)
    possible = [slot for slot in found["slots"] if slot["possible"]]
    assert possible
    assert all("周日" not in slot["label"] for slot in possible)
    units = [unit["unit"] for unit in found["units"]]
    assert all([one["unit"] for one in slot["officers"]] == units for slot in possible)
    assert seen(world, "applicant", case_id)["slots"] == []


def test_the_team_of_a_visit_is_shown_with_who_may_send_another(world: World) -> None:
    case_id = world.visiting()
    (visit,) = seen(world, "coordinator", case_id)["visits"]
    assert all(member["replaceable"] for member in visit["members"])
    (visit,) = seen(world, "fire", case_id)["visits"]
    assert [m["unit"] for m in visit["members"] if m["replaceable"]] == ["fire"]
    (visit,) = seen(world, "applicant", case_id)["visits"]
    assert not any(member["replaceable"] for member in visit["members"])


# the conclusion


def test_the_coordinator_sees_the_computed_conclusion_with_every_item_before_signing(world: World) -> None:
    case_id = world.all_passed()
    found = seen(world, "coordinator", case_id)
    assert found["may_conclude"]
    assert found["verdict"]["ready"]
    assert found["verdict"]["outcome"] == "验收合格"
    assert len(found["verdict"]["reasons"]) == len(found["rows"]) + 1
    assert named(found["forward"]) == ["Conclude"]
    assert not found["may_schedule"]
    assert not seen(world, "clerk", case_id)["may_conclude"]


# documents and history


def test_the_receipt_can_be_fetched_and_verified(world: World) -> None:
    case_id = world.accepted()
    (document,) = seen(world, "applicant", case_id)["documents"]
    assert document["docx"] == f"/api/cases/{case_id}/documents/{document['id']}.docx"
    assert document["verify"].startswith("/verify?code=")
    assert document["qr"].startswith("data:image/png;base64,")


def test_every_kind_of_event_that_happened_has_a_name(world: World) -> None:
    case_id = world.all_passed()
    for lang in LANGUAGES:
        titles = {line["title"] for line in seen(world, "coordinator", case_id, lang)["events"]}
        assert texts(lang)["case.event_other"] not in titles


# dialogs


def test_on_a_rest_day_acceptance_is_proposed_for_the_next_working_day(world: World) -> None:
    case_id = world.submitted()
    world.now += timedelta(days=4)  # Sunday, 10 May 2026
    offered = dossier.offered(world.actors["clerk"], case_id, "zh", world.now, "AcceptCase", {})
    assert offered["values"]["effective_on"] == "2026-05-11"
    assert "2026-05-11 (周一)" in offered["hints"]["effective_on"]


def test_a_dialog_previews_what_will_be_sent(world: World) -> None:
    case_id = world.accepted()
    record_gap(world, case_id)
    world.read_documents(case_id)
    offered = dossier.offered(world.actors["coordinator"], case_id, "zh", world.now, "IssueSupplementNotice", {})
    dialog = dialog_of("zh", "IssueSupplementNotice", offered)
    line, case_due, *_ = dialog["preview"]
    assert "请补充加盖公章的委托书" in line
    assert case_due == "办件到期日：2026-05-19 (周二) → 2026-06-02 (周二)"
    assert dialog["title"] == "合并发出补正告知"


def test_nothing_is_offered_about_a_case_one_may_not_see(world: World) -> None:
    case_id = world.accepted()
    record_gap(world, case_id)
    offered = dossier.offered(world.actors["stranger"], case_id, "zh", world.now, "IssueSupplementNotice", {})
    assert offered["preview"] == []


def test_a_filled_dialog_becomes_the_command() -> None:
    assert built("AcceptCase", 3, {"assignment_id": 0}, {"effective_on": "2026-05-06"}, []) == AcceptCase(
        case_id=3, effective_on="2026-05-06"
    )
    answered = built("AnswerFinding", 3, {"assignment_id": 0, "finding_id": 9}, {"answer": "已更换"}, [5, 6])
    assert answered == AnswerFinding(case_id=3, finding_id=9, answer="已更换", photos=[5, 6])


def test_what_does_not_fit_is_named_by_its_field() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        built("RefuseCase", 3, {}, {"reasons": "太短"}, [])
    (fault,) = faults_in("zh", caught.value)
    assert fault == {"text": "“不予受理的理由”请至少填写 10 个字。", "where": "reasons"}


def test_only_what_changed_is_marked_as_fresh() -> None:
    before = [{"key": "A1", "opinion": "", "fresh": True}, {"key": "A2", "opinion": "", "fresh": False}]
    after = [{"key": "A1", "opinion": "", "fresh": False}, {"key": "A2", "opinion": "PASS", "fresh": False}]
    assert [row["fresh"] for row in _marked(before, after, "key")] == [False, True]


# never what the machine forbids


def test_a_passed_case_is_not_offered_to_be_applied_for_again(world: World) -> None:
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    found = seen(world, "applicant", case_id)
    assert named([*found["forward"], *found["rest"]]) == []


def test_the_reading_is_ended_when_all_have_read_or_let_their_time_pass(world: World) -> None:
    case_id = world.accepted()
    world.read_documents(case_id, but=("fire",))
    assert "CloseDocumentReview" not in named(seen(world, "coordinator", case_id)["forward"])
    world.later(3)
    assert "CloseDocumentReview" in named(seen(world, "coordinator", case_id)["forward"])


def test_a_commitment_is_offered_for_signing_only_where_a_pass_depends_on_it(world: World) -> None:
    found = seen(world, "applicant", world.visiting())
    assert named([*found["forward"], *found["rest"]]) == ["AcknowledgeVisit", "WithdrawCase"]


def test_while_faults_are_put_right_no_conclusion_is_offered_before_the_time_is_over(world: World) -> None:
    case_id = world.on_site()
    world.fail(case_id, "fire")
    for mine in world.facts(case_id).assignments:
        if mine.needs_site and mine.open_round_kind == "site":
            world.check(case_id, mine.unit, item=mine.item)
            world.opine(case_id, mine.unit, item=mine.item)
    world.close_visit(case_id)
    world.do("coordinator", IssueRectification(case_id=case_id))
    assert not seen(world, "coordinator", case_id)["may_conclude"]
    world.now += timedelta(days=40)
    found = seen(world, "coordinator", case_id)
    assert found["may_conclude"]
    assert found["verdict"]["outcome"] == "验收不合格"
