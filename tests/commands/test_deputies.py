"""Deputies, leave and handover: a post is lent for its days and no longer, and nothing open is lost."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from jointreview.commands import identity
from jointreview.commands.deputies import EndDeputy, NameDeputy, TakeLeave
from jointreview.commands.executor import execute
from jointreview.commands.handover import HandOver
from jointreview.commands.pauses import ApprovePause, RequestPause
from jointreview.commands.registry import Command
from jointreview.commands.review import FinishDocumentReview
from jointreview.commands.visits import SignIn
from jointreview.domain.deputies import HeldPost, fits, may_lend, stands_in
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.event import Event, Notification
from jointreview.models.identity import Account, Audit, Post
from jointreview.models.outcome import IssuedDocument
from jointreview.models.visit import BusyTime, VisitMember
from jointreview.queries import dossier
from jointreview.queries.accounts import post_choices
from jointreview.queries.my_work import my_work
from jointreview.queries.onsite import onsite_page
from jointreview.queries.principal import principal
from tests.api.helpers import Browsers, open_house
from tests.commands.test_review import text_of
from tests.commands.world import PASSWORD


@pytest.fixture
def house(tmp_path):
    with open_house(tmp_path) as browsers:
        yield browsers


def refused(house: Browsers, who: str, command: Command) -> list[str]:
    with pytest.raises(Refused) as caught:
        house.world.do(who, command)
    return [problem.key for problem in caught.value.problems]


def lent(house: Browsers, holder: str = "fire", deputy: str = "fire-2", days: int = 1, by: str = "", **more) -> int:
    world = house.world
    until = world.today + timedelta(days=days)
    command = NameDeputy(
        post_id=world.actors[holder].post_id,
        deputy_id=world.actors[deputy].account_id,
        from_on=more.get("from_on", world.today),
        until_on=until,
        reason="年休假",
    )
    return world.do(by or holder, command).value["delegation_id"]


def entered(house: Browsers, who: str, post_of: str) -> str:
    """A session of `who` that asked to act in somebody's post; raises Refused when it may not."""
    house.on_time()
    opened = identity.sign_in(who, PASSWORD)
    identity.choose_post(hashlib.sha256(opened.secret.encode()).hexdigest(), house.world.actors[post_of].post_id)
    return opened.secret


def keys(house: Browsers, login: str) -> list[str]:
    with base.reading() as session:
        return list(
            session.exec(
                select(Notification.key)
                .where(Notification.account_id == house.world.actors[login].account_id)
                .order_by(col(Notification.id))
            ).all()
        )


def test_a_deputy_may_exactly_what_the_post_may_and_signs_as_such(house: Browsers):
    case_id = house.world.accepted()
    lent(house, "fire", "lightning")
    actor = principal(entered(house, "lightning", "fire"))
    holder = house.world.actors["fire"]
    assert (actor.role, actor.unit, actor.acting_for) == ("officer", "fire", holder.name)
    assert actor.account_id == house.world.actors["lightning"].account_id
    assignment = house.world.assignment(case_id, "fire")
    other = next(unit for unit in sorted(house.world.facts(case_id).units) if unit != "fire")
    with pytest.raises(Refused):
        execute(
            actor,
            FinishDocumentReview(case_id=case_id, assignment_id=house.world.assignment(case_id, other)),
            now=house.world.now,
        )
    execute(actor, FinishDocumentReview(case_id=case_id, assignment_id=assignment), now=house.world.now)
    with base.reading() as session:
        event = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert (event.acting_for, event.actor_name, event.actor_unit) == (holder.name, actor.name, "fire")


def test_the_last_day_of_a_delegation_ends_it_by_itself(house: Browsers):
    lent(house, days=0)
    secret = entered(house, "fire-2", "fire")
    assert principal(secret).acting_for
    house.world.now += timedelta(hours=10)
    house.on_time()
    assert house.get("fire-2", "/api/uploads/1").status_code == 404
    identity.touch(hashlib.sha256(secret.encode()).hexdigest())
    assert principal(secret).acting_for
    house.world.now += timedelta(hours=6)
    house.on_time()
    with pytest.raises(Refused):
        entered(house, "fire-2", "fire")
    assert [choice.holder for choice in post_choices(house.world.actors["fire-2"].account_id)] == [""]


