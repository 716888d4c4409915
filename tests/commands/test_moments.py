"""What the registry allows has something to act on: nobody is offered what the body of a command would refuse."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from jointreview.commands.conclusion import Conclude, ReissueOpinion
from jointreview.commands.filing import CopyCase, CreateCase, RemoveMaterial
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.onsite import SignCommitment, WithdrawFinding
from jointreview.commands.parcels import ConfirmParcel
from jointreview.commands.parties import AcceptInvitation, InviteParty, SignParty
from jointreview.commands.rectification import VerifyFinding
from jointreview.commands.registry import Command, may
from jointreview.commands.review import CloseDocumentReview, DropGap, RecordGap
from jointreview.commands.visits import ReplaceOfficer, ScheduleVisit
from jointreview.domain.problems import Refused
from jointreview.models import base
from tests.commands.test_job import conclude, failed_once, rectify
from tests.commands.world import World


def told(world: World, who: str, kind: type[Command], case_id: int, unit: str = "") -> str:
    """The key of the reason why not; empty when it may be done."""
    target = world.assignment(case_id, unit) if unit else None
    problem = may(world.actors[who], kind, world.facts(case_id), target)
    return problem.key if problem else ""


def conditional(world: World) -> int:
    """A case in which the archives passed on a condition and everybody has spoken."""
    case_id = world.on_site()
    until = world.today + timedelta(days=30)
    world.opine(case_id, "archives", "PASS_COND", condition="移交声像档案", commitment_until=until)
    world.pass_the_rest(case_id)
    world.close_visit(case_id)
    return case_id


def sign_commitment(world: World, case_id: int) -> None:
    target = world.assignment(case_id, "archives")
    signature = world.signature("applicant")
    world.do("applicant", SignCommitment(case_id=case_id, assignment_id=target, signature=signature))


def test_a_commitment_is_signed_once_and_only_for_a_conditional_pass(world: World):
    case_id = conditional(world)
    assert told(world, "applicant", SignCommitment, case_id, "fire") == "commands.no_commitment_wanted"
    assert told(world, "applicant", SignCommitment, case_id) == "commands.no_commitment_wanted"
    assert told(world, "applicant", SignCommitment, case_id, "archives") == ""
    sign_commitment(world, case_id)
    assert told(world, "applicant", SignCommitment, case_id, "archives") == "commands.commitment_signed"


def test_nobody_concludes_before_the_commitments_are_signed(world: World):
    case_id = conditional(world)
    assert told(world, "coordinator", Conclude, case_id) == "commands.commitments_missing"
    with pytest.raises(Refused, match=r"commands\.commitments_missing"):
        conclude(world, case_id)
    sign_commitment(world, case_id)
    assert told(world, "coordinator", Conclude, case_id) == ""


def test_what_passed_is_not_applied_for_again_but_what_was_withdrawn_is(world: World):
    passed = world.all_passed()
    conclude(world, passed)
    assert told(world, "applicant", CopyCase, passed) == "commands.nothing_to_apply_again"
    withdrawn = world.drafted("school")
    world.do("applicant", WithdrawCase(case_id=withdrawn, reason="暂缓"))
    assert told(world, "applicant", CopyCase, withdrawn) == ""


def test_the_reading_is_not_closed_over_a_department_that_has_time(world: World):
    case_id = world.accepted()
    world.read_documents(case_id, but=("fire",))
    world.later(2)
    problem = may(world.actors["coordinator"], CloseDocumentReview, world.facts(case_id))
    assert problem is not None and problem.key == "commands.unit_has_time"
    assert problem.params == {"unit": world.facts(case_id).unit_names["fire"], "due": world.today.isoformat()}
    world.later(1)
    assert told(world, "coordinator", CloseDocumentReview, case_id) == ""


def test_a_visit_is_planned_only_while_somebody_has_to_travel(world: World):
    case_id = world.documents_read()
    world.end_review(case_id)
    assert told(world, "coordinator", ScheduleVisit, case_id) == ""
    world.plan_visit(case_id)
    world.arrive(case_id)
    world.pass_the_rest(case_id)
    world.close_visit(case_id)
    assert told(world, "coordinator", ScheduleVisit, case_id) == "commands.nobody_travels"


def test_only_an_officer_who_has_not_arrived_is_replaced(world: World):
    case_id = world.visiting()
    assert told(world, "fire", ReplaceOfficer, case_id) == told(world, "coordinator", ReplaceOfficer, case_id) == ""
    world.arrive(case_id, absent=("planning",))
    assert told(world, "fire", ReplaceOfficer, case_id) == "commands.nobody_to_replace"
    assert (
        told(world, "planning", ReplaceOfficer, case_id) == told(world, "coordinator", ReplaceOfficer, case_id) == ""
    )


def test_only_an_issued_opinion_is_reissued(world: World):
    case_id = world.all_passed()
    conclude(world, case_id)
    assert told(world, "coordinator", ReissueOpinion, case_id) == ""
    without = dataclasses.replace(world.facts(case_id), opinion_documents=0)
    problem = may(world.actors["coordinator"], ReissueOpinion, without)
    assert problem is not None and problem.key == "commands.no_opinion_in_force"


def test_a_gap_is_dropped_only_where_one_was_noted(world: World):
    case_id = world.accepted()
    target = world.assignment(case_id, "fire")
    assert told(world, "fire", DropGap, case_id, "fire") == "commands.no_such_gap"
    noted = {"kind": "field", "subject": "S2.address", "rule": "资料审查要点", "wanted": "请补充门牌号"}
    world.do("fire", RecordGap(case_id=case_id, assignment_id=target, **noted))
    assert told(world, "fire", DropGap, case_id, "fire") == ""


def test_findings_are_withdrawn_before_and_verified_after_the_notice(world: World):
    case_id = world.on_site()
    assert told(world, "fire", WithdrawFinding, case_id, "fire") == "commands.no_such_finding"
    world.find(case_id, "fire", "防火门闭门器缺失", "GB 50016", "闭门器安装齐全")
    assert told(world, "fire", WithdrawFinding, case_id, "fire") == ""


def test_a_department_that_reopened_its_item_has_no_finding_to_verify(world: World):
    case_id, finding_id = failed_once(world)
    rectify(world, case_id, finding_id)
    world.plan_visit(case_id)
    world.arrive(case_id)
    assert told(world, "fire", VerifyFinding, case_id, "fire") == ""
    target = world.assignment(case_id, "fire")
    world.do("fire", VerifyFinding(case_id=case_id, assignment_id=target, finding_id=finding_id, verified=True))
    assert told(world, "fire", VerifyFinding, case_id, "fire") == "commands.no_such_finding"


def test_an_empty_draft_has_neither_parcel_to_confirm_nor_file_to_remove(world: World):
    code = "2401-320681-04-01-900001"
    new = CreateCase(organisation_id=world.organisation_id, project_code=code, project_name="新项目")
    empty = world.do("applicant", new).case_id
    assert told(world, "applicant", ConfirmParcel, empty) == "commands.no_such_parcel"
    assert told(world, "applicant", RemoveMaterial, empty) == "commands.no_such_material"
    full = world.drafted()
    assert told(world, "applicant", ConfirmParcel, full) == told(world, "applicant", RemoveMaterial, full) == ""


def test_a_party_signs_once(world: World):
    case_id = world.drafted()
    with base.writing() as session:
        world.person(session, "party", "applicant")
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))
    assert told(world, "party", SignParty, case_id) == ""
    world.do("party", SignParty(case_id=case_id, opinion="符合设计", signature=world.signature("party")))
    assert told(world, "party", SignParty, case_id) == "commands.party_signed"
