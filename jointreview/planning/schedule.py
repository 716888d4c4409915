"""Times along a trip: it leaves when its session opens and waits nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.planning.instance import Instance, Stop


@dataclass(frozen=True)
class Schedule:
    """Arrivals and departures in minutes after midnight, the way in road kilometres (0.1) and minutes of driving."""

    stops: tuple[Stop, ...]
    back: int
    km: float
    drive_minutes: int


def scheduled(instance: Instance, session: int, requests: list[int]) -> Schedule:
    """The times of a trip through these requests in this order."""
    now = instance.sessions[session].opens
    at, drive, km = 0, 0, 0.0
    stops = []
    for r in requests:
        leg = instance.minutes[at][r + 1]
        km += instance.km[at][r + 1]
        drive += leg
        arrive = now + leg
        now = arrive + instance.requests[r].minutes
        stops.append(Stop(r, arrive, now))
        at = r + 1
    home = instance.minutes[at][0]
    return Schedule(tuple(stops), now + home, round(km + instance.km[at][0], 1), drive + home)
