"""Departments of a review work side by side: who speaks first changes nothing, and only the catalogue makes wait."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.case_clock import clock_of_round, coded_events
from jointreview.commands.decisions import waits_for
from jointreview.commands.working_days import work_calendar
from jointreview.demo.reviewing import conclude_review, decide, survey
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.event import Event
from jointreview.models.review import Assignment, Round
from tests.commands.test_review import LAW, finish, mine
from tests.commands.test_time import case_of
from tests.commands.world import World, copied

ITEMS = ("P101", "P102", "P105", "P106", "P108", "P109", "P111", "P113", "P115", "P116", "P117", "P118")
REFUSED = {"text": "土石方平衡不成立，弃渣去向不明。", "basis": LAW}


def test_every_department_starts_at_the_same_instant_with_its_own_time(world: World):
    case_id = world.reviewing()
    with base.reading() as session:
        rows = session.exec(select(Assignment, Round).join(Round, Round.assignment_id == Assignment.id)).all()
        events, calendar = coded_events(session, case_id), work_calendar(session)
        used = {clock_of_round(r, events, calendar, world.today).used for _, r in rows}
    assert {a.item for a, _ in rows} == set(ITEMS) and len(rows) == len(ITEMS)
    assert {(a.dispatched_at, r.opened_at, r.opened_on) for a, r in rows} == {
        (world.now, world.now, world.case(case_id).accepted_on)
    }
    assert used == {0}


def test_the_decisions_of_all_count_from_acceptance_however_long_each_one_read(world: World):
    case_id = world.reviewing()
    for item in ITEMS:
        finish(world, case_id, item)
        if item in ("P105", "P111"):
            world.later(1)
    with base.reading() as session:
        opened = session.exec(select(Round.opened_on).where(Round.kind == "decision")).all()
    assert len(opened) == len(ITEMS) and set(opened) == {date(2026, 5, 6)}


def decided_in_order(world: World, case_id: int, order: list[str], refuses: str) -> tuple[Any, ...]:
    """What a review comes to when its departments try in that order, again and again, over three days."""
    catalog = load_catalog("qidong", world.today)
    left = list(order)
    for _ in range(3):
        for item in list(left):
            waiting = waits_for(world.facts(case_id), catalog.item(item).after)
            more = ("FAIL", REFUSED) if item == refuses else ("PASS", {})
            if waiting:
                with pytest.raises(Refused, match="commands.other_items_first"):
                    decide(world, case_id, item, more[0], **more[1])
                continue
            decide(world, case_id, item, more[0], **more[1])
            left.remove(item)
        world.later(1)
    assert left == []
    results = {a.item: a.opinion for a in world.facts(case_id).assignments}
    outcome = conclude_review(world, case_id).value["outcome"]
    with base.reading() as session:
        said = session.exec(select(Event).where(Event.kind == "concluded")).one()
    clock = case_of(world, case_id)
    reasons = [(r["key"], r["item"]) for r in said.payload["reasons"]]
    return results, outcome, reasons, said.code, clock.used, clock.due, clock.ended


@pytest.mark.parametrize(("refuses", "outcome"), [("", "pass"), ("P109", "fail")])
def test_no_order_of_decisions_changes_the_conclusion_or_the_days(
    world: World, tmp_path: Path, refuses: str, outcome: str
):
    case_id = world.deciding()
    survey(world, case_id)
    seen: list[tuple[Any, ...]] = []

    @given(order=st.permutations(ITEMS))
    @settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def judge(order: list[str]) -> None:
        with copied(world, tmp_path / "order.db"):
            seen.append(decided_in_order(world, case_id, order, refuses))
        assert seen[-1] == seen[0]
        assert seen[-1][1] == outcome and seen[-1][4:6] == (4, date(2026, 5, 19))

    judge()
    assert mine(world, case_id, "P109").opinion == ""
