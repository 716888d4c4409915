"""A planning question as JSON: checked whole, refused with every fault and its path."""

from __future__ import annotations

import math
from datetime import date

from jointreview.planning.confirmed import read_confirmed
from jointreview.planning.document import Faults, Node, parse_document
from jointreview.planning.instance import Car, Instance, Officer, Request, Session
from jointreview.planning.travel import Point, Travel, tables

__all__ = ["parse_document", "read_instance"]

_REQUIRED = ("depot", "sessions", "cars", "officers", "requests", "max_stops")
_OPTIONAL = ("travel", "matrix_minutes", "matrix_km", "confirmed", "qualifications")
_MOST_MINUTES = 1_440
HALVES = ("am", "pm")


def read_instance(document: object) -> Instance:
    """The instance of a parsed document. Raises Refused with every fault, each naming its path."""
    faults = Faults()
    root = Node(document, "", faults)
    if not root.object(_REQUIRED, _OPTIONAL):
        faults.stop()
    if not root.has("matrix_minutes") and not root.has("matrix_km") and not root.has("travel"):
        faults.note("plan.missing_key", "travel", key="travel")
    sessions = _sessions(root)
    numbers = {(s.day.isoformat(), s.half): i for i, s in enumerate(sessions)}
    cars = _cars(root, numbers)
    officers = _officers(root, numbers)
    requests, points = _requests(root, numbers)
    if root.has("qualifications"):
        officers, requests = _qualified(root.at("qualifications"), officers, requests)
    minutes, km = _travel(root, points, len(requests))
    most = root.at("max_stops").whole(1, 20) if root.has("max_stops") else 1
    faults.stop()
    instance = Instance(sessions, cars, officers, requests, minutes, km, most)
    if not root.has("confirmed"):
        return instance
    confirmed = read_confirmed(root.at("confirmed"), instance)
    faults.stop()
    return Instance(sessions, cars, officers, requests, minutes, km, most, confirmed)


def _sessions(root: Node) -> tuple[Session, ...]:
    found: list[Session] = []
    for node in root.at("sessions").items() if root.has("sessions") else []:
        if not node.object(("day", "half", "opens", "closes")):
            continue
        day = node.at("day").day() if node.has("day") else date.min
        half = _half(node.at("half")) if node.has("half") else ""
        opens = node.at("opens").time() if node.has("opens") else 0
        closes = node.at("closes").time() if node.has("closes") else 1
        if node.has("opens") and node.has("closes") and closes <= opens:
            node.at("closes").fault("plan.closes_early", opens=node.value["opens"], closes=node.value["closes"])
        if any((s.day, s.half) == (day, half) for s in found):
            node.fault("plan.session_twice", day=day.isoformat(), half=half)
        found.append(Session(day, half, opens, closes))
    return tuple(found)


def _half(node: Node) -> str:
    if node.value not in HALVES:
        node.fault("plan.want_half", found=str(node.value)[:40])
        return ""
    return str(node.value)


def session_number(node: Node, numbers: dict[tuple[str, str], int], known: bool = True) -> int | None:
    """The index of a session written [day, half]; `known` asks that there is such a session."""
    if not isinstance(node.value, list) or len(node.value) != 2:
        node.fault("plan.want_session")
        return None
    before = len(node.faults.problems)
    day, half = Node(node.value[0], node.path, node.faults).day(), _half(Node(node.value[1], node.path, node.faults))
    if len(node.faults.problems) > before:
        return None
    number = numbers.get((day.isoformat(), half))
    if number is None and known:
        node.fault("plan.no_such_session", day=day.isoformat(), half=half)
    return number


def _identity(node: Node, seen: dict[str, int]) -> str:
    if not node.has("id"):
        return ""
    name = node.at("id").text()
    if name in seen:
        node.at("id").fault("plan.id_twice", id=name)
    seen[name] = len(seen)
    return name


def _cars(root: Node, numbers: dict[tuple[str, str], int]) -> tuple[Car, ...]:
    found, seen = [], dict[str, int]()
    for node in root.at("cars").items() if root.has("cars") else []:
        if not node.object(("id", "seats"), ("sessions",)):
            continue
        name = _identity(node, seen)
        seats = node.at("seats").whole(1, 100) if node.has("seats") else 1
        sessions = frozenset(numbers.values())
        if node.has("sessions") and node.value["sessions"] != "all":
            listed = node.at("sessions")
            if isinstance(listed.value, list):
                sessions = _numbers(listed, numbers)
            else:
                listed.fault("plan.want_sessions")
        found.append(Car(name, seats, sessions))
    return tuple(found)


def _numbers(node: Node, numbers: dict[tuple[str, str], int], known: bool = True) -> frozenset[int]:
    return frozenset(n for x in node.items() if (n := session_number(x, numbers, known)) is not None)


def _officers(root: Node, numbers: dict[tuple[str, str], int]) -> tuple[Officer, ...]:
    found, seen = [], dict[str, int]()
    for node in root.at("officers").items() if root.has("officers") else []:
        if not node.object(("id", "department"), ("unavailable", "area")):
            continue
        name = _identity(node, seen)
        department = node.at("department").text() if node.has("department") else ""
        # A leave may well lie outside the days that are planned here.
        away = _numbers(node.at("unavailable"), numbers, known=False) if node.has("unavailable") else frozenset()
        area = node.at("area").text() if node.has("area") else ""
        found.append(Officer(name, department, frozenset(numbers.values()) - away, area=area))
    return tuple(found)


