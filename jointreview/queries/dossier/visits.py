"""The joint visit: half-days that work for every department, and the visits with their teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from jointreview.commands.absences import ReverseAbsence
from jointreview.commands.appointments import ALIVE
from jointreview.commands.executor import SHANGHAI as _SHANGHAI
from jointreview.commands.files import name_with_holder
from jointreview.commands.people import officers_of
from jointreview.commands.pocket import ShowGateCode
from jointreview.commands.trip_seats import answer, seat_of_member
from jointreview.commands.visits import ReplaceOfficer, site_units
from jointreview.domain.day_minutes import clock_time
from jointreview.domain.free_slots import Half, HalfDay, common_slots, why_not
from jointreview.domain.masking import mask_mobile
from jointreview.models.trip import Trip
from jointreview.models.visit import BusyTime, Visit, VisitMember
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Choice, Member, Slot, SlotOfficer, UnitChoice, VisitCard
from jointreview.queries.dossier.visit_dates import own_dues, visit_on
from jointreview.queries.trip_papers import may_read_papers
from jointreview.queries.words import listed

WORKDAYS_AHEAD = 8
_TONES = {"planned": "accent", "held": "good", "cancelled": "neutral"}


@dataclass(frozen=True)
class _Search:
    """Among which half-days, until when, and of whose officers one of each unit is looked for."""

    wished: list[HalfDay]
    candidates: list[HalfDay]
    earliest: date
    latest: date
    units: dict[str, list[str]]
    busy: dict[str, list[HalfDay]]


def _search(desk: Desk) -> _Search:
    calendar, today = desk.ctx.calendar, desk.ctx.today
    earliest = calendar.nth_workday_after(today, max(desk.catalog.rules.visit_notice_workdays, 1))
    latest = calendar.nth_workday_after(today, WORKDAYS_AHEAD)
    days = [earliest + timedelta(days=n) for n in range((latest - earliest).days + 1)]
    wished = _wished(desk)
    candidates = [*wished, *(HalfDay(day, half) for day in days if calendar.is_workday(day) for half in Half)]
    units = {unit: [str(a.id) for a in officers_of(desk.session, unit)] for unit in sorted(site_units(desk.facts))}
    busy = _busy(desk, {int(o) for ids in units.values() for o in ids})
    return _Search(wished, candidates, earliest, max([latest, *(slot.date for slot in wished)]), units, busy)


def next_common(desk: Desk, but: HalfDay) -> HalfDay | None:
    """The first half-day other than `but` on which one officer of every unit that travels is free, or None."""
    s = _search(desk)
    others = [slot for slot in s.candidates if slot != but]
    found = common_slots(others, s.units, s.busy, desk.ctx.calendar, s.earliest, s.latest)
    return found[0].slot if found else None


def slots(desk: Desk) -> list[Slot]:
    """The half-days the applicant wishes, then those of the next working days, with officers or with why not."""
    s, calendar, own = _search(desk), desk.ctx.calendar, own_dues(desk)
    found = []
    for option in common_slots(s.candidates, s.units, s.busy, calendar, s.earliest, s.latest):
        team = [_officer(desk, unit, option.officers[unit]) for unit in sorted(s.units)]
        dates = visit_on(desk, option.slot.date, own)
        found.append(_slot(desk, option.slot, s.wished, team, "", dates))
    for no in why_not(s.candidates, s.units, s.busy, calendar, s.earliest, s.latest):
        lacking = listed(desk.lang, (desk.unit_name(unit) for unit in no.units))
        why = desk.say("case.slot_nobody", units=lacking) if lacking else desk.say(no.key)
        found.append(_slot(desk, no.slot, s.wished, [], why, []))
    first = {_key(slot) for slot in s.wished}
    return sorted(found, key=lambda slot: (slot["key"] not in first, slot["key"]))


def _wished(desk: Desk) -> list[HalfDay]:
    """The half-days the applicant named in the form that are not past; rows half filled in are passed over."""
    rows = desk.values.get("S11", {}).get("candidate_slots", [])
    named = {(str(row.get("date", "")), str(row.get("half", ""))) for row in rows if isinstance(row, dict)}
    found = [HalfDay(date.fromisoformat(day), Half(half)) for day, half in named if day and half]
    return sorted(slot for slot in found if slot.date >= desk.ctx.today)


def _key(slot: HalfDay) -> str:
    return f"{slot.date.isoformat()}-{slot.half.value}"


def _slot(
    desk: Desk, slot: HalfDay, wished: list[HalfDay], officers: list[SlotOfficer], why: str, dates: list[str]
) -> Slot:
    label = desk.half(slot.date, slot.half.value)
    return Slot(
        key=_key(slot),
        day=slot.date.isoformat(),
        half=slot.half.value,
        label=desk.say("views.slot_wished", slot=label) if slot in wished else label,
        possible=not why,
        why=why,
        officers=officers,
        dates=dates,
    )


def _officer(desk: Desk, unit: str, officer: str) -> SlotOfficer:
    return SlotOfficer(unit=unit, name=desk.person(int(officer)), officer=officer)


def _busy(desk: Desk, officers: set[int]) -> dict[str, list[HalfDay]]:
    rows = desk.session.exec(
        select(BusyTime).where(col(BusyTime.account_id).in_(officers), BusyTime.day >= desk.ctx.today)
    ).all()
    found: dict[str, list[HalfDay]] = {}
    for row in rows:
        found.setdefault(str(row.account_id), []).append(HalfDay(row.day, Half(row.half)))
    return found


def units(desk: Desk) -> list[UnitChoice]:
    """For every department that travels, whom it can send."""
    return [
        UnitChoice(
            unit=unit,
            name=desk.unit_name(unit),
            chosen="",
            officers=[Choice(value=str(a.id), label=a.name) for a in officers_of(desk.session, unit)],
        )
        for unit in sorted(site_units(desk.facts))
    ]


def visits(desk: Desk) -> list[VisitCard]:
    """Every visit, the newest first."""
    rows = desk.session.exec(select(Visit).where(Visit.case_id == desk.case_id).order_by(col(Visit.id).desc())).all()
    return [_visit(desk, row) for row in rows]


def _visit(desk: Desk, row: Visit) -> VisitCard:
    members = desk.session.exec(
        select(VisitMember).where(VisitMember.visit_id == row.id).order_by(col(VisitMember.unit))
    ).all()
    mobile = mask_mobile(row.contact_mobile) if row.contact_mobile else ""
    contact = f"{row.contact} {mobile}".strip()
    return VisitCard(
        id=row.id or 0,
        number=row.number or "—",
        when=_when(desk, row),
        trip=_trip(desk, row),
        status=desk.say(f"case.visit_{row.status}"),
        tone=_TONES.get(row.status, "neutral"),
        place=row.meeting_point or "—",
        contact=contact or "—",
        reason=row.reason,
        gate=f"/gate/{desk.case_id}" if _shows_gate(desk, row) else "",
        members=[_member(desk, row, one) for one in members],
    )


def _when(desk: Desk, row: Visit) -> str:
    """The half-day, on a trip with the time at which the car is there."""
    half = desk.half(row.day, row.half)
    if row.arrive is None or row.leave is None:
        return half
    return desk.say("case.visit_at", half=half, start=clock_time(row.arrive), end=clock_time(row.leave))


def _trip(desk: Desk, row: Visit) -> str:
    """The id of the trip the visit is a stop of, where its papers can be had and read."""
    trip = desk.session.get(Trip, row.trip_id) if row.trip_id is not None and row.status in ALIVE else None
    return str(trip.id) if trip is not None and may_read_papers(desk.session, desk.actor, trip) else ""


def _shows_gate(desk: Desk, row: Visit) -> bool:
    """Whether the person may show the code of the gate, which is on the day of the visit."""
    return row.status == "planned" and row.day == desk.ctx.today and desk.may(ShowGateCode)


def _member(desk: Desk, visit: Visit, one: VisitMember) -> Member:
    there = one.signed_in_at is not None
    says = desk.say(f"case.attendance_{one.attendance}")
    if one.treatment == "deemed":
        says = desk.say("booking.deemed")
    if one.signed_in_at is not None:
        says = desk.say("case.attendance_at", time=f"{one.signed_in_at.astimezone(_SHANGHAI):%H:%M}")
        how = [desk.say(f"case.proof_{one.proof}")] if one.proof else []
        how += [desk.say("case.kept_off_line")] if one.client_time else []
        says = desk.say("case.attendance_how", said=says, how=listed(desk.lang, how)) if how else says
    own = desk.actor.role != "officer" or desk.actor.unit == one.unit
    return Member(
        unit=one.unit,
        unit_name=desk.unit_name(one.unit),
        name=name_with_holder(desk.lang, desk.person(one.account_id), one.acting_for),
        attendance=says,
        tone="good" if there else "bad" if one.attendance == "absent" else "neutral",
        replaceable=visit.status == "planned" and not there and own and desk.may(ReplaceOfficer),
        member=one.id or 0,
        reply=_reply(desk, visit, one) if visit.status == "planned" and not there else "",
        reversible=one.treatment == "deemed" and desk.may(ReverseAbsence),
    )


def _reply(desk: Desk, visit: Visit, one: VisitMember) -> str:
    """What the officer answered, for the administration: declined with the reason, or taking part by silence."""
    if not desk.actor.is_staff:
        return ""
    row = seat_of_member(desk.session, visit, one)
    said = answer(row, desk.catalog.rules.survey, desk.ctx.calendar, desk.ctx.now)
    words = desk.say(f"booking.reply_{said}")
    return f"{words}：{row.reason}" if said == "declined" else words
