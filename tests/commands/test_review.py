"""A joint review by its commands: parallel decisions, silence, late departments, questions, changed papers."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import col, select

from jointreview.commands.audit import verify_chains
from jointreview.commands.certificates_held import held
from jointreview.commands.conclusion import ReissueOpinion, VoidOpinion
from jointreview.commands.consultations import AddDepartment, AnswerConsultation, Consult, WithdrawConsultation
from jointreview.commands.decisions import ConfirmOpinion, RecordSilence, ReopenOpinion
from jointreview.commands.files import document_store
from jointreview.commands.filing import AddMaterial
from jointreview.commands.onsite import SignCommitment
from jointreview.commands.review import (
    AnswerGap,
    FinishDocumentReview,
    IssueSupplementNotice,
    RecordGap,
    SubmitSupplement,
)
from jointreview.commands.visits import site_units
from jointreview.demo.reviewing import conclude_review, decide, decide_the_rest, survey
from jointreview.demo.sample_files import material_pdf
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, Material
from jointreview.models.event import Event
from jointreview.models.outcome import Certificate, IssuedDocument
from jointreview.models.review import Gap, Opinion, Round
from tests.commands.world import World

LAW = "《水土保持法》第二十五条"


def refused(problem_key: str):
    return pytest.raises(Refused, match=problem_key)


def rounds(world: World, case_id: int) -> dict[str, str]:
    return {a.item: a.open_round_kind for a in world.facts(case_id).assignments}


def mine(world: World, case_id: int, item: str):
    return next(a for a in world.facts(case_id).assignments if a.item == item)


def text_of(digest: str) -> str:
    document = Document(BytesIO(b"".join(document_store().open(digest))))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def documents(case_id: int, kind: str) -> list[IssuedDocument]:
    with base.reading() as session:
        wanted = select(IssuedDocument).where(IssuedDocument.case_id == case_id, IssuedDocument.kind == kind)
        return list(session.exec(wanted.order_by(col(IssuedDocument.id))).all())


def finish(world: World, case_id: int, item: str) -> None:
    one = mine(world, case_id, item)
    world.do(one.unit, FinishDocumentReview(case_id=case_id, assignment_id=one.id))


def ask(world: World, case_id: int, item: str, subject: str = "conservation_plan") -> None:
    one = mine(world, case_id, item)
    gap = RecordGap(
        case_id=case_id,
        assignment_id=one.id,
        kind="material",
        subject=subject,
        rule="审查要点",
        wanted="请补充土石方平衡表",
    )
    world.do(one.unit, gap)
    finish(world, case_id, item)


def supplemented(world: World, case_id: int, material: str = "conservation_plan") -> None:
    upload_id = world.upload("applicant", material_pdf("NEW", 3), "修改稿.pdf", "pdf", 3)
    with base.reading() as session:
        slot = session.exec(
            select(Material.slot).where(Material.case_id == case_id, Material.code == material)
        ).first()
        gaps = session.exec(select(Gap.id).where(Gap.case_id == case_id, Gap.status == "told")).all()
    world.do("applicant", AddMaterial(case_id=case_id, material=material, upload_id=upload_id, slot=slot))
    for gap_id in gaps:
        world.do("applicant", AnswerGap(case_id=case_id, gap_id=gap_id, answer="已补充"))
    world.do("applicant", SubmitSupplement(case_id=case_id))


def test_every_department_decides_at_its_own_time_and_waits_for_nobody(world: World):
    case_id = world.reviewing()
    finish(world, case_id, "P109")
    assert {kind for item, kind in rounds(world, case_id).items() if item != "P109"} == {"documents"}
    decide(world, case_id, "P109")
    assert mine(world, case_id, "P109").opinion == "PASS" and world.case(case_id).state == "reviewing"


def test_a_decision_comes_after_the_reading_and_only_once(world: World):
    case_id = world.reviewing()
    with refused("commands.read_first"):
        decide(world, case_id, "P109")
    finish(world, case_id, "P109")
    decide(world, case_id, "P109")
    with refused("decisions.not_open"):
        decide(world, case_id, "P109")
    with refused("commands.other_unit"):
        decide(world, case_id, "P111", who="water")


def test_only_what_the_catalogue_orders_waits(world: World):
    case_id = world.deciding()
    with refused("commands.other_items_first"):
        decide(world, case_id, "P102")
    decide(world, case_id, "P101")
    with refused("commands.other_items_first"):
        decide(world, case_id, "P102")
    survey(world, case_id)
    decide(world, case_id, "P105")
    decide(world, case_id, "P102")


def test_an_item_that_needs_the_site_is_decided_by_who_was_there(world: World):
    case_id = world.deciding()
    assert site_units(world.facts(case_id)) == {"land", "planning", "environment"}
    with refused("commands.not_been_on_site"):
        decide(world, case_id, "P108")
    survey(world, case_id, absent=("land",))
    decide(world, case_id, "P108")
    assert site_units(world.facts(case_id)) == {"land"}
    assert "现场联合踏勘记录" in text_of(documents(case_id, "record")[0].digest)


def test_a_refusal_names_its_reasons_and_the_law(world: World):
    case_id = world.deciding()
    with refused("decisions.reasons_needed") as told:
        decide(world, case_id, "P109", "FAIL", text="不符合")
    assert "decisions.basis_needed" in [p.key for p in told.value.problems]
    decide(world, case_id, "P109", "FAIL", text="土石方平衡不成立，弃渣去向不明。", basis=LAW)
    with base.reading() as session:
        assert session.exec(select(Opinion.basis).where(Opinion.result == "FAIL")).one() == LAW


def test_a_permit_is_kept_with_its_project_and_its_number_is_checked(world: World):
    case_id = world.all_decided()
    with base.reading() as session:
        kept = {c.kind: c.number for c in held(session, world.case(case_id), world.today).usable.values()}
    assert set(kept) == {"project_approval", "site_opinion", "land_permit"} and kept["land_permit"].startswith(
        "地字第"
    )


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "decisions.number_needed"),
        ("地字第123号", "ids.planning_shape"),
        ("建字第3206812026GG0000001号", "decisions.other_permit"),
    ],
)
def test_a_number_that_is_no_land_permit_is_refused(world: World, number: str, problem: str):
    case_id = world.deciding()
    survey(world, case_id)
    decide_the_rest(world, case_id, but=("P106",))
    with refused(problem):
        decide(world, case_id, "P106", document_no=number)


def test_a_decision_given_anew_replaces_or_revokes_the_permit(world: World):
    case_id = world.all_decided()
    one = mine(world, case_id, "P106")
    reopen = ReopenOpinion(case_id=case_id, assignment_id=one.id, reason="证载用地面积有误")
    world.do("planning", reopen)
    decide(world, case_id, "P106", document_no="地字第3206812026YG0000099号")
    world.do("planning", reopen)
    decide(world, case_id, "P106", "FAIL", text="用地范围与规划不一致，不予许可。", basis="《城乡规划法》第三十七条")
    with base.reading() as session:
        statuses = session.exec(
            select(Certificate.status).where(Certificate.kind == "land_permit").order_by(col(Certificate.id))
        ).all()
    assert statuses == ["replaced", "revoked"]


def test_silence_ends_the_reading_but_only_after_its_time(world: World):
    case_id = world.reviewing()
    silent = RecordSilence(case_id=case_id, assignment_id=mine(world, case_id, "P109").id)
    with refused("commands.unit_has_time"):
        world.do("coordinator", silent)
    world.later(3)
    world.do("coordinator", silent)
    assert rounds(world, case_id)["P109"] == "decision"
    with base.reading() as session:
        assert session.exec(select(Round.assignment_id).where(Round.status == "deemed")).all() == [
            silent.assignment_id
        ]


def test_silence_counts_as_agreed_only_where_the_catalogue_says_so(world: World):
    case_id = world.deciding()
    world.later(8)
    one, other = mine(world, case_id, "P115"), mine(world, case_id, "P109")
    world.do("system", RecordSilence(case_id=case_id, assignment_id=one.id))
    assert mine(world, case_id, "P115").opinion == "DEEMED"
    with refused("decisions.silence_never_counts"):
        world.do("system", RecordSilence(case_id=case_id, assignment_id=other.id))


def test_gaps_leave_once_and_the_others_go_on_deciding_meanwhile(world: World):
    case_id = world.reviewing()
    ask(world, case_id, "P109")
    world.read_documents(case_id)
    assert rounds(world, case_id)["P109"] == ""
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    decide(world, case_id, "P111")
    supplemented(world, case_id)
    assert rounds(world, case_id)["P109"] == "documents"
    with refused("commands.asked_already"):
        ask(world, case_id, "P109")
    finish(world, case_id, "P109")
    decide(world, case_id, "P109")


def test_an_opinion_on_papers_that_changed_is_confirmed_or_given_anew_before_the_conclusion(world: World):
    case_id = world.reviewing()
    ask(world, case_id, "P109", subject="site_map")
    world.read_documents(case_id)
    survey(world, case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    decide(world, case_id, "P108")
    assert mine(world, case_id, "P108").stale == ()
    supplemented(world, case_id, "site_map")
    assert mine(world, case_id, "P108").stale == ("site_map",)
    world.read_documents(case_id)
    decide_the_rest(world, case_id)
    with refused("decisions.stale_left"):
        conclude_review(world, case_id)
    one = mine(world, case_id, "P108")
    confirm = ConfirmOpinion(case_id=case_id, assignment_id=one.id, signature=world.signature("environment"))
    world.do("environment", confirm)
    again = mine(world, case_id, "P108")
    assert (again.opinion, again.stale, again.opinion_id != one.opinion_id) == ("PASS", (), True)
    with refused("decisions.not_stale"):
        world.do("environment", confirm)
    assert conclude_review(world, case_id).value["outcome"] == "pass"


def test_a_file_the_applicant_still_writes_is_not_what_a_decision_rests_on(world: World):
    case_id = world.reviewing()
    ask(world, case_id, "P109", subject="site_map")
    world.read_documents(case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    upload_id = world.upload("applicant", material_pdf("NEW", 3), "修改稿.pdf", "pdf", 3)
    world.do("applicant", AddMaterial(case_id=case_id, material="site_map", upload_id=upload_id, slot=1))
    decide(world, case_id, "P111")
    with base.reading() as session:
        read = session.exec(select(Opinion.read_digests)).one()
    assert read == {} or all("修改稿" not in digest for digests in read.values() for digest in digests)
    assert mine(world, case_id, "P111").stale == ()


def test_a_late_department_is_brought_in_with_its_reason_and_counts_from_its_own_day(world: World):
    case_id = world.deciding()
    world.later(2)
    late = AddDepartment(case_id=case_id, item="P112", reason="踏勘发现临近文物保护单位")
    world.do("coordinator", late)
    one = mine(world, case_id, "P112")
    with base.reading() as session:
        assert session.get(Round, one.open_round_id).opened_on == world.today
    with refused("decisions.item_there"):
        world.do("coordinator", late)
    with refused("decisions.no_such_item"):
        world.do("coordinator", AddDepartment(case_id=case_id, item="A1", reason="不属于本阶段的事项"))
    with refused("commands.role_may_not"):
        world.do("clerk", late)


def test_nobody_is_brought_in_once_all_have_decided(world: World):
    case_id = world.all_decided()
    with refused("decisions.all_decided"):
        world.do("coordinator", AddDepartment(case_id=case_id, item="P112", reason="补充文物意见"))


def test_a_department_asks_another_unit_and_gets_its_answer(world: World):
    case_id = world.deciding()
    one = mine(world, case_id, "P109")
    question = Consult(
        case_id=case_id,
        assignment_id=one.id,
        to_unit="heritage",
        question="是否涉及古河道？",
        due_on=world.workday_after(1),
    )
    consultation_id = world.do("water", question).value["consultation_id"]
    with refused("decisions.no_such_question"):
        world.do("water", WithdrawConsultation(case_id=case_id, assignment_id=one.id, consultation_id=999))
    with refused("commands.not_consulted"):
        world.do("seismic", AnswerConsultation(case_id=case_id, consultation_id=consultation_id, answer="不涉及"))
    world.do("heritage", AnswerConsultation(case_id=case_id, consultation_id=consultation_id, answer="不涉及"))
    with refused("commands.not_consulted"):
        world.do("heritage", AnswerConsultation(case_id=case_id, consultation_id=consultation_id, answer="再答"))
    assert [c.answered for c in world.facts(case_id).consultations] == [True]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"to_unit": "water"}, "decisions.no_such_unit"),
        ({"to_unit": "nobody"}, "decisions.no_such_unit"),
        ({"due_on": 30}, "decisions.answer_too_late"),
        ({"due_on": -1}, "decisions.answer_day"),
    ],
)
def test_a_question_that_cannot_be_answered_in_time_is_refused(world: World, change: dict, problem: str):
    case_id = world.deciding()
    asked = {"to_unit": "heritage", "question": "是否涉及古河道？", "due_on": world.workday_after(1)} | change
    if isinstance(asked["due_on"], int):
        days = asked["due_on"]
        asked["due_on"] = world.workday_after(days) if days > 0 else world.today - timedelta(days=-days)
    with refused(problem):
        world.do("water", Consult(case_id=case_id, assignment_id=mine(world, case_id, "P109").id, **asked))


def test_the_lead_concludes_when_everybody_has_decided_and_the_decision_holds_every_word(world: World):
    case_id = world.deciding()
    with refused("commands.opinions_missing"):
        conclude_review(world, case_id)
    survey(world, case_id)
    decide_the_rest(world, case_id)
    with refused("commands.lead_does_this"):
        conclude_review(world, case_id, who="water")
    assert (
        conclude_review(world, case_id, who="planning-head", text="牵头部门综合各方意见，同意通过。").value["outcome"]
        == "pass"
    )
    decision = documents(case_id, "decision")[0]
    text = text_of(decision.digest)
    assert decision.number.startswith("启联审〔2026〕") and decision.number in text
    assert "牵头部门综合各方意见" in text and "立项用地规划许可" in text and "地字第" in text
    assert len(set(world.facts(case_id).units)) == 11 and "准予许可" in text
    with base.reading() as session:
        event = session.exec(select(Event).where(Event.kind == "concluded")).one()
        assert (event.code, event.actor_unit) == (11, "planning")
        assert verify_chains(session).faults == ()


def test_a_refused_item_fails_the_stage_and_a_granted_permit_stays(world: World):
    case_id = world.deciding()
    survey(world, case_id)
    decide(world, case_id, "P109", "FAIL", text="土石方平衡不成立，弃渣去向不明。", basis=LAW)
    decide_the_rest(world, case_id)
    assert conclude_review(world, case_id).value["outcome"] == "fail"
    text = text_of(documents(case_id, "decision")[0].digest)
    assert "行政复议" in text and LAW in text and "弃渣去向不明" in text
    with base.reading() as session:
        assert len(held(session, world.case(case_id), world.today).usable.values()) == 3


def test_conditions_need_no_promise_but_what_is_brought_later_does(world: World):
    case_id = world.deciding()
    survey(world, case_id)
    with refused("decisions.condition_needed"):
        decide(world, case_id, "P111", "PASS_COND")
    with refused("commands.item_not_deferrable"):
        until = world.today + timedelta(days=20)
        decide(world, case_id, "P111", "PASS_COND", condition="补充人防总平面", commitment_until=until)
    decide(world, case_id, "P111", "PASS_COND", condition="施工图阶段落实人防面积")
    with refused("commands.commitment_signed"):
        one = mine(world, case_id, "P111")
        sign = SignCommitment(case_id=case_id, assignment_id=one.id, signature=world.signature("applicant"))
        world.do("applicant", sign)
    decide_the_rest(world, case_id)
    assert conclude_review(world, case_id).value["outcome"] == "conditional"


def test_a_decision_can_be_voided_and_issued_again(world: World):
    case_id = world.all_decided()
    conclude_review(world, case_id)
    world.do("coordinator", ReissueOpinion(case_id=case_id, reason="项目名称有误"))
    old, new = documents(case_id, "decision")
    assert (old.status, new.status, new.version) == ("void", "valid", 2) and old.number in text_of(new.digest)
    world.do("coordinator", VoidOpinion(case_id=case_id, reason="复核发现错误"))
    assert not world.facts(case_id).valid_opinion_document


def test_a_review_holds_no_building_that_the_acceptance_needs(world: World):
    case_id = world.reviewing("stage3_school", 3)
    with base.reading() as session:
        assert session.get(Case, case_id).track == "government"
    world.submitted("school", S1={"project_code": world.own_values("stage3_school")["S1"]["project_code"]})
