"""Who reads what of a case: notes before they are told, shelters, telephones, other departments' papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.filing import AddMaterial, RemoveMaterial
from jointreview.commands.onsite import WithdrawFinding
from jointreview.commands.parties import AcceptInvitation, InviteParty
from jointreview.commands.rectification import AnswerFinding, SubmitRectification
from jointreview.commands.review import (
    AnswerGap,
    FinishDocumentReview,
    IssueSupplementNotice,
    RecordGap,
    SubmitSupplement,
)
from jointreview.demo.sample_files import material_pdf
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import FormSection, Material, Upload
from jointreview.models.identity import Audit
from jointreview.models.review import Gap
from jointreview.queries import access
from jointreview.queries.dossier import offered, workspace
from jointreview.settings import settings
from tests.commands.test_job import failed_once
from tests.commands.world import World

FILE = "survey_results"
WANTED = "请补充消防产品合格证明"


@pytest.fixture(autouse=True)
def _on_time(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is read straight from the settings has the world's time."""
    monkeypatch.setenv("JOINTREVIEW_NOW", world.now.isoformat())
    settings.cache_clear()
    yield
    settings.cache_clear()


def seen(world: World, case_id: int, who: str, lang: str = "zh") -> dict[str, Any]:
    found = workspace(world.actors[who], case_id, lang, world.now)
    assert found is not None
    return found


def titles(world: World, case_id: int, who: str) -> list[str]:
    return [event["title"] for event in seen(world, case_id, who)["events"]]


def ask(world: World, case_id: int, unit: str = "fire") -> None:
    """The unit notes a gap and has read."""
    assignment_id = world.assignment(case_id, unit)
    about = {"kind": "field", "subject": "S2.address", "rule": "第一条", "wanted": WANTED}
    world.do(unit, RecordGap(case_id=case_id, assignment_id=assignment_id, **about))
    world.do(unit, FinishDocumentReview(case_id=case_id, assignment_id=assignment_id))


def documents_of(world: World, case_id: int, who: str, item_unit: str = "fire") -> str:
    item = next(a.item for a in world.facts(case_id).assignments if a.unit == item_unit)
    return next(row["documents"] for row in seen(world, case_id, who)["rows"] if row["key"] == item)


def form_paths(world: World, case_id: int, who: str) -> set[str]:
    return {pair["path"] for part in seen(world, case_id, who)["parts"] for pair in part["pairs"]}


