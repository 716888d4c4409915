"""Trips that are settled: read from the question, and held against what cars and officers can do."""

from __future__ import annotations

from jointreview.domain.problems import Problem
from jointreview.planning.document import Node
from jointreview.planning.instance import Instance, Stop, Trip
from jointreview.planning.schedule import scheduled

_TRIP = ("car", "day", "half", "officers", "stops")
_COMPUTED = ("back", "km", "drive_minutes")


def read_confirmed(node: Node, instance: Instance) -> tuple[Trip, ...]:
    """The confirmed trips. Times, kilometres and driving minutes that are not given are computed from the order."""
    cars = {c.id: i for i, c in enumerate(instance.cars)}
    officers = {o.id: i for i, o in enumerate(instance.officers)}
    requests = {r.id: i for i, r in enumerate(instance.requests)}
    sessions = {(s.day.isoformat(), s.half): i for i, s in enumerate(instance.sessions)}
    trips = []
    for item in node.items():
        if not item.object(_TRIP, _COMPUTED):
            continue
        before = len(node.faults.problems)
        car = _named(item, "car", cars, "plan.no_such_car")
        session = _session(item, sessions)
        crew = [_known(x, officers, "plan.no_such_officer") for x in _list(item, "officers")]
        stops = [_stop(x, requests) for x in _list(item, "stops")]
        if len(node.faults.problems) == before and session is not None:
            trips.append(_trip(item, instance, car, session, tuple(crew), stops))
    return tuple(trips)


def _list(node: Node, key: str) -> list[Node]:
    return node.at(key).items(fewest=1) if node.has(key) else []


def _known(node: Node, numbers: dict[str, int], key: str) -> int:
    name = node.text()
    if name not in numbers and name.strip():
        node.fault(key, id=name)
    return numbers.get(name, 0)


def _named(node: Node, name: str, numbers: dict[str, int], key: str) -> int:
    return _known(node.at(name), numbers, key) if node.has(name) else 0


def _session(node: Node, numbers: dict[tuple[str, str], int]) -> int | None:
    if not node.has("day") or not node.has("half"):
        return None
    day = node.at("day").day()
    half = node.value["half"]
    if half not in ("am", "pm"):
        node.at("half").fault("plan.want_half", found=str(half)[:40])
        return None
    number = numbers.get((day.isoformat(), str(half)))
    if number is None:
        node.at("day").fault("plan.no_such_session", day=day.isoformat(), half=half)
    return number


def _stop(node: Node, requests: dict[str, int]) -> tuple[int, int | None, int | None]:
    if not node.object(("request",), ("arrive", "leave")):
        return 0, None, None
    request = _named(node, "request", requests, "plan.no_such_request")
    arrive = node.at("arrive").time() if node.has("arrive") else None
    leave = node.at("leave").time() if node.has("leave") else None
    if arrive is not None and leave is not None and leave < arrive:
        node.at("leave").fault("plan.leaves_early")
    return request, arrive, leave


def _trip(
    node: Node, instance: Instance, car: int, session: int, crew: tuple[int, ...],
    given: list[tuple[int, int | None, int | None]],
) -> Trip:  # fmt: skip
    plain = scheduled(instance, session, [r for r, _, _ in given])
    stops = tuple(
        Stop(r, p.arrive if a is None else a, p.leave if b is None else b)
        for (r, a, b), p in zip(given, plain.stops, strict=True)
    )
    return Trip(
        car=car,
        session=session,
        officers=crew,
        stops=stops,
        back=node.at("back").time() if node.has("back") else plain.back,
        km=node.at("km").number(0, 100_000) if node.has("km") else plain.km,
        drive_minutes=node.at("drive_minutes").whole(0, 100_000)
        if node.has("drive_minutes")
        else plain.drive_minutes,
    )


def contradictions(instance: Instance) -> list[Problem]:
    """What the confirmed trips ask of one car or officer and cannot both have; the plan is then left undone."""
    found: list[Problem] = []
    cars: dict[tuple[int, int], int] = {}
    people: dict[tuple[int, int], int] = {}
    visited: dict[int, int] = {}
    for i, trip in enumerate(instance.confirmed):
        session = instance.sessions[trip.session]
        where = f"confirmed[{i}]"
        told: dict[str, object] = {"day": session.day.isoformat(), "half": session.half}
        car = instance.cars[trip.car]
        if trip.session not in car.sessions:
            found.append(Problem("plan.car_not_there", {"id": car.id, **told}, f"{where}.car"))
        if cars.setdefault((trip.car, trip.session), i) != i:
            found.append(Problem("plan.car_twice", {"id": car.id, **told}, f"{where}.car"))
        if len(trip.officers) > car.seats:
            params = {"id": car.id, "seats": car.seats, "officers": len(trip.officers)}
            found.append(Problem("plan.car_full", params, f"{where}.officers"))
        for k, o in enumerate(trip.officers):
            officer, place = instance.officers[o], f"{where}.officers[{k}]"
            if trip.session not in officer.free:
                found.append(Problem("plan.officer_away", {"id": officer.id, **told}, place))
            if (o, trip.session) in people:
                found.append(Problem("plan.officer_twice", {"id": officer.id, **told}, place))
            people[o, trip.session] = i
        for k, stop in enumerate(trip.stops):
            if stop.request in visited:
                params = {"id": instance.requests[stop.request].id}
                found.append(Problem("plan.request_twice", params, f"{where}.stops[{k}].request"))
            visited[stop.request] = i
    return found
