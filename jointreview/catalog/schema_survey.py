"""The figures of the joint survey: half-days, where cars start, how fast they are, time on site, booking, replies."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Part, Words


class HalfDayHours(Part):
    """A half-day on which trips run: a trip leaves no earlier than `opens` and is back by `closes`."""

    half: Literal["am", "pm"]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _ascending(self) -> HalfDayHours:
        if self.opens >= self.closes:
            raise ValueError("a half-day opens before it closes")
        return self

    @property
    def from_minute(self) -> int:
        """`opens` in minutes after midnight."""
        return self.opens.hour * 60 + self.opens.minute

    @property
    def to_minute(self) -> int:
        """`closes` in minutes after midnight."""
        return self.closes.hour * 60 + self.closes.minute


class Depot(Part):
    """Where every trip begins and ends; degrees, EPSG:4490."""

    name: Words
    lon: float = Limit(ge=-180, le=180)
    lat: float = Limit(ge=-90, le=90)


class Driving(Part):
    """Average speed, road length over straight length, and minutes lost at each leg (parking, gate)."""

    speed_kmh: float = Limit(gt=0, le=200)
    detour: float = Limit(ge=1, le=5)
    stop_minutes: float = Limit(ge=0, le=60)


class TimeOnSite(Part):
    """Minutes on site: `first` and `each` further item, at most `most` (requirements §3.2: 20 to 60 by items)."""

    first: int = Limit(ge=1)
    each: int = Limit(ge=0)
    most: int = Limit(ge=1)

    def minutes(self, items: int) -> int:
        """Minutes planned for a site with that many items to look at."""
        return min(self.most, self.first + self.each * max(0, items - 1))


class Survey(Part):
    """Figures of requirements §3.3-3.5.

    A half-day can be booked until `cutoff` of the working day before it. A trip is fixed within `fix_workdays` of the
    request and takes place within `hold_workdays`; an officer who does not answer within `reply_hours` working hours
    counts as taking part. The applicant offers at least `offer_half_days`. An officer may be excused
    `leave_per_month` times; who is excused writes within `written_workdays` of the trip. What an absence comes to is
    settled `absence_workdays` after the trip.
    """

    half_days: list[HalfDayHours] = Limit(min_length=1, max_length=2)
    depot: Depot
    driving: Driving
    on_site: TimeOnSite
    max_stops: int = Limit(ge=1, le=12)
    horizon_workdays: int = Limit(ge=1, le=60)
    cutoff: time
    fix_workdays: int = Limit(ge=0)
    hold_workdays: int = Limit(ge=1)
    reply_hours: int = Limit(ge=1)
    offer_half_days: int = Limit(3, ge=1, le=10)
    leave_per_month: int = Limit(1, ge=0, le=31)
    written_workdays: int = Limit(1, ge=1)
    absence_workdays: int = Limit(1, ge=1)
    plan_seconds: int = Limit(ge=1, le=600)

    def hours(self, half: str) -> HalfDayHours | None:
        """The hours of a half-day; None where no trips run then."""
        return next((h for h in self.half_days if h.half == half), None)