def test_a_gap_is_the_departments_own_until_the_notice_tells_it(world: World) -> None:
    case_id = world.accepted()
    ask(world, case_id)
    for who, reads in (
        ("fire", True),
        ("coordinator", True),
        ("clerk", True),
        ("planning", False),
        ("applicant", False),
    ):
        there = seen(world, case_id, who)
        assert (WANTED in [gap["wanted"] for gap in there["gaps"]]) is reads, who
        assert ("记录补正问题" in titles(world, case_id, who)) is reads, who
    assert documents_of(world, case_id, "coordinator") == "提出 1 项补正"
    assert documents_of(world, case_id, "applicant") == "审查中"
    world.read_documents(case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    for who in ("applicant", "planning", "coordinator"):
        assert documents_of(world, case_id, who) == "等待补正（1 项）", who
        assert WANTED in [gap["wanted"] for gap in seen(world, case_id, who)["gaps"]], who


def test_answers_and_files_of_a_supplement_are_read_when_it_is_handed_in(world: World) -> None:
    case_id = world.accepted()
    ask(world, case_id)
    world.read_documents(case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    with base.reading() as session:
        gap = session.exec(select(Gap).where(Gap.case_id == case_id)).one()
        material = session.exec(select(Material).where(Material.case_id == case_id, Material.code == FILE)).one()
    world.do("applicant", AnswerGap(case_id=case_id, gap_id=gap.id, answer="已补充"))
    new = world.upload("applicant", material_pdf(FILE, 3), "新.pdf", "pdf", 3)
    world.do("applicant", AddMaterial(case_id=case_id, material=FILE, upload_id=new, slot=material.slot))
    extra = world.upload("applicant", material_pdf(FILE, 4), "又.pdf", "pdf", 4)
    added = world.do("applicant", AddMaterial(case_id=case_id, material=FILE, upload_id=extra)).value["material_id"]

    def read(who: str) -> tuple[str, list[str], int]:
        there = seen(world, case_id, who)
        files = next(g["files"] for g in there["groups"] if g["code"] == FILE)
        events = sum(e["title"] in ("答复补正", "上传材料") for e in there["events"])
        return there["gaps"][0]["answer"], [f["name"] for f in files], events

    with base.reading() as session:
        name = session.get_one(Upload, material.upload_id).name
    before = read("coordinator")
    assert before[:2] == ("", [name]) and read("applicant")[:2] == ("已补充", ["新.pdf", "又.pdf"])
    with base.reading() as session, pytest.raises(Refused):
        access.material_file(session, world.actors["coordinator"], case_id, added, world.today)
    assert seen(world, case_id, "coordinator")["gaps"][0]["status"] == "待答复"
    world.do("applicant", SubmitSupplement(case_id=case_id))
    after = read("coordinator")
    assert after[:2] == ("已补充", ["新.pdf", "又.pdf"]) and after[2] == before[2] + 3


def test_a_file_taken_out_stays_for_the_departments_until_the_supplement_is_handed_in(world: World) -> None:
    case_id = world.accepted()
    ask(world, case_id)
    world.read_documents(case_id)
    world.do("coordinator", IssueSupplementNotice(case_id=case_id))
    with base.reading() as session:
        row = session.exec(select(Material).where(Material.case_id == case_id, Material.code == FILE)).one()
    world.do("applicant", RemoveMaterial(case_id=case_id, material_id=row.id, reason="重复"))
    for who, count in (("coordinator", 1), ("applicant", 0)):
        group = next(g for g in seen(world, case_id, who)["groups"] if g["code"] == FILE)
        assert len(group["files"]) == count, who


def test_evidence_is_read_when_the_rectification_is_handed_in(world: World) -> None:
    case_id, finding_id = failed_once(world)
    photo = world.photo("applicant")
    world.do("applicant", AnswerFinding(case_id=case_id, finding_id=finding_id, answer="已更换", photos=[photo]))

    def read(who: str) -> tuple[str, int]:
        (card,) = seen(world, case_id, who)["findings"]
        return card["answer"], len(card["answer_photos"])

    with base.reading() as session:
        digest = session.get_one(Upload, photo).digest
        with pytest.raises(Refused):
            access.photo_file(session, world.actors["fire"], case_id, digest)
        assert access.photo_file(session, world.actors["applicant"], case_id, digest)
    assert [read(who) for who in ("applicant", "fire", "coordinator")] == [("已更换", 1), ("", 0), ("", 0)]
    world.do("applicant", SubmitRectification(case_id=case_id))
    assert read("fire") == ("已更换", 1)


def test_an_act_that_is_not_ones_own_offers_nothing(world: World) -> None:
    case_id = world.accepted()
    ask(world, case_id)
    world.read_documents(case_id)
    about: dict[str, Any] = {}
    shown = offered(world.actors["coordinator"], case_id, "zh", world.now, "IssueSupplementNotice", about)
    assert any(WANTED in line for line in shown["preview"])
    for who in ("applicant", "planning", "stranger"):
        assert not offered(world.actors[who], case_id, "zh", world.now, "IssueSupplementNotice", about)["preview"], (
            who
        )
    assert not offered(world.actors["coordinator"], case_id, "zh", world.now, "NoSuchAct", about)["preview"]


def test_a_finding_and_its_withdrawal_stay_inside_until_the_notice(world: World) -> None:
    case_id = world.on_site()
    finding_id = world.find(case_id, "fire", "防火门闭门器缺失", "GB 50016", "闭门器安装齐全")
    assert [f["text"] for f in seen(world, case_id, "coordinator")["findings"]] == ["防火门闭门器缺失"]
    assert not seen(world, case_id, "applicant")["findings"]
    assignment_id = world.assignment(case_id, "fire")
    world.do(
        "fire",
        WithdrawFinding(case_id=case_id, assignment_id=assignment_id, finding_id=finding_id, reason="误记"),
    )
    outside, inside = titles(world, case_id, "applicant"), titles(world, case_id, "fire")
    assert {"提出问题", "撤回问题"} <= set(inside)
    assert not {"提出问题", "撤回问题"} & set(outside)


def test_where_a_shelter_is_entered_is_for_civil_defence_and_who_wrote_it(world: World) -> None:
    case_id = world.accepted("school")
    place = {"S7.entrance_x", "S7.entrance_y", "S7.wartime_use"}
    for who in ("civil_defence", "applicant"):
        assert place <= form_paths(world, case_id, who), who
    for who in ("fire", "clerk", "coordinator"):
        paths = form_paths(world, case_id, who)
        assert "S7.civil_defence_area" in paths and not place & paths, who


def test_a_masked_answer_is_shown_on_request_to_its_readers_alone_and_that_is_written_down(world: World) -> None:
    case_id = world.accepted("school")
    with base.reading() as session:
        entered = session.get_one(FormSection, (case_id, "S7")).values["entrance_x"]
    assert access.reveal(world.actors["civil_defence"], case_id, "S7.entrance_x") == str(entered)
    for who in ("fire", "clerk", "coordinator", "stranger", "admin"):
        with pytest.raises(Refused) as refused:
            access.reveal(world.actors[who], case_id, "S7.entrance_x")
        assert refused.value.kind == "missing", who
    with base.reading() as session:
        rows = session.exec(select(Audit).where(Audit.action == "personal_data.shown")).all()
    assert [(r.account_id, r.details) for r in rows] == [
        (world.actors["civil_defence"].account_id, {"path": "S7.entrance_x"})
    ]


def test_telephones_and_identity_numbers_are_masked_for_every_reader(world: World) -> None:
    case_id = world.visiting()
    with base.reading() as session:
        mobile = session.get_one(FormSection, (case_id, "S11")).values["site_mobile"]
    for who in ("applicant", "clerk", "fire", "coordinator"):
        assert mobile not in str(seen(world, case_id, who)), who
    assert f"{mobile[:3]}****{mobile[-4:]}" in seen(world, case_id, "fire")["visits"][0]["contact"]


def test_a_department_sees_neither_files_nor_the_history_of_files_it_does_not_read(world: World) -> None:
    case_id = world.accepted()
    with base.reading() as session:
        codes = set(session.exec(select(Material.code).where(Material.case_id == case_id)).all())
        catalog = case_catalog(world.case(case_id), world.today)
    for unit in ("fire", "planning"):
        there = seen(world, case_id, unit)
        readable = {code for code in codes if unit in catalog.material(code).readers()}
        assert {g["code"] for g in there["groups"] if g["files"]} == readable < codes
        assert sum(event["title"] == "上传材料" for event in there["events"]) == len(readable)


def test_an_invited_party_sees_the_way_of_the_case_and_no_papers(world: World) -> None:
    case_id = world.submitted()
    with base.writing() as session:
        world.person(session, "party", "applicant")
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    world.do("party", AcceptInvitation(code=code))
    there = seen(world, case_id, "party")
    assert there["head"]["number"] == world.case(case_id).number
    assert not {"groups", "gaps", "findings", "documents", "events", "visits"} & set(there)
    (part,) = there["parts"]
    assert (part["code"], len(part["grids"][0]["rows"]), part["pairs"]) == ("S3", 1, [])
    world.accept(case_id)
    assert seen(world, case_id, "applicant")["rows"] and seen(world, case_id, "party")["rows"] == []
    assert seen(world, case_id, "party")["head"]["turn"]
    with pytest.raises(Refused):
        access.reveal(world.actors["party"], case_id, "S1.contact_mobile")


@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_for_those_without_a_relation_the_case_is_not_there(world: World, who: str) -> None:
    case_id = world.submitted()
    assert workspace(world.actors[who], case_id, "zh", world.now) is None
    assert workspace(world.actors["coordinator"], case_id + 1, "zh", world.now) is None


def test_the_half_days_the_applicant_named_come_first(world: World) -> None:
    case_id = world.documents_read()
    world.end_review(case_id)
    with base.reading() as session:
        rows = session.get_one(FormSection, (case_id, "S11")).values["candidate_slots"]
    wished = sorted(f"{row['date']}-{row['half']}" for row in rows)
    slots = seen(world, case_id, "coordinator")["slots"]
    assert [slot["key"] for slot in slots][: len(wished)] == wished
    assert all(slot["label"].endswith("（申请人希望）") for slot in slots[: len(wished)])
    assert not any("申请人希望" in slot["label"] for slot in slots[len(wished) :])
    assert all(slot["possible"] or slot["why"] for slot in slots)


def test_supervision_reads_clocks_but_neither_files_nor_masked_data(world: World) -> None:
    case_id = world.accepted()
    supervisor = world.actors["supervisor"]
    seen = workspace(supervisor, case_id, "zh", world.now)
    assert seen["days"] and not any(p["masked"] for part in seen["parts"] for p in part["pairs"])
    with pytest.raises(Refused):
        access.reveal(supervisor, case_id, "S1.contact_mobile")
    with base.reading() as session:
        material = session.exec(select(Material).where(Material.case_id == case_id)).first()
        with pytest.raises(Refused):
            access.material_file(session, supervisor, case_id, material.id, world.today)
        assert access.material_file(session, world.actors["clerk"], case_id, material.id, world.today)


def test_a_head_of_department_reads_what_the_unit_reads_and_no_other_unit_s_head_does(world: World) -> None:
    case_id = world.accepted()
    assert workspace(world.actors["fire-head"], case_id, "zh", world.now) is not None
    assert workspace(world.actors["lightning-head"], case_id, "zh", world.now) is None
    facts, catalog = world.facts(case_id), case_catalog(world.case(case_id), world.today)
    for material in catalog.materials:
        seen = access.may_read_material(world.actors["fire-head"], facts, catalog, material.code)
        assert seen == ("fire" in material.readers())
