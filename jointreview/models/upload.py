"""Files on their way: the session of a large file that arrives in parts; what the virus scanner said; locks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of

RECEIVING, CHECKING, DONE, REFUSED = "receiving", "checking", "done", "refused"
WAITING, CLEAN, INFECTED, UNSCANNED = "waiting", "clean", "infected", "unscanned"
READABLE = frozenset({CLEAN, UNSCANNED})
"""What may be opened: without a scanner policy may let unscanned content through, marked as such."""


class UploadSession(SQLModel, table=True):
    """One file on its way. Which parts arrived is asked of the store, which alone knows.

    It is also the note that content of a digest is about to be stored: a process that dies between the store and
    the row of the upload is finished from here.
    """

    __tablename__ = "upload_session"
    __table_args__ = (one_of("state", [RECEIVING, CHECKING, DONE, REFUSED]),)

    key: str = Field(primary_key=True, max_length=32, description="random; known to the sender's browser alone")
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str = Field(max_length=255)
    size: int = Field(sa_type=BigInteger)
    part_bytes: int
    place: str = Field(default="", max_length=600, description="staging place in the store; empty: content stored")
    digest: str = Field(default="", max_length=64, description="SHA-256 the sender declared")
    state: str = Field(default=RECEIVING, max_length=20, index=True)
    problems: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    upload_id: int | None = Field(default=None, foreign_key="upload.id")
    tries: int = Field(default=0, description="checks that failed because store or scanner were away")
    next_at: datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime), description="not checked again before: lease or pause"
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class ContentScan(SQLModel, table=True):
    """What the scanner said of uploaded content. Without a row content is unscanned, or waits when policy says so."""

    __tablename__ = "content_scan"
    __table_args__ = (one_of("state", [WAITING, CLEAN, INFECTED, UNSCANNED]),)

    digest: str = Field(primary_key=True, max_length=64)
    state: str = Field(max_length=20, index=True)
    detail: str = Field(default="", max_length=200, description="the virus, or why there was no answer")
    tries: int = 0
    next_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    scanned_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CaseLock(SQLModel, table=True):
    """That everything a case was concluded on is locked in the store, and until when."""

    __tablename__ = "case_lock"

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    contents: int = Field(description="how many pieces of content")
    enforced: bool = Field(description="the server was seen to refuse a deletion; else only this program keeps it")
    locked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
