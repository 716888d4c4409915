"""Pauses, extensions and silence as commands: evidence, four eyes, whose clock stands still, and missed sweeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from jointreview.commands.audit import verify_chains
from jointreview.commands.case_clock import case_clock, clock_of_round, coded_events
from jointreview.commands.extensions import (
    ApproveExtension,
    RefuseExtension,
    RequestExtension,
    RequestJointExtension,
)
from jointreview.commands.pauses import (
    ApprovePause,
    AskDelay,
    CancelPause,
    ClosePause,
    OpenPublicity,
    RefusePause,
    ReportForceMajeure,
    RequestHigherReview,
    RequestPause,
)
from jointreview.commands.registry import may
from jointreview.commands.review import FinishDocumentReview, IssueSupplementNotice, RecordGap
from jointreview.commands.silence import DeemAccepted, LapseSupplement
from jointreview.commands.working_days import work_calendar
from jointreview.domain.clock import Clock
from jointreview.domain.problems import Refused
from jointreview.jobs.timekeeping import keep_time
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import Event, Notification
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Round
from jointreview.models.timekeeping import PauseRequest
from tests.commands.world import World


@dataclass(frozen=True)
class Kind:
    """A kind of case: two of its units, the one that leads, how it gets to the window and to the departments."""

    one: str
    other: str
    lead: str
    material: str
    submitted: Callable[[World], int]

    @property
    def head(self) -> str:
        return f"{self.one}-head"

    def accepted(self, world: World) -> int:
        case_id = self.submitted(world)
        world.accept(case_id)
        return case_id


def submitted_review(world: World) -> int:
    case_id = world.drafted_review()
    world.submit(case_id)
    return case_id


ACCEPTANCE = Kind("fire", "planning", "filing", "authorisation", World.submitted)
REVIEW = Kind("water", "environment", "planning", "conservation_plan", submitted_review)


@pytest.fixture(params=[ACCEPTANCE, REVIEW], ids=["acceptance", "review"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Time runs the same in an acceptance and in a review."""
    return request.param


def case_of(world: World, case_id: int) -> Clock:
    with base.reading() as session:
        found = case_clock(session, session.get_one(Case, case_id), world.today)
    assert found is not None
    return found


def part_of(world: World, case_id: int, unit: str) -> Clock:
    with base.reading() as session:
        round_ = session.exec(
            select(Round).where(Round.assignment_id == world.assignment(case_id, unit), Round.status == "open")
        ).one()
        return clock_of_round(round_, coded_events(session, case_id), work_calendar(session), world.today)


def ask(world: World, case_id: int, unit: str, **changes: Any) -> int:
    values = {
        "procedure": "expert_review",
        "legal_basis": "《中华人民共和国行政许可法》第四十五条",
        "reason": "消防设计需要专家评审",
        "planned_days": 5,
        "evidence_no": "启消评〔2026〕3号",
        **changes,
    }
    command = RequestPause(case_id=case_id, assignment_id=world.assignment(case_id, unit), **values)
    pause_id: int = world.do(unit, command).value["pause_id"]
    return pause_id


def opened(world: World, case_id: int, unit: str, **changes: Any) -> int:
    pause_id = ask(world, case_id, unit, **changes)
    world.do(f"{unit}-head", ApprovePause(case_id=case_id, pause_id=pause_id))
    return pause_id


def refused(world: World, who: str, command: Any, key: str) -> None:
    with pytest.raises(Refused) as found:
        world.do(who, command)
    assert key in [p.key for p in found.value.problems]


def kinds_of_documents(case_id: int) -> list[str]:
    with base.reading() as session:
        return list(
            session.exec(
                select(IssuedDocument.kind).where(IssuedDocument.case_id == case_id).order_by(col(IssuedDocument.id))
            ).all()
        )


