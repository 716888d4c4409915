"""After a survey: absences settled by rule on the rule's day, and the record that takes in the last opinion."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jointreview.commands.absences import ReverseAbsence
from jointreview.commands.audit import verify_chains
from jointreview.commands.inbox import mark_all_read
from jointreview.commands.rectification import AnswerFinding, IssueRectification, SubmitRectification
from jointreview.commands.survey_needs import survey_needs
from jointreview.commands.trip_replies import AcceptTrip
from jointreview.domain.problems import Refused
from jointreview.jobs.supervision import supervise
from jointreview.jobs.surveys import after_surveys
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Opinion
from jointreview.models.supervision import Card
from jointreview.models.visit import Visit, VisitMember
from tests.commands.conftest import world
from tests.commands.test_review import documents, text_of
from tests.commands.test_trips import keys, one, rows
from tests.commands.world import World, copied

__all__ = ["world"]


def soft(world: World, case_id: int) -> str:
    """A unit that travels with items on which absence may mean something."""
    site = [a for a in world.facts(case_id).assignments if a.needs_site]
    hard = {a.unit for a in site if a.absence_policy != "deemed_ok"}
    return sorted({a.unit for a in site} - hard)[0]


def missed(world: World, receipt: bool = True, after: int = 1) -> tuple[int, str]:
    """A visit that a unit missed though it had received the notice, closed with everybody else's opinion."""
    case_id = world.documents_read()
    world.end_review(case_id)
    world.plan_visit(case_id, after=after)
    unit = soft(world, case_id)
    if receipt:
        world.do(unit, AcceptTrip(visit_id=one(Visit, Visit.case_id == case_id).id))
    world.arrive(case_id, absent=(unit,))
    pass_on_site(world, case_id, but=unit)
    world.close_visit(case_id)
    return case_id, unit


def pass_on_site(world: World, case_id: int, but: str = "") -> None:
    """Everybody who went there and has not spoken passes the item."""
    for a in world.facts(case_id).assignments:
        if a.open_round_kind == "site" and a.unit != but and a.needs_site:
            world.check(case_id, a.unit, item=a.item)
            world.opine(case_id, a.unit, item=a.item)


def mine(world: World, case_id: int, unit: str):
    return next(a for a in world.facts(case_id).assignments if a.unit == unit and a.needs_site)


def absence(unit: str) -> VisitMember:
    return one(VisitMember, VisitMember.unit == unit, VisitMember.attendance == "absent")


def waits(world: World) -> list[int]:
    with base.reading() as session:
        return [n.case_id for n in survey_needs(session, world.now)]


def test_an_absence_counts_as_no_objection_once_and_on_the_rules_day(world: World, tmp_path: Path):
    case_id, unit = missed(world)
    assert after_surveys(world.now) == 0  # the working day after is not there yet
    due = world.workday_after(1)
    with copied(world, tmp_path / "late.db"):
        world.later(6)
        after_surveys(world.now)
        late = [(e.kind, e.effective_on) for e in rows(Event, Event.kind == "absence_deemed")]
    world.later(1)
    assert after_surveys(world.now) == 2  # the absence, then the record
    assert after_surveys(world.now) == 0
    (event,) = rows(Event, Event.kind == "absence_deemed")
    assert late == [("absence_deemed", due)] == [(event.kind, event.effective_on)]
    assert (absence(unit).treatment, absence(unit).treated_on) == ("deemed", due)
    assert mine(world, case_id, unit).opinion == "DEEMED" and waits(world) == []
    told = {n.account_id for n in rows(Notification, Notification.key == "notify.absence_deemed")}
    assert world.actors[f"{unit}-head"].account_id in told
    supervise(world.now)
    assert {(c.rule, c.unit) for c in rows(Card)} == {("R15", unit)}
    with base.reading() as session:
        assert verify_chains(session).faults == ()


def test_the_record_is_issued_again_with_every_opinion_and_what_the_absence_came_to(world: World):
    case_id, _ = missed(world)
    first = documents(case_id, "record")
    world.later(1)
    after_surveys(world.now)
    old, new = rows(IssuedDocument, IssuedDocument.case_id == case_id, IssuedDocument.kind == "record")
    assert len(first) == 1 and (old.status, new.status, new.version, new.replaces_id) == ("void", "valid", 2, old.id)
    assert "未到场，按规定视为无踏勘异议" in text_of(new.digest)
    assert "已记录缺席" in text_of(old.digest)
    visit = one(Visit, Visit.case_id == case_id)
    assert visit.record_id == new.id and visit.merged_on == world.today
    with base.reading() as session:
        rests = session.exec(
            select(Opinion.visit_id).where(Opinion.case_id == case_id, Opinion.result == "PASS")
        ).all()
    assert set(rests) == {visit.id}


