"""The case machine under random acts of random people: no undeclared step, no lost event, an unbroken chain."""

from __future__ import annotations

from collections import Counter
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import true
from sqlmodel import col, select

from jointreview.commands.all import RULES
from jointreview.commands.audit import verify_chains
from jointreview.commands.case_clock import case_clock
from jointreview.commands.executor import execute
from jointreview.commands.facts import CaseFacts
from jointreview.commands.places import settle_places
from jointreview.commands.registry import REVIEW, Command, may
from jointreview.commands.review import IssueSupplementNotice
from jointreview.commands.standings import load_standings
from jointreview.demo.reviewing import decide, decide_the_rest, survey
from jointreview.domain.case_states import CaseState, may_follow
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case
from jointreview.models.event import Event
from jointreview.models.place import CasePlace
from jointreview.models.review import Opinion, Round
from tests.commands.random_acts import Draw
from tests.commands.test_review import ask, supplemented
from tests.commands.world import World

STEPS = 30
PROJECTS = count(1)
BACKWARDS = ("WithdrawCase", "RefuseCase", "CancelVisit", "RemoveMaterial", "ReturnCase")
PEOPLE = (
    *("applicant", "stranger", "clerk", "coordinator", "supervisor", "admin", "system"),
    *("fire", "planning", "quality", "filing", "archives", "municipal", "drainage", "utilities", "fire-head"),
)


REVIEWERS = (
    *("applicant", "stranger", "clerk", "coordinator", "supervisor", "admin", "system"),
    *("investment", "land", "planning", "energy", "environment", "water", "civil_defence", "heritage"),
    *("drainage", "municipal", "planning-head", "water-head"),
)
REVIEW_STATES = {CaseState.REVIEWING, CaseState.SUPPLEMENTING, CaseState.CONCLUDED, CaseState.WITHDRAWN}
REVIEW_ACTS = {kind.__name__ for kind, rule in RULES.items() if rule.kinds == REVIEW}


class Walk:
    """A random walk over one case, judged after every step by rules that know nothing of the commands."""

    def __init__(
        self,
        world: World,
        case_id: int,
        rng: Random,
        people: tuple[str, ...] = PEOPLE,
        done: Counter[str] | None = None,
    ):
        self.world, self.case_id, self.rng, self.people = world, case_id, rng, people
        self.done: Counter[str] = Counter() if done is None else done
        self.state, self.events = self.seen()

    def seen(self) -> tuple[CaseState, list[str]]:
        with base.reading() as session:
            case = session.get(Case, self.case_id)
            log = session.exec(select(Event.hash).where(Event.case_id == self.case_id).order_by(col(Event.seq))).all()
        return CaseState(case.state), list(log)

    def step(self) -> None:
        facts = self.world.facts(self.case_id)
        kinds = [k for k, rule in RULES.items() if rule.on_case]
        who, kind = self.rng.choice(self.people), self.rng.choice(kinds)
        if self.rng.random() < 0.85:  # mostly something the registry allows, so that the walk gets somewhere
            kind, who = self.likely(facts, kinds) or (kind, who)
        draw = Draw(self.world, self.case_id, who, self.rng)
        try:
            execute(self.world.actors[who], draw.command(kind), now=self.world.now)
            self.done[kind.__name__] += 1
        except Refused as refusal:
            assert refusal.kind in ("forbidden", "state", "invalid", "missing", "conflict")
        if self.rng.random() < 0.25:
            self.world.later(self.rng.randint(1, 2))
        self.judge()

    def likely(self, facts: CaseFacts, kinds: list[type[Command]]) -> tuple[type[Command], str] | None:
        """A command somebody may run now, rather one that was seldom done and leads on, and one of who may."""
        able = {kind: [who for who in self.people if self.allowed(who, kind, facts)] for kind in kinds}
        able = {kind: whose for kind, whose in able.items() if whose}
        onward = [kind for kind in able if kind.__name__ not in BACKWARDS] or list(able)
        if not onward:
            return None
        kind = self.rng.choices(onward, [self.weight(k.__name__) for k in onward])[0]
        return kind, self.rng.choice(able[kind])

    def weight(self, name: str) -> float:
        """What was seldom done counts more, and most of all an act of reviews that nobody did yet."""
        done = self.done[name]
        return 30.0 if name in REVIEW_ACTS and not done else 1 / (1 + done) ** 2

    def allowed(self, who: str, kind: type[Command], facts: CaseFacts) -> bool:
        actor = self.world.actors[who]
        targets = [a.id for a in facts.assignments if a.unit == actor.unit or not actor.unit] or [None]
        return any(may(actor, kind, facts, target) is None for target in targets)

    def judge(self) -> None:
        state, events = self.seen()
        assert state is self.state or may_follow(self.state, state), (self.state, state)
        assert self.people is PEOPLE or state in REVIEW_STATES, state
        assert events[: len(self.events)] == self.events, "an event was changed or lost"
        self.state, self.events = state, events
        with base.reading() as session:
            case = session.get(Case, self.case_id)
            clock = case_clock(session, case, self.world.today)
            rounds = session.exec(select(Round)).all()
            opinions = session.exec(select(Opinion).where(Opinion.case_id == self.case_id)).all()
        if clock is not None:
            assert clock.used >= 0 and clock.used + clock.remaining == clock.days
            assert clock.due is None or clock.due >= clock.accepted
        still = Counter(r.assignment_id for r in rounds if r.status == "open")
        assert all(count == 1 for count in still.values()), "two open rounds of one department"
        assert len({o.round_id for o in opinions}) == len(opinions)
        assert kept_standings(self.world) == standings(self.world)


