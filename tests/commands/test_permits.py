"""A permit won in an earlier stage is used by later ones: it answers, stands for its material, and can end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import true
from sqlmodel import select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.certificates import RevokePermit
from jointreview.commands.filing import AddMaterial, CopyCase, CreateCase, SaveSection
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import ReturnCase, WithdrawCase
from jointreview.commands.review import AnswerGap
from jointreview.commands.standings import load_standings
from jointreview.demo.reviewing import conclude_review, decide
from jointreview.demo.sample_files import material_pdf
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import FormSection
from jointreview.models.event import Notification
from jointreview.models.outcome import Certificate
from jointreview.models.review import Gap
from jointreview.queries.application import application
from jointreview.ui.pages.case import present
from tests.commands.test_review import documents, text_of
from tests.commands.world import PARCEL, World

NUMBER = "建字第3206812026GG0000007号"


def drafted(world: World, sample: str = "factory", stage: int = 4) -> int:
    """An empty application of the sample's project in a stage."""
    values = world.own_values(sample)
    made = world.do(
        "applicant",
        CreateCase(
            organisation_id=world.organisation_id,
            stage=stage,
            project_code=values["S1"]["project_code"],
            project_name=values["S2"]["project_name"],
        ),
    )
    assert made.case_id is not None
    return made.case_id


