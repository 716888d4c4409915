"""Every plan is valid, every bound true, and small plans are the best there are."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.planning_instances import instance as realistic
from jointreview.planning import as_json, engine, plan, read_instance, stopsets
from tests.planning.brute import best_objective
from tests.planning.checker import faults
from tests.planning.questions import questions

SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answer(question: dict, seconds: float = 20, **options) -> dict:
    instance = read_instance(question)
    return as_json(instance, plan(instance, seconds, **options), "en")


@SLOW
@given(questions())
def test_small_plans_are_valid_and_the_best_there_are(question):
    found = answer(question)
    assert faults(question, found) == []
    assert found["objective"] == best_objective(question)
    assert found["status"] == "optimal"


@SLOW
@given(questions(most_requests=9, most_sessions=4), st.data())
def test_confirmed_trips_stay_and_the_rest_is_planned_around_them(question, data):
    first = answer(question)
    kept = [t for t in first["trips"] if data.draw(st.booleans())]
    if data.draw(st.booleans()) and question["officers"]:  # somebody else falls ill
        busy = {o for t in kept for o in t["officers"]}
        ill = data.draw(st.sampled_from(question["officers"]))
        if ill["id"] not in busy:
            ill["unavailable"] = [[s["day"], s["half"]] for s in question["sessions"]]
    again = {**question, "confirmed": kept}
    found = answer(again)
    assert faults(again, found) == []
    if sum(1 for _ in question["requests"]) - sum(len(t["stops"]) for t in kept) <= 5:
        assert found["objective"] == best_objective(again)


@SLOW
@given(questions(most_requests=9, most_sessions=4))
def test_an_early_stop_still_gives_a_valid_plan_and_a_true_bound(question):
    best = answer(question)["objective"]
    for asked in range(4):
        calls = iter(range(1000))
        early = answer(question, cancelled=lambda: next(calls) >= asked)  # noqa: B023
        assert faults(question, early) == []
        assert early["bound"]["objective"] <= best <= early["objective"]


@SLOW
@given(questions(most_requests=8, most_sessions=2), st.integers(1, 40), st.integers(1, 60))
def test_when_not_every_set_can_be_made_the_plan_is_valid_and_the_bound_true(question, few, most):
    best = answer(question)["objective"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_FEW_SETS", few)
        patch.setattr(engine, "_MOST_SETS", most)
        patch.setattr(stopsets, "_CHUNK", 3)
        steps = iter(range(100_000))
        found = answer(question, cancelled=lambda: next(steps) > 300)
    assert faults(question, found) == []
    assert found["bound"]["objective"] <= best <= found["objective"]


def test_beyond_the_sets_examined_the_bound_is_still_worth_something():
    question = realistic(24, 7)
    best = answer(question, seconds=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_FEW_SETS", 2_500)
        patch.setattr(engine, "_MOST_SETS", 2_500)
        patch.setattr(stopsets, "_CHUNK", 100)
        steps = iter(range(100_000))
        found = answer(question, seconds=60, cancelled=lambda: next(steps) > 1_500)
    assert faults(question, found) == []
    assert 0.6 * best["objective"] < found["bound"]["objective"] <= best["objective"]


def test_even_without_search_something_is_proven():
    found = answer(realistic(60, 3), seconds=0)
    assert 0 < found["bound"]["objective"] < found["objective"]
    assert found["gap"] < 0.7


@pytest.mark.parametrize(("requests", "seed"), [(10, 1), (10, 2), (16, 3), (24, 4)])
def test_realistic_weeks_are_valid_and_proven(requests, seed):
    question = realistic(requests, seed)
    found = answer(question, seconds=60)
    assert faults(question, found) == []
    assert found["totals"]["unserved"] == 0
    assert found["gap"] <= 0.005


def test_more_cars_or_officers_never_make_a_plan_worse():
    question = realistic(12, 5)
    before = answer(question)
    assert before["status"] == "optimal"
    question["cars"].append({"id": "car-x", "seats": 9, "sessions": "all"})
    question["officers"] += [{"id": f"x-{d}", "department": d, "unavailable": []} for d in ("ZRZY", "XF", "ZJ")]
    after = answer(question)
    assert faults(question, after) == []
    assert after["objective"] <= before["objective"]


def test_the_same_question_and_seed_give_the_same_plan():
    question = realistic(14, 6)
    one, two = answer(question, seed=3), answer(question, seed=3)
    assert one["status"] == "optimal"
    assert one["trips"] == two["trips"]
