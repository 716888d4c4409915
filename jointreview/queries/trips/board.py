"""The trip board: half-days by cars, with what waits for a survey and the planning run that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func, select

from jointreview.commands.survey_needs import survey_needs
from jointreview.domain.masking import mask_mobile
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.trip import Car, CarBusy, Trip, TripStop
from jointreview.queries.trips.cards import SHOWN, card, load_trips
from jointreview.queries.trips.desk import Desk, desk_of, slot_key, workdays_before
from jointreview.queries.trips.runs import run_shown
from jointreview.queries.trips.waiting import waiting_rows
from jointreview.queries.words import day_words

DAYS = 5
"""Working days the board shows at once."""


def trip_board(actor: Actor, lang: str, now: datetime, first: date | None = None) -> dict[str, Any]:
    """The board from `first` (today unless told) on, for DAYS working days.

    Raises Refused (forbidden) for everybody who plans no trips.
    """
    with reading() as session:
        desk = desk_of(session, actor, lang, now)
        days = desk.workdays(first or desk.today, DAYS)
        needs = survey_needs(session, now)
        trips = session.exec(
            select(Trip)
            .where(col(Trip.status).in_(SHOWN), col(Trip.day) >= days[0], col(Trip.day) <= days[-1])
            .order_by(col(Trip.day), col(Trip.half), col(Trip.id))
        ).all()
        loaded = load_trips(desk, trips)
        known = {n.case_id: n for n in needs}
        cards = [card(desk, loaded, trip, known) for trip in trips]
        drafted = dict(
            session.exec(
                select(TripStop.case_id, col(TripStop.trip_id))
                .join(Trip, col(Trip.id) == TripStop.trip_id)
                .where(Trip.status == "draft")
            ).all()
        )
        return {
            "today": desk.today.isoformat(),
            "first": days[0].isoformat(),
            "before": workdays_before(desk.calendar, days[0], DAYS).isoformat(),
            "after": desk.calendar.nth_workday_after(days[-1], 1).isoformat(),
            "span": f"{day_words(lang, days[0])} – {day_words(lang, days[-1])}",
            "rows": _rows(desk, days),
            "cars": _cars(desk, {t.car_id for t in trips}, days),
            "trips": cards,
            "waiting": waiting_rows(desk, needs, drafted),
            "elsewhere": _elsewhere(desk, days),
            "run": run_shown(desk),
            "max_stops": desk.survey.max_stops,
            "depot": {
                "name": desk.survey.depot.name.in_(lang),
                "lon": desk.survey.depot.lon,
                "lat": desk.survey.depot.lat,
            },
        }


def _rows(desk: Desk, days: Sequence[date]) -> list[dict[str, Any]]:
    return [
        {
            "slot": slot_key(day, hours.half),
            "day": day.isoformat(),
            "day_words": day_words(desk.lang, day),
            "half": hours.half,
            "half_words": desk.half(hours.half),
            "hours": f"{hours.opens:%H:%M}–{hours.closes:%H:%M}",
            "past": day < desk.today,
            "closed": day >= desk.today and not desk.can_book(day),
        }
        for day in days
        for hours in desk.survey.half_days
    ]


def _cars(desk: Desk, riding: set[int], days: Sequence[date]) -> list[dict[str, Any]]:
    """The active cars and those with trips in these days; `busy` are half-days on which one is away."""
    blocked: dict[int, dict[str, str]] = {}
    for row in desk.session.exec(
        select(CarBusy).where(col(CarBusy.trip_id).is_(None), CarBusy.day >= days[0], CarBusy.day <= days[-1])
    ).all():
        blocked.setdefault(row.car_id, {})[slot_key(row.day, row.half)] = row.note
    return [
        {
            "id": car.id,
            "plate": car.plate,
            "name": car.name,
            "seats": car.seats,
            "driver": car.driver,
            "driver_mobile": mask_mobile(car.driver_mobile) if car.driver_mobile else "",
            "active": car.active,
            "shown": car.active or car.id in riding,
            "blocked": blocked.get(car.id or 0, {}),
        }
        for car in desk.session.exec(select(Car).order_by(col(Car.id))).all()
    ]


def _elsewhere(desk: Desk, days: Sequence[date]) -> list[dict[str, Any]]:
    """Trips to come that these days do not show, counted by the day on which the first of them is."""
    rows = desk.session.exec(
        select(Trip.status, func.count(), func.min(col(Trip.day)))
        .where(
            col(Trip.status).in_(("draft", "confirmed")),
            col(Trip.day) >= desk.today,
            (col(Trip.day) < days[0]) | (col(Trip.day) > days[-1]),
        )
        .group_by(col(Trip.status))
        .order_by(col(Trip.status))
    ).all()
    return [
        {"text": desk.say(f"tripboard.elsewhere_{status}", n=count), "first": first.isoformat()}
        for status, count, first in rows
    ]
