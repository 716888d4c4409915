"""How cases stand, read for many at once: the number of statements does not grow with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import clock_of, lamp_of
from jointreview.commands.certificates_held import certificates_of, held_of, with_permits
from jointreview.commands.executor import SHANGHAI
from jointreview.commands.files_read import read_by
from jointreview.commands.visit_facts import there
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import ENDED, CaseState, Turn
from jointreview.domain.clock import Clock
from jointreview.domain.staleness import changed_since
from jointreview.domain.turns import Moments, Part, review_turn, turn_from, turn_since
from jointreview.models.case import Case, FormSection, Material, Signature, Upload
from jointreview.models.event import Event
from jointreview.models.identity import Organisation
from jointreview.models.outcome import Certificate
from jointreview.models.project import Project
from jointreview.models.review import Assignment, Opinion, Round
from jointreview.models.visit import Visit, VisitMember

PLACE_SECTION = "S2"
Key = TypeVar("Key")


@dataclass(frozen=True)
class Standing:
    """A case and how it stands. `lamp` is a lamp's value, empty before acceptance; ended cases carry no clock."""

    case: Case
    project: str
    code: str
    organisation: str
    address: str
    town: str
    units: frozenset[str]
    clock: Clock | None
    lamp: str
    turn: Turn
    since: date

    @property
    def id(self) -> int:
        """The id of the case."""
        assert self.case.id is not None
        return self.case.id

    @property
    def due(self) -> date | None:
        """The due day of a running case; None before acceptance, in a pause and after the end."""
        return self.clock.due if self.clock else None


@dataclass
class _Running:
    """What is known of the cases, by case: the units of all, the rest of the open ones.

    `opinions` are the words given in a round, by the round's id, with when its commitment was signed; `files` are
    the digests of the current files of reviews, by material; `permits` are the certificates of their projects, by
    project.
    """

    units: dict[int, list[str]]
    events: dict[int, list[Event]]
    rounds: dict[int, list[tuple[Assignment, Round]]]
    planned: dict[int, datetime]
    attended: set[tuple[int, str]]
    opinions: dict[int, tuple[Opinion, datetime | None]]
    files: dict[int, list[tuple[str, str]]]
    permits: dict[int, list[Certificate]]
    calendar: WorkCalendar
    today: date


def load_standings(session: Session, these: ColumnElement[bool], today: date) -> list[Standing]:
    """The cases that meet a condition on `Case`, as they stand today."""
    ids = select(Case.id).where(these)
    rows = session.exec(
        select(Case, col(Project.name), col(Project.code), col(Organisation.name))
        .join(Project, col(Project.id) == Case.project_id)
        .join(Organisation, col(Organisation.id) == Case.organisation_id)
        .where(these)
    ).all()
    places = session.exec(
        select(col(FormSection.case_id), col(FormSection.values)).where(
            FormSection.section == PLACE_SECTION, col(FormSection.case_id).in_(ids)
        )
    ).all()
    units = session.exec(
        select(col(Assignment.case_id), col(Assignment.unit)).where(col(Assignment.case_id).in_(ids))
    ).all()
    running = _running(session, these, grouped(units), today)
    where = dict(places)
    return [_standing(running, case, names, where.get(case.id or 0, {})) for case, *names in rows]


