"""What a trip is and what speaks against it: times along the way, the crew, and every reason it cannot run so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from jointreview.catalog.schema_survey import Survey
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.people import officers_of
from jointreview.commands.survey_areas import familiar
from jointreview.commands.survey_needs import SurveyNeed
from jointreview.commands.working_days import work_calendar
from jointreview.domain.booking import bookable
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.free_slots import Half, HalfDay, common_slots
from jointreview.domain.problems import Problem
from jointreview.models.trip import Car, CarBusy, Trip, TripMember
from jointreview.models.visit import BusyTime
from jointreview.planning.instance import Instance, Request
from jointreview.planning.instance import Session as PlanSession
from jointreview.planning.schedule import Schedule, scheduled
from jointreview.planning.shortest import shortest_order
from jointreview.planning.travel import Point, Travel, tables

AGREED = frozenset({"trips.not_offered", "trips.cutoff_passed", "trips.after_due"})
"""What a coordinator may settle with the people concerned, giving the reason; all else stands in the way."""


@dataclass(frozen=True)
class Intended:
    """A trip as somebody wants it: car, half-day, cases in order, officers by unit. `trip_id` 0 is a new one."""

    trip_id: int
    car: Car
    slot: HalfDay
    needs: tuple[SurveyNeed, ...]
    officers: Mapping[str, int]

    @property
    def units(self) -> frozenset[str]:
        """The departments on board: those that any stop needs."""
        return frozenset(unit for need in self.needs for unit in need.units)


def along(survey: Survey, half: str, needs: Sequence[SurveyNeed]) -> Schedule:
    """Arrivals, departures, the way and the return; a case without a place counts as being at the depot."""
    hours = survey.hours(half)
    opens, closes = (hours.from_minute, hours.to_minute) if hours else (0, 0)
    depot = (survey.depot.lon, survey.depot.lat)
    driving = survey.driving
    minutes, km = tables(
        [Point(*depot), *(Point(*(n.place or depot)) for n in needs)],
        Travel(driving.speed_kmh, driving.detour, driving.stop_minutes),
    )
    requests = tuple(Request(n.number, {}, n.minutes, frozenset(), date.max) for n in needs)
    instance = Instance(
        (PlanSession(date.min, half, opens, closes),), (), (), requests, minutes, km, survey.max_stops
    )
    return scheduled(instance, 0, list(range(len(needs))))


def shortest(survey: Survey, needs: Sequence[SurveyNeed]) -> list[SurveyNeed]:
    """The same stops in the order with the least driving; times on site do not depend on it."""
    depot = (survey.depot.lon, survey.depot.lat)
    driving = survey.driving
    minutes, _ = tables(
        [Point(*depot), *(Point(*(n.place or depot)) for n in needs)],
        Travel(driving.speed_kmh, driving.detour, driving.stop_minutes),
    )
    return [needs[stop - 1] for stop in shortest_order(minutes)]


def busy_times(session: Session, officers: Sequence[int], but_trip: int) -> dict[str, set[HalfDay]]:
    """When people are taken: visits, leave, other trips. Drafts count: two drafts do not share an officer."""
    found: dict[str, set[HalfDay]] = {}
    rows = session.exec(select(BusyTime).where(col(BusyTime.account_id).in_(officers))).all()
    for row in rows:
        if row.trip_id is None or row.trip_id != but_trip:
            found.setdefault(str(row.account_id), set()).add(HalfDay(row.day, Half(row.half)))
    drafted = session.exec(
        select(TripMember.account_id, col(Trip.day), Trip.half)
        .join(Trip, col(Trip.id) == TripMember.trip_id)
        .where(Trip.status == "draft", Trip.id != but_trip, col(TripMember.account_id).in_(officers))
    ).all()
    for account_id, day, half in drafted:
        found.setdefault(str(account_id), set()).add(HalfDay(day, Half(half)))
    return found


def crew(session: Session, wanted: Intended) -> tuple[dict[str, int], tuple[str, ...]]:
    """One free officer of every department on board, and the departments that have nobody.

    Who was wanted comes first, then who knows the area.
    """
    choice = {unit: [str(a.id) for a in officers_of(session, unit)] for unit in sorted(wanted.units)}
    everybody = [int(o) for ids in choice.values() for o in ids]
    busy = busy_times(session, everybody, wanted.trip_id)
    for unit, officer in wanted.officers.items():
        if str(officer) in choice.get(unit, []) and wanted.slot not in busy.get(str(officer), set()):
            choice[unit] = [str(officer)]
    calendar, day = work_calendar(session), wanted.slot.date
    found: dict[str, int] = {}
    lacking = []
    known = familiar(session, wanted.needs)
    options = common_slots([wanted.slot], choice, busy, calendar, day, day, known)
    if options:
        return {unit: int(officer) for unit, officer in options[0].officers.items()}, ()
    for unit, officers in choice.items():  # not all at once: as many as there are
        free = [o for o in officers if wanted.slot not in busy.get(o, set()) and int(o) not in found.values()]
        if free:
            found[unit] = int(min(free, key=lambda o: (-known.get(o, 0), len(busy.get(o, ())), int(o))))
        else:
            lacking.append(unit)
    return found, tuple(lacking)


def trip_problems(
    session: Session, survey: Survey, wanted: Intended, names: Mapping[str, Mapping[str, str]], now: datetime
) -> list[Problem]:
    """Everything that speaks against the trip, each with what it is about: `car`, `day`, `unit:fire` or `case:12`.

    `names` are the units' names by language. An officer who is not free counts like a department without officers.
    """
    problems = _of_the_day(session, survey, wanted, now)
    needs = wanted.needs
    if not needs:
        return [*problems, Problem("trips.empty", {}, "stops")]
    if len(needs) > survey.max_stops:
        problems.append(Problem("trips.too_many_stops", {"most": survey.max_stops}, "stops"))
    if len(wanted.units) > wanted.car.seats:
        params = {"seats": wanted.car.seats, "officers": len(wanted.units), "car": wanted.car.plate}
        problems.append(Problem("trips.seats", params, "car"))
    hours = survey.hours(wanted.slot.half.value)
    back = along(survey, wanted.slot.half.value, needs).back
    if hours is not None and back > hours.to_minute:
        params = {"back": clock_time(back), "closes": clock_time(hours.to_minute)}
        problems.append(Problem("trips.too_long", params, "stops"))
    _, lacking = crew(session, wanted)
    problems += [Problem("trips.nobody_free", {"unit": dict(names.get(u, {"zh": u}))}, f"unit:{u}") for u in lacking]
    for need in needs:
        problems += _of_a_stop(need, wanted.slot)
    return problems


def _of_the_day(session: Session, survey: Survey, wanted: Intended, now: datetime) -> list[Problem]:
    calendar, day, half = work_calendar(session), wanted.slot.date, wanted.slot.half.value
    told = {"day": day.isoformat()}
    found = []
    if survey.hours(half) is None:
        found.append(Problem("trips.no_such_half", {}, "day"))
    if not calendar.is_workday(day):
        found.append(Problem("trips.rest_day", told, "day"))
    elif day < now.astimezone(SHANGHAI).date():
        found.append(Problem("trips.past", told, "day"))
    elif not bookable(day, now.astimezone(SHANGHAI), calendar, survey.cutoff):
        found.append(Problem("trips.cutoff_passed", {**told, "cutoff": f"{survey.cutoff:%H:%M}"}, "day"))
    taken = session.exec(
        select(CarBusy).where(CarBusy.car_id == wanted.car.id, CarBusy.day == day, CarBusy.half == half)
    ).first()
    if not wanted.car.active or (taken is not None and (taken.trip_id is None or taken.trip_id != wanted.trip_id)):
        found.append(Problem("trips.car_taken", {"car": wanted.car.plate, **told}, "car"))
    return found


def _of_a_stop(need: SurveyNeed, slot: HalfDay) -> list[Problem]:
    where, told = f"case:{need.case_id}", {"number": need.number}
    found = []
    if not need.units:
        found.append(Problem("trips.need_over", told, where))
    if need.place is None:
        found.append(Problem("trips.no_place", told, where))
    if need.offered and slot not in need.half_days:
        found.append(Problem("trips.not_offered", told, where))
    if need.due is not None and slot.date > need.due:
        found.append(Problem("trips.after_due", {**told, "due": need.due.isoformat()}, where))
    return found
