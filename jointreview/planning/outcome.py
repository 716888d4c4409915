"""What planning answers: trips with times, people and cars, what is left out and why, objective and bound."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from jointreview.domain.problems import Problem as Fault
from jointreview.planning.crew import named
from jointreview.planning.greedy import Draft
from jointreview.planning.instance import OFFICER_COST, TRIP_COST, UNSERVED_COST, Instance, Trip
from jointreview.planning.problem import Problem


@dataclass(frozen=True)
class Unserved:
    """A request left out: `reason` is one of the codes of the interface; `key` and `params` tell people."""

    request: int
    reason: str
    department: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def text_key(self) -> str:
        """The text that explains it."""
        return f"plan.reason_{self.reason}"


@dataclass(frozen=True)
class Progress:
    """How far the search is; sums include confirmed trips and requests that no trip can serve."""

    seconds: float
    objective: int
    bound: float
    trips: int
    officer_trips: int
    unserved: int

    @property
    def gap(self) -> float:
        """Relative distance of objective and bound."""
        return gap(self.objective, self.bound)


@dataclass(frozen=True)
class Outcome:
    """The answer; `faults` are contradictions among the confirmed trips, and then nothing was planned."""

    status: str
    trips: tuple[Trip, ...]
    unserved: tuple[Unserved, ...]
    objective: int
    bound: float | None
    bound_unserved: int
    seconds: float
    faults: tuple[Fault, ...] = ()

    @property
    def gap(self) -> float | None:
        """Relative distance of objective and bound; None without a bound."""
        return None if self.bound is None else gap(self.objective, self.bound)


def gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective, 0 for an empty plan."""
    return max(0.0, (objective - bound) / objective) if objective else 0.0


def finished(
    instance: Instance, problem: Problem | None, drafts: list[Draft], bound: float | None,
    reasons: Mapping[int, Unserved], began: float, faults: list[Fault],
) -> Outcome:  # fmt: skip
    """The answer made of drafts: people and cars named, trips by session and car."""
    trips = list(instance.confirmed)
    left_out = dict(reasons)
    if problem is not None:
        trips += named(problem, drafts)
        served = {problem.requests[r] for d in drafts for r in d.order}
        left_out |= {r: Unserved(r, "capacity") for r in problem.requests if r not in served}
    trips.sort(key=lambda t: (instance.sessions[t.session].day, instance.sessions[t.session].opens, t.car))
    objective = sum(t.cost for t in trips) + UNSERVED_COST * len(left_out)
    if faults:
        status = "infeasible-input"
    else:
        status = "optimal" if bound is not None and bound >= objective - 1e-6 else "feasible"
    return Outcome(
        status=status,
        trips=tuple(trips),
        unserved=tuple(left_out[r] for r in sorted(left_out)),
        objective=objective,
        bound=bound,
        bound_unserved=_least_unserved(instance, len(reasons), bound, status == "optimal", len(left_out)),
        seconds=time.monotonic() - began,
        faults=tuple(faults),
    )


def _least_unserved(instance: Instance, impossible: int, bound: float | None, optimal: bool, unserved: int) -> int:
    """The least number left out: what cannot be served alone, and what the bound leaves no other way."""
    if optimal:
        return unserved
    if bound is None:
        return impossible
    runs = sum(len(c.sessions) for c in instance.cars)
    seats = max((c.seats for c in instance.cars), default=0)
    longest = max((s.length for s in instance.sessions), default=0)
    planned = min(len(instance.requests), runs) * (TRIP_COST + OFFICER_COST * seats + longest)
    planned = max(planned, sum(t.cost for t in instance.confirmed))
    return min(unserved, max(impossible, math.ceil((bound - planned) / UNSERVED_COST)))