def _running(session: Session, these: ColumnElement[bool], units: dict[int, list[str]], today: date) -> _Running:
    going = select(Case.id).where(these, col(Case.state).not_in([s.value for s in ENDED]))
    events = session.exec(
        select(Event).where(col(Event.case_id).in_(going), col(Event.code).is_not(None)).order_by(col(Event.seq))
    ).all()
    rounds = session.exec(
        select(Assignment, Round)
        .join(Round, col(Round.assignment_id) == Assignment.id)
        .where(col(Assignment.case_id).in_(going), Round.status != "void")
        .order_by(col(Round.id))
    ).all()
    planned = session.exec(
        select(Visit.case_id, Visit.planned_at).where(col(Visit.case_id).in_(going), Visit.status == "planned")
    ).all()
    attended = session.exec(
        select(Visit.case_id, VisitMember.unit)
        .join(Visit, col(Visit.id) == VisitMember.visit_id)
        .where(col(Visit.case_id).in_(going), there())
    ).all()
    opinions = session.exec(
        select(Opinion, Signature.signed_at)
        .outerjoin(Signature, col(Signature.id) == Opinion.commitment_signature_id)
        .where(col(Opinion.case_id).in_(going))
    ).all()
    files = session.exec(
        select(Material.case_id, Material.code, Upload.digest)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .join(Case, col(Case.id) == Material.case_id)
        .where(col(Material.current), Case.kind == "review", col(Material.case_id).in_(going))
    ).all()
    projects = session.exec(
        select(Case.project_id).where(Case.kind == "review", col(Case.id).in_(going)).distinct()
    ).all()
    return _Running(
        units=units,
        events=grouped((e.case_id, e) for e in events),
        rounds=grouped((a.case_id, (a, r)) for a, r in rounds),
        planned=dict(planned),
        attended=set(attended),
        opinions={opinion.round_id: (opinion, signed) for opinion, signed in opinions},
        files=grouped((case_id, (code, digest)) for case_id, code, digest in files),
        permits=grouped((one.project_id, one) for one in certificates_of(session, projects)),
        calendar=work_calendar(session),
        today=today,
    )


def grouped(pairs: Iterable[tuple[Key, Any]]) -> dict[Key, list[Any]]:
    """Values by key, in the order given; a key without values has an empty list."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _standing(running: _Running, case: Case, names: list[str], place: dict[str, Any]) -> Standing:
    assert case.id is not None
    state = CaseState(case.state)
    clock = None
    if state in ENDED:
        turn, since = Turn.NOBODY, case.state_since
    else:
        turn, since = _turn(running, case, state)
        clock = clock_of(case, running.events[case.id], running.calendar, running.today)
    return Standing(
        case=case,
        project=names[0],
        code=names[1],
        organisation=names[2],
        address=str(place.get("address") or ""),
        town=str(place.get("town") or ""),
        units=frozenset(running.units[case.id]),
        clock=clock,
        lamp=lamp_of(case, clock),
        turn=turn,
        since=since.astimezone(SHANGHAI).date(),
    )


def _turn(running: _Running, case: Case, state: CaseState) -> tuple[Turn, datetime]:
    assert case.id is not None
    mine = running.rounds[case.id]
    latest = {part.id: (part, round_) for part, round_ in mine}  # in the order of rounds: the latest stays
    parts = [_part(running, case, part, round_) for part, round_ in latest.values()]
    planned = running.planned.get(case.id)
    whose = review_turn if case.kind == "review" else turn_from
    turn = whose(state, parts, planned is not None)
    closed = max((r.closed_at for _, r in mine if r.closed_at), default=None)
    signed = [running.opinions[r.id][1] for _, r in mine if r.id in running.opinions]
    moments = Moments(planned, closed, max((at for at in signed if at), default=None))
    return turn, turn_since(turn, case.state_since, moments)


def _part(running: _Running, case: Case, part: Assignment, round_: Round) -> Part:
    opinion, signed = running.opinions.get(round_.id or 0, (None, None))
    return Part(
        open_round=round_.kind if round_.status == "open" else "",
        needs_site=part.needs_site,
        attended=(part.case_id, part.unit) in running.attended,
        opinion=opinion.result if opinion else "",
        commitment_signed=signed is not None or bool(opinion and not opinion.commitment_until),
        stale=bool(opinion) and _stale(running, case, part, opinion),
    )


def _stale(running: _Running, case: Case, part: Assignment, opinion: Opinion | None) -> bool:
    """Whether papers changed since; only a review goes on while the applicant completes them."""
    if opinion is None or opinion.officer_id is None or case.state != CaseState.REVIEWING.value:
        return False
    now: dict[str, list[str]] = {}
    for code, digest in running.files[part.case_id]:
        now.setdefault(code, []).append(digest)
    catalog = case_catalog(case, running.today)
    now = with_permits(catalog, now, held_of(running.permits[case.project_id], case, running.today))
    return bool(changed_since(opinion.read_digests, read_by(catalog, part.unit, now)))
