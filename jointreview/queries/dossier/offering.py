"""What the applicant sees to book the survey: half-days with which suit every department, and the visit booked."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlmodel import col, select

from jointreview.commands.people import officers_of
from jointreview.commands.survey_needs import need_of, wished
from jointreview.commands.survey_offers import AcknowledgeVisit, OfferHalfDays
from jointreview.commands.trip_rules import busy_times
from jointreview.commands.visits import site_units
from jointreview.domain.booking import open_half_days
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.free_slots import HalfDay, common_slots
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.trip import SurveyOffer
from jointreview.models.visit import Visit, VisitMember
from jointreview.queries.dossier.desk import Desk, desk_for


class OfferHalf(TypedDict):
    """A half-day that can be booked: `common` when every department has somebody free."""

    key: str
    title: str
    label: str
    common: bool


class OfferDay(TypedDict):
    """A working day with the halves on which trips run."""

    title: str
    weekday: str
    halves: list[OfferHalf]


class Booked(TypedDict):
    """The visit that is booked; `when` is empty without one."""

    when: str
    arrival: str
    units: list[str]
    place: str
    acknowledged: bool
    may_acknowledge: bool


class Offering(TypedDict):
    """The panel: `wanted` while half-days can be offered; `chosen` are those of the last offer, or of the form."""

    wanted: bool
    least: int
    days: list[OfferDay]
    chosen: list[str]
    note: str
    lon: float
    lat: float
    has_entry: bool
    booked: Booked


NOT_BOOKED = Booked(when="", arrival="", units=[], place="", acknowledged=False, may_acknowledge=False)
NO_OFFERING = Offering(
    wanted=False, least=0, days=[], chosen=[], note="", lon=0, lat=0, has_entry=False, booked=NOT_BOOKED
)


def offering(actor: Actor, case_id: int, lang: str, now: datetime) -> Offering:
    """What the reader may book or acknowledge now; empty for whoever does neither."""
    with reading() as session:
        desk = desk_for(session, actor, case_id, lang, now)
        if desk is None or desk.is_party or actor.role not in ("applicant", "clerk"):
            return NO_OFFERING
        if not desk.may(OfferHalfDays):
            return Offering(**{**NO_OFFERING, "booked": _booked(desk)})
        return _wanted(desk)


def _wanted(desk: Desk) -> Offering:
    survey = desk.catalog.rules.survey
    halves = [h.half for h in survey.half_days]
    open_now = open_half_days(halves, desk.ctx.local_now, desk.ctx.calendar, survey.cutoff, survey.horizon_workdays)
    common = _common(desk, open_now)
    offer = desk.session.get(SurveyOffer, desk.case_id)
    named = wished(desk.values, offer) & set(open_now)
    place = need_of(desk.session, desk.case, desk.facts, desk.ctx.now).place
    days = sorted({h.date for h in open_now})
    return Offering(
        wanted=True,
        least=survey.offer_half_days,
        days=[
            OfferDay(
                title=f"{day:%m-%d}",
                weekday=desk.say(f"case.weekday_{day.isoweekday()}"),
                halves=[_half(desk, h, h in common) for h in open_now if h.date == day],
            )
            for day in days
        ],
        chosen=sorted(_key(h) for h in named),
        note=offer.note if offer else "",
        lon=place[0] if place else 0,
        lat=place[1] if place else 0,
        has_entry=bool(offer and offer.lon is not None),
        booked=NOT_BOOKED,
    )


def _common(desk: Desk, open_now: list[HalfDay]) -> set[HalfDay]:
    units = {unit: [str(a.id) for a in officers_of(desk.session, unit)] for unit in site_units(desk.facts)}
    busy = busy_times(desk.session, [int(o) for ids in units.values() for o in ids], 0)
    if not open_now:
        return set()
    found = common_slots(open_now, units, busy, desk.ctx.calendar, open_now[0].date, open_now[-1].date)
    return {option.slot for option in found}


def _key(half_day: HalfDay) -> str:
    return f"{half_day.date.isoformat()}-{half_day.half.value}"


def _half(desk: Desk, half_day: HalfDay, common: bool) -> OfferHalf:
    fits = desk.say("booking.common" if common else "booking.not_common")
    return OfferHalf(
        key=_key(half_day),
        title=desk.say(f"case.half_{half_day.half.value}"),
        label=f"{desk.half(half_day.date, half_day.half.value)}：{fits}",
        common=common,
    )


def _booked(desk: Desk) -> Booked:
    """When, with the arrival, and which departments come."""
    visit = desk.session.exec(select(Visit).where(Visit.case_id == desk.case_id, Visit.status == "planned")).first()
    if visit is None:
        return NOT_BOOKED
    units = desk.session.exec(
        select(VisitMember.unit).where(VisitMember.visit_id == visit.id).order_by(col(VisitMember.unit))
    ).all()
    there = visit.arrive is not None and visit.leave is not None
    return Booked(
        when=desk.half(visit.day, visit.half),
        arrival=desk.say("booking.arrival", start=clock_time(visit.arrive or 0), end=clock_time(visit.leave or 0))
        if there
        else desk.say("booking.arrival_open"),
        units=[desk.unit_name(unit) for unit in units],
        place=visit.meeting_point or "—",
        acknowledged=visit.acknowledged_at is not None,
        may_acknowledge=desk.may(AcknowledgeVisit),
    )
