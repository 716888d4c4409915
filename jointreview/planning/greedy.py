"""The instant answer: requests by urgency, each where it costs least, in a trip that runs or in a new one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from jointreview.planning.instance import OFFICER_COST, TRIP_COST
from jointreview.planning.problem import Array, Problem


@dataclass
class Draft:
    """A trip being made: session, open requests in driving order, crew pattern, minutes."""

    session: int
    order: tuple[int, ...]
    pattern: int
    minutes: int


@dataclass
class Resources:
    """What of cars and officers the drafts leave."""

    problem: Problem
    drafts: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.free = self.problem.free.copy()
        self.riders: list[Counter[int]] = [Counter() for _ in range(self.problem.sessions)]
        for draft in self.drafts:
            self.book(draft)

    def book(self, draft: Draft, sign: int = 1) -> None:
        """Take (or with -1 give back) a draft's car and crew."""
        codes = self.problem.codes
        self.free[:, draft.session] -= sign * codes.usage[draft.pattern]
        self.riders[draft.session][codes.officers[codes.pattern_code[draft.pattern]]] += sign

    def seated(self, session: int, officers: int) -> bool:
        """Whether another trip with this many officers finds a car beside those booked."""
        riders = sorted([*self.riders[session].elements(), officers], reverse=True)
        seats = self.problem.seats[session][::-1]
        return len(riders) <= len(seats) and all(a <= b for a, b in zip(riders, seats, strict=False))

    def crew(self, session: int, code: int) -> int | None:
        """A pattern that mans this code with officers still free, or None."""
        codes = self.problem.codes
        for pattern in codes.patterns[code]:
            if (codes.usage[pattern] <= self.free[:, session]).all():
                return pattern
        return None


def insertion(problem: Problem, order: tuple[int, ...], request: int) -> tuple[int, tuple[int, ...]]:
    """Added minutes and the new order when a request is put at its best place."""
    D, node = problem.D, request + 1
    way = [0, *(r + 1 for r in order), 0]
    added, place = min(
        (int(D[way[i], node] + D[node, way[i + 1]] - D[way[i], way[i + 1]]), i) for i in range(len(way) - 1)
    )
    return added + int(problem.service[request]), (*order[:place], request, *order[place:])


def greedy(problem: Problem) -> list[Draft]:
    """Drafts for the open requests; those that fit nowhere are left out."""
    resources = Resources(problem)
    urgency = sorted(
        range(problem.n), key=lambda r: (problem.windows[r].bit_length(), problem.windows[r].bit_count(), r)
    )
    for r in urgency:
        place(problem, resources, r)
    return resources.drafts


def place(problem: Problem, resources: Resources, request: int) -> bool:
    """Put one request where it costs least; False if it fits nowhere."""
    joined = _into_trip(problem, resources, request)
    alone = _alone(problem, resources, request) if joined is None or joined[0] > TRIP_COST else None
    if alone is not None and (joined is None or alone[0] < joined[0]):
        resources.drafts.append(alone[1])
        resources.book(alone[1])
        return True
    if joined is None:
        return False
    _, old, new = joined
    resources.book(old, -1)
    resources.book(new)
    resources.drafts[resources.drafts.index(old)] = new
    return True


def _into_trip(problem: Problem, resources: Resources, r: int) -> tuple[int, Draft, Draft] | None:
    codes, best = problem.codes, None
    for draft in resources.drafts:
        s = draft.session
        if not problem.windows[r] >> s & 1 or len(draft.order) >= problem.max_stops:
            continue
        added, order = insertion(problem, draft.order, r)
        if draft.minutes + added > problem.length[s]:
            continue
        before = codes.pattern_code[draft.pattern]
        code = int(codes.joined(np.array([before]), np.array([r]))[0])
        cost = added + OFFICER_COST * (codes.officers[code] - codes.officers[before])
        if best is not None and cost >= best[0]:
            continue
        resources.book(draft, -1)
        pattern = resources.crew(s, code) if resources.seated(s, codes.officers[code]) else None
        resources.book(draft)
        if pattern is not None:
            best = (cost, draft, Draft(s, order, pattern, draft.minutes + added))
    return best


def _alone(problem: Problem, resources: Resources, r: int) -> tuple[int, Draft] | None:
    code = int(problem.codes.of_request[r])
    officers = problem.codes.officers[code]
    minutes = problem.minutes_of((r,))
    for s in range(problem.sessions):
        if problem.windows[r] >> s & 1 and minutes <= problem.length[s] and resources.seated(s, officers):
            pattern = resources.crew(s, code)
            if pattern is not None:
                return TRIP_COST + OFFICER_COST * officers + minutes, Draft(s, (r,), pattern, minutes)
    return None


def cost_of(problem: Problem, drafts: list[Draft]) -> int:
    """The objective of drafts with the open requests they leave out."""
    from jointreview.planning.instance import UNSERVED_COST

    codes = problem.codes
    served = sum(len(d.order) for d in drafts)
    trips = sum(TRIP_COST + OFFICER_COST * codes.officers[codes.pattern_code[d.pattern]] + d.minutes for d in drafts)
    return UNSERVED_COST * (problem.n - served) + trips


def free_after(problem: Problem, drafts: list[Draft]) -> Array:
    """Officers by class and session that these drafts leave."""
    return Resources(problem, list(drafts)).free
