"""Why a request cannot be served even alone with every car and officer the confirmed trips leave."""

from __future__ import annotations

from collections.abc import Iterable

from jointreview.planning.instance import Instance, Request
from jointreview.planning.outcome import Unserved


def impossible(instance: Instance, requests: Iterable[int]) -> dict[int, Unserved]:
    """The requests that no trip can serve, each with its reason."""
    busy_cars = {(t.car, t.session) for t in instance.confirmed}
    busy_people = {(o, t.session) for t in instance.confirmed for o in t.officers}
    found = {r: _reason(instance, r, busy_cars, busy_people) for r in requests}
    return {r: reason for r, reason in found.items() if reason is not None}


def _reason(
    instance: Instance, r: int, busy_cars: set[tuple[int, int]], busy_people: set[tuple[int, int]]
) -> Unserved | None:
    request = instance.requests[r]
    people = sum(request.officers.values())
    seats = max((c.seats for c in instance.cars), default=0)
    if instance.cars and people > seats:
        return Unserved(r, "seats", params={"people": people, "seats": seats})
    usable = instance.usable(request)
    if not usable:
        return Unserved(r, "no_window", params={"offered": len(request.windows), "due": request.due.isoformat()})
    minutes = instance.minutes[0][r + 1] + request.minutes + instance.minutes[r + 1][0]
    longest = max(instance.sessions[s].length for s in usable)
    too_long = Unserved(r, "too_long", params={"minutes": minutes, "longest": longest})
    if minutes > longest:
        return too_long
    manned = {d: _manned(instance, request, d, usable, busy_people) for d in request.officers}
    scarce = min(sorted(manned), key=lambda d: len(manned[d]))
    both = frozenset.intersection(*manned.values())
    if not both:
        params = {"department": scarce, "count": request.officers[scarce], "halves": len(usable)}
        return Unserved(r, "no_officer", scarce, params)
    driven = {
        s
        for s in usable
        for i, c in enumerate(instance.cars)
        if s in c.sessions and c.seats >= people and (i, s) not in busy_cars
    }
    if not both & driven:
        return Unserved(r, "no_car", params={"people": people})
    if all(minutes > instance.sessions[s].length for s in both & driven):
        return too_long
    return None


def _manned(
    instance: Instance, request: Request, department: str, usable: frozenset[int], busy: set[tuple[int, int]]
) -> frozenset[int]:
    """The sessions in which enough officers of the department are free and qualified."""
    wanted = request.qualifications.get(department)
    able = [
        i
        for i, o in enumerate(instance.officers)
        if o.department == department and (wanted is None or wanted in o.qualifications)
    ]
    return frozenset(
        s
        for s in usable
        if sum(s in instance.officers[i].free and (i, s) not in busy for i in able) >= request.officers[department]
    )
