"""Seeded planning questions that look like a week or two in Qidong, as JSON documents."""

from __future__ import annotations

import random
from datetime import date, timedelta

DEPARTMENTS = ("ZRZY", "XF", "ZJ", "RFB", "CJDA", "CGJ", "SWJ", "QXJ")
SEATS = 7
# Kinds of project: share, how often each department must come (core items of the joint acceptance for all buildings,
# the others as the kind makes them likely), and where they stand (shares of PLACES).
KINDS = (
    (
        "housing",
        0.34,
        {"ZRZY": 1, "XF": 1, "ZJ": 1, "CJDA": 0.9, "RFB": 0.9, "CGJ": 0.6, "SWJ": 0.5},
        (60, 8, 8, 4, 8, 12),
    ),
    (
        "works",
        0.36,
        {"ZRZY": 1, "XF": 1, "ZJ": 1, "CJDA": 0.9, "RFB": 0.1, "SWJ": 0.3, "QXJ": 0.5},
        (20, 30, 20, 18, 7, 5),
    ),
    (
        "public",
        0.18,
        {"ZRZY": 1, "XF": 1, "ZJ": 1, "CJDA": 0.9, "RFB": 0.5, "CGJ": 0.7, "SWJ": 0.5, "QXJ": 0.1},
        (60, 10, 10, 5, 5, 10),
    ),
    ("streets", 0.12, {"ZRZY": 1, "ZJ": 0.7, "CJDA": 0.7, "CGJ": 0.8, "SWJ": 0.9}, (50, 20, 10, 10, 5, 5)),
)
# The centre at Huilong and the towns around it: lon, lat, spread in degrees.
PLACES = (
    ("Huilong", 121.657, 31.808, 0.028),
    ("Economic zone", 121.640, 31.775, 0.020),
    ("Lusi harbour", 121.610, 32.050, 0.025),
    ("Binjiang", 121.700, 31.720, 0.030),
    ("Yinyang", 121.800, 31.760, 0.030),
    ("Huiping", 121.520, 31.830, 0.030),
)


def instance(requests: int, seed: int = 0) -> dict[str, object]:
    """Ten working days, three cars (five from 150 requests), 3 officers a department (5), of whom 85 % are free."""
    chance = random.Random(seed * 1_000 + requests)
    start = date(2026, 5, 11)
    days = [start + timedelta(days=d) for d in range(12) if (start + timedelta(days=d)).weekday() < 5]
    halves = [(day.isoformat(), half) for day in days for half in ("am", "pm")]
    times = {"am": ("08:30", "12:00"), "pm": ("13:30", "17:30")}
    size = 5 if requests >= 150 else 3
    return {
        "depot": {"lon": 121.6574, "lat": 31.8080},
        "sessions": [{"day": d, "half": h, "opens": times[h][0], "closes": times[h][1]} for d, h in halves],
        "cars": [{"id": f"car-{i + 1}", "seats": SEATS, "sessions": "all"} for i in range(size)],
        "officers": [
            {"id": f"{d.lower()}-{i + 1}", "department": d, "unavailable": _away(chance, halves)}
            for d in DEPARTMENTS
            for i in range(size)
        ],
        "requests": [_request(chance, i, days, halves) for i in range(requests)],
        "travel": {"speed_kmh": 42, "detour": 1.35, "stop_minutes": 3},
        "max_stops": 5,
    }


def _away(chance: random.Random, halves: list[tuple[str, str]]) -> list[list[str]]:
    return [[d, h] for d, h in halves if chance.random() < 0.15]


def _request(chance: random.Random, i: int, days: list[date], halves: list[tuple[str, str]]) -> dict[str, object]:
    _, _, shares, places = chance.choices(KINDS, [k[1] for k in KINDS])[0]
    _, lon, lat, spread = chance.choices(PLACES, places)[0]
    asked = [d for d in DEPARTMENTS if chance.random() < shares.get(d, 0)] or ["ZRZY"]
    asked = asked[:SEATS]  # who finds no seat decides from the papers
    first = chance.randrange(0, 7)
    due = min(len(days) - 1, first + chance.randrange(3, 7))
    offered = [[d, h] for d, h in halves if days[first].isoformat() <= d <= days[due].isoformat()]
    windows = [w for w in offered if chance.random() < 0.75]
    windows = windows if len(windows) >= 3 else offered  # an applicant offers three half-days at least
    return {
        "id": f"R{i + 1}",
        "lon": round(chance.gauss(lon, spread), 5),
        "lat": round(chance.gauss(lat, spread * 0.8), 5),
        "departments": asked,
        "minutes": min(60, max(20, 5 * round(chance.gauss(10 + 4 * len(asked), 6) / 5))),
        "windows": windows,
        "due": days[due].isoformat(),
    }
