"""Every command x role x state: the registry, the executor and the published table say the same."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import jointreview.commands.all  # noqa: F401  registers every command
from jointreview.commands.executor import execute
from jointreview.commands.facts import load_facts
from jointreview.commands.permissions import permission_table
from jointreview.commands.registry import (
    GRANTABLE,
    REVIEW,
    RULES,
    CaseCommand,
    Command,
    UndeclaredRight,
    command,
    may,
)
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import Event
from tests.commands.world import SIGNATURE, World

TABLE = Path("docs/permissions.md")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "WalkIn": {},
    "CreateCase": {"organisation_id": 1, "project_code": "2101-320681-89-01-556677", "project_name": "名称"},
    "CopyCase": {},
    "SaveSection": {"section": "S2", "values": {}, "base_version": 0},
    "ReadParcel": {"upload_id": 1},
    "ConfirmParcel": {"parcel_id": 1},
    "ReadPermittedPlan": {"upload_id": 1},
    "ReadAsBuilt": {"upload_id": 1},
    "ConfirmPermittedPlan": {"plan_id": 1},
    "ConfirmAsBuilt": {"plan_id": 1},
    "AddMaterial": {"material": "m", "upload_id": 1},
    "RemoveMaterial": {"material_id": 1, "reason": "重复"},
    "InviteParty": {"party_kind": "design"},
    "AcceptInvitation": {"code": "ABCDEFGH1234"},
    "SignParty": {"opinion": "合格", "signature": SIGNATURE},
    "SubmitCase": {"signature": SIGNATURE},
    "ReturnCase": {"gaps": [{"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "补充地址"}]},
    "AcceptCase": {},
    "RefuseCase": {"reasons": "不属于本机关职权范围内的事项"},
    "WithdrawCase": {"reason": "暂缓"},
    "EnterPaperRecord": {"business_date": date(2026, 5, 5), "text": "纸质申请表"},
    "RecordGap": {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": "补充地址"},
    "DropGap": {"gap_id": 1},
    "FinishDocumentReview": {},
    "IssueSupplementNotice": {},
    "AnswerGap": {"gap_id": 1, "answer": "已补"},
    "SubmitSupplement": {},
    "CloseDocumentReview": {},
    "ScheduleVisit": {"day": date(2026, 5, 7), "half": "am", "officers": {"fire": 1}},
    "ReplaceOfficer": {"unit": "fire", "officer_id": 1},
    "CancelVisit": {"reason": "下雨"},
    "SignIn": {},
    "CloseVisit": {},
    "MarkBusy": {"day": date(2026, 5, 7), "half": "am"},
    "ClearBusy": {"day": date(2026, 5, 7), "half": "am"},
    "AnswerChecklist": {"lines": [{"line": "x", "result": "ok"}]},
    "RaiseFinding": {"text": "防火门损坏", "criterion": "修复"},
    "WithdrawFinding": {"finding_id": 1, "reason": "误记"},
    "GiveOpinion": {"result": "PASS", "text": "合格", "signature": SIGNATURE},
    "SignCommitment": {"assignment_id": 1, "signature": SIGNATURE},
    "IssueRectification": {},
    "ExtendRectification": {"reason": "雨季"},
    "AnswerFinding": {"finding_id": 1, "answer": "已修复"},
    "SubmitRectification": {},
    "VerifyFinding": {"finding_id": 1, "verified": True},
    "ReopenAssignment": {"reason": "整改影响本事项"},
    "CheckLayers": {},
    "LoadLayer": {"code": "control_green", "upload_id": 1, "effective_from": date(2026, 3, 1), "source": "测试"},
    "AddLayerService": {
        "code": "control_green",
        "effective_from": date(2026, 3, 1),
        "source": "测试",
        "url": "http://gis.example/wfs",
        "type_name": "a:b",
    },
    "RetireLayerVersion": {"version_id": 1, "reason": "成果有误"},
    "DefineTiles": {
        "code": "aerial",
        "name_zh": "影像",
        "name_en": "Aerial",
        "url": "http://gis.example/{z}/{x}/{y}",
    },
    "RetireTiles": {"layer_id": 1},
    "DecideItem": {"result": "PASS", "text": "同意", "signature": SIGNATURE},
    "ConfirmOpinion": {"signature": SIGNATURE},
    "ReopenOpinion": {"reason": "证号有误"},
    "RecordSilence": {},
    "RevokePermit": {"reason": "原审批有误，依法撤销"},
    "ConcludeReview": {"text": "各部门均已作出决定，同意。", "signature": SIGNATURE},
    "AddDepartment": {"item": "P112", "reason": "临近文物保护单位"},
    "Consult": {"to_unit": "heritage", "question": "是否涉及文物？", "due_on": date(2026, 5, 7)},
    "AnswerConsultation": {"consultation_id": 1, "answer": "不涉及"},
    "WithdrawConsultation": {"consultation_id": 1},
    "Conclude": {"signature": SIGNATURE},
    "VoidOpinion": {"reason": "编号有误"},
    "ReissueOpinion": {"reason": "编号有误"},
    "RecordDelivery": {"document_id": 1, "way": "collected", "receiver": "张三", "delivered_on": date(2026, 5, 6)},
    "RequestPause": {"procedure": "testing", "legal_basis": "第四十五条", "reason": "需要检测", "planned_days": 3},
    "OpenPublicity": {"evidence_no": "https://example.com/1"},
    "RequestHigherReview": {"evidence_no": "启规函1号", "reason": "报上级审批", "planned_days": 5},
    "AskDelay": {"reason": "资金未到位", "planned_days": 5},
    "ReportForceMajeure": {"evidence_no": "启政告1号", "reason": "台风停工", "planned_days": 2},
    "ApprovePause": {"pause_id": 1},
    "RefusePause": {"pause_id": 1, "reason": "不必要"},
    "CancelPause": {"pause_id": 1, "reason": "不再需要"},
    "ClosePause": {"pause_id": 1, "result": "合格"},
    "RequestExtension": {"days": 5, "reason": "情况复杂"},
    "RequestJointExtension": {"days": 5, "reason": "情况复杂"},
    "ApproveExtension": {"extension_id": 1},
    "RefuseExtension": {"extension_id": 1, "reason": "不必要"},
    "DeemAccepted": {},
    "LapseSupplement": {},
    "RegisterOrganisation": {"credit_code": "91320681MA7XK3PQ9J", "name": "某公司"},
    "RequestAgency": {"credit_code": "91320681MA7XK3PQ9J", "letter_upload_id": 1},
    "AdmitAgent": {"agent_id": 1},
    "EndAgent": {"agent_id": 1},
    "AddStaff": {"login": "newperson", "name": "新人", "role": "clerk"},
    "AddPost": {"account_id": 1, "role": "clerk"},
    "EndPost": {"post_id": 1},
    "GrantPost": {"post_id": 1},
    "EndSessions": {"account_id": 1},
    "ResetSecondFactor": {"account_id": 1},
    "SetAccountActive": {"account_id": 1, "active": True},
    "NameDeputy": {"post_id": 1, "deputy_id": 1, "from_on": date(2026, 5, 6), "until_on": date(2026, 5, 7)},
    "EndDeputy": {"delegation_id": 1},
    "TakeLeave": {"from_on": date(2026, 5, 7), "until_on": date(2026, 5, 8)},
    "HandOver": {"from_id": 1, "to_id": 2, "reason": "调离"},
    "ChooseNotices": {},
    "SendAgain": {"message_id": 1},
    "GiveUpMessage": {"message_id": 1},
    "GiveOneTimePassword": {"account_id": 1},
    "LinkIdentity": {"account_id": 1, "provider": "city", "subject": "u-1"},
    "UnlinkIdentity": {"identity_id": 1},
    "SetCalendarDay": {"day": date(2027, 1, 4), "kind": "holiday", "source": "国办通知"},
    "IssueCard": {"rule": "R90", "unit": "fire", "happened_on": date(2026, 5, 6), "reason": "在系统外先行出具意见"},
    "ReplyToCard": {"card_id": 1, "reply": "已说明原因"},
    "UpholdCard": {"card_id": 1, "ruling": "情况属实"},
    "CancelCard": {"card_id": 1, "ruling": "理由成立"},
    "NoteGround": {"card_id": 1, "stands": False},
    "OfferHalfDays": {"half_days": [{"day": date(2026, 5, 11), "half": "am"}]},
    "AcknowledgeVisit": {},
    "AcceptTrip": {"visit_id": 1},
    "DeclineTrip": {"visit_id": 1, "reason": "另有会议"},
    "SwapTrip": {"visit_id": 1, "colleague_id": 1, "reason": "另有会议"},
    "AskLeave": {"visit_id": 1, "kind": "duty", "reason": "上级督查"},
    "ApproveLeave": {"leave_id": 1},
    "RefuseLeave": {"leave_id": 1, "reason": "人手不足"},
    "SettleAbsence": {"member_id": 1},
    "ReverseAbsence": {"member_id": 1, "reason": "通知系统故障"},
    "MergeRecord": {"visit_id": 1},
    "FailVisit": {"cause": "weather", "reason": "台风红色预警"},
    "FailTrip": {"trip_id": 1, "revision": 1, "cause": "car", "reason": "车辆抛锚"},
    "KeepArea": {"name": "南片", "towns": ["huilong"]},
    "DropArea": {"area_id": 1},
    "PermitSigning": {"device": "0123456789abcdef", "public_key": "x", "password": "x"},
    "ShowGateCode": {},
    "KeepSiteNote": {"text": "现场记录"},
    "KeepCar": {"plate": "苏F12345", "seats": 7},
    "BlockCar": {"car_id": 1, "day": date(2026, 5, 7), "half": "am"},
    "UnblockCar": {"car_id": 1, "day": date(2026, 5, 7), "half": "am"},
    "DraftTrip": {"car_id": 1, "day": date(2026, 5, 8), "half": "am"},
    "PlaceStop": {"trip_id": 1, "revision": 1, "case_id": 1, "position": 1},
    "TakeOffStop": {"trip_id": 1, "revision": 1, "case_id": 1},
    "ExportArchive": {"manifest": "0" * 64},
    "ShortenWay": {"trip_id": 1, "revision": 1},
    "MoveTrip": {"trip_id": 1, "revision": 1, "car_id": 1, "day": date(2026, 5, 8), "half": "am"},
    "SendOfficer": {"trip_id": 1, "revision": 1, "unit": "fire", "officer_id": 1},
    "KeepTrip": {"trip_id": 1, "revision": 1, "kept": True},
    "DiscardTrip": {"trip_id": 1, "revision": 1},
    "ConfirmTrip": {"trip_id": 1, "revision": 1},
    "CancelTrip": {"trip_id": 1, "revision": 1, "why": "台风"},
    "StartPlan": {},
    "StopPlan": {"run_id": 1},
    "NoteProgress": {"run_id": 1, "status": "done"},
    "AdoptPlan": {"run_id": 1},
    "DropPlan": {"run_id": 1},
    "ImportCalendar": {"csv": "date,is_workday\n2027-01-01,0\n", "source": "国办通知"},
}
WHO = {
    "applicant": "applicant",
    "applicant (another's case)": "stranger",
    "clerk": "clerk",
    "officer": "fire",
    "officer (other unit)": "lightning",
    "leader": "fire-head",
    "leader (other unit)": "lightning-head",
    "coordinator": "coordinator",
    "supervisor": "supervisor",
    "system": "system",
    "admin": "admin",
    "security": "security",
    "auditor": "auditor",
}


class Nothing(CaseCommand):
    """A command that declares nothing."""


def build(kind: type[Command], case_id: int, assignment_id: int) -> Command:
    values = dict(ARGUMENTS[kind.__name__])
    if issubclass(kind, CaseCommand):
        values["case_id"] = case_id
    if "assignment_id" in kind.model_fields:
        values["assignment_id"] = assignment_id
    return kind(**values)


def test_every_command_has_arguments_here():
    assert {r.name for r in RULES.values()} <= set(ARGUMENTS)


def test_the_published_table_is_the_registry():
    assert TABLE.read_text(encoding="utf-8") == permission_table(), (
        "run: python -m jointreview permissions > docs/permissions.md"
    )


def test_every_role_declared_is_known_and_every_case_command_names_states():
    for rule in RULES.values():
        assert set(rule.grants) <= GRANTABLE, rule.name
        assert not rule.on_case or rule.states, rule.name


def test_a_command_that_declares_nothing_does_not_load():
    with pytest.raises(UndeclaredRight):

        @command(title="x", grants={"clerk": None})
        def run(ctx, cmd: Nothing) -> None: ...

    with pytest.raises(UndeclaredRight):

        @command(title="x", grants={}, states=frozenset({CaseState.DRAFT}))
        def run_again(ctx, cmd: Nothing) -> None: ...


@pytest.mark.parametrize("kind_of_case", ["acceptance", "review"])
@pytest.mark.parametrize("state", list(CaseState), ids=lambda s: s.value)
def test_the_executor_refuses_exactly_what_the_registry_refuses(world: World, state: CaseState, kind_of_case: str):
    case_id = world.accepted() if kind_of_case == "acceptance" else world.reviewing()
    own = "fire" if kind_of_case == "acceptance" else "planning"
    assignment_id = world.assignment(case_id, own)
    with base.writing() as session:
        case = session.get(Case, case_id)
        case.state = state.value
        session.add(case)
    with base.reading() as session:
        facts = load_facts(session, session.get(Case, case_id))
        events = len(session.exec(select(Event.id)).all())
    for number, (kind, rule) in enumerate(RULES.items()):
        if not rule.on_case and state is not CaseState.DRAFT:
            continue  # these do not depend on the state of a case
        for turn, (label, login) in enumerate(WHO.items(), start=number + list(CaseState).index(state)):
            actor = world.actors[login.replace("fire", own)]
            cmd = build(kind, case_id, assignment_id)
            refusal = may(actor, kind, facts if rule.on_case else None, cmd.target)
            if rule.on_case and facts.state not in rule.states:
                assert refusal is not None, (rule.name, label, state)
            if actor.role not in rule.grants:
                assert refusal is not None, (rule.name, label)
            if refusal is None:
                continue  # allowed ones are run by the tests of the job itself
            if kind_of_case == "review" and rule.kinds != REVIEW:
                continue  # the executor asks the same rule; the acceptance's turn tries every command
            if rule.on_case and facts.state not in rule.states and turn % len(WHO):
                continue  # out of state nobody may: one role each time, another in the next state
            with pytest.raises(Refused) as refused:
                execute(actor, cmd, now=world.now)
            assert refused.value.kind in ("forbidden", "state"), (rule.name, label, refused.value.problems)
        with base.reading() as session:
            assert len(session.exec(select(Event.id)).all()) == events, rule.name
            assert session.get(Case, case_id).state == state.value, rule.name


@pytest.mark.parametrize(
    "label",
    ["applicant (another's case)", "officer (other unit)", "leader (other unit)", "admin", "security", "auditor"],
)
def test_those_without_a_relation_may_nothing_on_a_case(world: World, label: str):
    case_id = world.accepted()
    facts = world.facts(case_id)
    actor = world.actors[WHO[label]]
    for kind, rule in RULES.items():
        if not rule.on_case:
            continue
        for state in CaseState:
            there = dataclasses.replace(facts, state=state)
            for target in (None, world.assignment(case_id, "fire")):
                assert may(actor, kind, there, target) is not None, (rule.name, state)


def test_who_must_change_the_password_may_nothing(world: World):
    case_id = world.accepted()
    actor = dataclasses.replace(world.actors["coordinator"], must_change_password=True)
    for kind in RULES:
        assert may(actor, kind, world.facts(case_id), None) is not None
