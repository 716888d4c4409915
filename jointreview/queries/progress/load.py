"""The times of all cases and rounds a person may see, read with as many statements as there are tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from jointreview.commands.case_clock import clock_of, clock_of_round, pauses_of_part, status_log
from jointreview.commands.sight import visible_to
from jointreview.commands.standings import PLACE_SECTION, grouped
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import Clock, StatusEvent
from jointreview.domain.pauses import Pause
from jointreview.domain.progress import CaseTime, RoundTime, WorkdayCounter
from jointreview.domain.status_codes import CAN_BE_OVERDUE, ENDING, StatusCode
from jointreview.models.actor import Actor
from jointreview.models.case import Case, FormSection
from jointreview.models.event import Event
from jointreview.models.outcome import Delivery
from jointreview.models.project import Project
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.models.supervision import Card
from jointreview.models.visit import Visit, VisitMember

_CONCLUDED = frozenset({StatusCode.PASSED, StatusCode.PASSED_CONDITIONALLY, StatusCode.FAILED})
_STOPS = frozenset({StatusCode.SUPPLEMENT_STARTED, StatusCode.SPECIAL_STARTED})
_MARGIN = timedelta(days=366)
# Columns, not entities: making objects of thousands of rows takes longer than everything else.
_CASE: tuple[Any, ...] = (
    *(Case.id, Case.number, Case.state, Case.project_id, Case.stage, Case.track, Case.accepted_on),
    *(Case.promised_days, Project.name),
)
_EVENT: tuple[Any, ...] = (
    *(Event.case_id, Event.kind, Event.code, Event.effective_on, Event.payload),
    *(Event.actor_unit, Event.actor_role),
)
_ROUND: tuple[Any, ...] = (
    *(Assignment.case_id, Assignment.unit, Assignment.item, Round.assignment_id, Round.id, Round.kind),
    *(Round.status, Round.opened_on, Round.closed_on, Round.promised_days),
)
_ON_SITE = ("site", "reinspection")


@dataclass(frozen=True)
class Loaded:
    """Facts for the figures; `clocks` hold those of running cases, `round_clocks` those of open rounds.

    `towns` are the town codes of the cases' sites, `signed` are (unit, case, month, on the day of the visit),
    `visits` are (unit, case, month, came), `cards` are (unit, case, month, colour) of those not cancelled.
    """

    today: date
    calendar: WorkCalendar
    cases: list[CaseTime]
    rounds: list[RoundTime]
    names: dict[int, tuple[str, str, str]]
    units: dict[int, frozenset[str]]
    clocks: dict[int, Clock] = field(default_factory=dict)
    round_clocks: dict[int, Clock] = field(default_factory=dict)
    signed: list[tuple[str, int, str, bool]] = field(default_factory=list)
    visits: list[tuple[str, int, str, bool]] = field(default_factory=list)
    cards: list[tuple[str, int, str, str]] = field(default_factory=list)
    towns: dict[int, str] = field(default_factory=dict)


def load_times(session: Session, actor: Actor, today: date, projects: Collection[int] | None = None) -> Loaded:
    """Everything accepted that the actor may see, or of these projects alone."""
    seen = [visible_to(actor), col(Case.submitted_at).is_not(None), col(Case.accepted_on).is_not(None)]
    if projects is not None:
        seen.append(col(Case.project_id).in_(projects))
    ids = select(Case.id).where(*seen)
    cases = session.execute(select(*_CASE).join(Project, col(Project.id) == Case.project_id).where(*seen)).all()
    events = session.execute(
        select(*_EVENT)
        .where(col(Event.case_id).in_(ids), col(Event.code).is_not(None) | (Event.kind == "returned"))
        .order_by(col(Event.seq))
    ).all()
    rounds = session.execute(
        select(*_ROUND)
        .join(Round, col(Round.assignment_id) == Assignment.id)
        .where(col(Assignment.case_id).in_(ids), Round.status != "void")
        .order_by(col(Round.id))
    ).all()
    delivered = session.exec(
        select(Delivery.case_id, func.max(Delivery.delivered_on))
        .where(col(Delivery.case_id).in_(ids))
        .group_by(col(Delivery.case_id))
    ).all()
    towns = session.execute(
        select(col(FormSection.case_id), col(FormSection.values)["town"].as_string()).where(
            FormSection.section == PLACE_SECTION, col(FormSection.case_id).in_(ids)
        )
    ).all()
    calendar = work_calendar(session)
    log = grouped((e.case_id, e) for e in events)
    first = min([today, *(e.effective_on for e in events), *(r.opened_on for r in rounds)])
    reader = _Reader(
        calendar, WorkdayCounter(calendar, first - _MARGIN, today + _MARGIN), today, log, dict(delivered)
    )
    times = [reader.case(case) for case in cases]
    of_case = {c.case_id: c for c in times}
    return Loaded(
        today=today,
        calendar=calendar,
        cases=times,
        rounds=[reader.round(r, of_case[r.case_id]) for r in rounds],
        names={case.id: (case.number, case.name, case.state) for case in cases},
        units={k: frozenset(v) for k, v in grouped((r.case_id, r.unit) for r in rounds).items()},
        clocks=reader.clocks,
        round_clocks=reader.round_clocks,
        towns={case_id: town or "" for case_id, town in towns},
        **_conduct(session, ids),
    )


@dataclass
class _Reader:
    """Turns rows into times: by the clock where something stood still or still runs, else by looking up."""

    calendar: WorkCalendar
    counter: WorkdayCounter
    today: date
    log: dict[int, list[Any]]
    delivered: dict[int, date]
    clocks: dict[int, Clock] = field(default_factory=dict)
    round_clocks: dict[int, Clock] = field(default_factory=dict)
    stopped: dict[int, bool] = field(default_factory=dict)
    statuses: dict[int, list[StatusEvent]] = field(default_factory=dict)

    def case(self, case: Any) -> CaseTime:
        """The times of one accepted case."""
        log = self.log[case.id]
        ending = next((e for e in log if e.code in ENDING), None)
        ended = ending.effective_on if ending else None
        received = min(
            next((e.effective_on for e in log if e.kind == "submitted"), case.accepted_on), case.accepted_on
        )
        if ended is None or self._stopped(case.id):
            clock = clock_of(case, [e for e in log if e.code is not None], self.calendar, self.today)
            assert clock is not None
            used, paused = clock.used, dict(clock.paused_days_by_kind)
            if ended is None:
                self.clocks[case.id] = clock
        else:
            used, paused = self.counter.between(case.accepted_on, ended), {}
        window, applicant = self._before(log, received, case.accepted_on)
        return CaseTime(
            case_id=case.id,
            project_id=case.project_id,
            stage=case.stage,
            track=case.track,
            received=received,
            accepted=case.accepted_on,
            ended=ended,
            until=self.delivered.get(case.id, ended or self.today),
            concluded=bool(ending and ending.code in _CONCLUDED),
            passed=bool(ending and ending.code in CAN_BE_OVERDUE),
            promised=case.promised_days,
            used=used,
            before_window=window,
            before_applicant=applicant,
            paused=paused,
        )

    def round(self, round_: Any, case: CaseTime) -> RoundTime:
        """The time of one round; one left open when its case ended is closed by that end and marked `cut`."""
        closed = round_.closed_on or case.ended
        if closed is None:
            coded = [e for e in self.log[round_.case_id] if e.code is not None]
            clock = self.round_clocks[round_.id] = clock_of_round(round_, coded, self.calendar, self.today)
            used = clock.used
        else:
            pauses = self._pauses(round_.case_id, round_.assignment_id) if self._stopped(round_.case_id) else ()
            used = self.counter.used(round_.opened_on, closed, pauses)
        return RoundTime(
            round_id=round_.id,
            case_id=round_.case_id,
            unit=round_.unit,
            item=round_.item,
            kind=round_.kind,
            stage=case.stage,
            status=round_.status,
            opened=round_.opened_on,
            closed=closed,
            promised=round_.promised_days,
            used=used,
            cut=round_.closed_on is None and case.ended is not None,
        )

    def _stopped(self, case_id: int) -> bool:
        """Whether the clock of the case ever stood still."""
        if case_id not in self.stopped:
            self.stopped[case_id] = any(e.code in _STOPS for e in self.log[case_id])
        return self.stopped[case_id]

    def _pauses(self, case_id: int, part: int) -> Sequence[Pause]:
        """The pauses that count for one assignment."""
        if case_id not in self.statuses:
            self.statuses[case_id] = status_log(e for e in self.log[case_id] if e.code is not None)
        return pauses_of_part(self.statuses[case_id], part)

    def _before(self, log: Sequence[Any], received: date, accepted: date) -> tuple[int, int]:
        """Working days between receipt and acceptance: of the window, and of the applicant after a return."""
        found: Counter[str] = Counter()
        turn, since = "window", received
        for event in log:
            day = min(max(event.effective_on, since), accepted)
            if event.kind == "returned" or event.kind == "submitted" or event.code == StatusCode.ACCEPTED:
                found[turn] += self.counter.between(since, day)
                turn, since = ("applicant" if event.kind == "returned" else "window"), day
            if event.code == StatusCode.ACCEPTED:
                break
        return found["window"], found["applicant"]


def _conduct(session: Session, ids: Any) -> dict[str, list[Any]]:
    """How units behaved on visits and which cards they have; a visit is one that was held."""
    members = session.exec(
        select(col(VisitMember.unit), col(Visit.case_id), col(Visit.day), col(VisitMember.attendance))
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(col(Visit.case_id).in_(ids), Visit.status == "held")
    ).all()
    opinions = session.exec(
        select(col(Assignment.unit), col(Opinion.case_id), col(Opinion.given_on))
        .join(Assignment, col(Assignment.id) == Opinion.assignment_id)
        .join(Round, col(Round.id) == Opinion.round_id)
        .where(col(Opinion.case_id).in_(ids), col(Round.kind).in_(_ON_SITE), Opinion.result != "DEEMED")
    ).all()
    cards = session.exec(
        select(col(Card.unit), col(Card.case_id), col(Card.happened_on), col(Card.colour)).where(
            col(Card.case_id).in_(ids), Card.status != "cancelled"
        )
    ).all()
    came = {(unit, case_id, day) for unit, case_id, day, attendance in members if attendance == "present"}
    days = grouped(((unit, case_id), day) for unit, case_id, day in came)
    signed = []
    for unit, case_id, given in opinions:
        visits = [d for d in days.get((unit, case_id), ()) if d <= given]
        if visits:
            signed.append((unit, case_id, f"{given:%Y-%m}", max(visits) == given))
    return {
        "signed": signed,
        "visits": [(unit, case_id, f"{day:%Y-%m}", att == "present") for unit, case_id, day, att in members],
        "cards": [(unit, case_id, f"{day:%Y-%m}", colour) for unit, case_id, day, colour in cards],
    }
