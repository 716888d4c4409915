"""The best objective of a tiny question by trying everything, people by name; shares nothing with the planner."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise, permutations

from tests.planning.checker import Roads, minutes


def best_objective(question: dict) -> int:
    """The least objective over all plans, with the confirmed trips as they are."""
    return _Everything(question).best()


class _Everything:
    def __init__(self, question: dict) -> None:
        self.q, self.roads = question, Roads(question)
        self.requests = question["requests"]
        confirmed = question.get("confirmed", [])
        settled = {s["request"] for t in confirmed for s in t["stops"]}
        self.open = [i for i, r in enumerate(self.requests) if r["id"] not in settled]
        self.slots = [(s["day"], s["half"]) for s in question["sessions"]]
        self.length = [minutes(s["closes"]) - minutes(s["opens"]) for s in question["sessions"]]
        self.quals = question.get("qualifications", {})
        self.fixed = sum(
            1000 + 50 * len(t["officers"]) + t["drive_minutes"]
            + sum(minutes(s["leave"]) - minutes(s["arrive"]) for s in t["stops"])
            for t in confirmed
        )  # fmt: skip
        self.seats: list[list[int]] = []
        self.people: list[list[dict]] = []
        for slot in self.slots:
            gone = {t["car"] for t in confirmed if (t["day"], t["half"]) == slot}
            away = {o for t in confirmed if (t["day"], t["half"]) == slot for o in t["officers"]}
            runs = [c for c in question["cars"] if c.get("sessions", "all") == "all" or list(slot) in c["sessions"]]
            self.seats.append(sorted((c["seats"] for c in runs if c["id"] not in gone), reverse=True))
            self.people.append(
                [
                    o
                    for o in question["officers"]
                    if list(slot) not in o.get("unavailable", []) and o["id"] not in away
                ]
            )
        self.trip_cache: dict = {}

    def best(self) -> int:
        self.least = self.fixed + 100_000 * len(self.open)
        self._place(0, [], 0)
        return self.least

    def _place(self, k: int, groups: list[tuple[int, list[int]]], given_up: int) -> None:
        if k == len(self.open):
            self._count(groups, given_up)
            return
        r = self.open[k]
        self._place(k + 1, groups, given_up + 1)
        for i, (s, members) in enumerate(groups):
            if len(members) < self.q["max_stops"] and self._offered(r, s):
                self._place(k + 1, [*groups[:i], (s, [*members, r]), *groups[i + 1 :]], given_up)
        for s in range(len(self.slots)):
            if self._offered(r, s) and sum(1 for t, _ in groups if t == s) < len(self.seats[s]):
                self._place(k + 1, [*groups, (s, [r])], given_up)

    def _offered(self, r: int, s: int) -> bool:
        request, slot = self.requests[r], self.slots[s]
        return list(slot) in request["windows"] and slot[0] <= request["due"]

    def _minutes(self, members: list[int]) -> int:
        key = tuple(members)
        if key not in self.trip_cache:
            ways = []
            for order in permutations(members):
                nodes = [0, *(r + 1 for r in order), 0]
                ways.append(sum(self.roads.leg(a, b)[0] for a, b in pairwise(nodes)))
            self.trip_cache[key] = min(ways) + sum(self.requests[r]["minutes"] for r in members)
        return self.trip_cache[key]

    def _count(self, groups: list[tuple[int, list[int]]], given_up: int) -> None:
        cost, crews = self.fixed + 100_000 * given_up, []
        for s, members in groups:
            took = self._minutes(members)
            if took > self.length[s]:
                return
            wanted: Counter = Counter()
            for r in members:
                for d in self.requests[r]["departments"]:
                    wanted[d] = max(wanted[d], self.requests[r].get("officers", {}).get(d, 1))
            crews.append((s, members, wanted))
            cost += 1000 + 50 * wanted.total() + took
        if cost >= self.least:
            return
        for s in {s for s, _ in groups}:
            mine = [(m, w) for t, m, w in crews if t == s]
            riders = sorted((w.total() for _, w in mine), reverse=True)
            if any(a > b for a, b in zip(riders, self.seats[s], strict=False)):
                return
            departments = {d for _, w in mine for d in w}
            if not all(self._manned(d, [(m, w[d]) for m, w in mine if w[d]], self._free(s, d)) for d in departments):
                return
        self.least = cost

    def _free(self, s: int, department: str) -> list[str]:
        return [o["id"] for o in self.people[s] if o["department"] == department]

    def _manned(self, d: str, trips: list[tuple[list[int], int]], free: list[str]) -> bool:
        if not trips:
            return True
        members, count = trips[0]
        for crew in combinations(free, count):
            if all(self._able(d, r, crew) for r in members):
                rest = [o for o in free if o not in crew]
                if self._manned(d, trips[1:], rest):
                    return True
        return False

    def _able(self, d: str, r: int, crew: tuple[str, ...]) -> bool:
        request = self.requests[r]
        if d not in request["departments"]:
            return True
        q = self.quals.get("requests", {}).get(request["id"], {}).get(d)
        able = [o for o in crew if q is None or q in self.quals.get("officers", {}).get(o, [])]
        return len(able) >= request.get("officers", {}).get(d, 1)
