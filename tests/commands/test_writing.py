"""The executor: conflicts, idempotency, numbering, and what a refusal leaves behind."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from jointreview.catalog.loader import sample_values
from jointreview.commands import parcels
from jointreview.commands.filing import AddMaterial, CreateCase, SaveSection
from jointreview.commands.intake import AcceptCase, ReturnCase
from jointreview.commands.onsite import GiveOpinion
from jointreview.commands.parcels import ReadParcel
from jointreview.commands.parties import AcceptInvitation, InviteParty, SignParty
from jointreview.commands.review import FinishDocumentReview, GapInput
from jointreview.commands.visits import MarkBusy, ScheduleVisit, site_units
from jointreview.demo.stage import required_uploads
from jointreview.domain.problems import Refused
from jointreview.geo.parcel import read_parcel
from jointreview.models import base
from jointreview.models.case import FormSection
from jointreview.models.event import Event, Notification
from jointreview.models.identity import Agent, Organisation
from jointreview.models.outcome import IssuedDocument
from jointreview.models.visit import BusyTime
from tests.commands.world import PARCEL, SIGNATURE, World


def kinds(case_id: int) -> list[str]:
    with base.reading() as session:
        return list(session.exec(select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)).all())


def section(case_id: int, code: str) -> FormSection | None:
    with base.reading() as session:
        return session.get(FormSection, (case_id, code))


def test_a_stale_version_is_a_conflict_and_changes_nothing(world: World):
    case_id = world.submitted()
    with pytest.raises(Refused, match="commands.changed_meanwhile") as refused:
        world.do("clerk", AcceptCase(case_id=case_id), expected_version=1)
    assert refused.value.kind == "conflict" and world.case(case_id).state == "submitted"


def test_two_people_in_one_section_never_overwrite_each_other(world: World):
    case_id = world.drafted()
    row = section(case_id, "S2")
    mine = {**row.values, "address": "海洪路1号"}
    theirs = {**row.values, "address": "海洪路2号"}
    save = SaveSection(case_id=case_id, section="S2", values=theirs, base_version=row.version)
    world.do("applicant", save)
    with pytest.raises(Refused, match="commands.section_changed_meanwhile"):
        world.do("applicant", SaveSection(case_id=case_id, section="S2", values=mine, base_version=row.version))
    assert section(case_id, "S2").values["address"] == "海洪路2号"


def test_the_same_key_runs_once_and_answers_the_same(world: World):
    case_id = world.accepted()
    command = FinishDocumentReview(case_id=case_id, assignment_id=world.assignment(case_id, "fire"))
    first = world.do("fire", command, idempotency_key="k1")
    assert world.do("fire", command, idempotency_key="k1") == first
    assert kinds(case_id).count("documents_read") == 1
    other = FinishDocumentReview(case_id=case_id, assignment_id=world.assignment(case_id, "planning"))
    with pytest.raises(Refused, match="commands.key_used"):
        world.do("fire", other, idempotency_key="k1")


def test_a_wrong_password_signs_nothing(world: World):
    case_id = world.on_site()
    wrong = {"image": SIGNATURE["image"], "password": "not the password"}
    before = kinds(case_id)
    with pytest.raises(Refused, match="commands.wrong_password"):
        world.do(
            "fire",
            GiveOpinion(
                case_id=case_id,
                assignment_id=world.assignment(case_id, "fire"),
                result="PASS",
                text="合格",
                signature=wrong,
            ),
        )
    assert kinds(case_id) == before


@pytest.mark.parametrize("image", ["", "data:text/html;base64,PHA+", "data:image/png;base64,AAAA"])
def test_a_signature_that_is_no_picture_is_refused(world: World, image: str):
    case_id = world.on_site()
    with pytest.raises(Refused, match="commands.signature_unreadable"):
        world.do(
            "fire",
            GiveOpinion(
                case_id=case_id,
                assignment_id=world.assignment(case_id, "fire"),
                result="PASS",
                text="合格",
                signature={**SIGNATURE, "image": image},
            ),
        )


def test_anothers_upload_cannot_be_used(world: World):
    case_id = world.drafted()
    first = required_uploads(sample_values("factory", world.today), world.today)[0][0]
    stolen = world.upload("stranger", b"%PDF-1.4 secret", "a.pdf", "pdf")
    with pytest.raises(Refused, match="commands.no_such_upload"):
        world.do("applicant", AddMaterial(case_id=case_id, material=first, upload_id=stolen))


def test_a_project_of_another_organisation_stays_closed(world: World):
    case_id = world.drafted()
    with base.writing() as session:
        other = Organisation(credit_code="91320681MA7XK3PQ9J", name="另一家公司")
        session.add(other)
        session.flush()
        session.add(
            Agent(
                organisation_id=other.id,
                account_id=world.actors["stranger"].account_id,
                status="active",
                created_at=world.now,
            )
        )
        other_id = other.id
    world.actors["stranger"] = replace(world.actors["stranger"], organisations=frozenset({other_id}))
    values = section(case_id, "S1").values
    with pytest.raises(Refused, match="commands.project_of_another"):
        world.do("stranger", CreateCase(organisation_id=other_id, project_code=values["project_code"]))


def test_a_later_case_of_the_project_is_prefilled(world: World):
    first = world.drafted()
    code = section(first, "S1").values["project_code"]
    second = world.do("applicant", CreateCase(organisation_id=world.organisation_id, project_code=code)).case_id
    assert section(second, "S2").values["address"] == section(first, "S2").values["address"]
    assert section(second, "S1").values["applicant_name"] == "启东智能装备有限公司"


def test_a_building_is_in_one_open_case_only(world: World):
    world.submitted()
    second = world.drafted()
    with pytest.raises(Refused, match="rules.building_in_case"):
        world.submit(second)


def test_a_submission_is_refused_with_every_problem_at_once(world: World):
    case_id = world.do(
        "applicant",
        CreateCase(
            organisation_id=world.organisation_id, project_code="2101-320681-89-01-556677", project_name="厂房"
        ),
    ).case_id
    with pytest.raises(Refused) as refused:
        world.submit(case_id)
    keys = {p.key for p in refused.value.problems}
    assert {"commands.material_missing", "commands.parcel_not_confirmed"} <= keys
    assert len(refused.value.problems) > 20


def test_numbers_have_no_holes_and_no_doubles(world: World):
    case_id = world.submitted()
    gap = GapInput(kind="field", subject="S2.address", rule="填表说明", wanted="补充门牌")
    world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    with pytest.raises(Refused):
        world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    world.submit(case_id)
    world.do("clerk", ReturnCase(case_id=case_id, gaps=[gap]))
    with base.reading() as session:
        numbers = session.exec(select(IssuedDocument.number).order_by(IssuedDocument.id)).all()
    assert [n[-6:] for n in numbers] == ["〕0001号", "〕0002号"]


def test_a_refusal_leaves_no_message(world: World):
    case_id = world.submitted()
    with base.reading() as session:
        before = len(session.exec(select(Notification)).all())
    with pytest.raises(Refused):
        world.do("clerk", AcceptCase(case_id=case_id), expected_version=0)
    with base.reading() as session:
        assert len(session.exec(select(Notification)).all()) == before


def test_an_officer_cannot_be_booked_twice_for_one_half_day(world: World):
    case_id = world.documents_read()
    world.end_review(case_id)
    day = world.workday_after(1)
    world.do("fire", MarkBusy(day=day, half="am", note="培训"))
    officers = {u: world.actors[u].account_id for u in site_units(world.facts(case_id))}
    with pytest.raises(Refused, match="commands.officer_not_free"):
        world.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="am", officers=officers))
    officers["fire"] = world.actors["fire-2"].account_id
    world.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="am", officers=officers))


def test_two_coordinators_at_once_book_an_officer_once(world: World):
    case_id = world.documents_read()
    world.end_review(case_id)
    day = world.workday_after(1)
    officers = {u: world.actors[u].account_id for u in site_units(world.facts(case_id))}
    answers: list[str] = []

    def book() -> None:
        try:
            world.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="am", officers=officers))
            answers.append("booked")
        except Refused as refusal:
            answers.append(refusal.problems[0].key)

    threads = [threading.Thread(target=book) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers) == ["booked"] + ["commands.visit_planned_already"] * 3
    with base.reading() as session:
        assert len(session.exec(select(BusyTime)).all()) == len(officers)


def test_a_visit_needs_every_department_and_a_working_day(world: World):
    case_id = world.documents_read()
    world.end_review(case_id)
    officers = {u: world.actors[u].account_id for u in site_units(world.facts(case_id))}
    officers.pop("planning")
    sunday = world.workday_after(1).replace(day=10)
    with pytest.raises(Refused) as refused:
        world.do("coordinator", ScheduleVisit(case_id=case_id, day=sunday, half="am", officers=officers))
    keys = {p.key for p in refused.value.problems}
    assert keys == {"commands.visit_day_not_possible", "commands.visit_unit_missing"}


def test_a_party_signs_its_own_part_by_invitation(world: World):
    case_id = world.drafted()
    code = world.do("applicant", InviteParty(case_id=case_id, party_kind="design")).value["code"]
    with pytest.raises(Refused, match="commands.not_invited"):
        world.do("stranger", SignParty(case_id=case_id, opinion="合格", signature=SIGNATURE))
    with pytest.raises(Refused, match="commands.no_such_invitation"):
        world.do("stranger", AcceptInvitation(code="WRONGCODE123"))
    world.do("stranger", AcceptInvitation(code=code))
    world.do("stranger", SignParty(case_id=case_id, opinion="合格", signature=SIGNATURE))
    assert "party_signed" in kinds(case_id)
    with pytest.raises(Refused, match="commands.party_signed"):
        world.do("stranger", SignParty(case_id=case_id, opinion="合格", signature=SIGNATURE))


def test_a_clerk_files_for_a_walk_in_applicant_and_marks_paper(world: World):
    filed = CreateCase(
        organisation_id=world.organisation_id,
        project_code="2101-320681-89-01-556677",
        project_name="厂房",
        walk_in={"name": "李四", "mobile": "13800001111"},
        paper=True,
    )
    case_id = world.do("clerk", filed).case_id
    case = world.case(case_id)
    assert case.paper and case.walk_in["name"] == "李四"
    with pytest.raises(Refused, match="commands.walk_in_needed"):
        world.do("clerk", filed.model_copy(update={"walk_in": None}))
    with pytest.raises(Refused, match="commands.role_may_not"):
        world.do("applicant", filed)


def test_nobody_waits_while_a_parcel_is_read(world: World, monkeypatch: pytest.MonkeyPatch):
    case_id = world.drafted()
    upload_id = world.upload("applicant", PARCEL.read_bytes(), "plot.txt", "txt")
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args, **options):
        begun.set()
        assert go_on.wait(20)
        return read_parcel(*args, **options)

    monkeypatch.setattr(parcels, "read_parcel", slow)
    read = threading.Thread(target=world.do, args=("applicant", ReadParcel(case_id=case_id, upload_id=upload_id)))
    read.start()
    try:
        assert begun.wait(20)
        # SQLite would make this writer wait ten seconds for the lock and then give up.
        world.do("fire", MarkBusy(day=date(2026, 5, 20), half="am", note="培训"))
        assert read.is_alive()
    finally:
        go_on.set()
        read.join(20)
    assert kinds(case_id).count("parcel_read") == 2


def test_a_stranger_has_no_file_read(world: World, monkeypatch: pytest.MonkeyPatch):
    case_id = world.drafted()
    upload_id = world.upload("stranger", PARCEL.read_bytes(), "plot.txt", "txt")
    monkeypatch.setattr(parcels, "read_parcel", lambda *args, **options: pytest.fail("the file was read"))
    with pytest.raises(Refused, match="commands.not_your_case"):
        world.do("stranger", ReadParcel(case_id=case_id, upload_id=upload_id))
