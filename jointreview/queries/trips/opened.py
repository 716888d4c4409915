"""One trip opened on the board: its way on the map, and who could be sent for each department."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shapely.geometry import mapping
from sqlmodel import select

from jointreview.commands.people import officers_of
from jointreview.commands.survey_needs import place_of
from jointreview.commands.trip_rules import busy_times
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.problems import refuse
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.trip import SurveyOffer, Trip, TripMember, TripStop
from jointreview.queries.maps import current_parcel
from jointreview.queries.trips.cards import SHOWN, card, load_trips
from jointreview.queries.trips.desk import Desk, desk_of


def opened_trip(actor: Actor, trip_id: int, lang: str, now: datetime) -> dict[str, Any]:
    """The card of the trip with `places` (points and parcels in order, EPSG:4490) and `choices` by unit.

    Raises Refused: forbidden for everybody who plans no trips, missing without such a trip.
    """
    with reading() as session:
        desk = desk_of(session, actor, lang, now)
        trip = session.get(Trip, trip_id)
        if trip is None or trip.status not in SHOWN:
            raise refuse("trips.no_such_trip", kind="missing")
        depot = desk.survey.depot
        return {
            **card(desk, load_trips(desk, [trip]), trip, {}),
            "depot": {"name": depot.name.in_(lang), "lon": depot.lon, "lat": depot.lat},
            "places": _places(desk, trip),
            "choices": _choices(desk, trip),
        }


def _places(desk: Desk, trip: Trip) -> list[dict[str, Any]]:
    stops = desk.session.exec(select(TripStop).where(TripStop.trip_id == trip.id)).all()
    found = []
    for stop in sorted(stops, key=lambda s: s.position):
        place = place_of(desk.session, stop.case_id, desk.session.get(SurveyOffer, stop.case_id))
        parcel = current_parcel(desk.session, stop.case_id)
        found.append(
            {
                "case_id": stop.case_id,
                "lon": place[0] if place else None,
                "lat": place[1] if place else None,
                "parcel": mapping(from_wkb(parcel.wkb)) if parcel else None,
            }
        )
    return found


def _choices(desk: Desk, trip: Trip) -> dict[str, list[dict[str, Any]]]:
    """The officers of each department on board; `free` on that half-day or on this trip already."""
    seats = desk.session.exec(select(TripMember).where(TripMember.trip_id == trip.id)).all()
    people = {s.unit: officers_of(desk.session, s.unit) for s in seats}
    busy = busy_times(desk.session, [a.id or 0 for found in people.values() for a in found], trip.id or 0)
    slot = HalfDay(trip.day, Half(trip.half))
    return {
        unit: [{"id": a.id, "name": a.name, "free": slot not in busy.get(str(a.id), set())} for a in found]
        for unit, found in people.items()
    }
