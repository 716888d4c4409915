"""What stands in people's calendars: visits and trips as entries, and the messages that follow every change.

Whatever a command does to visits, afterwards what everybody concerned should have is compared with what was last sent
to them: new entries are invitations, changed ones the same with a higher sequence, those gone are cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.people import applicants_of
from jointreview.domain.day_minutes import clock_time
from jointreview.models.appointment import Appointment
from jointreview.models.case import Case
from jointreview.models.event import Notification
from jointreview.models.project import Project
from jointreview.models.trip import Car, Trip
from jointreview.models.visit import Visit, VisitMember
from jointreview.notify.ical import SHANGHAI, Entry, Issue, Said
from jointreview.notify.queueing import enqueue
from jointreview.settings import settings
from jointreview.text import both, for_kind

if TYPE_CHECKING:
    from jointreview.commands.executor import Context

ALIVE = ("planned", "held")


def subject_of(session: Session, visit: Visit) -> str:
    """What a visit is in calendars: the n-th of its case, however often it is moved before it is held."""
    held = select(func.count()).where(
        Visit.case_id == visit.case_id, Visit.status == "held", col(Visit.id) < visit.id
    )
    return f"case:{visit.case_id}:{session.exec(held).one() + 1}"


def trip_subject(trip_id: int) -> str:
    """What a trip is in calendars."""
    return f"trip:{trip_id}"


def fresh_uid(subject: str, account_id: int) -> str:
    """The identity of an entry for one person, for good. Everybody has one of their own: sequences differ."""
    return f"{subject.replace(':', '-')}-{account_id}@{urlsplit(settings().address).hostname}"


def of_visit(session: Session, visit: Visit, today: date) -> dict[int, Entry]:
    """The entry of each person who takes part: the applicant's side, and officers unless a trip takes them there.

    Nobody reads another person's name but the officers that of the contact on site.
    """
    case = session.get_one(Case, visit.case_id)
    catalog = case_catalog(case, today)
    members = session.exec(select(VisitMember).where(VisitMember.visit_id == visit.id)).all()
    starts, ends = span(catalog, visit)
    entry = Entry(
        starts=starts,
        ends=ends,
        summary=(for_kind("calendars.visit", case.kind), {"project": _project(session, case)}),
        place=visit.meeting_point,
        lines=(
            ("calendars.case", {"number": case.number}),
            ("calendars.units", {"units": _units(catalog, members)}),
        ),
        path=f"/cases/{case.id}",
    )
    found = dict.fromkeys(applicants_of(session, case, today), entry)
    if visit.trip_id is None:
        lines = (*entry.lines, *_contact(visit))
        found |= {m.account_id: entry.model_copy(update={"lines": lines}) for m in members}
    return found


def of_trip(session: Session, trip: Trip, today: date) -> dict[int, Entry]:
    """The one entry of every officer on board, with the stops in the order in which the trip goes to them."""
    visits = session.exec(
        select(Visit, Case)
        .join(Case, col(Case.id) == Visit.case_id)
        .where(Visit.trip_id == trip.id, col(Visit.status).in_(ALIVE))
        .order_by(col(Visit.position))
    ).all()
    if not visits:
        return {}
    crew = session.exec(
        select(VisitMember.account_id).where(col(VisitMember.visit_id).in_([v.id for v, _ in visits])).distinct()
    ).all()
    _, case = visits[0]
    catalog = case_catalog(case, today)
    leaves, _ = half_day(catalog, trip.day, trip.half)
    entry = Entry(
        starts=leaves,
        ends=_at(trip.day, trip.back),
        summary=("calendars.trip", {"count": len(visits), "first": _project(session, case)}),
        place=catalog.rules.survey.depot.name.zh,
        lines=(
            _car(session, trip),
            *(_stop(session, n, visit, case) for n, (visit, case) in enumerate(visits, 1)),
        ),
        path="/",
    )
    return dict.fromkeys(crew, entry)


def span(catalog: Catalog, visit: Visit) -> tuple[datetime, datetime]:
    """From when until when the people on site are wanted: the minutes of its trip, else the half-day's hours."""
    if visit.arrive is not None and visit.leave is not None:
        return _at(visit.day, visit.arrive), _at(visit.day, visit.leave)
    return half_day(catalog, visit.day, visit.half)


def half_day(catalog: Catalog, day: date, half: str) -> tuple[datetime, datetime]:
    """The hours of a half-day as the catalogue has them, without them morning or afternoon."""
    hours = catalog.rules.survey.hours(half)
    if hours is None:
        return (_at(day, 8 * 60), _at(day, 12 * 60)) if half == "am" else (_at(day, 12 * 60), _at(day, 18 * 60))
    return _at(day, hours.from_minute), _at(day, hours.to_minute)