def test_a_special_procedure_stops_the_case_and_its_department_but_no_other(world: World, kind: Kind):
    case_id = kind.accepted(world)
    others = part_of(world, case_id, kind.other).due
    opened(world, case_id, kind.one)
    assert case_of(world, case_id).paused and part_of(world, case_id, kind.one).paused
    assert part_of(world, case_id, kind.other).due == others
    assert kinds_of_documents(case_id)[-1] == "pause"


def test_closing_moves_the_due_day_by_the_days_that_passed_and_not_by_those_planned(world: World, kind: Kind):
    case_id = kind.accepted(world)
    before = case_of(world, case_id).due
    assert before == date(2026, 5, 19)
    pause_id = opened(world, case_id, kind.one, planned_days=8)
    world.later(2)
    world.do(kind.one, ClosePause(case_id=case_id, pause_id=pause_id, result="评审通过"))
    assert case_of(world, case_id).due == date(2026, 5, 21)
    with base.reading() as session:
        assert not verify_chains(session).faults


def test_a_request_alone_stops_nothing_and_a_refusal_leaves_the_clock(world: World, kind: Kind):
    case_id = kind.accepted(world)
    due = case_of(world, case_id).due
    pause_id = ask(world, case_id, kind.one)
    assert case_of(world, case_id).due == due
    world.do(kind.head, RefusePause(case_id=case_id, pause_id=pause_id, reason="可以由书面审查代替"))
    assert case_of(world, case_id).due == due
    refused(world, kind.head, ApprovePause(case_id=case_id, pause_id=pause_id), "timing.decided_already")


def test_a_request_can_be_taken_back_before_it_is_decided(world: World, kind: Kind):
    case_id = kind.accepted(world)
    pause_id = ask(world, case_id, kind.one)
    world.do(kind.one, CancelPause(case_id=case_id, pause_id=pause_id, reason="已取得评审意见"))
    assert may(world.actors[kind.head], ApprovePause, world.facts(case_id), pause_id) is not None


def test_a_pause_without_evidence_is_refused(world: World, kind: Kind):
    case_id = kind.accepted(world)
    with pytest.raises(Refused) as found:
        ask(world, case_id, kind.one, evidence_no="")
    assert [p.key for p in found.value.problems] == ["timing.evidence_needed"]
    refused(
        world, "applicant", AskDelay(case_id=case_id, reason="资金未到位", planned_days=5), "timing.evidence_needed"
    )


def test_whoever_asked_does_not_approve_even_in_another_post(world: World, kind: Kind):
    case_id = kind.accepted(world)
    pause_id = ask(world, case_id, kind.one)
    with base.writing() as session:
        row = session.get_one(PauseRequest, pause_id)
        row.requested_by = world.actors[kind.head].account_id
        session.add(row)
    refused(world, kind.head, ApprovePause(case_id=case_id, pause_id=pause_id), "timing.four_eyes")


def test_only_the_head_of_the_department_approves_its_special_procedure(world: World, kind: Kind):
    case_id = kind.accepted(world)
    with pytest.raises(Refused):
        ask(world, case_id, kind.one, procedure="lunch")
    pause_id = ask(world, case_id, kind.one)
    for who in ("lightning-head", kind.one, "coordinator", "applicant", "clerk"):
        with pytest.raises(Refused) as found:
            world.do(who, ApprovePause(case_id=case_id, pause_id=pause_id))
        assert found.value.kind == "forbidden", who


def test_overlapping_pauses_pair_by_themselves_and_count_once(world: World, kind: Kind):
    case_id = kind.accepted(world)
    first = opened(world, case_id, kind.one)
    world.later(1)
    second = opened(world, case_id, kind.other, procedure="hearing")
    world.later(2)
    world.do(kind.one, ClosePause(case_id=case_id, pause_id=first, result="通过"))
    assert case_of(world, case_id).paused
    world.later(1)
    world.do(kind.other, ClosePause(case_id=case_id, pause_id=second, result="听证笔录已送达"))
    clock = case_of(world, case_id)
    assert (clock.paused, sum(clock.paused_days_by_kind.values())) == (False, 4)
    assert clock.due == date(2026, 5, 25)


