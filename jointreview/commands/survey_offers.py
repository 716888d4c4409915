"""Booking by the applicant: half-days and the point of entry offered for the survey, and the visit acknowledged."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.people import staff_with_role
from jointreview.commands.rebooking import end_waiting
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.relations import filed_at_window, own_case
from jointreview.commands.visits import (
    SITE_STATES,
    no_visit_planned,
    planned,
    somebody_travels,
    visit_phase,
    visit_planned,
)
from jointreview.domain.booking import why_not_bookable
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.problems import Problem, Refused
from jointreview.models.actor import Actor
from jointreview.models.project import Parcel
from jointreview.models.trip import SurveyOffer

NEAR_DEGREES = 0.05
"""How far the point of entry may lie from the parcel: about 5 km, beyond which it is a slip of the finger."""


class OfferedHalf(BaseModel):
    """One half-day the applicant can host the survey."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    half: str = Field(pattern="^(am|pm)$")


class OfferHalfDays(CaseCommand):
    """The applicant offers half-days for the survey; `lon` and `lat` (EPSG:4490) are the point of entry."""

    half_days: list[OfferedHalf] = Field(max_length=40)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    note: str = Field("", max_length=300)


class AcknowledgeVisit(CaseCommand):
    """The applicant has seen when the survey takes place and who comes."""


def not_acknowledged(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """Nobody has acknowledged the visit as it stands now."""
    seen = facts.visit is not None and facts.visit.acknowledged
    return Problem("trips.acknowledged_already") if seen else None


@command(
    title="cmd.offer_half_days",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=SITE_STATES,
    checks=(visit_phase, no_visit_planned, somebody_travels),
)
def offer_half_days(ctx: Context, cmd: OfferHalfDays) -> dict:
    """The last offer counts. Raises Refused whole, naming each half-day that cannot be booked and why."""
    problems = offer_problems(ctx, cmd)
    if problems:
        raise Refused(*problems)
    offer = ctx.session.get(SurveyOffer, ctx.case_id) or SurveyOffer(
        case_id=ctx.case_id, said_by=ctx.actor.account_id, said_at=ctx.now
    )
    chosen = sorted(HalfDay(h.day, Half(h.half)) for h in cmd.half_days)
    offer.half_days = [[h.date.isoformat(), h.half.value] for h in chosen]
    offer.lon, offer.lat, offer.note = cmd.lon, cmd.lat, cmd.note
    offer.said_by, offer.said_at = ctx.actor.account_id, ctx.now
    ctx.session.add(offer)
    ctx.event("survey_offered", half_days=offer.half_days, count=len(chosen), entry=cmd.lon is not None)
    end_waiting(ctx)
    told = staff_with_role(ctx.session, "coordinator")
    ctx.notify(told, "notify.survey_offered", number=ctx.the_case.number, count=len(chosen))
    ctx.topics.add("trips")
    return {"half_days": len(chosen)}


def offer_problems(ctx: Context, cmd: OfferHalfDays) -> list[Problem]:
    """Everything that is wrong with an offer; `where` is the half-day, `half_days` as a whole, or `entry`."""
    survey = ctx.catalog.rules.survey
    halves = [h.half for h in survey.half_days]
    problems, seen = [], set()
    for one in cmd.half_days:
        slot, where = HalfDay(one.day, Half(one.half)), f"{one.day.isoformat()}-{one.half}"
        key = why_not_bookable(slot, halves, ctx.local_now, ctx.calendar, survey.cutoff, survey.horizon_workdays) or (
            "trips.offered_twice" if slot in seen else None
        )
        if key:
            last = ctx.calendar.nth_workday_after(ctx.today, survey.horizon_workdays)
            params = {"day": one.day.isoformat(), "cutoff": f"{survey.cutoff:%H:%M}", "last": last.isoformat()}
            problems.append(Problem(key, params, where))
        seen.add(slot)
    if len(seen) < survey.offer_half_days:
        problems.append(Problem("trips.offer_more", {"least": survey.offer_half_days}, "half_days"))
    return [*problems, *_entry_problems(ctx, cmd)]


def _entry_problems(ctx: Context, cmd: OfferHalfDays) -> list[Problem]:
    if cmd.lon is None and cmd.lat is None:
        return []
    if cmd.lon is None or cmd.lat is None:
        return [Problem("trips.entry_half", {}, "entry")]
    land = ctx.session.exec(select(Parcel).where(Parcel.case_id == ctx.case_id, col(Parcel.current))).first()
    if land is None:
        return []
    inside = (
        land.min_lon - NEAR_DEGREES <= cmd.lon <= land.max_lon + NEAR_DEGREES
        and land.min_lat - NEAR_DEGREES <= cmd.lat <= land.max_lat + NEAR_DEGREES
    )
    return [] if inside else [Problem("trips.entry_far", {}, "entry")]


@command(
    title="cmd.acknowledge_visit",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=SITE_STATES,
    checks=(visit_phase, visit_planned, not_acknowledged),
)
def acknowledge_visit(ctx: Context, cmd: AcknowledgeVisit) -> None:
    visit = planned(ctx)
    visit.acknowledged_by, visit.acknowledged_at = ctx.actor.account_id, ctx.now
    ctx.session.add(visit)
    ctx.event("visit_acknowledged", day=visit.day, half=visit.half)
    ctx.topics.add("trips")
