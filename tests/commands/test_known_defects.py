"""Defects other systems of this field have: each one tried here, beside those the table in docs/testing.md names."""

from __future__ import annotations

from datetime import timedelta

import pydantic
import pytest
from sqlmodel import col, select

from jointreview.catalog.form_engine import verdicts
from jointreview.commands.all import RULES
from jointreview.commands.case_clock import clock_of_round, coded_events
from jointreview.commands.decisions import ReopenOpinion
from jointreview.commands.executor import execute
from jointreview.commands.intake import RefuseCase
from jointreview.commands.registry import may
from jointreview.commands.visits import CancelVisit, ScheduleVisit, site_units
from jointreview.commands.working_days import work_calendar
from jointreview.demo.reviewing import conclude_review, decide, decide_the_rest, survey
from jointreview.domain.case_states import ENDED
from jointreview.domain.problems import Refused
from jointreview.jobs.reminders import send_reminders
from jointreview.jobs.supervision import supervise
from jointreview.jobs.timekeeping import keep_time
from jointreview.models import base
from jointreview.models.event import Event
from jointreview.models.review import Round
from jointreview.models.supervision import Card
from jointreview.models.timekeeping import ReminderSent
from jointreview.models.visit import BusyTime
from jointreview.queries import dossier
from jointreview.queries.board import board
from jointreview.queries.board_filters import BoardFilters
from tests.catalog.sample_values import CATALOG, errors, factory_values, with_index
from tests.commands.test_review import LAW, mine
from tests.commands.test_time import case_of
from tests.commands.world import World


@pytest.mark.parametrize("permitted", [None, "", "见规划许可证"])
def test_without_the_permitted_value_nothing_is_compared_and_nothing_is_filed(permitted: object):
    form = with_index(factory_values(), "far_area", permitted=permitted)
    assert "far_area" not in {v.index for v in verdicts(CATALOG, form)}
    assert any(e.path.startswith("S5.indices") for e in errors(form))


def refused_at_the_window(world: World) -> int:
    case_id = world.submitted()
    world.do("clerk", RefuseCase(case_id=case_id, reasons="申请事项不属于本机关职权范围"))
    return case_id


def refused_in_review(world: World) -> int:
    case_id = world.deciding()
    survey(world, case_id)
    decide(world, case_id, "P109", "FAIL", text="土石方平衡不成立，弃渣去向不明。", basis=LAW)
    decide_the_rest(world, case_id)
    assert conclude_review(world, case_id).value["outcome"] == "fail"
    return case_id


@pytest.mark.parametrize(
    ("refuse", "code"), [(refused_at_the_window, 5), (refused_in_review, 13)], ids=["window", "review"]
)
def test_a_case_refused_for_good_does_not_live_on(world: World, refuse, code: int):
    case_id = refuse(world)
    world.later(25)
    assert (keep_time(world.now), send_reminders(world.now)) == (0, 0)
    facts = world.facts(case_id)
    assert facts.state in ENDED
    with base.reading() as session:
        last = session.exec(
            select(Event)
            .where(Event.case_id == case_id, col(Event.code).is_not(None))
            .order_by(col(Event.seq).desc())
        ).first()
    assert last is not None and last.code == code
    clock = world.case(case_id).accepted_on and case_of(world, case_id)
    assert clock is None or (clock.lamp.value, clock.overdue) == ("done", False)
    onward = {
        kind.__name__
        for kind, rule in RULES.items()
        if rule.on_case and not rule.states <= ENDED
        for actor in world.actors.values()
        for target in [None, *(a.id for a in facts.assignments)]
        if may(actor, kind, facts, target) is None
    }
    assert onward <= {
        *("IssueCard", "ReplyToCard", "UpholdCard", "CancelCard", "NoteGround", "RecordDelivery"),
        *("MergeRecord", "KeepSiteNote"),
    }
    assert all(row.lamp != "red" for row in board(world.actors["coordinator"], ALL, "zh", world.now).rows)


ALL = BoardFilters(state="all")