def issue(world: World, case_id: int, kind: str = "planning_permit", number: str = NUMBER, **more: Any) -> int:
    """A permit of the case's project, as an earlier stage left it."""
    with base.writing() as session:
        row = Certificate(
            project_id=world.case(case_id).project_id,
            kind=kind,
            number=number,
            unit="planning",
            issued_on=date(2026, 3, 9),
            recorded_at=world.now,
            **more,
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def shown(world: World, case_id: int, who: str = "applicant") -> dict[str, Any]:
    return application(world.actors[who], case_id, "zh")


def refill(world: World, case_id: int, sample: str = "factory") -> None:
    """Everything entered and uploaded, as far as the system does not have it."""
    world.fill(case_id, world.own_values(sample))
    world.add_materials(case_id)
    world.add_parcel(case_id, PARCEL.read_bytes())


def material_of(world: World, case_id: int, who: str, code: str = "planning_permit") -> dict[str, Any]:
    seen = present.workspace(world.actors[who], case_id, "zh", world.now)
    assert seen is not None
    return next(group for group in seen["groups"] if group["code"] == code)


def upload(world: World, case_id: int, material: str = "planning_permit") -> None:
    upload_id = world.upload("applicant", material_pdf("P", 1), "规划许可证.pdf", "pdf", 1)
    world.do("applicant", AddMaterial(case_id=case_id, material=material, upload_id=upload_id))


def test_a_permit_won_in_stage_2_answers_and_stands_for_its_material_in_stage_4(world: World):
    earlier = world.deciding("stage2_factory", 2)
    decide(world, earlier, "P201", document_no="启规审〔2026〕0001号")
    number = decide(world, earlier, "P202", document_no=NUMBER).value["document_no"]
    case_id = drafted(world, "stage2_factory")
    with base.reading() as session:
        answers = form_values(session, case_id)["S2"]
    assert (answers["planning_permit_no"], answers["planning_permit_date"]) == (number, world.today.isoformat())
    page = shown(world, case_id)
    material = page["materials"]["planning_permit"]
    assert (material["needed"], material["permit"]["number"]) == ("fetched", number)
    assert "规划" in material["permit"]["issuer"] and material["permit"]["valid"] == "长期有效"
    assert page["fetched"]["S2.planning_permit_no"] == {"number": number, "value": number}
    with pytest.raises(Refused, match="commands.material_fetched"):
        upload(world, case_id)


def test_what_a_permit_says_is_not_entered_otherwise(world: World):
    case_id = drafted(world)
    issue(world, case_id)
    values = world.own_values("factory")["S2"] | {"planning_permit_no": "建字第3206812020GG0000001号"}
    with base.reading() as session:
        version = session.get_one(FormSection, (case_id, "S2")).version
    world.do("applicant", SaveSection(case_id=case_id, section="S2", values=values, base_version=version))
    with base.reading() as session:
        assert form_values(session, case_id)["S2"]["planning_permit_no"] == NUMBER


def test_an_expired_permit_answers_nothing_and_has_to_be_handed_in(world: World):
    case_id = drafted(world)
    issue(world, case_id, valid_until=world.today - timedelta(days=1))
    page = shown(world, case_id)
    material = page["materials"]["planning_permit"]
    assert (material["needed"], material["permit"]["status"]) == ("required", "已过期") and page["fetched"] == {}
    refill(world, case_id)
    with pytest.raises(Refused) as refusal:
        world.submit(case_id)
    assert [p.where for p in refusal.value.problems] == ["material:planning_permit"]
    upload(world, case_id)
    world.submit(case_id)


def test_what_the_project_remembers_of_an_expired_permit_is_not_brought_along(world: World):
    first = drafted(world)
    permit_id = issue(world, first, valid_until=world.today + timedelta(days=3))
    refill(world, first)
    world.do("applicant", WithdrawCase(case_id=first, reason="暂缓办理"))
    with base.writing() as session:
        session.get_one(Certificate, permit_id).valid_until = world.today - timedelta(days=1)
    again = world.do("applicant", CopyCase(case_id=first)).value["case_id"]
    with base.reading() as session:
        answers = form_values(session, again)["S2"]
    assert "planning_permit_no" not in answers and answers["works_name"]


def test_a_permit_that_expires_while_the_departments_work_stays_good(world: World):
    case_id = drafted(world)
    issue(world, case_id, valid_until=world.today + timedelta(days=2))
    refill(world, case_id)
    world.submit(case_id)
    world.now += timedelta(days=9)
    assert shown(world, case_id)["materials"]["planning_permit"]["needed"] == "fetched"


def test_a_notice_may_ask_for_the_annexes_of_a_permit(world: World):
    case_id = drafted(world)
    issue(world, case_id)
    refill(world, case_id)
    world.submit(case_id)
    gap = {"kind": "material", "subject": "planning_permit", "rule": "附图不清", "wanted": "请补充规划许可证附图"}
    world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    upload(world, case_id)
    with base.reading() as session:
        gap_id = session.exec(select(Gap.id).where(Gap.case_id == case_id)).one()
    assert gap_id is not None
    world.do("applicant", AnswerGap(case_id=case_id, gap_id=gap_id, answer="已补充附图"))
    world.submit(case_id)


def test_the_receipt_and_the_departments_see_which_permit_is_read(world: World):
    case_id = drafted(world)
    issue(world, case_id, valid_until=date(2028, 3, 8))
    refill(world, case_id)
    world.submit(case_id)
    world.accept(case_id)
    assert f"建设工程规划许可证及附图（系统调取：{NUMBER}）" in text_of(documents(case_id, "receipt")[0].digest)
    permit = material_of(world, case_id, "fire")["permit"]
    assert (permit["number"], permit["status"]) == (NUMBER, "系统调取") and "2028-03-08" in permit["valid"]
    readers = load_catalog("qidong", world.today, 4).material("planning_permit").readers()
    other = sorted(world.facts(case_id).units - readers)[0]
    seen = present.workspace(world.actors[other], case_id, "zh", world.now)
    assert seen is not None and "planning_permit" not in [group["code"] for group in seen["groups"]]


def stale_units(world: World, case_id: int) -> set[str]:
    return {a.unit for a in world.facts(case_id).assignments if a.stale}


def decided_on_a_permit(world: World) -> tuple[int, int, int]:
    """A concluded stage-2 case, a stage-3 case of its project with an opinion on its permit, the permit's item."""
    earlier = world.all_decided("stage2_factory", 2)
    conclude_review(world, earlier)
    issued = next(a for a in world.facts(earlier).assignments if a.permit.startswith("建字第"))
    later = world.deciding("stage3_factory", 3)
    assert world.case(later).project_id == world.case(earlier).project_id
    reader = next(
        a for a in world.facts(later).assignments if a.unit == "drawing_review" and a.open_round_kind == "decision"
    )
    decide(world, later, reader.item)
    return earlier, later, issued.id


def test_when_a_permit_is_revoked_the_opinions_given_on_it_go_stale(world: World):
    earlier, later, item = decided_on_a_permit(world)
    assert stale_units(world, later) == set()
    revoke = RevokePermit(case_id=earlier, assignment_id=item, reason="原审批有误，依法撤销")
    with pytest.raises(Refused, match="commands.role_may_not"):
        world.do("planning", revoke)
    with pytest.raises(Refused, match="commands.other_unit"):
        world.do("fire-head", revoke)
    world.do("planning-head", revoke)
    assert stale_units(world, later) == {"drawing_review"}
    (group,) = [material_of(world, later, "drawing_review")]
    assert (group["permit"]["status"], group["needed"]) == ("已撤销", "必须提供")
    with base.reading() as session:
        told = session.exec(
            select(Notification.case_id).where(
                Notification.key == "notify.opinion_stale",
                Notification.account_id == world.actors["drawing_review"].account_id,
            )
        ).all()
        standing = next(s for s in load_standings(session, true(), world.today) if s.id == later)
    assert told == [later] and standing.turn.value == "departments"
    with pytest.raises(Refused, match="decisions.no_permit"):
        world.do("planning-head", revoke)
