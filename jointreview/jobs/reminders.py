"""The reminders of the day, sent as soon as they are due and once for each deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from jointreview.commands.announce import announce
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import clock_of_round, coded_events_of
from jointreview.commands.people import applicants_of, deputies_of, officers_of, staff_with_role
from jointreview.commands.working_days import work_calendar
from jointreview.domain.case_states import CaseState
from jointreview.domain.reminders import Dated, Deadline, Reminder, due_reminders
from jointreview.models.base import reading, writing
from jointreview.models.case import Case
from jointreview.models.identity import Account, Delegation, Post
from jointreview.models.review import Assignment, Notice, Round
from jointreview.models.timekeeping import PauseRequest, ReminderSent
from jointreview.models.visit import Visit, VisitMember
from jointreview.notify.queueing import enqueue
from jointreview.text import for_kind

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class _Open:
    """A deadline with whom it concerns, asked only when something is due, and the words of its message."""

    deadline: Deadline
    told: Callable[[Session], Iterable[int]]
    case: Case | None = None
    params: dict[str, str] = field(default_factory=dict)


def send_reminders(now: datetime) -> int:
    """Write every reminder due and not yet written; answers how many.

    What is due is looked for without holding up those who write. Of two at once one fails on the unique key and
    comes back with the next sweep.
    """
    today = now.astimezone(SHANGHAI).date()
    with reading() as session:
        sent = session.exec(select(col(ReminderSent.subject), col(ReminderSent.kind), col(ReminderSent.due_on))).all()
        known = {Reminder(subject, kind, due_on) for subject, kind, due_on in sent}
        listed = {found.deadline.subject: found for found in _everything_open(session, today)}
    due = due_reminders([found.deadline for found in listed.values()], known, today)
    if due:
        announce(_write(due, listed, now))
    return len(due)


def _write(due: Sequence[Reminder], listed: Mapping[str, _Open], now: datetime) -> set[str]:
    """Write the reminders with their messages in one transaction; answers the topics that changed."""
    topics: set[str] = set()
    with writing() as session:
        for reminder in due:
            found = listed[reminder.subject]
            session.add(ReminderSent(subject=reminder.subject, kind=reminder.kind, due_on=reminder.due, sent_at=now))
            session.flush()
            params = {"due": reminder.due.isoformat(), **found.params}
            if found.case is not None:
                params["number"] = found.case.number
            told = set(found.told(session))
            told |= deputies_of(session, told, now.astimezone(SHANGHAI).date())
            for account_id in sorted(told):
                case_id = found.case.id if found.case else None
                key = for_kind(f"notify.{reminder.kind}", found.case.kind if found.case else "")
                enqueue(session, account_id, key, dict(params), now, lambda: work_calendar(session), case_id)
                topics.add(f"account:{account_id}")
    return topics


def _officers(unit: str) -> Callable[[Session], list[int]]:
    return lambda session: [a.id for a in officers_of(session, unit) if a.id is not None]


def _applicants(case: Case, today: date) -> Callable[[Session], list[int]]:
    return lambda session: applicants_of(session, case, today)


def _everything_open(session: Session, today: date) -> Iterator[_Open]:
    yield from _rounds(session, today)
    yield from _with_applicants(session, today)
    yield from _prechecks(session, today)
    yield from _visits(session, today)
    yield from _pauses(session)
    yield from _deputies(session, today)


def _rounds(session: Session, today: date) -> Iterator[_Open]:
    """Open rounds of departments; no day while the clock stands still."""
    calendar = work_calendar(session)
    rows = session.exec(
        select(Round, Assignment.unit, Case)
        .join(Assignment, col(Assignment.id) == Round.assignment_id)
        .join(Case, col(Case.id) == Assignment.case_id)
        .where(Round.status == "open", col(Case.submitted_at).is_not(None))
    ).all()
    tomorrow = today + timedelta(days=1)
    # Working days are no shorter than calendar days: what cannot be due by tomorrow is not worked out.
    near = [row for row in rows if row[0].opened_on + timedelta(days=row[0].promised_days) <= tomorrow]
    events = coded_events_of(session, {case.id or 0 for _, _, case in near})
    for round_, unit, case in near:
        due = clock_of_round(round_, events[case.id or 0], calendar, today).due
        if due is not None:
            yield _Open(Deadline(f"round:{round_.id}", Dated.ROUND, due), _officers(unit), case)


def _with_applicants(session: Session, today: date) -> Iterator[_Open]:
    states = (CaseState.SUPPLEMENTING.value, CaseState.RECTIFYING.value)
    for case in session.exec(select(Case).where(col(Case.state).in_(states))).all():
        if case.state == CaseState.RECTIFYING.value:
            due, what = case.rectification_due, Dated.RECTIFICATION
        else:
            what = Dated.SUPPLEMENT
            due = session.exec(
                select(col(Notice.due_on))
                .where(Notice.case_id == case.id, Notice.kind == "supplement")
                .order_by(col(Notice.id).desc())
            ).first()
        if due is not None:
            yield _Open(Deadline(f"{what.value}:{case.id}", what, due), _applicants(case, today), case)


def _prechecks(session: Session, today: date) -> Iterator[_Open]:
    """The window tells all gaps at once within the days of the pre-check (Administrative Licensing Law, Art. 32)."""
    for case in session.exec(select(Case).where(Case.state == CaseState.SUBMITTED.value)).all():
        if case.receipt_day is not None:
            days = case_catalog(case, today).rules.precheck_workdays
            due = work_calendar(session).nth_workday_after(case.receipt_day, days)
            yield _Open(Deadline(f"precheck:{case.id}", Dated.PRECHECK, due), _clerks, case)


def _clerks(session: Session) -> list[int]:
    return staff_with_role(session, "clerk")


def _visits(session: Session, today: date) -> Iterator[_Open]:
    rows = session.exec(
        select(Visit, Case).join(Case, col(Case.id) == Visit.case_id).where(Visit.status == "planned")
    ).all()
    for visit, case in rows:
        yield _Open(Deadline(f"visit:{visit.id}", Dated.VISIT, visit.day), _all_expected(visit, case, today), case)


def _all_expected(visit: Visit, case: Case, today: date) -> Callable[[Session], list[int]]:
    def team_and_applicants(session: Session) -> list[int]:
        team = session.exec(select(VisitMember.account_id).where(VisitMember.visit_id == visit.id)).all()
        return [*team, *applicants_of(session, case, today)]

    return team_and_applicants


def _pauses(session: Session) -> Iterator[_Open]:
    """Whoever opened the pause and the coordinators, on the day it was planned to end and not before."""
    rows = session.exec(
        select(PauseRequest, Case)
        .join(Case, col(Case.id) == PauseRequest.case_id)
        .where(PauseRequest.status == "open", col(PauseRequest.planned_end).is_not(None))
    ).all()
    for pause, case in rows:
        assert pause.planned_end is not None
        yield _Open(Deadline(f"pause:{pause.id}", Dated.PAUSE, pause.planned_end), _opener(pause.requested_by), case)


def _opener(account_id: int | None) -> Callable[[Session], list[int]]:
    return lambda session: staff_with_role(session, "coordinator") + ([account_id] if account_id else [])


def _deputies(session: Session, today: date) -> Iterator[_Open]:
    rows = session.exec(
        select(Delegation, Account.name)
        .join(Post, col(Post.id) == Delegation.post_id)
        .join(Account, col(Account.id) == Post.account_id)
        .where(col(Delegation.ended_at).is_(None), Delegation.until_on >= today, col(Post.active))
    ).all()
    for row, name in rows:
        params = {"name": name, "until_on": row.until_on.isoformat()}
        yield _Open(Deadline(f"deputy:{row.id}", Dated.DEPUTY, row.from_on), _just(row.deputy_id), None, params)


def _just(account_id: int) -> Callable[[Session], list[int]]:
    return lambda session: [account_id]
