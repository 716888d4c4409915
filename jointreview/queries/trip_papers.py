"""The papers of a trip as they stand now, for those who ride and who coordinates: dispatch, attendance, route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.commands.appointments import ALIVE, half_day
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.survey_needs import place_of
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.masking import mask_mobile
from jointreview.domain.problems import refuse
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.identity import Account, Post
from jointreview.models.project import Project
from jointreview.models.trip import Car, SurveyOffer, Trip, TripMember
from jointreview.models.visit import Visit, VisitMember
from jointreview.paperwork import trip_data
from jointreview.paperwork.data import PersonLine, ProjectFacts
from jointreview.paperwork.wording import say
from jointreview.queries.maps import current_parcel, leaflet_assets
from jointreview.settings import settings
from jointreview.text import tr

_PAPER_LANGUAGE = "zh"


@dataclass(frozen=True)
class _Ride:
    """A trip with everything its papers ask."""

    trip: Trip
    car: Car
    catalog: Catalog
    stops: Sequence[tuple[Visit, Case, str]]
    people: dict[int, list[tuple[VisitMember, str]]]

    @property
    def departs(self) -> str:
        leaves, _ = half_day(self.catalog, self.trip.day, self.trip.half)
        return f"{leaves.astimezone(SHANGHAI):%H:%M}"


def may_read_papers(session: Session, actor: Actor, trip: Trip) -> bool:
    """Whether the papers are for this person: who coordinates, who rides, and who stands in for a rider."""
    if actor.role == "coordinator":
        return True
    if actor.role != "officer":
        return False
    rows = session.exec(select(TripMember.unit, TripMember.account_id).where(TripMember.trip_id == trip.id)).all()
    seats = {(unit, account_id) for unit, account_id in rows}
    if actor.acting_for and actor.post_id is not None:
        post = session.get(Post, actor.post_id)
        return post is not None and (post.unit, post.account_id) in seats
    return actor.account_id in {account_id for _, account_id in seats}


def _ride(session: Session, actor: Actor, trip_id: int, today: date) -> _Ride:
    """Raises Refused (missing) alike for a trip that is not there, not confirmed, or not for this person."""
    trip = session.get(Trip, trip_id)
    if trip is None or trip.status not in ("confirmed", "held") or not may_read_papers(session, actor, trip):
        raise refuse("trips.no_such_trip", kind="missing")
    stops = session.exec(
        select(Visit, Case, Project.name)
        .join(Case, col(Case.id) == Visit.case_id)
        .join(Project, col(Project.id) == Case.project_id)
        .where(Visit.trip_id == trip.id, col(Visit.status).in_(ALIVE))
        .order_by(col(Visit.position))
    ).all()
    people: dict[int, list[tuple[VisitMember, str]]] = {}
    for member, name in session.exec(
        select(VisitMember, Account.name)
        .join(Account, col(Account.id) == VisitMember.account_id)
        .where(col(VisitMember.visit_id).in_([v.id for v, _, _ in stops]))
        .order_by(col(VisitMember.unit))
    ).all():
        people.setdefault(member.visit_id, []).append((member, name))
    catalog = load_catalog(settings().catalogue, today)
    return _Ride(trip, session.get_one(Car, trip.car_id), catalog, stops, people)


def dispatch_sheet(session: Session, actor: Actor, trip_id: int, today: date) -> trip_data.DispatchSheet:
    """派车单（路线单） of the trip as it stands."""
    ride = _ride(session, actor, trip_id, today)
    return trip_data.DispatchSheet(**_common(session, ride, today))


def attendance_sheet(session: Session, actor: Actor, trip_id: int, today: date) -> trip_data.AttendanceSheet:
    """签到表 of the trip, with the arrivals noted so far."""
    ride = _ride(session, actor, trip_id, today)
    people = tuple(
        tuple(_signed_in(ride, member, name) for member, name in ride.people.get(visit.id or 0, ()))
        for visit, _, _ in ride.stops
    )
    return trip_data.AttendanceSheet(**_common(session, ride, today), people=people)


def _common(session: Session, ride: _Ride, today: date) -> dict[str, Any]:
    trip, car = ride.trip, ride.car
    ordered = session.get(Account, trip.confirmed_by) if trip.confirmed_by else None
    return {
        "number": trip.number,
        "case_number": "",
        "project": ProjectFacts(code="", name="", works_name=say("title_dispatch"), address=""),
        "issued_on": today,
        "issuer": settings().issuer_zh,
        "verify_url": f"{settings().address}/api/trips/{trip.id}/route.html",
        "verify_code": "",
        "day": trip.day,
        "half_day": trip.half,
        "depot": ride.catalog.rules.survey.depot.name.zh,
        "departs": ride.departs,
        "back": clock_time(trip.back),
        "plate": car.plate,
        "car": car.name,
        "seats": car.seats,
        "driver": PersonLine(name=car.driver, phone=_masked(car.driver_mobile)),
        "km": trip.km,
        "drive_minutes": trip.drive_minutes,
        "ordered_by": ordered.name if ordered else "",
        "riders": _riders(session, ride),
        "stops": tuple(_stop(ride, n, *stop) for n, stop in enumerate(ride.stops, start=1)),
    }


def _riders(session: Session, ride: _Ride) -> tuple[trip_data.Rider, ...]:
    """The crew by unit, who leads first; seats are counted in that order."""
    rows = session.exec(
        select(TripMember, Account)
        .join(Account, col(Account.id) == TripMember.account_id)
        .where(TripMember.trip_id == ride.trip.id)
        .order_by(col(TripMember.account_id) != ride.trip.lead_id, col(TripMember.unit))
    ).all()
    return tuple(
        trip_data.Rider(
            seat=seat,
            unit=ride.catalog.unit(member.unit).name.zh,
            name=account.name,
            phone=_masked(account.mobile),
            lead=account.id == ride.trip.lead_id,
            answer=say("rider_accepted") if member.reply == "accepted" else "",
        )
        for seat, (member, account) in enumerate(rows, start=1)
    )


def _stop(ride: _Ride, number: int, visit: Visit, case: Case, project: str) -> trip_data.StopLine:
    return trip_data.StopLine(
        number=number,
        arrive=clock_time(visit.arrive or 0),
        leave=clock_time(visit.leave or 0),
        project=project,
        case_number=case.number,
        place=visit.meeting_point or "—",
        units=tuple(ride.catalog.unit(m.unit).name.zh for m, _ in ride.people.get(visit.id or 0, ())),
        contact=PersonLine(name=visit.contact, phone=_masked(visit.contact_mobile)) if visit.contact else None,
    )


def _signed_in(ride: _Ride, member: VisitMember, name: str) -> trip_data.SignedIn:
    return trip_data.SignedIn(
        unit=ride.catalog.unit(member.unit).name.zh,
        name=f"{name}（{member.acting_for}）" if member.acting_for else name,
        at=member.signed_in_at,
        method=_method(member),
        absent=member.attendance == "absent",
    )


def _method(member: VisitMember) -> str:
    if member.signed_in_at is None:
        return say("excused") if member.attendance == "excused" else ""
    if member.proof == "code":
        return tr("zh", "case.proof_code")
    return say("signed_by_position" if member.proof == "position" else "signed_by_hand")


def _masked(mobile: str) -> str:
    return mask_mobile(mobile) if mobile else ""


def route_html(session: Session, actor: Actor, trip_id: int, lang: str, today: date) -> str:
    """The route as one file that opens without any network: map, numbered stops, times, contacts masked."""
    from jointreview.geo.route import RouteStop, route_sheet  # with it comes folium, which no start should wait for

    ride = _ride(session, actor, trip_id, today)
    trip, depot = ride.trip, ride.catalog.rules.survey.depot
    stops = []
    for number, (visit, case, project) in enumerate(ride.stops, start=1):
        parcel = current_parcel(session, visit.case_id)
        units = [ride.catalog.unit(m.unit).name.in_(lang) for m, _ in ride.people.get(visit.id or 0, ())]
        contact = " ".join(part for part in (visit.contact, _masked(visit.contact_mobile)) if part)
        stops.append(
            RouteStop(
                number=number,
                place=place_of(session, visit.case_id, session.get(SurveyOffer, visit.case_id)),
                parcel=mapping(from_wkb(parcel.wkb)) if parcel else None,
                cells=(
                    f"{clock_time(visit.arrive or 0)}–{clock_time(visit.leave or 0)}",
                    f"{project}\n{case.number}",
                    visit.meeting_point or "—",
                    tr(lang, "geo.route_joint").join(units),
                    contact or "—",
                ),
            )
        )
    crew = session.exec(select(TripMember.id).where(TripMember.trip_id == trip.id)).all()
    half = tr(lang, f"rules.half_{trip.half}")
    lines = [
        tr(lang, "geo.route_when", day=trip.day.isoformat(), half=half),
        tr(lang, "geo.route_car", plate=ride.car.plate, driver=ride.car.driver or "—", officers=len(crew)),
        tr(lang, "geo.route_times", departs=ride.departs, depot=depot.name.in_(lang), back=clock_time(trip.back)),
        tr(lang, "geo.route_way", km=f"{trip.km:.1f}", minutes=trip.drive_minutes),
        tr(lang, "sheet.made_on", day=today.isoformat()),
    ]
    script, style = leaflet_assets()
    title = tr(lang, "geo.route_title", number=trip.number)
    return route_sheet(title, lines, (depot.lon, depot.lat), depot.name.in_(lang), stops, lang, script, style)
