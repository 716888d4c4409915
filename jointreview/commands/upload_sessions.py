"""Large files on their way: a session for each, parts in any order, continued after a break, ended by a digest."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlmodel import Session, col, func, select

from jointreview.commands.files import document_store
from jointreview.commands.quotas import refuse_over_quota
from jointreview.commands.upload_checks import answer
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.case import Upload
from jointreview.models.upload import CHECKING, INFECTED, RECEIVING, ContentScan, UploadSession
from jointreview.settings import settings
from jointreview.storage.base import is_digest, readable_size
from jointreview.storage.names import safe_name
from jointreview.storage.sniff import KINDS
from jointreview.storage.staging import PART_BYTES, PartWriter, part_count, part_length

MOST_UNFINISHED = 100
ADDRESS_SECONDS = 3600
ADDRESSES_AT_ONCE = 100
_TOUCH = timedelta(hours=1)
_LEFT_OVER = timedelta(days=1)

Known = Callable[[Session, str], Upload | None]


def begin_upload(
    actor: Actor, name: str, size: int, digest: str, now: datetime, readable: Known
) -> tuple[UploadSession | None, dict[str, Any] | None]:
    """Open a session; or, for content the sender may read already, register it at once without a byte sent.

    `readable` answers an upload with that content that the actor may read. Raises Refused for empty and too large
    files, a digest that is none, and a sender with too many unfinished uploads.
    """
    name = safe_name(name)
    limit = settings().upload_limit_bytes
    if size < 1:
        raise refuse("files.refused_empty", where=name, name=name)
    if size > limit:
        raise refuse("files.too_large", where=name, limit=readable_size(limit))
    if digest and not is_digest(digest):
        raise refuse("files.bad_digest", where=name)
    with writing() as session:
        if digest and (known := _known(session, actor, name, size, digest, readable)) is not None:
            return None, answer(known)
        unfinished = session.exec(
            select(func.count()).where(UploadSession.account_id == actor.account_id, UploadSession.state == RECEIVING)
        ).one()
        if unfinished >= MOST_UNFINISHED:
            raise refuse("files.too_many_unfinished", where=name, name=name, most=MOST_UNFINISHED, kind="state")
        refuse_over_quota(session, actor, name, size, now)
        row = UploadSession(
            key=uuid.uuid4().hex,
            account_id=actor.account_id,
            name=name,
            size=size,
            part_bytes=PART_BYTES,
            place=document_store().staging().begin(),
            digest=digest,
            created_at=now,
            expires_at=now + timedelta(hours=settings().upload_keep_hours),
        )
        session.add(row)
    return row, None


def _known(session: Session, actor: Actor, name: str, size: int, digest: str, readable: Known) -> Upload | None:
    """A new upload of content that is there and that the actor has sent or may read."""
    own = select(Upload).where(Upload.account_id == actor.account_id, Upload.digest == digest)
    found = session.exec(own).first() or readable(session, digest)
    scanned = session.get(ContentScan, digest)
    if (
        found is None
        or found.size != size
        or PurePosixPath(name).suffix.lower() not in KINDS[found.kind].endings
        or (scanned is not None and scanned.state == INFECTED)
        or not document_store().exists(digest)
    ):
        return None
    again = Upload(
        **(found.model_dump(exclude={"id"}))
        | {"account_id": actor.account_id, "name": name, "created_at": settings().current_time()}
    )
    session.add(again)
    session.flush()
    return again


def own_session(session: Session, actor: Actor, key: str) -> UploadSession:
    """The session, if the actor began it; Refused(missing) alike for another's and for none."""
    row = session.get(UploadSession, key)
    if row is None or row.account_id != actor.account_id:
        raise refuse("files.upload_gone", kind="missing")
    return row


def unfinished(actor: Actor) -> list[UploadSession]:
    """Everything the actor began that is not yet forgotten, newest first."""
    with reading() as session:
        return list(
            session.exec(
                select(UploadSession)
                .where(UploadSession.account_id == actor.account_id)
                .order_by(col(UploadSession.created_at).desc())
                .limit(2 * MOST_UNFINISHED)
            ).all()
        )


