"""The job from draft to delivered opinion, its failures and its ways back, as the commands run it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import col, select

from jointreview.catalog.loader import sample_values
from jointreview.commands.audit import verify_chains
from jointreview.commands.case_clock import case_clock
from jointreview.commands.conclusion import Conclude, RecordDelivery, ReissueOpinion, VoidOpinion
from jointreview.commands.files import document_store
from jointreview.commands.filing import CopyCase
from jointreview.commands.intake import AcceptCase, WithdrawCase
from jointreview.commands.onsite import SignCommitment
from jointreview.commands.rectification import (
    AnswerFinding,
    ExtendRectification,
    IssueRectification,
    ReopenAssignment,
    SubmitRectification,
    VerifyFinding,
)
from jointreview.commands.review import (
    AnswerGap,
    CloseDocumentReview,
    FinishDocumentReview,
    IssueSupplementNotice,
    RecordGap,
    SubmitSupplement,
)
from jointreview.domain.clock import Lamp
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, Gap, Opinion, Round
from jointreview.models.visit import BusyTime
from tests.commands.world import World


def clock(world: World, case_id: int):
    with base.reading() as session:
        return case_clock(session, session.get(Case, case_id), world.today)


def text_of(digest: str) -> str:
    document = Document(BytesIO(b"".join(document_store().open(digest))))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def documents(case_id: int, kind: str) -> list[IssuedDocument]:
    with base.reading() as session:
        wanted = select(IssuedDocument).where(IssuedDocument.case_id == case_id, IssuedDocument.kind == kind)
        return list(session.exec(wanted.order_by(col(IssuedDocument.id))).all())


def conclude(world: World, case_id: int):
    return world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))


def refused(problem_key: str):
    return pytest.raises(Refused, match=problem_key)


@pytest.mark.parametrize("sample", ["factory", "school"])
def test_everything_passes_and_the_opinion_holds_every_departments_word(world: World, sample: str):
    case_id = world.all_passed(sample)
    assert conclude(world, case_id).value["outcome"] == "pass"
    opinion = documents(case_id, "opinion")[0]
    text = text_of(opinion.digest)
    with base.reading() as session:
        given = session.exec(select(Opinion).where(Opinion.case_id == case_id)).all()
    assert opinion.number in text and len(given) == len(world.facts(case_id).assignments)
    for unit in world.facts(case_id).units:
        assert world.actors[unit].name in text
    assert ("civil_defence" in world.facts(case_id).units) is (sample == "school")


def test_all_departments_are_dispatched_at_one_instant(world: World):
    case_id = world.accepted("school")
    with base.reading() as session:
        instants = session.exec(
            select(Assignment.dispatched_at).where(Assignment.case_id == case_id).distinct()
        ).all()
    assert len(instants) == 1 and len(world.facts(case_id).assignments) >= 6


def test_the_clock_counts_from_the_day_after_acceptance(world: World):
    case_id = world.accepted()
    assert clock(world, case_id).used == 0
    assert clock(world, case_id).due.isoformat() == "2026-05-19"
    world.later(3)
    assert (clock(world, case_id).used, clock(world, case_id).remaining) == (3, 7)


def test_a_rest_day_cannot_be_the_day_of_acceptance(world: World):
    case_id = world.submitted()
    world.now += timedelta(days=4)  # Sunday 2026-05-10
    with refused("commands.not_a_working_day"):
        world.do("clerk", AcceptCase(case_id=case_id, effective_on=world.today))
    world.do("clerk", AcceptCase(case_id=case_id))
    assert world.case(case_id).accepted_on.isoformat() == "2026-05-11"


def ask(world: World, case_id: int, unit: str) -> None:
    assignment_id = world.assignment(case_id, unit)
    world.do(
        unit,
        RecordGap(
            case_id=case_id,
            assignment_id=assignment_id,
            kind="field",
            subject="S2.address",
            rule="资料审查要点",
            wanted="请补充门牌号",
        ),
    )
    world.do(unit, FinishDocumentReview(case_id=case_id, assignment_id=assignment_id))


def test_gaps_of_several_departments_leave_in_one_notice_and_pause_the_clock(world: World):
    case_id = world.accepted()
    ask(world, case_id, "fire")
    ask(world, case_id, "planning")
    world.read_documents(case_id)
    with refused("commands.gaps_wait"):
        world.do("coordinator", CloseDocumentReview(case_id=case_id))
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    assert len(documents(case_id, "supplement")) == 1
    world.later(4)
    assert clock(world, case_id).lamp is Lamp.PAUSED and clock(world, case_id).used == 0
    with base.reading() as session:
        gaps = session.exec(select(Gap.id).where(Gap.case_id == case_id)).all()
    with refused("commands.gaps_unanswered"):
        world.do("applicant", SubmitSupplement(case_id=case_id))
    for gap_id in gaps:
        world.do("applicant", AnswerGap(case_id=case_id, gap_id=gap_id, answer="已补充，见表单"))
    world.do("applicant", SubmitSupplement(case_id=case_id))
    world.later(1)
    assert clock(world, case_id).used == 1
    reading = {a.unit for a in world.facts(case_id).assignments if a.open_round_kind == "documents"}
    assert reading == {"fire", "planning"}
    with refused("commands.asked_already"):
        ask(world, case_id, "fire")
    world.read_documents(case_id)
    world.end_review(case_id)


def test_silence_counts_only_after_the_sub_deadline(world: World):
    case_id = world.accepted()
    world.read_documents(case_id, but=("fire",))
    world.later(2)
    with refused("commands.unit_has_time"):
        world.do("coordinator", CloseDocumentReview(case_id=case_id))
    world.later(1)
    world.do("coordinator", CloseDocumentReview(case_id=case_id))
    with base.reading() as session:
        deemed = session.exec(select(Round).where(Round.status == "deemed")).all()
    assert [r.assignment_id for r in deemed] == [world.assignment(case_id, "fire")]


def failed_once(world: World) -> tuple[int, int]:
    case_id = world.on_site()
    finding_id = world.fail(case_id, "fire")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_id:
            world.opine(case_id, a.unit, item=a.item)
    world.close_visit(case_id)
    world.do("coordinator", IssueRectification(case_id=case_id))
    return case_id, finding_id


def rectify(world: World, case_id: int, finding_id: int) -> None:
    world.do(
        "applicant",
        AnswerFinding(case_id=case_id, finding_id=finding_id, answer="已更换", photos=[world.photo("applicant")]),
    )
    world.do("applicant", SubmitRectification(case_id=case_id))


def test_failure_pauses_and_only_the_failing_department_returns(world: World):
    case_id, finding_id = failed_once(world)
    used = clock(world, case_id).used
    assert clock(world, case_id).lamp is Lamp.PAUSED
    assert len(documents(case_id, "rectification")) == 1
    world.later(5)
    with refused("commands.findings_unanswered"):
        world.do("applicant", SubmitRectification(case_id=case_id))
    rectify(world, case_id, finding_id)
    assert clock(world, case_id).used == used
    again = [a.unit for a in world.facts(case_id).assignments if a.open_round_kind == "reinspection"]
    assert again == ["fire"]
    with refused("commands.not_been_on_site"):
        world.opine(case_id, "fire")
    world.plan_visit(case_id)
    assert world.facts(case_id).visit.units == {"fire"}
    world.arrive(case_id)
    with refused("commands.findings_open"):
        world.opine(case_id, "fire")
    verify = VerifyFinding(
        case_id=case_id, assignment_id=world.assignment(case_id, "fire"), finding_id=finding_id, verified=True
    )
    world.do("fire", verify)
    world.opine(case_id, "fire")
    world.pass_the_rest(case_id)
    world.close_visit(case_id)
    assert conclude(world, case_id).value["outcome"] == "pass"


def test_no_repair_without_a_picture(world: World):
    case_id, finding_id = failed_once(world)
    with refused("commands.evidence_needed"):
        world.do("applicant", AnswerFinding(case_id=case_id, finding_id=finding_id, answer="已更换"))


def test_a_repair_that_touches_a_passed_item_reopens_it_with_its_reason(world: World):
    case_id, finding_id = failed_once(world)
    rectify(world, case_id, finding_id)
    assignment_id = world.assignment(case_id, "quality")
    world.do("quality", ReopenAssignment(case_id=case_id, assignment_id=assignment_id, reason="整改凿开了楼板"))
    quality = next(a for a in world.facts(case_id).assignments if a.unit == "quality")
    assert (quality.open_round_kind, quality.opinion) == ("reinspection", "")


def test_too_little_time_left_is_raised_to_the_floor_and_recorded(world: World):
    case_id = world.documents_read()
    world.later(8)
    world.end_review(case_id)
    world.plan_visit(case_id)
    world.arrive(case_id)
    finding_id = world.fail(case_id, "fire")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_id:
            world.opine(case_id, a.unit, item=a.item)
    world.do("coordinator", IssueRectification(case_id=case_id))
    rectify(world, case_id, finding_id)
    assert clock(world, case_id).remaining == 3
    with base.reading() as session:
        granted = session.exec(select(Event).where(Event.kind == "time_granted")).one()
    assert granted.payload["days"] == 2


def test_not_put_right_in_time_ends_the_case_and_everything_can_be_used_again(world: World):
    case_id, _ = failed_once(world)
    world.do("coordinator", ExtendRectification(case_id=case_id, reason="设备到货延迟"))
    with refused("commands.extended_already"):
        world.do("coordinator", ExtendRectification(case_id=case_id, reason="再次延长"))
    due = world.case(case_id).rectification_due
    with refused("commands.rectification_runs"):
        conclude(world, case_id)
    world.now += timedelta(days=(due - world.today).days + 1)
    assert conclude(world, case_id).value["outcome"] == "fail"
    assert not clock(world, case_id).overdue
    again = world.do("applicant", CopyCase(case_id=case_id)).value["case_id"]
    assert world.case(again).previous_case_id == case_id
    world.fill(again, {"S11": world_slots(world)})
    world.submit(again)


def world_slots(world: World) -> dict:
    return sample_values("factory", world.today)["S11"]


def test_a_conditional_pass_needs_a_deferrable_item_a_date_and_the_signed_commitment(world: World):
    case_id = world.on_site()
    with refused("commands.item_not_deferrable"):
        until = world.today + timedelta(days=30)
        world.opine(case_id, "planning", "PASS_COND", condition="补种绿化", commitment_until=until)
    with refused("commands.condition_needed"):
        world.opine(case_id, "archives", "PASS_COND")
    until = world.today + timedelta(days=30)
    world.opine(case_id, "archives", "PASS_COND", condition="移交声像档案", commitment_until=until)
    world.pass_the_rest(case_id)
    world.close_visit(case_id)
    with pytest.raises(Refused):
        conclude(world, case_id)
    commitment = SignCommitment(
        case_id=case_id,
        assignment_id=world.assignment(case_id, "archives"),
        signature=world.signature("applicant"),
    )
    world.do("applicant", commitment)
    assert conclude(world, case_id).value["outcome"] == "conditional"
    assert "移交声像档案" in text_of(documents(case_id, "opinion")[0].digest)


def test_an_absent_department_cannot_judge_and_keeps_the_case_open(world: World):
    case_id = world.on_site(absent=("fire",))
    with refused("commands.not_been_on_site"):
        world.opine(case_id, "fire")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_id and a.unit != "fire":
            world.opine(case_id, a.unit, item=a.item)
    world.close_visit(case_id)
    with refused("commands.opinions_missing"):
        conclude(world, case_id)
    world.plan_visit(case_id)
    assert world.facts(case_id).visit.units == {"fire"}


def test_a_failure_needs_a_finding_and_the_filing_comes_after_the_others(world: World):
    case_id = world.on_site()
    with refused("commands.fail_needs_finding"):
        world.opine(case_id, "fire", "FAIL")
    with refused("commands.other_items_first"):
        world.opine(case_id, "filing")


def test_withdrawn_stops_the_clock_for_good(world: World):
    case_id = world.visiting()
    world.do("applicant", WithdrawCase(case_id=case_id, reason="工程调整"))
    used = clock(world, case_id).used
    world.later(30)
    assert (clock(world, case_id).used, clock(world, case_id).overdue) == (used, False)
    with base.reading() as session:
        assert world.facts(case_id).visit is None and session.exec(select(BusyTime)).all() == []


def test_void_reissue_and_delivery(world: World):
    case_id = world.all_passed()
    conclude(world, case_id)
    first = documents(case_id, "opinion")[0]
    world.do("coordinator", ReissueOpinion(case_id=case_id, reason="建设地点有误"))
    old, new = documents(case_id, "opinion")
    assert (old.status, old.void_reason, new.status, new.version) == ("void", "建设地点有误", "valid", 2)
    assert new.replaces_id == first.id and first.number in text_of(new.digest)
    with refused("commands.no_such_document"):
        world.do("clerk", delivery(case_id, old.id, world))
    world.do("clerk", delivery(case_id, new.id, world))
    world.do("coordinator", VoidOpinion(case_id=case_id, reason="复核发现错误"))
    with refused("commands.no_opinion_in_force"):
        world.do("coordinator", VoidOpinion(case_id=case_id, reason="复核发现错误"))


def delivery(case_id: int, document_id: int, world: World) -> RecordDelivery:
    return RecordDelivery(
        case_id=case_id,
        document_id=document_id,
        way="collected",
        receiver="张三",
        delivered_on=world.today,
    )


def test_the_chain_of_events_shows_every_tampering(world: World):
    case_id = world.all_passed()
    with base.reading() as session:
        assert verify_chains(session).faults == ()
    with base.writing() as session:
        event = session.exec(select(Event).where(Event.case_id == case_id, Event.seq == 7)).one()
        event.payload = {**event.payload, "x": 1}
        session.add(event)
    with base.reading() as session:
        faults = verify_chains(session).faults
    assert [(f.seq, f.key) for f in faults] == [(7, "audit.content_changed")]
    with base.writing() as session:
        last = session.exec(select(Event).where(Event.case_id == case_id).order_by(col(Event.seq).desc())).first()
        session.delete(last)
    with base.reading() as session:
        assert "audit.end_missing" in [f.key for f in verify_chains(session).faults]
