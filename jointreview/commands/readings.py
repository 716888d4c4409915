"""Noting who read a document of a case; it changes nothing of the case and so is no event of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select

from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.document_read import DocumentRead

ONE_READING = timedelta(minutes=10)
"""Turning pages and fetching ranges within this time of the last note is the same reading."""


def note_reading(
    actor: Actor,
    case_id: int,
    digest: str,
    way: str,
    now: datetime,
    *,
    material_id: int | None = None,
    document_id: int | None = None,
) -> None:
    """Write down that the actor looked at a document (`way` view) or took it away (download)."""
    about = (
        DocumentRead.account_id == actor.account_id,
        DocumentRead.digest == digest,
        DocumentRead.case_id == case_id,
        DocumentRead.way == way,
        DocumentRead.role == actor.role,
        DocumentRead.unit == actor.unit,
    )
    with reading() as session:
        since = select(DocumentRead.id).where(*about, col(DocumentRead.at) > now - ONE_READING).limit(1)
        if session.exec(since).first() is not None:
            return
    with writing() as session:
        session.add(
            DocumentRead(
                case_id=case_id,
                material_id=material_id,
                document_id=document_id,
                digest=digest,
                account_id=actor.account_id,
                role=actor.role,
                unit=actor.unit,
                acting_for=actor.acting_for[:64],
                way=way,
                at=now,
            )
        )
