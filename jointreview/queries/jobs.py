"""What runs beside the pages, for the administrator and the monitor: who leads, what ran, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands.scans import scan_counts
from jointreview.commands.upload_checks import CHECKING
from jointreview.models.base import reading
from jointreview.models.event import OutboxMessage
from jointreview.models.trip import PlanRun
from jointreview.models.upload import WAITING, UploadSession
from jointreview.models.work import JobState, Lease

ORDER = (
    *("time", "surveys", "layers", "supervision", "reminders", "roots", "retention", "outbox", "uncertain"),
    *("sessions", "attempts", "checks", "scans", "viruses", "expired", "locks"),
)
"""Jobs in the order in which they are shown; unknown ones follow."""


@dataclass(frozen=True)
class Job:
    """One job: when it last began and ended, how it went, when it is due again."""

    name: str
    holder: str
    started_at: datetime
    ended_at: datetime | None
    next_at: datetime | None
    seconds: float
    runs: int
    failures: int
    failed_at: datetime | None
    fault: str


@dataclass(frozen=True)
class JobsView:
    """Everything that runs beside the pages at `now`; `leader` is empty while no worker leads."""

    now: datetime
    leader: str
    since: datetime | None
    jobs: tuple[Job, ...]
    waiting: dict[str, int]


def jobs_view() -> JobsView:
    """What runs, ran and waits. Times are the wall clock's: jobs do not live in a demonstration's time."""
    now = datetime.now(UTC)
    with reading() as session:
        lease = session.get(Lease, "jobs")
        rows = session.exec(select(JobState)).all()
        waiting = _waiting(session)
    leads = lease is not None and lease.until > now
    ranks = {name: rank for rank, name in enumerate(ORDER)}
    return JobsView(
        now=now,
        leader=lease.holder if lease is not None and leads else "",
        since=lease.since if lease is not None and leads else None,
        jobs=tuple(_job(row) for row in sorted(rows, key=lambda r: (ranks.get(r.name, len(ranks)), r.name))),
        waiting=waiting,
    )


def _job(row: JobState) -> Job:
    return Job(
        name=row.name,
        holder=row.holder,
        started_at=row.started_at,
        ended_at=row.ended_at,
        next_at=row.ended_at + timedelta(seconds=row.every) if row.ended_at else None,
        seconds=row.seconds,
        runs=row.runs,
        failures=row.failures,
        failed_at=row.failed_at,
        fault=row.fault,
    )


def _waiting(session: Session) -> dict[str, int]:
    """How much waits in each queue; `dead` messages wait for the administrator."""
    messages = dict(
        session.exec(
            select(col(OutboxMessage.status), func.count())
            .where(col(OutboxMessage.status).in_(["waiting", "sending", "dead"]))
            .group_by(col(OutboxMessage.status))
        ).all()
    )
    plans = dict(
        session.exec(
            select(col(PlanRun.status), func.count())
            .where(col(PlanRun.status).in_(["queued", "running"]))
            .group_by(col(PlanRun.status))
        ).all()
    )
    checks = session.exec(select(func.count()).where(UploadSession.state == CHECKING)).one()
    return {
        "messages": messages.get("waiting", 0),
        "messages_sending": messages.get("sending", 0),
        "messages_dead": messages.get("dead", 0),
        "plans": plans.get("queued", 0),
        "plans_running": plans.get("running", 0),
        "checks": checks,
        "scans": scan_counts(session)[WAITING],
    }