def kept_standings(world: World) -> dict[int, tuple[Any, ...]]:
    """How every case stands by what is kept for lists and the map."""
    settle_places(world.now)
    with base.reading() as session:
        rows = session.exec(select(CasePlace)).all()
    return {row.case_id: (row.lamp, row.due, row.turn, row.since, row.town) for row in rows}


def standings(world: World) -> dict[int, tuple[Any, ...]]:
    """The same, found out from everything that belongs to each case."""
    with base.reading() as session:
        found = load_standings(session, true(), world.today)
    return {s.id: (s.lamp, s.due, s.turn.value, s.since, s.town) for s in found}


def accepted_far(world: World, depth: int) -> int:
    """An acceptance of a project of its own, so many steps on its way, when visits of earlier walks are over."""
    world.later(5)
    code = f"2101-320681-89-01-{next(PROJECTS):06d}"
    case_id = world.submitted(S1={"project_code": code})
    if depth >= 1:
        world.accept(case_id)
        world.read_documents(case_id)
    if depth >= 2:
        world.end_review(case_id)
        world.plan_visit(case_id)
        world.arrive(case_id)
    if depth >= 3:
        world.fail(case_id, "fire")
        for a in world.facts(case_id).assignments:
            if a.needs_site and a.open_round_kind == "site":
                world.opine(case_id, a.unit, item=a.item)
        world.close_visit(case_id)
    return case_id


@pytest.mark.parametrize("depth", [0, 1, 2, 3], ids=["submitted", "read", "on site", "failed"])
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_people_try_an_acceptance_stays_whole(world: World, depth: int, seed: int):
    rng = Random(seed)
    walk_over(world, accepted_far(world, depth), rng)


def walk_over(
    world: World, case_id: int, rng: Random, people: tuple[str, ...] = PEOPLE, done: Counter[str] | None = None
) -> Walk:
    """A walk of STEPS steps, and the chain afterwards; `done` counts the acts of earlier walks as well."""
    walk = Walk(world, case_id, rng, people, done)
    for _ in range(STEPS):
        walk.step()
    with base.reading() as session:
        assert verify_chains(session).faults == ()
    assert sum(walk.done.values()) > 3, walk.done
    return walk


def review_far(world: World, depth: int) -> int:
    """A review of a project of its own: read by nobody in time, being decided, just supplemented, or decided."""
    world.later(5)
    case_id = world.drafted_review(S1={"project_code": f"2101-320681-89-01-{next(PROJECTS):06d}"})
    world.submit(case_id)
    world.accept(case_id)
    if depth == 0:
        world.later(3)  # everybody is silent
    if depth == 2:
        ask(world, case_id, "P109", subject="site_map")
    if depth:
        world.read_documents(case_id)
    if depth == 2:
        survey(world, case_id)
        decide(world, case_id, "P108")
        world.do("coordinator", IssueSupplementNotice(case_id=case_id))
        supplemented(world, case_id, "site_map")
    if depth == 3:
        survey(world, case_id)
        decide_the_rest(world, case_id)
    return case_id


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a shorter seed is no simpler walk
    suppress_health_check=list(HealthCheck),
)
def test_whatever_people_try_a_review_stays_whole(world: World, seed: int):
    rng = Random(seed)
    done: Counter[str] = Counter()
    for depth in range(4):
        walk_over(world, review_far(world, depth), rng, REVIEWERS, done)
    assert not REVIEW_ACTS - set(done), "acts of a review that no walk did"
