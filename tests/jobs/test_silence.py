"""Silent departments of a joint review: recorded by the rule's day, whenever and how often the sweep ran."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from jointreview.commands.audit import verify_chains
from jointreview.commands.decisions import silences
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.visits import CloseVisit
from jointreview.demo.reviewing import decide
from jointreview.jobs.supervision import supervise
from jointreview.jobs.timekeeping import keep_time
from jointreview.models import base
from jointreview.models.event import Event
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.models.supervision import Card
from tests.commands.conftest import world
from tests.commands.test_review import finish, mine, rounds
from tests.commands.test_time import opened
from tests.commands.world import World, copied

__all__ = ["world"]
DAYS = 12


def recorded() -> list[tuple[Any, ...]]:
    """What stands of rounds, opinions and the events of silence, without the moment of recording."""
    with base.reading() as session:
        ended = session.exec(
            select(Assignment.item, Round.kind, Round.status, Round.closed_on)
            .join(Round, col(Round.assignment_id) == Assignment.id)
            .order_by(Assignment.item, Round.kind, col(Round.number))
        ).all()
        said = session.exec(
            select(Assignment.item, Opinion.result, Opinion.given_on)
            .join(Opinion, col(Opinion.assignment_id) == Assignment.id)
            .order_by(Assignment.item)
        ).all()
        events = [(e.kind, e.payload["item"], e.effective_on, e.account_id) for e in silent_events()]
    return [tuple(row) for row in (*ended, *said, *sorted(events))]


def silent_events() -> list[Event]:
    with base.reading() as session:
        kinds = ("documents_deemed", "opinion_deemed")
        return list(session.exec(select(Event).where(col(Event.kind).in_(kinds)).order_by(col(Event.id))).all())


def swept(world: World, hours: list[int], **also: Any) -> list[tuple[Any, ...]]:
    """What is recorded after sweeps so many hours from now and a last one at the end."""
    start = world.now
    for hour in [*sorted(hours), DAYS * 24]:
        world.now = start + timedelta(hours=hour)
        keep_time(world.now)
    assert keep_time(world.now) == 0
    return recorded()


def test_daily_sweeps_record_silence_on_the_first_working_day_after_the_time(world: World):
    case_id = world.reviewing()
    world.later(2)
    assert keep_time(world.now) == 0
    world.later(1)
    assert keep_time(world.now) == 12
    assert set(rounds(world, case_id).values()) == {"decision"}
    assert {(e.effective_on, e.account_id, e.backfilled) for e in silent_events()} == {
        (date(2026, 5, 9), None, False)
    }
    world.later(3)
    assert keep_time(world.now) == 4
    assert (mine(world, case_id, "P115").opinion, mine(world, case_id, "P109").opinion) == ("DEEMED", "")
    with base.reading() as session:
        opinion = session.exec(select(Opinion)).first()
        assert (opinion.given_on, opinion.officer_id) == (date(2026, 5, 13), None)
        assert verify_chains(session).faults == ()


def test_whenever_the_sweep_ran_the_same_silences_stand_with_the_same_days(world: World, tmp_path: Path):
    case_id = world.reviewing()
    for item in ("P109", "P115"):
        finish(world, case_id, item)
    with copied(world, tmp_path / "daily.db"):
        expected = swept(world, [24 * day for day in range(DAYS)])
    assert ("P115", "DEEMED", date(2026, 5, 13)) in expected

    @given(hours=st.lists(st.integers(0, DAYS * 24), max_size=4))
    @settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    def judge(hours: list[int]) -> None:
        with copied(world, tmp_path / "drawn.db"):
            assert swept(world, hours) == expected

    judge()


def test_three_days_down_give_one_card_for_each_silent_reading_of_the_day_it_happened(world: World):
    world.reviewing()
    world.later(6)
    for _ in range(2):
        keep_time(world.now)
        supervise(world.now)
    with base.reading() as session:
        cards = session.exec(select(Card).where(Card.rule == "R04")).all()
    assert len({card.subject for card in cards}) == len(cards) == 16
    assert {card.happened_on for card in cards} == {date(2026, 5, 9), date(2026, 5, 13)}


def test_a_department_in_its_own_pause_is_not_silent(world: World):
    case_id = world.reviewing()
    opened(world, case_id, "water")
    world.later(4)
    keep_time(world.now)
    assert {item for item, kind in rounds(world, case_id).items() if kind == "documents"} == {"P109"}


def test_who_read_late_has_a_day_to_decide_before_silence_counts(world: World):
    case_id = world.reviewing()
    world.later(6)
    finish(world, case_id, "P115")
    early = {s.assignment_id for s in silences(world.facts(case_id))}
    assert early and mine(world, case_id, "P115").id not in early
    keep_time(world.now)
    decide(world, case_id, "P115")
    assert mine(world, case_id, "P115").opinion == "PASS"


def test_an_item_that_needs_the_site_is_not_silent_before_a_survey_was_held(world: World):
    case_id = world.deciding()
    with base.writing() as session:
        row = session.get_one(Assignment, mine(world, case_id, "P115").id)
        row.needs_site = True
        session.add(row)
    world.later(8)
    keep_time(world.now)
    assert mine(world, case_id, "P115").opinion == ""
    world.plan_visit(case_id)
    world.arrive(case_id, absent=("drainage",))
    world.do("coordinator", CloseVisit(case_id=case_id))
    keep_time(world.now)
    assert mine(world, case_id, "P115").opinion == "DEEMED"


def test_a_review_that_ended_hears_nothing_of_silence(world: World):
    case_id = world.reviewing()
    world.do("applicant", WithdrawCase(case_id=case_id, reason="项目调整"))
    world.later(9)
    assert keep_time(world.now) == 0 and silent_events() == []
