"""What a plan is made for: half-days, cars, officers, requests and the travel between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

UNSERVED_COST = 100_000
TRIP_COST = 1_000
OFFICER_COST = 50


@dataclass(frozen=True)
class Session:
    """A half-day on which trips can run, between `opens` and `closes` (minutes after midnight)."""

    day: date
    half: str
    opens: int
    closes: int

    @property
    def length(self) -> int:
        """Minutes from opening to closing."""
        return self.closes - self.opens


@dataclass(frozen=True)
class Car:
    """A car with the seats for officers (the driver not counted) and the indices of its sessions."""

    id: str
    seats: int
    sessions: frozenset[int]


@dataclass(frozen=True)
class Officer:
    """A person of one department, free in the sessions of these indices."""

    id: str
    department: str
    free: frozenset[int]
    qualifications: frozenset[str] = frozenset()
    area: str = ""


@dataclass(frozen=True)
class Request:
    """A site to visit: officers wanted by department, minutes on site, indices of the half-days offered and due day.

    `qualifications` names what the officers of a department must be qualified for.
    """

    id: str
    officers: Mapping[str, int]
    minutes: int
    windows: frozenset[int]
    due: date
    qualifications: Mapping[str, str] = field(default_factory=dict)
    area: str = ""


@dataclass(frozen=True)
class Stop:
    """One request on a trip; times are minutes after midnight."""

    request: int
    arrive: int
    leave: int


@dataclass(frozen=True)
class Trip:
    """One car on one half-day; car, session, officers and requests are indices into the instance."""

    car: int
    session: int
    officers: tuple[int, ...]
    stops: tuple[Stop, ...]
    back: int
    km: float
    drive_minutes: int

    @property
    def minutes(self) -> int:
        """Driving and time on site, from the depot to the depot."""
        return self.drive_minutes + sum(stop.leave - stop.arrive for stop in self.stops)

    @property
    def cost(self) -> int:
        """Its part of the objective."""
        return TRIP_COST + OFFICER_COST * len(self.officers) + self.minutes


@dataclass(frozen=True)
class Instance:
    """One planning question. `minutes` and `km` are square, row 0 the depot, then the requests in their order."""

    sessions: tuple[Session, ...]
    cars: tuple[Car, ...]
    officers: tuple[Officer, ...]
    requests: tuple[Request, ...]
    minutes: tuple[tuple[int, ...], ...]
    km: tuple[tuple[float, ...], ...]
    max_stops: int
    confirmed: tuple[Trip, ...] = ()

    def usable(self, request: Request) -> frozenset[int]:
        """The sessions among its windows that lie on a day not after its due day."""
        return frozenset(s for s in request.windows if self.sessions[s].day <= request.due)
