"""The only writer: authorise, run, append events, put notifications in the outbox, commit, announce."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event as happenings
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.commands.announce import announce
from jointreview.commands.appointments import settle
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.measured import measured
from jointreview.commands.people import deputies_of
from jointreview.commands.registry import RULES, CaseCommand, Command, Rule, bars, forbids, may
from jointreview.commands.working_days import work_calendar
from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.case_states import CaseState, may_follow
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.domain.status_codes import StatusCode
from jointreview.models.actor import SYSTEM, Actor
from jointreview.models.base import engine, reading, writing
from jointreview.models.case import Case
from jointreview.models.event import Counter, Event, IdempotencyKey, Notification
from jointreview.notify.queueing import enqueue
from jointreview.settings import settings
from jointreview.text import for_kind

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NO_TIME, _LONGEST_KEPT = timedelta(0), timedelta(days=30)


_WRITTEN = "written"
_LET_OTHERS_WRITE = 0.025
"""Seconds after each act of the sweep: SQLite gives its lock to whoever asks just then, and a sweep always asks."""


@happenings.listens_for(Session, "after_flush")
def _flushed(session: Any, _context: Any) -> None:
    session.info[_WRITTEN] = session.info.get(_WRITTEN, 0) + 1


@happenings.listens_for(Session, "do_orm_execute")
def _executed(state: Any) -> None:
    if not state.is_select:
        _flushed(state.session, None)


@dataclass(frozen=True)
class Captured:
    """When something was done without network: `at` by the device's own clock, `age` how long ago by the same clock.

    A device's clock may be wrong; how long it waited is measured by that one clock and therefore right.
    """

    at: datetime
    age: timedelta
    device: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a command left: the case with its version after it, and whatever the command answers."""

    case_id: int | None
    version: int
    value: dict[str, Any]
    at: datetime | None = None


@dataclass
class Context:
    """What the body of a command works with, inside one transaction."""

    session: Session
    actor: Actor
    now: datetime
    command: str
    case: Case | None = None
    topics: set[str] = field(default_factory=set)
    prepared: Any = None
    """What the command's `prepare` brought, before the transaction."""
    visits: set[int] = field(default_factory=set)
    """Visits whose people or times changed: calendars follow when the command is done."""
    messages: list[Notification] = field(default_factory=list)
    captured: Captured | None = None
    _read: tuple[int, CaseFacts] | None = field(default=None, init=False, repr=False)

    @property
    def done_at(self) -> datetime:
        """When it was done, which is before now for what a device kept while it had no network."""
        return self.now - min(max(self.captured.age, _NO_TIME), _LONGEST_KEPT) if self.captured else self.now

    @property
    def client_time(self) -> datetime | None:
        """When it was done by the device's own clock; None for what was done with the server looking on."""
        return self.captured.at if self.captured else None

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    @property
    def local_now(self) -> datetime:
        """The time in Shanghai."""
        return self.now.astimezone(SHANGHAI)

    @property
    def calendar(self) -> WorkCalendar:
        """The working-day table in force."""
        return work_calendar(self.session)

    @property
    def effective_day(self) -> date:
        """The working day an act of now counts for: today, or the next working day."""
        return self.calendar.next_workday(self.today)

    @property
    def the_case(self) -> Case:
        """The case of this command."""
        assert self.case is not None
        return self.case

    @property
    def case_id(self) -> int:
        """The id of the case of this command."""
        assert self.case is not None and self.case.id is not None
        return self.case.id

    @property
    def catalog(self) -> Catalog:
        """The catalogue under which the case was accepted, or today's for a case not yet accepted."""
        if self.case is not None:
            return case_catalog(self.case, self.today)
        return load_catalog(settings().catalogue, self.today)

    @property
    def facts(self) -> CaseFacts:
        """The case as it is now, after what this command has done so far; read again once something was written."""
        self.session.flush()
        written = self.session.info.get(_WRITTEN, 0)
        if self._read is None or self._read[0] != written:
            self._read = (written, load_facts(self.session, self.the_case, self.today))
        return self._read[1]

    def event(
        self,
        kind: str,
        code: StatusCode | None = None,
        effective_on: date | None = None,
        client_time: datetime | None = None,
        **payload: Any,
    ) -> Event:
        """Append an event to the case's chain."""
        return append_event(
            self, kind, code, effective_on or self.effective_day, client_time or self.client_time, payload
        )

    def move(self, state: CaseState) -> None:
        """Bring the case into `state`; a step the state machine does not know is a fault of the program."""
        case = self.the_case
        if not may_follow(CaseState(case.state), state):
            raise RuntimeError(f"no step from {case.state} to {state.value}")
        case.state, case.state_since = state.value, self.now
        self.session.add(case)

    def number(self, series: str, year: int | None = None) -> tuple[int, int]:
        """The next number of a series: (year, n), without holes or doubles."""
        year = year or self.today.year
        row = self.session.get(Counter, (series, year), with_for_update=True) or Counter(series=series, year=year)
        row.last += 1
        self.session.add(row)
        self.session.flush()
        return year, row.last

    def notify(self, account_ids: Iterable[int], key: str, **params: Any) -> None:
        """Put a message for each person and who stands in in the outbox, with this transaction or not at all."""
        self.notify_about(self.case, account_ids, key, **params)

    def notify_about(self, about: Case | None, account_ids: Iterable[int], key: str, **params: Any) -> None:
        """A message about a case that need not be the one of the command."""
        case_id = about.id if about else None
        key = for_kind(key, about.kind) if about else key
        told = set(account_ids)
        told |= deputies_of(self.session, told, self.today)
        for account_id in sorted(told - {self.actor.account_id}):
            message = enqueue(self.session, account_id, key, params, self.now, lambda: self.calendar, case_id)
            self.messages.append(message)
            self.topics.add(f"account:{account_id}")