def test_the_applicant_postpones_once_for_ten_working_days_at_most(world: World, kind: Kind):
    case_id = kind.accepted(world)
    letter = world.upload("applicant", b"%PDF-1.4 request", "延期申请.pdf", "pdf", 1)
    asked = {"case_id": case_id, "reason": "施工单位正在整理资料", "evidence_upload_id": letter}
    refused(world, "applicant", AskDelay(planned_days=11, **asked), "timing.too_long")
    pause_id = world.do("applicant", AskDelay(planned_days=3, **asked)).value["pause_id"]
    world.do("coordinator", ApprovePause(case_id=case_id, pause_id=pause_id))
    assert part_of(world, case_id, kind.other).paused
    refused(world, "applicant", AskDelay(planned_days=3, **asked), "timing.delayed_already")


def test_a_pause_that_ends_by_itself_loses_nothing_when_the_sweep_was_down_for_days(world: World, kind: Kind):
    case_id = kind.accepted(world)
    world.do(kind.lead, OpenPublicity(case_id=case_id, evidence_no="https://www.qidong.gov.cn/gs/1", planned_days=7))
    world.now += timedelta(days=7)
    assert keep_time(world.now) == 0
    world.now += timedelta(days=4)
    assert keep_time(world.now) >= 1
    assert keep_time(world.now) == 0
    with base.reading() as session:
        closed = session.exec(select(Event).where(Event.case_id == case_id, Event.kind == "pause_closed")).one()
    assert (closed.effective_on, closed.backfilled, closed.account_id) == (date(2026, 5, 13), False, None)
    assert case_of(world, case_id).due == date(2026, 5, 27)


def test_higher_review_and_force_majeure_need_the_head_of_the_lead_department(world: World, kind: Kind):
    case_id = kind.accepted(world)
    letter = RequestHigherReview(
        case_id=case_id, evidence_no="启建函〔2026〕8号", reason="请示南通市", planned_days=10
    )
    refused(world, kind.other, letter, "commands.lead_does_this")
    first = world.do(kind.lead, letter).value["pause_id"]
    storm = ReportForceMajeure(case_id=case_id, evidence_no="启政告〔2026〕1号", reason="台风停工", planned_days=2)
    second = world.do("coordinator", storm).value["pause_id"]
    for pause_id in (first, second):
        world.do(f"{kind.lead}-head", ApprovePause(case_id=case_id, pause_id=pause_id))
    world.later(2)
    world.do("coordinator", ClosePause(case_id=case_id, pause_id=second, result="警报解除"))
    assert case_of(world, case_id).paused


def test_a_pause_opened_on_the_due_day_is_on_record(world: World, kind: Kind):
    case_id = kind.accepted(world)
    world.later(10)
    opened(world, case_id, kind.one)
    with base.reading() as session:
        event = session.exec(select(Event).where(Event.case_id == case_id, Event.kind == "pause_opened")).one()
    assert event.payload["on_due_day"] is True


# extensions


def test_a_department_extends_its_own_part_once_and_the_case_keeps_its_day(world: World, kind: Kind):
    case_id = kind.accepted(world)
    due, mine = case_of(world, case_id).due, world.assignment(case_id, kind.one)
    request = RequestExtension(case_id=case_id, assignment_id=mine, days=3, reason="图纸复杂，需要复核")
    extension_id = world.do(kind.one, request).value["extension_id"]
    world.do(kind.head, ApproveExtension(case_id=case_id, extension_id=extension_id))
    assert part_of(world, case_id, kind.one).days == 5
    assert case_of(world, case_id).due == due and not case_of(world, case_id).paused
    refused(world, kind.one, request, "timing.extended_already")
    assert kinds_of_documents(case_id)[-1] == "extension"


