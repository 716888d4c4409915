"""A person's own calendar as a program reads it by its secret address: visits, trips, leave, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import String, and_, cast, or_
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.commands.appointments import (
    ALIVE,
    fresh_uid,
    half_day,
    of_trip,
    of_visit,
    subject_of,
    trip_subject,
)
from jointreview.commands.calendar_feeds import NOTED_EVERY, digest_of
from jointreview.models.appointment import Appointment, CalendarFeed
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.identity import Account, Agent
from jointreview.models.trip import Trip
from jointreview.models.visit import BusyTime, Visit, VisitMember
from jointreview.notify.ical import Entry, Issue, feed
from jointreview.settings import settings
from jointreview.text import tr

KEPT = timedelta(days=60)
"""How long what is over stays in the calendar."""
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class FeedRead:
    """The calendar of an address; `note` tells that its owner should see it was read."""

    account_id: int
    digest: str
    content: bytes
    note: bool


@dataclass(frozen=True)
class FeedState:
    """Whether the account's address works, since when, and when it was last read."""

    made_at: datetime | None = None
    read_at: datetime | None = None


def feed_state(account_id: int) -> FeedState:
    """The account's own address, without its secret, which nobody has."""
    with reading() as session:
        found = session.get(CalendarFeed, account_id)
        return FeedState(found.made_at, found.read_at) if found else FeedState()


def calendar_of(secret: str, now: datetime) -> FeedRead | None:
    """The calendar behind an address; None for a secret nobody has, or has any more."""
    digest = digest_of(secret)
    with reading() as session:
        found = session.exec(
            select(CalendarFeed, Account)
            .join(Account, col(Account.id) == CalendarFeed.account_id)
            .where(CalendarFeed.digest == digest)
        ).first()
        if found is None:
            return None
        mine, account = found
        if not account.active or (account.demo and settings().mode == "production"):
            return None
        issues = [*_issues(session, account, now.astimezone(_SHANGHAI).date()), *_leave(session, mine, now)]
        content = feed(issues, account.language, tr(account.language, "calendars.title"))
        return FeedRead(
            mine.account_id, digest, content, note=mine.read_at is None or mine.read_at <= now - NOTED_EVERY
        )


def _issues(session: Session, account: Account, today: date) -> Iterator[Issue]:
    """Visits and trips with the identity and sequence the invitations have."""
    assert account.id is not None
    sent = {
        row.subject: row
        for row in session.exec(select(Appointment).where(Appointment.account_id == account.id)).all()
    }
    for subject, planned_at, entry in _entries(session, account.id, today):
        row = sent.get(subject)
        if row is None:
            yield Issue(uid=fresh_uid(subject, account.id), sequence=0, at=planned_at, entry=entry)
        else:
            yield Issue(uid=row.uid, sequence=row.sequence, at=row.changed_at, entry=entry)


def _entries(session: Session, account_id: int, today: date) -> Iterator[tuple[str, datetime, Entry]]:
    visits = _visits(session, account_id, today)
    for visit in visits:
        entry = of_visit(session, visit, today).get(account_id)
        if entry is not None:
            yield subject_of(session, visit), visit.planned_at, entry
    for trip_id in sorted({v.trip_id for v in visits if v.trip_id is not None}):
        trip = session.get_one(Trip, trip_id)
        entry = of_trip(session, trip, today).get(account_id)
        if entry is not None:
            yield trip_subject(trip_id), trip.confirmed_at or trip.planned_at, entry


def _visits(session: Session, account_id: int, today: date) -> list[Visit]:
    """Visits the person is named for, and those of cases the person acts for today."""
    organisations = select(Agent.organisation_id).where(
        Agent.account_id == account_id,
        Agent.status == "active",
        or_(col(Agent.valid_until).is_(None), col(Agent.valid_until) >= today),
    )
    own_cases = select(Case.id).where(
        or_(
            col(Case.organisation_id).in_(organisations),
            and_(col(Case.filed_by) == account_id, cast(col(Case.walk_in), String) != "{}"),
        )
    )
    named = select(VisitMember.visit_id).where(VisitMember.account_id == account_id)
    return list(
        session.exec(
            select(Visit)
            .where(
                col(Visit.status).in_(ALIVE),
                Visit.day >= today - KEPT,
                or_(col(Visit.id).in_(named), col(Visit.case_id).in_(own_cases)),
            )
            .order_by(col(Visit.day), col(Visit.id))
        ).all()
    )


def _leave(session: Session, mine: CalendarFeed, now: datetime) -> Iterator[Issue]:
    """Half-days marked as not available; morning and afternoon of a day are one entry."""
    today = now.astimezone(_SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    rows = session.exec(
        select(BusyTime)
        .where(
            BusyTime.account_id == mine.account_id,
            col(BusyTime.visit_id).is_(None),
            col(BusyTime.trip_id).is_(None),
            BusyTime.day >= today - KEPT,
        )
        .order_by(col(BusyTime.day), col(BusyTime.half))
    ).all()
    days: dict[tuple[date, str], list[BusyTime]] = {}
    for row in rows:
        days.setdefault((row.day, row.note), []).append(row)
    for (day, note), halves in days.items():
        starts, _ = half_day(catalog, day, halves[0].half)
        _, ends = half_day(catalog, day, halves[-1].half)
        summary = ("calendars.leave_note", {"note": note}) if note else ("calendars.leave", {})
        uid = fresh_uid(f"leave:{halves[0].id}", mine.account_id)
        yield Issue(uid=uid, sequence=0, at=mine.made_at, entry=Entry(starts=starts, ends=ends, summary=summary))
