"""How much one person may take: files and bytes a day, sessions at once; who has enough is told until when."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlmodel import Session, col, func, select

from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.case import Upload
from jointreview.models.identity import Audit, LoginSession
from jointreview.models.upload import RECEIVING, UploadSession
from jointreview.settings import SHANGHAI, settings
from jointreview.storage.base import readable_size


def refuse_over_quota(db: Session, actor: Actor, name: str, size: int, now: datetime) -> None:
    """Raise Refused when one more file of `size` bytes is more than a person may send on a day (in Shanghai).

    Files on their way count as much as those that arrived.
    """
    most, most_bytes = settings().uploads_per_day, settings().upload_bytes_per_day
    local = now.astimezone(SHANGHAI)
    midnight = datetime.combine(local.date(), time.min, SHANGHAI)
    total = func.coalesce(func.sum(col(Upload.size)), 0)
    arrived = select(func.count(), total).where(
        Upload.account_id == actor.account_id, col(Upload.created_at) >= midnight
    )
    underway = select(func.count(), func.coalesce(func.sum(col(UploadSession.size)), 0)).where(
        UploadSession.account_id == actor.account_id, UploadSession.state == RECEIVING
    )
    files, held = (sum(parts) for parts in zip(db.exec(arrived).one(), db.exec(underway).one(), strict=True))
    tomorrow = f"{local.date() + timedelta(days=1):%Y-%m-%d}"
    if most and files + 1 > most:
        raise refuse("files.quota_files", where=name, kind="often", name=name, most=most, day=tomorrow)
    if most_bytes and held + size > most_bytes:
        shown = readable_size(most_bytes)
        raise refuse("files.quota_bytes", where=name, kind="often", name=name, most=shown, day=tomorrow)


def end_sessions_over_quota(db: Session, account_id: int, now: datetime) -> list[str]:
    """End the sessions longest unused until one more is within what a person may have; answers their digests."""
    most = settings().sessions_at_once
    if not most:
        return []
    alive = select(LoginSession).where(
        LoginSession.account_id == account_id,
        col(LoginSession.revoked).is_(False),
        col(LoginSession.expires_at) > now,
    )
    sessions = db.exec(alive.order_by(col(LoginSession.seen_at), col(LoginSession.created_at))).all()
    over = sessions[: max(0, len(sessions) + 1 - most)]
    for session in over:
        session.revoked = True
        db.add(session)
    if over:
        details = {"most": most}
        db.add(Audit(at=now, account_id=account_id, action="account.sessions_over_quota", details=details))
    return [session.digest for session in over]
