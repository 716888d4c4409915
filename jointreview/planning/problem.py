"""The instance in numbers: open requests, what of cars and officers the confirmed trips leave, and crews by code.

Officers who differ in nothing a plan can see (department, qualifications that somebody asks for) form one *class*; a
plan counts them by class and session, and people are named at the end. What a set of stops asks of its crew is an OR
of bits (one bit for the first officer of a department, one for the second, ...), and each such union has a small
number, its *code*. A code is manned by one of its *patterns*: how many officers of which class.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product

import numpy as np

from jointreview.planning.instance import OFFICER_COST, TRIP_COST, Instance

Array = np.ndarray
_FAR = 3_000  # more minutes than a day has; longer ways count as this


class Problem:
    """Everything the search needs, by open request 0..n-1 (rows of `D` are shifted by one, row 0 is the depot)."""

    def __init__(self, instance: Instance, open_requests: list[int]) -> None:
        self.instance = instance
        self.requests = open_requests
        self.n = len(open_requests)
        self.max_stops = instance.max_stops
        self.sessions = len(instance.sessions)
        rows = [0, *(r + 1 for r in open_requests)]
        self.D = np.minimum(np.array(instance.minutes, dtype=np.int64)[np.ix_(rows, rows)], _FAR)
        np.fill_diagonal(self.D, 0)
        self.service = np.array([instance.requests[r].minutes for r in open_requests], dtype=np.int64)
        self.length = np.array([s.length for s in instance.sessions], dtype=np.int64)
        self.windows = [sum(1 << s for s in instance.usable(instance.requests[r])) for r in open_requests]
        self.low = self._closure()
        self.metric = bool((self.low == self.D).all())
        # Where a part of a trip is never dearer than the whole, a request may be covered twice and dropped once.
        qualified = any(instance.requests[r].qualifications for r in open_requests)
        self.exact = qualified or not self.metric
        self._cars()
        self._classes()
        self.codes = Codes(self)

    def _closure(self) -> Array:
        """Shortest ways, where passing another request also costs its time on site.

        With these every part of a feasible set of stops is feasible, whatever the matrix; they equal `D` for ordinary
        distances.
        """
        low = self.D.copy()
        for k in range(1, self.n + 1):
            np.minimum(low, low[:, k : k + 1] + low[k : k + 1, :] + self.service[k - 1], out=low)
        np.fill_diagonal(low, 0)
        return low

    def _cars(self) -> None:
        used = {(t.car, t.session) for t in self.instance.confirmed}
        self.seats: list[list[int]] = [
            sorted(c.seats for i, c in enumerate(self.instance.cars) if s in c.sessions and (i, s) not in used)
            for s in range(self.sessions)
        ]
        self.cars = np.array([len(x) for x in self.seats], dtype=np.int64)
        self.most_seats = max((x[-1] for x in self.seats if x), default=0)

    def _classes(self) -> None:
        asked: dict[str, set[str]] = {}
        for r in self.requests:
            request = self.instance.requests[r]
            for department in request.officers:
                asked.setdefault(department, set()).update(
                    [request.qualifications[department]] if department in request.qualifications else []
                )
        busy = {(o, t.session) for t in self.instance.confirmed for o in t.officers}
        self.departments = sorted(asked)
        members: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for i, officer in enumerate(self.instance.officers):
            if officer.department in asked:
                held = tuple(sorted(officer.qualifications & asked[officer.department]))
                members.setdefault((officer.department, held), []).append(i)
        self.classes = sorted(members)
        self.members = [members[c] for c in self.classes]
        self.free_members: list[list[list[int]]] = [
            [
                [i for i in who if s in self.instance.officers[i].free and (i, s) not in busy]
                for s in range(self.sessions)
            ]
            for who in self.members
        ]
        self.free = np.array(
            [[len(x) for x in by_session] for by_session in self.free_members], dtype=np.int64
        ).reshape(len(self.classes), self.sessions)

    def minutes_of(self, order: tuple[int, ...]) -> int:
        """Depot to depot through these open requests in this order, driving and on site."""
        way = [0, *(r + 1 for r in order), 0]
        return int(sum(self.D[a, b] for a, b in pairwise(way)) + sum(self.service[r] for r in order))


class Codes:
    """The unions of demands met so far, numbered; each with its officers, sessions and patterns of crews."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._bit: dict[tuple[str, str, int], int] = {}
        self.bits: list[int] = []
        self.number: dict[int, int] = {}
        self.officers: list[int] = []
        self.sessions: list[int] = []
        self.patterns: list[list[int]] = []
        self.usage: list[Array] = []
        self.pattern_code: list[int] = []
        kinds: dict[int, int] = {}
        self.kind = np.zeros(problem.n, dtype=np.int64)
        self.of_request = np.zeros(problem.n, dtype=np.int64)
        self._kind_bits: list[int] = []
        for i, r in enumerate(problem.requests):
            bits = self._demand(r)
            if bits not in kinds:
                kinds[bits] = len(kinds)
                self._kind_bits.append(bits)
            self.kind[i] = kinds[bits]
            self.of_request[i] = self.code(bits)
        self._next = np.full((64, max(1, len(kinds))), -1, dtype=np.int64)

    def _demand(self, request: int) -> int:
        wanted = self.problem.instance.requests[request]
        bits = 0
        for department, count in wanted.officers.items():
            qualification = wanted.qualifications.get(department, "")
            for level in range(count):
                for kind in ("", qualification) if qualification else ("",):
                    bits |= 1 << self._bit.setdefault((department, kind, level), len(self._bit))
        return bits

    def code(self, bits: int) -> int:
        """The number of this union of demands; a new one is worked out."""
        if bits in self.number:
            return self.number[bits]
        code = self.number[bits] = len(self.bits)
        self.bits.append(bits)
        wanted: dict[str, Counter[str]] = {}
        for (department, qualification, _), bit in self._bit.items():
            if bits >> bit & 1:
                wanted.setdefault(department, Counter())[qualification] += 1
        officers = sum(levels[""] for levels in wanted.values())
        self.officers.append(officers)
        self.sessions.append(self._thinkable(wanted, officers))
        own = []
        if self.sessions[code]:
            for usage in self._crews(wanted):
                if (self.problem.free >= usage[:, None]).all(axis=0).any():
                    own.append(len(self.usage))
                    self.usage.append(usage)
                    self.pattern_code.append(code)
        self.patterns.append(own)
        return code

    def _crews(self, wanted: dict[str, Counter[str]]) -> list[Array]:
        """Every way to take the officers from classes, as counts by class."""
        choices = [self._of_department(d, levels) for d, levels in sorted(wanted.items())]
        crews = []
        for choice in product(*choices):
            usage = np.zeros(len(self.problem.classes), dtype=np.int64)
            for part in choice:
                for c, count in part:
                    usage[c] += count
            crews.append(usage)
        return crews

    def _of_department(self, department: str, levels: Counter[str]) -> list[tuple[tuple[int, int], ...]]:
        own = [c for c, (d, _) in enumerate(self.problem.classes) if d == department]
        needs = {q: count for q, count in levels.items() if q}
        most = [min(levels[""], int(self.problem.free[c].max(initial=0))) for c in own]
        found = []
        for counts in product(*(range(m + 1) for m in most)):
            if sum(counts) != levels[""]:
                continue
            held: Counter[str] = Counter()
            for c, count in zip(own, counts, strict=True):
                for q in self.problem.classes[c][1]:
                    held[q] += count
            if all(held[q] >= count for q, count in needs.items()):
                found.append(tuple((c, k) for c, k in zip(own, counts, strict=True) if k))
        return found

    def _thinkable(self, wanted: dict[str, Counter[str]], officers: int) -> int:
        """The sessions with enough people of every department and qualification, and a car to seat them.

        Who must hold several qualifications at once is left to the patterns: one more stop can ask for a second
        officer and so make possible what was not, and what grows from a set may never be lost.
        """
        p = self.problem
        enough = np.array([bool(x) and x[-1] >= officers for x in p.seats])
        for department, levels in wanted.items():
            own = [c for c, (d, _) in enumerate(p.classes) if d == department]
            for qualification, count in levels.items():
                holders = [c for c in own if not qualification or qualification in p.classes[c][1]]
                enough &= p.free[holders].sum(axis=0) >= count
        return sum(1 << int(s) for s in np.flatnonzero(enough))

    def joined(self, codes: Array, requests: Array) -> Array:
        """The codes of sets, each widened by one request."""
        kinds = self.kind[requests]
        found = self._lookup(codes, kinds)
        missing = found < 0
        if missing.any():
            width = self._next.shape[1]
            for pair in np.unique(codes[missing] * width + kinds[missing]):
                a, k = divmod(int(pair), width)
                new = self.code(self.bits[a] | self._kind_bits[k])
                if a >= len(self._next):
                    self._grow(a)
                self._next[a, k] = new
            found = self._lookup(codes, kinds)
        return found

    def _lookup(self, codes: Array, kinds: Array) -> Array:
        if len(codes) and int(codes.max()) >= len(self._next):
            self._grow(int(codes.max()))
        return self._next[codes, kinds]

    def _grow(self, code: int) -> None:
        more = np.full((max(2 * len(self._next), code + 1), self._next.shape[1]), -1, dtype=np.int64)
        more[: len(self._next)] = self._next
        self._next = more

    def base_cost(self) -> Array:
        """Cost of a trip with each code before its minutes."""
        return TRIP_COST + OFFICER_COST * np.array(self.officers, dtype=np.float64)