def test_nobody_acts_for_a_post_not_lent_to_them(house: Browsers):
    lent(house, from_on=house.world.today + timedelta(days=1), days=3)
    for who, post_of in (("fire-2", "fire"), ("lightning", "fire"), ("fire", "coordinator"), ("applicant", "admin")):
        with pytest.raises(Refused):
            entered(house, who, post_of)
    house.world.now += timedelta(days=1)
    secret = entered(house, "fire-2", "fire")
    with base.reading() as session:
        row = session.exec(select(Audit).where(Audit.action == "deputy.named")).one()
    assert row.details["deputy"] == "fire-2"
    house.world.do("fire", EndDeputy(delegation_id=1))
    assert principal(secret) is None
    with pytest.raises(Refused):
        entered(house, "fire-2", "fire")
    assert refused(house, "fire", EndDeputy(delegation_id=1)) == ["people.deputy_over"]


def test_only_holder_head_and_for_coordinators_the_administrator_lend_a_post(house: Browsers):
    for who in ("fire-2", "lightning", "lightning-head", "coordinator", "supervisor", "admin"):
        with pytest.raises(Refused) as caught:
            lent(house, by=who)
        assert caught.value.kind == "forbidden", who
    lent(house, by="fire-head")
    with pytest.raises(Refused):
        lent(house, "coordinator", "clerk", by="admin")
    with pytest.raises(Refused):
        lent(house, "admin", "clerk", by="admin")
    with base.writing() as session:
        session.add(Post(account_id=house.world.actors["clerk"].account_id, role="coordinator"))
    lent(house, "coordinator", "clerk", by="admin")
    assert "notify.deputy_named" in keys(house, "clerk") and "notify.deputy_for_you" in keys(house, "coordinator")


def test_a_deputy_lends_the_post_to_nobody_further(house: Browsers):
    lent(house)
    actor = principal(entered(house, "fire-2", "fire"))
    command = NameDeputy(
        post_id=house.world.actors["fire"].post_id,
        deputy_id=house.world.actors["lightning"].account_id,
        from_on=house.world.today,
        until_on=house.world.today,
    )
    with pytest.raises(Refused):
        execute(actor, command, now=house.world.now)


def test_leave_takes_the_half_days_names_the_deputy_and_flags_the_visit(house: Browsers):
    world = house.world
    world.visiting()
    with base.reading() as session:
        member = session.exec(select(VisitMember).where(VisitMember.unit == "fire")).one()
        busy = session.exec(select(BusyTime).where(BusyTime.account_id == member.account_id)).one()
    away = next(login for login, actor in world.actors.items() if actor.account_id == member.account_id)
    other = "fire-2" if away == "fire" else "fire"
    outcome = world.do(
        away,
        TakeLeave(
            from_on=busy.day,
            until_on=busy.day + timedelta(days=1),
            until_half="am",
            deputy_id=world.actors[other].account_id,
        ),
    )
    assert outcome.value["visits"] == 1 and outcome.value["posts"] == 1
    with base.reading() as session:
        mine = BusyTime.account_id == member.account_id
        halves = session.exec(select(BusyTime.day, BusyTime.half).where(mine)).all()
        flagged = session.exec(select(Notification).where(Notification.key == "notify.visit_on_leave")).one()
    assert (busy.day, "pm") in halves and len(halves) == outcome.value["half_days"]
    assert flagged.params["substitute"] == world.actors[other].name
    backwards = TakeLeave(from_on=date(2026, 6, 2), until_on=date(2026, 6, 1))
    assert refused(house, away, backwards) == ["people.span_backwards"]


def test_handover_moves_visits_and_posts_with_reason_and_tells_both(house: Browsers):
    world = house.world
    case_id = world.visiting()
    with base.reading() as session:
        member = session.exec(select(VisitMember).where(VisitMember.unit == "fire")).one()
    giver = next(login for login, actor in world.actors.items() if actor.account_id == member.account_id)
    taker = "fire-2" if giver == "fire" else "fire"
    ids = {"from_id": world.actors[giver].account_id, "to_id": world.actors[taker].account_id, "reason": "调离本部门"}
    for who in ("fire", "coordinator", "lightning-head", "supervisor"):
        with pytest.raises(Refused):
            world.do(who, HandOver(**ids))
    outsider = ids | {"to_id": world.actors["lightning"].account_id}
    assert refused(house, "fire-head", HandOver(**outsider)) == ["people.handover_no_post"]
    outcome = world.do("fire-head", HandOver(**ids, posts=True))
    assert outcome.value["visits"] == 1 and outcome.value["posts"] == 1
    with base.reading() as session:
        moved = session.get(VisitMember, member.id)
        busy = session.exec(select(BusyTime.account_id).where(BusyTime.visit_id == member.visit_id)).all()
        event = session.exec(select(Event).where(Event.kind == "handed_over", Event.case_id == case_id)).one()
        posts = session.exec(select(Post).where(Post.account_id == ids["from_id"], col(Post.active))).all()
        told = session.get(Account, ids["to_id"])
    assert moved.account_id == ids["to_id"] and ids["from_id"] not in busy and ids["to_id"] in busy
    assert event.payload["reason"] == "调离本部门" and posts == [] and told is not None
    assert keys(house, giver)[-1] == "notify.handed_over" and keys(house, taker)[-1] == "notify.taken_over"