def test_the_record_waits_for_who_was_there_and_has_not_spoken(world: World):
    case_id = world.on_site()
    world.close_visit(case_id)
    assert waits(world) == []  # whoever was there asks for no other survey
    assert after_surveys(world.now) == 0
    world.fail(case_id, "fire")
    pass_on_site(world, case_id)
    assert after_surveys(world.now) == 1
    record = documents(case_id, "record")
    assert "防火门闭门器缺失" in text_of(record[-1].digest)
    world.do("coordinator", IssueRectification(case_id=case_id))
    assert documents(case_id, "rectification")


@pytest.mark.parametrize("lacking", ["receipt", "notice", "safety"])
def test_without_every_precondition_nothing_is_deemed_and_the_case_asks_again(world: World, lacking: str):
    if lacking == "safety":
        case_id = world.visiting()
        world.do("fire", AcceptTrip(visit_id=one(Visit).id))
        world.arrive(case_id, absent=("fire",))
        world.close_visit(case_id)
        unit = "fire"
    else:
        case_id, unit = missed(world, receipt=lacking != "receipt", after=0 if lacking == "notice" else 1)
    world.later(1)
    after_surveys(world.now)
    assert absence(unit).treatment == "kept" and absence(unit).treatment_reason
    assert mine(world, case_id, unit).opinion == "" and case_id in waits(world)
    assert rows(Event, Event.kind == "absence_deemed") == []


def test_reading_the_message_is_a_receipt_as_well(world: World, monkeypatch):
    case_id = world.documents_read()
    world.end_review(case_id)
    world.plan_visit(case_id)
    unit = soft(world, case_id)
    monkeypatch.setattr("jointreview.settings.Settings.current_time", lambda _: world.now + timedelta(hours=1))
    assert mark_all_read(world.actors[unit]) >= 1
    world.arrive(case_id, absent=(unit,))
    world.close_visit(case_id)
    world.later(1)
    after_surveys(world.now)
    assert absence(unit).treatment == "deemed"


def test_the_coordinator_lets_the_department_have_its_say_after_all(world: World):
    case_id, unit = missed(world)
    world.later(1)
    after_surveys(world.now)
    reverse = ReverseAbsence(case_id=case_id, member_id=absence(unit).id, reason="通知系统故障，确未收到")
    with pytest.raises(Refused) as refused:
        world.do(unit, reverse)
    assert refused.value.kind == "forbidden"
    world.do("coordinator", reverse)
    assert mine(world, case_id, unit).opinion == "" and waits(world) == [case_id]
    assert absence(unit).treatment == "reversed"
    with pytest.raises(Refused) as refused:
        world.do("coordinator", reverse)
    assert keys(refused) == {"absence.not_deemed"}
    world.plan_visit(case_id)
    world.arrive(case_id)
    world.opine(case_id, unit)
    assert mine(world, case_id, unit).opinion == "PASS"


def test_who_missed_the_survey_of_a_review_decides_without_another_trip(world: World):
    case_id = world.deciding()
    policies = {a.unit: a.absence_policy for a in world.facts(case_id).assignments if a.needs_site}
    unit = sorted(policies)[0]
    with base.writing() as session:
        for row in session.exec(select(Opinion)).all():
            session.delete(row)
    world.plan_visit(case_id)
    world.do(unit, AcceptTrip(visit_id=one(Visit).id))
    world.arrive(case_id, absent=(unit,))
    world.close_visit(case_id)
    world.later(1)
    after_surveys(world.now)
    deemed = policies[unit] == "deemed_ok"
    assert absence(unit).treatment == ("deemed" if deemed else "kept")
    assert mine(world, case_id, unit).attended is deemed


def test_a_reinspection_asks_for_its_trip_by_itself_and_only_the_failing_department_goes(world: World):
    case_id = world.on_site()
    finding = world.fail(case_id, "fire")
    pass_on_site(world, case_id)
    world.close_visit(case_id)
    after_surveys(world.now)
    assert waits(world) == []
    world.do("coordinator", IssueRectification(case_id=case_id))
    photo = world.photo("applicant")
    world.do("applicant", AnswerFinding(case_id=case_id, finding_id=finding, answer="已更换", photos=[photo]))
    world.do("applicant", SubmitRectification(case_id=case_id))
    with base.reading() as session:
        (need,) = survey_needs(session, world.now)
    assert need.again and need.units == {"fire"}