def when_words(visit: Visit) -> dict[str, str]:
    """The day with its half, on a trip with the time of arrival, in both languages."""
    day = half_day_words(visit.day, visit.half)
    if visit.arrive is None or visit.leave is None:
        return day
    return both("calendars.when_at", day=day, start=clock_time(visit.arrive), end=clock_time(visit.leave))


def half_day_words(day: date, half: str) -> dict[str, str]:
    """A half-day in both languages: 2026-05-07 上午."""
    return both("calendars.when", day=day.isoformat(), half=both(f"rules.half_{half}"))


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minutes)


def _project(session: Session, case: Case) -> str:
    return session.get_one(Project, case.project_id).name


def _units(catalog: Catalog, members: Iterable[VisitMember]) -> dict[str, str]:
    names = [catalog.unit(unit).name for unit in sorted({m.unit for m in members})]
    return {"zh": "、".join(n.zh for n in names), "en": ", ".join(n.en for n in names)}


def _contact(visit: Visit) -> tuple[Said, ...]:
    return (("calendars.contact", {"name": visit.contact}),) if visit.contact else ()


def _car(session: Session, trip: Trip) -> Said:
    car = session.get_one(Car, trip.car_id)
    return ("calendars.car", {"plate": car.plate, "number": trip.number})


def _stop(session: Session, number: int, visit: Visit, case: Case) -> Said:
    return (
        "calendars.stop",
        {
            "n": number,
            "start": clock_time(visit.arrive or 0),
            "end": clock_time(visit.leave or 0),
            "project": _project(session, case),
            "place": visit.meeting_point or "—",
            "number": case.number,
        },
    )


def settle(ctx: Context) -> None:
    """Bring the calendars of everybody concerned up to what this command left of the visits it touched."""
    if not ctx.visits:
        return
    ctx.session.flush()
    visits = ctx.session.exec(select(Visit).where(col(Visit.id).in_(ctx.visits)).order_by(col(Visit.id))).all()
    wanted: dict[str, Mapping[int, Entry]] = {}
    for visit in visits:
        entries: Mapping[int, Entry] = of_visit(ctx.session, visit, ctx.today) if visit.status in ALIVE else {}
        subject = subject_of(ctx.session, visit)
        if entries or subject not in wanted:
            wanted[subject] = entries
    for trip_id in sorted({v.trip_id for v in visits if v.trip_id is not None}):
        wanted[trip_subject(trip_id)] = of_trip(ctx.session, ctx.session.get_one(Trip, trip_id), ctx.today)
    cases = {subject_of(ctx.session, v): v.case_id for v in visits}
    for subject, mine in wanted.items():
        _follow(ctx, subject, mine, cases.get(subject))


def _follow(ctx: Context, subject: str, entries: Mapping[int, Entry], case_id: int | None) -> None:
    known = {
        row.account_id: row
        for row in ctx.session.exec(select(Appointment).where(Appointment.subject == subject)).all()
    }
    for account_id in sorted(set(known) | set(entries)):
        row, entry = known.get(account_id), entries.get(account_id)
        if entry is None and (row is None or row.cancelled):
            continue
        content = entry.model_dump(mode="json") if entry else row.content if row else {}
        if row is None:
            row = Appointment(
                account_id=account_id,
                subject=subject,
                uid=fresh_uid(subject, account_id),
                content=content,
                changed_at=ctx.now,
            )
        elif entry is not None and not row.cancelled and row.content == content:
            continue
        else:
            row.sequence += 1
            row.content, row.cancelled, row.changed_at = content, entry is None, ctx.now
        ctx.session.add(row)
        _send(ctx, row, case_id)


def _send(ctx: Context, row: Appointment, case_id: int | None) -> None:
    """With what the person is told of this command; who did it, and is told nothing, gets a message of its own."""
    mine = [m for m in ctx.messages if m.account_id == row.account_id]
    message = next((m for m in mine if m.case_id == case_id), mine[-1] if mine else None) or _own_message(ctx, row)
    message.invitations = [*message.invitations, issue_of(row).model_dump(mode="json")]
    ctx.session.add(message)


def _own_message(ctx: Context, row: Appointment) -> Notification:
    entry = Entry.model_validate(row.content)
    key, params = entry.summary
    said = {"day": f"{entry.starts.astimezone(SHANGHAI):%Y-%m-%d}", "summary": both(key, **params)}
    message = enqueue(ctx.session, row.account_id, "notify.calendar", said, ctx.now, lambda: ctx.calendar)
    ctx.topics.add(f"account:{row.account_id}")
    ctx.messages.append(message)
    return message


def issue_of(row: Appointment) -> Issue:
    """What was last sent, as a message or a feed says it."""
    return Issue(
        uid=row.uid,
        sequence=row.sequence,
        at=row.changed_at,
        cancelled=row.cancelled,
        entry=Entry.model_validate(row.content),
    )
