"""Planning runs: asked for by a coordinator, done in a process of their own, taken over as drafts or dropped."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.registry import Command, command
from jointreview.commands.trip_question import question
from jointreview.commands.trip_state import discard, intended, store, survey_of
from jointreview.commands.trip_visits import take_off
from jointreview.domain.problems import Problem, refuse
from jointreview.models.trip import Car, CarBusy, PlanRun, Trip, TripStop
from jointreview.models.visit import Visit

GOING = ("queued", "running")


class StartPlan(Command):
    """Plan the trips of the days to come; `seconds` 0 takes the city's usual time."""

    seconds: int = Field(0, ge=0, le=600)


class StopPlan(Command):
    """End the search with the best plan so far."""

    run_id: int


class NoteProgress(Command):
    """The planner says how far it is, that it ended, or that a search whose process died is to begin again."""

    run_id: int
    status: str = Field(pattern="^(queued|running|done|failed)$")
    progress: dict[str, Any] = Field(default_factory=dict)
    answer: dict[str, Any] = Field(default_factory=dict)
    fault: str = Field("", max_length=300)


class AdoptPlan(Command):
    """The plan's trips become drafts; the drafts before it that were not kept go."""

    run_id: int


class DropPlan(Command):
    """The plan is not wanted, or its failure was read."""

    run_id: int


def faults_of(run: PlanRun) -> list[Problem]:
    """Why a run failed: what kind of failure it is, then each fault of the question by itself."""
    if run.status != "failed":
        return []
    return [Problem(run.fault), *(Problem(f["key"], f["params"]) for f in run.answer.get("faults", []))]


@command(title="cmd.start_plan", grants={"coordinator": None})
def start_plan(ctx: Context, cmd: StartPlan) -> dict:
    """One run at a time. Raises Refused when one is going, no car is there, or nothing waits."""
    going = ctx.session.exec(select(PlanRun.id).where(col(PlanRun.status).in_(GOING))).first()
    if going is not None:
        raise refuse("trips.plan_going", kind="state")
    asked = question(ctx.session, ctx.now)
    if not asked["cars"]:
        raise refuse("trips.no_car", kind="state")
    if len(asked["requests"]) <= sum(len(t["stops"]) for t in asked["confirmed"]):
        raise refuse("trips.nothing_waits", kind="state")
    run = PlanRun(
        seconds=cmd.seconds or survey_of(ctx).plan_seconds,
        question=asked,
        asked_by=ctx.actor.account_id,
        asked_at=ctx.now,
    )
    ctx.session.add(run)
    ctx.session.flush()
    ctx.topics.add("plan")
    return {"run_id": run.id}


@command(title="cmd.stop_plan", grants={"coordinator": None})
def stop_plan(ctx: Context, cmd: StopPlan) -> None:
    run = _run(ctx, cmd.run_id)
    if run.status not in GOING:
        raise refuse("trips.plan_over", kind="state")
    run.stop_asked = True
    ctx.session.add(run)
    ctx.topics.add("plan")


@command(title="cmd.note_progress", grants={"system": None})
def note_progress(ctx: Context, cmd: NoteProgress) -> None:
    run = _run(ctx, cmd.run_id)
    if run.status not in GOING:
        raise refuse("trips.plan_over", kind="state")
    run.status, run.heard_at = cmd.status, ctx.now
    run.progress = cmd.progress or run.progress
    if cmd.status in ("done", "failed"):
        run.answer, run.fault, run.ended_at = cmd.answer, cmd.fault, ctx.now
    ctx.session.add(run)
    ctx.topics.add("plan")


@command(title="cmd.drop_plan", grants={"coordinator": None})
def drop_plan(ctx: Context, cmd: DropPlan) -> None:
    run = _run(ctx, cmd.run_id)
    if run.status not in ("done", "failed"):
        raise refuse("trips.plan_not_ready", kind="state")
    run.status = "dropped"
    ctx.session.add(run)
    ctx.topics.add("plan")


@command(title="cmd.adopt_plan", grants={"coordinator": None})
def adopt_plan(ctx: Context, cmd: AdoptPlan) -> dict:
    """What moved is answered: `moved`, `new` and `waiting` list cases.

    A trip whose car was taken meanwhile is left out (`left_out`), and so is a case that has its visit by now.
    """
    run = _finished(ctx, cmd.run_id)
    before = _places(ctx)
    for trip in ctx.session.exec(select(Trip).where(Trip.status == "draft", col(Trip.kept).is_(False))).all():
        discard(ctx, trip)
    kept = _places(ctx)
    left_out = [t for t in run.answer.get("trips", []) if not _draft(ctx, t, set(kept))]
    after = _places(ctx)
    run.status = "adopted"
    ctx.session.add(run)
    ctx.topics.update({"plan", "trips"})
    return {
        "trips": len(run.answer.get("trips", [])) - len(left_out),
        "moved": [c for c in before if c in after and before[c] != after[c]],
        "new": [c for c in after if c not in before],
        "waiting": [c for c in before if c not in after],
        "left_out": len(left_out) - _confirmed(run),
    }


def _confirmed(run: PlanRun) -> int:
    """How many trips of the answer stood before and are no drafts to make."""
    return len(run.question.get("confirmed", []))


def _draft(ctx: Context, planned: dict[str, Any], placed: set[int]) -> bool:
    """Whether the planned trip became a draft: not one that stood before, nor one whose car is gone."""
    cases = [int(s["request"]) for s in planned["stops"]]
    fixed = set(
        ctx.session.exec(select(Visit.case_id).where(Visit.status == "planned", col(Visit.case_id).in_(cases))).all()
    )
    free = [c for c in cases if c not in fixed and c not in placed]
    car, day, half = ctx.session.get(Car, int(planned["car"])), date.fromisoformat(planned["day"]), planned["half"]
    taken = select(CarBusy.id).where(CarBusy.car_id == int(planned["car"]), CarBusy.day == day, CarBusy.half == half)
    if not free or car is None or not car.active or ctx.session.exec(taken).first() is not None:
        return False
    trip = Trip(
        car_id=int(planned["car"]),
        day=day,
        half=half,
        planned_by=ctx.actor.account_id,
        planned_at=ctx.now,
    )
    ctx.session.add(trip)
    ctx.session.flush()
    ctx.session.add(CarBusy(car_id=trip.car_id, day=trip.day, half=trip.half, trip_id=trip.id))
    for case_id in free:
        take_off(ctx, case_id)
    officers = dict(name.rsplit(":", 1) for name in planned["officers"])
    store(ctx, trip, intended(ctx, trip, free, {unit: int(o) for unit, o in officers.items()}))
    return True


def _places(ctx: Context) -> dict[int, tuple[str, str, int]]:
    """On which half-day and car every case of a draft or confirmed trip stands."""
    rows = ctx.session.exec(
        select(TripStop.case_id, col(Trip.day), Trip.half, Trip.car_id)
        .join(Trip, col(Trip.id) == TripStop.trip_id)
        .where(col(Trip.status).in_(["draft", "confirmed"]))
    ).all()
    return {case_id: (day.isoformat(), half, car_id) for case_id, day, half, car_id in rows}


def _run(ctx: Context, run_id: int) -> PlanRun:
    run = ctx.session.get(PlanRun, run_id, with_for_update=True)
    if run is None:
        raise refuse("trips.no_such_plan", kind="missing")
    return run


def _finished(ctx: Context, run_id: int) -> PlanRun:
    run = _run(ctx, run_id)
    if run.status != "done":
        raise refuse("trips.plan_not_ready", kind="state")
    return run