def execute(
    actor: Actor,
    command: Command,
    *,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
    captured: Captured | None = None,
) -> Outcome:
    """Run a command as `actor`, whole or not at all.

    Raises Refused: kind `forbidden` (no right), `state` (not now), `conflict` (the case changed since
    `expected_version`, or the key was used for something else), `missing`, or `invalid` (bad input).
    The same `idempotency_key` of the same person runs once; later calls get the first answer. `captured` says when it
    was done on a device without network.
    """
    rule = RULES[type(command)]
    with measured(rule.name, command.case_id if isinstance(command, CaseCommand) else 0):
        moment = now or settings().current_time()
        prepared = _prepared(actor, rule, command, moment, idempotency_key) if rule.prepare else None
        for tries_left in (2, 1, 0):
            try:
                outcome, topics = _run(
                    actor, rule, command, moment, prepared, captured, expected_version, idempotency_key
                )
                break
            except DBAPIError as fault:
                if not tries_left or not _overtaken(fault):
                    raise
    announce(topics)
    if actor == SYSTEM and engine().dialect.name == "sqlite":
        time.sleep(_LET_OTHERS_WRITE)
    return outcome


def _overtaken(fault: DBAPIError) -> bool:
    """Whether another writer of the same instant came first: a second try sees what it did, and says so clearly."""
    return isinstance(fault, IntegrityError) or getattr(fault.orig, "sqlstate", "") in ("40001", "40P01")


def _run(
    actor: Actor,
    rule: Rule,
    command: Command,
    moment: datetime,
    prepared: Any,
    captured: Captured | None,
    expected_version: int | None,
    idempotency_key: str | None,
) -> tuple[Outcome, frozenset[str]]:
    """The one transaction of a command; answers what it left and the topics it touched."""
    with writing() as session:
        if idempotency_key:
            known = _answered(session, actor, rule, command, idempotency_key)
            if known:
                return known, frozenset()
        case = _locked_case(session, command)
        context = Context(session=session, actor=actor, now=moment, command=rule.name, case=case)
        context.prepared, context.captured = prepared, captured
        _authorise(context, rule, command)
        if expected_version is not None and case is not None and case.version != expected_version:
            raise refuse("commands.changed_meanwhile", kind="conflict")
        value = rule.run(context, command) or {}
        settle(context)
        session.flush()
        outcome = _outcome(context, value)
        if idempotency_key:
            _remember(context, rule, command, idempotency_key, outcome)
        topics = _topics(context)
    return outcome, topics


