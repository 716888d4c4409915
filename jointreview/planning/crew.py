"""Naming people and cars for trips whose crews are counted: evenly, and by area where somebody wishes that."""

from __future__ import annotations

from collections import Counter

from jointreview.planning.greedy import Draft
from jointreview.planning.instance import Trip
from jointreview.planning.problem import Problem
from jointreview.planning.schedule import scheduled


def named(problem: Problem, drafts: list[Draft]) -> list[Trip]:
    """Trips with cars, officers and times. Within a class everybody will do, so areas and an even load may choose."""
    instance = problem.instance
    load: Counter[int] = Counter(o for trip in instance.confirmed for o in trip.officers)
    trips = []
    for s in range(problem.sessions):
        mine = sorted((d for d in drafts if d.session == s), key=lambda d: sorted(d.order))
        crews = _crews(problem, s, mine, load)
        cars = _cars(problem, s, [len(c) for c in crews])
        for draft, crew, car in zip(mine, crews, cars, strict=True):
            plan = scheduled(instance, s, [problem.requests[r] for r in draft.order])
            trips.append(Trip(car, s, crew, plan.stops, plan.back, plan.km, plan.drive_minutes))
    return trips


def _crews(problem: Problem, s: int, drafts: list[Draft], load: Counter[int]) -> list[tuple[int, ...]]:
    instance, usage = problem.instance, problem.codes.usage
    crews: list[list[int]] = [[] for _ in drafts]
    for c in range(len(problem.classes)):
        need = {i: int(usage[d.pattern][c]) for i, d in enumerate(drafts) if usage[d.pattern][c]}
        free = list(problem.free_members[c][s])
        areas = {
            i: Counter(a for r in drafts[i].order if (a := instance.requests[problem.requests[r]].area)) for i in need
        }
        while sum(need.values()):
            _, _, o, i = min(
                (-areas[i][instance.officers[o].area], load[o], o, i) for i in need if need[i] for o in free
            )
            crews[i].append(o)
            free.remove(o)
            load[o] += 1
            need[i] -= 1
    return [tuple(sorted(crew)) for crew in crews]


def _cars(problem: Problem, s: int, riders: list[int]) -> list[int]:
    """A car for each trip: the largest crews get the largest cars."""
    instance = problem.instance
    used = {t.car for t in instance.confirmed if t.session == s}
    free = [i for i, c in enumerate(instance.cars) if s in c.sessions and i not in used]
    free.sort(key=lambda i: (-instance.cars[i].seats, i))
    found = [0] * len(riders)
    for i, car in zip(sorted(range(len(riders)), key=lambda i: (-riders[i], i)), free, strict=False):
        found[i] = car
    return found
