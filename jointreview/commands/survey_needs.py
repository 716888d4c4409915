"""Which cases need a joint survey: who has to go there, where it is, when it suits, and until when.

Nothing is kept about it: a case asks for its survey by the open rounds of the items that need the site, a
re-inspection as well (requirements §3.1, §3.2), and stops asking when a visit is planned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.schema_survey import Survey
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import coded_events, status_log
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.form_values import form_values
from jointreview.commands.visits import SITE_STATES, site_units, visit_phase
from jointreview.commands.working_days import work_calendar
from jointreview.domain.booking import open_half_days
from jointreview.domain.forecast import shift_of_part
from jointreview.domain.free_slots import Half, HalfDay
from jointreview.models.actor import SYSTEM
from jointreview.models.case import Case
from jointreview.models.project import Parcel, Project
from jointreview.models.review import Assignment, Round
from jointreview.models.trip import SurveyOffer
from jointreview.models.visit import Visit


@dataclass(frozen=True)
class SurveyNeed:
    """A case that waits for its survey.

    `place` is longitude and latitude (EPSG:4490) of the point of entry or the parcel's middle, None where nothing is
    known; `minutes` are planned on site; `wanted_on` is the day since which it is asked for; `due` the last day of
    the first department whose time ends (None while time stands still); `half_days` are those that can be used,
    `offered` tells that they are the applicant's own; `again` a re-inspection.
    """

    case_id: int
    number: str
    project: str
    kind: str
    stage: int
    town: str
    units: frozenset[str]
    minutes: int
    place: tuple[float, float] | None
    wanted_on: date
    due: date | None
    half_days: tuple[HalfDay, ...]
    offered: bool
    again: bool


def survey_needs(session: Session, now: datetime) -> list[SurveyNeed]:
    """Every case that waits for a survey and has no visit planned, the most urgent first."""
    today = now.astimezone(SHANGHAI).date()
    planned = select(Visit.case_id).where(Visit.status == "planned")
    cases = session.exec(
        select(Case)
        .where(
            col(Case.state).in_([s.value for s in SITE_STATES]),
            col(Case.id).not_in(planned),
            col(Case.id).in_(
                select(Assignment.case_id)
                .join(Round, col(Round.assignment_id) == Assignment.id)
                .where(col(Assignment.needs_site), Round.status == "open")
            ),
        )
        .order_by(col(Case.id))
    ).all()
    found = []
    for case in cases:
        facts = load_facts(session, case, today)
        if visit_phase(SYSTEM, facts, None) is None and site_units(facts):
            found.append(need_of(session, case, facts, now))
    return sorted(found, key=lambda n: (n.due or date.max, n.wanted_on, n.case_id))


def need_of(session: Session, case: Case, facts: CaseFacts, now: datetime) -> SurveyNeed:
    """What the survey of one case needs, whether or not a visit is planned."""
    units = site_units(facts)
    values = form_values(session, facts.case_id)
    offer = session.get(SurveyOffer, case.id)
    survey = case_catalog(case, facts.today).rules.survey
    due = _due(session, case, facts, units)
    half_days, offered = _half_days(session, survey, wished(values, offer), due, now)
    mine = [a for a in facts.assignments if a.unit in units and a.needs_site and a.open_round_id]
    rounds = session.exec(select(Round).where(col(Round.id).in_([a.open_round_id for a in mine]))).all()
    project = session.get_one(Project, case.project_id)
    return SurveyNeed(
        case_id=facts.case_id,
        number=case.number,
        project=project.name,
        kind=case.kind,
        stage=case.stage,
        town=str(values.get("S2", {}).get("town", "")),
        units=units,
        minutes=survey.on_site.minutes(len(mine)),
        place=place_of(session, facts.case_id, offer),
        wanted_on=min((r.opened_on for r in rounds), default=facts.today),
        due=due,
        half_days=half_days,
        offered=offered,
        again=any(r.kind == "reinspection" for r in rounds),
    )


def wished(values: dict[str, dict[str, Any]], offer: SurveyOffer | None) -> set[HalfDay]:
    """The half-days the applicant named: in the last offer, without one in the form; unfinished rows are no wish."""
    if offer is not None:
        return {HalfDay(date.fromisoformat(day), Half(half)) for day, half in offer.half_days}
    rows = values.get("S11", {}).get("candidate_slots", [])
    named = {(str(r.get("date", "")), str(r.get("half", ""))) for r in rows if isinstance(r, dict)}
    return {HalfDay(date.fromisoformat(day), Half(half)) for day, half in named if day and half}


def _half_days(
    session: Session, survey: Survey, wishes: Iterable[HalfDay], due: date | None, now: datetime
) -> tuple[tuple[HalfDay, ...], bool]:
    """The half-days offered that can still be used; any that can be booked when none of them is left."""
    halves = [h.half for h in survey.half_days]
    bookable = open_half_days(
        halves, now.astimezone(SHANGHAI), work_calendar(session), survey.cutoff, survey.horizon_workdays
    )
    if due is not None and bookable and bookable[0].date <= due:
        bookable = [h for h in bookable if h.date <= due]
    chosen = tuple(h for h in bookable if h in set(wishes))
    return (chosen, True) if chosen else (tuple(bookable), False)


def _due(session: Session, case: Case, facts: CaseFacts, units: frozenset[str]) -> date | None:
    log, calendar = status_log(coded_events(session, facts.case_id)), work_calendar(session)
    dues = []
    for mine in facts.assignments:
        if mine.unit not in units or not mine.needs_site or mine.open_round_id is None:
            continue
        row = session.get_one(Round, mine.open_round_id)
        own = shift_of_part(row.opened_on, row.promised_days, log, mine.id, calendar, facts.today).old
        if own is not None:
            dues.append(own)
    return min(dues, default=None)


def place_of(session: Session, case_id: int, offer: SurveyOffer | None) -> tuple[float, float] | None:
    """Longitude and latitude of the point of entry or the parcel's middle; None where nothing is known."""
    if offer is not None and offer.lon is not None and offer.lat is not None:
        return offer.lon, offer.lat
    parcel = session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).first()
    if parcel is None:
        return None
    return (parcel.min_lon + parcel.max_lon) / 2, (parcel.min_lat + parcel.max_lat) / 2