def _prepared(actor: Actor, rule: Rule, command: Command, moment: datetime, idempotency_key: str | None) -> Any:
    """What the command needs and takes long to make, for who may run it now; the transaction asks again."""
    assert rule.prepare is not None
    with reading() as session:
        if idempotency_key and _answered(session, actor, rule, command, idempotency_key):
            return None
        case = session.get(Case, command.case_id) if isinstance(command, CaseCommand) else None
        if case is None and rule.on_case:
            raise refuse("commands.no_such_case", kind="missing")
        context = Context(session=session, actor=actor, now=moment, command=rule.name, case=case)
        _authorise(context, rule, command)
        needed = rule.prepare(context, command)
    return needed()


def _locked_case(session: Session, command: Command) -> Case | None:
    if not isinstance(command, CaseCommand):
        return None
    case = session.exec(select(Case).where(Case.id == command.case_id).with_for_update()).first()
    if case is None:
        raise refuse("commands.no_such_case", kind="missing")
    return case


def _authorise(context: Context, rule: Rule, command: Command) -> None:
    if barred := bars(context.actor, rule):  # without reading a case for it
        raise Refused(barred, kind="forbidden")
    facts = context.facts if context.case else None
    problem = may(context.actor, type(command), facts, command.target)
    if problem:
        forbidden = forbids(context.actor, rule, facts, command.target)
        raise Refused(problem, kind="forbidden" if forbidden else "state")


def append_event(
    context: Context,
    kind: str,
    code: StatusCode | None,
    effective_on: date,
    client_time: datetime | None,
    payload: dict[str, Any],
) -> Event:
    """Append to the chain of the context's case and raise the case's version to the new sequence number."""
    case, session, actor = context.the_case, context.session, context.actor
    last = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq).desc())).first()
    event = Event(
        case_id=context.case_id,
        seq=(last.seq if last else 0) + 1,
        kind=kind,
        code=int(code) if code is not None else None,
        at=context.now,
        effective_on=effective_on,
        account_id=actor.account_id or None,
        actor_name=actor.name,
        actor_role=actor.role,
        actor_unit=actor.unit,
        acting_for=actor.acting_for,
        client_time=client_time,
        backfilled=effective_on < context.today and actor.role != "system",
        payload=json.loads(json.dumps(payload, ensure_ascii=False, default=str)),
        previous_hash=last.hash if last else "",
        hash="",
    )
    event.hash = event_hash(event)
    session.add(event)
    case.version = event.seq
    session.add(case)
    session.flush()
    return event


def event_hash(event: Event) -> str:
    """SHA-256 over everything an event says and the hash of the one before it."""
    said = {
        "case": event.case_id,
        "seq": event.seq,
        "kind": event.kind,
        "code": event.code,
        "at": event.at.astimezone(SHANGHAI).isoformat(),
        "effective_on": event.effective_on.isoformat(),
        "account": event.account_id,
        "name": event.actor_name,
        "role": event.actor_role,
        "unit": event.actor_unit,
        **({"acting_for": event.acting_for} if event.acting_for else {}),
        "client_time": event.client_time.astimezone(SHANGHAI).isoformat() if event.client_time else None,
        "backfilled": event.backfilled,
        "payload": event.payload,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _request_digest(rule: Rule, command: Command) -> str:
    return hashlib.sha256((rule.name + command.model_dump_json()).encode()).hexdigest()


def _answered(session: Session, actor: Actor, rule: Rule, command: Command, key: str) -> Outcome | None:
    known = session.get(IdempotencyKey, (key, actor.account_id))
    if known is None:
        return None
    if known.request_digest != _request_digest(rule, command):
        raise Refused(Problem("commands.key_used"), kind="conflict")
    return Outcome(known.answer["case_id"], known.answer["version"], known.answer["value"], known.at)


def _remember(context: Context, rule: Rule, command: Command, key: str, outcome: Outcome) -> None:
    context.session.add(
        IdempotencyKey(
            key=key,
            account_id=context.actor.account_id,
            command=rule.name,
            request_digest=_request_digest(rule, command),
            answer={"case_id": outcome.case_id, "version": outcome.version, "value": outcome.value},
            at=context.now,
        )
    )


def _outcome(context: Context, value: dict[str, Any]) -> Outcome:
    return Outcome(
        case_id=context.case.id if context.case else None,
        version=context.case.version if context.case else 0,
        value=json.loads(json.dumps(value, ensure_ascii=False, default=str)),
        at=context.now,
    )


def _topics(context: Context) -> frozenset[str]:
    topics = set(context.topics)
    if context.case is not None:
        topics |= {f"case:{context.case.id}", "board"}
    return frozenset(topics)
