"""What every part of the trip board reads with: the city's figures, the calendar, names in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_survey import Survey
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.working_days import work_calendar
from jointreview.domain.booking import bookable
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.domain.problems import Problem, refuse
from jointreview.models.actor import Actor
from jointreview.models.identity import Account
from jointreview.models.trip import Trip, TripMember
from jointreview.models.visit import BusyTime
from jointreview.queries.words import day_words
from jointreview.settings import settings
from jointreview.text import tr

PLANNERS = ("coordinator",)


@dataclass(frozen=True)
class Desk:
    """A coordinator's look at the trips at one moment."""

    session: Session
    lang: str
    now: datetime
    catalog: Catalog
    calendar: WorkCalendar

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    @property
    def survey(self) -> Survey:
        """The city's figures of the joint survey."""
        return self.catalog.rules.survey

    def unit(self, code: str) -> str:
        """The name of a unit."""
        return self.catalog.unit(code).name.in_(self.lang)

    def say(self, key: str, **params: object) -> str:
        """A text in the reader's language."""
        return tr(self.lang, key, **params)

    def told(self, problem: Problem) -> str:
        """A problem in the reader's language."""
        return tr(self.lang, problem.key, **problem.params)

    def half(self, half: str) -> str:
        """Morning or afternoon."""
        return tr(self.lang, f"case.half_{half}")

    def when(self, day: date, half: str) -> str:
        """A half-day in words."""
        return f"{day_words(self.lang, day)} {self.half(half)}"

    def can_book(self, day: date) -> bool:
        """Whether a half-day of that day can still be booked without asking anybody by telephone."""
        return day >= self.today and bookable(day, self.now.astimezone(SHANGHAI), self.calendar, self.survey.cutoff)

    def workdays(self, first: date, count: int) -> list[date]:
        """That many working days from `first` on."""
        found = [first] if self.calendar.is_workday(first) else []
        return found + [self.calendar.nth_workday_after(first, n + 1) for n in range(count - len(found))]

    def names(self, accounts: set[int]) -> dict[int, str]:
        """The names of accounts by id."""
        rows = self.session.exec(select(Account.id, Account.name).where(col(Account.id).in_(accounts))).all()
        return {i: name for i, name in rows if i is not None}


def desk_of(session: Session, actor: Actor, lang: str, now: datetime) -> Desk:
    """Raises Refused (forbidden) for everybody who plans no trips."""
    if actor.role not in PLANNERS:
        raise refuse("tripboard.not_for_you", kind="forbidden")
    catalog = load_catalog(settings().catalogue, now.astimezone(SHANGHAI).date())
    return Desk(session, lang, now, catalog, work_calendar(session))


def slot_key(day: date, half: str) -> str:
    """A half-day as pages name it, `2026-05-20 am`."""
    return f"{day.isoformat()} {half}"


def workdays_before(calendar: WorkCalendar, day: date, count: int) -> date:
    """The first of that many working days that end before `day`."""
    found = day
    while count:
        found -= timedelta(days=1)
        count -= calendar.is_workday(found)
    return found


def taken_officers(session: Session, first: date, last: date, drafts: bool) -> dict[HalfDay, set[int]]:
    """Who is taken on each half-day between two days, by visits, leave and trips; with `drafts` by these as well."""

    found: dict[HalfDay, set[int]] = {}
    for busy in session.exec(select(BusyTime).where(BusyTime.day >= first, BusyTime.day <= last)).all():
        found.setdefault(HalfDay(busy.day, Half(busy.half)), set()).add(busy.account_id)
    if drafts:
        rows = session.exec(
            select(TripMember.account_id, col(Trip.day), Trip.half)
            .join(Trip, col(Trip.id) == TripMember.trip_id)
            .where(Trip.status == "draft", col(Trip.day) >= first, col(Trip.day) <= last)
        ).all()
        for account_id, day, half in rows:
            found.setdefault(HalfDay(day, Half(half)), set()).add(account_id)
    return found