def received_parts(row: UploadSession) -> list[int]:
    """The parts that arrived whole, in order; all of them once the file is being checked."""
    if row.state != RECEIVING:
        return list(range(1, part_count(row.size, row.part_bytes) + 1))
    return sorted(document_store().staging().received(row.place))


def begin_part(actor: Actor, key: str, number: int, now: datetime) -> PartWriter:
    """Start taking one part through this program; the session lives on."""
    row = _receiving(actor, key, now)
    length = part_length(row.size, row.part_bytes, number)
    return document_store().staging().part(row.place, number, row.part_bytes, length)


def part_addresses(actor: Actor, key: str, numbers: list[int], now: datetime) -> dict[int, str]:
    """Where the browser puts parts itself; empty when they must go through this program."""
    row = _receiving(actor, key, now)
    staging = document_store().staging()
    found = {}
    for number in numbers[:ADDRESSES_AT_ONCE]:
        part_length(row.size, row.part_bytes, number)
        if (address := staging.address(row.place, number, ADDRESS_SECONDS)) is not None:
            found[number] = address
    return found


def finish_upload(actor: Actor, key: str, digest: str, now: datetime) -> UploadSession:
    """Every part is sent: hand the file to the check. Finishing again changes nothing.

    Raises Refused(files.parts_missing) with what the store has not got, files.digest_differs for another digest
    than the one declared at the beginning.
    """
    if not is_digest(digest):
        raise refuse("files.bad_digest")
    with reading() as session:
        row = own_session(session, actor, key)
    if row.state != RECEIVING:
        return row
    if row.digest and row.digest != digest:
        raise refuse("files.other_file", where=row.name, name=row.name)
    missing = part_count(row.size, row.part_bytes) - len(received_parts(row))
    if missing:
        raise refuse("files.parts_missing", where=row.name, name=row.name, count=missing, kind="conflict")
    with writing() as session:
        row = own_session(session, actor, key)
        if row.state == RECEIVING:
            row.state, row.digest, row.next_at = CHECKING, digest, None
            row.expires_at = now + _LEFT_OVER
            session.add(row)
    return row


def cancel_upload(actor: Actor, key: str) -> None:
    """Forget an upload that is not being checked, with its bytes."""
    with reading() as session:
        row = own_session(session, actor, key)
    if row.state == CHECKING:
        raise refuse("files.being_checked", where=row.name, name=row.name, kind="state")
    if row.place:
        document_store().staging().discard(row.place)
    with writing() as session:
        session.delete(own_session(session, actor, key))


def sweep_uploads(now: datetime) -> None:
    """Forget what expired, with its bytes, and staging places that belong to no session."""
    staging = document_store().staging()
    with reading() as session:
        over = session.exec(
            select(UploadSession).where(UploadSession.expires_at < now, UploadSession.state != CHECKING)
        ).all()
    for row in over:
        if row.place:
            staging.discard(row.place)
        with writing() as session:
            found = session.get(UploadSession, row.key)
            if found is not None:
                session.delete(found)
    discard_left_over(now)


def discard_left_over(now: datetime) -> int:
    """Throw away staging places a day old that no session knows; answers how many."""
    staging = document_store().staging()
    old = [left.place for left in staging.left_over() if left.written_at < now - _LEFT_OVER]
    with reading() as session:
        known = {place.partition(" ")[0] for place in session.exec(select(UploadSession.place)).all() if place}
    strangers = [place for place in old if place.partition(" ")[0] not in known]
    for place in strangers:
        staging.discard(place)
    return len(strangers)


def _receiving(actor: Actor, key: str, now: datetime) -> UploadSession:
    with reading() as session:
        row = own_session(session, actor, key)
    if row.state != RECEIVING or row.expires_at < now:
        raise refuse("files.upload_gone", kind="missing")
    later = now + timedelta(hours=settings().upload_keep_hours)
    if later - row.expires_at > _TOUCH:
        with writing() as session:
            found = own_session(session, actor, key)
            found.expires_at = later
            session.add(found)
    return row
