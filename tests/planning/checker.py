"""Holds an answer against its question, rule by rule; shares nothing with the planner."""

from __future__ import annotations

import math
from collections import Counter


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


class Roads:
    """Minutes and kilometres between nodes; node 0 is the depot, then the requests."""

    def __init__(self, question: dict) -> None:
        self.question = question
        self.points = [question.get("depot"), *question["requests"]]

    def leg(self, a: int, b: int) -> tuple[int, float]:
        q = self.question
        if "matrix_minutes" in q:
            return math.ceil(q["matrix_minutes"][a][b]), q["matrix_km"][a][b]
        p, r = self.points[a], self.points[b]
        if (p["lon"], p["lat"]) == (r["lon"], r["lat"]):
            return 0, 0.0
        phi_1, phi_2 = math.radians(p["lat"]), math.radians(r["lat"])
        d_phi, d_lam = phi_2 - phi_1, math.radians(r["lon"] - p["lon"])
        h = math.sin(d_phi / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(d_lam / 2) ** 2
        road = 2 * 6371.0088 * math.asin(math.sqrt(h)) * q["travel"]["detour"]
        return math.ceil(road / q["travel"]["speed_kmh"] * 60 + q["travel"]["stop_minutes"]), road


def faults(question: dict, answer: dict) -> list[str]:
    """Every broken rule, in words; empty for a valid answer."""
    found: list[str] = []
    sessions = {(s["day"], s["half"]): s for s in question["sessions"]}
    cars = {c["id"]: c for c in question["cars"]}
    officers = {o["id"]: o for o in question["officers"]}
    requests = {r["id"]: (i + 1, r) for i, r in enumerate(question["requests"])}
    confirmed = question.get("confirmed", [])
    roads = Roads(question)
    quals = question.get("qualifications", {})
    for trip in confirmed:
        if trip not in answer["trips"]:
            found.append(f"confirmed trip changed: {trip}")
    used_cars: Counter = Counter()
    used_people: Counter = Counter()
    seen: Counter = Counter()
    for trip in answer["trips"]:
        slot = (trip["day"], trip["half"])
        name = f"{trip['car']} {slot}"
        used_cars[trip["car"], slot] += 1
        for o in trip["officers"]:
            used_people[o, slot] += 1
        seen.update(stop["request"] for stop in trip["stops"])
        if trip in confirmed:
            continue
        session, car = sessions[slot], cars[trip["car"]]
        if car.get("sessions", "all") != "all" and list(slot) not in car["sessions"]:
            found.append(f"{name}: car does not run")
        if len(trip["officers"]) > car["seats"]:
            found.append(f"{name}: too many on board")
        if not 1 <= len(trip["stops"]) <= question["max_stops"]:
            found.append(f"{name}: number of stops")
        on_board: dict[str, list[str]] = {}
        for o in trip["officers"]:
            on_board.setdefault(officers[o]["department"], []).append(o)
            if list(slot) in officers[o].get("unavailable", []):
                found.append(f"{name}: {o} is not available")
        wanted: dict[str, int] = {}
        now, at, drive, km = minutes(session["opens"]), 0, 0, 0.0
        for stop in trip["stops"]:
            node, r = requests[stop["request"]]
            leg, road = roads.leg(at, node)
            now, drive, km, at = now + leg, drive + leg, km + road, node
            if minutes(stop["arrive"]) != now or minutes(stop["leave"]) != now + r["minutes"]:
                found.append(f"{name}: times at {r['id']}")
            now += r["minutes"]
            if list(slot) not in r["windows"]:
                found.append(f"{name}: {r['id']} did not offer this half-day")
            if slot[0] > r["due"]:
                found.append(f"{name}: {r['id']} is late")
            for d in r["departments"]:
                count = r.get("officers", {}).get(d, 1)
                wanted[d] = max(wanted.get(d, 0), count)
                q = quals.get("requests", {}).get(r["id"], {}).get(d)
                able = [o for o in on_board.get(d, []) if q is None or q in quals.get("officers", {}).get(o, [])]
                if len(able) < count:
                    found.append(f"{name}: {r['id']} lacks {d}")
        leg, road = roads.leg(at, 0)
        now, drive, km = now + leg, drive + leg, km + road
        if minutes(trip["back"]) != now or now > minutes(session["closes"]):
            found.append(f"{name}: back at {trip['back']}, computed {now}")
        if trip["drive_minutes"] != drive or abs(trip["km"] - km) > 0.051:
            found.append(f"{name}: drive {drive} minutes, {km} km")
        if {d: len(x) for d, x in on_board.items()} != wanted:
            found.append(f"{name}: crew {on_board} where {wanted} is asked")
    found += [f"car used twice: {k}" for k, n in used_cars.items() if n > 1]
    found += [f"officer used twice: {k}" for k, n in used_people.items() if n > 1]
    left = [u["request"] for u in answer["unserved"]]
    seen.update(left)
    if seen != Counter(dict.fromkeys(requests, 1)):
        found.append(f"not every request exactly once: {seen}")
    return found + _sums(question, answer)


def _sums(question: dict, answer: dict) -> list[str]:
    found = []
    on_site = sum(
        minutes(stop["leave"]) - minutes(stop["arrive"]) for trip in answer["trips"] for stop in trip["stops"]
    )
    computed = {
        "served": sum(len(t["stops"]) for t in answer["trips"]),
        "unserved": len(answer["unserved"]),
        "trips": len(answer["trips"]),
        "officer_trips": sum(len(t["officers"]) for t in answer["trips"]),
        "km": answer["totals"]["km"],
        "minutes": on_site + sum(t["drive_minutes"] for t in answer["trips"]),
    }
    if computed != answer["totals"]:
        found.append(f"totals {answer['totals']}, computed {computed}")
    if abs(sum(t["km"] for t in answer["trips"]) - answer["totals"]["km"]) > 0.06:
        found.append("kilometres do not add up")
    t = computed
    objective = 100_000 * t["unserved"] + 1_000 * t["trips"] + 50 * t["officer_trips"] + t["minutes"]
    if objective != answer["objective"]:
        found.append(f"objective {answer['objective']}, computed {objective}")
    bound = answer["bound"]
    if bound["objective"] > objective + 1e-6 or bound["unserved"] > t["unserved"]:
        found.append(f"bound {bound} above the plan")
    gap = (objective - bound["objective"]) / objective if objective else 0.0
    if abs(gap - answer["gap"]) > 1e-4 or (answer["status"] == "optimal") != (gap < 1e-9):
        found.append(f"gap {answer['gap']}, computed {gap}, status {answer['status']}")
    for u in answer["unserved"]:
        if u["reason"] not in ("seats", "no_window", "no_officer", "no_car", "too_long", "capacity"):
            found.append(f"reason {u}")
        if (u["reason"] == "no_officer") != ("department" in u) or not u["detail"]:
            found.append(f"explanation {u}")
    return found
