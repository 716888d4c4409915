"""What is known of uploaded content and viruses: noted after each scan, asked before anybody reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from jointreview.commands.files import document_store
from jointreview.domain.problems import refuse
from jointreview.models.base import reading, writing
from jointreview.models.case import Upload
from jointreview.models.upload import CLEAN, INFECTED, UNSCANNED, WAITING, ContentScan
from jointreview.settings import settings
from jointreview.storage.clamav import Scan, Scanner
from jointreview.storage.examine import pass_by

RETRY_MINUTES = (1, 5, 30, 120)
AGAIN_AFTER_DAYS = (1, 7, 30)
"""Content found clean is scanned again so long after it came: by then the scanner knows what was new that day."""
AT_ONCE = 20


def scanner() -> Scanner | None:
    """The configured virus scanner; None where there is none."""
    return Scanner(settings().clamd) if settings().clamd else None


def without_word() -> str:
    """What content counts as that no scan was noted for."""
    return WAITING if settings().clamd or settings().scan_policy == "require" else UNSCANNED


def note_scan(session: Session, digest: str, scan: Scan | None, now: datetime) -> str:
    """Write down what a scan of content said, or that there was none; answers the state it is in now.

    A scanner that failed leaves content that was scanned before as it was.
    """
    row = session.get(ContentScan, digest) or ContentScan(digest=digest, state="", created_at=now)
    if scan is not None and scan.state in (CLEAN, INFECTED):
        row.state, row.detail, row.scanned_at = scan.state, scan.detail, now
        row.next_at = _next_look(row.created_at, now) if scan.state == CLEAN else None
    elif row.state == CLEAN:
        row.next_at = now + timedelta(minutes=RETRY_MINUTES[-1])  # scanned again, and the scanner failed
    elif row.state != INFECTED:
        row.state = without_word() if scan is None else WAITING
        row.detail = scan.detail if scan else ""
        if row.state == WAITING:
            row.next_at = now + timedelta(minutes=RETRY_MINUTES[min(row.tries, len(RETRY_MINUTES) - 1)])
            row.tries += 1
    session.add(row)
    return row.state


def note_known(digest: str, scan: Scan | None, now: datetime) -> None:
    """A virus in content that somebody else sent before, when the scanner did not know it."""
    if scan is None or scan.state != INFECTED:
        return
    with reading() as session:
        known = session.exec(select(Upload.id).where(Upload.digest == digest).limit(1)).first()
    if known is not None:
        with writing() as session:
            note_scan(session, digest, scan, now)


def scan_states(session: Session, digests: Iterable[str]) -> dict[str, str]:
    """What each content counts as: waiting, clean, infected or unscanned."""
    wanted = set(digests)
    if not wanted:
        return {}
    rows = session.exec(
        select(ContentScan.digest, ContentScan.state).where(col(ContentScan.digest).in_(wanted))
    ).all()
    noted: dict[str, str] = dict(rows)
    return {digest: _in_force(noted.get(digest)) for digest in wanted}


def _in_force(noted: str | None) -> str:
    """Content noted as unscanned waits as soon as policy or a scanner ask for more."""
    return without_word() if noted in (None, UNSCANNED) else str(noted)


def refuse_quarantined(session: Session, digest: str, name: str) -> None:
    """Raises Refused (kind state) for uploaded content nobody may read: not scanned yet, or with a virus.

    Documents the program made itself are no uploads and never refused.
    """
    noted = session.get(ContentScan, digest)
    if noted is None and session.exec(select(Upload.id).where(Upload.digest == digest).limit(1)).first() is None:
        return
    state = _in_force(noted.state if noted else None)
    if state == WAITING:
        raise refuse("files.quarantined", where=name, kind="state", name=name)
    if state == INFECTED:
        virus = noted.detail if noted else ""
        raise refuse("files.infected", where=name, kind="state", name=name, virus=virus)


def scan_again(now: datetime) -> int:
    """Scan what waits and is due, a few at a time; answers how many. Nothing happens without a scanner."""
    scanned = 0
    found = scanner()
    if found is None:
        return 0
    try:
        found.version()
    except OSError:
        # Gigabytes are not read for a scanner that is away.
        return 0
    for digest in _due(now):
        scan = pass_by(document_store().open(digest), found).scan
        with writing() as session:
            note_scan(session, digest, scan, now)
        scanned += 1
    return scanned


def _due(now: datetime) -> list[str]:
    with reading() as session:
        waiting = session.exec(
            select(ContentScan.digest)
            .where(col(ContentScan.state).in_((WAITING, UNSCANNED)))
            .where((col(ContentScan.next_at).is_(None)) | (col(ContentScan.next_at) <= now))
            .order_by(col(ContentScan.created_at))
            .limit(AT_ONCE)
        ).all()
        never = session.exec(
            select(Upload.digest)
            .where(col(Upload.digest).not_in(select(ContentScan.digest)))
            .distinct()
            .limit(AT_ONCE - len(waiting))
        ).all()
        again = session.exec(
            select(ContentScan.digest)
            .where(ContentScan.state == CLEAN, col(ContentScan.next_at) <= now)
            .order_by(col(ContentScan.next_at))
            .limit(AT_ONCE - len(waiting) - len(never))
        ).all()
    return [*waiting, *never, *again]


def _next_look(came: datetime, now: datetime) -> datetime | None:
    """When clean content that came then is scanned the next time."""
    return next((at for at in (came + timedelta(days=days) for days in AGAIN_AFTER_DAYS) if at > now), None)


def scan_counts(session: Session) -> dict[str, int]:
    """How much uploaded content is in each state, for the administrator."""
    noted = dict(session.exec(select(ContentScan.state, func.count()).group_by(ContentScan.state)).all())
    never = session.exec(
        select(func.count(func.distinct(Upload.digest))).where(col(Upload.digest).not_in(select(ContentScan.digest)))
    ).one()
    without = without_word()
    counts = {CLEAN: noted.get(CLEAN, 0), INFECTED: noted.get(INFECTED, 0), WAITING: 0, UNSCANNED: 0}
    counts[WAITING] += noted.get(WAITING, 0)
    counts[without] += noted.get(UNSCANNED, 0) + never
    return counts