def _requests(root: Node, numbers: dict[tuple[str, str], int]) -> tuple[tuple[Request, ...], list[Point]]:
    by_matrix = root.has("matrix_minutes")
    place = () if by_matrix else ("lon", "lat")
    free = ("lon", "lat") if by_matrix else ()
    found, points, seen = [], [_point(root.at("depot"))] if root.has("depot") else [Point(0, 0)], dict[str, int]()
    for node in root.at("requests").items() if root.has("requests") else []:
        required = ("id", *place, "departments", "minutes", "windows", "due")
        if not node.object(required, (*free, "officers", "area")):
            points.append(Point(0, 0))
            continue
        points.append(_position(node))
        name = _identity(node, seen)
        officers = _wanted(node)
        minutes = node.at("minutes").whole(1, _MOST_MINUTES) if node.has("minutes") else 1
        windows = _numbers(node.at("windows"), numbers) if node.has("windows") else frozenset()
        due = node.at("due").day() if node.has("due") else date.min
        area = node.at("area").text() if node.has("area") else ""
        found.append(Request(name, officers, minutes, windows, due, area=area))
    return tuple(found), points


def _point(node: Node) -> Point:
    return _position(node) if node.object(("lon", "lat")) else Point(0, 0)


def _position(node: Node) -> Point:
    lon = node.at("lon").number(-180, 180) if node.has("lon") else 0.0
    lat = node.at("lat").number(-90, 90) if node.has("lat") else 0.0
    return Point(lon, lat)


def _wanted(node: Node) -> dict[str, int]:
    """Officers by department: one for each, or the number asked for."""
    found: dict[str, int] = {}
    for item in node.at("departments").items(fewest=1) if node.has("departments") else []:
        department = item.text()
        if department in found:
            item.fault("plan.department_twice", department=department)
        found[department] = 1
    for department, count in node.at("officers").pairs() if node.has("officers") else []:
        if department not in found:
            count.fault("plan.department_not_asked", department=department)
        found[department] = count.whole(1, 100)
    return found


def _qualified(
    node: Node, officers: tuple[Officer, ...], requests: tuple[Request, ...]
) -> tuple[tuple[Officer, ...], tuple[Request, ...]]:
    if not node.object((), ("officers", "requests")):
        return officers, requests
    people = {o.id: o for o in officers}
    wishes = {r.id: r for r in requests}
    for name, held in node.at("officers").pairs() if node.has("officers") else []:
        texts = frozenset(x.text() for x in held.items())
        if name not in people:
            held.fault("plan.no_such_officer", id=name)
            continue
        o = people[name]
        people[name] = Officer(o.id, o.department, o.free, texts, o.area)
    for name, wanted in node.at("requests").pairs() if node.has("requests") else []:
        pairs = {department: item.text() for department, item in wanted.pairs()}
        if name not in wishes:
            wanted.fault("plan.no_such_request", id=name)
            continue
        r = wishes[name]
        for department in pairs:
            if department not in r.officers:
                wanted.at(department).fault("plan.department_not_asked", department=department)
        wishes[name] = Request(r.id, r.officers, r.minutes, r.windows, r.due, pairs, r.area)
    return tuple(people[o.id] for o in officers), tuple(wishes[r.id] for r in requests)


def _travel(
    root: Node, points: list[Point], requests: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[float, ...], ...]]:
    travel = _speed(root.at("travel")) if root.has("travel") else None
    if not root.has("matrix_minutes") and not root.has("matrix_km"):
        return tables(points, travel) if travel and not root.faults.problems else ((), ())
    for key in ("matrix_minutes", "matrix_km"):
        if not root.has(key):
            root.faults.note("plan.matrix_pair", key, key=key)
    minutes = _matrix(root, "matrix_minutes", requests + 1)
    km = _matrix(root, "matrix_km", requests + 1)
    return tuple(tuple(math.ceil(x) for x in row) for row in minutes), km


def _speed(node: Node) -> Travel | None:
    if not node.object(("speed_kmh", "detour", "stop_minutes")):
        return None
    speed = node.at("speed_kmh").number(0, 1_000, above=True) if node.has("speed_kmh") else 1.0
    detour = node.at("detour").number(0, 100, above=True) if node.has("detour") else 1.0
    stop = node.at("stop_minutes").number(0, _MOST_MINUTES) if node.has("stop_minutes") else 0.0
    return Travel(speed, detour, stop)


def _matrix(root: Node, key: str, size: int) -> tuple[tuple[float, ...], ...]:
    if not root.has(key):
        return ()
    node = root.at(key)
    rows = node.items()
    if isinstance(node.value, list) and len(rows) != size:
        node.fault("plan.matrix_size", size=size, found=len(rows))
    table = []
    for row in rows:
        cells = row.items()
        if isinstance(row.value, list) and len(cells) != size:
            row.fault("plan.matrix_size", size=size, found=len(cells))
        table.append(tuple(cell.number(0, 100_000) for cell in cells))
    return tuple(table)
