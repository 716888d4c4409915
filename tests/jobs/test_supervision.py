"""The sweep of supervision: nothing lost while it was down, nothing doubled, and cheap when nothing changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from jointreview.commands.audit import verify_chains
from jointreview.commands.intake import WithdrawCase
from jointreview.commands.supervision import NoteGround
from jointreview.domain.problems import Refused
from jointreview.jobs import supervision
from jointreview.jobs.supervision import supervise
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import Event, Notification
from jointreview.models.outcome import IssuedDocument
from jointreview.models.supervision import Card, SweepMark
from tests.commands.conftest import world
from tests.commands.world import World, fresh_database

__all__ = ["world"]


def cards(rule: str = "") -> list[Card]:
    with base.reading() as session:
        rows = session.exec(select(Card).order_by(Card.happened_on, Card.rule, Card.subject)).all()
    return [c for c in rows if rule in ("", c.rule)]


def told(found: list[Card]) -> list[tuple[str, str, date]]:
    return [(c.rule, c.subject, c.happened_on) for c in found]


def pass_days(world: World, days: int, sweep_each_day: bool) -> None:
    for _ in range(days):
        world.now += timedelta(days=1)
        if sweep_each_day:
            supervise(world.now)
    supervise(world.now)


def play(world: World, sweeps: bool) -> list[tuple[str, str, date]]:
    """A case whose departments are late and one of them silent, and which nobody ends."""
    case_id = world.accepted("school")
    pass_days(world, 6, sweeps)
    world.read_documents(case_id, but=("fire",))
    world.end_review(case_id)
    pass_days(world, 16, sweeps)
    return told(cards())


def test_daily_sweeps_issue_cards_on_the_days_of_the_clock(world: World):
    case_id = world.accepted()
    pass_days(world, 21, sweep_each_day=True)
    assert told(cards("R01")) == [("R01", f"case:{case_id}:2026-05-19", date(2026, 5, 20))]
    assert told(cards("R02")) == [("R02", f"case:{case_id}:2026-05-19", date(2026, 5, 18))]
    overdue = cards("R01")[0]
    assert overdue.issued_on == overdue.happened_on
    assert overdue.reply_due == date(2026, 5, 21)


def test_a_sweep_that_was_down_finds_the_same_cards_with_the_days_on_which_they_happened(tmp_path, world: World):
    once = play(world, sweeps=False)
    with base.reading() as session:
        assert any(c.issued_on > c.happened_on for c in session.exec(select(Card)).all())
    rules = {rule for rule, _, _ in once}
    assert {"R01", "R02", "R03", "R04"} <= rules
    with fresh_database(f"sqlite:///{tmp_path}/daily.db", tmp_path / "uploads2"):
        assert play(World().populate(), sweeps=True) == once


def test_sweeping_again_doubles_nothing_and_reads_nothing(world: World, monkeypatch):
    world.accepted()
    pass_days(world, 21, sweep_each_day=False)
    before = told(cards())
    looked_at: list[int] = []
    monkeypatch.setattr(supervision, "_sweep", lambda ids, *rest: looked_at.extend(ids) or 0)
    assert supervise(world.now) == 0
    assert looked_at == []
    monkeypatch.undo()
    with base.writing() as session:
        for mark in session.exec(select(SweepMark)).all():
            session.delete(mark)
    assert supervise(world.now) == 0
    assert told(cards()) == before


def test_a_withdrawn_case_gets_no_overdue_card(world: World):
    case_id = world.accepted()
    world.later(2)
    world.do("applicant", WithdrawCase(case_id=case_id, reason="项目调整"))
    pass_days(world, 40, sweep_each_day=False)
    assert cards("R01") == []


def test_zero_days_left_is_not_overdue(world: World):
    world.accepted()
    world.later(10)
    supervise(world.now)
    assert world.today == date(2026, 5, 19)
    assert cards("R01") == []


def test_a_card_tells_the_unit_and_its_head_and_has_its_document_and_event(world: World):
    case_id = world.accepted()
    world.later(3)
    supervise(world.now)
    card = next(c for c in cards("R03") if c.unit == "fire")
    with base.reading() as session:
        people = set(
            session.exec(select(Notification.account_id).where(Notification.key == "notify.card_issued")).all()
        )
        document = session.get(IssuedDocument, card.document_id)
    assert {world.actors[login].account_id for login in ("fire", "fire-2", "fire-head")} <= people
    assert document is not None and document.number == card.number
    assert card.number.startswith("启效督〔2026〕")
    with base.reading() as session:
        assert verify_chains(session).faults == ()
    assert "card_issued" in _events(case_id)


def _events(case_id: int) -> list[str]:
    with base.reading() as session:
        return list(session.exec(select(Event.kind).where(Event.case_id == case_id)).all())


def test_a_ground_that_vanishes_cancels_nothing_but_is_told_to_the_supervisor(world: World):
    case_id = world.accepted()
    pass_days(world, 16, sweep_each_day=True)
    (overdue,) = cards("R01")
    with base.writing() as session:
        case = session.get(Case, case_id)
        case.promised_days += 20  # as when a calendar is imported: the day moves after the fact
        session.add(case)
    world.later(1)
    supervise(world.now)
    (after,) = cards("R01")
    assert (after.status, after.groundless_since) == ("open", world.today)
    assert after.id == overdue.id
    assert "card_ground_gone" in _events(case_id)
    with base.writing() as session:
        case = session.get(Case, case_id)
        case.promised_days -= 20
        session.add(case)
    world.later(1)
    supervise(world.now)
    assert cards("R01")[0].groundless_since is None


def test_one_case_that_cannot_be_judged_does_not_hold_up_the_others(world: World, monkeypatch):
    first, second = world.accepted(), world.accepted("school")
    world.later(11)
    honest = supervision._found

    def failing(history, *rest):
        if history.case_id == first:
            raise ValueError("unreadable")
        return honest(history, *rest)

    monkeypatch.setattr(supervision, "_found", failing)
    supervise(world.now)
    assert {c.case_id for c in cards("R01")} == {second}
    monkeypatch.undo()
    supervise(world.now)
    assert {c.case_id for c in cards("R01")} == {first, second}


@pytest.mark.parametrize("who", ["supervisor", "coordinator", "fire"])
def test_only_the_system_notes_that_a_ground_is_gone(world: World, who: str):
    case_id = world.accepted()
    world.later(11)
    supervise(world.now)
    with pytest.raises(Refused):
        world.do(who, NoteGround(case_id=case_id, card_id=cards("R01")[0].id or 0, stands=False))