def test_the_rules_of_lending():
    post = HeldPost(1, "officer", "fire")
    assert fits(post, 2, [HeldPost(2, "leader", "fire")]) and fits(post, 2, [HeldPost(2, "officer", "lightning")])
    assert not fits(post, 2, [HeldPost(2, "clerk", "")]) and not fits(post, 1, [post])
    assert not fits(HeldPost(1, "coordinator", ""), 2, [HeldPost(2, "clerk", "")])
    assert not may_lend(post, 1, "officer", "fire", acts_for_another=True)
    assert not may_lend(HeldPost(1, "admin", ""), 1, "admin", "", acts_for_another=False)
    day = date(2026, 5, 6)
    assert stands_in(day, day, False, day) and not stands_in(day, day, True, day)
    assert not stands_in(day, day, False, day + timedelta(days=1))


def acting(house: Browsers, who: str, post_of: str):
    """The person acting in a post that was lent."""
    actor = principal(entered(house, who, post_of))
    assert actor is not None and actor.acting_for
    return actor


def test_a_deputy_signs_in_on_site_and_the_record_says_for_whom(house: Browsers):
    world = house.world
    case_id = world.visiting()
    lent(house, "fire", "fire-2", days=9)
    world.later(1)
    deputy, holder = acting(house, "fire-2", "fire"), world.actors["fire"]
    with pytest.raises(
        Refused, match="commands.not_on_visit"
    ):  # the own post gives no right to the colleague's visit
        world.do("fire-2", SignIn(case_id=case_id))
    tasks = [t.what for t in my_work(deputy, world.now) if t.case_id == case_id]
    assert "inspect" in tasks
    assert onsite_page(deputy, case_id, "zh", world.now)["may_sign_in"]
    execute(deputy, SignIn(case_id=case_id), now=world.now)
    with base.reading() as session:
        member = session.exec(select(VisitMember).where(VisitMember.unit == "fire")).one()
        event = session.exec(select(Event).where(Event.kind == "signed_in")).one()
        taken = session.exec(select(BusyTime.account_id).where(BusyTime.visit_id == member.visit_id)).all()
    assert (member.account_id, member.acting_for) == (deputy.account_id, holder.name)
    assert (event.account_id, event.acting_for) == (deputy.account_id, holder.name)
    assert deputy.account_id in taken and holder.account_id not in taken
    for again in (deputy, holder):
        with pytest.raises(Refused):
            execute(again, SignIn(case_id=case_id), now=world.now)
    world.close_visit(case_id)
    with base.reading() as session:
        digest = session.exec(select(IssuedDocument.digest).where(IssuedDocument.kind == "record")).one()
    assert f"{deputy.name}（代{holder.name}）" in text_of(digest)
    seen = dossier.workspace(world.actors["coordinator"], case_id, "zh", world.now)
    assert f"{deputy.name}（代{holder.name}）" in [m["name"] for m in seen["visits"][0]["members"]]


def test_a_deputy_of_another_unit_is_there_for_the_unit_that_lent_the_post_alone(house: Browsers):
    world = house.world
    case_id = world.visiting()
    lent(house, "fire", "lightning", days=9)
    world.later(1)
    execute(acting(house, "lightning", "fire"), SignIn(case_id=case_id), now=world.now)
    there = {a.unit for a in world.facts(case_id).assignments if a.attended}
    assert there == {"fire"}


def test_two_people_stay_two_people_in_whatever_post_they_act(house: Browsers):
    world = house.world
    case_id = world.accepted()
    mine = world.assignment(case_id, "fire")
    asked = RequestPause(
        case_id=case_id,
        assignment_id=mine,
        procedure="testing",
        legal_basis="《行政许可法》第四十五条",
        reason="需要检测",
        planned_days=3,
        evidence_no="检委〔2026〕1号",
    )
    pause_id = world.do("fire", asked).value["pause_id"]
    lent(house, "fire-head", "fire", days=9)
    with pytest.raises(Refused, match="timing.four_eyes"):
        execute(acting(house, "fire", "fire-head"), ApprovePause(case_id=case_id, pause_id=pause_id), now=world.now)
    world.do("fire-head", ApprovePause(case_id=case_id, pause_id=pause_id))
