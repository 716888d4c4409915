"""What work on site without network needs: permissions to sign, keys of gate codes, notes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime


class SignPermit(SQLModel, table=True):
    """A permission to sign on one device without network, for the visits of one day, given for a password.

    The private half of the key never leaves the device; the server keeps what verifies and can sign nothing.
    """

    __tablename__ = "sign_permit"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    device: str = Field(max_length=64)
    public_key: str = Field(max_length=200, description="P-256, SubjectPublicKeyInfo, base64")
    visits: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    granted_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class GateKey(SQLModel, table=True):
    """The secret from which the codes of a visit are made."""

    __tablename__ = "gate_key"

    visit_id: int = Field(foreign_key="visit.id", primary_key=True)
    secret: str = Field(max_length=64)


class SiteNote(SQLModel, table=True):
    """Something done on site that the case could not take any more, kept in words by who did it."""

    __tablename__ = "site_note"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    unit: str = Field(max_length=40)
    text: str = Field(max_length=4000)
    photos: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    client_time: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    kept_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
