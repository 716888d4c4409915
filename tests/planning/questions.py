"""Questions made by hypothesis: small, awkward, often without a full answer."""

from __future__ import annotations

from hypothesis import strategies as st

DEPARTMENTS = ("A", "B", "C")
QUALIFICATIONS = ("gas", "lift")
HALVES = [["2026-05-06", "am"], ["2026-05-06", "pm"], ["2026-05-07", "am"], ["2026-05-07", "pm"]]
TIMES = {"am": ("08:30", "12:00"), "pm": ("13:30", "16:00")}


@st.composite
def questions(draw: st.DrawFn, most_requests: int = 5, most_sessions: int = 3) -> dict:
    """A valid question; counts, qualifications, matrices and areas come and go."""
    halves = HALVES[: draw(st.integers(1, most_sessions))]
    pick = st.lists(st.sampled_from(halves), unique_by=tuple, max_size=len(halves))
    count = draw(st.integers(0, most_requests))
    requests = [_request(draw, i, pick, halves) for i in range(count)]
    officers = [
        {"id": f"{d}{i}", "department": d, "unavailable": draw(pick)}
        for d in DEPARTMENTS
        for i in range(draw(st.integers(0, 3)))
    ]
    question: dict = {
        "depot": {"lon": 121.66, "lat": 31.81},
        "sessions": [{"day": d, "half": h, "opens": TIMES[h][0], "closes": TIMES[h][1]} for d, h in halves],
        "cars": [
            {"id": f"car{i}", "seats": draw(st.integers(1, 5)), "sessions": draw(st.one_of(st.just("all"), pick))}
            for i in range(draw(st.integers(0, 2)))
        ],
        "officers": officers,
        "requests": requests,
        "travel": {"speed_kmh": 42, "detour": 1.35, "stop_minutes": draw(st.sampled_from([0, 3]))},
        "max_stops": draw(st.integers(1, 4)),
    }
    if draw(st.booleans()):
        question["qualifications"] = _qualifications(draw, officers, requests)
    if draw(st.integers(0, 2)) == 0:
        del question["travel"]
        size = count + 1
        cells = st.lists(st.integers(0, 90), min_size=size, max_size=size)
        question["matrix_minutes"] = draw(st.lists(cells, min_size=size, max_size=size))
        question["matrix_km"] = [[x / 2 for x in row] for row in question["matrix_minutes"]]
    return question


def _request(draw: st.DrawFn, i: int, pick: st.SearchStrategy, halves: list) -> dict:
    departments = draw(st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=3, unique=True))
    request = {
        "id": f"R{i}",
        "lon": 121.60 + draw(st.integers(0, 24)) / 100,
        "lat": 31.75 + draw(st.integers(0, 20)) / 100,
        "departments": departments,
        "minutes": draw(st.sampled_from([20, 40, 60, 150])),
        "windows": draw(st.one_of(st.just(halves), pick)),
        "due": draw(st.sampled_from(["2026-05-05", "2026-05-06", "2026-05-07", "2026-05-08"])),
    }
    if draw(st.integers(0, 3)) == 0:
        request["officers"] = {d: draw(st.integers(1, 2)) for d in departments}
    if draw(st.booleans()):
        request["area"] = draw(st.sampled_from(["north", "south"]))
    return request


def _qualifications(draw: st.DrawFn, officers: list[dict], requests: list[dict]) -> dict:
    held = st.lists(st.sampled_from(QUALIFICATIONS), unique=True)
    return {
        "officers": {o["id"]: draw(held) for o in officers if draw(st.booleans())},
        "requests": {
            r["id"]: {r["departments"][0]: draw(st.sampled_from(QUALIFICATIONS))}
            for r in requests
            if draw(st.booleans())
        },
    }