def test_zero_days_left_is_no_lateness_for_anybody_and_the_day_after_is_for_all(world: World):
    case_id = world.accepted()

    def late() -> set[str]:
        """Who takes the case for late."""
        supervise(world.now)
        send_reminders(world.now)
        row = board(world.actors["coordinator"], ALL, "zh", world.now).rows[0]
        shown = dossier.workspace(world.actors["applicant"], case_id, "zh", world.now)
        assert shown is not None
        with base.reading() as session:
            cards = session.exec(select(Card).where(Card.rule == "R01")).all()
        return {
            name
            for name, is_late in {
                "clock": case_of(world, case_id).overdue,
                "board": row.lamp == "red",
                "header": shown["head"]["lamp"] == "red",
                "supervision": bool(cards),
            }.items()
            if is_late
        }

    world.later(10)
    world.now += timedelta(hours=14)  # 23:00 of the due day
    assert (case_of(world, case_id).remaining, late()) == (0, set())
    world.now += timedelta(hours=2)
    assert late() == {"clock", "board", "header", "supervision"}


def test_zero_days_left_of_a_departments_time_is_no_lateness_either(world: World):
    case_id = world.reviewing()

    def late() -> set[str]:
        keep_time(world.now)
        send_reminders(world.now)
        with base.reading() as session:
            round_ = session.exec(
                select(Round).where(Round.assignment_id == mine(world, case_id, "P109").id, Round.kind == "documents")
            ).one()
            clock = clock_of_round(round_, coded_events(session, case_id), work_calendar(session), world.today)
            told = session.exec(
                select(ReminderSent).where(
                    ReminderSent.subject == f"round:{round_.id}", ReminderSent.kind == "round_overdue"
                )
            ).all()
        silent = round_.status == "deemed"
        return {
            n for n, is_so in {"clock": clock.overdue, "silence": silent, "reminder": bool(told)}.items() if is_so
        }

    world.later(2)
    world.now += timedelta(hours=14)
    assert late() == set()
    world.now += timedelta(hours=2)
    assert {"clock", "silence"} <= late()


def test_a_department_speaks_in_as_many_rounds_as_it_takes(world: World):
    case_id = world.deciding()
    one = mine(world, case_id, "P109")
    for _ in range(3):
        decide(world, case_id, "P109")
        world.do("water", ReopenOpinion(case_id=case_id, assignment_id=one.id, reason="发现新情况需要复核"))
    with base.reading() as session:
        rounds = session.exec(
            select(Round.number, Round.status)
            .where(Round.assignment_id == one.id, Round.kind == "decision")
            .order_by(col(Round.number))
        ).all()
    assert [tuple(r) for r in rounds] == [(1, "done"), (2, "done"), (3, "done"), (4, "open")]


@pytest.mark.parametrize("bring", [World.submitted, World.accepted, World.on_site, World.reviewing, World.deciding])
def test_every_button_of_the_workspace_is_one_the_executor_lets_through(world: World, bring):
    case_id = bring(world)
    facts = world.facts(case_id)
    commands = {kind.__name__: kind for kind in RULES}
    shown = 0
    for who, actor in world.actors.items():
        seen = dossier.workspace(actor, case_id, "zh", world.now)
        for name, target in (seen or {"possible": []})["possible"]:
            problem = may(actor, commands[name], facts, target or None) if name in commands else None
            assert problem is None, (who, name, problem)
            shown += name in commands
    assert shown


def test_a_visit_moved_frees_its_officers_and_books_nobody_twice(world: World):
    case_id = world.visiting()
    first = world.facts(case_id).visit
    assert first is not None
    with pytest.raises(pydantic.ValidationError):
        CancelVisit(case_id=case_id, reason="")
    with pytest.raises(Refused):
        execute(world.actors["fire"], CancelVisit(case_id=case_id, reason="天气原因"), now=world.now)
    world.do("coordinator", CancelVisit(case_id=case_id, reason="天气原因"))
    other = world.submitted(S1={"project_code": "2101-320681-89-01-000777"})
    world.accept(other)
    world.read_documents(other)
    world.end_review(other)
    taken = {u: world.actors[u].account_id for u in site_units(world.facts(other))}
    world.do("coordinator", ScheduleVisit(case_id=other, day=first.day, half=first.half, officers=taken))
    again = {u: world.actors[u].account_id for u in site_units(world.facts(case_id))}
    with pytest.raises(Refused) as told:
        world.do("coordinator", ScheduleVisit(case_id=case_id, day=first.day, half=first.half, officers=again))
    assert {p.key for p in told.value.problems} == {"commands.officer_not_free"}
    later = world.workday_after(2)
    world.do("coordinator", ScheduleVisit(case_id=case_id, day=later, half=first.half, officers=again))
    with base.reading() as session:
        booked = [(b.account_id, b.day, b.half) for b in session.exec(select(BusyTime)).all()]
    assert len(booked) == len(set(booked)) == len(taken) + len(again)