def test_the_joint_extension_needs_the_coordinator_and_the_number_of_the_approval(world: World, kind: Kind):
    case_id = kind.accepted(world)
    refused(
        world,
        kind.lead,
        RequestJointExtension(case_id=case_id, days=16, reason="工程复杂"),
        "timing.extension_too_long",
    )
    asked = RequestJointExtension(case_id=case_id, days=15, reason="工程规模大，需要延长")
    extension_id = world.do(kind.lead, asked).value["extension_id"]
    grant = {"case_id": case_id, "extension_id": extension_id}
    refused(world, f"{kind.lead}-head", ApproveExtension(**grant), "timing.no_such_extension")
    refused(world, "coordinator", ApproveExtension(**grant), "timing.approval_no_needed")
    world.do("coordinator", ApproveExtension(**grant, approval_no="启政批〔2026〕5号"))
    assert case_of(world, case_id).days == 25


def test_a_refused_extension_can_be_asked_for_again(world: World, kind: Kind):
    case_id = kind.accepted(world)
    request = RequestExtension(
        case_id=case_id, assignment_id=world.assignment(case_id, kind.one), days=3, reason="需要复核"
    )
    extension_id = world.do(kind.one, request).value["extension_id"]
    world.do(kind.head, RefuseExtension(case_id=case_id, extension_id=extension_id, reason="理由不充分"))
    assert world.do(kind.one, request).value["extension_id"] != extension_id


# silence


def test_silence_of_the_window_accepts_as_of_the_day_of_receipt_however_late_it_is_noticed(world: World, kind: Kind):
    case_id = kind.submitted(world)
    receipt = world.case(case_id).receipt_day
    world.later(5)
    assert keep_time(world.now) == 0
    with pytest.raises(Refused):
        world.do("system", DeemAccepted(case_id=case_id))
    world.now += timedelta(days=4)
    assert keep_time(world.now) == 1
    assert keep_time(world.now) == 0
    case = world.case(case_id)
    assert (case.accepted_on, case.state) == (receipt, "reviewing")
    assert world.facts(case_id).assignments
    assert part_of(world, case_id, kind.one).used == 0
    assert kinds_of_documents(case_id) == ["receipt"]


def ask_supplement(world: World, kind: Kind) -> int:
    case_id = kind.accepted(world)
    mine = world.assignment(case_id, kind.one)
    gap = {"kind": "material", "subject": kind.material, "rule": "第十三条", "wanted": "补充委托书"}
    world.do(kind.one, RecordGap(case_id=case_id, assignment_id=mine, **gap))
    for one in world.facts(case_id).assignments:
        if one.open_round_kind == "documents":
            world.do(one.unit, FinishDocumentReview(case_id=case_id, assignment_id=one.id))
    world.do("clerk", IssueSupplementNotice(case_id=case_id))
    return case_id


def test_an_unanswered_supplement_ends_the_case_after_its_limit_and_never_as_overdue(world: World, kind: Kind):
    case_id = ask_supplement(world, kind)
    world.later(10)
    assert keep_time(world.now) == 0
    with pytest.raises(Refused):
        world.do("system", LapseSupplement(case_id=case_id))
    world.later(6)
    assert keep_time(world.now) == 1
    assert keep_time(world.now) == 0
    assert world.case(case_id).state == "withdrawn"
    clock = case_of(world, case_id)
    assert (clock.ended, clock.overdue) == (date(2026, 5, 20), False)
    with base.reading() as session:
        told = session.exec(select(Notification).where(Notification.key == "notify.supplement_lapsed")).all()
    assert world.actors["applicant"].account_id in [n.account_id for n in told]
    assert kinds_of_documents(case_id)[-1] == "lapse"


def test_nobody_but_the_system_lets_time_act(world: World, kind: Kind):
    case_id = kind.submitted(world)
    for who in ("clerk", "coordinator", "applicant", kind.one, "admin"):
        assert may(world.actors[who], DeemAccepted, world.facts(case_id)) is not None
        assert may(world.actors[who], LapseSupplement, world.facts(case_id)) is not None
