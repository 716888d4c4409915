"""People: accounts, posts, login sessions, organisations and the agents who act for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of

ROLES = ("applicant", "clerk", "officer", "leader", "coordinator", "supervisor", "admin", "security", "auditor")
KEEPER_ROLES = ("admin", "security", "auditor")
"""三员: accounts, rights and the record are kept by three people; nobody holds two of these roles (GB/T 22239)."""
UNIT_ROLES = ("officer", "leader")
"""Roles held in one handling unit: its officers, and its head, who approves what an officer may not alone."""


class Account(SQLModel, table=True):
    """A person who signs in: an applicant who registered, or a member of staff."""

    __table_args__ = (one_of("kind", ["applicant", "staff"]),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=64, description="lower case; for applicants their mobile or a name")
    name: str = Field(max_length=64)
    kind: str
    email: str = Field(default="", max_length=200, index=True)
    mobile: str = Field(default="", max_length=20)
    password_hash: str
    language: str = Field(default="zh", max_length=5)
    notices: dict = Field(
        default_factory=dict,
        sa_column=Column(JsonType, nullable=False),
        description="what the person wants of a channel, at_once where nothing is said: {mail: daily, sms: product}",
    )
    active: bool = True
    must_change_password: bool = False
    demo: bool = Field(default=False, description="made by the demo data; refused in production")
    failed_logins: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Post(SQLModel, table=True):
    """What a member of staff is: a role, for officers in one handling unit. To-dos go to posts, not persons."""

    __table_args__ = (one_of("role", [role for role in ROLES if role != "applicant"]),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str
    unit: str = Field(
        default="", max_length=40, description="handling unit code of the catalogue; officers and leaders only"
    )
    title: str = Field(default="", max_length=64)
    active: bool = True
    asked: bool = Field(default=False, description="the administrator asked for it, the security officer decides")


class Delegation(SQLModel, table=True):
    """Somebody stands in for the holder of a post from a day to a day, both included: leave, duty, handover."""

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    deputy_id: int = Field(foreign_key="account.id", index=True)
    from_on: date
    until_on: date
    reason: str = Field(default="", max_length=200)
    made_by: int = Field(foreign_key="account.id")
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class LoginSession(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random secret, the table its SHA-256 only."""

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id")
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    revoked: bool = False
    factor_due: bool = Field(default=False, description="the password was right, the second factor is still owed")
    provider: str = Field(default="", max_length=40, description="the organisation that signed in; empty: a password")
    strong: bool = Field(default=False, description="that organisation asked for a second factor itself")
    user_agent: str = Field(default="", max_length=300)


class LinkedIdentity(SQLModel, table=True):
    """Under which lasting name (`subject`) an organisation's own sign-in knows an account."""

    __tablename__ = "linked_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("issuer", "account_id"))

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    linked_by: int = Field(foreign_key="account.id")
    linked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SignInAttempt(SQLModel, table=True):
    """A browser that was sent to an organisation's sign-in and may come back once. Nothing here lets anybody in."""

    __tablename__ = "sign_in_attempt"

    state: str = Field(primary_key=True, max_length=64, description="SHA-256 of what comes back with the browser")
    browser: str = Field(max_length=64, description="SHA-256 of the cookie the browser was given")
    provider: str = Field(max_length=40)
    way_on: str = Field(default="/", max_length=8000, description="where to go afterwards")
    former: str = Field(default="", max_length=64, description="the session this browser had, which then ends")
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SecondFactor(SQLModel, table=True):
    """The device that makes an account's codes (TOTP, RFC 6238). The key that seals it lies elsewhere."""

    __tablename__ = "second_factor"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    secret: str = Field(max_length=300)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    last_step: int = Field(default=0, description="the time step of the last code taken: none is taken twice")
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class RecoveryCode(SQLModel, table=True):
    """A code for the day the device is lost, good once; the table holds its SHA-256 only."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class AccessToken(SQLModel, table=True):
    """A key by which another program reads the person's map; the table holds its SHA-256 only.

    It acts in the post it was made in, and only for as long as the account holds that post.
    """

    __tablename__ = "access_token"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id")
    name: str = Field(max_length=60)
    digest: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    revoked: bool = False


class PasswordReset(SQLModel, table=True):
    """A one-time permission to set a new password, sent by mail; the table holds its SHA-256 only."""

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used: bool = False


class Organisation(SQLModel, table=True):
    """A firm or public body, known by its unified social credit code."""

    id: int | None = Field(default=None, primary_key=True)
    credit_code: str = Field(unique=True, max_length=18)
    name: str = Field(max_length=200)
    details: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))


class Agent(SQLModel, table=True):
    """An account's written authority to act for an organisation."""

    __table_args__ = (
        UniqueConstraint("organisation_id", "account_id"),
        one_of("status", ["requested", "active", "ended"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    owner: bool = Field(default=False, description="may admit and remove other agents of the organisation")
    status: str = "requested"
    valid_until: date | None = None
    letter_digest: str = Field(default="", max_length=64, description="the letter of authority in the document store")
    letter_name: str = Field(default="", max_length=255)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Audit(SQLModel, table=True):
    """What was done outside cases: sign-ins, account changes, unmasking of personal data."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    account_id: int | None = Field(default=None, index=True)
    action: str = Field(max_length=60)
    subject: str = Field(default="", max_length=200)
    details: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
